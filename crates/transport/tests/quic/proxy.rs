//! A network between one client and the relay, which shows what passes.

use std::net::SocketAddr;

use tokio::{net::UdpSocket, sync::watch, task::AbortHandle};

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    /// First bytes of the relay's packets.
    answers: watch::Receiver<Vec<u8>>,
    task: AbortHandle,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    /// Lets so many of the client's packets through.
    pub(crate) async fn start(relay: SocketAddr, packets: usize) -> Self {
        let inside = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let outside = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        outside.connect(relay).await.unwrap();
        let address = inside.local_addr().unwrap();
        let (log, answers) = watch::channel(Vec::new());
        let task = tokio::spawn(async move {
            let (mut left, mut client) = (packets, None);
            let (mut up, mut down) = (vec![0; 65_536], vec![0; 65_536]);
            loop {
                tokio::select! {
                    Ok((len, from)) = inside.recv_from(&mut up) => {
                        client = Some(from);
                        if left > 0 {
                            left -= 1;
                            outside.send(&up[..len]).await.unwrap();
                        }
                    }
                    Ok(len) = outside.recv(&mut down) => {
                        log.send_modify(|log| log.push(down[0]));
                        if let Some(client) = client {
                            inside.send_to(&down[..len], client).await.unwrap();
                        }
                    }
                }
            }
        });
        Self { address, answers, task: task.abort_handle() }
    }

    /// Waits until the relay has answered.
    pub(crate) async fn answered(&mut self) {
        self.answers.wait_for(|log| !log.is_empty()).await.unwrap();
    }

    /// Did the relay ask for a proof of the address (RFC 9000 §17.2.5: long header, type 3)?
    pub(crate) fn saw_retry(&self) -> bool {
        self.answers.borrow().iter().any(|first| first & 0xf0 == 0xf0)
    }
}
