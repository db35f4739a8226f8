//! An account that exists: its name and address, its password, and where it is signed in.
//!
//! One's own is changed with one's password; somebody else's by who may manage technicians, and an owner's by owners
//! alone. Whoever sets a password for somebody ends all of their sign-ins.

use ponte_store::{AccountChange, Actor, AuditEntry, FamilyId, OpenSignIn, Technician};
use ponte_types::{ErrorCode, TechnicianId};

use super::{
    Caller, Desk, DeskError,
    accounts::{check_password, invalid, parse_email, parse_name},
    lock,
};

/// Name and e-mail address of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountNames {
    pub name: String,
    pub email: String,
}

/// Without letters and digits that look alike: it is read out and typed.
const SIGNS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

impl Desk {
    /// The caller changes their own name and address.
    ///
    /// # Errors
    /// `wrong_password`, `too_many_tries`; `version_conflict` when the account is not what they saw;
    /// `invalid_request` with what is wrong.
    pub async fn change_own_account(
        &self,
        caller: &Caller,
        seen: AccountNames,
        new: AccountNames,
        password: String,
    ) -> Result<Technician, DeskError> {
        self.own_password(caller, password).await?;
        self.rename(caller, caller.id, seen, new).await
    }

    /// The caller chooses another password. Their other sign-ins end.
    ///
    /// # Errors
    /// `wrong_password`, `too_many_tries`; `invalid_request` with what is wrong with the new one.
    pub async fn change_own_password(
        &self,
        caller: &Caller,
        old: String,
        new: String,
    ) -> Result<(), DeskError> {
        check_password(&new)?;
        self.own_password(caller, old).await?;
        self.give_password(caller, caller.id, new, Some(caller.family), "password_changed").await
    }

    /// Somebody's name and address.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; otherwise as [`Desk::change_own_account`].
    pub async fn change_account(
        &self,
        caller: &Caller,
        id: TechnicianId,
        seen: AccountNames,
        new: AccountNames,
    ) -> Result<Technician, DeskError> {
        self.may_manage(caller, id).await?;
        self.rename(caller, id, seen, new).await
    }

    /// Makes up a new password for somebody, who is signed out everywhere. It is shown this once.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `invalid_request` for the caller's own.
    pub async fn reset_password(&self, caller: &Caller, id: TechnicianId) -> Result<String, DeskError> {
        self.may_manage(caller, id).await?;
        if id == caller.id {
            return Err(invalid(
                "your own password is changed on the page of your account, with the old one",
            ));
        }
        let password = self.made_up_password()?;
        self.give_password(caller, id, password.clone(), None, "password_reset").await?;
        Ok(password)
    }

