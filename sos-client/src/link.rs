//! Addresses that people are given: a relay's, an invite link, and a channel's link.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ponte_seal::LinkSecret;
use ponte_types::{InviteId, LinkId};

use crate::trust::Fingerprint;

/// Where a relay listens, for QUIC and HTTPS alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RelayAddress {
    /// A name or an IP address, without brackets.
    pub host: String,
    pub port: u16,
}

/// What was typed is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not an address of a support desk; it looks like desk.example.com or desk.example.com:8443")]
pub struct BadAddress;

impl RelayAddress {
    /// Is it this very machine? `localhost` and the names below it never mean another one (RFC 6761).
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.is_local_name() || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
    }
    /// `localhost`, or a name below it.
    fn is_local_name(&self) -> bool {
        let host = self.host.strip_suffix('.').unwrap_or(&self.host);
        host == "localhost" || host.ends_with(".localhost")
    }
    /// Where to call, when that needs no look-up. A local name is not looked up: no name server gets to say
    /// that it means another machine.
    #[must_use]
    pub fn fixed(&self) -> Option<Vec<SocketAddr>> {
        if self.is_local_name() {
            let here: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            return Some(here.map(|ip| SocketAddr::new(ip, self.port)).to_vec());
        }
        self.host.parse().ok().map(|ip: IpAddr| vec![SocketAddr::new(ip, self.port)])
    }
    fn parse(text: &str, default_port: u16) -> Result<Self, BadAddress> {
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (host, after) = rest.split_once(']').ok_or(BadAddress)?;
            (host, after.strip_prefix(':'))
        } else if text.matches(':').count() > 1 {
            (text, None)
        } else {
            text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)))
        };
        let port = port.map_or(Ok(default_port), |p| p.parse().map_err(|_| BadAddress))?;
        let named = !host.is_empty()
            && host.len() <= 253
            && host.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.')
            && !host.starts_with(['-', '.'])
            && !host.contains("..");
        if port == 0 || !(named || host.parse::<IpAddr>().is_ok()) {
            return Err(BadAddress);
        }
        Ok(Self { host: host.to_lowercase(), port })
    }
}

impl FromStr for RelayAddress {
    type Err = BadAddress;
    /// `HOST[:PORT]`, with or without `https://` and a path; the port is 443 unless given. The program's own
    /// connection is encrypted whatever the scheme; plain `http://` has a meaning of its own on this machine only.
    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let text = text.trim();
        let (text, port) = match text.split_once("://") {
            Some(("https", rest)) => (rest, 443),
            Some(("http", rest)) => {
                let address = rest.split(['/', '?', '#']).next().unwrap_or_default();
                let local = Self::parse(address, 80)?;
                return if local.is_loopback() { Ok(local) } else { Self::parse(address, 443) };
            }
            Some(_) => return Err(BadAddress),
            None => (text, 443),
        };
        Self::parse(text.split(['/', '?', '#']).next().unwrap_or_default(), port)
    }
}

impl fmt::Display for RelayAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let v6 = self.host.contains(':');
        match (v6, self.port) {
            (true, port) => write!(f, "[{}]:{port}", self.host),
            (false, 443) => write!(f, "{}", self.host),
            (false, port) => write!(f, "{}:{port}", self.host),
        }
    }
}

/// An invite link: `https://host[:port]/j/<id>[?fp=<fingerprint>]#<secret>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub relay: RelayAddress,
    pub id: InviteId,
    pub secret: LinkSecret,
    /// The relay's certificate, where the link names it.
    pub fingerprint: Option<Fingerprint>,
}

/// Why a link cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLink {
    #[error("this is not a link of a support desk; it looks like https://desk.example.com/j/…#…")]
    NotALink,
    #[error("the end of the link is missing: copy all of it, also what comes after '#'")]
    NoSecret,
    #[error(
        "a link that begins with http:// can be read by others on its way, and is used on this very computer only; \
         ask your technician for one that begins with https://"
    )]
    NotSecure,
}

impl FromStr for Link {
    type Err = BadLink;
    fn from_str(text: &str) -> Result<Self, BadLink> {
        match text.parse()? {
            AnyLink::Invite(link) => Ok(link),
            AnyLink::Call(_) => Err(BadLink::NotALink),
        }
    }
}

/// A channel's link, by which somebody asks for help: `https://host[:port]/c/<id>[?fp=<fingerprint>]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallLink {
    pub relay: RelayAddress,
    pub id: LinkId,
    /// The relay's certificate, where the link names it.
    pub fingerprint: Option<Fingerprint>,
}

/// Any link that people are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnyLink {
    Invite(Link),
    Call(CallLink),
}

