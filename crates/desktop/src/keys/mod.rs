//! Which keys to strike so that a text appears, or a shortcut works, under the keyboard layout in force.
//!
//! Pure: a [`Keymap`] is a table, a plan is a list of [`Stroke`]s. A character is looked for in this order:
//! in the layout's current group, in its other groups, as a dead key and a letter, and last on a key that is
//! bound to it for a moment ([`Stroke::Spare`]).

mod compose;
mod names;

use xkeysym::{Keysym, key};

/// Real modifier bits of the X protocol.
pub const SHIFT: u8 = 1;
pub const LOCK: u8 = 2;

/// How modifiers choose a level of a key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyType {
    /// Modifiers that count at all.
    pub mask: u8,
    /// Combinations of them, and the level each gives; any other gives level 0.
    pub levels: Vec<(u8, u8)>,
}

impl KeyType {
    fn level(&self, modifiers: u8) -> u8 {
        let counted = modifiers & self.mask;
        self.levels.iter().find(|(mods, _)| *mods == counted).map_or(0, |(_, level)| *level)
    }
}

/// One layout group of one key: the type's index, and a keysym for each level (0: none).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    pub kind: usize,
    pub syms: Vec<u32>,
}

/// The keyboard as the X server has it now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keymap {
    /// Keycode of `keys[0]`.
    pub first: u8,
    /// Groups of each key, in order of keycodes.
    pub keys: Vec<Vec<Group>>,
    pub types: Vec<KeyType>,
    /// The group in force.
    pub group: u8,
    /// Modifiers that are locked (Caps Lock, Num Lock).
    pub locked: u8,
    /// For each of the eight real modifiers, the keys that set it.
    pub modifiers: [Vec<u8>; 8],
}

/// One thing to do at the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    Press(u8),
    Release(u8),
    /// Put this layout group in force.
    Group(u8),
    /// Bind an unused key to this keysym, press and release it.
    Spare(u32),
}

/// A way to make one keysym.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hit {
    keycode: u8,
    group: u8,
    press: u8,
}

impl Keymap {
    fn keycodes(&self) -> impl Iterator<Item = (u8, &Vec<Group>)> {
        (self.first..=u8::MAX).zip(&self.keys)
    }

    /// Keys that nothing is bound to, from the top of the range.
    #[must_use]
    pub fn spare(&self) -> Vec<u8> {
        let unused = |groups: &Vec<Group>| groups.iter().all(|g| g.syms.iter().all(|s| *s == 0));
        let mut spare: Vec<u8> = self.keycodes().filter(|(_, g)| unused(g)).map(|(k, _)| k).collect();
        spare.reverse();
        spare
    }

    /// The key that gives a level-3 shift (AltGr), and the real modifier it sets.
    fn level3(&self) -> Option<(u8, u8)> {
        self.modifiers.iter().enumerate().find_map(|(bit, keys)| {
            keys.iter().find(|k| self.first_sym(**k) == Some(key::ISO_Level3_Shift)).map(|k| (*k, 1u8 << bit))
        })
    }

    fn first_sym(&self, keycode: u8) -> Option<u32> {
        let groups = self.keys.get(usize::from(keycode.checked_sub(self.first)?))?;
        groups.first()?.syms.first().copied()
    }

    /// Finds a key, group and modifiers that make a keysym for which `wanted` says yes.
    fn find(&self, wanted: impl Fn(u32) -> bool) -> Option<Hit> {
        let level3 = self.level3().map_or(0, |(_, bit)| bit);
        let has_shift = !self.modifiers[0].is_empty();
        let presses = [0, SHIFT, level3, SHIFT | level3];
        let most = self.keys.iter().map(Vec::len).max().unwrap_or(0).min(4);
        #[allow(clippy::cast_possible_truncation)] // at most four groups exist
        let groups = std::iter::once(self.group).chain((0..most as u8).filter(|g| *g != self.group));
        for group in groups {
            for press in presses {
                if press & SHIFT != 0 && !has_shift {
                    continue;
                }
                for (keycode, key) in self.keycodes() {
                    let Some(in_group) = group_of(key, group) else { continue };
                    let Some(kind) = self.types.get(in_group.kind) else { continue };
                    let level = kind.level(press | self.locked);
                    if in_group.syms.get(usize::from(level)).is_some_and(|s| *s != 0 && wanted(*s)) {
                        return Some(Hit { keycode, group, press });
                    }
                }
            }
        }
        None
    }

