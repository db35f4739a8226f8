//! Who may do what, and the reasons.

use proptest::prelude::*;

use super::*;
use crate::testing::{channel, company, role, shuffled, technician};

fn held(role: RoleName, on: Scope) -> Holding {
    Holding::new(role, on).unwrap()
}

fn ana(holds: Vec<Holding>) -> Account {
    Account { technician: technician(1), enabled: true, holds, companies: Companies::All }
}

const fn here() -> Scope {
    Scope::Channel(ChannelId::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]))
}

fn session(company: Option<CompanyId>) -> Where {
    Where::Session { channel: channel(1), company }
}

const CONTROL: Permission = Permission::RemoteControl;
const TECHNICIAN: RoleName = RoleName::ChannelTechnician;

fn change(whom: Whom, on: Scope, effect: Effect) -> Override {
    Override { whom, on, permission: CONTROL, effect }
}

fn book(overrides: Vec<Override>) -> Rulebook {
    Rulebook { overrides, ..Rulebook::default() }
}

#[test]
fn a_role_counts_where_it_is_held() {
    let book = Rulebook::default();
    let ana = ana(vec![held(TECHNICIAN, here())]);
    let decision = book.explain(&ana, CONTROL, session(None));
    assert_eq!(decision.reasons, [Reason::RoleGives { role: TECHNICIAN, on: here() }]);
    assert!(decision.allowed);
    for place in [Where::Channel(channel(2)), Where::Desk] {
        let decision = book.explain(&ana, CONTROL, place);
        assert_eq!(decision.reasons, [Reason::RoleElsewhere { role: TECHNICIAN, on: here() }]);
        assert!(!decision.allowed);
    }
    let lacks = book.explain(&ana, Permission::ChannelConfigure, Where::Channel(channel(1)));
    assert_eq!(lacks.reasons, [Reason::RoleLacks { role: TECHNICIAN, on: here() }]);
    let nobody = Account { holds: vec![], ..ana.clone() };
    assert_eq!(book.explain(&nobody, CONTROL, session(None)).reasons, [Reason::NoRole]);
    let disabled = Account { enabled: false, ..ana };
    let decision = book.explain(&disabled, CONTROL, session(None));
    assert_eq!((decision.allowed, decision.reasons), (false, vec![Reason::Disabled]));
}

#[test]
fn the_more_special_override_wins_and_deny_wins_a_tie() {
    use Effect::{Allow, Deny};
    let role = Whom::Role(TECHNICIAN);
    let person = Whom::Technician(technician(1));
    let ana = ana(vec![held(TECHNICIAN, Scope::Desk)]);
    let mut overrides = Vec::new();
    for (on, whom, effect) in [
        (Scope::Desk, role, Deny),
        (here(), role, Allow),
        (Scope::Desk, person, Deny),
        (here(), person, Allow),
        (here(), person, Deny),
    ] {
        overrides.push(change(whom, on, effect));
        let decision = book(overrides.clone()).explain(&ana, CONTROL, session(None));
        assert_eq!(decision.allowed, effect == Allow, "{overrides:?}");
        let last = *decision.reasons.last().unwrap();
        let expected = match whom {
            Whom::Role(role) => Reason::RoleChanged { role, on, effect },
            Whom::Technician(_) => Reason::TechnicianChanged { on, effect },
        };
        assert_eq!(last, expected);
    }
    let other = book(overrides).explain(&ana, Permission::RemoteView, session(None));
    assert!(other.allowed, "another permission is not touched");
}

#[test]
fn denying_a_role_leaves_what_another_role_gives() {
    let both = ana(vec![held(RoleName::ChannelManager, here()), held(TECHNICIAN, here())]);
    let book = book(vec![change(Whom::Role(TECHNICIAN), here(), Effect::Deny)]);
    let decision = book.explain(&both, CONTROL, session(None));
    assert!(decision.allowed);
    let gives = Reason::RoleGives { role: RoleName::ChannelManager, on: here() };
    assert_eq!(decision.reasons.last(), Some(&gives), "the reason that decides comes last");
}

