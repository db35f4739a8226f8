//! A picture of the screen, and where in it a solid area of a colour is: how a person finds "the green button".

use std::process::Command;

use anyhow::{Context, Result, bail};

pub(crate) type Colour = [u8; 3];

/// A rectangle of the screen; all edges belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) right: usize,
    pub(crate) bottom: usize,
}

impl Area {
    pub(crate) fn middle(&self) -> (usize, usize) {
        (usize::midpoint(self.left, self.right), usize::midpoint(self.top, self.bottom))
    }

    pub(crate) fn width(&self) -> usize {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> usize {
        self.bottom - self.top
    }
}

pub(crate) struct Pixels {
    rgb: Vec<u8>,
    width: usize,
    height: usize,
}

/// Text within an area is jumped over, and edges are smoothed, so not each pixel needs to be looked at.
const STEP: usize = 2;
const TOLERANCE: u8 = 3;

impl Pixels {
    /// What `import` (ImageMagick) prints for a screen of this size.
    pub(crate) fn take(import: &mut Command, width: usize, height: usize) -> Result<Pixels> {
        let answer =
            import.args(["-window", "root", "-depth", "8", "rgb:-"]).output().context("cannot run import")?;
        if answer.stdout.len() != width * height * 3 {
            bail!("no picture of the screen: {}", String::from_utf8_lossy(&answer.stderr).trim());
        }
        Ok(Pixels { rgb: answer.stdout, width, height })
    }

    fn is(&self, x: usize, y: usize, colour: Colour) -> bool {
        let at = (y * self.width + x) * 3;
        self.rgb.get(at..at + 3).is_some_and(|pixel| {
            pixel.iter().zip(colour).all(|(have, want)| have.abs_diff(want) <= TOLERANCE)
        })
    }

    /// Connected areas of a colour that are at least 24 pixels high, from the top down.
    pub(crate) fn areas(&self, colour: Colour) -> Vec<Area> {
        let mut seen = vec![false; self.width * self.height];
        let mut found = Vec::new();
        for y in (0..self.height).step_by(STEP) {
            for x in (0..self.width).step_by(STEP) {
                if seen[y * self.width + x] || !self.is(x, y, colour) {
                    continue;
                }
                let area = self.fill(x, y, colour, &mut seen);
                if area.height() >= 24 {
                    found.push(area);
                }
            }
        }
        found
    }

    fn fill(&self, x: usize, y: usize, colour: Colour, seen: &mut [bool]) -> Area {
        let mut area = Area { left: x, top: y, right: x, bottom: y };
        let mut open = vec![(x, y)];
        seen[y * self.width + x] = true;
        while let Some((x, y)) = open.pop() {
            area.left = area.left.min(x);
            area.right = area.right.max(x);
            area.top = area.top.min(y);
            area.bottom = area.bottom.max(y);
            for (x, y) in [(x + STEP, y), (x.wrapping_sub(STEP), y), (x, y + STEP), (x, y.wrapping_sub(STEP))]
            {
                if x < self.width && y < self.height && !seen[y * self.width + x] && self.is(x, y, colour) {
                    seen[y * self.width + x] = true;
                    open.push((x, y));
                }
            }
        }
        area
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_is_found_around_its_text() {
        let (width, height) = (100, 60);
        let mut rgb = vec![255; width * height * 3];
        for y in 10..50 {
            for x in 20..80 {
                let text = (25..30).contains(&y) && (40..60).contains(&x);
                let at = (y * width + x) * 3;
                rgb[at..at + 3].copy_from_slice(if text { &[255, 255, 255] } else { &[11, 95, 115] });
            }
        }
        let pixels = Pixels { rgb, width, height };
        assert_eq!(pixels.areas([11, 95, 115]), [Area { left: 20, top: 10, right: 78, bottom: 48 }]);
        assert!(pixels.areas([200, 0, 0]).is_empty());
    }
}
