//! What the machine says about itself (P3). A fact that cannot be read is left out.

use std::{fs, net::IpAddr};

use ponte_types::{DeviceFacts, Line, ScreenFacts};
use sysinfo::{Disks, Networks, System};

use crate::Rect;

/// Gathers the facts; takes some milliseconds. `program` is this program's version.
#[must_use]
pub fn gather(program: &str, screen: Option<Rect>) -> DeviceFacts {
    let system = System::new().ok().map(|mut system| {
        system.refresh_memory();
        system.refresh_cpu_all();
        system
    });
    let system = system.as_ref();
    let cpus = system.map(System::cpus).unwrap_or_default();
    DeviceFacts {
        system: System::long_os_version().ok().and_then(|s| Line::cut(&s)),
        system_version: System::kernel_version().ok().and_then(|s| Line::cut(&s)),
        host_name: System::host_name().ok().and_then(|s| Line::cut(&s)),
        addresses: addresses(),
        user: std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).ok().and_then(|s| Line::cut(&s)),
        screens: screen
            .map(|r| ScreenFacts { name: None, width: r.width, height: r.height })
            .into_iter()
            .collect(),
        processor: cpus.first().and_then(|c| Line::cut(c.brand())),
        processors: u32::try_from(cpus.len()).ok().filter(|n| *n > 0),
        memory_total: system.map(System::total_memory),
        memory_free: system.map(System::available_memory),
        disk_free: disk_free(),
        language: sys_locale::get_locale().and_then(|s| Line::cut(&s)),
        time_zone: time_zone().and_then(|s| Line::cut(&s)),
        program: Line::cut(program),
    }
}

fn addresses() -> Vec<Line<64>> {
    let Ok(networks) = Networks::new_with_refreshed_list() else { return Vec::new() };
    let mut found: Vec<IpAddr> = networks
        .values()
        .flat_map(|data| data.ip_networks().iter().map(|n| n.addr))
        .filter(|address| {
            let local = matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local());
            !address.is_loopback() && !local
        })
        .collect();
    // IPv4 first: that is what people read to each other.
    found.sort_by_key(|a| (a.is_ipv6(), *a));
    found.dedup();
    found.iter().take(8).filter_map(|a| Line::cut(&a.to_string())).collect()
}

/// Free bytes where the user's home is: the mount point that is its longest prefix.
fn disk_free() -> Option<u64> {
    let home = std::env::home_dir()?;
    let disks = Disks::new_with_refreshed_list().ok()?;
    let holds = disks.iter().filter(|d| home.starts_with(d.mount_point()));
    holds.max_by_key(|d| d.mount_point().as_os_str().len()).map(sysinfo::Disk::available_space)
}

/// The IANA name, as the places where systems keep it say.
fn time_zone() -> Option<String> {
    if let Some(tz) = std::env::var("TZ").ok().filter(|tz| tz.contains('/') && !tz.starts_with([':', '/'])) {
        return Some(tz);
    }
    let link = fs::read_link("/etc/localtime").ok().and_then(|target| {
        let text = target.to_str()?.to_owned();
        Some(text.split_once("zoneinfo/")?.1.to_owned())
    });
    link.or_else(|| fs::read_to_string("/etc/timezone").ok().map(|s| s.trim().to_owned()))
        .filter(|s| !s.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_tells_the_basics() {
        let facts = gather("0.1.0", Some(Rect::new(0, 0, 1280, 720)));
        assert!(facts.processors.is_some_and(|n| n > 0));
        assert!(facts.memory_total > facts.memory_free);
        assert_eq!(facts.screens.first().map(|s| (s.width, s.height)), Some((1280, 720)));
        assert!(facts.addresses.iter().all(|a| a.as_str() != "127.0.0.1"));
    }
}
