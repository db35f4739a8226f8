//! Files that people give each other: how they may be called, and what they may be.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::text;

/// A name under which a file can be shown and saved on every system: the last part of a path, in Unicode's NFC, without
/// control and bidirectional characters, without what Windows forbids, no reserved device's name, not hidden, at most
/// [`FileName::MAX`] characters and [`FileName::MAX_BYTES`] bytes. It never leads out of the folder it is put into.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FileName(String);

/// Names of devices: Windows gives them whatever follows the first dot.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];
const NAMELESS: &str = "file";

impl FileName {
    /// Longest name, in characters.
    pub const MAX: usize = 120;
    /// Longest name, in bytes: file systems take 255, and some of them are needed to tell two apart.
    pub const MAX_BYTES: usize = 200;
    /// Longest part after the last dot that is kept when a name is cut, in characters.
    const MAX_EXTENSION: usize = 10;

    /// Makes a safe name of whatever a peer or a person called it. There always is one.
    #[must_use]
    pub fn safe(said: &str) -> Self {
        let last = said.rsplit(['/', '\\']).next().unwrap_or_default();
        let composed: String = last.nfc().filter(|c| !is_invisible(*c)).collect();
        let visible: String =
            text::clean(&composed).chars().map(|c| if is_forbidden(c) { '_' } else { c }).collect();
        let mut name = trimmed(&visible).to_owned();
        if name.is_empty() {
            name = NAMELESS.to_owned();
        }
        if is_reserved(&name) {
            name.insert(0, '_');
        }
        Self(cut(&name))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// What stands before the last dot, and what after it.
    #[must_use]
    pub fn parts(&self) -> (&str, Option<&str>) {
        match self.0.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() && !extension.is_empty() => (stem, Some(extension)),
            _ => (&self.0, None),
        }
    }

    /// The same name with a number, for where the name is taken already.
    #[must_use]
    pub fn numbered(&self, n: u32) -> Self {
        let mark = format!(" ({n})");
        let (stem, extension) = self.parts();
        let extension = extension.map(|it| format!(".{it}")).unwrap_or_default();
        let room = |left: usize, used: usize| left.saturating_sub(used);
        let characters = room(Self::MAX, mark.chars().count() + extension.chars().count());
        let stem = take(stem, characters, room(Self::MAX_BYTES, mark.len() + extension.len()));
        Self(format!("{}{mark}{extension}", stem.trim_end()))
    }
}

impl std::fmt::Display for FileName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FileName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::safe(&String::deserialize(deserializer)?))
    }
}

impl utoipa::PartialSchema for FileName {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .max_length(Some(Self::MAX))
            .into()
    }
}
impl utoipa::ToSchema for FileName {}

/// Characters that show nothing and could hide what a name says.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2064}'
        | '\u{2028}' | '\u{2029}' | '\u{3164}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

fn is_forbidden(c: char) -> bool {
    matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '/' | '\\')
}

