//! What is served beside the interface: the SOS programs, metrics and health.

use std::{net::SocketAddr, path::Path, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{desk::Desk, socket::Socket, sos};

/// One request as it is written here: clients tidy paths up before they send them.
async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

#[cfg(unix)]
fn programs(folder: &Path) {
    let downloads = folder.join("downloads");
    std::fs::create_dir(&downloads).unwrap();
    std::fs::write(folder.join("private.txt"), "do not show").unwrap();
    std::fs::write(downloads.join("ponte-sos-linux-x86_64"), "the program").unwrap();
    std::fs::write(downloads.join("ponte-sos.exe"), "the other program").unwrap();
    std::fs::write(downloads.join("notes.txt"), "do not show").unwrap();
    std::os::unix::fs::symlink(folder.join("private.txt"), downloads.join("link-linux")).unwrap();
    std::fs::create_dir(downloads.join("folder-linux")).unwrap();
    std::fs::write(downloads.join("folder-linux/inner-linux"), "do not show").unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_programs_themselves_can_be_downloaded() {
    let desk = Desk::start_with(programs).await;
    let (status, answer) = get(desk.address(), "/dl/ponte-sos-linux-x86_64").await;
    assert_eq!(status, 200);
    assert!(answer.ends_with("\r\n\r\nthe program"), "{answer}");
    assert!(answer.contains("content-length: 11\r\n"));
    assert!(answer.contains("attachment; filename=\"ponte-sos-linux-x86_64\"\r\n"));

    for path in [
        "/dl/notes.txt",
        "/dl/link-linux",
        "/dl/folder-linux",
        "/dl/folder-linux%2finner-linux",
        "/dl/../private.txt",
        "/dl/..%2fprivate.txt",
        "/dl/%2e%2e%2fprivate.txt",
        "/dl/%2e%2e/private.txt",
        "/dl/..%5cprivate.txt",
        "/dl/%252e%252e%252fprivate.txt",
        "/dl/./ponte-sos-linux-x86_64/../../private.txt",
        "/dl/%2fetc%2fpasswd",
        "/dl/ponte-sos.exe%00.txt",
        "/dl/..",
        "/dl/%2e",
    ] {
        let (status, answer) = get(desk.address(), path).await;
        assert!([400, 404].contains(&status), "{path} answered {status}");
        assert!(!answer.contains("do not show") && !answer.contains("root:"), "{path}");
    }
    for path in ["/dl/folder-linux/inner-linux", "/dl//etc/passwd", "/dl/"] {
        let (_, answer) = get(desk.address(), path).await;
        assert!(!answer.contains("do not show") && !answer.contains("root:"), "{path}");
    }

    // Exchanged while it runs.
    let downloads = desk.data().parent().unwrap().join("downloads");
    let program = downloads.join("ponte-sos.exe");
    assert_eq!(get(desk.address(), "/dl/ponte-sos.exe").await.0, 200);
    std::fs::remove_file(&program).unwrap();
    std::os::unix::fs::symlink(downloads.join("../private.txt"), &program).unwrap();
    assert_eq!(get(desk.address(), "/dl/ponte-sos.exe").await.0, 404);
}

#[tokio::test]
async fn metrics_and_health_are_inside_only() {
    let desk = Desk::start().await;
    let mut sos = desk.sos(sos::ask_code()).await;
    sos.welcome().await;
    assert_eq!(desk.get("me", "nobody").await.status, 401);

    let (status, health) = get(desk.internal(), "/health").await;
    assert_eq!((status, health.ends_with("\r\n\r\nok\n")), (200, true), "{health}");
    let (status, metrics) = get(desk.internal(), "/metrics").await;
    assert_eq!(status, 200);
    for line in [
        "ponte_build_info{version=",
        "\nponte_connections 1",
        "ponte_http_refused_total 0",
        "ponte_udp_dropped_total 0",
        "# HELP ponte_http_connections Open TCP connections on the public port",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    for path in ["/metrics", "/health"] {
        let (_, answer) = get(desk.address(), path).await;
        assert!(!answer.contains("ponte_build_info") && !answer.ends_with("ok\n"), "{path}");
        assert_eq!(get(desk.internal(), &format!("{path}/x")).await.0, 404);
    }
    assert_eq!(get(desk.internal(), "/api/v1/desk").await.0, 404, "and nothing else is inside");
}

#[tokio::test]
async fn a_websocket_counts_among_the_open_connections_as_long_as_it_lives() {
    let desk = Desk::start().await;
    let open = || async {
        let (_, metrics) = get(desk.internal(), "/metrics").await;
        let line = metrics.lines().find_map(|line| line.strip_prefix("ponte_http_connections "));
        line.unwrap().parse::<u32>().unwrap()
    };
    let sockets = [Socket::open(&desk, "events").await, Socket::open(&desk, "view").await];
    assert_eq!(open().await, 2);
    drop(sockets);
    tokio::time::timeout(Duration::from_secs(5), async {
        while open().await > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("a socket that is gone counts no more");
}
