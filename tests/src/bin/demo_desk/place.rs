//! The desk of the demo: two channels, three groups, the people who work there. Made once, found again later.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::{
    api::Technician,
    people::{COMPANIES, Request},
};

/// Somebody who works at the desk.
pub(crate) struct Colleague {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    /// What they are, for who reads the terminal.
    pub(crate) about: &'static str,
    groups: &'static [&'static str],
    /// They hold this role in the second channel.
    manages: bool,
    skills: &'static [(&'static str, u8)],
    limit: u8,
}

pub(crate) const COLLEAGUES: [Colleague; 4] = [
    Colleague {
        name: "Bruno Lima",
        email: "bruno@demo.ponte",
        about: "technician, first line",
        groups: &["First line"],
        manages: false,
        skills: &[("printers", 4), ("network", 2)],
        limit: 4,
    },
    Colleague {
        name: "Olga Petrova",
        email: "olga@demo.ponte",
        about: "technician, networks",
        groups: &["Networks", "First line"],
        manages: false,
        skills: &[("network", 5)],
        limit: 3,
    },
    Colleague {
        name: "Clara Mendes",
        email: "clara@demo.ponte",
        about: "manages Business systems",
        groups: &["Applications"],
        manages: true,
        skills: &[("erp", 5)],
        limit: 3,
    },
    Colleague {
        name: "Tomás Ferreira",
        email: "tomas@demo.ponte",
        about: "technician, applications",
        groups: &["Applications"],
        manages: false,
        skills: &[("erp", 3)],
        limit: 3,
    },
];

const GROUPS: [(&str, &str); 3] = [
    ("First line", "Answers first; solves what can be solved in ten minutes."),
    ("Networks", "Cables, Wi-Fi, VPN, servers."),
    ("Applications", "Business systems and their users."),
];

const CATEGORIES: [(&str, &str); 6] = [
    ("Everything is down", "urgent"),
    ("Network", "high"),
    ("Accounts & passwords", "high"),
    ("Printers", "normal"),
    ("Business software", "normal"),
    ("Everything else", "low"),
];

const SUPPORT_SCRIPT: &str = "Good morning, this is the support desk. Who am I speaking to?\n\n\
    • Which computer is it? The number is on a label on the case.\n• What were you doing when it happened?\n\
    • Does it happen to others, too?\n\nSay what you are going to do before you do it.";
const BUSINESS_SCRIPT: &str = "Ask for the name of the screen and for the exact words of the message.\n\n\
    • Since when? Was there an update?\n• One user, or all of them?\n\nNever ask for a password.";

/// The second channel; that it is there says that the desk has been set up.
const BUSINESS: &str = "Business systems";

/// What the demo needs to know of the desk.
pub(crate) struct Place {
    support: Value,
    business: Value,
    pub(crate) categories: BTreeMap<String, Value>,
    pub(crate) companies: BTreeMap<String, Value>,
    /// It was set up just now.
    pub(crate) fresh: bool,
}

impl Place {
    /// Where the request belongs.
    pub(crate) fn channel(&self, request: &Request) -> &Value {
        if request.category == "Business software" { &self.business } else { &self.support }
    }
}

/// Sets the desk up, unless it is.
pub(crate) async fn set_up(owner: &Technician, password: &str) -> Result<Place> {
    let setup = owner.get("setup").await?;
    let fresh = !by_name(&setup["channels"]).contains_key(BUSINESS);
    if fresh {
        make(owner, &setup, password).await?;
    }
    let setup = owner.get("setup").await?;
    let mut channels = by_name(&setup["channels"]);
    Ok(Place {
        support: setup["desk"]["setup"]["default_channel"].clone(),
        business: channels.remove(BUSINESS).context("the second channel is not there")?,
        categories: by_name(&setup["categories"]),
        companies: by_name(&setup["companies"]),
        fresh,
    })
}

async fn make(owner: &Technician, setup: &Value, password: &str) -> Result<()> {
    for name in COMPANIES {
        owner.post("companies", json!({"name": name})).await?;
    }
    for (name, priority) in CATEGORIES {
        owner.post("categories", json!({"name": name, "priority": priority})).await?;
    }
    let mut groups = BTreeMap::new();
    let mut colleagues = Vec::new();
    for it in COLLEAGUES {
        let skills: serde_json::Map<_, _> =
            it.skills.iter().map(|(skill, level)| ((*skill).to_owned(), (*level).into())).collect();
        let body = json!({"name": it.name, "email": it.email, "password": password, "setup": {"skills": skills, "limit": it.limit}});
        colleagues.push((owner.post("technicians", body).await?["id"].clone(), it));
    }
    for (name, description) in GROUPS {
        let members: Vec<_> =
            colleagues.iter().filter(|(_, it)| it.groups.contains(&name)).map(|(id, _)| id.clone()).collect();
        let group = owner
            .post("groups", json!({"name": name, "description": description, "members": members}))
            .await?;
        groups.insert(name, group["id"].clone());
    }
    let business = json!({
        "name": BUSINESS, "description": "The accounting system, the warehouse, the clinic’s calendar.",
        "groups": [groups["Applications"]], "script": BUSINESS_SCRIPT,
        "targets": {"reaction": {"urgent": 10, "high": 20, "normal": 45, "low": null}, "resolution": {"urgent": 120, "high": 240, "normal": 480, "low": null}, "amber": 75},
    });
    let business = owner.post("channels", business).await?["id"].clone();
    let main = setup["channels"].as_array().and_then(|all| all.first()).context("no channel")?;
    let mut changed = main["setup"].clone();
    changed["name"] = "Support".into();
    changed["description"] =
        "Everything that stands on a desk: computers, printers, network, accounts.".into();
    changed["groups"] = json!([groups["First line"], groups["Networks"]]);
    changed["script"] = SUPPORT_SCRIPT.into();
    changed["fallback"] = business.clone();
    changed["targets"] = json!({"reaction": {"urgent": 5, "high": 15, "normal": 30, "low": null}, "resolution": {"urgent": 60, "high": 240, "normal": 480, "low": null}, "amber": 75});
    changed["rules"] = json!([
        {"name": "Network", "when": [{"any_word": ["vpn", "wi-fi", "rede", "сеть"]}], "then": {"to": {"group": groups["Networks"]}, "priority": null, "skills": [{"skill": "network", "level": 2}]}},
        {"name": "Business software", "when": [{"any_word": ["1с", "planilha", "agenda", "invoice"]}], "then": {"to": {"channel": business}, "priority": null, "skills": []}},
    ]);
    let path = format!("channels/{}", main["id"].as_str().context("a channel without an id")?);
    owner.put(&path, json!({"version": main["version"], "setup": changed})).await?;
    for (id, it) in colleagues.into_iter().filter(|(_, it)| it.manages) {
        let path = format!("technicians/{}", id.as_str().context("a technician without an id")?);
        let now = owner.get("setup").await?;
        let entry = now["technicians"].as_array().into_iter().flatten().find(|entry| entry["id"] == id);
        let entry = entry.with_context(|| format!("{} is not there", it.name))?;
        let mut setup = entry["setup"].clone();
        setup["holds"] = json!([{"role": "channel_manager", "on": {"channel": business}}]);
        owner.put(&path, json!({"version": entry["version"], "setup": setup})).await?;
    }
    Ok(())
}

/// Ids by name.
fn by_name(things: &Value) -> BTreeMap<String, Value> {
    let all = things.as_array().into_iter().flatten();
    all.filter_map(|it| Some((it["setup"]["name"].as_str()?.to_owned(), it["id"].clone()))).collect()
}
