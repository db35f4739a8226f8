//! What a mail says, in the three languages. No message's text and no secret is ever in it: a link leads to the session,
//! and there one signs in.

use ponte_desk::notify::Event;

/// Of the recipient's console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Language {
    #[default]
    English,
    Portuguese,
    Russian,
}

impl Language {
    pub(super) fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "en" => Some(Self::English),
            "pt-BR" => Some(Self::Portuguese),
            "ru" => Some(Self::Russian),
            _ => None,
        }
    }
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Portuguese => "pt-BR",
            Self::Russian => "ru",
        }
    }
    fn pick(self, [english, portuguese, russian]: [&'static str; 3]) -> &'static str {
        match self {
            Self::English => english,
            Self::Portuguese => portuguese,
            Self::Russian => russian,
        }
    }
}

/// What somebody is told.
pub(super) struct Told<'a> {
    pub(super) event: Event,
    pub(super) desk: &'a str,
    pub(super) number: u64,
    pub(super) person: Option<&'a str>,
    pub(super) subject: Option<&'a str>,
    pub(super) channel: Option<&'a str>,
    pub(super) link: &'a str,
    pub(super) settings: &'a str,
}

fn what(event: Event) -> [&'static str; 3] {
    match event {
        Event::Waiting => ["Somebody is waiting", "Alguém está esperando", "Кто-то ждёт"],
        Event::Returned => {
            ["A session is waiting again", "Uma sessão está esperando de novo", "Сеанс снова ждёт"]
        }
        Event::Assigned => ["A session is yours", "Uma sessão é sua", "Вам передан сеанс"],
        Event::Offered => {
            ["A session is offered to you", "Uma sessão foi oferecida a você", "Вам предлагают сеанс"]
        }
        Event::TakenAway => {
            ["A session is no longer yours", "Uma sessão não é mais sua", "Сеанс больше не ваш"]
        }
        Event::Message => ["New messages", "Novas mensagens", "Новые сообщения"],
        Event::AlarmAmber => {
            ["A time is about to be missed", "Um prazo está para vencer", "Срок скоро истечёт"]
        }
        Event::AlarmRed => ["A time was missed", "Um prazo venceu", "Срок истёк"],
        Event::EndedByEndUser => {
            ["The person ended the session", "A pessoa encerrou a sessão", "Пользователь завершил сеанс"]
        }
        Event::AwaitingConfirmation => [
            "A session waits to be confirmed as done",
            "Uma sessão espera a confirmação de que está pronta",
            "Сеанс ждёт подтверждения, что всё готово",
        ],
        Event::Confirmed => [
            "A session was confirmed as solved",
            "Uma sessão foi confirmada como resolvida",
            "Сеанс подтверждён как решённый",
        ],
        Event::Rejected => [
            "A session is not solved after all",
            "Uma sessão afinal não está resolvida",
            "Сеанс всё-таки не решён",
        ],
        Event::HoldEnded => [
            "A session is no longer on hold",
            "Uma sessão não está mais em espera",
            "Сеанс больше не отложен",
        ],
        Event::Unreached => [
            "A session was closed: nobody could be reached",
            "Uma sessão foi encerrada: ninguém foi encontrado",
            "Сеанс закрыт: связаться не удалось",
        ],
        Event::Reopened => ["A session is open again", "Uma sessão foi reaberta", "Сеанс снова открыт"],
        Event::Expired => [
            "Nobody took a session in time",
            "Ninguém pegou uma sessão a tempo",
            "Сеанс никто не взял вовремя",
        ],
    }
}

impl Told<'_> {
    /// Subject and text.
    pub(super) fn mail(&self, language: Language) -> (String, String) {
        let say = |words| language.pick(words);
        let what = say(what(self.event));
        let who = self.person.map(|person| format!(" ({person})")).unwrap_or_default();
        let subject = format!("{}: {what}, #{}{who}", self.desk, self.number);
        let mut lines = vec![format!("{what}."), String::new()];
        let mut fact = |name: [&'static str; 3], value: Option<&str>| {
            if let Some(value) = value {
                lines.push(format!("{}: {value}", say(name)));
            }
        };
        fact(["Session", "Sessão", "Сеанс"], Some(&format!("#{}", self.number)));
        fact(["Person", "Pessoa", "Человек"], self.person);
        fact(["Subject", "Assunto", "Тема"], self.subject);
        fact(["Channel", "Canal", "Канал"], self.channel);
        lines.push(String::new());
        lines.push(format!("{} {}", say(["Open it:", "Abrir:", "Открыть:"]), self.link));
        lines.push(String::new());
        lines.push(format!(
            "{} {}",
            say([
                "You choose what you are told of here:",
                "Você escolhe aqui sobre o que é avisado:",
                "О чём вас извещать, выбирают здесь:"
            ]),
            self.settings
        ));
        lines.push(String::new());
        (subject, lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_says_what_where_and_leads_there_in_three_languages() {
        for event in Event::ALL {
            let told = Told {
                event: *event,
                desk: "Helpers",
                number: 12,
                person: Some("Rosa"),
                subject: None,
                channel: Some("Support"),
                link: "https://desk.example/sessions/1",
                settings: "https://desk.example/account/notifications",
            };
            let mut subjects = Vec::new();
            for language in [Language::English, Language::Portuguese, Language::Russian] {
                assert_eq!(Language::from_tag(language.tag()), Some(language));
                let (subject, body) = told.mail(language);
                assert!(subject.starts_with("Helpers: ") && subject.ends_with(", #12 (Rosa)"), "{subject}");
                assert!(
                    body.contains("https://desk.example/sessions/1\n") && body.contains("Support"),
                    "{body}"
                );
                assert_eq!(body.lines().filter(|line| line.contains("Rosa")).count(), 1, "{body}");
                subjects.push(subject);
            }
            subjects.dedup();
            assert_eq!(subjects.len(), 3, "{event:?} is translated");
        }
        assert_eq!(Language::from_tag("de"), None);
    }
}
