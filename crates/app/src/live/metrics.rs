//! What the live half counts.

use prometheus::{IntCounter, IntGauge, Registry};

/// Counters of connections and pictures.
#[derive(Debug, Clone)]
pub struct LiveMetrics {
    pub(super) rooms: IntGauge,
    pub(super) connections: IntGauge,
    pub(super) viewers: IntGauge,
    pub(super) frames: IntCounter,
    pub(super) frame_bytes: IntCounter,
    pub(super) frames_unused: IntCounter,
    pub(super) frames_overload: IntCounter,
    pub(super) key_requests: IntCounter,
    pub(super) viewers_closed: IntCounter,
    pub(super) links_refused: IntCounter,
    pub(super) links_lost: IntCounter,
}

impl LiveMetrics {
    /// Makes the counters and registers them.
    ///
    /// # Errors
    /// When they are registered already.
    pub fn register(registry: &Registry) -> Result<Self, prometheus::Error> {
        let counter = |name: &str, help: &str| -> Result<IntCounter, prometheus::Error> {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok(counter)
        };
        let gauge = |name: &str, help: &str| -> Result<IntGauge, prometheus::Error> {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok(gauge)
        };
        Ok(Self {
            rooms: gauge("ponte_rooms", "Rooms where SOS programs and viewers meet")?,
            connections: gauge("ponte_connections", "SOS programs connected")?,
            viewers: gauge("ponte_viewers", "Viewers attached")?,
            frames: counter("ponte_frames_in_total", "Pictures received from SOS programs")?,
            frame_bytes: counter("ponte_frame_bytes_in_total", "Bytes of pictures received")?,
            frames_unused: counter(
                "ponte_frames_unused_total",
                "Pictures received late, after a loss, or of a screen nobody watches",
            )?,
            frames_overload: counter(
                "ponte_frames_overload_total",
                "Pictures not sent because the media plane was overloaded",
            )?,
            key_requests: counter("ponte_key_requests_total", "Key pictures asked of SOS programs")?,
            viewers_closed: counter(
                "ponte_viewers_closed_total",
                "Viewers closed because they did not read, or broke the protocol",
            )?,
            links_refused: counter("ponte_links_refused_total", "SOS programs refused at their hello")?,
            links_lost: counter("ponte_links_lost_total", "SOS programs lost without a word")?,
        })
    }
}
