use super::Invalid;
use super::condition::{Comparison, Operator};
use super::scanner::Scanner;
use service::IndexMap;

/// Conditions on the columns of a line.
#[derive(Debug, Clone)]
pub struct Columns {
    before: Vec<Column>,
    /// Behind `...`, which stands for any number of columns; `None` without one.
    after: Option<Vec<Column>>,
}

#[derive(Debug, Clone)]
struct Column {
    name: String,
    /// Alternatives of conditions that hold together; none for any text.
    tests: Vec<Vec<Comparison>>,
}

impl Columns {
    pub fn compile(text: &str) -> Result<Columns, Invalid> {
        let mut scanner = Scanner::new(text);
        scanner.take("[");
        let mut columns = Columns { before: Vec::new(), after: None };
        loop {
            if scanner.take("...") {
                if columns.after.is_some() {
                    return Err(Invalid);
                }
                columns.after = Some(Vec::new());
            } else {
                let column = column(&mut scanner)?;
                columns.after.as_mut().unwrap_or(&mut columns.before).push(column);
            }
            if scanner.take("]") {
                break;
            }
            if !scanner.take(",") {
                return Err(Invalid);
            }
        }
        scanner.skip_blanks();
        if scanner.rest().is_empty() { Ok(columns) } else { Err(Invalid) }
    }

    pub fn matches(&self, message: &str) -> bool {
        self.paired(message)
            .is_some_and(|pairs| pairs.iter().all(|(_, column, text)| column.is_none_or(|c| c.allows(text))))
    }

    /// By `$name`, or by `$1` where `...` stands for a word.
    pub fn extracted(&self, message: &str) -> IndexMap<String, String> {
        let pairs = self.paired(message).unwrap_or_default();
        pairs.into_iter().map(|(at, column, text)| (called(at, column), text.to_owned())).collect()
    }

    pub fn named(&self, message: &str, reference: &str) -> Option<String> {
        let found = self.paired(message)?.into_iter().find(|(at, column, _)| called(*at, *column) == reference);
        found.map(|(_, _, text)| text.to_owned())
    }

    pub fn has(&self, reference: &str) -> bool {
        let Some(name) = reference.strip_prefix('$') else { return false };
        let mut columns = self.before.iter().chain(self.after.iter().flatten());
        columns.any(|column| column.name == name) || name.parse().is_ok_and(|at: usize| at > 0)
    }

    /// The words of a message with their places and columns; `None` where they are too few or too many.
    fn paired<'m, 's>(&'s self, message: &'m str) -> Option<Vec<(usize, Option<&'s Column>, &'m str)>> {
        let words = words(message);
        let after = self.after.as_deref().unwrap_or_default();
        let least = self.before.len() + after.len();
        if words.len() < least || (self.after.is_none() && words.len() > least) {
            return None;
        }
        let behind = words.len() - after.len();
        let column = |at: usize| match at.checked_sub(behind) {
            Some(at) => after.get(at),
            None => self.before.get(at),
        };
        Some(words.into_iter().enumerate().map(|(at, word)| (at, column(at), word)).collect())
    }
}

fn called(at: usize, column: Option<&Column>) -> String {
    match column {
        Some(column) => format!("${}", column.name),
        None => format!("${}", at + 1),
    }
}

impl Column {
    fn allows(&self, text: &str) -> bool {
        self.tests.is_empty() || self.tests.iter().any(|all| all.iter().all(|comparison| comparison.holds(text)))
    }
}

fn column(scanner: &mut Scanner<'_>) -> Result<Column, Invalid> {
    let mut column = Column { name: name(scanner), tests: Vec::new() };
    if column.name.is_empty() {
        return Err(Invalid);
    }
    let Some(first) = comparison(scanner)? else { return Ok(column) };
    let mut all = vec![first];
    loop {
        let and = scanner.take("&&");
        if !and && !scanner.take("||") {
            column.tests.push(all);
            return Ok(column);
        }
        if name(scanner) != column.name {
            return Err(Invalid);
        }
        let next = comparison(scanner)?.ok_or(Invalid)?;
        match and {
            true => all.push(next),
            false => column.tests.push(std::mem::replace(&mut all, vec![next])),
        }
    }
}

fn name(scanner: &mut Scanner<'_>) -> String {
    scanner.skip_blanks();
    scanner.take_while(|c| c.is_alphanumeric() || "_-.".contains(c)).to_owned()
}

fn comparison(scanner: &mut Scanner<'_>) -> Result<Option<Comparison>, Invalid> {
    let Some(operator) = Operator::read(scanner) else { return Ok(None) };
    let word = scanner.word(|c| c.is_whitespace() || ",]&|".contains(c))?;
    Comparison::new(operator, word).map(Some)
}

/// Words are separated by blanks; what stands in brackets or quotation marks is one.
fn words(message: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = message.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '[' => Some(']'),
            '"' => Some('"'),
            _ => None,
        };
        let enclosed = end.and_then(|end| rest.get(1..)?.split_once(end));
        let (word, after) = match enclosed {
            Some(parts) => parts,
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}
