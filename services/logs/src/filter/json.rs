use super::Invalid;
use super::condition::{Comparison, Operator};
use super::scanner::Scanner;
use super::selector::{Selector, plain};
use service::IndexMap;
use service::pattern::Json;

/// How deep parentheses may nest.
const DEEPEST: usize = 32;

/// Conditions on the members of a JSON document.
#[derive(Debug, Clone)]
pub struct Conditions(Node);

#[derive(Debug, Clone)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Test(Selector, Test),
}

#[derive(Debug, Clone)]
enum Test {
    Compares(Comparison),
    IsNull,
    Is(bool),
    NotExists,
}

impl Conditions {
    pub fn compile(text: &str) -> Result<Conditions, Invalid> {
        let mut scanner = Scanner::new(text);
        scanner.take("{");
        let node = any(&mut scanner, 0)?;
        if !scanner.take("}") {
            return Err(Invalid);
        }
        scanner.skip_blanks();
        if scanner.rest().is_empty() { Ok(Conditions(node)) } else { Err(Invalid) }
    }

    pub fn hold(&self, json: &Json<'_>) -> bool {
        self.0.holds(json)
    }

    pub fn extracted(&self, json: &Json<'_>) -> IndexMap<String, String> {
        let mut found = IndexMap::default();
        self.0.extract(json, &mut found);
        found
    }
}

impl Node {
    fn holds(&self, json: &Json<'_>) -> bool {
        match self {
            Node::All(nodes) => nodes.iter().all(|node| node.holds(json)),
            Node::Any(nodes) => nodes.iter().any(|node| node.holds(json)),
            Node::Test(selector, test) => {
                let found = selector.all(json);
                match test {
                    Test::NotExists => found.is_empty(),
                    Test::IsNull => found.contains(&&Json::Null),
                    Test::Is(truth) => found.contains(&&Json::Bool(*truth)),
                    Test::Compares(comparison) => {
                        let texts = found.into_iter().filter(|found| found.is_scalar() && **found != Json::Null);
                        texts.map(plain).any(|text| comparison.holds(&text))
                    }
                }
            }
        }
    }

    fn extract(&self, json: &Json<'_>, found: &mut IndexMap<String, String>) {
        match self {
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| node.extract(json, found)),
            Node::Test(selector, _) => {
                if let Some(value) = selector.first(json) {
                    found.insert(selector.text.clone(), plain(value));
                }
            }
        }
    }
}

fn any(scanner: &mut Scanner<'_>, depth: usize) -> Result<Node, Invalid> {
    let mut nodes = vec![all(scanner, depth)?];
    while scanner.take("||") {
        nodes.push(all(scanner, depth)?);
    }
    Ok(Node::Any(nodes))
}

fn all(scanner: &mut Scanner<'_>, depth: usize) -> Result<Node, Invalid> {
    let mut nodes = vec![one(scanner, depth)?];
    while scanner.take("&&") {
        nodes.push(one(scanner, depth)?);
    }
    Ok(Node::All(nodes))
}

fn one(scanner: &mut Scanner<'_>, depth: usize) -> Result<Node, Invalid> {
    if depth > DEEPEST {
        return Err(Invalid);
    }
    if scanner.take("(") {
        let node = any(scanner, depth + 1)?;
        return if scanner.take(")") { Ok(node) } else { Err(Invalid) };
    }
    let selector = Selector::take(scanner).ok_or(Invalid)?;
    let test = match Operator::read(scanner) {
        Some(operator) => {
            let word = scanner.word(|c| c.is_whitespace() || ")}&|".contains(c))?;
            Test::Compares(Comparison::new(operator, word)?)
        }
        None if scanner.keyword("NOT") && scanner.keyword("EXISTS") => Test::NotExists,
        None if scanner.keyword("IS") => match () {
            () if scanner.keyword("NULL") => Test::IsNull,
            () if scanner.keyword("TRUE") => Test::Is(true),
            () if scanner.keyword("FALSE") => Test::Is(false),
            () => return Err(Invalid),
        },
        None => return Err(Invalid),
    };
    Ok(Node::Test(selector, test))
}
