//! What every page shares: doors for forms and addresses, the shell around a page, its drawn parts, the page about a
//! fault, and the layers each answer passes through.

mod asked;
pub mod assets;
pub mod csv;
mod done;
pub mod download;
mod events;
mod fault_page;
mod form;
mod headers;
pub mod health;
mod layers;
pub mod markdown;
mod page;
pub mod parts;
mod problems;
mod shell;
mod slug;

pub use asked::{between, chosen};
pub use done::Done;
pub use events::{Place, Streams, stream};
pub use fault_page::Kept;
pub use form::{Form, Parcel, Part, Path, Query, Upload};
pub use layers::{ONE_CLICK, layers, method_not_allowed};
pub use page::{Page, Refused};
pub use problems::Problems;
pub use shell::{Nav, Shell};
pub use slug::{folded, slug};
