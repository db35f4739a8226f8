//! Whole-system tests live in `e2e/` (Playwright): they start the real programs and press real buttons.
//! Here are the programs that those tests need on the other end of a wire.
