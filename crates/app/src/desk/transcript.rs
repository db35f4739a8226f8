//! A session's chat as a text that can be kept elsewhere.

use ponte_desk::permission::Permission;
use ponte_store::{Actor, AuditEntry, Author, ChatMessage, Coming};
use ponte_types::{SessionId, UnixMillis};

use super::{Caller, Desk, DeskError};

/// Messages that are read at once.
const PAGE: u64 = 500;

/// The language of the words that nobody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    En,
    PtBr,
    Ru,
}

/// A text with a name for its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    pub name: String,
    pub text: String,
}

/// Where a sentence has `{}`, its value goes.
struct Words {
    session: &'static str,
    person: &'static str,
    came: &'static str,
    left: &'static str,
    file: &'static str,
    removed: &'static str,
    nothing: &'static str,
}

impl Language {
    fn words(self) -> Words {
        match self {
            Self::En => Words {
                session: "Session {}",
                person: "Person",
                came: "{} has the session",
                left: "{} has left the session",
                file: "[file: {}]",
                removed: "[deleted on {}]",
                nothing: "Nothing was written.",
            },
            Self::PtBr => Words {
                session: "Sessão {}",
                person: "Pessoa",
                came: "{} está com a sessão",
                left: "{} saiu da sessão",
                file: "[arquivo: {}]",
                removed: "[apagado em {}]",
                nothing: "Nada foi escrito.",
            },
            Self::Ru => Words {
                session: "Сеанс {}",
                person: "Пользователь",
                came: "{} ведёт сеанс",
                left: "{} больше не ведёт сеанс",
                file: "[файл: {}]",
                removed: "[удалено {}]",
                nothing: "Ничего не написано.",
            },
        }
    }
}

impl Desk {
    /// All that was said in a session. Who takes it away is noted in the audit.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn transcript(
        &self,
        caller: &Caller,
        session: SessionId,
        language: Language,
    ) -> Result<Transcript, DeskError> {
        let found = self.seen(caller, session).await?;
        let directory = self.directory();
        directory.may_with(caller, Permission::ChatRead, &found)?;
        directory.may_with(caller, Permission::ReportExport, &found)?;
        let mut messages: Vec<ChatMessage> = Vec::new();
        loop {
            let after = messages.last().map_or(0, |it| it.number);
            let page = self.store.messages(session, after, PAGE).await?;
            if page.is_empty() {
                break;
            }
            messages.extend(page);
        }
        let comings = self.store.comings(session).await?;
        let (at, by) = (self.ambient.now(), Actor::Technician(caller.id));
        let about = session.to_string();
        self.store.audit(&AuditEntry { at, by, kind: "chat_exported", about }).await?;
        let words = language.words();
        let mut head = vec![words.session.replacen("{}", &found.number.to_string(), 1)];
        head.extend([&found.person, &found.subject].into_iter().flatten().cloned());
        let person = found.person.as_deref().unwrap_or(words.person);
        let text = format!(
            "{} — {}\n\n{}",
            self.config.name,
            head.join(" · "),
            written(&messages, &comings, person, &words)
        );
        Ok(Transcript { name: format!("session-{}.txt", found.number), text })
    }
}

fn written(messages: &[ChatMessage], comings: &[Coming], person: &str, words: &Words) -> String {
    let mut lines: Vec<(UnixMillis, String)> =
        messages.iter().map(|it| (it.at, said(it, person, words))).collect();
    for coming in comings {
        let word = if coming.came { words.came } else { words.left };
        let line = format!("— {}", word.replacen("{}", &coming.technician.name, 1));
        let place = lines.iter().rposition(|(at, _)| *at <= coming.at).map_or(0, |it| it + 1);
        lines.insert(place, (coming.at, line));
    }
    if lines.is_empty() {
        return format!("{}\n", words.nothing);
    }
    lines.into_iter().map(|(at, line)| format!("{}  {line}\n", moment(at))).collect()
}

fn said(message: &ChatMessage, person: &str, words: &Words) -> String {
    let by = match &message.author {
        Author::EndUser => person,
        Author::Technician(technician) => &technician.name,
    };
    let file = message.file.as_ref().map(|it| words.file.replacen("{}", it.name.as_str(), 1));
    let removed = message.removed_at.map(|at| words.removed.replacen("{}", &moment(at), 1));
    // Lines of a message stand under each other, so that none looks like somebody else's.
    let text = (!message.text.is_empty()).then(|| message.text.replace('\n', "\n    "));
    let parts: Vec<String> = [text, file, removed].into_iter().flatten().collect();
    format!("{by}: {}", parts.join(" "))
}

/// Day and time in UTC, as ISO 8601 writes them. Days become dates as in H. Hinnant's `civil_from_days`.
fn moment(at: UnixMillis) -> String {
    let seconds = at.0.div_euclid(1000);
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use ponte_store::Owner;
    use ponte_types::{MessageId, TechnicianId};

    use super::*;

    #[test]
    fn moments_are_written_in_utc() {
        assert_eq!(moment(UnixMillis(0)), "1970-01-01 00:00:00Z");
        assert_eq!(moment(UnixMillis(1_709_208_000_000)), "2024-02-29 12:00:00Z");
        assert_eq!(moment(UnixMillis(1_798_761_599_999)), "2026-12-31 23:59:59Z");
        assert_eq!(moment(UnixMillis(-1)), "1969-12-31 23:59:59Z");
    }

    #[test]
    fn no_line_of_a_message_looks_like_another_message() {
        let ana = Owner { id: TechnicianId::from_bytes([1; 16]), name: "Ana".into() };
        let message = ChatMessage {
            id: MessageId::from_bytes([1; 16]),
            number: 1,
            at: UnixMillis(5_000),
            author: Author::EndUser,
            text: "one\n1970-01-01 00:00:09Z  Ana: two".into(),
            file: None,
            removed_at: None,
        };
        let comings = [
            Coming { at: UnixMillis(1_000), technician: ana.clone(), came: true },
            Coming { at: UnixMillis(9_000), technician: ana, came: false },
        ];
        let text = written(&[message], &comings, "Rosa", &Language::En.words());
        assert_eq!(
            text,
            "1970-01-01 00:00:01Z  — Ana has the session\n\
             1970-01-01 00:00:05Z  Rosa: one\n    1970-01-01 00:00:09Z  Ana: two\n\
             1970-01-01 00:00:09Z  — Ana has left the session\n"
        );
        assert_eq!(written(&[], &[], "Rosa", &Language::Ru.words()), "Ничего не написано.\n");
    }
}
