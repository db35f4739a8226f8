//! Managers set the desk up: channels, groups, technicians, roles, companies, categories.
//!
//! A change is made on a copy, checked as a whole, and written only if nobody changed anything meanwhile; otherwise it
//! is made again on what they left. Each thing has a version besides: who changes what they have not seen is told so.

use ponte_desk::{
    permission::{self, CannotGive, Decision, Holding, Override, Permission, RoleName, Scope, Where},
    routing::{self, Request, Route},
    setup::{
        CategorySetup, ChannelSetup, CompanySetup, DeskSetup, GroupSetup, ReplySetup, RoleSetup, Setup,
        TechnicianSetup,
    },
};
use ponte_store::{Actor, AuditEntry, DocumentChange, DocumentId, SetupChange};
use ponte_types::{CategoryId, ChannelId, CompanyId, ErrorCode, GroupId, ReplyId, RoleId, TechnicianId};

use super::{Caller, Desk, DeskError, Directory, directory::put, moves::RETRIES};

/// A thing with its version; 0 makes a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<I, T> {
    pub id: I,
    pub version: u64,
    pub value: T,
}

/// A technician with account and setup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TechnicianEntry {
    pub name: String,
    pub email: String,
    pub setup: TechnicianSetup,
}

/// What the caller may see of what is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupView {
    pub desk: Versioned<(), DeskSetup>,
    pub channels: Vec<Versioned<ChannelId, ChannelSetup>>,
    /// Removed channels in which old sessions still stand, with their names.
    pub removed: Vec<(ChannelId, String)>,
    pub groups: Vec<Versioned<GroupId, GroupSetup>>,
    pub technicians: Vec<Versioned<TechnicianId, TechnicianEntry>>,
    pub roles: Vec<Versioned<RoleId, RoleSetup>>,
    pub companies: Vec<Versioned<CompanyId, CompanySetup>>,
    pub categories: Vec<Versioned<CategoryId, CategorySetup>>,
    /// Of the whole desk, and of channels that the caller sees.
    pub replies: Vec<Versioned<ReplyId, ReplySetup>>,
    /// What the caller may do on the whole desk, and in each channel.
    pub may: Vec<(Scope, Vec<Permission>)>,
}

/// Where a request would go, and why.
#[derive(Debug, Clone)]
pub struct Tried {
    pub route: Route,
    pub pick: routing::Pick,
}

macro_rules! new_ids {
    ($($new:ident $id:ident;)*) => {$(
        /// # Errors
        /// When the system has no random bytes to give.
        pub fn $new(&self) -> Result<$id, DeskError> {
            Ok($id::new(self.ambient.now(), self.ambient.bytes()?))
        }
    )*};
}

impl Desk {
    new_ids! {
        new_channel_id ChannelId;
        new_group_id GroupId;
        new_role_id RoleId;
        new_company_id CompanyId;
        new_category_id CategoryId;
        new_reply_id ReplyId;
    }