    /// Where the caller is signed in; true marks this sign-in.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn own_sign_ins(&self, caller: &Caller) -> Result<Vec<(OpenSignIn, bool)>, DeskError> {
        let all = self.store.sign_ins(caller.id, self.ambient.now()).await?;
        Ok(all.into_iter().map(|it| (it.clone(), it.family == caller.family)).collect())
    }

    /// Ends one of the caller's sign-ins, and closes what it has open.
    ///
    /// # Errors
    /// `not_found` when it is not theirs, or over.
    pub async fn end_own_sign_in(&self, caller: &Caller, family: FamilyId) -> Result<(), DeskError> {
        let audit = self.entry(caller, "sign_in_ended", caller.id);
        if !self.store.end_sign_in(caller.id, family, &audit).await? {
            return Err(ErrorCode::NotFound.into());
        }
        self.sign_in_ended(family);
        Ok(())
    }

    /// Where somebody is signed in.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn sign_ins_of(&self, caller: &Caller, id: TechnicianId) -> Result<Vec<OpenSignIn>, DeskError> {
        self.may_manage(caller, id).await?;
        Ok(self.store.sign_ins(id, self.ambient.now()).await?)
    }

    /// Ends all sign-ins of somebody.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn sign_out_technician(&self, caller: &Caller, id: TechnicianId) -> Result<(), DeskError> {
        self.may_manage(caller, id).await?;
        self.store.audit(&self.entry(caller, "signed_out_everywhere", id)).await?;
        self.sign_out_everywhere(id).await
    }

    /// # Errors
    /// `wrong_password`, `too_many_tries`.
    async fn own_password(&self, caller: &Caller, password: String) -> Result<(), DeskError> {
        let now = self.ambient.now();
        lock(&self.password_tries)
            .begin(caller.id, now)
            .map_err(|retry_after| DeskError::TooManyTries { retry_after })?;
        let kept = self.store.account(caller.id).await?.map(|account| account.password_hash);
        let checked = self.passwords.check(password, kept).await;
        if !matches!(checked, Ok(false)) {
            lock(&self.password_tries).was_right(&caller.id);
        }
        if checked? { Ok(()) } else { Err(ErrorCode::WrongPassword.into()) }
    }

    async fn may_manage(&self, caller: &Caller, id: TechnicianId) -> Result<(), DeskError> {
        let directory = self.directory_now().await?;
        let place = ponte_desk::permission::Where::Desk;
        directory.may(caller, ponte_desk::permission::Permission::TechnicianManage, place)?;
        let accounts = &directory.checked.accounts;
        let account = accounts.get(&id).ok_or(DeskError::Refused(ErrorCode::NotFound))?;
        let giver = accounts.get(&caller.id).ok_or(DeskError::Refused(ErrorCode::SignedOut))?;
        let may = directory.checked.rulebook.may_manage(giver, account);
        may.map_err(|e| DeskError::Explained(ErrorCode::Forbidden, e.to_string()))
    }

    async fn rename(
        &self,
        caller: &Caller,
        id: TechnicianId,
        seen: AccountNames,
        new: AccountNames,
    ) -> Result<Technician, DeskError> {
        let changed = Technician { id, name: parse_name(&new.name)?, email: parse_email(&new.email)? };
        let seen = Technician { id, name: seen.name, email: seen.email };
        if changed == seen {
            return self.store.technician(id).await?.ok_or(DeskError::Refused(ErrorCode::NotFound));
        }
        let audit = self.entry(caller, "account_changed", id);
        match self.store.change_account(&seen, &changed, &audit).await? {
            AccountChange::Done => {}
            AccountChange::Moved => return Err(ErrorCode::VersionConflict.into()),
            AccountChange::EmailTaken => {
                return Err(invalid("there is an account with this e-mail address already"));
            }
        }
        self.read_again().await?;
        self.setup_changed();
        Ok(changed)
    }

    async fn give_password(
        &self,
        caller: &Caller,
        id: TechnicianId,
        password: String,
        keep: Option<FamilyId>,
        kind: &'static str,
    ) -> Result<(), DeskError> {
        let hash = self.passwords.hash(password, self.ambient.bytes()?).await?;
        let audit = self.entry(caller, kind, id);
        for family in self.store.set_password(id, &hash, keep, &audit).await? {
            self.sign_in_ended(family);
        }
        Ok(())
    }

    /// Sixteen signs in groups of four, each drawn evenly: more than 79 bits.
    fn made_up_password(&self) -> Result<String, DeskError> {
        let mut signs = Vec::new();
        // Bytes from which a remainder would favour the first signs are left out.
        let even = 256 - 256 % SIGNS.len();
        while signs.len() < 16 {
            let drawn: [u8; 32] = self.ambient.bytes()?;
            let fair = drawn.into_iter().map(usize::from).filter(|byte| *byte < even);
            signs.extend(fair.map(|byte| SIGNS[byte % SIGNS.len()]).take(16 - signs.len()));
        }
        let groups = signs.chunks(4).map(|four| four.iter().copied().map(char::from).collect::<String>());
        Ok(groups.collect::<Vec<_>>().join("-"))
    }

    fn entry(&self, caller: &Caller, kind: &'static str, about: TechnicianId) -> AuditEntry {
        let (at, by) = (self.ambient.now(), Actor::Technician(caller.id));
        AuditEntry { at, by, kind, about: about.to_string() }
    }
}
