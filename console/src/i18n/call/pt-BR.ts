import type { Translation } from "../words";

const call: Translation["call"] = {
  link: {
    title: "Links", text: "Quem tem um destes links pode pedir ajuda a este canal: coloque-o no site, imprima-o ou envie-o. Abri-lo não gasta nada; um link pausado responde como se não existisse.",
    make: "Novo link", makeTitle: "Novo link para {{channel}}", name: "Nome", nameHint: "Onde ele fica ou para quem você o dá, por exemplo “Intranet”. Só a central o vê.", nameRequired: "Dê um nome ao link.", create: "Criar", made: "O link {{name}} está pronto.",
    empty: "Ainda não há links", emptyText: "Crie um, e as pessoas poderão pedir ajuda sozinhas.", loadFailed: "Não foi possível carregar os links.", list: "Links deste canal",
    open: "Aberto", paused: "Pausado", used_one: "Usado {{count}} vez", used_many: "Usado {{count}} vezes", used_other: "Usado {{count}} vezes", unused: "Ainda não usado", last: "última vez {{time}}",
    copy: "Copiar link", copied: "Link copiado", show: "Código QR", showOf: "Código QR de {{name}}", pause: "Pausar", resume: "Retomar", rename: "Renomear", renameTitle: "Renomear {{name}}", save: "Salvar", renamed: "O link agora se chama {{name}}.", pausedNow: "O link {{name}} está pausado: ninguém pode usá-lo.", resumedNow: "O link {{name}} pode ser usado de novo.",
    qrTitle: "O link {{name}}", qrText: "Leia-o com um celular ou imprima-o. A página do link diz o que fazer em um computador.",
    delete: "Excluir", deleteTitle: "Excluir o link {{name}}?", deleteText: "Quem o tem fica sabendo que não funciona mais, e ele nunca volta a funcionar. As sessões que vieram por ele ficam. Para interrompê-lo por um tempo, pause-o.", deleteConfirm: "Excluir o link", deleted: "O link {{name}} foi excluído.",
  },
  form: {
    text: "O que se pergunta a quem vem por um link deste canal, antes da espera. Pergunte pouco: cada pergunta é mais um obstáculo para quem está com um problema.",
    question: "Pergunta", asked: "Perguntar?", label: "Com as suas palavras", labelHint: "Vazio: as palavras do próprio programa, no idioma da pessoa.",
    ask: { no: "Não perguntar", optional: "Opcional", required: "Obrigatória" },
    name: "Nome", contact: "Telefone ou e-mail", department: "Departamento", company: "Empresa", category: "Categoria", subject: "Qual é o problema?",
    noCategories: "Ainda não há categorias, por isso isto não aparece.", nothing: "Nada é perguntado: as pessoas só clicam em Enviar.",
  },
  page: {
    title: "Ajuda de {{desk}}", intro: "Você inicia um pequeno programa, diz em uma frase qual é o problema e recebe um número e o seu lugar na fila. Antes que um técnico veja a sua tela, pedimos a sua permissão.",
    step1: "Baixe o programa e inicie-o.", step1Linux: "Baixe o programa, permita que ele seja executado (nas propriedades do arquivo) e inicie-o.", step2: "Se ele pedir um link, cole o que está abaixo.", step3: "Escreva qual é o problema e clique em Enviar. O programa guarda o seu lugar até um técnico chegar.",
    goneTitle: "Este link não está em uso", goneText: "Não há nada de errado do seu lado. Peça ajuda como de costume: ligue para a sua central de suporte, ou peça a quem lhe deu este link o que funciona agora.",
    busy: "Esta página foi aberta muitas vezes a partir da sua rede. Espere um momento; ela tenta de novo sozinha.",
  },
  session: { screenshot: "Tela ao pedir ajuda", screenshotRemoved: "A imagem foi removida, pois já passou do prazo de guarda.", screenshotFailed: "Não foi possível carregar a imagem.", enlarge: "Ampliar a imagem da tela", byRule: "pela regra {{rules}}", away: "Programa ausente", came: "Como chegou", link: "Link", entry: "Pedido em", department: "Departamento", rule: "Pela regra", noRule: "Nenhuma regra a enviou a outro lugar", awayTitle: "O programa da pessoa está fechado", awayText: "O pedido fica. Se o programa só perdeu a conexão, ele volta sozinho; se foi fechado, a pessoa precisa pedir de novo. Você pode esperar ou encerrar a sessão." },
};

export default call;