/// Without what hides a file (dots at the start), what Windows drops (dots and spaces at the end), and what a command
/// line takes for an option.
fn trimmed(name: &str) -> &str {
    name.trim_start_matches(['.', ' ', '-', '~']).trim_end_matches(['.', ' '])
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let port = |kind: &str| {
        stem.strip_prefix(kind).is_some_and(|n| {
            let mut digits = n.chars();
            matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    RESERVED.contains(&stem.as_str()) || port("com") || port("lpt")
}

/// Within both limits; what is after the last dot is kept, for it says what the file is.
fn cut(name: &str) -> String {
    if name.chars().count() <= FileName::MAX && name.len() <= FileName::MAX_BYTES {
        return name.to_owned();
    }
    let extension = match name.rsplit_once('.') {
        Some((_, it)) if it.chars().count() <= FileName::MAX_EXTENSION => format!(".{it}"),
        _ => String::new(),
    };
    let stem = &name[..name.len() - extension.len()];
    let stem = take(stem, FileName::MAX - extension.chars().count(), FileName::MAX_BYTES - extension.len());
    format!("{}{extension}", stem.trim_end_matches(['.', ' ']))
}

fn take(text: &str, characters: usize, bytes: usize) -> &str {
    let end = text.char_indices().map(|(at, c)| at + c.len_utf8()).take(characters);
    &text[..end.take_while(|end| *end <= bytes).last().unwrap_or(0)]
}

macro_rules! kinds {
    ($($name:ident = $word:literal, $family:ident, $media:literal, [$($extension:literal),+], $usual:literal;)*) => {
        /// What a file is, told by its name's ending and, for what has a known beginning, checked by its content.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum FileKind { $($name,)* }

        impl FileKind {
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            /// The stable word.
            #[must_use]
            pub fn as_str(self) -> &'static str { match self { $(Self::$name => $word,)* } }
            /// Its content type (RFC 6838).
            #[must_use]
            pub fn media_type(self) -> &'static str { match self { $(Self::$name => $media,)* } }
            #[must_use]
            pub fn family(self) -> FileFamily { match self { $(Self::$name => FileFamily::$family,)* } }
            /// How names of such files end, in lower case; the usual one first.
            #[must_use]
            pub fn extensions(self) -> &'static [&'static str] { match self { $(Self::$name => &[$($extension),+],)* } }
            /// Accepted unless a desk says otherwise.
            #[must_use]
            pub fn is_usual(self) -> bool { match self { $(Self::$name => $usual,)* } }
        }
        impl std::str::FromStr for FileKind {
            type Err = crate::UnknownWord;
            fn from_str(text: &str) -> Result<Self, crate::UnknownWord> {
                match text { $($word => Ok(Self::$name),)* _ => Err(crate::UnknownWord) }
            }
        }
    };
}

kinds! {
    Jpeg = "jpeg", Picture, "image/jpeg", ["jpg", "jpeg"], true;
    Png = "png", Picture, "image/png", ["png"], true;
    Gif = "gif", Picture, "image/gif", ["gif"], true;
    Bmp = "bmp", Picture, "image/bmp", ["bmp"], true;
    Tiff = "tiff", Picture, "image/tiff", ["tiff", "tif"], true;
    Webp = "webp", Picture, "image/webp", ["webp"], false;
    Pdf = "pdf", Document, "application/pdf", ["pdf"], true;
    Doc = "doc", Document, "application/msword", ["doc"], true;
    Docx = "docx", Document, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ["docx"], true;
    Odt = "odt", Document, "application/vnd.oasis.opendocument.text", ["odt"], true;
    Rtf = "rtf", Document, "application/rtf", ["rtf"], false;
    Xls = "xls", Document, "application/vnd.ms-excel", ["xls"], true;
    Xlsx = "xlsx", Document, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ["xlsx"], true;
    Ods = "ods", Document, "application/vnd.oasis.opendocument.spreadsheet", ["ods"], false;
    Csv = "csv", Text, "text/csv", ["csv"], false;
    Ppt = "ppt", Document, "application/vnd.ms-powerpoint", ["ppt"], true;
    Pptx = "pptx", Document, "application/vnd.openxmlformats-officedocument.presentationml.presentation", ["pptx"], true;
    Pps = "pps", Document, "application/vnd.ms-powerpoint", ["pps"], true;
    Ppsx = "ppsx", Document, "application/vnd.openxmlformats-officedocument.presentationml.slideshow", ["ppsx"], true;
    Odp = "odp", Document, "application/vnd.oasis.opendocument.presentation", ["odp"], false;
    Txt = "txt", Text, "text/plain", ["txt"], true;
    Log = "log", Text, "text/plain", ["log"], true;
    Cfg = "cfg", Text, "text/plain", ["cfg"], true;
    Zip = "zip", Archive, "application/zip", ["zip"], true;
    Rar = "rar", Archive, "application/vnd.rar", ["rar"], true;
    SevenZip = "seven_zip", Archive, "application/x-7z-compressed", ["7z"], false;
    Mp4 = "mp4", Video, "video/mp4", ["mp4"], false;
}

/// What people do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileFamily {
    Picture,
    Document,
    Text,
    Archive,
    Video,
}

impl FileKind {
    /// Bytes from a file's start that [`FileKind::begins_like`] looks at.
    pub const HEAD: usize = 1024;

    /// By the name's ending; `None` when it is none that is known.
    #[must_use]
    pub fn of(name: &FileName) -> Option<Self> {
        let extension = name.parts().1?.to_lowercase();
        Self::ALL.iter().copied().find(|kind| kind.extensions().contains(&extension.as_str()))
    }

    /// A picture that a browser can show without running anything.
    #[must_use]
    pub fn is_showable(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Gif | Self::Bmp | Self::Webp)
    }

    /// Can a file that begins with `head` be of this kind? What is a program is nothing else.
    #[must_use]
    pub fn begins_like(self, head: &[u8]) -> bool {
        let head = &head[..head.len().min(Self::HEAD)];
        if is_program(head) {
            return false;
        }
        let starts = |all: &[&[u8]]| all.iter().any(|magic| head.starts_with(magic));
        match self {
            Self::Jpeg => starts(&[b"\xff\xd8\xff"]),
            Self::Png => starts(&[b"\x89PNG\r\n\x1a\n"]),
            Self::Gif => starts(&[b"GIF87a", b"GIF89a"]),
            Self::Bmp => starts(&[b"BM"]),
            Self::Tiff => starts(&[b"II*\0", b"MM\0*"]),
            Self::Webp => starts(&[b"RIFF"]) && head.get(8..12) == Some(b"WEBP"),
            // Some writers put a line before it.
            Self::Pdf => head.windows(5).any(|five| five == b"%PDF-"),
            Self::Docx
            | Self::Xlsx
            | Self::Pptx
            | Self::Ppsx
            | Self::Odt
            | Self::Ods
            | Self::Odp
            | Self::Zip => starts(&[b"PK\x03\x04", b"PK\x05\x06"]),
            Self::Rar => starts(&[b"Rar!\x1a\x07"]),
            Self::SevenZip => starts(&[b"7z\xbc\xaf\x27\x1c"]),
            Self::Mp4 => head.get(4..8) == Some(b"ftyp"),
            Self::Rtf => starts(&[b"{\\rtf"]),
            // The old office files were written by many programs in many ways, and a text begins with anything.
            Self::Doc | Self::Xls | Self::Ppt | Self::Pps | Self::Txt | Self::Log | Self::Cfg | Self::Csv => {
                true
            }
        }
    }
}