#[test]
fn companies_close_what_roles_open() {
    let companies = Companies::Only { companies: vec![company(1)], and_without: false };
    let ana = Account { companies, ..ana(vec![held(TECHNICIAN, here())]) };
    let book = Rulebook::default();
    assert!(book.allows(&ana, CONTROL, session(Some(company(1)))));
    let decision = book.explain(&ana, CONTROL, session(Some(company(2))));
    assert_eq!(decision.reasons.last(), Some(&Reason::CompanyClosed { company: Some(company(2)) }));
    assert!(!decision.allowed && !book.allows(&ana, CONTROL, session(None)));
    assert!(book.allows(&ana, Permission::ChannelView, Where::Channel(channel(1))), "not about a company");
}

#[test]
fn custom_roles_give_what_they_list() {
    let custom = RoleName::Custom(role(1));
    let ana = ana(vec![held(custom, here())]);
    assert!(!Rulebook::default().allows(&ana, CONTROL, session(None)), "a role that is gone gives nothing");
    let book =
        Rulebook { custom: BTreeMap::from([(role(1), Permissions::of(&[CONTROL]))]), ..Rulebook::default() };
    assert!(
        book.allows(&ana, CONTROL, session(None)) && !book.allows(&ana, Permission::ChatRead, session(None))
    );
}

#[test]
fn nobody_gives_more_than_they_have() {
    let assign = |on| Override {
        whom: Whom::Role(RoleName::ChannelManager),
        on,
        permission: Permission::RoleAssign,
        effect: Effect::Allow,
    };
    let manager = ana(vec![held(RoleName::ChannelManager, here())]);
    let plain = Rulebook::default();
    let technician_here = held(TECHNICIAN, here());
    let refused = Err(CannotGive::NotAllowed(Permission::RoleAssign));
    assert_eq!(plain.may_assign(&manager, technician_here), refused);
    let book = book(vec![assign(Scope::Desk)]);
    assert_eq!(book.may_assign(&manager, technician_here), Ok(()));
    assert_eq!(book.may_assign(&manager, held(TECHNICIAN, Scope::Desk)), refused, "not beyond the channel");
    let auditor = book.may_assign(&manager, held(RoleName::Auditor, here()));
    assert_eq!(auditor, Err(CannotGive::BeyondOwn(Permission::AuditView)));
    assert_eq!(
        auditor.unwrap_err().to_string(),
        "nobody can give what they do not have themselves: audit_view"
    );

    let boss = ana(vec![held(RoleName::TechnicianManager, Scope::Desk)]);
    let owner = ana(vec![held(RoleName::Owner, Scope::Desk)]);
    let make_owner = held(RoleName::Owner, Scope::Desk);
    assert_eq!(plain.may_assign(&boss, make_owner), Err(CannotGive::OnlyOwners));
    assert_eq!(plain.may_assign(&owner, make_owner), Ok(()));
    assert_eq!(
        plain.may_assign(&owner, held(RoleName::Custom(role(9)), here())),
        Err(CannotGive::NoSuchRole)
    );

    assert_eq!(plain.may_manage(&boss, &manager), Ok(()));
    let disabled = Account { enabled: false, ..owner.clone() };
    assert_eq!(
        plain.may_manage(&boss, &disabled),
        Err(CannotGive::OnlyOwners),
        "who enables it gets an owner"
    );
    assert_eq!(plain.may_manage(&owner, &disabled), Ok(()));
    let refused = Err(CannotGive::NotAllowed(Permission::TechnicianManage));
    assert_eq!(plain.may_manage(&manager, &manager), refused);

    let allow = change(Whom::Technician(technician(1)), Scope::Desk, Effect::Allow);
    assert_eq!(plain.may_override(&boss, &allow), Err(CannotGive::NotAllowed(Permission::RoleManage)));
    assert_eq!(plain.may_override(&owner, &allow), Ok(()));
    let owners = change(Whom::Role(RoleName::Owner), Scope::Desk, Effect::Deny);
    assert_eq!(plain.may_override(&owner, &owners), Err(CannotGive::OnlyOwners), "nobody locks owners out");
}

