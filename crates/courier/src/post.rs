//! HTTP to servers that somebody typed: a name is resolved once, the connection goes to an address that was checked, no
//! redirect is followed, no proxy is asked, and no more is read of the answer than its status.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use ponte_app::ports::{Post, Poster};
use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};

use crate::addresses::{Block, Reach, reach};

const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(12);
/// An allowed name may stand for this many addresses.
const MOST_ADDRESSES: usize = 16;

/// Tells other servers.
#[derive(Debug)]
pub struct Http {
    /// For `https`: public addresses, and allowed ones.
    secure: Client,
    /// For `http`: allowed addresses only.
    plain: Client,
    allowed: Arc<[Block]>,
}

impl Http {
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(allowed: Vec<Block>) -> Result<Self, String> {
        // The first choice of a process stays; it is the same one everywhere here.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allowed: Arc<[Block]> = allowed.into();
        let client = |public: bool| {
            Client::builder()
                .user_agent(concat!("Ponte/", env!("CARGO_PKG_VERSION")))
                .dns_resolver(Arc::new(Guard { allowed: Arc::clone(&allowed), public }))
                .redirect(Policy::none())
                .no_proxy()
                .connect_timeout(CONNECT)
                .timeout(WHOLE)
                // Each delivery is resolved and checked anew.
                .pool_max_idle_per_host(0)
                .build()
                .map_err(|e| e.to_string())
        };
        Ok(Self { secure: client(true)?, plain: client(false)?, allowed })
    }

    fn parse(&self, url: &str) -> Result<(Url, &Client), String> {
        let url = Url::parse(url).map_err(|e| format!("'{url}' is no address: {e}"))?;
        let (client, public) = match url.scheme() {
            "https" => (&self.secure, true),
            "http" => (&self.plain, false),
            _ => return Err("the address must begin with https://".to_owned()),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the address must not contain a user or a password".to_owned());
        }
        if url.fragment().is_some() {
            return Err("the address must not contain '#'".to_owned());
        }
        let host = url.host_str().ok_or("the address has no host")?;
        // Every spelling of an IPv4 address (0x7f.1, 2130706433) has become the usual one by now.
        if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse() {
            let found = reach(address, &self.allowed);
            if found == Reach::Refused {
                return Err(refused(host));
            }
            if found == Reach::Public && !public {
                return Err("the address must begin with https://".to_owned());
            }
        }
        Ok((url, client))
    }
}

fn refused(host: &str) -> String {
    format!("'{host}' is not on the public internet; the administrator can allow it ('webhooks.allow')")
}

#[async_trait]
impl Poster for Http {
    fn acceptable(&self, url: &str) -> Result<(), String> {
        self.parse(url).map(|_| ())
    }

    async fn post(&self, post: &Post) -> Result<u16, String> {
        let (url, client) = self.parse(&post.url)?;
        let mut request = client.post(url).body(post.body.clone());
        for (name, value) in &post.headers {
            request = request.header(*name, value);
        }
        let answer = request.send().await.map_err(|error| told(&error))?;
        Ok(answer.status().as_u16())
    }
}

/// The innermost cause says what to do.
fn told(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long to answer".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// Resolves a name to those of its addresses to which the relay may go.
struct Guard {
    allowed: Arc<[Block]>,
    /// Also to public ones.
    public: bool,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, public) = (Arc::clone(&self.allowed), self.public);
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.take(MOST_ADDRESSES).collect();
            let may = |address: &SocketAddr| match reach(address.ip(), &allowed) {
                Reach::Allowed => true,
                Reach::Public => public,
                Reach::Refused => false,
            };
            let good: Vec<SocketAddr> = found.into_iter().filter(may).collect();
            if good.is_empty() {
                let why = if public { refused(&name) } else { format!("'{name}' must be told by https://") };
                return Err(why.into());
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_relays_own_network_are_refused_in_every_spelling() {
        let http = Http::new(vec!["127.0.0.7".parse().unwrap()]).unwrap();
        for good in [
            "https://hooks.example/x?y=1",
            "https://93.184.216.34/",
            "http://127.0.0.7:8080/",
            "http://internal/",
        ] {
            assert_eq!(http.acceptable(good), Ok(()), "{good}");
        }
        for wrong in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://169.254.169.254/",
            "https://10.0.0.1/",
            "https://[fd00::1]/",
            "https://[64:ff9b::7f00:1]/",
            "http://93.184.216.34/",
            "ftp://hooks.example/",
            "file:///etc/passwd",
            "hooks.example",
            "https://user:secret@hooks.example/",
            "https://hooks.example/#x",
            "",
        ] {
            assert!(http.acceptable(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_called() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let http = Http::new(Vec::new()).unwrap();
        let post =
            Post { url: format!("https://localhost:{port}/"), headers: Vec::new(), body: String::new() };
        let why = http.post(&post).await.unwrap_err();
        assert!(why.contains("not on the public internet"), "{why}");
        let plain = Post { url: format!("http://localhost:{port}/"), ..post };
        assert!(http.post(&plain).await.is_err());
        let nobody = tokio::time::timeout(Duration::from_millis(1), listener.accept()).await;
        assert!(nobody.is_err(), "and nobody knocked there");
    }
}
