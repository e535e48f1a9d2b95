//! What people write, made safe to show.
//!
//! Text is stored as typed and rendered when read. Two walls stand between it and a page: `tame` keeps
//! of Markdown only what a note needs and shows everything else as the text it was, then ammonia lets
//! only known tags and addresses through. [`SafeHtml`] is the one type that a template prints as it is.
//!
//! Kept: paragraphs, line breaks, emphasis, code, lists, quotations, links (also bare ones) to http,
//! https and mailto. Of the rest:
//! - **A line break is a line break.** Who writes in a text field means the one they typed.
//! - **HTML is text.** `a < b` and `<3` stay readable, and nothing of it runs.
//! - **A heading is a paragraph in bold.** The same note stands under an `h1` on one page and under an
//!   `h3` on another, so no heading level of its own is ever right, and the list of headings that a
//!   screen reader offers stays the page's.
//! - **An image is its words.** Nothing is loaded from elsewhere, so no reader is counted.
//!
//! Mail takes [`plain`] for its text part and the same [`SafeHtml`] for the other.

mod marks;
mod plain;
mod tame;

pub use plain::{excerpt, plain};

use std::{
    collections::{HashMap, HashSet},
    fmt,
    ops::Range,
    sync::LazyLock,
};

/// The longest source that is rendered, in bytes. Forms refuse more; what is longer here is cut.
pub const LIMIT: usize = 20_000;

/// HTML that may stand in a page as it is: `{{ update.html }}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Renders what a person wrote.
    #[must_use]
    pub fn from_markdown(source: &str) -> Self {
        Self::from_markdown_marking(source, |_| Vec::new())
    }

    /// The same, with some words of its runs of text set off: `marks` gives the places of those in a run, in bytes.
    #[must_use]
    pub fn from_markdown_marking(source: &str, marks: impl Fn(&str) -> Vec<Range<usize>>) -> Self {
        let source = tame::source(source);
        let mut html = String::with_capacity(source.len() * 2);
        pulldown_cmark::html::push_html(&mut html, marks::marked(tame::events(&source), marks).into_iter());
        Self(SIEVE.clean(&html).to_string())
    }

    /// The HTML itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The runs of text of what a person wrote: neither code nor links. What is found in them can be set off by
