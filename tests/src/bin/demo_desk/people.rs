//! Who asks for help in the demo, and what they say. In the languages of those who ask.

/// Somebody with a problem.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) person: &'static str,
    pub(crate) email: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) company: &'static str,
    pub(crate) subject: &'static str,
    pub(crate) category: &'static str,
    /// Another than the category's.
    pub(crate) priority: Option<&'static str>,
    pub(crate) system: &'static str,
    pub(crate) host: &'static str,
    pub(crate) user: &'static str,
    pub(crate) address: &'static str,
    pub(crate) language: &'static str,
    pub(crate) time_zone: &'static str,
    /// The first by themselves, the next ones when they are written to.
    pub(crate) lines: &'static [&'static str],
    /// Seconds until they give up.
    pub(crate) patience: u64,
}

/// What a technician writes and notes.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) hello: &'static str,
    pub(crate) done: &'static str,
}

/// In the language of who asked.
pub(crate) fn answer(language: &str) -> Answer {
    match language.get(..2) {
        Some("pt") => Answer {
            hello: "Bom dia! Já estou vendo o seu caso, um momento.",
            done: "Orientado por chat; a pessoa confirmou que voltou a funcionar.",
        },
        Some("ru") => Answer {
            hello: "Здравствуйте! Уже смотрю, одну минуту.",
            done: "Решено по переписке, пользователь подтвердил.",
        },
        _ => Answer {
            hello: "Good morning! I am looking into it, one moment.",
            done: "Guided by chat; the person confirmed that it works again.",
        },
    }
}

pub(crate) const COMPANIES: [&str; 6] = [
    "Prefeitura de Sorocaba",
    "Clínica Vida",
    "Escola Monteiro",
    "Волга Логистик",
    "Weber GmbH",
    "Harbour Books",
];

macro_rules! requests {
    ($({ $person:literal, $email:literal, $phone:literal, $company:literal, $subject:literal, $category:literal, $priority:expr,
        $system:literal, $host:literal, $user:literal, $address:literal, $language:literal, $zone:literal, $lines:expr, $patience:literal })*) => {
        &[$(Request { person: $person, email: $email, phone: $phone, company: $company, subject: $subject, category: $category,
            priority: $priority, system: $system, host: $host, user: $user, address: $address, language: $language,
            time_zone: $zone, lines: &$lines, patience: $patience }),*]
    };
}

