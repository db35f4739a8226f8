//! The shared picture as the encoder wants it: I420, BT.709, limited range.

use yuv::{BufferStoreMut, YuvConversionMode, YuvPlanarImageMut, YuvRange, YuvStandardMatrix};

use crate::geometry::Rect;

/// A picture of even width and height in three planes.
#[derive(Debug)]
pub struct Picture {
    width: u32,
    height: u32,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl Picture {
    /// A black picture. Odd sizes lose their last row or column: 4:2:0 has no half samples.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width & !1, height & !1);
        let luma = width as usize * height as usize;
        // A row more than is shown: the converter works in whole rows, also for a rectangle in the last corner.
        let (row, half) = (width as usize, width as usize / 2);
        Self {
            width,
            height,
            y: vec![16; luma + row],
            u: vec![128; luma / 4 + half],
            v: vec![128; luma / 4 + half],
        }
    }
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }
    /// Luma, then the two chroma planes of half the size.
    #[must_use]
    pub fn planes(&self) -> (&[u8], &[u8], &[u8]) {
        let luma = self.width as usize * self.height as usize;
        (&self.y[..luma], &self.u[..luma / 4], &self.v[..luma / 4])
    }
    /// Converts the BGRA pixels of one even rectangle (see [`Rect::even_within`]) into the picture.
    /// Returns false, and changes nothing, when sizes do not fit.
    pub fn put_bgra(&mut self, at: Rect, bgra: &[u8]) -> bool {
        let fits = at.x + at.width <= self.width && at.y + at.height <= self.height;
        if !fits || at.is_empty() || bgra.len() < at.area() as usize * 4 {
            return false;
        }
        let stride = self.width as usize;
        let luma_at = at.y as usize * stride + at.x as usize;
        let chroma_at = (at.y / 2) as usize * (stride / 2) + (at.x / 2) as usize;
        let mut image = YuvPlanarImageMut {
            y_plane: BufferStoreMut::Borrowed(&mut self.y[luma_at..]),
            y_stride: self.width,
            u_plane: BufferStoreMut::Borrowed(&mut self.u[chroma_at..]),
            u_stride: self.width / 2,
            v_plane: BufferStoreMut::Borrowed(&mut self.v[chroma_at..]),
            v_stride: self.width / 2,
            width: at.width,
            height: at.height,
        };
        yuv::bgra_to_yuv420(
            &mut image,
            &bgra[..at.area() as usize * 4],
            at.width * 4,
            YuvRange::Limited,
            YuvStandardMatrix::Bt709,
            YuvConversionMode::Balanced,
        )
        .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_and_blue_arrive_as_bt709_limited_and_only_where_they_were_put() {
        let mut picture = Picture::new(8, 8);
        assert!(picture.put_bgra(Rect::new(4, 4, 2, 2), &[255; 16]));
        let blue: Vec<u8> = [255, 0, 0, 255].repeat(4);
        assert!(picture.put_bgra(Rect::new(6, 6, 2, 2), &blue));
        let (y, u, _) = picture.planes();
        assert_eq!((y[4 * 8 + 4], y[0]), (235, 16));
        assert!((31..=32).contains(&y[6 * 8 + 6]));
        assert_eq!((u[2 * 4 + 2], u[3 * 4 + 3]), (128, 240));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut picture = Picture::new(9, 9);
        assert_eq!(picture.size(), (8, 8));
        assert!(!picture.put_bgra(Rect::new(6, 6, 4, 2), &[255; 32]));
        assert!(!picture.put_bgra(Rect::new(0, 0, 4, 4), &[255; 16]));
    }
}
