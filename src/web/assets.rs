//! stub
pub const APP_CSS: &str = ""; pub const APP_JS: &str = ""; pub const ICON_SVG: &str = ""; pub const FONTS_LITERATA_LATIN_WOFF2: &str = "";