/// In the order in which they come; then from the first again.
pub(crate) const REQUESTS: &[Request] = requests! {
    { "Lúcia Amaral", "lucia.amaral@clinicavida.example", "+55 15 3222-0199", "Clínica Vida", "Não consigo abrir a agenda desde ontem à tarde", "Business software", Some("high"),
      "Debian GNU/Linux 12 (bookworm)", "cv-recepcao-2041", "lucia", "10.20.3.55", "pt-BR", "America/Sao_Paulo",
      ["Oi, a agenda fecha sozinha quando clico em um paciente.", "Sim, já reiniciei duas vezes.", "Agora apareceu a tela de entrada, obrigada!"], 1500 }
    { "Hans Weber", "hans@weber.example", "+49 911 5550117", "Weber GmbH", "VPN drops every hour", "Network", None,
      "Ubuntu 24.04.2 LTS", "weber-nb-0117", "hweber", "192.168.4.21", "de", "Europe/Berlin",
      ["It happened again ten minutes ago.", "I am at the office in Nuremberg, by cable.", "Great, thank you."], 1300 }
    { "Сергей Волков", "volkov@volga.example", "+7 8452 55-01-74", "Волга Логистик", "1С не запускается после обновления", "Business software", None,
      "ALT Workstation 10.4", "vl-buh-3307", "svolkov", "10.8.0.14", "ru", "Europe/Saratov",
      ["Пишет «Ошибка соединения с сервером лицензий».", "Да, у соседей то же самое.", "Заработало, спасибо!"], 1700 }
    { "Marcos Dias", "marcos.dias@sorocaba.example", "+55 15 3238-2203", "Prefeitura de Sorocaba", "Impressora do balcão imprime só metade da página", "Printers", None,
      "Debian GNU/Linux 12 (bookworm)", "pms-203355", "marcos.dias", "10.20.3.61", "pt-BR", "America/Sao_Paulo",
      ["É a impressora perto da entrada, a segunda da esquerda.", "Deixei o papel que saiu em cima da mesa.", "Saiu inteira, valeu!"], 1100 }
    { "Grace Bennett", "grace@harbourbooks.example", "+44 1273 555 018", "Harbour Books", "The till does not open this morning", "Everything is down", None,
      "Fedora Linux 41", "till-5012", "grace", "172.16.9.12", "en-GB", "Europe/London",
      ["We open in half an hour and cannot sell anything.", "Both tills, yes.", "It is up again. You saved the day."], 1900 }
    { "Ana Beatriz Rocha", "bia.rocha@monteiro.example", "+55 11 4555-0123", "Escola Monteiro", "Alunos sem acesso à rede da biblioteca", "Network", Some("urgent"),
      "Ubuntu 22.04.5 LTS", "em-bib-0812", "bia", "10.50.1.8", "pt-BR", "America/Sao_Paulo",
      ["São vinte computadores, todos sem rede.", "O roteador está com a luz vermelha.", "Voltou! Obrigada pela rapidez."], 1600 }
    { "Ирина Соколова", "sokolova@volga.example", "+7 8452 55-01-80", "Волга Логистик", "Забыла пароль от почты", "Accounts & passwords", None,
      "ALT Workstation 10.4", "vl-hr-3315", "isokolova", "10.8.0.22", "ru", "Europe/Saratov",
      ["Три раза ввела неверно, теперь заблокировано.", "Да, телефон при мне.", "Вошла, спасибо большое."], 1200 }
    { "Tom Okafor", "tom.okafor@harbourbooks.example", "+44 1273 555 022", "Harbour Books", "New scanner is not recognised", "Printers", Some("low"),
      "Fedora Linux 41", "office-5003", "tom", "172.16.9.31", "en-GB", "Europe/London",
      ["No hurry, it is the one for the archive.", "It says “device not ready”.", "It scans now, thanks."], 2100 }
    { "Célia Prado", "celia.prado@sorocaba.example", "+55 15 3238-2210", "Prefeitura de Sorocaba", "Planilha do orçamento trava ao salvar", "Business software", None,
      "Debian GNU/Linux 12 (bookworm)", "pms-203412", "celia.prado", "10.20.3.90", "pt-BR", "America/Sao_Paulo",
      ["Perdi duas horas de trabalho ontem.", "O arquivo está na pasta da rede.", "Salvou! Muito obrigada."], 1400 }
    { "Jonas Keller", "keller@weber.example", "+49 911 5550133", "Weber GmbH", "Second screen stays black", "Everything else", None,
      "Ubuntu 24.04.2 LTS", "weber-ws-0133", "jkeller", "192.168.4.44", "de", "Europe/Berlin",
      ["Since the update on Friday.", "The cable is fine, I swapped it.", "There it is. Thank you!"], 1300 }
    { "Павел Орлов", "orlov@volga.example", "+7 8452 55-01-91", "Волга Логистик", "Не печатаются накладные на складе", "Printers", Some("high"),
      "ALT Workstation 10.4", "vl-skl-3342", "porlov", "10.8.1.5", "ru", "Europe/Saratov",
      ["Машина стоит под загрузкой, нужны документы.", "Принтер мигает жёлтым.", "Пошла печать, спасибо."], 1500 }
    { "Otávio Reis", "otavio.reis@clinicavida.example", "+55 15 3222-0150", "Clínica Vida", "Sem som na videochamada com o laboratório", "Everything else", None,
      "Debian GNU/Linux 12 (bookworm)", "cv-sala3-2046", "otavio", "10.20.3.77", "pt-BR", "America/Sao_Paulo",
      ["A reunião é às 15h.", "O fone funciona no celular.", "Agora ouço, obrigado!"], 1200 }
};
