//! One picture of the screen, to be looked at, blacked out in parts, and sent or not.

use crate::Rect;

/// A picture of the screen, three bytes (red, green, blue) a pixel, row by row.
#[derive(Clone, PartialEq, Eq)]
pub struct Still {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl std::fmt::Debug for Still {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What is on somebody's screen belongs in no log.
        f.debug_struct("Still")
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

impl Still {
    /// `None` when there are too few bytes, or no pixels.
    #[must_use]
    pub fn from_bgra(width: u32, height: u32, bgra: &[u8]) -> Option<Self> {
        let pixels = width as usize * height as usize;
        if pixels == 0 || bgra.len() < pixels * 4 {
            return None;
        }
        let rgb = bgra[..pixels * 4].chunks_exact(4).flat_map(|p| [p[2], p[1], p[0]]).collect();
        Some(Self { width, height, rgb })
    }
    /// Width and height in pixels.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }
    #[must_use]
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// With these parts black: what was there is gone.
    #[must_use]
    pub fn blackened(mut self, parts: &[Rect]) -> Self {
        for part in parts {
            let (left, right) = (part.x.min(self.width), part.x.saturating_add(part.width).min(self.width));
            let bottom = part.y.saturating_add(part.height).min(self.height);
            for y in part.y..bottom {
                let row = y as usize * self.width as usize;
                self.rgb[(row + left as usize) * 3..(row + right as usize) * 3].fill(0);
            }
        }
        self
    }

    /// At an `n`th of its size, each pixel the mean of those that it stands for.
    #[must_use]
    pub fn shrunk(&self, n: u32) -> Self {
        let n = n.clamp(1, self.width.min(self.height));
        if n == 1 {
            return self.clone();
        }
        let (width, height) = (self.width / n, self.height / n);
        let mut rgb = Vec::with_capacity(width as usize * height as usize * 3);
        for y in 0..height {
            for x in 0..width {
                let mut sums = [0u32; 3];
                for dy in 0..n {
                    let at = ((y * n + dy) as usize * self.width as usize + (x * n) as usize) * 3;
                    for pixel in self.rgb[at..at + n as usize * 3].chunks_exact(3) {
                        for (sum, value) in sums.iter_mut().zip(pixel) {
                            *sum += u32::from(*value);
                        }
                    }
                }
                rgb.extend(sums.map(|sum| u8::try_from(sum / (n * n)).unwrap_or(u8::MAX)));
            }
        }
        Self { width, height, rgb }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(width: u32, height: u32, value: u8) -> Still {
        Still::from_bgra(width, height, &vec![value; (width * height * 4) as usize]).unwrap()
    }

    #[test]
    fn colours_are_put_in_order_and_too_few_bytes_make_no_picture() {
        let still = Still::from_bgra(2, 1, &[1, 2, 3, 0, 4, 5, 6, 0]).unwrap();
        assert_eq!((still.size(), still.rgb()), ((2, 1), &[3, 2, 1, 6, 5, 4][..]));
        assert_eq!(Still::from_bgra(2, 1, &[0; 7]), None);
        assert_eq!(Still::from_bgra(0, 1, &[]), None);
    }

    #[test]
    fn what_is_blackened_is_gone_and_the_rest_stays() {
        let still = grey(6, 4, 9).blackened(&[Rect::new(1, 1, 2, 2), Rect::new(5, 3, 90, u32::MAX)]);
        for (at, pixel) in still.rgb().chunks_exact(3).enumerate() {
            let (x, y) = (at % 6, at / 6);
            let black = ((1..3).contains(&x) && (1..3).contains(&y)) || (x, y) == (5, 3);
            assert_eq!(pixel, if black { [0; 3] } else { [9; 3] }, "{x} {y}");
        }
        assert_eq!(grey(2, 2, 9).blackened(&[Rect::new(7, 7, 1, 1)]), grey(2, 2, 9), "outside of it");
    }

    #[test]
    fn a_smaller_one_shows_the_mean() {
        let still = Still::from_bgra(4, 2, &[[0u8; 8], [100; 8], [0; 8], [100; 8]].concat()).unwrap();
        let small = still.shrunk(2);
        assert_eq!((small.size(), small.rgb()), ((2, 1), &[0, 0, 0, 100, 100, 100][..]));
        assert_eq!(grey(5, 5, 7).shrunk(2), grey(2, 2, 7));
        assert_eq!(grey(5, 5, 7).shrunk(99).size(), (1, 1));
    }
}