impl FromStr for AnyLink {
    type Err = BadLink;
    fn from_str(text: &str) -> Result<Self, BadLink> {
        let text = text.trim();
        let (before, secret) = text.split_once('#').map_or((text, None), |(b, s)| (b, Some(s)));
        let (scheme, rest) = before.split_once("://").ok_or(BadLink::NotALink)?;
        let (address, path) = rest.split_once('/').ok_or(BadLink::NotALink)?;
        let secure = match scheme {
            "https" => true,
            "http" => false,
            _ => return Err(BadLink::NotALink),
        };
        let relay =
            RelayAddress::parse(address, if secure { 443 } else { 80 }).map_err(|_| BadLink::NotALink)?;
        // Plain HTTP is how a demonstration on this very machine shows its pages.
        if !secure && !relay.is_loopback() {
            return Err(BadLink::NotSecure);
        }
        let (path, query) = path.split_once('?').map_or((path, ""), |(p, q)| (p, q));
        let named = query.split('&').find_map(|pair| pair.strip_prefix("fp="));
        let fingerprint = || named.map(str::parse).transpose().map_err(|_| BadLink::NotALink);
        if let Some(id) = path.strip_prefix("c/") {
            let id = id.trim_end_matches('/').parse().map_err(|_| BadLink::NotALink)?;
            return Ok(Self::Call(CallLink { relay, id, fingerprint: fingerprint()? }));
        }
        let id = path.strip_prefix("j/").ok_or(BadLink::NotALink)?.trim_end_matches('/');
        let id = id.parse().map_err(|_| BadLink::NotALink)?;
        let secret = secret.filter(|s| !s.is_empty()).ok_or(BadLink::NoSecret)?;
        let bytes = URL_SAFE_NO_PAD.decode(secret).map_err(|_| BadLink::NoSecret)?;
        let secret = LinkSecret::new(bytes.try_into().map_err(|_| BadLink::NoSecret)?);
        Ok(Self::Invite(Link { relay, id, secret, fingerprint: fingerprint()? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0192f0c1-2b3c-7d4e-8f50-616263646566";
    const SECRET: &str = "AAECAwQFBgcICQoLDA0ODw";

    #[test]
    fn a_link_gives_relay_id_and_secret() {
        let link: Link = format!(" https://Desk.example:8443/j/{ID}#{SECRET}\n").parse().expect("a link");
        assert_eq!(link.relay, RelayAddress { host: "desk.example".into(), port: 8443 });
        assert_eq!(link.id.to_string(), ID);
        assert_eq!(link.secret, LinkSecret::new(std::array::from_fn(|i| i as u8)));
        let pinned: Link =
            format!("https://d.example/j/{ID}?fp={}#{SECRET}", "ab".repeat(32)).parse().expect("a link");
        assert_eq!(pinned.fingerprint, Some(Fingerprint([0xab; 32])));
    }

    #[test]
    fn a_channels_link_needs_no_secret() {
        let any = |text: String| text.parse::<AnyLink>();
        let Ok(AnyLink::Call(link)) = any(format!(" https://Desk.example/c/{ID}/\n")) else {
            panic!("a call")
        };
        assert_eq!((link.relay.host.as_str(), link.id.to_string().as_str()), ("desk.example", ID));
        let pinned = any(format!("http://127.0.0.1:8443/c/{ID}?fp={}", "ab".repeat(32)));
        assert!(matches!(pinned, Ok(AnyLink::Call(it)) if it.fingerprint == Some(Fingerprint([0xab; 32]))));
        assert!(matches!(any(format!("https://d.example/j/{ID}#{SECRET}")), Ok(AnyLink::Invite(_))));
        assert_eq!(any(format!("http://d.example/c/{ID}")), Err(BadLink::NotSecure));
        assert_eq!(any("https://d.example/c/".into()), Err(BadLink::NotALink));
        assert_eq!(any(format!("https://d.example/x/{ID}")), Err(BadLink::NotALink));
        assert_eq!(format!("https://d.example/c/{ID}").parse::<Link>(), Err(BadLink::NotALink));
    }

    #[test]
    fn broken_links_say_what_is_wrong() {
        let parse = |text: String| text.parse::<Link>().expect_err("refused");
        assert_eq!(parse(format!("https://d.example/j/{ID}")), BadLink::NoSecret);
        assert_eq!(parse(format!("https://d.example/j/{ID}#AAEC")), BadLink::NoSecret);
        assert_eq!(parse(format!("http://d.example/j/{ID}#{SECRET}")), BadLink::NotSecure);
        assert_eq!(parse("https://d.example/".into()), BadLink::NotALink);
        assert_eq!(parse("482 913 077".into()), BadLink::NotALink);
        let trap = parse(format!("http://localhost.example/j/{ID}#{SECRET}"));
        assert_eq!(trap, BadLink::NotSecure);
        assert!(trap.to_string().contains("ask your technician"));
        assert_eq!(parse(format!("http://notlocalhost/j/{ID}#{SECRET}")), BadLink::NotSecure);
    }

    #[test]
    fn plain_http_is_for_this_machine_and_stays_there() {
        for host in ["localhost", "LOCALHOST", "desk.localhost", "127.0.0.1", "127.9.8.7", "[::1]"] {
            let link: Link = format!("http://{host}:8080/j/{ID}#{SECRET}").parse().expect(host);
            let called = link.relay.fixed().expect("no look-up");
            assert!(
                !called.is_empty() && called.iter().all(|a| a.ip().is_loopback() && a.port() == 8080),
                "{host}"
            );
        }
        assert_eq!("desk.example".parse::<RelayAddress>().map(|r| r.fixed()), Ok(None));
    }

    #[test]
    fn addresses_are_read_as_people_write_them() {
        let parse = |text: &str| text.parse::<RelayAddress>().map(|a| (a.host, a.port));
        assert_eq!(parse("desk.example"), Ok(("desk.example".into(), 443)));
        assert_eq!(parse("https://desk.example/login"), Ok(("desk.example".into(), 443)));
        assert_eq!(parse("127.0.0.1:4433"), Ok(("127.0.0.1".into(), 4433)));
        assert_eq!(parse("[::1]:4433"), Ok(("::1".into(), 4433)));
        assert_eq!(parse("::1"), Ok(("::1".into(), 443)));
        assert_eq!(parse("http://localhost/login"), Ok(("localhost".into(), 80)));
        assert_eq!(parse("http://desk.example/login"), Ok(("desk.example".into(), 443)));
        for bad in ["", "desk example", "desk:port", "ftp://desk", "-desk", "desk:0", "a..b"] {
            assert_eq!(parse(bad), Err(BadAddress), "{bad}");
        }
    }
}