/// [`SafeHtml::from_markdown_marking`].
#[must_use]
pub fn runs(source: &str) -> Vec<String> {
    marks::runs(&tame::events(&tame::source(source)))
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for SafeHtml {}

/// The second wall. It has nothing to do as long as the first stands.
static SIEVE: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut sieve = ammonia::Builder::new();
    sieve
        .tags(HashSet::from(["a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("nofollow noopener ugc"));
    sieve
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use scraper::{Html, Selector};

    fn html(source: &str) -> String {
        SafeHtml::from_markdown(source).0.replace(" rel=\"nofollow noopener ugc\"", "").trim_end().to_owned()
    }

    #[test]
    fn a_note() {
        for (source, shown) in [
            ("", ""),
            ("Hello", "<p>Hello</p>"),
            ("one\ntwo", "<p>one<br>\ntwo</p>"),
            ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
            ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>"),
            ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
            ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>"),
            ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
            ("```rust\nlet a = 1 < 2;\n```", "<pre><code>let a = 1 &lt; 2;\n</code></pre>"),
            ("# Big", "<p><strong>Big</strong></p>"),
            ("Big\n===", "<p><strong>Big</strong></p>"),
            ("a\n\n---\n\nb", "<p>a</p>\n<p>b</p>"),
            ("I <3 this, a < b & b > c", "<p>I &lt;3 this, a &lt; b &amp; b &gt; c</p>"),
            ("[us](https://a.example)", "<p><a href=\"https://a.example\">us</a></p>"),
            ("[us](https://a.example \"title\")", "<p><a href=\"https://a.example\">us</a></p>"),
            ("<tama@a.example>", "<p><a href=\"mailto:tama@a.example\">tama@a.example</a></p>"),
            ("[](https://a.example)", "<p><a href=\"https://a.example\">https://a.example</a></p>"),
            ("![a photo](https://a.example/x.png)", "<p>a photo</p>"),
            (
                "[![a photo](https://a.example/x.png)](https://b.example)",
                "<p><a href=\"https://b.example\">a photo</a></p>",
            ),
        ] {
            assert_eq!(html(source), shown, "{source:?}");
        }
        assert!(SafeHtml::from_markdown("<https://a.example>").0.contains("rel=\"nofollow noopener ugc\""));
    }

    #[test]
    fn words_are_set_off_in_text_and_nowhere_else() {
        let mia =
            |run: &str| run.match_indices("@Mia").map(|(at, word)| at..at + word.len()).collect::<Vec<_>>();
        let source = "@Mia, *see @Mia* `@Mia` [@Mia](https://a.example) <b>@Mia</b>\n\n    @Mia";
        let html = SafeHtml::from_markdown_marking(source, mia).0;
        assert_eq!(html.matches("<strong>@Mia</strong>").count(), 3, "{html}");
        assert!(
            html.contains("<code>@Mia</code>") && html.contains("&lt;b&gt;<strong>@Mia</strong>&lt;/b&gt;")
        );
        assert_eq!(runs(source).concat().matches("@Mia").count(), 3);
        // Places that are none are left alone.
        let broken = SafeHtml::from_markdown_marking("é", |_| vec![0..1, 5..9]);
        assert_eq!(broken.as_str().trim(), "<p>é</p>");
    }

    #[test]
    fn a_bare_address_is_a_link() {
        for (source, address, around) in [
            ("see https://a.example/x_y_z.", "https://a.example/x_y_z", ("see ", ".")),
            ("(https://a.example/a(b))", "https://a.example/a(b)", ("(", ")")),
            ("https://a.example/?q=1&r=2!", "https://a.example/?q=1&amp;r=2", ("", "!")),
            ("“http://a.example”", "http://a.example", ("“", "”")),
        ] {
            let (before, after) = around;
            assert_eq!(html(source), format!("<p>{before}<a href=\"{address}\">{address}</a>{after}</p>"));
        }
        for source in ["https://", "xhttps://a.example", "`https://a.example`", "http:// a"] {
            assert!(!html(source).contains("<a"), "{source}");
        }
    }

    const HOSTILE: &[&str] = &[
        "<script>alert(1)</script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<p onclick=alert(1) style=\"position:fixed\">x</p>",
        "<iframe src=\"https://a.example\"></iframe>",
        "<style>body{display:none}</style>",
        "<form action=/o/x/leave method=post><button>",
        "<!--><script>alert(1)</script>-->",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<math><mtext></p><style><a title=\"</style><img src onerror=alert(1)>\">",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](&#x6A&#x61;vascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:msgbox)",
        "[x](file:///etc/passwd)",
        "[x](//evil.example)",
        "[x](/o/saltmarsh/sign-out)",
        "[x](\\\\evil.example)",
        "[x](https://a.example\" onmouseover=\"alert(1))",
        "<https://a.example\" onmouseover=\"alert(1)>",
        "https://a.example/\"onmouseover=alert(1)",
        "https://a.example/'><script>alert(1)</script>",
        "![x](https://a.example/pixel.gif)",
        "![x][1]\n\n[1]: https://a.example/pixel.gif",
        "[1]: javascript:alert(1)\n\n[x][1]",
        "```\"><script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
        "`</code><script>alert(1)</script>`",
        "</div></main></body><script>alert(1)</script>",
        "</textarea><script>alert(1)</script>",
        "{{ 7 * 7 }} {% include \"x\" %}",
        "\u{0}<script\u{0}>alert(1)</script>",
        "<a href=\"https://a.example\" target=_blank ping=//evil.example>x</a>",
        "| a | b |\n|---|---|\n| <script> | c |",
        "[^1]: <script>alert(1)</script>\n\nx[^1]",
        "\u{202e}gnp.exe\u{2066}",
    ];

    /// Holds for any text: only known tags and attributes, only known addresses, no image, no heading.
    fn is_tame(source: &str) {
        let html = SafeHtml::from_markdown(source);
        let page = Html::parse_fragment(html.as_str());
        let all = Selector::parse("*").unwrap();
        for element in page.select(&all).skip(1) {
            let name = element.value().name();
            assert!(
                ["a", "blockquote", "br", "code", "em", "li", "ol", "p", "pre", "strong", "ul"]
                    .contains(&name),
                "<{name}> from {source:?}"
            );
            for (attribute, value) in element.value().attrs() {
                match attribute {
                    "href" => assert!(
                        ["http://", "https://", "mailto:"]
                            .iter()
                            .any(|s| value.to_lowercase().starts_with(s)),
                        "{value} from {source:?}"
                    ),
                    "rel" => assert_eq!(value, "nofollow noopener ugc"),
                    "start" => assert!(value.bytes().all(|b| b.is_ascii_digit())),
                    other => panic!("{other}={value} from {source:?}"),
                }
            }
            if name == "a" {
                assert!(element.value().attr("href").is_some(), "a link leads somewhere: {source:?}");
                assert!(!element.text().collect::<String>().trim().is_empty(), "and has words: {source:?}");
            }
        }
    }

    #[test]
    fn hostile_text_does_nothing() {
        for source in HOSTILE {
            is_tame(source);
            is_tame(&format!("> - **{source}**"));
            is_tame(&format!("[{source}](https://a.example)"));
        }
        assert_eq!(html("<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
        assert_eq!(html("a <b>c</b>"), "<p>a &lt;b&gt;c&lt;/b&gt;</p>");
    }

    #[test]
    fn nothing_can_be_nested_without_end_or_be_without_end() {
        for part in
            ["> ", "- ", "1. ", "*a **b ", "[", "![", "<div>", "`", "((", "_*", "\\", "&amp;", "https://a"]
        {
            let source = part.repeat(50_000 / part.len());
            let html = SafeHtml::from_markdown(&source);
            assert!(html.0.len() < LIMIT * 12, "{part}: {}", html.0.len());
            let page = Html::parse_fragment(html.as_str());
            let deep = Selector::parse("*").unwrap();
            let depth = page.select(&deep).map(|e| e.ancestors().count()).max().unwrap();
            assert!(depth < 30, "{part}: {depth}");
        }
        let cut = html(&"é".repeat(LIMIT));
        assert!(cut.len() <= LIMIT + 7, "cut between two letters: {}", cut.len());
    }

    proptest! {
        #[test]
        fn no_text_escapes(source in "\\PC{0,80}") {
            is_tame(&source);
            let _ = plain(&source);
            prop_assert!(excerpt(&source, 20).chars().count() <= 20);
        }

        #[test]
        fn no_row_of_signs_escapes(source in "[-<>\\[\\]()!*_`#&\"'=:/. \na1]{0,60}") {
            is_tame(&source);
            let _ = plain(&source);
        }
    }
}
