import type { Translation } from "../words";

const times: Translation["times"] = {
  late: { reaction: "Ninguém reagiu a tempo: atraso de {{time}}", resolution: "Não resolvido a tempo: atraso de {{time}}" },
  soon: { reaction: "Alguém precisa reagir em {{time}}", resolution: "Precisa ser resolvido em {{time}}" },
  answered: "Primeira resposta", afterWait: "após {{time}}", reaction: "Reação", resolution: "Resolução", total: "Ao todo",
  inTarget: "{{time}}, na meta", missed: "{{time}}, fora da meta", due: "prazo {{at}}", lateSince: "atrasado desde {{at}}", noTarget: "sem meta", paused: "parado", openingTime: "Reação e resolução contam o horário de atendimento do canal.",
  place: "Lugar na fila", placeOf: "{{place}} de {{of}}", wait: "Espera provável",
  estimate: { now: "há alguém livre", between: "{{from}} a {{to}}", upTo: "até {{to}}", nobody_there: "não se sabe: não há ninguém de plantão", too_few_known: "não se sabe: há poucas sessões para comparar", too_far: "mais de oito horas" },
  shut: { paused: "{{channel}} está pausado.", pausedUntil: "{{channel}} está pausado até {{time}}.", outside_hours: "{{channel}} está fechado a esta hora.", opens: "{{channel}} está fechado até {{time}}.", full: "{{channel}} está cheio: já há {{limit}} em espera.", gone: "Esse canal não existe mais.", again: "Escolha outro canal ou tente mais tarde." },
  load: {
    nav: "Carga", title: "Carga", text: "Como estão os canais, ao vivo.", waiting: "Em espera", longest: "a mais longa {{time}}", active: "Em atendimento", late: "Atrasadas", soon: "Quase atrasadas", today: "Hoje", came: "Chegaram", answered: "Respondidas", inTarget: "Na meta", inTargetOf: "{{kept}} de {{all}}", closed: "Encerradas", expired: "Expiradas", people: "Técnicos",
    open: "Aberto", openUntil: "Aberto até {{time}}", paused: "Pausado", pausedUntil: "Pausado até {{time}}", outside_hours: "Fechado", opens: "Fechado até {{time}}", full: "Cheio", gone: "Removido",
    next: "Próximos da fila", more_one: "e mais {{count}}", more_many: "e mais {{count}}", more_other: "e mais {{count}}", nobodyWaits: "Ninguém espera.", nobodyWorks: "Ninguém trabalha aqui.", alarms: "Atrasadas e quase atrasadas", noAlarms: "Nada está atrasado.", noTargets: "–",
    of: "{{load}} de {{limit}}", available_one: "{{count}} disponível", available_many: "{{count}} disponíveis", available_other: "{{count}} disponíveis", busy_one: "{{count}} ocupado", busy_many: "{{count}} ocupados", busy_other: "{{count}} ocupados", away_one: "{{count}} ausente", away_many: "{{count}} ausentes", away_other: "{{count}} ausentes",
    failed: "A carga não pode ser mostrada.", mayNot: "Sua função não permite ver a carga de nenhum canal.", held: "com {{owner}}", unheld: "em espera", openSession: "Sessão {{number}}, {{name}}", inQueue: "Mostrar {{channel}} na fila", stale: "A conexão caiu; estes números são de {{time}}.", number: "Nº", person: "Pessoa", channel: "Canal", what: "O que está atrasado", who: "Com",
  },
};

export default times;
