/** From a session's taking to its end, and back. */
const life = {
  hold: "Put on hold", resume: "Resume", confirm: "It is solved", reject: "Not solved", reopen: "Reopen", more: "More", renewLink: "Make a new link", toInPerson: "Move to in person…", toRemote: "Move to remote…",
  heldWhy: "On hold: {{why}}", confirmed: "Confirmed: the session is closed.", rejected: "It is back: {{where}}.", reopened: "Reopened: {{where}}.", withOwner: "{{owner}} has it again", inQueue: "it waits in the queue, with its age", moved: "Moved to {{channel}}.", linkRenewed: "The new link works until {{time}}. Copy it on the Information tab and send it to the person; the old one opens nothing.",
  openInPerson: "Open the session",
  holdDialog: { title: "Put session {{number}} on hold", text: "It stays yours. The person is told that you come back to it.", why: "What is it waiting for?", whyRequired: "Say what it waits for: whoever opens it will want to know.", until: "Goes on by itself", when: { half: "In 30 min", hour: "In 1 hour", morning: "Tomorrow 08:00", at: "At a time", hand: "By hand" }, day: "Day", time: "Time", wrongTime: "Choose a time that lies ahead, at most a year.", submit: "Put on hold" },
  moveDialog: { inPerson: "Work on it in person", inPersonText: "The screen closes for everybody. No program is needed any more, and the session keeps its owner and its number.", remote: "Work on it over the screen", remoteText: "If the person’s program is not connected, make a new link for them.", channel: "Channel", submit: "Move" },
  end: { noteRequired: "Write what was done.", reason: "Why was it not solved?", reasonRequired: "Say why it was not solved.", pieces: "Equipment", pieceAs: "As the session", pieceReason: "Why not?", confirms: "The person is asked whether it is solved. If nobody says otherwise, it is closed by itself after the channel’s time.", done: "Session {{number}} is done and waits to be confirmed." },
  stage: {
    holdTitle: "On hold", holdUntil: "Goes on by itself: {{time}}.", holdByHand: "It goes on when you resume it.", inPersonTitle: "Worked in person", inPersonText: "No screen, no program: write down what you do under Actions, and the equipment under Equipment.", takeTitle: "{{person}} waits for somebody in person", takeText: "Take it, and get in touch with the person.", take: "Take it", backTitle: "{{person}} needs help again", backText: "This session was closed and came back. Take it, and get in touch; for the screen, make a new link.",
    doneTitle: "Waiting to be confirmed", doneText: "The person is asked whether it is solved. Silence counts as yes: {{time}}.", reopenUntil: "It can be reopened until {{time}}.", reopenOver: "It can no longer be reopened. For a new problem, open a new session.",
  },
  linkClosed: { title: "Your request is closed", text: "If it is not solved, tell your support desk: it can be opened again until {{time}}, with the same number." },
  equipment: {
    title: "Equipment", empty: "No equipment is written down.", emptyHint: "Printers, monitors, whatever the session is about: each gets its own outcome when you close it.", add: "Add", addTitle: "Add equipment", asset: "Asset number", name: "What is it?", nameRequired: "Say what it is.", kindLabel: "Kind", kind: { computer: "Computer", notebook: "Notebook", monitor: "Monitor", printer: "Printer", telephone: "Telephone", network: "Network", server: "Server", other: "Other" },
    outcome: "Outcome", open: "Open", reason: "Why not?", remove: "Remove {{name}}", edit: "Change {{name}}", save: "Save", suggest: "Add this computer, {{asset}}", by: "{{name}}, {{time}}", count_one: "Equipment, {{count}} piece", count_other: "Equipment, {{count}} pieces", expired: "The session expired before anybody took it.",
  },
  closing: {
    kind: "How its sessions are worked", remote: "Over the screen", remoteHint: "The person starts a program; nobody takes the session before it is there.", inPerson: "In person", inPersonHint: "On site or on the equipment itself: no program, no screen, no control.",
    confirmTitle: "When it is solved", confirm: "Have it confirmed", confirmHint: "The person, or a manager, says that it is solved; until then the session is done, not closed.", confirmDays: "Silence counts as yes after, business days",
    reopenTitle: "Reopening", reopen: "For how long can a session be reopened?", reopenNever: "Never", reopenNeverHint: "For anything more, a new session is opened.", reopenDays: "For some business days", reopenDaysLabel: "Business days, 1 to 366", reopenAlways: "Always", reopenHint: "It keeps its number, and goes back to who had it when they can take it.",
    noContactTitle: "Nobody can be reached", noContact: "Close by itself when the person cannot be reached", noContactHint: "Counted from the first try without success in the work log. Being reached begins anew: a talk, work, a message of theirs, or their program.", noContactDays: "After, business days",
    days: "Business days are those on which the channel is open; a channel without hours works every day.", fault: "Give a number of business days from 1 to 366.",
  },
};

export default life;
