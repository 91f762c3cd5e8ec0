use super::scanner::Scanner;
use service::pattern::Json;

/// A way into a JSON document, such as `$.users[0].email`.
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    /// As it was written.
    pub text: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Member(String),
    Element(usize),
    Every,
}

/// The most steps of a selector.
const MOST: usize = 64;

impl Selector {
    /// Reads a selector that is the whole text.
    pub fn read(text: &str) -> Option<Selector> {
        let mut scanner = Scanner::new(text);
        let selector = Selector::take(&mut scanner)?;
        scanner.rest().is_empty().then_some(selector)
    }

    /// Takes a selector from the front.
    pub fn take(scanner: &mut Scanner<'_>) -> Option<Selector> {
        scanner.skip_blanks();
        let before = scanner.rest();
        if !scanner.take("$") {
            return None;
        }
        let mut steps = Vec::new();
        loop {
            let step = match scanner.peek() {
                Some('.') => {
                    scanner.take(".");
                    match scanner.peek() {
                        Some('[') => element(scanner)?,
                        _ => member(scanner)?,
                    }
                }
                Some('[') => element(scanner)?,
                _ => break,
            };
            steps.push(step);
            if steps.len() > MOST {
                return None;
            }
        }
        if steps.is_empty() {
            return None;
        }
        let text = before.get(..before.len() - scanner.rest().len())?.to_owned();
        Some(Selector { text, steps })
    }

    /// All that it leads to.
    pub fn all<'j, 'a>(&self, json: &'j Json<'a>) -> Vec<&'j Json<'a>> {
        let mut here = vec![json];
        for step in &self.steps {
            here = here.into_iter().flat_map(|json| step.from(json)).collect();
        }
        here
    }

    /// The first thing that it leads to.
    pub fn first<'j, 'a>(&self, json: &'j Json<'a>) -> Option<&'j Json<'a>> {
        self.all(json).into_iter().next()
    }
}

impl Step {
    fn from<'j, 'a>(&self, json: &'j Json<'a>) -> Vec<&'j Json<'a>> {
        match (self, json) {
            (Step::Member(name), Json::Object(entries)) if name == "*" => {
                entries.iter().map(|(_, value)| value).collect()
            }
            (Step::Member(name), json) => json.get(name).into_iter().collect(),
            (Step::Element(at), Json::Array(items)) => items.get(*at).into_iter().collect(),
            (Step::Every, Json::Array(items)) => items.iter().collect(),
            _ => Vec::new(),
        }
    }
}

fn member(scanner: &mut Scanner<'_>) -> Option<Step> {
    let name = scanner.take_while(|c| c.is_alphanumeric() || "_-:@#/*".contains(c));
    (!name.is_empty()).then(|| Step::Member(name.to_owned()))
}

fn element(scanner: &mut Scanner<'_>) -> Option<Step> {
    scanner.take("[");
    let inner = scanner.take_while(|c| c != ']');
    if !scanner.take("]") {
        return None;
    }
    let quoted = ['\'', '"'].into_iter().find_map(|mark| inner.strip_prefix(mark)?.strip_suffix(mark));
    match (quoted, inner) {
        (Some(name), _) => Some(Step::Member(name.to_owned())),
        (None, "*") => Some(Step::Every),
        (None, digits) => digits.parse().ok().map(Step::Element),
    }
}

/// A scalar as text.
pub fn plain(json: &Json<'_>) -> String {
    match json {
        Json::String(text) => text.clone().into_owned(),
        other => other.to_string(),
    }
}
