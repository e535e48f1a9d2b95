//! Bytes as text: which encoding a file is in, found out or chosen.

use encoding_rs::{
    MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253,
};

crate::stored_word! {
    /// How the characters of a file are written as bytes.
    pub enum Encoding {
        /// What nearly everything writes today.
        Utf8 = "utf-8",
        /// Excel's “Unicode text”.
        Utf16Le = "utf-16le",
        /// The same, the other way round.
        Utf16Be = "utf-16be",
        /// Windows in western Europe and America.
        Windows1252 = "windows-1252",
        /// Windows in central Europe.
        Windows1250 = "windows-1250",
        /// Windows with Cyrillic letters.
        Windows1251 = "windows-1251",
        /// Windows with Greek letters.
        Windows1253 = "windows-1253",
        /// An old Mac.
        Macintosh = "macintosh",
    }
}

impl Encoding {
    fn table(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
            Self::Windows1250 => WINDOWS_1250,
            Self::Windows1251 => WINDOWS_1251,
            Self::Windows1253 => WINDOWS_1253,
            Self::Macintosh => MACINTOSH,
        }
    }

    /// What the bytes are written in: said by a mark at the beginning, seen by the zeros of UTF-16, proven for UTF-8; else
    /// Windows in the west, in which any bytes are some text.
    fn found(bytes: &[u8]) -> Self {
        if let Some((table, _)) = encoding_rs::Encoding::for_bom(bytes) {
            let all = [Self::Utf8, Self::Utf16Le, Self::Utf16Be];
            return all.into_iter().find(|one| one.table() == table).unwrap_or(Self::Utf8);
        }
        let start = bytes.get(..1024).unwrap_or(bytes);
        let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd) = (zeros(0), zeros(1));
        // Of text in Latin letters every second byte is zero; a few other letters change little.
        let many = start.len() / 5;
        match std::str::from_utf8(bytes) {
            _ if start.len() > 3 && odd > many && even < odd / 4 => Self::Utf16Le,
            _ if start.len() > 3 && even > many && odd < even / 4 => Self::Utf16Be,
            Ok(_) => Self::Utf8,
            Err(_) => Self::Windows1252,
        }
    }
}

/// Why bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotText {
    /// There are none, or nothing but spaces.
    Empty,
    /// A workbook of a spreadsheet program.
    Workbook,
    /// Something else that is no text.
    Binary,
    /// In this encoding, the bytes on this line mean nothing; the first line is 1.
    Invalid {
        /// The line.
        line: usize,
        /// The encoding.
        encoding: Encoding,
    },
}

/// A text and what it was written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a mark at its beginning.
    pub text: String,
    /// Its encoding.
    pub encoding: Encoding,
}

/// Reads bytes as text, in the encoding chosen or found.
///
/// # Errors
/// See [`NotText`].
pub fn decode(bytes: &[u8], chosen: Option<Encoding>) -> Result<Decoded, NotText> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(NotText::Workbook);
    }
    let encoding = chosen.unwrap_or_else(|| Encoding::found(bytes));
    let (text, faulty) = encoding.table().decode_with_bom_removal(bytes);
    if faulty {
        let before = text.split(char::REPLACEMENT_CHARACTER).next().unwrap_or_default();
        return Err(NotText::Invalid { line: before.matches('\n').count() + 1, encoding });
    }
    if text.contains('\0') {
        return Err(NotText::Binary);
    }
    if text.trim().is_empty() {
        return Err(NotText::Empty);
    }
    Ok(Decoded { text: text.into_owned(), encoding })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn each_encoding_is_found() {
        let text = "Type;Title\r\nObjective;Köln, à côté\r\n";
        let marked = format!("\u{feff}{text}");
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            (marked.as_bytes().to_vec(), Encoding::Utf8),
            (utf16(&marked, u16::to_le_bytes), Encoding::Utf16Le),
            (utf16(&marked, u16::to_be_bytes), Encoding::Utf16Be),
            (utf16(text, u16::to_le_bytes), Encoding::Utf16Le),
            (utf16(text, u16::to_be_bytes), Encoding::Utf16Be),
            (latin, Encoding::Windows1252),
        ] {
            assert_eq!(decode(&bytes, None), Ok(Decoded { text: text.to_owned(), encoding }), "{encoding:?}");
        }
        // The euro of Windows, which Latin-1 lacks.
        assert_eq!(decode(b"\x80 5", None).unwrap().text, "€ 5");
    }

    #[test]
    fn an_encoding_can_be_chosen_and_may_turn_out_wrong() {
        let cyrillic = [0xd6, 0xe5, 0xeb, 0xfc];
        assert_eq!(decode(&cyrillic, Some(Encoding::Windows1251)).unwrap().text, "Цель");
        assert_eq!(
            decode(b"a\nb\nc\xe4", Some(Encoding::Utf8)),
            Err(NotText::Invalid { line: 3, encoding: Encoding::Utf8 })
        );
        assert_eq!(Encoding::ALL.iter().filter_map(|one| Encoding::parse(one.as_str())).count(), 8);
    }

    #[test]
    fn what_is_no_text_is_told() {
        for (bytes, fault) in [
            (&b""[..], NotText::Empty),
            (b" \r\n \t", NotText::Empty),
            (b"\xef\xbb\xbf", NotText::Empty),
            (b"PK\x03\x04rest of a workbook", NotText::Workbook),
            (&[0xd0, 0xcf, 0x11, 0xe0, 0xa1], NotText::Workbook),
            (b"Type,Title\nObjective,\0\x01\x02", NotText::Binary),
        ] {
            assert_eq!(decode(bytes, None), Err(fault));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..200), which in 0..=8_usize) {
            let _ = decode(&bytes, Encoding::ALL.get(which).copied());
        }
    }
}
