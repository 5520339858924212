//! Names of months in the languages of the rules.

/// Month names and abbreviations after folding, sorted. Vietnamese months are `thang` and a number, see `numbered`.
pub(super) const MONTHS: &[&str] = &[
    "abr",
    "abril",
    "agosto",
    "aout",
    "apr",
    "april",
    "aprile",
    "aug",
    "august",
    "avr",
    "avril",
    "czerwca",
    "dec",
    "december",
    "decembre",
    "dez",
    "dezember",
    "dezembro",
    "dic",
    "dicembre",
    "diciembre",
    "enero",
    "feb",
    "febbraio",
    "febrero",
    "februar",
    "february",
    "fev",
    "fevereiro",
    "fevrier",
    "gennaio",
    "giugno",
    "grudnia",
    "jan",
    "janeiro",
    "janner",
    "januar",
    "january",
    "janvier",
    "juillet",
    "juin",
    "jul",
    "julho",
    "juli",
    "julio",
    "july",
    "jun",
    "june",
    "junho",
    "juni",
    "junio",
    "kwietnia",
    "lipca",
    "listopada",
    "luglio",
    "lutego",
    "mag",
    "maggio",
    "mai",
    "maio",
    "maja",
    "mar",
    "marca",
    "march",
    "marco",
    "mars",
    "marz",
    "marzo",
    "may",
    "mayo",
    "nov",
    "november",
    "novembre",
    "novembro",
    "noviembre",
    "oct",
    "october",
    "octobre",
    "octubre",
    "okt",
    "oktober",
    "ottobre",
    "outubro",
    "pazdziernika",
    "sep",
    "sept",
    "september",
    "septembre",
    "septiembre",
    "set",
    "setembro",
    "settembre",
    "sierpnia",
    "stycznia",
    "wrzesnia",
    "августа",
    "апреля",
    "декабря",
    "июля",
    "июня",
    "марта",
    "мая",
    "ноября",
    "октября",
    "сентября",
    "февраля",
    "января",
];

/// Whether a month may begin with this ASCII letter.
pub(super) fn is_initial(byte: u8) -> bool {
    matches!(byte, b'a' | b'c'..=b'g' | b'j'..=b'p' | b's' | b'w')
}

/// The first two bytes of all months: the index is the low five bits of the first byte, the bit number those of the
/// second.
const BEGINNINGS: [u32; 32] = {
    let mut beginnings = [0; 32];
    let mut i = 0;
    while i < MONTHS.len() {
        let month = MONTHS[i].as_bytes();
        beginnings[(month[0] & 31) as usize] |= 1 << (month[1] & 31);
        i += 1;
    }
    beginnings
};

/// Whether the low five bits of the first two bytes are those of a month. Other words may pass, too: a fast path, not
/// proof.
pub(super) fn begins_like_month(text: &[u8]) -> bool {
    match text {
        [a, b, ..] => BEGINNINGS[usize::from(a & 31)] >> (b & 31) & 1 == 1,
        _ => false,
    }
}

/// Whether the word is the name of a month.
pub(super) fn is_month(word: &str) -> bool {
    begins_like_month(word.as_bytes()) && MONTHS.binary_search(&word).is_ok()
}