/// The beginnings of programs: Windows, Linux, macOS.
fn is_program(head: &[u8]) -> bool {
    const MACH: [&[u8]; 5] = [
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
    ];
    // A text may begin with the letters MZ; it has no zero among its next ones.
    (head.starts_with(b"MZ") && head.contains(&0))
        || head.starts_with(b"\x7fELF")
        || MACH.iter().any(|magic| head.starts_with(magic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn safe(said: &str) -> String {
        FileName::safe(said).into_string()
    }

    #[test]
    fn a_name_leads_nowhere_and_hides_nothing() {
        for (said, name) in [
            ("../../etc/passwd", "passwd"),
            ("..\\..\\windows\\system.ini", "system.ini"),
            ("/", "file"),
            ("..", "file"),
            ("", "file"),
            (" . . ", "file"),
            (".bashrc", "bashrc"),
            ("-rf", "rf"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("Com1.tar.gz", "_Com1.tar.gz"),
            ("lpt¹", "_lpt¹"),
            ("COM10", "COM10"),
            ("console.log", "console.log"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("a\u{200b}b\u{0}c\r\nd.txt", "abc d.txt"),
            ("C:secret.txt", "C_secret.txt"),
            ("what?*|<>\".txt", "what______.txt"),
            ("end.txt. . ", "end.txt"),
            ("file.txt:Zone.Identifier", "file.txt_Zone.Identifier"),
            ("Fotografia ção.JPG", "Fotografia ção.JPG"),
            ("отчёт.pdf", "отчёт.pdf"),
        ] {
            assert_eq!(safe(said), name, "{said:?}");
            assert_eq!(safe(name), name, "a safe name stays as it is");
        }
        assert_eq!(safe("e\u{301}.txt"), "\u{e9}.txt", "composed");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = safe(&format!("{}.jpeg", "я".repeat(400)));
        assert!(long.ends_with("я.jpeg") && long.len() <= FileName::MAX_BYTES, "{long}");
        let ascii = safe(&format!("{}.txt", "x".repeat(400)));
        assert_eq!(ascii.chars().count(), FileName::MAX);
        let numbered = FileName::safe(&ascii).numbered(12);
        assert!(numbered.as_str().ends_with("x (12).txt"));
        assert_eq!(numbered.as_str().chars().count(), FileName::MAX);
        assert_eq!(FileName::safe("a.b.pdf").numbered(2).as_str(), "a.b (2).pdf");
        assert_eq!(FileName::safe("readme").numbered(2).as_str(), "readme (2)");
        assert_eq!(safe(&"x".repeat(400)).len(), FileName::MAX);
    }

    #[test]
    fn kinds_are_told_by_the_ending_and_checked_by_the_content() {
        let of = |name: &str| FileKind::of(&FileName::safe(name));
        assert_eq!(of("Photo.JPG"), Some(FileKind::Jpeg));
        assert_eq!(of("a.jpg.exe"), None);
        assert_eq!(of("jpg"), None);
        assert_eq!(of("archive.7z"), Some(FileKind::SevenZip));
        assert!(FileKind::Png.begins_like(b"\x89PNG\r\n\x1a\n...."));
        assert!(!FileKind::Png.begins_like(b"<svg onload=alert(1)>"));
        assert!(!FileKind::Jpeg.begins_like(b"\x89PNG\r\n\x1a\n"));
        assert!(!FileKind::Txt.begins_like(b"MZ\x90\0\x03\0"));
        assert!(FileKind::Txt.begins_like(b"MZ is how programs begin"));
        assert!(!FileKind::Log.begins_like(b"\x7fELF\x02"));
        assert!(FileKind::Docx.begins_like(b"PK\x03\x04...."));
        assert!(!FileKind::Pdf.begins_like(b"hello"));
    }

    #[test]
    fn words_are_unique_and_match_serde() {
        let mut extensions: Vec<_> = FileKind::ALL.iter().flat_map(|kind| kind.extensions()).collect();
        let all = extensions.len();
        extensions.sort_unstable();
        extensions.dedup();
        assert_eq!(extensions.len(), all, "an ending means one kind");
        for kind in FileKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
            assert_eq!(serde_json::to_string(kind).ok(), Some(format!("\"{}\"", kind.as_str())));
        }
    }
}
