//! The real program, as an administrator meets it: exit code 2 says what to do, and nothing was changed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests, too

#[cfg(unix)]
mod full_disk;
mod postgres;
mod relay;

use std::net::{SocketAddr, TcpListener, UdpSocket};

use relay::Place;

/// A port of this machine that is free for TCP and UDP.
fn free() -> SocketAddr {
    loop {
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = tcp.local_addr().unwrap();
        if UdpSocket::bind(address).is_ok() {
            return address;
        }
    }
}

#[test]
fn a_busy_port_is_named_and_nothing_is_made() {
    let (tcp, udp) = (TcpListener::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
    let (tcp, udp) =
        (tcp.local_addr().map(|a| (tcp, a)).unwrap(), udp.local_addr().map(|a| (udp, a)).unwrap());
    for (listen, internal, expected) in [
        (
            tcp.1,
            free(),
            format!("TCP port {} on 127.0.0.1 cannot be used: stop the program that uses it", tcp.1.port()),
        ),
        (
            udp.1,
            free(),
            format!("UDP port {} on 127.0.0.1 cannot be used: stop the program that uses it", udp.1.port()),
        ),
        (free(), tcp.1, "set another 'internal_listen'".to_owned()),
    ] {
        let place = Place::new(&format!("listen = \"{listen}\"\ninternal_listen = \"{internal}\"\n"));
        let refused = place.run(&["serve"]);
        assert_eq!(refused.code, Some(2), "{}", refused.error);
        assert!(refused.error.contains(&expected), "{}", refused.error);
        assert!(place.untouched(), "{}", refused.error);
    }
}

#[test]
fn a_configuration_that_cannot_be_used_is_refused_with_what_to_do() {
    for (text, expected) in [
        ("colour = \"red\"\n", "ponte.toml:3:1: unknown field `colour`"),
        ("[expiry]\nlink_minutes = 0\n", "'expiry.link_minutes' must be 1 to 525600"),
        ("downloads_dir = \"/nowhere/at/all\"\n", "make the folder or remove the key"),
        ("listen = \"127.0.0.1:1\"\n", "ponte.toml:3:1: duplicate key"),
        ("[tls]\ncert = \"/nowhere.pem\"\nkey = \"/nowhere.key\"\n", "check 'tls.cert' and 'tls.key'"),
    ] {
        let place = Place::new(&format!("listen = \"{}\"\n{text}", free()));
        for command in ["serve", "check-config"] {
            let refused = place.run(&[command]);
            assert_eq!(refused.code, Some(2), "{command}: {}", refused.error);
            assert!(refused.error.contains(expected), "{command}: {}", refused.error);
            assert!(place.untouched());
        }
    }
    let place = Place::new(&format!("listen = \"{}\"\n", free()));
    let missing = place.run_with(&["serve", "--config", "/nowhere/ponte.toml"], &[]);
    assert_eq!(missing.code, Some(2));
    assert!(
        missing.error.contains("'/nowhere/ponte.toml' cannot be read: check the path"),
        "{}",
        missing.error
    );
    let folder = place.folder().display().to_string();
    let folder = place.run_with(&["serve", "--config", &folder], &[]);
    assert_eq!(folder.code, Some(2));
    assert!(folder.error.contains("cannot be read"), "{}", folder.error);
    for (name, value, expected) in [
        ("PONTE_LISTN", "127.0.0.1:1", "did you mean PONTE_LISTEN?"),
        ("PONTE_EXPIRY_CODE", "5", "did you mean PONTE_EXPIRY_CODE_MINUTES?"),
        ("PONTE_LISTEN", "here", "the environment's PONTE_LISTEN: 'here'"),
    ] {
        let refused = place.run_with(&["serve", "--config", &place.config()], &[(name, value)]);
        assert_eq!(refused.code, Some(2), "{}", refused.error);
        assert!(refused.error.contains(expected), "{}", refused.error);
    }
    assert!(place.untouched());
    let good = place.run(&["check-config"]);
    assert_eq!((good.code, place.untouched()), (Some(0), true), "{}", good.error);
}

#[test]
fn a_certificate_that_cannot_be_used_is_refused_by_file() {
    let [one, other] =
        [(); 2].map(|()| rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap());
    for (cert, key, expected) in [
        ("nonsense".to_owned(), one.signing_key.serialize_pem(), "cert.pem' holds no certificate"),
        (one.cert.pem(), "nonsense".to_owned(), "key.pem' cannot be used"),
        (one.cert.pem(), other.signing_key.serialize_pem(), "certificate and key do not belong together"),
    ] {
        let place = Place::new(&format!(
            "listen = \"{}\"\n[tls]\ncert = \"HERE/cert.pem\"\nkey = \"HERE/key.pem\"\n",
            free()
        ));
        std::fs::write(place.folder().join("cert.pem"), cert).unwrap();
        std::fs::write(place.folder().join("key.pem"), key).unwrap();
        let refused = place.run(&["serve"]);
        assert_eq!(refused.code, Some(2), "{}", refused.error);
        assert!(refused.error.contains(expected), "{}", refused.error);
        assert!(place.untouched());
    }
}

#[test]
fn an_account_needs_a_good_address_and_password_and_comes_once() {
    let place = Place::new(&format!("listen = \"{}\"\n", free()));
    let made = place.create_owner("correct horse 1");
    assert_eq!(made.code, Some(0), "{}", made.error);
    assert!(made.output.contains("Ana (ana@desk.example) can sign in now."), "{}", made.output);
    let twice = place.create_owner("correct horse 1");
    assert_eq!(twice.code, Some(2));
    assert!(twice.error.contains("there is an account with this e-mail address already"), "{}", twice.error);
    let short = place.create_owner("short");
    assert_eq!(short.code, Some(2));
    assert!(short.error.contains("at least 10 characters"), "{}", short.error);
}
