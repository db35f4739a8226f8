//! What a device says about itself. Untrusted: shown as text, never interpreted.

use serde::{Deserialize, Serialize};

use crate::Line;

/// Facts about the end user's machine, seen before connecting (P3). An absent fact is one the system did not tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceFacts {
    /// For example `Debian GNU/Linux 12 (bookworm)`.
    pub system: Option<Line<120>>,
    /// Kernel or build, for example `6.1.0-18-amd64`.
    pub system_version: Option<Line<120>>,
    pub host_name: Option<Line<253>>,
    /// Textual IP addresses of the machine, at most 8, loopback left out.
    pub addresses: Vec<Line<64>>,
    /// The signed-in user's name.
    pub user: Option<Line<120>>,
    /// At most 16.
    pub screens: Vec<ScreenFacts>,
    pub processor: Option<Line<120>>,
    /// Logical processors.
    pub processors: Option<u32>,
    /// Bytes.
    pub memory_total: Option<u64>,
    /// Bytes.
    pub memory_free: Option<u64>,
    /// Bytes, on the file system of the user's home.
    pub disk_free: Option<u64>,
    /// BCP 47, for example `pt-BR`.
    pub language: Option<Line<35>>,
    /// IANA name, for example `America/Sao_Paulo`.
    pub time_zone: Option<Line<64>>,
    /// The SOS program's version.
    pub program: Option<Line<40>>,
}

/// One screen, in physical pixels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScreenFacts {
    pub name: Option<Line<64>>,
    pub width: u32,
    pub height: u32,
}

impl DeviceFacts {
    /// Digits that end the host name (`pms-203355` → `203355`), the convention for asset numbers.
    #[must_use]
    pub fn asset_number(&self) -> Option<String> {
        let host = self.host_name.as_ref()?.as_str().split('.').next()?;
        let (prefix, digits) = host.rsplit_once('-')?;
        let plausible = !prefix.is_empty() && (3..=12).contains(&digits.len());
        (plausible && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str) -> DeviceFacts {
        DeviceFacts { host_name: Line::cut(name), ..DeviceFacts::default() }
    }

    #[test]
    fn the_asset_number_is_read_from_the_host_name() {
        assert_eq!(host("pms-203355").asset_number().as_deref(), Some("203355"));
        assert_eq!(host("pms-203355.sorocaba.sp.gov.br").asset_number().as_deref(), Some("203355"));
        assert_eq!(host("laptop").asset_number(), None);
        assert_eq!(host("pc-12a").asset_number(), None);
        assert_eq!(DeviceFacts::default().asset_number(), None);
    }
}
