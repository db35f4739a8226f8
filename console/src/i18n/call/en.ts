const call = {
  link: {
    title: "Links", text: "Whoever has one of these links can ask this channel for help: put it on your website, print it, or send it. Opening it uses nothing up; a paused link answers as if it were not there.",
    make: "New link", makeTitle: "New link for {{channel}}", name: "Name", nameHint: "Where it stands or whom you give it to, for example “Intranet”. Only the desk sees it.", nameRequired: "Give the link a name.", create: "Create", made: "The link {{name}} is there.",
    empty: "No links yet", emptyText: "Make one, and people can ask for help by themselves.", loadFailed: "The links could not be loaded.", list: "Links of this channel",
    open: "Open", paused: "Paused", used_one: "Used {{count}} time", used_other: "Used {{count}} times", unused: "Not used yet", last: "last {{time}}",
    copy: "Copy link", copied: "Link copied", show: "QR code", showOf: "QR code of {{name}}", pause: "Pause", resume: "Resume", rename: "Rename", renameTitle: "Rename {{name}}", save: "Save", renamed: "The link is called {{name}} now.", pausedNow: "The link {{name}} is paused: nobody can use it.", resumedNow: "The link {{name}} can be used again.",
    qrTitle: "The link {{name}}", qrText: "Scan it with a phone, or print it. The page behind it says what to do on a computer.",
    delete: "Delete", deleteTitle: "Delete the link {{name}}?", deleteText: "Whoever has it is told that it no longer works, and it never works again. Sessions that came by it stay. To stop it for a while, pause it.", deleteConfirm: "Delete the link", deleted: "The link {{name}} is deleted.",
  },
  form: {
    text: "What is asked of who comes by one of this channel’s links, before they wait. Ask for little: every question is one more hurdle for somebody who is stuck.",
    question: "Question", asked: "Asked?", label: "In your own words", labelHint: "Empty: the program’s own words, in the person’s language.",
    ask: { no: "Not asked", optional: "Optional", required: "Required" },
    name: "Name", contact: "Telephone or e-mail", department: "Department", company: "Company", category: "Category", subject: "What is wrong?",
    noCategories: "There are no categories yet, so this is not shown.", nothing: "Nothing is asked: people only press Send.",
  },
  page: {
    title: "Help from {{desk}}", intro: "You start a small program, tell it in a sentence what is wrong, and get a number and your place in the queue. Before a technician sees your screen, you are asked.",
    step1: "Download the program and start it.", step1Linux: "Download the program, allow it to be run (in the file’s properties), and start it.", step2: "If it asks for a link, paste the one below.", step3: "Write what is wrong and press Send. The program keeps your place until a technician comes.",
    goneTitle: "This link is not in use", goneText: "Nothing is wrong on your side. Ask for help the way you usually do: call your support desk, or ask whoever gave you this link for the one that works now.",
    busy: "This page was opened very often from your network. Wait a moment; it tries again by itself.",
  },
  session: { screenshot: "Screen when they asked", screenshotRemoved: "The picture was removed, as old as the desk lets files grow.", screenshotFailed: "The picture could not be loaded.", enlarge: "Enlarge the picture of the screen", byRule: "by the rule {{rules}}", away: "Program away", came: "How it came", link: "Link", entry: "Asked in", department: "Department", rule: "By the rule", noRule: "No rule sent it elsewhere", awayTitle: "The person’s program is closed", awayText: "The request stays. When the program was only cut off, it comes back by itself; when it was closed, the person has to ask again. You can wait, or close the session." },
};

export default call;
