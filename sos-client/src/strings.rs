//! Every sentence that a person reads, in each language: one row a sentence, so that none can be missing.
//! `{}` stands for one value.

use ponte_seal::Alphabet;

/// A language of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    En,
    PtBr,
    Ru,
}

impl Language {
    /// The language of a locale such as `pt_BR.UTF-8`; English where we have no better.
    #[must_use]
    pub fn of(locale: &str) -> Self {
        match locale.split(['_', '-', '.', '@']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "pt" => Self::PtBr,
            "ru" => Self::Ru,
            _ => Self::En,
        }
    }
    /// As the system is set: LC_ALL, LC_MESSAGES, LANG, in POSIX's order.
    #[must_use]
    pub fn of_system() -> Self {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let locale = set("LC_ALL").or_else(|| set("LC_MESSAGES")).or_else(|| set("LANG"));
        locale.map_or(Self::En, |locale| Self::of(&locale))
    }
    /// The letters in which words to compare are read.
    #[must_use]
    pub fn alphabet(self) -> Alphabet {
        match self {
            Self::En | Self::PtBr => Alphabet::Latin,
            Self::Ru => Alphabet::Cyrillic,
        }
    }
    /// The sentence.
    #[must_use]
    pub fn say(self, text: Text) -> &'static str {
        let row = text.row();
        match self {
            Self::En => row[0],
            Self::PtBr => row[1],
            Self::Ru => row[2],
        }
    }
    /// The sentence with its value filled in.
    #[must_use]
    pub fn say_with(self, text: Text, value: &str) -> String {
        self.say(text).replacen("{}", value, 1)
    }
}

