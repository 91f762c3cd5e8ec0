//! Reads updates.

use super::lexer::{Sort, Tokens};
use super::path::clash;
use super::update::{Term, Update};
use super::{Kind, MOST_OPERATORS, Parameters, Path};
use crate::value::AttributeValue;
use service::{Error, Result};

/// How deep brackets and functions may nest.
const DEEPEST: usize = 32;

/// Reads an update.
///
/// # Errors
/// AWS's for what is no update, for paths that meet, and for operands of types that an operator or function does not
/// take.
pub fn update(text: &str, parameters: &Parameters) -> Result<Update> {
    let tokens = Tokens::of(Kind::Update, text)?;
    let mut parser = Parser { tokens, parameters, operators: 0, depth: 0, update: Update::default(), wrong: None };
    parser.run()?;
    if parser.operators > MOST_OPERATORS {
        let count = parser.operators;
        let text = format!("The expression contains too many operators; operator count: {count}");
        return Err(Kind::Update.error(text));
    }
    parameters.resolve(Kind::Update)?;
    if let Some(wrong) = parser.wrong {
        return Err(wrong);
    }
    match clash(parser.update.paths()) {
        Some(text) => Err(Kind::Update.error(text)),
        None => Ok(parser.update),
    }
}

struct Parser<'e> {
    tokens: Tokens<'e>,
    parameters: &'e Parameters,
    operators: usize,
    depth: usize,
    update: Update,
    /// The first fault that is not one of form.
    wrong: Option<Error>,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<()> {
        let mut seen = Vec::new();
        while self.tokens.peek().sort != Sort::End {
            let names = ["SET", "REMOVE", "ADD", "DELETE"];
            let section = names.into_iter().find(|name| self.tokens.is_word(name));
            let Some(section) = section else { return Err(self.tokens.unexpected()) };
            self.tokens.take();
            if seen.contains(&section) {
                self.blame(format!("The \"{section}\" section can only be used once in an update expression;"));
            }
            seen.push(section);
            loop {
                self.operators += 1;
                self.action(section)?;
                if !self.tokens.symbol(",") {
                    break;
                }
            }
        }
        // White space alone is no empty expression.
        if seen.is_empty() { Err(self.tokens.unexpected()) } else { Ok(()) }
    }

    fn action(&mut self, section: &str) -> Result<()> {
        let path = Path::parse(&mut self.tokens, self.parameters)?;
        match section {
            "SET" => {
                self.tokens.expect("=")?;
                let term = self.sum()?;
                self.update.set.push((path, term));
            }
            "REMOVE" => self.update.remove.push(path),
            section => {
                let token = self.tokens.peek();
                if token.sort != Sort::Value {
                    return Err(self.tokens.unexpected());
                }
                self.tokens.take();
                let value = self.parameters.value(token.text);
                self.check_section(section, &value);
                let list = if section == "ADD" { &mut self.update.add } else { &mut self.update.delete };
                list.push((path, value));
            }
        }
        Ok(())
    }

    fn check_section(&mut self, section: &str, value: &AttributeValue) {
        let kind = match value {
            AttributeValue::N(_) if section == "ADD" => return,
            AttributeValue::Unset | AttributeValue::Ss(_) | AttributeValue::Ns(_) | AttributeValue::Bs(_) => return,
            AttributeValue::N(_) => "NUMBER",
            AttributeValue::S(_) => "STRING",
            AttributeValue::B(_) => "BINARY",
            AttributeValue::Bool(_) => "BOOLEAN",
            AttributeValue::Null(_) => "NULL",
            AttributeValue::L(_) => "LIST",
            AttributeValue::M(_) | AttributeValue::Several(_) => "MAP",
        };
        let text = "Incorrect operand type for operator or function; operator: ";
        self.blame(format!("{text}{section}, operand type: {kind}"));
    }

    fn sum(&mut self) -> Result<Term> {
        let left = self.term()?;
        let minus = if self.tokens.symbol("+") {
            false
        } else if self.tokens.symbol("-") {
            true
        } else {
            return Ok(left);
        };
        self.operators += 1;
        let right = self.term()?;
        for term in [&left, &right] {
            self.check_kind(if minus { "-" } else { "+" }, term, "N");
        }
        let (left, right) = (Box::new(left), Box::new(right));
        Ok(if minus { Term::Minus(left, right) } else { Term::Plus(left, right) })
    }

    fn term(&mut self) -> Result<Term> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.tokens.unexpected());
        }
        let token = self.tokens.peek();
        let term = match token.sort {
            Sort::Symbol if self.tokens.symbol("(") => {
                let term = self.sum()?;
                self.tokens.expect(")")?;
                term
            }
            Sort::Value => {
                self.tokens.take();
                Term::Value(self.parameters.value(token.text))
            }
            Sort::Word if self.tokens.second().text == "(" => self.function()?,
            _ => Term::Path(Path::parse(&mut self.tokens, self.parameters)?),
        };
        self.depth -= 1;
        Ok(term)
    }

    fn function(&mut self) -> Result<Term> {
        let name = self.tokens.take().text;
        self.tokens.expect("(")?;
        self.operators += 1;
        let others = ["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"];
        if others.contains(&name) {
            self.blame(format!("The function is not allowed in an update expression; function: {name}"));
        } else if !["if_not_exists", "list_append"].contains(&name) {
            self.blame(format!("Invalid function name; function: {name}"));
        }
        let mut arguments = vec![self.term()?];
        while self.tokens.symbol(",") {
            arguments.push(self.term()?);
        }
        self.tokens.expect(")")?;
        let count = arguments.len();
        if count != 2 {
            self.blame(format!(
                "Incorrect number of operands for operator or function; operator or function: {name}, \
                 number of operands: {count}"
            ));
        }
        let mut arguments = arguments.into_iter();
        let nothing = || Term::Value(AttributeValue::Unset);
        let first = arguments.next().unwrap_or_else(nothing);
        let second = arguments.next().unwrap_or_else(nothing);
        if name == "if_not_exists" {
            let Term::Path(path) = first else {
                let text = "Operator or function requires a document path; operator or function: ";
                self.blame(format!("{text}{name}"));
                return Ok(second);
            };
            return Ok(Term::IfNotExists(path, Box::new(second)));
        }
        for term in [&first, &second] {
            self.check_kind(name, term, "L");
        }
        Ok(Term::ListAppend(Box::new(first), Box::new(second)))
    }

    fn check_kind(&mut self, operator: &str, term: &Term, wanted: &str) {
        if let Term::Value(value) = term
            && !["", wanted].contains(&value.kind())
        {
            let text = "Incorrect operand type for operator or function; operator or function: ";
            self.blame(format!("{text}{operator}, operand type: {}", value.kind()));
        }
    }

    fn blame(&mut self, text: String) {
        self.wrong.get_or_insert_with(|| Kind::Update.error(text));
    }
}
