use super::*;
use crate::{
    admission::Otherwise,
    calendar::{CalendarSpec, Week},
    permission::{Companies, Effect, Override},
    routing::Then,
    testing::{category, channel, company, group, line, role, technician},
};

/// A desk with two channels, a group, an owner (1), a manager of the first channel (2), and two technicians (3, 4).
fn desk() -> Setup {
    let hold = |role, on| TechnicianSetup::holding([Holding::new(role, on).unwrap()]);
    let mut first = ChannelSetup::new(line("Office"));
    first.groups.insert(group(1));
    let mut second = ChannelSetup::new(line("Hardware"));
    second.technicians.insert(technician(4));
    Setup {
        channels: [(channel(1), first), (channel(2), second)].into(),
        groups: [(
            group(1),
            GroupSetup { name: line("Level 1"), description: None, members: [technician(3)].into() },
        )]
        .into(),
        technicians: [
            (technician(1), hold(RoleName::Owner, Scope::Desk)),
            (technician(2), hold(RoleName::ChannelManager, Scope::Channel(channel(1)))),
            (technician(3), TechnicianSetup::holding([])),
            (technician(4), TechnicianSetup::holding([])),
        ]
        .into(),
        companies: [(company(1), CompanySetup { name: line("Acme") })].into(),
        ..Setup::new(DeskSetup::new(channel(1)))
    }
}

fn rule(to: Target) -> Rule {
    Rule { name: line("a rule"), when: vec![], then: Then { to: Some(to), priority: None, skills: vec![] } }
}

#[test]
fn who_works_in_a_channel_may_do_a_technicians_work_there() {
    let desk = desk().check().unwrap();
    let take =
        |who, where_| desk.allows(technician(who), Permission::SessionTake, Where::Channel(channel(where_)));
    assert!(take(3, 1) && !take(3, 2), "by the group");
    assert!(take(4, 2) && !take(4, 1), "by oneself");
    assert!(take(1, 1) && take(1, 2), "an owner");
    assert!(!desk.allows(technician(9), Permission::SessionView, Where::Desk), "a stranger");
    let configures =
        |who| desk.channels_where(technician(who), Permission::ChannelConfigure).collect::<Vec<_>>();
    assert_eq!(configures(2), [channel(1)]);
    assert_eq!(configures(1), [channel(1), channel(2)]);
    assert_eq!(desk.members[&channel(1)], [technician(3)].into());
}

#[test]
fn who_may_no_longer_see_a_session_does_not_hold_it_or_stay_in_it() {
    let of = |channel_: u16| Where::Session { channel: channel(channel_), company: None };
    let mut setup = desk();
    let now = setup.clone().check().unwrap();
    assert!(now.may_hold(technician(4), of(2)) && !now.may_hold(technician(4), of(1)));
    assert!(
        now.may_stay(technician(4), false, of(2)) && !now.may_stay(technician(4), true, of(2)),
        "supervises"
    );
    assert!(now.may_stay(technician(2), true, of(1)));
    assert!(now.rights_of(technician(4), Rights::ALL, of(2)) == Rights::ALL);
    assert!(now.rights_of(technician(4), Rights::ALL, of(1)) == Rights::default());
    let deny = |permission| Override {
        whom: Whom::Technician(technician(4)),
        on: Scope::Desk,
        permission,
        effect: Effect::Deny,
    };
    setup.desk.overrides = vec![deny(Permission::SessionTake)];
    let taken = setup.check().unwrap();
    assert!(!taken.may_hold(technician(4), of(2)) && taken.may_stay(technician(4), false, of(2)));
}

#[test]
fn a_channel_is_staffed_by_whom_it_did_not_have() {
    let before = desk().check().unwrap();
    let since = |change: fn(&mut Setup)| {
        let mut setup = desk();
        change(&mut setup);
        setup.check().unwrap().staffed_since(&before).collect::<Vec<_>>()
    };
    assert_eq!(since(|_| {}), []);
    let joins = |it: &mut Setup| it.groups.get_mut(&group(1)).unwrap().members.extend([technician(4)]);
    assert_eq!(since(joins), [channel(1)], "by a group");
    let leaves = |it: &mut Setup| it.channels.get_mut(&channel(2)).unwrap().technicians.clear();
    assert_eq!(since(leaves), []);
    let made = |it: &mut Setup| {
        let mut third = ChannelSetup::new(line("Third"));
        third.technicians.insert(technician(3));
        it.channels.insert(channel(3), third);
        it.channels.insert(channel(4), ChannelSetup::new(line("Empty")));
    };
    assert_eq!(since(made), [channel(3)]);
}

