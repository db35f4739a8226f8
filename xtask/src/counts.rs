//! How many tests passed and failed, from what a runner printed at its end.

use std::fmt;
use std::ops::Add;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Add for Counts {
    type Output = Counts;
    fn add(self, other: Counts) -> Counts {
        Counts { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Words that runners use for a test that did not pass.
const FAILED: &[&str] = &["failed", "timed out", "exec failed", "interrupted", "did not run", "flaky"];

/// nextest and vitest print one line, Playwright one for each kind, `cargo test` one for each program.
pub(crate) fn read(printed: &str) -> Counts {
    let lines = || printed.lines().map(plain);
    if let Some(line) = lines().rfind(|line| line.contains(" run: ") && line.contains("Summary [")) {
        return of(line.split_once(" run: ").map_or("", |(_, counts)| counts));
    }
    if let Some(line) = lines().rfind(|line| line.trim_start().starts_with("Tests ")) {
        return of(&line);
    }
    lines()
        .filter(|line| line.starts_with("test result: ") || is_playwright(line))
        .map(|line| of(&line))
        .fold(Counts::default(), Add::add)
}

/// `  3 failed`, `  12 passed (1.4m)`.
fn is_playwright(line: &str) -> bool {
    let Some((number, rest)) = line.trim_start().split_once(' ') else { return false };
    let rest = rest.split(" (").next().unwrap_or_default();
    line.starts_with("  ") && number.parse::<usize>().is_ok() && (rest == "passed" || FAILED.contains(&rest))
}

/// The numbers that stand before the words.
fn of(line: &str) -> Counts {
    let mut counts = Counts::default();
    for piece in line.split([',', ';', '|', '.', '(']) {
        let words = piece.trim().trim_start_matches("Tests").trim();
        let Some((number, what)) = words.split_once(' ') else { continue };
        let (Ok(number), what) = (number.parse::<usize>(), what.trim().trim_end_matches(')')) else {
            continue;
        };
        if what == "passed" {
            counts.passed += number;
        } else if FAILED.contains(&what) {
            counts.failed += number;
        }
    }
    counts
}

/// Without colours.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\x1b' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(letter);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(passed: usize, failed: usize, printed: &str) {
        assert_eq!(read(printed), Counts { passed, failed }, "{printed}");
    }

    #[test]
    fn nextest() {
        counted(165, 0, "     Summary [   9.1s] 165 tests run: 165 passed (2 slow), 3 skipped\n");
        counted(
            160,
            5,
            "     Summary [   9.1s] 165/170 tests run: 160 passed, 3 failed, 1 exec failed, 1 timed out, 0 skipped\n        FAIL [   0.1s] a b\n",
        );
        counted(
            1,
            0,
            "\x1b[32;1m     Summary\x1b[0m [   0.1s] \x1b[1m1\x1b[0m test run: \x1b[1m1\x1b[0m \x1b[32;1mpassed\x1b[0m, 0 skipped\n",
        );
    }

    #[test]
    fn vitest() {
        counted(
            123,
            0,
            " Test Files  21 passed (21)\n      Tests  123 passed (123)\n   Start at  12:00:00\n",
        );
        counted(121, 2, " Test Files  1 failed | 20 passed (21)\n      Tests  2 failed | 121 passed (123)\n");
    }

    #[test]
    fn playwright() {
        counted(55, 0, "  ✓  1 a.spec.ts:3:1 › 12 passed (1s)\n\n  55 passed (7.3m)\n");
        counted(
            52,
            4,
            "  1 flaky\n  2 failed\n    a.spec.ts:3:1 › some\n  1 did not run\n  52 passed (7.3m)\n",
        );
    }

    #[test]
    fn cargo_test() {
        let one =
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n";
        let two = "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s\n";
        counted(15, 1, &format!("{one}{two}"));
    }

    #[test]
    fn nothing_printed_is_nothing_counted() {
        counted(0, 0, "");
    }
}
