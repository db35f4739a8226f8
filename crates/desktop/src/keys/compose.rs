//! Letters that a dead key and a plain letter make together, as every X compose table has them.

use xkeysym::key;

/// For each dead key: letter and what it becomes, in pairs.
const TABLE: &[(u32, &str)] = &[
    (key::dead_acute, "aáeéiíoóuúyýcćnńsśzźlĺrŕAÁEÉIÍOÓUÚYÝCĆNŃSŚZŹLĹRŔ"),
    (key::dead_grave, "aàeèiìoòuùAÀEÈIÌOÒUÙ `"),
    (key::dead_circumflex, "aâeêiîoôuûAÂEÊIÎOÔUÛwŵyŷ ^"),
    (key::dead_tilde, "aãoõnñiĩuũAÃOÕNÑIĨUŨ ~"),
    (key::dead_diaeresis, "aäeëiïoöuüyÿAÄEËIÏOÖUÜ"),
    (key::dead_cedilla, "cçsşCÇSŞ"),
    (key::dead_caron, "cčdďeěnňrřsštťzžCČDĎEĚNŇRŘSŠTŤZŽ"),
    (key::dead_abovering, "aåuůAÅUŮ"),
    (key::dead_ogonek, "aąeęAĄEĘ"),
];

/// The dead key and the letter that make `c`.
pub(super) fn decompose(c: char) -> Option<(u32, char)> {
    TABLE.iter().find_map(|(dead, pairs)| {
        let letters: Vec<char> = pairs.chars().collect();
        letters.chunks_exact(2).find(|pair| pair[1] == c).map(|pair| (*dead, pair[0]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_pairs_and_finds_itself() {
        for (dead, pairs) in TABLE {
            assert_eq!(pairs.chars().count() % 2, 0, "{pairs}");
            let made = pairs.chars().nth(1).expect("a pair");
            assert_eq!(decompose(made), Some((*dead, pairs.chars().next().expect("a letter"))));
        }
        assert_eq!(decompose('ã'), Some((key::dead_tilde, 'a')));
        assert_eq!(decompose('x'), None);
    }
}