#[test]
fn what_does_not_hold_together_is_refused_by_name() {
    type Break = fn(&mut Setup);
    let cases: [(&str, Break); 14] = [
        ("the desk's default refers to a channel", |it| it.desk.default_channel = channel(9)),
        ("Hardware cannot be its own fallback channel", |it| {
            it.channels.get_mut(&channel(2)).unwrap().fallback = Some(channel(2));
        }),
        ("round for ever: Office → Hardware → Office", |it| {
            it.channels.get_mut(&channel(1)).unwrap().fallback = Some(channel(2));
            it.channels.get_mut(&channel(2)).unwrap().fallback = Some(channel(1));
        }),
        ("these rules send a request round for ever: Office → Hardware → Office", |it| {
            it.channels.get_mut(&channel(1)).unwrap().rules = vec![rule(Target::Channel(channel(2)))];
            it.channels.get_mut(&channel(2)).unwrap().rules = vec![rule(Target::Channel(channel(1)))];
        }),
        ("Office refers to a channel", |it| {
            it.channels.get_mut(&channel(1)).unwrap().rules = vec![rule(Target::Channel(channel(9)))];
        }),
        ("Office refers to a channel", |it| {
            it.channels.get_mut(&channel(1)).unwrap().otherwise = Otherwise::Fallback(channel(9));
        }),
        ("Office, rule 1: that technician does not work", |it| {
            it.channels.get_mut(&channel(1)).unwrap().rules = vec![rule(Target::Technician(technician(4)))];
        }),
        ("Hardware, rule 1: that group does not work", |it| {
            it.channels.get_mut(&channel(2)).unwrap().rules = vec![rule(Target::Group(group(1)))];
        }),
        ("Office, rule 1 refers to a category", |it| {
            let mut to = rule(Target::Group(group(1)));
            to.when = vec![Condition::Category(vec![category(1)])];
            it.channels.get_mut(&channel(1)).unwrap().rules = vec![to];
        }),
        ("Office: ", |it| {
            let hours =
                CalendarSpec { time_zone: "Mars/Olympus".into(), week: Week::default(), holidays: vec![] };
            it.channels.get_mut(&channel(1)).unwrap().hours = Some(hours);
        }),
        ("Office: at least one request", |it| {
            it.channels.get_mut(&channel(1)).unwrap().most_waiting = Some(0);
        }),
        ("Level 1 refers to a technician", |it| drop(it.technicians.remove(&technician(3)))),
        ("another channel with the name OFFICE", |it| {
            it.channels.get_mut(&channel(2)).unwrap().name = line("OFFICE");
        }),
        ("a technician's access refers to a company", |it| {
            it.technicians.get_mut(&technician(3)).unwrap().companies =
                Companies::Only { companies: vec![company(9)], and_without: true };
        }),
    ];
    for (says, spoil) in cases {
        let mut setup = desk();
        spoil(&mut setup);
        let error = setup.check().unwrap_err().to_string();
        assert!(error.contains(says), "{error} should say {says}");
    }
}

#[test]
fn a_role_that_is_gone_is_missed() {
    let mut setup = desk();
    let held = Holding::new(RoleName::Custom(role(1)), Scope::Desk).unwrap();
    setup.technicians.get_mut(&technician(3)).unwrap().holds.insert(held);
    assert!(matches!(setup.clone().check(), Err(SetupError::Missing { .. })));
    let night = RoleSetup {
        name: line("Night"),
        description: None,
        permissions: crate::permission::Permissions::of(&[Permission::LoadView]),
    };
    setup.roles.insert(role(1), night);
    let checked = setup.clone().check().unwrap();
    assert!(checked.allows(technician(3), Permission::LoadView, Where::Desk));
    setup.desk.overrides = vec![Override {
        whom: Whom::Role(RoleName::Custom(role(1))),
        on: Scope::Desk,
        permission: Permission::LoadView,
        effect: Effect::Deny,
    }];
    assert!(!setup.check().unwrap().allows(technician(3), Permission::LoadView, Where::Desk));
}

#[test]
fn what_is_left_out_has_its_default_and_what_is_not_known_is_refused() {
    let channel: ChannelSetup = serde_json::from_str(r#"{"name": " Office "}"#).unwrap();
    assert_eq!(channel, ChannelSetup::new(line("Office")));
    let text = serde_json::to_string(&channel).unwrap();
    assert_eq!(serde_json::from_str::<ChannelSetup>(&text).unwrap(), channel);
    assert!(serde_json::from_str::<ChannelSetup>(r#"{"name": "x", "colour": "red"}"#).is_err());
    let technician: TechnicianSetup = serde_json::from_str(r#"{"holds": []}"#).unwrap();
    assert_eq!(technician, TechnicianSetup::holding([]));
    let many = serde_json::from_str::<TechnicianSetup>(r#"{"limit": 51}"#).unwrap_err().to_string();
    assert!(many.contains("1 to 50"), "{many}");
}

#[test]
fn in_a_channel_a_shortcut_means_one_reply() {
    let reply = |shortcut: &str, on: Option<u16>, text: &str| ReplySetup {
        shortcut: Shortcut::try_from(shortcut.to_owned()).unwrap(),
        title: None,
        channel: on.map(channel),
        text: ponte_types::Paragraphs::parse(text).unwrap(),
    };
    let with = |replies: Vec<ReplySetup>| {
        let id = |n: usize| ReplyId::from_bytes([u8::try_from(n).unwrap(); 16]);
        let replies = replies.into_iter().enumerate().map(|(n, it)| (id(n), it)).collect();
        Setup { replies, ..desk() }.check().map(|_| ()).map_err(|e| e.to_string())
    };
    let hello = |on: Option<u16>| reply("hello", on, "Hello {person}");
    assert_eq!(with(vec![hello(None), hello(Some(1)), hello(Some(2)), reply("bye", None, "Bye")]), Ok(()));
    let taken = "there is another reply with the name /hello; choose another name".to_owned();
    assert_eq!(with(vec![hello(None), hello(None)]), Err(taken.clone()));
    assert_eq!(with(vec![hello(Some(1)), reply("Hello", Some(1), "Hi")]), Err(taken));
    let gone = with(vec![hello(Some(9))]).unwrap_err();
    assert!(gone.starts_with("the reply /hello refers to a channel"), "{gone}");
    let unknown = with(vec![reply("x", None, "Dear {persn}")]).unwrap_err();
    assert_eq!(
        unknown,
        "/x: nothing is known of {persn}; there are {person}, {technician}, {session} and {desk}"
    );
}
