//! Layouts as tables, plans as lists.

use super::*;
use Stroke::{Group as ToGroup, Press, Release, Spare};

const LEVEL3: u8 = 0x80;

fn types() -> Vec<KeyType> {
    vec![
        KeyType::default(),
        // ALPHABETIC: Caps Lock counts as Shift.
        KeyType { mask: SHIFT | LOCK, levels: vec![(SHIFT, 1), (LOCK, 1)] },
        KeyType { mask: SHIFT, levels: vec![(SHIFT, 1)] },
        KeyType { mask: SHIFT | LEVEL3, levels: vec![(SHIFT, 1), (LEVEL3, 2), (SHIFT | LEVEL3, 3)] },
    ]
}

/// Keys from keycode 24 on, then Shift and AltGr, Return, space and two unused keys.
fn keymap(rows: &[&[(usize, &[u32])]]) -> Keymap {
    let mut keys: Vec<Vec<Group>> = rows
        .iter()
        .map(|groups| groups.iter().map(|(kind, syms)| Group { kind: *kind, syms: syms.to_vec() }).collect())
        .collect();
    let first = 24;
    let next = first + u8::try_from(keys.len()).expect("few keys");
    for sym in [key::Shift_L, key::ISO_Level3_Shift, key::Return, 0x20, key::Control_L] {
        keys.push(vec![Group { kind: 0, syms: vec![sym] }]);
    }
    keys.extend([vec![], vec![]]);
    let mut modifiers: [Vec<u8>; 8] = Default::default();
    modifiers[0] = vec![next];
    modifiers[2] = vec![next + 4];
    modifiers[7] = vec![next + 1];
    Keymap { first, keys, types: types(), group: 0, locked: 0, modifiers }
}

fn ascii(c: char) -> u32 {
    u32::from(c)
}

/// Like br-abnt2: a, c, ç, 2 with a superscript on AltGr, and the dead keys.
fn br() -> Keymap {
    keymap(&[
        &[(1, &[ascii('a'), ascii('A')])],
        &[(1, &[ascii('ç'), ascii('Ç')])],
        &[(3, &[ascii('2'), ascii('@'), ascii('²'), ascii('½')])],
        &[(2, &[key::dead_tilde, key::dead_circumflex])],
    ])
}
const SHIFT_KEY: u8 = 28;
const ALTGR: u8 = 29;
const SPACE: u8 = 31;

#[test]
fn letters_signs_and_levels_use_the_layout_in_force() {
    assert_eq!(br().text("aç", &[]), [Press(24), Release(24), Press(25), Release(25)]);
    assert_eq!(br().text("A", &[]), [Press(SHIFT_KEY), Press(24), Release(24), Release(SHIFT_KEY)]);
    assert_eq!(br().text("²", &[]), [Press(ALTGR), Press(26), Release(26), Release(ALTGR)]);
    assert_eq!(
        br().text("½", &[]),
        [Press(SHIFT_KEY), Press(ALTGR), Press(26), Release(26), Release(ALTGR), Release(SHIFT_KEY)]
    );
}

#[test]
fn dead_keys_compose_what_no_key_has() {
    assert_eq!(br().text("ã", &[]), [Press(27), Release(27), Press(24), Release(24)]);
    assert_eq!(br().text("~", &[]), [Press(27), Release(27), Press(SPACE), Release(SPACE)]);
}

#[test]
fn what_the_layout_lacks_goes_over_a_spare_key() {
    assert_eq!(br().text("я", &[]), [Spare(Keysym::from_char('я').raw())]);
    assert_eq!(br().spare(), [34, 33]);
}

#[test]
fn caps_lock_does_not_swap_what_is_typed() {
    let map = Keymap { locked: LOCK, ..br() };
    assert_eq!(map.text("A", &[]), [Press(24), Release(24)]);
    // A small letter needs a combination that gives level 0 in spite of the lock.
    assert_eq!(map.text("a", &[]), [Press(SHIFT_KEY), Press(24), Release(24), Release(SHIFT_KEY)]);
}

#[test]
fn held_modifiers_are_let_go_for_text_and_pressed_again() {
    assert_eq!(
        br().text("a", &[SHIFT_KEY, 24]),
        [Release(SHIFT_KEY), Press(24), Release(24), Press(SHIFT_KEY)]
    );
}

#[test]
fn a_second_group_is_put_in_force_and_back() {
    let map = keymap(&[&[(1, &[ascii('f'), ascii('F')]), (1, &[0x6c1, 0x6e1])]]);
    assert_eq!(map.text("а", &[]), [ToGroup(1), Press(24), Release(24), ToGroup(0)]);
}

#[test]
fn shortcuts_go_by_meaning_then_by_place() {
    assert_eq!(br().shortcut("KeyQ", "a"), Some(24));
    assert_eq!(br().shortcut("KeyQ", "A"), Some(24));
    assert_eq!(br().shortcut("ShiftRight", "Shift"), Some(SHIFT_KEY));
    assert_eq!(br().shortcut("KeyV", "v"), Some(55));
    assert_eq!(br().shortcut("Nonsense", "Unidentified"), None);
}

#[test]
fn line_ends_are_one_return_and_control_characters_are_nothing() {
    let enter = [Press(30), Release(30)];
    assert_eq!(br().text("\r\n", &[]), enter);
    assert_eq!(br().text("\n\u{1b}\u{0}", &[]), enter);
}