#[test]
fn nobody_manages_who_may_more_than_they() {
    let boss = ana(vec![held(RoleName::TechnicianManager, Scope::Desk)]);
    let plain = Rulebook::default();
    for on in [Scope::Desk, here()] {
        let auditor = ana(vec![held(RoleName::Auditor, on)]);
        let refused = Err(CannotGive::BeyondOwn(Permission::AuditView));
        assert_eq!(plain.may_manage(&boss, &auditor), refused, "they could sign in as them");
        let disabled = Account { enabled: false, ..auditor };
        assert_eq!(plain.may_manage(&boss, &disabled), refused, "or enable them first");
    }
    let rui = Account { technician: technician(2), ..ana(vec![held(TECHNICIAN, here())]) };
    let more = Override {
        permission: Permission::RemoteAdmin,
        ..change(Whom::Technician(technician(2)), here(), Effect::Allow)
    };
    let special = book(vec![more]);
    let refused = Err(CannotGive::BeyondOwn(Permission::RemoteAdmin));
    assert_eq!(special.may_manage(&boss, &rui), refused, "a single permission counts, too");
    assert_eq!(plain.may_manage(&boss, &rui), Ok(()));

    let only = |n| Companies::Only { companies: vec![company(n)], and_without: false };
    let narrow = Account { companies: only(1), ..boss.clone() };
    let refused = Err(CannotGive::OtherCompanies);
    assert_eq!(plain.may_manage(&narrow, &rui), refused);
    assert_eq!(plain.may_manage(&narrow, &Account { companies: only(2), ..rui.clone() }), refused);
    assert_eq!(plain.may_manage(&narrow, &Account { companies: only(1), ..rui }), Ok(()));
    assert_eq!(Rulebook::may_show(&boss, &Companies::All), Ok(()));
    assert_eq!(Rulebook::may_show(&narrow, &Companies::All), refused);
}

#[test]
fn a_denial_is_taken_back_only_by_who_has_what_it_denied() {
    let manages = Permissions::of(&[Permission::RoleManage]);
    let mut book = book(vec![change(Whom::Technician(technician(1)), Scope::Desk, Effect::Deny)]);
    book.custom.insert(role(1), manages);
    let giver = ana(vec![held(RoleName::Custom(role(1)), Scope::Desk), held(TECHNICIAN, Scope::Desk)]);
    let settled = book.overrides[0];
    assert_eq!(book.may_lift(&giver, &settled), Err(CannotGive::BeyondOwn(CONTROL)));
    let allowed = Override { effect: Effect::Allow, ..settled };
    assert_eq!(book.may_lift(&giver, &allowed), Ok(()), "to take away is not to give");
    let owner = ana(vec![held(RoleName::Owner, Scope::Desk)]);
    assert_eq!(book.may_lift(&owner, &settled), Ok(()));
}

#[test]
fn who_staffs_a_channel_has_what_its_technicians_get() {
    let mut book = Rulebook::default();
    book.custom.insert(role(1), Permissions::of(&[Permission::ChannelMembers, Permission::GroupManage]));
    let clerk = ana(vec![held(RoleName::Custom(role(1)), Scope::Desk)]);
    assert!(matches!(book.may_staff(&clerk, channel(1)), Err(CannotGive::BeyondOwn(_))));
    let manager = ana(vec![held(RoleName::ChannelManager, here())]);
    assert_eq!(book.may_staff(&manager, channel(1)), Ok(()));
    assert!(book.may_staff(&manager, channel(2)).is_err(), "not beyond their channel");
    let denied = |role| change(Whom::Role(role), Scope::Desk, Effect::Deny);
    book.overrides = vec![denied(RoleName::ChannelManager)];
    assert_eq!(book.may_staff(&manager, channel(1)), Err(CannotGive::BeyondOwn(CONTROL)));
    book.overrides.push(denied(TECHNICIAN));
    assert_eq!(book.may_staff(&manager, channel(1)), Ok(()), "technicians get no control either");
}

