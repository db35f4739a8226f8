//! Rectangles of the screen. Pure.

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rect {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl Rect {
    #[must_use]
    pub fn new(x: u32, y: u32, width: u32, height: u32) -> Self {
        Self { x, y, width, height }
    }
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }
    #[must_use]
    pub fn area(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        let x = self.x.min(other.x);
        let y = self.y.min(other.y);
        let right = (self.x + self.width).max(other.x + other.width);
        let bottom = (self.y + self.height).max(other.y + other.height);
        Self { x, y, width: right - x, height: bottom - y }
    }
    /// Grown outwards to even coordinates, as 4:2:0 pictures need, and cut to `width`×`height`.
    #[must_use]
    pub fn even_within(self, width: u32, height: u32) -> Self {
        let x = (self.x & !1).min(width);
        let y = (self.y & !1).min(height);
        let right = ((self.x + self.width + 1) & !1).min(width);
        let bottom = ((self.y + self.height + 1) & !1).min(height);
        Self { x, y, width: right.saturating_sub(x), height: bottom.saturating_sub(y) }
    }
}

/// More rectangles than this cost more in round trips than their union costs in pixels.
const MAX_RECTS: usize = 8;

/// What to grab for a list of damaged rectangles of a `width`×`height` screen: even, inside, few.
#[must_use]
pub fn plan_grabs(damaged: &[Rect], width: u32, height: u32) -> Vec<Rect> {
    let even = damaged.iter().map(|r| r.even_within(width, height)).filter(|r| !r.is_empty());
    if damaged.len() <= MAX_RECTS {
        return even.collect();
    }
    let all = even.fold(Rect::default(), Rect::union);
    if all.is_empty() { Vec::new() } else { vec![all] }
}

/// A position in the shared picture, kept inside it, as a position on the whole X screen.
#[must_use]
pub fn to_root(area: Rect, x: u32, y: u32) -> (i16, i16) {
    let x = area.x + x.min(area.width.saturating_sub(1));
    let y = area.y + y.min(area.height.saturating_sub(1));
    (i16::try_from(x).unwrap_or(i16::MAX), i16::try_from(y).unwrap_or(i16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grabs_are_even_and_stay_inside_the_screen() {
        let plan = plan_grabs(&[Rect::new(3, 5, 4, 4), Rect::new(1279, 719, 50, 50)], 1280, 720);
        assert_eq!(plan, [Rect::new(2, 4, 6, 6), Rect::new(1278, 718, 2, 2)]);
        assert!(plan_grabs(&[Rect::new(5000, 10, 4, 4)], 1280, 720).is_empty());
        assert!(plan_grabs(&[], 1280, 720).is_empty());
    }

    #[test]
    fn many_small_rectangles_become_one() {
        let many: Vec<Rect> = (0..20).map(|i| Rect::new(10 * i, 10, 2, 2)).collect();
        assert_eq!(plan_grabs(&many, 1280, 720), [Rect::new(0, 10, 192, 2)]);
    }

    #[test]
    fn positions_never_leave_the_shared_screen() {
        let second = Rect::new(1920, 0, 1280, 720);
        assert_eq!(to_root(second, 10, 20), (1930, 20));
        assert_eq!(to_root(second, u32::MAX, u32::MAX), (3199, 719));
    }
}
