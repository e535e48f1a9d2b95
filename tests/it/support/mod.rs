//! What visits need: the app on a database of its own, a small recurring cast in several zones, browsers that fill in
//! forms and click, and pages whose nodes are selected rather than their text searched.

pub mod app;
pub mod cast;
pub mod db;
pub mod deciding;
pub mod hook;
pub mod page;
pub mod served;
pub mod smtp;
pub mod visitor;
pub mod wire;

pub use app::TestApp;
pub use cast::Who;
pub use page::Page;
pub use visitor::Visitor;