    /// All that is set up, as far as the caller may see it.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn setup(&self, caller: &Caller) -> Result<SetupView, DeskError> {
        let directory = self.directory_now().await?;
        let setup = directory.setup();
        let sees =
            |channel: &ChannelId| directory.allows(caller, Permission::ChannelView, Where::Channel(*channel));
        let channels: Vec<_> = all(&directory, &setup.channels, DocumentId::Channel);
        let anywhere = |permission| {
            directory.allows(caller, permission, Where::Desk)
                || directory.channels_where(caller, permission).next().is_some()
        };
        let manages_companies = anywhere(Permission::CompanyManage);
        let sight = directory.sight_of(caller);
        let technicians = setup.technicians.iter().filter(|_| anywhere(Permission::TechnicianView));
        let technicians = technicians.filter_map(|(id, setup)| {
            let person = directory.person(*id)?;
            let value = TechnicianEntry {
                name: person.name.clone(),
                email: person.email.clone(),
                setup: setup.clone(),
            };
            Some(Versioned { id: *id, version: directory.version(DocumentId::Technician(*id)), value })
        });
        let mut technicians: Vec<_> = technicians.collect();
        technicians.sort_by(|a, b| a.value.name.cmp(&b.value.name));
        let places = std::iter::once(Scope::Desk).chain(setup.channels.keys().copied().map(Scope::Channel));
        let may = places.map(|scope| {
            let place = match scope {
                Scope::Desk => Where::Desk,
                Scope::Channel(channel) => Where::Channel(channel),
            };
            let all = Permission::ALL.iter().copied();
            (scope, all.filter(|it| directory.allows(caller, *it, place)).collect())
        });
        Ok(SetupView {
            desk: Versioned {
                id: (),
                version: directory.version(DocumentId::Desk),
                value: setup.desk.clone(),
            },
            replies: all(&directory, &setup.replies, DocumentId::Reply)
                .into_iter()
                .filter(|it| it.value.channel.is_none_or(|channel| sees(&channel)))
                .collect(),
            channels: channels.into_iter().filter(|it| sees(&it.id)).collect(),
            removed: directory.removed().collect(),
            groups: all(&directory, &setup.groups, DocumentId::Group),
            technicians,
            roles: all(&directory, &setup.roles, DocumentId::Role),
            companies: all(&directory, &setup.companies, DocumentId::Company)
                .into_iter()
                .filter(|it| manages_companies || sight.companies.include(Some(it.id)))
                .collect(),
            categories: all(&directory, &setup.categories, DocumentId::Category),
            may: may.collect(),
        })
    }

    /// Makes a channel (version 0) or changes one.
    ///
    /// # Errors
    /// `forbidden`; `version_conflict`; `invalid_request` with what does not hold together.
    pub async fn put_channel(
        &self,
        caller: &Caller,
        it: Versioned<ChannelId, ChannelSetup>,
    ) -> Result<u64, DeskError> {
        let id = DocumentId::Channel(it.id);
        let directory = self
            .change_setup(caller, "channel_changed", &it.value.name.to_string(), |directory, setup| {
                let before = setup.channels.insert(it.id, it.value.clone());
                for (permission, place) in channel_permissions(before.as_ref(), &it.value, it.id) {
                    directory.may(caller, permission, place)?;
                }
                seen(directory, id, it.version)?;
                Ok(vec![put(id, &it.value)?])
            })
            .await?;
        Ok(directory.version(id))
    }

    /// Makes a group or changes one.
    ///
    /// # Errors
    /// As [`Desk::put_channel`].
    pub async fn put_group(
        &self,
        caller: &Caller,
        it: Versioned<GroupId, GroupSetup>,
    ) -> Result<u64, DeskError> {
        let (id, name) = (DocumentId::Group(it.id), it.value.name.to_string());
        self.put_plain(caller, Permission::GroupManage, id, it.version, &name, |setup| {
            setup.groups.insert(it.id, it.value.clone());
            put(id, &it.value)
        })
        .await
    }

    /// Makes a company or changes one.
    ///
    /// # Errors
    /// As [`Desk::put_channel`].
    pub async fn put_company(
        &self,
        caller: &Caller,
        it: Versioned<CompanyId, CompanySetup>,
    ) -> Result<u64, DeskError> {
        let (id, name) = (DocumentId::Company(it.id), it.value.name.to_string());
        self.put_plain(caller, Permission::CompanyManage, id, it.version, &name, |setup| {
            setup.companies.insert(it.id, it.value.clone());
            put(id, &it.value)
        })
        .await
    }

    /// Makes a category or changes one.
    ///
    /// # Errors
    /// As [`Desk::put_channel`].
    pub async fn put_category(
        &self,
        caller: &Caller,
        it: Versioned<CategoryId, CategorySetup>,
    ) -> Result<u64, DeskError> {
        let (id, name) = (DocumentId::Category(it.id), it.value.name.to_string());
        self.put_plain(caller, Permission::CategoryManage, id, it.version, &name, |setup| {
            setup.categories.insert(it.id, it.value.clone());
            put(id, &it.value)
        })
        .await
    }

    /// Makes a canned reply or changes one: where it was, and where it will be, the caller must be allowed to.
    ///
    /// # Errors
    /// As [`Desk::put_channel`].
    pub async fn put_reply(
        &self,
        caller: &Caller,
        it: Versioned<ReplyId, ReplySetup>,
    ) -> Result<u64, DeskError> {
        let (id, name) = (DocumentId::Reply(it.id), format!("/{}", it.value.shortcut.as_str()));
        let directory = self
            .change_setup(caller, "reply_changed", &name, |directory, setup| {
                let before = setup.replies.insert(it.id, it.value.clone());
                for reply in before.iter().chain([&it.value]) {
                    directory.may(caller, Permission::ReplyManage, reply_place(reply))?;
                }
                seen(directory, id, it.version)?;
                Ok(vec![put(id, &it.value)?])
            })
            .await?;
        Ok(directory.version(id))
    }

    /// Makes a role or changes one. Nobody makes a role that gives more than they have.
    ///
    /// # Errors
    /// As [`Desk::put_channel`].
    pub async fn put_role(
        &self,
        caller: &Caller,
        it: Versioned<RoleId, RoleSetup>,
    ) -> Result<u64, DeskError> {
        let id = DocumentId::Role(it.id);
        let directory = self
            .change_setup(caller, "role_changed", &it.value.name.to_string(), |directory, setup| {
                directory.may(caller, Permission::RoleManage, Where::Desk)?;
                seen(directory, id, it.version)?;
                for permission in it.value.permissions.iter() {
                    if !directory.allows(caller, permission, Where::Desk) {
                        return Err(cannot_give(CannotGive::BeyondOwn(permission)));
                    }
                }
                setup.roles.insert(it.id, it.value.clone());
                Ok(vec![put(id, &it.value)?])
            })
            .await?;
        Ok(directory.version(id))
    }

    /// What a technician may do and can do. Their account is there already.
    ///
    /// # Errors
    /// As [`Desk::put_channel`]; `forbidden` for giving what the caller does not have; `invalid_request` for the last owner.
    pub async fn put_technician(
        &self,
        caller: &Caller,
        it: Versioned<TechnicianId, TechnicianSetup>,
    ) -> Result<u64, DeskError> {
        let id = DocumentId::Technician(it.id);
        let directory = self
            .change_setup(caller, "technician_changed", &it.id.to_string(), |directory, setup| {
                let before = setup.technicians.insert(it.id, it.value.clone());
                let before = before.ok_or(DeskError::Refused(ErrorCode::NotFound))?;
                let book = &directory.checked.rulebook;
                let giver = account(directory, caller.id)?;
                book.may_manage(giver, account(directory, it.id)?).map_err(cannot_give)?;
                seen(directory, id, it.version)?;
                permission::Rulebook::may_show(giver, &it.value.companies).map_err(cannot_give)?;
                for held in before.holds.symmetric_difference(&it.value.holds) {
                    book.may_assign(giver, *held).map_err(cannot_give)?;
                }
                let after = permission::Account {
                    technician: it.id,
                    enabled: it.value.enabled,
                    holds: it.value.holds.iter().copied().collect(),
                    companies: it.value.companies.clone(),
                };
                let accounts: Vec<_> = directory.checked.accounts.values().cloned().collect();
                permission::may_change(&accounts, it.id, Some(&after))
                    .map_err(|e| DeskError::Explained(ErrorCode::InvalidRequest, e.to_string()))?;
                Ok(vec![put(id, &it.value)?])
            })
            .await?;
        if !it.value.enabled {
            self.sign_out_everywhere(it.id).await?;
        }
        Ok(directory.version(id))
    }

    /// What holds for the whole desk: the default channel, patience, single permissions.
    ///
    /// # Errors
    /// As [`Desk::put_channel`]; `forbidden` for allowing what the caller does not have.
    pub async fn put_desk(&self, caller: &Caller, it: Versioned<(), DeskSetup>) -> Result<u64, DeskError> {
        let id = DocumentId::Desk;
        let directory = self
            .change_setup(caller, "desk_changed", "", |directory, setup| {
                let before = std::mem::replace(&mut setup.desk, it.value.clone());
                if (before.default_channel, before.patience) != (it.value.default_channel, it.value.patience)
                {
                    directory.may(caller, Permission::ChannelRules, Where::Desk)?;
                }
                if before.patience != it.value.patience {
                    // Only what is new is judged: a desk that was set up before goes on.
                    let sound = it.value.patience.check();
                    sound.map_err(|e| DeskError::Explained(ErrorCode::InvalidRequest, e.to_string()))?;
                }
                if (&before.files, before.retention) != (&it.value.files, it.value.retention) {
                    directory.may(caller, Permission::SettingsManage, Where::Desk)?;
                }
                seen(directory, id, it.version)?;
                let giver = account(directory, caller.id)?;
                let other = |one: &[Override], two: &[Override]| -> Vec<Override> {
                    one.iter().filter(|it| !two.contains(it)).copied().collect()
                };
                let (old, new) = (&before.overrides, &it.value.overrides);
                let book = &directory.checked.rulebook;
                for lifted in &other(old, new) {
                    book.may_lift(giver, lifted).map_err(cannot_give)?;
                }
                for change in &other(new, old) {
                    book.may_override(giver, change).map_err(cannot_give)?;
                }
                Ok(vec![put(id, &it.value)?])
            })
            .await?;
        Ok(directory.version(id))
    }

    /// Takes something away that nothing refers to. A technician is disabled instead.
    ///
    /// # Errors
    /// As [`Desk::put_channel`]; `wrong_state` for a channel with unfinished sessions.
    pub async fn remove(&self, caller: &Caller, id: DocumentId, version: u64) -> Result<(), DeskError> {
        let permission = match id {
            DocumentId::Channel(_) => Permission::ChannelDelete,
            DocumentId::Group(_) => Permission::GroupManage,
            DocumentId::Role(_) => Permission::RoleManage,
            DocumentId::Company(_) => Permission::CompanyManage,
            DocumentId::Category(_) => Permission::CategoryManage,
            DocumentId::Reply(_) => Permission::ReplyManage,
            DocumentId::Desk | DocumentId::Technician(_) => {
                let text = "this cannot be removed; disable the technician instead".to_owned();
                return Err(DeskError::Explained(ErrorCode::InvalidRequest, text));
            }
        };
        let place = |setup: &Setup| match id {
            DocumentId::Channel(channel) => Where::Channel(channel),
            DocumentId::Reply(id) => setup.replies.get(&id).map_or(Where::Desk, reply_place),
            _ => Where::Desk,
        };
        let about = id.to_string();
        self.change_setup(caller, "removed", &about, |directory, setup| {
            directory.may(caller, permission, place(setup))?;
            seen(directory, id, version)?;
            let there = match id {
                DocumentId::Channel(id) => setup.channels.remove(&id).is_some(),
                DocumentId::Group(id) => setup.groups.remove(&id).is_some(),
                DocumentId::Role(id) => setup.roles.remove(&id).is_some(),
                DocumentId::Company(id) => setup.companies.remove(&id).is_some(),
                DocumentId::Category(id) => setup.categories.remove(&id).is_some(),
                DocumentId::Reply(id) => setup.replies.remove(&id).is_some(),
                DocumentId::Desk | DocumentId::Technician(_) => false,
            };
            if !there {
                return Err(ErrorCode::NotFound.into());
            }
            Ok(vec![DocumentChange::Remove { id }])
        })
        .await?;
        Ok(())
    }

    /// What may this technician do here, and why? Everybody may ask about themselves.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn explain(
        &self,
        caller: &Caller,
        technician: TechnicianId,
        place: Where,
    ) -> Result<Vec<(Permission, Decision)>, DeskError> {
        let directory = self.directory_now().await?;
        if technician != caller.id {
            directory.may(caller, Permission::TechnicianView, place)?;
        }
        let account = account(&directory, technician)?;
        let all = Permission::ALL.iter();
        Ok(all.map(|it| (*it, directory.checked.rulebook.explain(account, *it, place))).collect())
    }

    /// Where would it go? The same computation as where it goes; changes nothing.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn try_route(
        &self,
        caller: &Caller,
        entry: ChannelId,
        request: &Request,
    ) -> Result<Tried, DeskError> {
        let directory = self.directory_now().await?;
        directory.may(caller, Permission::ChannelView, Where::Channel(entry))?;
        let facts = routing::Facts::new(request);
        let route = directory.checked.plan.route(entry, &facts);
        let route = route.ok_or(DeskError::Refused(ErrorCode::NotFound))?;
        let channel = directory.channel(route.channel).ok_or(DeskError::Refused(ErrorCode::NotFound))?;
        let candidates = self.candidates(&directory, route.channel, request.company).await?;
        let ask = routing::Ask {
            policy: channel.policy,
            narrow: route.narrow,
            needs: &route.skills,
            declined: &[],
        };
        let pick = routing::pick(&ask, &candidates);
        Ok(Tried { route, pick })
    }

    async fn put_plain(
        &self,
        caller: &Caller,
        permission: Permission,
        id: DocumentId,
        version: u64,
        name: &str,
        change: impl Fn(&mut Setup) -> Result<DocumentChange, DeskError>,
    ) -> Result<u64, DeskError> {
        let directory = self
            .change_setup(caller, changed(id), name, |directory, setup| {
                directory.may(caller, permission, Where::Desk)?;
                seen(directory, id, version)?;
                Ok(vec![change(setup)?])
            })
            .await?;
        Ok(directory.version(id))
    }

    async fn change_setup(
        &self,
        caller: &Caller,
        kind: &'static str,
        about: &str,
        change: impl Fn(&Directory, &mut Setup) -> Result<Vec<DocumentChange>, DeskError>,
    ) -> Result<std::sync::Arc<Directory>, DeskError> {
        for _ in 0..RETRIES {
            let directory = self.directory_now().await?;
            let mut setup = directory.setup().clone();
            let changes = change(&directory, &mut setup)?;
            let checked = setup.check().map_err(|fault| DeskError::Unsound(Box::new(fault)))?;
            for channel in checked.staffed_since(&directory.checked) {
                let giver = account(&directory, caller.id)?;
                directory.checked.rulebook.may_staff(giver, channel).map_err(cannot_give)?;
            }
            let (at, by) = (self.ambient.now(), Actor::Technician(caller.id));
            let audit = AuditEntry { at, by, kind, about: about.to_owned() };
            match self.store.change_setup(directory.revision, &changes, &audit).await? {
                SetupChange::Done(_) => {
                    let directory = self.read_again().await?;
                    self.setup_changed();
                    return Ok(directory);
                }
                SetupChange::Moved => {}
                SetupChange::Occupied(sessions) => {
                    let text = format!(
                        "{sessions} sessions are waiting or being worked in this channel; close them or move them \
                         to another channel first"
                    );
                    return Err(DeskError::Explained(ErrorCode::WrongState, text));
                }
            }
        }
        Err(ErrorCode::Unavailable.into())
    }
}

