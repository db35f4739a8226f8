import type { Translation } from "../words";

const own: Pick<Translation, "account" | "audit" | "notices" | "webhooks" | "tokens" | "inviteMail"> = {
  account: {
    nav: "Minha conta", pages: "Páginas da sua conta", profile: "Perfil e acesso", names: "Nome e e-mail", name: "Nome", email: "E-mail", save: "Salvar", saved: "Salvo.", access: "Acesso",
    namesHint: "O nome aparece para as pessoas atendidas; o e-mail é usado para entrar.",
    nameRequired: "Preencha um nome.", emailInvalid: "Isto não é um endereço de e-mail.", password: "Senha", presentPassword: "Senha atual", newPassword: "Nova senha", newPasswordAgain: "Nova senha, de novo", changePassword: "Trocar a senha", passwordChanged: "A senha foi trocada. Seus outros acessos foram encerrados.",
    passwordRequired: "Preencha sua senha atual.", passwordShort: "Pelo menos {{count}} caracteres.", passwordDiffers: "As duas não são iguais.", passwordWrong: "A senha atual não está certa.",
    signIns: "Onde a conta está conectada", nowhere: "Não está conectada em lugar nenhum.", thisOne: "Este navegador", end: "Encerrar", ended: "Esse acesso foi encerrado.", since: "desde {{time}}", heard: "último uso {{time}}", unknownProgram: "Programa desconhecido",
    ownElsewhere: "Você troca a sua própria senha em “Minha conta”.", reset: "Dar uma nova senha", resetHint: "Para quem esqueceu a sua. Uma nova é criada, e todos os acessos da pessoa são encerrados.", resetTitle: "Nova senha para {{name}}?", resetText: "A antiga deixa de valer na hora, e a pessoa é desconectada de tudo. A nova é mostrada uma única vez: passe-a adiante com segurança.",
    signOutEverywhere: "Desconectar de tudo", signedOut: "{{name}} foi desconectado de tudo.",
  },
  notices: {
    title: "Novidades", unseen_one: "{{count}} não vista", unseen_many: "{{count}} não vistas", unseen_other: "{{count}} não vistas", allSeen: "Marcar tudo como visto", none: "Nada ainda. O que diz respeito a você aparece aqui.", new: "Nova", open: "Abrir", choose: "Escolher sobre o que sou avisado",
    settings: "Avisos", intro: "Escolha como você é avisado de cada coisa. Você nunca é avisado do que não pode ver, do que você mesmo fez, nem da sessão que está na sua frente.", what: "O quê", by: "{{event}}: {{way}}", failed: "Não foi possível carregar suas escolhas.",
    way: { page: "No console", desktop: "Na área de trabalho", sound: "Som", mail: "E-mail" },
    event: { waiting: "Alguém está esperando", returned: "Uma sessão espera de novo", assigned: "Uma sessão é sua", offered: "Uma sessão foi oferecida a você", taken_away: "Uma sessão não é mais sua", message: "Nova mensagem", alarm_amber: "Um prazo está para vencer", alarm_red: "Um prazo venceu", ended_by_end_user: "A pessoa encerrou a sessão", awaiting_confirmation: "Pronta, falta confirmar", confirmed: "Confirmada como resolvida", rejected: "Afinal não resolvida", hold_ended: "Não está mais em espera", unreached: "Encerrada: ninguém encontrado", reopened: "Reaberta", expired: "Ninguém pegou a tempo" },
    means: { waiting: "Em um canal onde você trabalha", returned: "Foi devolvida, ou seu técnico sumiu", assigned: "Alguém ou a central deu a você", offered: "Alguém quer passar uma, ou trabalhar em uma com você", taken_away: "Foi assumida por outro, ou voltou porque você sumiu", message: "Em uma sessão sua, ou que espera em um canal seu", alarm_amber: "Pelas metas do canal", alarm_red: "Pelas metas do canal; também para quem gerencia o canal", ended_by_end_user: "Uma que é sua", awaiting_confirmation: "Em um canal que você gerencia", confirmed: "Uma que era sua", rejected: "Uma que é sua; está aberta de novo", hold_ended: "Uma que é sua; chegou a hora", unreached: "Uma que era sua", reopened: "Uma que era sua", expired: "Em um canal onde você trabalha" },
    volume: "Volume", silent: "mudo", percent: "{{volume}}%", trySound: "Ouvir o som", mailNotHere: "Só quando nenhum console meu está aberto", mailAlways: "Sempre", asUsual: "Voltar ao habitual", noMail: "Esta central não envia e-mail. O administrador configura isso no relay.",
    desktopAsk: "O navegador precisa permitir que esta central mostre avisos ao lado de outras janelas.", desktopAllow: "Permitir", desktopGranted: "A área de trabalho vai mostrar as novidades.", desktopDenied: "O navegador recusa avisos desta central. Permita-os nas configurações do navegador para este site; as novidades continuam a aparecer no console.", desktopMissing: "Este navegador não mostra avisos na área de trabalho.",
  },
  webhooks: {
    title: "Webhooks", intro: "Outros servidores que são avisados na hora do que acontece com as sessões: um sistema de chamados, um chat, um script. Cada chamada é assinada, e repetida por horas quando falha.", new: "Novo webhook", none: "Nenhum webhook ainda.", back: "Todos os webhooks", failed: "Não foi possível carregar os webhooks.",
    url: "Endereço", urlInvalid: "Precisa começar com https://.", events: "Eventos", eventsRequired: "Escolha pelo menos um evento.", channels: "Sessões de", allChannels: "Todos os canais", someChannels: "Só estes canais", channelsRequired: "Escolha pelo menos um canal, ou todos.", enabled: "Ligado", enabledHint: "Nada é enviado enquanto está desligado.",
    secret: "Segredo", secretHint: "Com ele o receptor confere que a chamada é desta central.", secretOnce: "Este segredo é mostrado uma única vez. Coloque-o no receptor agora.", renew: "Criar um novo segredo", on: "Ligado", off: "Desligado", failing: "Tentativas que falharam: {{count}}", givenUp: "Desligado pelo relay", givenUpText: "Falhou vezes demais e foi desligado. O que há para avisar fica guardado. Conserte o receptor e ligue de novo.", switchOn: "Salvar e ligar",
    log: "O que foi enviado", test: "Enviar um teste", testEvent: "Teste", nothingSent: "Nada foi enviado ainda", again: "Enviar de novo", show: "Mostrar", body: "O que é enviado", delivered: "Entregue ({{status}})", gaveUp: "Desistiu após tentativas: {{count}}", sending: "A caminho", nextTry: "Próxima tentativa: {{time}}", removeText: "Não recebe mais nada, e seu registro é apagado.",
  },
  tokens: {
    title: "Tokens da API", intro: "Um token permite que um programa use a interface em seu nome, com uma parte do que você pode. Nunca pode mais do que você pode naquele momento.", new: "Novo token", none: "Nenhum token ainda.", failed: "Não foi possível carregar os tokens.",
    name: "Para que serve", permissions: "O que pode", permissionsRequired: "Escolha pelo menos uma permissão.", until: "Vale até", untilHint: "Vazio: até ser revogado.", token: "Token", once: "Este token é mostrado uma única vez. Coloque-o no programa agora; quem o tiver pode fazer o que ele pode.",
    by: "Criado por", unused: "Nunca usado", used: "Último uso {{time}}", good: "Válido", goodUntil: "Válido até {{time}}", expired: "Vencido", revoked: "Revogado", revoke: "Revogar", revokedNow: "“{{name}}” não vale mais.",
  },
  inviteMail: {
    button: "Escrever um e-mail", subject: "{{desk}}: seu link de ajuda", hello: "Olá, {{person}},", helloAnybody: "Olá,", text: "para receber ajuda de {{desk}}, abra este link no computador que precisa dela e inicie o programa oferecido:", until: "Funciona até {{time}}, em um só computador.", care: "É só para você: não o repasse. Você é consultado antes que alguém veja a sua tela.",
  },
  audit: {
    title: "Auditoria", intro: "Quem fez o quê. Cada linha está ligada à anterior e a cadeia é assinada, para que ninguém a altere sem ser notado.",
    verify: "Verificar", whole: "Nada foi alterado.", lines: "Linhas: {{count}}.", heads: "Pontos assinados: {{count}}.", unsigned: "Linhas mais novas, ligadas e ainda não assinadas: {{count}}.", key: "Assinado por",
    tampered: "A auditoria foi alterada.", tamperedAdvice: "Compare com uma exportação ou um backup, e pergunte quem tem acesso ao banco de dados.",
    wrong: {
      line: "A linha {{line}} não é o que era, ou uma linha antes dela foi incluída ou removida.", order: "A linha {{line}} está depois da linha {{after}}, fora de ordem.", signature: "O ponto da linha {{line}} não foi assinado por este relay.",
      rewritten: "A linha {{line}} não é a que foi assinada: a cadeia foi reescrita.", cut_off: "A linha {{line}} foi assinada e não está lá: o final foi cortado.",
    },
    export: "Exportar", exportChain: "Tudo, com a prova", exportChainHint: "Um arquivo que “ponte-relay admin verify-audit --file” verifica sem o relay", exportTable: "O que é mostrado, em tabela", exportTableHint: "CSV, para planilha",
    filters: "Quais linhas", who: "Quem", anybody: "Qualquer um", what: "O quê", anything: "Qualquer coisa", session: "Número da sessão", from: "De", until: "Até", when: "Quando", about: "Sobre", line: "Linha", clear: "Mostrar tudo", none: "Nenhuma linha é assim", noSession: "Não há sessão com este número", failed: "Não foi possível carregar a auditoria.", older: "Carregar linhas mais antigas",
    actor: { end_user: "A pessoa", relay: "O relay" },
    kind: {
      signed_in: "Entrou", sign_in_refused: "Entrada recusada", refresh_reused: "Um acesso copiado foi encerrado", sign_in_ended: "Acesso encerrado", signed_out_everywhere: "Desconectado de tudo", account_changed: "Nome ou e-mail alterado", password_changed: "Senha trocada", password_reset: "Nova senha dada",
      technician_created: "Técnico criado", technician_changed: "Técnico alterado", role_changed: "Função alterada", group_changed: "Grupo alterado", company_changed: "Empresa alterada", category_changed: "Categoria alterada", channel_changed: "Canal alterado", desk_changed: "Central alterada", desk_set_up: "Central montada",
      action_logged: "Ação registrada", file_added: "Arquivo adicionado", link_made: "Link de chamada criado", link_paused: "Link de chamada pausado", link_resumed: "Link de chamada retomado", link_deleted: "Link de chamada excluído",
      webhook_changed: "Webhook alterado", webhook_removed: "Webhook removido", webhook_secret_renewed: "Webhook com novo segredo", webhook_given_up: "Webhook desligado após falhas", api_token_made: "Token da API criado", api_token_revoked: "Token da API revogado", reply_changed: "Resposta pronta alterada", chat_exported: "Mensagens exportadas", availability_chosen: "Disponibilidade escolhida", audit_exported: "Auditoria exportada",
    },
  },
};

export default own;
