/** Words of a technician's own pages, of the audit, and of what programs may do. */

const own = {
  account: {
    nav: "My account", pages: "Pages of your account", profile: "Profile and sign-in", names: "Name and e-mail", name: "Name", email: "E-mail", save: "Save", saved: "Saved.", access: "Sign-in",
    namesHint: "The name is shown to the people who are helped; the e-mail is what they sign in with.",
    nameRequired: "Fill in a name.", emailInvalid: "This is not an e-mail address.", password: "Password", presentPassword: "Present password", newPassword: "New password", newPasswordAgain: "New password, again", changePassword: "Change the password", passwordChanged: "The password is changed. Your other sign-ins are over.",
    passwordRequired: "Fill in your present password.", passwordShort: "At least {{count}} characters.", passwordDiffers: "The two are not the same.", passwordWrong: "The present password is not right.",
    signIns: "Where you are signed in", nowhere: "Signed in nowhere.", thisOne: "This browser", end: "Sign out", ended: "That sign-in is over.", since: "since {{time}}", heard: "last used {{time}}", unknownProgram: "Unknown program",
    ownElsewhere: "You change your own password under “My account”.", reset: "Give a new password", resetHint: "For somebody who forgot theirs. A new one is made up, and all of their sign-ins end.", resetTitle: "New password for {{name}}?", resetText: "The old one stops working at once, and they are signed out everywhere. The new one is shown once: pass it on safely.",
    signOutEverywhere: "Sign out everywhere", signedOut: "{{name}} is signed out everywhere.",
  },
  notices: {
    title: "What is new", unseen_one: "{{count}} not seen", unseen_other: "{{count}} not seen", allSeen: "Mark all as seen", none: "Nothing yet. What concerns you appears here.", new: "New", open: "Open", choose: "Choose what I am told of",
    settings: "Notifications", intro: "Choose how you are told of what. You are never told of what you may not see, of what you did yourself, nor of the session in front of you.", what: "What", by: "{{event}}: {{way}}", failed: "Your choice could not be loaded.",
    way: { page: "In the console", desktop: "On the desktop", sound: "Sound", mail: "E-mail" },
    event: { waiting: "Somebody is waiting", returned: "A session is waiting again", assigned: "A session is yours", offered: "A session is offered to you", taken_away: "A session is no longer yours", message: "New message", alarm_amber: "A time is about to be missed", alarm_red: "A time was missed", ended_by_end_user: "The person ended the session", awaiting_confirmation: "Done, to be confirmed", confirmed: "Confirmed as solved", rejected: "Not solved after all", hold_ended: "No longer on hold", unreached: "Closed: nobody was reached", reopened: "Open again", expired: "Nobody took it in time" },
    means: { waiting: "In a channel where you work", returned: "It was handed back, or its technician was gone", assigned: "Somebody or the desk gave it to you", offered: "Somebody wants to hand one over, or to work on one with you", taken_away: "It was taken over, or it went back because you were gone", message: "In a session that you hold, or that waits in a channel of yours", alarm_amber: "By the channel’s targets", alarm_red: "By the channel’s targets; also for those who manage the channel", ended_by_end_user: "One that you hold", awaiting_confirmation: "In a channel that you manage", confirmed: "One that was yours", rejected: "One that is yours; it is open again", hold_ended: "One that you hold; the time came", unreached: "One that was yours", reopened: "One that you had", expired: "In a channel where you work" },
    volume: "Volume", silent: "silent", percent: "{{volume}} %", trySound: "Try the sound", mailNotHere: "Only when no console of mine is open", mailAlways: "Always", asUsual: "Back to what is usual", noMail: "This desk does not send e-mail. The administrator sets it up in the relay’s configuration.",
    desktopAsk: "The browser has to allow this desk to show notifications beside other windows.", desktopAllow: "Allow them", desktopGranted: "The desktop will show what is new.", desktopDenied: "The browser refuses notifications of this desk. Allow them in the browser’s settings for this site; what is new still appears in the console.", desktopMissing: "This browser shows no notifications on the desktop.",
  },
  webhooks: {
    title: "Webhooks", intro: "Other servers that are told at once what happens to sessions: a ticket desk, a chat, a script. Each call is signed, and tried again for hours when it fails.", new: "New webhook", none: "No webhooks yet.", back: "All webhooks", failed: "The webhooks could not be loaded.",
    url: "Address", urlInvalid: "It must begin with https://.", events: "Events", eventsRequired: "Choose at least one event.", channels: "Sessions of", allChannels: "All channels", someChannels: "Only these channels", channelsRequired: "Choose at least one channel, or all.", enabled: "Switched on", enabledHint: "Nothing is sent while it is off.",
    secret: "Secret", secretHint: "The receiver checks with it that a call is from this desk.", secretOnce: "This secret is shown once. Put it into the receiver now.", renew: "Make a new secret", on: "On", off: "Off", failing: "Failed tries: {{count}}", givenUp: "Switched off by the relay", givenUpText: "It failed too often and was switched off. What it is to be told is kept. Mend the receiver, then switch it on again.", switchOn: "Save and switch on",
    log: "What was sent", test: "Send a test", testEvent: "Test", nothingSent: "Nothing was sent yet", again: "Send again", show: "Show", body: "What is sent", delivered: "Delivered ({{status}})", gaveUp: "Given up after tries: {{count}}", sending: "On its way", nextTry: "Next try: {{time}}", removeText: "It is told nothing more, and its log is removed.",
  },
  tokens: {
    title: "API tokens", intro: "A token lets a program use the interface in your name, with a part of what you may. It never may more than you may at that moment.", new: "New token", none: "No tokens yet.", failed: "The tokens could not be loaded.",
    name: "What it is for", permissions: "What it may", permissionsRequired: "Choose at least one permission.", until: "Good until", untilHint: "Empty: until it is revoked.", token: "Token", once: "This token is shown once. Put it into the program now; whoever has it can do what it may.",
    by: "Made by", unused: "Never used", used: "Last used {{time}}", good: "Good", goodUntil: "Good until {{time}}", expired: "Expired", revoked: "Revoked", revoke: "Revoke", revokedNow: "“{{name}}” is good no more.",
  },
  inviteMail: {
    button: "Write an e-mail", subject: "{{desk}}: your link for help", hello: "Hello {{person}},", helloAnybody: "Hello,", text: "to get help from {{desk}}, open this link on the computer that needs it, and start the program that it offers:", until: "It works until {{time}}, on one computer.", care: "It is meant for you alone: do not pass it on. You are asked before anybody sees your screen.",
  },
  audit: {
    title: "Audit", intro: "Who did what. Each line is linked to the one before and the chain is signed, so that nobody can change it unseen.",
    verify: "Verify", whole: "Nothing was changed.", lines: "Lines: {{count}}.", heads: "Signed heads: {{count}}.", unsigned: "Newest lines, linked and not signed yet: {{count}}.", key: "Signed by",
    tampered: "The audit was changed.", tamperedAdvice: "Compare it with an export or a backup, and ask who has access to the database.",
    wrong: {
      line: "Line {{line}} is not what it was, or a line before it was added or removed.", order: "Line {{line}} stands after line {{after}}, out of order.", signature: "The head of line {{line}} was not signed by this relay.",
      rewritten: "Line {{line}} is not the one that was signed: the chain was written anew.", cut_off: "Line {{line}} was signed and is not there: the end was cut off.",
    },
    export: "Export", exportChain: "All, with its proof", exportChainHint: "A file that “ponte-relay admin verify-audit --file” verifies without the relay", exportTable: "What is shown, as a table", exportTableHint: "CSV, for a spreadsheet",
    filters: "Which lines", who: "Who", anybody: "Anybody", what: "What", anything: "Anything", session: "Session number", from: "From", until: "Until", when: "When", about: "About", line: "Line", clear: "Show all", none: "No line is like this", noSession: "There is no session of this number", failed: "The audit could not be loaded.", older: "Load older lines",
    actor: { end_user: "The person", relay: "The relay" },
    kind: {
      signed_in: "Signed in", sign_in_refused: "Sign-in refused", refresh_reused: "A copied sign-in was ended", sign_in_ended: "Sign-in ended", signed_out_everywhere: "Signed out everywhere", account_changed: "Name or e-mail changed", password_changed: "Password changed", password_reset: "New password given",
      technician_created: "Technician created", technician_changed: "Technician changed", role_changed: "Role changed", group_changed: "Group changed", company_changed: "Company changed", category_changed: "Category changed", channel_changed: "Channel changed", desk_changed: "Desk changed", desk_set_up: "Desk set up",
      action_logged: "Work written down", file_added: "File added", link_made: "Link for calls made", link_paused: "Link for calls paused", link_resumed: "Link for calls resumed", link_deleted: "Link for calls deleted",
      webhook_changed: "Webhook changed", webhook_removed: "Webhook removed", webhook_secret_renewed: "Webhook got a new secret", webhook_given_up: "Webhook switched off after failures", api_token_made: "API token made", api_token_revoked: "API token revoked", reply_changed: "Canned reply changed", chat_exported: "Messages exported", availability_chosen: "Availability chosen", audit_exported: "Audit exported",
    },
  },
};

export default own;