/// What the audit calls a change of such a document.
fn changed(id: DocumentId) -> &'static str {
    match id {
        DocumentId::Desk => "desk_changed",
        DocumentId::Channel(_) => "channel_changed",
        DocumentId::Group(_) => "group_changed",
        DocumentId::Technician(_) => "technician_changed",
        DocumentId::Role(_) => "role_changed",
        DocumentId::Company(_) => "company_changed",
        DocumentId::Category(_) => "category_changed",
        DocumentId::Reply(_) => "reply_changed",
    }
}

fn all<I: Copy + Ord, T: Clone>(
    directory: &Directory,
    things: &std::collections::BTreeMap<I, T>,
    id: impl Fn(I) -> DocumentId,
) -> Vec<Versioned<I, T>> {
    let thing = |(key, value): (&I, &T)| Versioned {
        id: *key,
        version: directory.version(id(*key)),
        value: value.clone(),
    };
    things.iter().map(thing).collect()
}

fn reply_place(reply: &ReplySetup) -> Where {
    reply.channel.map_or(Where::Desk, Where::Channel)
}

/// Only what was seen is changed.
fn seen(directory: &Directory, id: DocumentId, version: u64) -> Result<(), DeskError> {
    if directory.version(id) == version { Ok(()) } else { Err(ErrorCode::VersionConflict.into()) }
}

