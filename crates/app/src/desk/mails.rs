//! Mails leave the queue (Q7): tried until they go, for three days, ever less often.

use std::{sync::Arc, time::Duration};

use ponte_store::QueuedMail;
use tokio_util::sync::CancellationToken;

use super::{Desk, DeskError};
use crate::ports::{MailError, Mailer, OutgoingMail};

/// Sent at once.
const BATCH: u64 = 20;
/// A try that takes longer was lost.
const CLAIM: Duration = Duration::from_secs(180);
/// The longest that a mail server may take for one mail.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Longest sleep of the sender.
const ROUND: Duration = Duration::from_secs(60);
/// A mail that could not be sent for so long is given up.
const GIVEN_UP: Duration = Duration::from_secs(3 * 24 * 3600);
/// Between the first try and the second; twice as long each time, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(4 * 3600);

impl Desk {
    /// By which mail leaves; called once, before anything is served.
    pub fn connect_mailer(&self, mailer: Arc<dyn Mailer>) {
        // A second call would be a defect of the program; the first one stays.
        let _ = self.mailer.set(mailer);
    }

    /// Runs until `stop`: sends what is in the queue.
    pub async fn run_mails(&self, stop: CancellationToken) {
        loop {
            let pause = match self.send_mails().await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::error!(%error, "the queue of mails could not be read; it is tried again");
                    ROUND
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
                () = self.mail_bell.notified() => {}
            }
        }
    }

    /// Tries every mail that is due; how long until the next one is.
    ///
    /// # Errors
    /// When the store fails; what is still due is found again.
    pub async fn send_mails(&self) -> Result<Duration, DeskError> {
        let Some(mailer) = self.mailer.get() else { return Ok(ROUND) };
        loop {
            let due = self.store.due_mails(self.ambient.now(), BATCH).await?;
            if due.is_empty() {
                break;
            }
            for mail in &due {
                self.send_mail(&**mailer, mail).await?;
            }
        }
        let next = self.store.next_mail().await?;
        Ok(next.map_or(ROUND, |at| at.since(self.ambient.now())).clamp(Duration::from_millis(200), ROUND))
    }

    async fn send_mail(&self, mailer: &dyn Mailer, mail: &QueuedMail) -> Result<(), DeskError> {
        if !self.store.claim_mail(mail, self.ambient.now().after(CLAIM)).await? {
            return Ok(());
        }
        let outgoing = OutgoingMail {
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            body: mail.body.clone(),
            message_id: mail.message_id.clone(),
            at: mail.created_at,
        };
        let sent = tokio::time::timeout(TIMEOUT, mailer.send(&outgoing)).await;
        let sent = sent.unwrap_or_else(|_| Err(MailError::Later("the mail server took too long".into())));
        let now = self.ambient.now();
        match sent {
            Ok(()) => Ok(self.store.mail_tried(mail.id, None, None).await?),
            Err(MailError::Later(why)) if now.since(mail.created_at) < GIVEN_UP => {
                tracing::warn!(mail = mail.id, tries = mail.tries + 1, %why, "a mail could not be sent; it is tried again");
                let again = now.after(pause(mail.tries));
                Ok(self.store.mail_tried(mail.id, Some(again), Some(&why)).await?)
            }
            Err(MailError::Later(why) | MailError::Never(why)) => {
                tracing::error!(mail = mail.id, %why, "a mail was given up");
                Ok(self.store.mail_tried(mail.id, None, Some(&why)).await?)
            }
        }
    }
}

/// After so many tries and one more.
fn pause(tries: u64) -> Duration {
    let doubled = u32::try_from(tries).ok().and_then(|tries| 2u32.checked_pow(tries));
    doubled.map_or(LONGEST_PAUSE, |times| FIRST_PAUSE.saturating_mul(times).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_some_hours() {
        let minutes: Vec<u64> = [0, 1, 2, 7, 8, 90, u64::MAX].map(|n| pause(n).as_secs() / 60).to_vec();
        assert_eq!(minutes, [1, 2, 4, 128, 240, 240, 240]);
    }
}
