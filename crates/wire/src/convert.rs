//! Wire messages ⇄ the product's types, with the limits that a peer cannot talk away.

use ponte_types::{DeviceFacts, Grant, Line, ScreenFacts};

use crate::msg;

/// A field's value is outside what the protocol allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("field '{0}' is missing or not valid")]
pub struct ConvertError(pub &'static str);

const MAX_ADDRESSES: usize = 8;
const MAX_SCREENS: usize = 16;

impl From<msg::DeviceFacts> for DeviceFacts {
    /// Cuts what is too long and drops what cannot be shown: facts are informative, a bad one must not keep
    /// anybody from getting help.
    fn from(m: msg::DeviceFacts) -> Self {
        #[allow(clippy::needless_pass_by_value)] // the message is taken apart
        fn line<const N: usize>(text: Option<String>) -> Option<Line<N>> {
            text.as_deref().and_then(Line::cut)
        }
        Self {
            system: line(m.system),
            system_version: line(m.system_version),
            host_name: line(m.host_name),
            addresses: m.addresses.iter().filter_map(|a| Line::cut(a)).take(MAX_ADDRESSES).collect(),
            user: line(m.user),
            screens: m
                .screens
                .into_iter()
                .take(MAX_SCREENS)
                .map(|s| ScreenFacts { name: line(s.name), width: s.width, height: s.height })
                .collect(),
            processor: line(m.processor),
            processors: m.processors,
            memory_total: m.memory_total,
            memory_free: m.memory_free,
            disk_free: m.disk_free,
            language: line(m.language),
            time_zone: line(m.time_zone),
            program: None,
        }
    }
}

impl From<&DeviceFacts> for msg::DeviceFacts {
    fn from(facts: &DeviceFacts) -> Self {
        fn text<const N: usize>(line: Option<&Line<N>>) -> Option<String> {
            line.map(|l| l.as_str().to_owned())
        }
        Self {
            system: text(facts.system.as_ref()),
            system_version: text(facts.system_version.as_ref()),
            host_name: text(facts.host_name.as_ref()),
            addresses: facts.addresses.iter().map(|a| a.as_str().to_owned()).collect(),
            user: text(facts.user.as_ref()),
            screens: facts
                .screens
                .iter()
                .map(|s| msg::Screen { name: text(s.name.as_ref()), width: s.width, height: s.height })
                .collect(),
            processor: text(facts.processor.as_ref()),
            processors: facts.processors,
            memory_total: facts.memory_total,
            memory_free: facts.memory_free,
            disk_free: facts.disk_free,
            language: text(facts.language.as_ref()),
            time_zone: text(facts.time_zone.as_ref()),
        }
    }
}

impl From<Grant> for msg::GrantKind {
    fn from(grant: Grant) -> Self {
        match grant {
            Grant::View => Self::View,
            Grant::Control => Self::GrantControl,
        }
    }
}

impl TryFrom<msg::GrantKind> for Grant {
    type Error = ConvertError;
    fn try_from(kind: msg::GrantKind) -> Result<Self, ConvertError> {
        match kind {
            msg::GrantKind::View => Ok(Self::View),
            msg::GrantKind::GrantControl => Ok(Self::Control),
            msg::GrantKind::Unspecified => Err(ConvertError("grant")),
        }
    }
}
