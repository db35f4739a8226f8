import type { Translation } from "../words";

const sessionTabs: Translation["sessionTabs"] = {
  label: "Sobre esta sessão",
  tab: { information: "Informações", actions: "Ações", equipment: "Equipamento", correspondence: "Correspondência", history: "Histórico", team: "Equipe" },
  counted: { actions_one: "Ações, {{count}} registro", actions_many: "Ações, {{count}} registros", actions_other: "Ações, {{count}} registros" },
  showPanel: "Mostrar os detalhes ao lado da tela", hidePanel: "Somente a tela",
  times: { title: "Tempos", opened: "Aberta", came: "Pessoa presente desde", started: "Iniciada", closed: "Encerrada", waited: "Esperou", worked: "Em atendimento por" },
  earlier: {
    person: "Sessões anteriores desta pessoa", company: "Recentes de {{company}}", none: "Não há sessões anteriores conhecidas.", failed: "As sessões anteriores não puderam ser carregadas.",
    same: { email: "Mesmo e-mail", phone: "Mesmo telefone", asset_number: "Mesmo patrimônio", computer: "Mesmo computador" },
  },
  help: "O que ajuda agora", script: "O que dizer e perguntar",
};

export default sessionTabs;
