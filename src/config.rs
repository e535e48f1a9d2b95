//! stub
pub struct Config; #[derive(Clone)] pub struct Keys;
impl Config { pub fn is_https(&self) -> bool { false } pub fn base_origin(&self) -> String { String::new() } }
