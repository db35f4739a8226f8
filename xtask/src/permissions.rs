//! The table of permissions in the documents, made from the rules themselves.

use std::fmt::Write as _;

use ponte_desk::permission::{Permission, Reach, RoleName};

pub(crate) const DOCUMENT: &str = "docs/permissions.md";

const ROLES: [(&str, RoleName); 5] = [
    ("Owner", RoleName::Owner),
    ("Technician manager", RoleName::TechnicianManager),
    ("Channel manager", RoleName::ChannelManager),
    ("Channel technician", RoleName::ChannelTechnician),
    ("Auditor", RoleName::Auditor),
];

const HEAD: &str = "# Permissions

Made by `cargo xtask gen` from `crates/desk/src/permission`; `cargo xtask check` fails when it is stale.

A technician may do what a role of theirs gives where it holds: on the whole desk, or in one channel. Who works in a channel has
the channel technician's permissions there besides. Roles of one's own give what is ticked. A single permission can be allowed or
denied to a role or to one technician, on the whole desk or in one channel; the channel goes before the desk, the
technician before the role, and deny before allow. Owners may do everything, whatever else is settled. *What may Ana do
here, and why?* on a technician's page answers for each permission by the same rules.

What reaches the end user's machine is asked of the end user besides, and checked again by the SOS program.
";

/// The whole document.
pub(crate) fn document() -> String {
    let mut text = HEAD.to_owned();
    let _ = write!(text, "\n| permission | lets somebody | reaches |");
    ROLES.iter().for_each(|(name, _)| _ = write!(text, " {name} |"));
    let _ = write!(text, "\n|---|---|---|{}\n", ":-:|".repeat(ROLES.len()));
    for permission in Permission::ALL {
        let reach = match permission.reach() {
            Reach::Reads => "reads",
            Reach::Changes => "changes",
            Reach::Machine => "the machine",
        };
        let _ = write!(text, "| `{}` | {} | {reach} |", permission.as_str(), permission.about());
        for (_, role) in ROLES {
            let gives = role.built_in().is_some_and(|gives| gives.contains(*permission));
            let _ = write!(text, " {} |", if gives { "✓" } else { "" });
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_permission_has_a_line_and_each_role_a_column() {
        let text = document();
        let lines: Vec<_> = text.lines().filter(|line| line.starts_with("| `")).collect();
        assert_eq!(lines.len(), Permission::ALL.len());
        let take = lines.iter().find(|line| line.contains("`session_take`")).unwrap();
        assert_eq!(*take, "| `session_take` | Take a waiting session | changes | ✓ | ✓ | ✓ | ✓ |  |");
        assert_eq!(ROLES.map(|(_, role)| role), RoleName::BUILT_IN);
    }
}