    fn find_char(&self, c: char) -> Option<Hit> {
        // Keypad keys depend on Num Lock in each program's own way.
        self.find(|sym| !(0xff80..=0xffbf).contains(&sym) && Keysym::new(sym).key_char() == Some(c))
    }

    /// Strokes that make `text` appear. `held` are keys that are down now: those that shift are let go meanwhile.
    #[must_use]
    pub fn text(&self, text: &str, held: &[u8]) -> Vec<Stroke> {
        let in_the_way: Vec<u8> =
            held.iter().copied().filter(|k| self.modifiers.iter().any(|keys| keys.contains(k))).collect();
        let mut plan: Vec<Stroke> = in_the_way.iter().map(|k| Stroke::Release(*k)).collect();
        let mut group = self.group;
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            if c == '\r' && characters.peek() == Some(&'\n') {
                continue;
            }
            self.character(c, &mut group, &mut plan);
        }
        if group != self.group {
            plan.push(Stroke::Group(self.group));
        }
        plan.extend(in_the_way.iter().map(|k| Stroke::Press(*k)));
        plan
    }

    fn character(&self, c: char, group: &mut u8, plan: &mut Vec<Stroke>) {
        let direct = match c {
            '\n' | '\r' => self.find(|s| s == key::Return),
            '\t' => self.find(|s| s == key::Tab),
            '\u{8}' => self.find(|s| s == key::BackSpace),
            c if c.is_control() => return,
            c => self.find_char(c),
        };
        if let Some(hit) = direct {
            return self.tap(hit, group, plan);
        }
        let dead = compose::decompose(c)
            .and_then(|(dead, base)| Some((self.find(|s| s == dead)?, self.find_char(base)?)));
        if let Some((accent, base)) = dead {
            self.tap(accent, group, plan);
            return self.tap(base, group, plan);
        }
        plan.push(Stroke::Spare(Keysym::from_char(c).raw()));
    }

    fn tap(&self, hit: Hit, group: &mut u8, plan: &mut Vec<Stroke>) {
        if *group != hit.group {
            *group = hit.group;
            plan.push(Stroke::Group(hit.group));
        }
        let mut with = Vec::with_capacity(2);
        if hit.press & SHIFT != 0 {
            with.extend(self.modifiers[0].first().copied());
        }
        if let Some((keycode, bit)) = self.level3()
            && hit.press & bit != 0
        {
            with.push(keycode);
        }
        plan.extend(with.iter().map(|k| Stroke::Press(*k)));
        plan.extend([Stroke::Press(hit.keycode), Stroke::Release(hit.keycode)]);
        plan.extend(with.iter().rev().map(|k| Stroke::Release(*k)));
    }

    /// The key for a shortcut, a modifier or an editing key: by its meaning in this layout (UI Events `key`),
    /// else by its place (UI Events `code`).
    #[must_use]
    pub fn shortcut(&self, code: &str, key: &str) -> Option<u8> {
        self.by_meaning(code, key).or_else(|| {
            let keycode = names::keycode(code)?;
            (keycode >= self.first).then_some(keycode)
        })
    }

    /// Has this key the keysym, in any group, on any level?
    #[must_use]
    pub fn means(&self, keycode: u8, keysym: u32) -> bool {
        self.keycodes()
            .any(|(code, groups)| code == keycode && groups.iter().any(|g| g.syms.contains(&keysym)))
    }

    fn by_meaning(&self, code: &str, key: &str) -> Option<u8> {
        let mut characters = key.chars();
        if let (Some(c), None) = (characters.next(), characters.next()) {
            let lower: Vec<char> = c.to_lowercase().collect();
            return self.any_level(|sym| {
                let of = Keysym::new(sym).key_char();
                !(0xff80..=0xffbf).contains(&sym) && (of == Some(c) || of == lower.first().copied())
            });
        }
        names::keysyms(code, key).iter().find_map(|wanted| self.any_level(|sym| sym == *wanted))
    }

    /// The key that has such a keysym in the group in force, on the lowest level there is.
    fn any_level(&self, wanted: impl Fn(u32) -> bool) -> Option<u8> {
        (0..4).find_map(|level| {
            self.keycodes().find_map(|(keycode, key)| {
                let sym = *group_of(key, self.group)?.syms.get(level)?;
                (sym != 0 && wanted(sym)).then_some(keycode)
            })
        })
    }
}

/// Keys with fewer groups wrap around, as X servers do unless told otherwise.
fn group_of(key: &[Group], group: u8) -> Option<&Group> {
    if key.is_empty() { None } else { key.get(usize::from(group) % key.len()) }
}

#[cfg(test)]
mod tests;
