//! Small drawn things that many pages show. Geometry is worked out here, in percent, and written as SVG attributes: no
//! inline style is ever needed.

mod avatar;
pub mod choices;
mod coming;
mod day_line;
mod when;

pub use avatar::Avatar;
pub use coming::Coming;
pub use day_line::{Band, Hours, Span};
pub use when::{When, iso, moment};
