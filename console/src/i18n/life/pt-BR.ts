import type { Translation } from "../words";

/** From a session's taking to its end, and back. */
const life: Translation["life"] = {
  hold: "Pôr em espera", resume: "Retomar", confirm: "Está resolvido", reject: "Não resolvido", reopen: "Reabrir", more: "Mais", renewLink: "Criar um novo link", toInPerson: "Mover para presencial…", toRemote: "Mover para remoto…",
  heldWhy: "Em espera: {{why}}", confirmed: "Confirmado: a sessão está encerrada.", rejected: "Voltou: {{where}}.", reopened: "Reaberta: {{where}}.", withOwner: "{{owner}} está com ela de novo", inQueue: "aguarda na fila, com sua idade", moved: "Movida para {{channel}}.", linkRenewed: "O novo link vale até {{time}}. Copie-o na aba Informações e envie à pessoa; o antigo não abre mais nada.",
  openInPerson: "Abrir a sessão",
  holdDialog: { title: "Pôr a sessão {{number}} em espera", text: "Ela continua sua. A pessoa é avisada de que você vai retomar.", why: "O que ela está esperando?", whyRequired: "Diga o que ela espera: quem a abrir vai querer saber.", until: "Continua sozinha", when: { half: "Em 30 min", hour: "Em 1 hora", morning: "Amanhã 08:00", at: "Em um horário", hand: "À mão" }, day: "Dia", time: "Hora", wrongTime: "Escolha um horário futuro, no máximo daqui a um ano.", submit: "Pôr em espera" },
  moveDialog: { inPerson: "Atender presencialmente", inPersonText: "A tela se fecha para todos. Nenhum programa é mais necessário, e a sessão mantém seu responsável e seu número.", remote: "Atender pela tela", remoteText: "Se o programa da pessoa não estiver conectado, crie um novo link para ela.", channel: "Canal", submit: "Mover" },
  end: { noteRequired: "Escreva o que foi feito.", reason: "Por que não foi resolvido?", reasonRequired: "Diga por que não foi resolvido.", pieces: "Equipamentos", pieceAs: "Como a sessão", pieceReason: "Por que não?", confirms: "A pessoa é perguntada se está resolvido. Se ninguém disser o contrário, a sessão se encerra sozinha após o prazo do canal.", done: "A sessão {{number}} está concluída e aguarda confirmação." },
  stage: {
    holdTitle: "Em espera", holdUntil: "Continua sozinha: {{time}}.", holdByHand: "Continua quando você retomar.", inPersonTitle: "Atendimento presencial", inPersonText: "Sem tela, sem programa: anote o que fizer em Ações e os equipamentos em Equipamentos.", takeTitle: "{{person}} espera alguém pessoalmente", takeText: "Assuma e entre em contato com a pessoa.", take: "Assumir", backTitle: "{{person}} precisa de ajuda de novo", backText: "Esta sessão foi encerrada e voltou. Assuma e entre em contato; para ver a tela, crie um novo link.",
    doneTitle: "Aguardando confirmação", doneText: "A pessoa é perguntada se está resolvido. O silêncio vale como sim: {{time}}.", reopenUntil: "Pode ser reaberta até {{time}}.", reopenOver: "Não pode mais ser reaberta. Para um novo problema, abra uma nova sessão.",
  },
  linkClosed: { title: "Seu chamado está encerrado", text: "Se não estiver resolvido, avise a central: ele pode ser reaberto até {{time}}, com o mesmo número." },
  equipment: {
    title: "Equipamentos", empty: "Nenhum equipamento anotado.", emptyHint: "Impressoras, monitores, aquilo de que a sessão trata: cada um recebe seu resultado ao encerrar.", add: "Adicionar", addTitle: "Adicionar equipamento", asset: "Número de patrimônio", name: "O que é?", nameRequired: "Diga o que é.", kindLabel: "Tipo", kind: { computer: "Computador", notebook: "Notebook", monitor: "Monitor", printer: "Impressora", telephone: "Telefone", network: "Rede", server: "Servidor", other: "Outro" },
    outcome: "Resultado", open: "Em aberto", reason: "Por que não?", remove: "Remover {{name}}", edit: "Alterar {{name}}", save: "Salvar", suggest: "Adicionar este computador, {{asset}}", by: "{{name}}, {{time}}", count_one: "Equipamentos, {{count}} peça", count_many: "Equipamentos, {{count}} peças", count_other: "Equipamentos, {{count}} peças", expired: "A sessão expirou antes que alguém a assumisse.",
  },
  closing: {
    kind: "Como suas sessões são atendidas", remote: "Pela tela", remoteHint: "A pessoa inicia um programa; ninguém assume a sessão antes que ele esteja lá.", inPerson: "Presencialmente", inPersonHint: "No local ou no próprio equipamento: sem programa, sem tela, sem controle.",
    confirmTitle: "Quando está resolvido", confirm: "Pedir confirmação", confirmHint: "A pessoa, ou um gestor, diz que está resolvido; até lá a sessão está concluída, não encerrada.", confirmDays: "O silêncio vale como sim após, dias úteis",
    reopenTitle: "Reabertura", reopen: "Por quanto tempo uma sessão pode ser reaberta?", reopenNever: "Nunca", reopenNeverHint: "Para qualquer outra coisa, abre-se uma nova sessão.", reopenDays: "Por alguns dias úteis", reopenDaysLabel: "Dias úteis, de 1 a 366", reopenAlways: "Sempre", reopenHint: "Ela mantém seu número e volta para quem a tinha, se puder assumi-la.",
    noContactTitle: "Ninguém é encontrado", noContact: "Encerrar sozinha quando a pessoa não for encontrada", noContactHint: "Contado da primeira tentativa sem sucesso no registro de trabalho. Encontrar a pessoa recomeça a contagem: uma conversa, trabalho, uma mensagem dela ou seu programa.", noContactDays: "Após, dias úteis",
    days: "Dias úteis são aqueles em que o canal abre; um canal sem horário trabalha todos os dias.", fault: "Informe um número de dias úteis de 1 a 366.",
  },
};

export default life;