fn any_scope() -> impl Strategy<Value = Scope> {
    prop_oneof![Just(Scope::Desk), (1u16..3).prop_map(|n| Scope::Channel(channel(n)))]
}

fn any_role() -> impl Strategy<Value = RoleName> {
    prop_oneof![
        Just(RoleName::ChannelManager),
        Just(TECHNICIAN),
        Just(RoleName::Auditor),
        Just(RoleName::Custom(role(1))),
    ]
}

fn any_override() -> impl Strategy<Value = Override> {
    let whom =
        prop_oneof![any_role().prop_map(Whom::Role), (1u16..3).prop_map(|n| Whom::Technician(technician(n)))];
    let permission = prop_oneof![Just(CONTROL), Just(Permission::ChatRead)];
    (whom, any_scope(), permission, prop_oneof![Just(Effect::Allow), Just(Effect::Deny)])
        .prop_map(|(whom, on, permission, effect)| Override { whom, on, permission, effect })
}

proptest! {
    /// The rules once more, told the other way round, from the strongest.
    #[test]
    fn the_decision_follows_the_rules(
        holds in prop::collection::vec((any_role(), any_scope()), 0..4), overrides in prop::collection::vec(any_override(), 0..8),
        in_channel in prop::option::of(1u16..3), of_company: bool, sees: bool,
    ) {
        let holds: Vec<_> = holds.into_iter().map(|(role, on)| held(role, on)).collect();
        let companies = if sees { Companies::All } else { Companies::Only { companies: vec![], and_without: true } };
        let ana = Account { companies, ..ana(holds.clone()) };
        let company = of_company.then(|| company(1));
        let place = in_channel.map_or(Where::Desk, |n| Where::Session { channel: channel(n), company });
        let channel = in_channel.map(|n| Scope::Channel(channel(n)));
        let custom = BTreeMap::from([(role(1), Permissions::of(&[CONTROL]))]);
        let book = Rulebook { custom, overrides };
        let settled = |whom, on| {
            let denies = |effect| book.overrides.contains(&change(whom, on, effect));
            if denies(Effect::Deny) { Some(false) } else { denies(Effect::Allow).then_some(true) }
        };
        let special = |whom| channel.and_then(|on| settled(whom, on)).or_else(|| settled(whom, Scope::Desk));
        let by_role = holds.iter().filter(|it| it.on() == Scope::Desk || Some(it.on()) == channel).any(|it| {
            special(Whom::Role(it.role())).unwrap_or_else(|| book.gives(it.role()).unwrap().contains(CONTROL))
        });
        let closed = in_channel.is_some() && of_company && !sees;
        let expected = !closed && special(Whom::Technician(technician(1))).unwrap_or(by_role);
        let decision = book.explain(&ana, CONTROL, place);
        prop_assert_eq!(decision.allowed, expected, "{:?}", decision.reasons);
        prop_assert!(!decision.reasons.is_empty());
    }

    #[test]
    fn every_node_decides_the_same(
        holds in prop::collection::vec((any_role(), any_scope()), 0..5), overrides in prop::collection::vec(any_override(), 0..8), seed: u64,
    ) {
        let holds: Vec<_> = holds.into_iter().map(|(role, on)| held(role, on)).collect();
        let one = book(overrides.clone()).explain(&ana(holds.clone()), CONTROL, session(None));
        let other = book(shuffled(&overrides, seed)).explain(&ana(shuffled(&holds, seed)), CONTROL, session(None));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn an_owner_is_never_locked_out(overrides in prop::collection::vec(any_override(), 0..20)) {
        let owner = Account {
            companies: Companies::Only { companies: vec![], and_without: false },
            ..ana(vec![held(RoleName::Owner, Scope::Desk)])
        };
        let book = book(overrides);
        for permission in Permission::ALL {
            prop_assert!(book.allows(&owner, *permission, session(Some(company(1)))));
        }
    }
}
