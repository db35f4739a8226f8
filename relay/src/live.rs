//! The live half as a node starts it.

use std::sync::Arc;

use ponte_transport::{Limits, NodeKey};

use crate::{
    media::{self, MediaConfig},
    node::{LiveSetup, RunningLive},
};

/// Starts QUIC, WebRTC and the hub on one UDP socket.
///
/// # Errors
/// When the port is taken, or the certificate cannot be used.
pub(crate) async fn start_live(setup: LiveSetup) -> anyhow::Result<RunningLive> {
    let config = MediaConfig {
        listen: setup.listen,
        public_addresses: setup.public_addresses,
        tls: setup.tls,
        node_key: NodeKey::new(&setup.node_key),
        limits: Limits::default(),
    };
    let media = media::start(config, setup.records, &setup.registry).await?;
    Ok(RunningLive { live: Arc::new(media.hub.clone()), stop: Box::new(move || Box::pin(media.stop())) })
}
