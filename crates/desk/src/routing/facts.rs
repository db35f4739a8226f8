//! What a request says about itself, made comparable: case, accents and width do not matter, in any script.

use std::collections::BTreeSet;

use ponte_types::{CategoryId, CompanyId};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::Priority;

/// A request as routing sees it; what is not known is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    pub department: Option<String>,
    pub company: Option<CompanyId>,
    pub category: Option<CategoryId>,
    /// BCP 47, for example `pt-BR`.
    pub language: Option<String>,
    /// For example `Windows 10 Pro`.
    pub system: Option<String>,
    /// Asset number, for example `203355`.
    pub asset: Option<String>,
    /// Title and description.
    pub text: String,
    /// Before any rule; as a rule that of the category.
    pub priority: Priority,
}

/// A request made ready to be compared with many rules.
#[derive(Debug, Clone)]
pub struct Facts {
    pub(super) department: Option<String>,
    pub(super) company: Option<CompanyId>,
    pub(super) category: Option<CategoryId>,
    pub(super) language: Option<String>,
    /// Words between single spaces, with one at each end.
    pub(super) system: Option<String>,
    pub(super) asset: Option<String>,
    /// As `system`.
    pub(super) text: String,
    pub(super) words: BTreeSet<String>,
    pub(super) priority: Priority,
}

impl Facts {
    #[must_use]
    pub fn new(request: &Request) -> Self {
        let given = |text: &Option<String>| text.as_deref().map(plain).filter(|text| !text.is_empty());
        let text = spaced(&request.text);
        Self {
            department: given(&request.department),
            company: request.company,
            category: request.category,
            language: given(&request.language),
            system: request.system.as_deref().map(spaced).filter(|text| text != " "),
            asset: given(&request.asset),
            words: text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            text,
            priority: request.priority,
        }
    }
}

/// Lower case without accents and surplus space.
pub(super) fn plain(text: &str) -> String {
    let folded: String =
        text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a text: ` word word `.
pub(super) fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for word in plain(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        out.push_str(word);
        out.push(' ');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_punctuation_do_not_matter_in_any_script() {
        assert_eq!(plain("  Departamento  de FINANÇAS "), "departamento de financas");
        assert_eq!(spaced("Impressão: NÃO imprime!"), " impressao nao imprime ");
        assert_eq!(spaced("Не печатает принтер"), spaced("не печатает ПРИНТЕР"));
        assert_eq!(spaced("打印机 — 坏了"), " 打印机 坏了 ");
        assert_eq!(spaced("ＰＣ－５"), " pc 5 ");
        assert_eq!(spaced("…"), " ");
    }

    #[test]
    fn what_is_empty_is_absent() {
        let facts = Facts::new(&Request {
            department: Some(" ".into()),
            system: Some("?".into()),
            ..Request::default()
        });
        assert_eq!((facts.department, facts.system), (None, None));
    }
}