macro_rules! texts {
    ($($name:ident: $en:literal, $pt:literal, $ru:literal;)*) => {
        /// A sentence, named.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Text { $($name,)* }
        impl Text {
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            fn row(self) -> [&'static str; 3] { match self { $(Self::$name => [$en, $pt, $ru],)* } }
        }
    };
}

texts! {
    Title: "Ponte – remote support", "Ponte – suporte remoto", "Ponte – удалённая помощь";
    Connecting: "Connecting…", "Conectando…", "Подключение…";
    ConnectingTo: "to {}", "a {}", "к {}";
    CodeSentence: "Read this number to your technician", "Diga este número ao seu técnico", "Назовите этот номер специалисту";
    CodeCalm: "Nobody sees your screen until you say yes.", "Ninguém vê sua tela até você dizer sim.", "Никто не увидит ваш экран без вашего согласия.";
    ReplacedWrong: "The number before was tried with wrong digits three times and no longer works. This is a new one.", "O número anterior foi tentado três vezes com dígitos errados e não vale mais. Este é um novo.", "Прежний номер трижды вводили с ошибкой, и он больше не действует. Это новый.";
    ReplacedOld: "The number before was shown for too long and no longer works. This is a new one.", "O número anterior ficou visível por tempo demais e não vale mais. Este é um novo.", "Прежний номер показывался слишком долго и больше не действует. Это новый.";
    ReplacedForgotten: "The support desk was restarted and the number before no longer works. This is a new one.", "A central foi reiniciada e o número anterior não vale mais. Este é um novo.", "Служба поддержки перезапустилась, и прежний номер больше не действует. Это новый.";
    ReplacedCutOff: "Your technician was cut off before it began, and the number before no longer works. This is a new one.", "Seu técnico caiu antes de começar, e o número anterior não vale mais. Este é um novo.", "Связь со специалистом прервалась до начала сеанса, прежний номер больше не действует. Это новый.";
    Copy: "Copy number", "Copiar número", "Скопировать номер";
    Copied: "Copied", "Copiado", "Скопировано";
    HaveLink: "I was given a link", "Recebi um link", "Мне прислали ссылку";
    LinkTitle: "Paste your link", "Cole seu link", "Вставьте ссылку";
    LinkSentence: "Your technician sent it to you. It begins with https://", "Seu técnico o enviou. Ele começa com https://", "Её прислал специалист. Она начинается с https://";
    AskTitle: "Which support desk?", "Qual central de suporte?", "Какая служба поддержки?";
    AskSentence: "Type its address, or paste the link you were given.", "Digite o endereço ou cole o link que recebeu.", "Введите адрес или вставьте полученную ссылку.";
    Paste: "Paste", "Colar", "Вставить";
    Continue: "Continue", "Continuar", "Продолжить";
    Back: "Back", "Voltar", "Назад";
    BadLink: "This is not a support link. Copy all of it, from https:// to the end.", "Isto não é um link de suporte. Copie-o inteiro, de https:// até o fim.", "Это не ссылка поддержки. Скопируйте её целиком, от https:// до конца.";
    NoSecret: "The end of the link is missing. Copy also what comes after #.", "Falta o fim do link. Copie também o que vem depois de #.", "Не хватает конца ссылки. Скопируйте и то, что после #.";
    NotSecure: "This link is not secure. Ask your technician for one that begins with https://", "Este link não é seguro. Peça ao seu técnico um que comece com https://", "Ссылка небезопасна. Попросите у специалиста такую, что начинается с https://";
    BadAddress: "This is not an address. It looks like desk.example.com", "Isto não é um endereço. Ele é parecido com desk.example.com", "Это не адрес. Он выглядит так: desk.example.com";
    OfflineTitle: "No connection", "Sem conexão", "Нет связи";
    OfflineHost: "This network does not know {}. Check the address, and that you are online.", "Esta rede não conhece {}. Verifique o endereço e se você está on-line.", "Эта сеть не знает {}. Проверьте адрес и подключение к интернету.";
    OfflineAnswer: "{} does not answer. Check that you are online; in an office, ask for UDP to be allowed to that address.", "{} não responde. Verifique se você está on-line; em um escritório, peça que UDP seja liberado para esse endereço.", "{} не отвечает. Проверьте интернет; в офисе попросите разрешить UDP к этому адресу.";
    OfflineBusy: "{} is busy and asks to wait a moment.", "{} está ocupado e pede um momento.", "{} занят и просит подождать.";
    OfflineRetry: "Trying again by itself. If it stays so, call your technician.", "Tentando de novo. Se continuar assim, ligue para seu técnico.", "Пробуем снова. Если не поможет, позвоните специалисту.";
    ReadyTitle: "You are connected", "Você está conectado", "Вы подключены";
    ReadySentence: "A technician will be with you soon. You will be asked before anything is seen.", "Um técnico virá em breve. Perguntaremos antes de mostrar qualquer coisa.", "Специалист скоро подключится. Мы спросим вас, прежде чем что-либо показать.";
    HoldTitle: "On hold", "Em espera", "Отложено";
    HoldSentence: "Your technician is waiting for something and will come back to it. You can leave this window open; if you close it, they will get in touch.", "Seu técnico está esperando algo e vai retomar. Você pode deixar esta janela aberta; se fechar, ele entrará em contato.", "Специалист чего-то ждёт и вернётся к вашей проблеме. Можно оставить это окно открытым; если закроете, с вами свяжутся.";
    InPersonTitle: "Somebody takes care of it in person", "Alguém vai cuidar disso pessoalmente", "Этим займутся на месте";
    InPersonSentence: "Nobody needs to see your screen for this. You can close this window, or write here.", "Ninguém precisa ver sua tela para isso. Você pode fechar esta janela ou escrever aqui.", "Для этого не нужно видеть ваш экран. Можно закрыть окно или написать здесь.";
    DoneTitle: "Is it solved?", "Está resolvido?", "Проблема решена?";
    DoneSentence: "Your technician says so. Please try it before you answer.", "Seu técnico diz que sim. Experimente antes de responder.", "Специалист считает, что да. Проверьте, прежде чем ответить.";
    DoneYes: "Yes, it is solved", "Sim, está resolvido", "Да, решена";
    DoneNo: "No, not yet", "Não, ainda não", "Нет, ещё нет";
    DoneSilence: "No answer counts as yes after some days.", "Sem resposta, vale como sim depois de alguns dias.", "Без ответа через несколько дней считается, что да.";
    BackTitle: "It goes on", "Continua em atendimento", "Работа продолжается";
    BackSentence: "Your support desk knows that it is not solved. You will be asked before anything is seen.", "A central sabe que não está resolvido. Perguntaremos antes de mostrar qualquer coisa.", "Служба поддержки знает, что проблема не решена. Мы спросим вас, прежде чем что-либо показать.";
    AskView: "would like to see your screen", "gostaria de ver sua tela", "хочет видеть ваш экран";
    AskControl: "would like to control your mouse and keyboard", "gostaria de controlar seu mouse e teclado", "хочет управлять мышью и клавиатурой";
    AskViewMeans: "They will see everything that is open. Close what is private first. You can stop at any time.", "Tudo o que estiver aberto será visto. Feche antes o que for particular. Você pode parar quando quiser.", "Будет видно всё, что открыто. Сначала закройте личное. Остановить можно в любой момент.";
    AskControlMeans: "You will see all they do, and can take control back at any time.", "Você verá tudo o que for feito e pode retomar o controle quando quiser.", "Вы увидите все действия и сможете вернуть управление в любой момент.";
    WordsAsk: "Ask them to read you the five words on their screen. Other words than these? Press No.", "Peça que leiam para você as cinco palavras na tela deles. São diferentes destas? Toque em Não.", "Попросите прочитать вам пять слов с их экрана. Если слова другие, нажмите «Нет».";
    WordsJoiner: "Comes later: could not be verified by the number or the link.", "Chegou depois: não pôde ser verificado pelo número nem pelo link.", "Подключается позже: проверить по номеру или ссылке нельзя.";
    WordsIntroduced: "Introduced by {}", "Apresentado por {}", "Представляет {}";
    ComesInstead: "takes over from {}", "assume o lugar de {}", "вместо {}";
    ComesBesides: "joins the session", "entra na sessão", "присоединяется к сеансу";
    ComesToLookOn: "supervises the support desk", "supervisiona a central de suporte", "проверяет работу службы поддержки";
    AskAgain: "has seen your screen for an hour", "vê sua tela há uma hora", "видит ваш экран уже час";
    AskAgainMeans: "May they go on? Without your yes they see nothing any more.", "Pode continuar? Sem o seu sim, não verá mais nada.", "Можно продолжать? Без вашего согласия показ прекратится.";
    BarLooksOn: "looks on", "observa", "наблюдает";
    BarSees: "sees", "vê", "видит";
    BarControls: "controls", "controla", "управляет";
    Yes: "Yes, allow", "Sim, permitir", "Да, разрешить";
    No: "No", "Não", "Нет";
    SilenceIsNo: "No answer means no · {} s", "Sem resposta é não · {} s", "Нет ответа – значит нет · {} с";
    BarView: "can see your screen", "vê sua tela", "видит ваш экран";
    BarControl: "can see and control", "vê e controla", "видит и управляет";
    BarMinutes: "{} min", "{} min", "{} мин";
    BarLost: "connection lost, coming back…", "conexão perdida, voltando…", "связь потеряна, восстанавливаем…";
    TakeBack: "Take back control", "Retomar controle", "Вернуть управление";
    Stop: "Stop", "Parar", "Стоп";
    EscHint: "or hold Esc for 2 seconds", "ou segure Esc por 2 segundos", "или держите Esc 2 секунды";
    EndedTitle: "The session has ended", "A sessão terminou", "Сеанс завершён";
    RefusedTitle: "You are not connected", "Você não está conectado", "Вы не подключены";
    EndedTechnician: "Your technician ended it. Nobody sees your screen any more.", "Seu técnico a encerrou. Ninguém vê mais sua tela.", "Его завершил специалист. Ваш экран больше никто не видит.";
    EndedYou: "You ended it. Nobody sees your screen any more.", "Você a encerrou. Ninguém vê mais sua tela.", "Вы его завершили. Ваш экран больше никто не видит.";
    EndedExpired: "The link or the number is no longer valid. Ask your technician for a new one.", "O link ou o número não vale mais. Peça outro ao seu técnico.", "Ссылка или номер больше не действуют. Попросите у специалиста новые.";
    EndedSolved: "It is solved. Thank you. Nobody sees your screen any more.", "Está resolvido. Obrigado. Ninguém vê mais sua tela.", "Проблема решена. Спасибо. Ваш экран больше никто не видит.";
    EndedNoContact: "We could not reach you, so the request was closed.", "Não conseguimos falar com você, por isso o chamado foi encerrado.", "Мы не смогли с вами связаться, поэтому обращение закрыто.";
    EndedReopen: "If it is not solved after all, call your technician: it can be reopened for {} more days.", "Se não estiver resolvido, ligue para seu técnico: ainda pode ser reaberto por {} dias.", "Если проблема всё же осталась, позвоните специалисту: обращение можно открыть снова ещё {} дн.";
    EndedReopenDay: "If it is not solved after all, call your technician: it can be reopened for one more day.", "Se não estiver resolvido, ligue para seu técnico: ainda pode ser reaberto por um dia.", "Если проблема всё же осталась, позвоните специалисту: обращение можно открыть снова ещё один день.";
    EndedRelay: "The support desk ended the connection. Nobody sees your screen any more.", "A central encerrou a conexão. Ninguém vê mais sua tela.", "Служба поддержки прервала связь. Ваш экран больше никто не видит.";
    EndedDesktop: "This screen can no longer be shared. Start the program again.", "Esta tela não pode mais ser mostrada. Inicie o programa de novo.", "Этот экран больше нельзя показать. Запустите программу снова.";
    EndedGuessed: "Wrong digits were tried again and again, so the number was taken away. Call your technician before you start again.", "Dígitos errados foram tentados várias vezes, e o número foi retirado. Ligue para seu técnico antes de começar de novo.", "Слишком много попыток с неверными цифрами, номер отозван. Позвоните специалисту, прежде чем начать снова.";
    EndedLinkUsed: "This link is in use on another computer. Ask your technician for a new one.", "Este link está em uso em outro computador. Peça outro ao seu técnico.", "Ссылка используется на другом компьютере. Попросите новую.";
    EndedVersion: "This program is too old or too new for the desk. Download it again from your technician's link.", "Este programa é antigo ou novo demais para a central. Baixe-o de novo pelo link do técnico.", "Программа слишком старая или новая. Скачайте её снова по ссылке специалиста.";
    EndedOther: "The support desk did not accept the connection. Call your technician.", "A central não aceitou a conexão. Ligue para seu técnico.", "Служба поддержки не приняла подключение. Позвоните специалисту.";
    CannotStart: "Ponte cannot start here", "O Ponte não consegue iniciar aqui", "Ponte не может здесь запуститься";
    CannotStartSentence: "Nobody sees your screen. Read this to your technician:", "Ninguém vê sua tela. Leia isto para o seu técnico:", "Ваш экран никто не видит. Прочтите это специалисту:";
    Close: "Close", "Fechar", "Закрыть";
    EndedClean: "Nothing of it stays running on this computer.", "Nada continua em execução neste computador.", "На этом компьютере ничего не осталось работать.";
    Again: "Start again", "Começar de novo", "Начать снова";
    ScamTitle: "Do you know who you are talking to?", "Você sabe com quem está falando?", "Вы знаете, с кем говорите?";
    ScamHost: "This computer has never been helped by {}.", "Este computador nunca recebeu ajuda de {}.", "Этому компьютеру ещё не помогали через {}.";
    ScamOne: "Only continue if you called them yourself.", "Só continue se foi você quem ligou.", "Продолжайте, только если звонили вы сами.";
    ScamTwo: "Banks, the police and Microsoft never call to see your screen.", "Bancos, polícia e Microsoft nunca ligam para ver sua tela.", "Банк, полиция и Microsoft никогда не звонят, чтобы увидеть экран.";
    ScamThree: "Whoever asks for money, gift cards or passwords is a thief: hang up.", "Quem pede dinheiro, cartões-presente ou senhas é golpista: desligue.", "Кто просит деньги, подарочные карты или пароли – мошенник: положите трубку.";
    ScamFingerprint: "Its certificate:", "Certificado:", "Сертификат:";
    ScamUnvouched: "No public authority vouches for {}. If your support desk is a small one, that can be right: call them by a number you already had, and let them read this to you.", "Nenhuma autoridade pública atesta {}. Se a sua central é pequena, pode estar certo: ligue para ela por um número que você já tinha e peça que leiam isto.", "Ни один публичный центр не ручается за {}. Для небольшой службы поддержки это бывает: позвоните туда по уже известному вам номеру и попросите прочесть это вслух.";
    ScamContinue: "I called them: continue", "Eu liguei: continuar", "Я звонил сам: продолжить";
    ScamLeave: "Leave", "Sair", "Выйти";
    ChangedTitle: "Someone may be intercepting this connection", "Alguém pode estar interceptando esta conexão", "Возможно, соединение перехватывают";
    ChangedSentence: "The certificate of {} is not the one that this computer remembers. Call your support desk, by a number you already had, and ask whether it changed.", "O certificado de {} não é o que este computador lembra. Ligue para a central, por um número que você já tinha, e pergunte se ele mudou.", "Сертификат {} не тот, который помнит этот компьютер. Позвоните в службу поддержки по уже известному вам номеру и спросите, менялся ли он.";
    ChangedBefore: "This computer remembers:", "Este computador lembra:", "Этот компьютер помнит:";
    ChangedVouched: "This computer remembers: one that a public authority vouched for.", "Este computador lembra: um atestado por uma autoridade pública.", "Этот компьютер помнит: заверенный публичным центром.";
    ChangedFound: "The new one:", "O novo:", "Новый:";
    ChangedMeans: "If you trust it, this computer forgets the old one, and whoever has the new one is {} to it from now on.", "Se você confiar nele, este computador esquece o antigo, e quem tiver o novo será {} para ele de agora em diante.", "Если вы ему доверитесь, компьютер забудет прежний, и владелец нового отныне будет для него {}.";
    ChangedTrust: "They confirmed it: trust", "Confirmaram: confiar", "Подтвердили: доверять";
    WrongSentence: "{} does not show the certificate that your link or settings name. Nothing was sent. Call your technician and ask for a new link.", "{} não mostra o certificado indicado no seu link ou na configuração. Nada foi enviado. Ligue para seu técnico e peça outro link.", "{} показывает не тот сертификат, что указан в ссылке или настройках. Ничего не отправлено. Позвоните специалисту и попросите новую ссылку.";
    WrongNamed: "It should be:", "Deveria ser:", "Должен быть:";
    CallTitle: "Ask for help", "Pedir ajuda", "Попросить помощи";
    CallName: "Your name", "Seu nome", "Ваше имя";
    CallContact: "Telephone or e-mail", "Telefone ou e-mail", "Телефон или e-mail";
    CallDepartment: "Department", "Departamento", "Отдел";
    CallCompany: "Company", "Empresa", "Организация";
    CallCategory: "What is it about?", "Sobre o que é?", "О чём речь?";
    CallSubject: "What is wrong?", "Qual é o problema?", "Что случилось?";
    CallOptional: "{} (optional)", "{} (opcional)", "{} (по желанию)";
    CallMissing: "Please fill this in.", "Preencha este campo.", "Заполните это поле.";
    CallChoose: "Please choose one.", "Escolha uma opção.", "Выберите один вариант.";
    CallTooLong: "At most {} characters.", "No máximo {} caracteres.", "Не более {} знаков.";
    CallPicture: "This picture of your screen goes with it.", "Esta imagem da sua tela vai junto.", "Этот снимок экрана будет приложен.";
    CallPictureOut: "No picture of your screen goes with it.", "Nenhuma imagem da sua tela vai junto.", "Снимок экрана не прилагается.";
    CallNoPicture: "No picture of your screen could be taken.", "Não foi possível capturar a sua tela.", "Не удалось сделать снимок экрана.";
    CallBlack: "Black out parts", "Cobrir partes", "Закрасить части";
    CallLeaveOut: "Leave it out", "Não enviar", "Не прилагать";
    CallPutIn: "Send it, too", "Enviar também", "Приложить";
    CallTakeAgain: "Take it again", "Capturar de novo", "Снять заново";
    CallPrivacy: "What becomes of what you write", "O que será feito do que você escrever", "Что будет с тем, что вы напишете";
    CallNothingSent: "Nothing is sent before you press Send.", "Nada é enviado antes de você clicar em Enviar.", "Ничего не отправится, пока вы не нажмёте «Отправить».";
    CallSend: "Send", "Enviar", "Отправить";
    CallSending: "Sending…", "Enviando…", "Отправляется…";
    CallOffline: "No connection. What you write is kept; trying again by itself.", "Sem conexão. O que você escreve fica guardado; tentando de novo.", "Нет связи. Написанное сохранится; пробуем снова.";
    CallPaused: "The desk does not take requests right now. What you wrote is still here.", "A central não recebe pedidos agora. O que você escreveu continua aqui.", "Служба поддержки сейчас не принимает обращения. Написанное сохранено.";
    CallClosed: "The desk is closed right now. What you wrote is still here.", "A central está fechada agora. O que você escreveu continua aqui.", "Служба поддержки сейчас закрыта. Написанное сохранено.";
    CallFull: "So many people are waiting that the desk takes no more right now. Try again in a while; what you wrote is still here.", "Há tanta gente esperando que a central não recebe mais pedidos agora. Tente daqui a pouco; o que você escreveu continua aqui.", "Ожидающих так много, что служба пока не принимает новых обращений. Попробуйте чуть позже; написанное сохранено.";
    CallOtherForm: "The desk asks something else now. Please look at the questions again.", "A central agora pergunta outra coisa. Veja as perguntas de novo.", "Служба поддержки изменила вопросы. Посмотрите их ещё раз.";
    CallTooMany: "Too many requests came from your network. Wait a few minutes, then press Send again.", "Vieram pedidos demais da sua rede. Espere alguns minutos e clique em Enviar de novo.", "Из вашей сети пришло слишком много обращений. Подождите несколько минут и нажмите «Отправить» снова.";
    CallFailed: "It could not be sent. Press Send again; what you wrote is still here.", "Não foi possível enviar. Clique em Enviar de novo; o que você escreveu continua aqui.", "Не удалось отправить. Нажмите «Отправить» снова; написанное сохранено.";
    CallAgain: "It opens again {}.", "Ela abre de novo {}.", "Она откроется {}.";
    BlackTitle: "Drag over what nobody should see", "Arraste sobre o que ninguém deve ver", "Проведите по тому, что нельзя показывать";
    BlackKeys: "Keyboard: Tab to the picture, arrows move the box, Shift and arrows resize it, Delete removes it.", "Teclado: Tab até a imagem, setas movem a caixa, Shift e setas mudam o tamanho, Delete a remove.", "Клавиатура: Tab – к снимку, стрелки двигают рамку, Shift и стрелки меняют размер, Delete удаляет её.";
    BlackAdd: "Add a box", "Nova caixa", "Добавить рамку";
    BlackUndo: "Undo", "Desfazer", "Отменить";
    BlackDone: "Done", "Pronto", "Готово";
    WaitNumber: "Your request has the number", "Seu pedido tem o número", "Номер вашего обращения";
    WaitArrived: "Your request has arrived.", "Seu pedido chegou.", "Ваше обращение получено.";
    WaitNext: "You are next.", "Você é o próximo.", "Вы следующий.";
    WaitOne: "One person is before you.", "Há uma pessoa antes de você.", "Перед вами один человек.";
    WaitBefore: "People before you: {}", "Pessoas antes de você: {}", "Перед вами в очереди: {}";
    WaitAbout: "People before you: about {}", "Pessoas antes de você: cerca de {}", "Перед вами в очереди: около {}";
    WaitSoon: "Somebody is free: it will be a moment.", "Há alguém livre: é só um momento.", "Есть свободный специалист: ещё немного.";
    WaitMinutes: "It will take about {} minutes.", "Vai levar cerca de {} minutos.", "Ждать примерно {} мин.";
    WaitMinute: "It will take about a minute.", "Vai levar cerca de um minuto.", "Ждать примерно минуту.";
    WaitUnknown: "We cannot say how long it will take.", "Não sabemos dizer quanto tempo vai levar.", "Мы не можем сказать, сколько придётся ждать.";
    WaitOpens: "The desk opens {}. Your request keeps its place.", "A central abre {}. Seu pedido guarda o lugar.", "Служба откроется {}. Ваше место сохраняется.";
    WaitTaken: "A technician has your request and will be with you in a moment. You will be asked before anything is seen.", "Um técnico está com o seu pedido e virá em um momento. Perguntaremos antes de mostrar qualquer coisa.", "Специалист взял ваше обращение и скоро подключится. Мы спросим вас, прежде чем что-либо показать.";
    WaitStay: "Leave this window open: a technician comes to you here.", "Deixe esta janela aberta: o técnico vem até você por aqui.", "Не закрывайте это окно: специалист придёт к вам сюда.";
    WaitOffline: "Connection lost – coming back by itself. Your place is kept.", "Conexão perdida – voltando sozinha. Seu lugar está guardado.", "Связь прервалась – восстанавливаем сами. Ваше место сохраняется.";
    WaitPicture: "The picture is on its way.", "A imagem está a caminho.", "Снимок отправляется.";
    WaitPictureKept: "The picture has arrived.", "A imagem chegou.", "Снимок получен.";
    WaitPictureFailed: "The picture could not be sent. The technician can look at your screen instead, if you agree.", "Não foi possível enviar a imagem. O técnico pode olhar a sua tela, se você concordar.", "Снимок не отправился. Специалист сможет посмотреть ваш экран, если вы согласитесь.";
    WaitCancel: "I no longer need help", "Não preciso mais de ajuda", "Помощь больше не нужна";
    WaitCancelAsk: "Take your request back?", "Retirar o seu pedido?", "Отозвать обращение?";
    WaitCancelYes: "Take it back", "Retirar", "Отозвать";
    WaitCancelNo: "Keep waiting", "Continuar esperando", "Ждать дальше";
    InMinute: "in a minute", "em um minuto", "через минуту";
    InMinutes: "in {} minutes", "em {} minutos", "через {} мин";
    InHour: "in about an hour", "em cerca de uma hora", "примерно через час";
    InHours: "in about {} hours", "em cerca de {} horas", "примерно через {} ч";
    InDays: "in about {} days", "em cerca de {} dias", "примерно через {} дн";
    EndedNoCall: "This link is not in use. Nothing is wrong on your side: ask for help the way you usually do, or ask whoever gave you the link for the one that works now.", "Este link não está em uso. Não há nada de errado do seu lado: peça ajuda como de costume, ou peça a quem lhe deu o link o que funciona agora.", "Эта ссылка не используется. С вашей стороны всё в порядке: обратитесь за помощью как обычно или попросите действующую ссылку у того, кто её дал.";
    Messages: "Messages", "Mensagens", "Сообщения";
    MessagesHide: "Hide messages", "Ocultar mensagens", "Скрыть сообщения";
    ChatEmpty: "You can write to your technician here.", "Aqui você pode escrever ao seu técnico.", "Здесь можно написать специалисту.";
    ChatHint: "Write a message", "Escreva uma mensagem", "Напишите сообщение";
    ChatSend: "Send", "Enviar", "Отправить";
    ChatSending: "Sending…", "Enviando…", "Отправляется…";
    ChatSent: "Sent", "Enviada", "Отправлено";
    ChatSeen: "Seen", "Vista", "Прочитано";
    ChatTooFast: "Not sent: too many messages at once.", "Não enviada: mensagens demais de uma vez.", "Не отправлено: слишком много сообщений сразу.";
    ChatRefused: "Not sent.", "Não enviada.", "Не отправлено.";
    ChatRead: "Read the messages", "Ler as mensagens", "Прочитать сообщения";
    ChatWas: "What was said", "O que foi dito", "Что было сказано";
    ChatWasMeans: "The session is over: nothing more can be written here. This is gone when you close the window; the support desk keeps it.", "A sessão terminou: nada mais pode ser escrito aqui. Isto some quando você fechar a janela; a central o guarda.", "Сеанс завершён: писать здесь больше нельзя. Это исчезнет, когда вы закроете окно; служба поддержки хранит переписку.";
    FileOver: "The session ended before this was done.", "A sessão terminou antes disto.", "Сеанс завершился раньше.";
    ChatCame: "{} is here", "{} está aqui", "{} здесь";
    ChatLeft: "{} has left", "{} saiu", "{} больше не в сеансе";
    ChatRemoved: "Deleted: this desk keeps messages for a limited time.", "Apagada: esta central guarda mensagens por tempo limitado.", "Удалено: эта служба хранит сообщения ограниченное время.";
    FileGive: "File…", "Arquivo…", "Файл…";
    FileDrop: "Drop it here to send it", "Solte aqui para enviar", "Отпустите здесь, чтобы отправить";
    FileWhich: "Which file?", "Qual arquivo?", "Какой файл?";
    FileSend: "Send this file", "Enviar este", "Отправить";
    FileSave: "Save", "Salvar", "Сохранить";
    FileSaving: "Saving… {} %", "Salvando… {} %", "Сохраняется… {} %";
    FileSending: "Sending… {} %", "Enviando… {} %", "Отправляется… {} %";
    FileSaved: "Saved: {}", "Salvo: {}", "Сохранено: {}";
    FileCancel: "Cancel", "Cancelar", "Отменить";
    FileRemove: "Remove", "Remover", "Убрать";
    FileTooLarge: "Not sent: a file may have at most {}.", "Não enviado: um arquivo pode ter no máximo {}.", "Не отправлено: файл может быть не больше {}.";
    FileTooLargeHere: "Not sent: the file is too large for this desk.", "Não enviado: o arquivo é grande demais para esta central.", "Не отправлено: файл слишком велик для этой службы.";
    FileKind: "Not sent: this desk does not take files of this kind.", "Não enviado: esta central não aceita arquivos deste tipo.", "Не отправлено: эта служба не принимает такие файлы.";
    FileTooMany: "Not sent: too many at once. Try again when the others have arrived.", "Não enviado: são muitos de uma vez. Tente de novo quando os outros chegarem.", "Не отправлено: слишком много сразу. Попробуйте снова, когда дойдут остальные.";
    FileEmpty: "Not sent: the file is empty.", "Não enviado: o arquivo está vazio.", "Не отправлено: файл пуст.";
    FileUnreadable: "Not sent: the file cannot be read.", "Não enviado: o arquivo não pode ser lido.", "Не отправлено: файл не читается.";
    FileFull: "Not sent: no more files fit into this session.", "Não enviado: não cabem mais arquivos nesta sessão.", "Не отправлено: в этот сеанс больше файлов не помещается.";
    FileDamaged: "It did not arrive whole. Try again.", "Não chegou inteiro. Tente de novo.", "Файл дошёл не целиком. Повторите.";
    FileCannotSave: "Not saved: the Downloads folder cannot be written, or the disk is full.", "Não salvo: a pasta Downloads não aceita gravação, ou o disco está cheio.", "Не сохранено: в папку загрузок нельзя записать, или диск полон.";
    FileRefused: "It did not work. Try again.", "Não deu certo. Tente de novo.", "Не получилось. Повторите.";
    PlaceDesktop: "Desktop", "Área de trabalho", "Рабочий стол";
    PlaceDocuments: "Documents", "Documentos", "Документы";
    PlaceDownloads: "Downloads", "Downloads", "Загрузки";
    PlacePictures: "Pictures", "Imagens", "Изображения";
    PlaceUp: "One folder up", "Pasta acima", "На папку выше";
    FolderReading: "Reading…", "Lendo…", "Читается…";
    FolderUnreadable: "This folder cannot be read.", "Esta pasta não pode ser lida.", "Эту папку нельзя прочесть.";
    FolderEmpty: "There is nothing here that can be sent.", "Não há nada aqui que possa ser enviado.", "Здесь нечего отправить.";
    TryAgain: "Try again", "Tentar de novo", "Повторить";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sentence_is_missing_and_values_stand_in_all_languages() {
        for text in Text::ALL {
            let row = text.row();
            assert!(row.iter().all(|s| !s.trim().is_empty()), "{text:?}");
            let values = row.map(|s| s.matches("{}").count());
            assert!(values.iter().all(|n| *n == values[0] && *n <= 1), "{text:?}");
        }
        let cyrillic = |s: &str| s.chars().any(|c| ('а'..='я').contains(&c));
        assert!(Text::ALL.iter().all(|t| cyrillic(Language::Ru.say(*t))));
    }

    #[test]
    fn the_system_locale_chooses() {
        assert_eq!(Language::of("pt_BR.UTF-8"), Language::PtBr);
        assert_eq!(Language::of("ru-RU"), Language::Ru);
        assert_eq!(Language::of("C.UTF-8"), Language::En);
        assert_eq!(Language::En.say_with(Text::BarMinutes, "3"), "3 min");
    }
}
