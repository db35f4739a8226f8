//! The TCP side: accepts, limits, speaks TLS, and serves HTTP with time limits that axum's own server does not set.

use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use ponte_transport::{Caps, Place, Places};
use prometheus::{IntCounter, IntGauge, Registry};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::{Sleep, sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

const TLS_HANDSHAKE: Duration = Duration::from_secs(5);
const HEADERS: Duration = Duration::from_secs(10);
/// How long a peer may take nothing of what it is sent.
const STALLED: Duration = Duration::from_secs(30);
/// Rest after the system had no file handle for a connection: trying at once would only spin.
const OUT_OF_HANDLES: Duration = Duration::from_millis(100);

#[derive(Debug, Clone)]
pub(crate) struct Metrics {
    open: IntGauge,
    refused: IntCounter,
    tls_failed: IntCounter,
}

impl Metrics {
    pub(crate) fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let metrics = Self {
            open: IntGauge::new("ponte_http_connections", "Open TCP connections on the public port")?,
            refused: IntCounter::new(
                "ponte_http_refused_total",
                "TCP connections over a limit, closed at once",
            )?,
            tls_failed: IntCounter::new(
                "ponte_tls_failed_total",
                "TLS handshakes that failed or took too long",
            )?,
        };
        registry.register(Box::new(metrics.open.clone()))?;
        registry.register(Box::new(metrics.refused.clone()))?;
        registry.register(Box::new(metrics.tls_failed.clone()))?;
        Ok(metrics)
    }
}

/// Serves until `stop`; then lets answers in progress finish. Returns when all connections are closed.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    caps: Caps,
    metrics: Option<Metrics>,
    stop: CancellationToken,
) {
    let places = Places::new(caps);
    let tasks = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::debug!(%error, "a connection could not be accepted");
                if !matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
                {
                    tokio::time::sleep(OUT_OF_HANDLES).await;
                }
                continue;
            }
        };
        let Some(place) = places.enter(peer.ip()) else {
            if let Some(metrics) = &metrics {
                metrics.refused.inc();
            }
            continue;
        };
        let (tls, router, stop, metrics) = (tls.clone(), router.clone(), stop.clone(), metrics.clone());
        let visitor = Visitor::new(stream, place, metrics.as_ref().map(|m| m.open.clone()));
        tasks.spawn(async move { connection(visitor, peer, tls, router, metrics.as_ref(), &stop).await });
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

async fn connection(
    visitor: Visitor,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    router: Router,
    metrics: Option<&Metrics>,
    stop: &CancellationToken,
) {
    // Small answers must not wait for a full packet; failing to say so only costs time.
    let _ = visitor.stream.set_nodelay(true);
    let Some(tls) = tls else { return http(visitor, peer, router, stop).await };
    match timeout(TLS_HANDSHAKE, tls.accept(visitor)).await {
        Ok(Ok(stream)) => http(stream, peer, router, stop).await,
        Ok(Err(_)) | Err(_) => {
            if let Some(metrics) = metrics {
                metrics.tls_failed.inc();
            }
        }
    }
}

async fn http<S>(stream: S, peer: SocketAddr, router: Router, stop: &CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        let (mut request, router) = (request.map(Body::new), router.clone());
        request.extensions_mut().insert(ConnectInfo(peer));
        async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(64 * 1024);
    let served = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let mut served = std::pin::pin!(served);
    tokio::select! {
        ended = served.as_mut() => return log(ended, peer),
        () = stop.cancelled() => served.as_mut().graceful_shutdown(),
    }
    log(served.await, peer);
}

fn log<E: std::fmt::Display>(ended: Result<(), E>, peer: SocketAddr) {
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection broke");
    }
}

/// A connection and its place: whoever holds the stream, and be it a WebSocket long after the HTTP exchange ended,
/// counts.
struct Visitor {
    stream: TcpStream,
    _place: Place,
    open: Option<IntGauge>,
    /// Runs while the peer takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    patience: Duration,
}

impl Visitor {
    fn new(stream: TcpStream, place: Place, open: Option<IntGauge>) -> Self {
        if let Some(open) = &open {
            open.inc();
        }
        Self { stream, _place: place, open, stalled: None, patience: STALLED }
    }

    /// Lets a write pass, or a peer go that has not read for too long.
    fn paced<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        match stalled.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        if let Some(open) = &self.open {
            open.dec();
        }
    }
}

impl AsyncRead for Visitor {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Visitor {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, buf);
        this.paced(cx, written)
    }
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, bufs);
        this.paced(cx, written)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    #[tokio::test]
    async fn who_does_not_read_is_let_go() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let silent = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, peer) = listener.accept().await.unwrap();
        let place = Places::new(Caps { in_all: 1, per_address: 1 }).enter(peer.ip()).unwrap();
        let mut visitor = Visitor::new(stream, place, None);
        assert_eq!(visitor.patience, STALLED);
        visitor.patience = Duration::from_millis(100);
        let ended = visitor.write_all(&vec![0; 64 << 20]).await.map_err(|e| e.kind());
        assert_eq!(ended, Err(io::ErrorKind::TimedOut));
        drop(silent);
    }
}
