//! An answer, and its HTML as nodes.

use axum::http::{HeaderMap, StatusCode, header};
use scraper::{ElementRef, Html, Selector};

/// What came back.
pub struct Page {
    /// The address that was asked.
    pub address: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Page {
    /// Insists on a status; shows the page when it is another.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{} answered\n{}", self.address, self.body);
        self
    }

    /// Where the answer leads.
    #[track_caller]
    pub fn leads_to(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .unwrap_or_else(|| panic!("{} leads nowhere: {} {}", self.address, self.status, self.body))
            .to_str()
            .unwrap()
    }

    /// The texts of all nodes that match, whitespace folded.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        html.select(&Selector::parse(selector).unwrap()).map(fold).collect()
    }

    /// The text of the one node that matches.
    #[track_caller]
    pub fn text(&self, selector: &str) -> String {
        let mut all = self.texts(selector);
        assert_eq!(
            all.len(),
            1,
            "{selector} matches {} nodes on {}: {all:?}\n{}",
            all.len(),
            self.address,
            self.body
        );
        all.remove(0)
    }

    /// The page's one sentence.
    #[track_caller]
    pub fn h1(&self) -> String {
        self.text("h1")
    }

    /// An attribute of each node that matches.
    pub fn attrs(&self, selector: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        html.select(&Selector::parse(selector).unwrap())
            .filter_map(|node| node.attr(name))
            .map(str::to_owned)
            .collect()
    }

    /// Whether a node matches.
    pub fn has(&self, selector: &str) -> bool {
        Html::parse_document(&self.body).select(&Selector::parse(selector).unwrap()).next().is_some()
    }

    /// The address of the link with this text.
    #[track_caller]
    pub fn link(&self, text: &str) -> String {
        let html = Html::parse_document(&self.body);
        html.select(&Selector::parse("a[href]").unwrap())
            .find(|node| fold(*node).contains(text))
            .unwrap_or_else(|| panic!("no link “{text}” on {}\n{}", self.address, self.body))
            .attr("href")
            .unwrap()
            .to_owned()
    }

    /// The form that matches, with what a browser would send when nothing is touched (and no button pressed).
    #[track_caller]
    pub fn form(&self, selector: &str) -> Form {
        let html = Html::parse_document(&self.body);
        let form = html
            .select(&Selector::parse(selector).unwrap())
            .next()
            .unwrap_or_else(|| panic!("no form {selector} on {}\n{}", self.address, self.body));
        assert_eq!(form.attr("method"), Some("post"), "{selector} on {} does not post", self.address);
        let action = form.attr("action").map_or_else(|| self.address.clone(), str::to_owned);
        Form { action, fields: successful(form) }
    }
}

/// A form being filled in.
#[derive(Clone)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// What it sends.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// Types into a field, or chooses a radio or an option. The field must be there.
    #[track_caller]
    pub fn fill(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(field, _)| field == name) {
            Some(field) => field.1 = value.to_owned(),
            None => panic!("no field {name} in {:?}", self.fields),
        }
        self
    }

    /// Ticks a box, chooses an unchosen radio, or presses a button.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes a field away, as a browser does with an unticked box.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }
}

fn fold(node: ElementRef<'_>) -> String {
    node.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The successful controls of a form, as HTML defines them.
fn successful(form: ElementRef<'_>) -> Vec<(String, String)> {
    let controls = Selector::parse("input, textarea, select").unwrap();
    let mut fields = Vec::new();
    for control in form.select(&controls) {
        let Some(name) = control.attr("name") else { continue };
        if control.attr("disabled").is_some() {
            continue;
        }
        match control.value().name() {
            "textarea" => {
                // The parser drops the one newline HTML allows after the tag.
                fields.push((name.to_owned(), control.text().collect()));
            }
            "select" => {
                let options = Selector::parse("option").unwrap();
                let mut all = control.select(&options);
                let chosen = control
                    .select(&options)
                    .find(|option| option.attr("selected").is_some())
                    .or_else(|| all.next());
                if let Some(option) = chosen {
                    fields.push((
                        name.to_owned(),
                        option.attr("value").map_or_else(|| fold(option), str::to_owned),
                    ));
                }
            }
            _ => match control.attr("type").unwrap_or("text") {
                "checkbox" | "radio" if control.attr("checked").is_none() => {}
                "submit" | "button" | "reset" | "image" | "file" => {}
                kind => {
                    let silent = if matches!(kind, "checkbox" | "radio") { "on" } else { "" };
                    fields.push((name.to_owned(), control.attr("value").unwrap_or(silent).to_owned()));
                }
            },
        }
    }
    fields
}
