const times = {
  late: { reaction: "Nobody reacted in time: late by {{time}}", resolution: "Not resolved in time: late by {{time}}" },
  soon: { reaction: "Somebody has to react within {{time}}", resolution: "It has to be resolved within {{time}}" },
  answered: "First answer", afterWait: "after {{time}}", reaction: "Reaction", resolution: "Resolution", total: "In all",
  inTarget: "{{time}}, in target", missed: "{{time}}, target missed", due: "due {{at}}", lateSince: "late since {{at}}", noTarget: "no target", paused: "stands still", openingTime: "Reaction and resolution count the channel’s opening time.",
  place: "Place in the queue", placeOf: "{{place}} of {{of}}", wait: "Likely wait",
  estimate: { now: "somebody is free", between: "{{from}} to {{to}}", upTo: "up to {{to}}", nobody_there: "cannot be said: nobody is on shift", too_few_known: "cannot be said: too few sessions to go by", too_far: "more than eight hours" },
  shut: { paused: "{{channel}} is paused.", pausedUntil: "{{channel}} is paused until {{time}}.", outside_hours: "{{channel}} is closed at this hour.", opens: "{{channel}} is closed until {{time}}.", full: "{{channel}} is full: {{limit}} wait already.", gone: "That channel is not there any more.", again: "Choose another channel, or try again later." },
  load: {
    nav: "Load", title: "Load", text: "How the channels stand, live.", waiting: "Waiting", longest: "longest {{time}}", active: "Being helped", late: "Late", soon: "Soon late", today: "Today", came: "Came in", answered: "Answered", inTarget: "In target", inTargetOf: "{{kept}} of {{all}}", closed: "Closed", expired: "Expired", people: "Technicians",
    open: "Open", openUntil: "Open until {{time}}", paused: "Paused", pausedUntil: "Paused until {{time}}", outside_hours: "Closed", opens: "Closed until {{time}}", full: "Full", gone: "Removed",
    next: "Next in the queue", more_one: "and {{count}} more", more_other: "and {{count}} more", nobodyWaits: "Nobody waits.", nobodyWorks: "Nobody works here.", alarms: "Late and soon late", noAlarms: "Nothing is late.", noTargets: "–",
    of: "{{load}} of {{limit}}", available_one: "{{count}} available", available_other: "{{count}} available", busy_one: "{{count}} busy", busy_other: "{{count}} busy", away_one: "{{count}} away", away_other: "{{count}} away",
    failed: "The load cannot be shown.", mayNot: "Your role does not let you see the load of any channel.", held: "with {{owner}}", unheld: "waiting", openSession: "Session {{number}}, {{name}}", inQueue: "Show {{channel}} in the queue", stale: "The connection was lost; these numbers are from {{time}}.", number: "No.", person: "Person", channel: "Channel", what: "What is late", who: "With",
  },
};

export default times;