fn account(directory: &Directory, id: TechnicianId) -> Result<&permission::Account, DeskError> {
    directory.checked.accounts.get(&id).ok_or(DeskError::Refused(ErrorCode::NotFound))
}

#[allow(clippy::needless_pass_by_value)] // the shape that `map_err` wants
fn cannot_give(error: CannotGive) -> DeskError {
    DeskError::Explained(ErrorCode::Forbidden, error.to_string())
}

/// What a change of a channel needs: a permission for each part that changes.
fn channel_permissions(
    before: Option<&ChannelSetup>,
    after: &ChannelSetup,
    id: ChannelId,
) -> Vec<(Permission, Where)> {
    let here = Where::Channel(id);
    let Some(before) = before else { return vec![(Permission::ChannelCreate, Where::Desk)] };
    let mut needed = Vec::new();
    if (&before.technicians, &before.groups) != (&after.technicians, &after.groups) {
        needed.push((Permission::ChannelMembers, here));
    }
    let rules = |it: &ChannelSetup| {
        (it.policy, it.rules.clone(), it.fallback, it.fallback_order.clone(), it.fallback_after)
    };
    if rules(before) != rules(after) {
        needed.push((Permission::ChannelRules, here));
    }
    if (&before.hours, &before.targets) != (&after.hours, &after.targets) {
        needed.push((Permission::ChannelHours, here));
    }
    if before.pause != after.pause {
        needed.push((Permission::ChannelPause, here));
    }
    let rest = |it: &ChannelSetup| ChannelSetup {
        technicians: std::collections::BTreeSet::new(),
        groups: std::collections::BTreeSet::new(),
        policy: ponte_desk::routing::Policy::default(),
        rules: Vec::new(),
        fallback: None,
        fallback_order: ponte_desk::routing::FallbackOrder::default(),
        fallback_after: ponte_desk::expiry::WaitingLimit::default(),
        hours: None,
        targets: None,
        pause: None,
        ..it.clone()
    };
    if rest(before) != rest(after) {
        needed.push((Permission::ChannelConfigure, here));
    }
    needed
}

/// The roles of an account that the command line makes.
#[must_use]
pub fn whole_desk(role: RoleName) -> Option<Holding> {
    Holding::new(role, Scope::Desk).ok()
}
