use super::invalid;
use super::lexer::{Token, tokens};
use crate::errors;
use service::Result;

/// How deep an expression may nest.
const DEEPEST: usize = 64;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// As it was written.
    pub text: String,
    pub node: Node,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    Number(f64),
    Text(String),
    Name(String),
    List(Vec<Node>),
    Negative(Box<Node>),
    Operation(&'static str, Box<Node>, Box<Node>),
    Call(String, Vec<Node>),
}

struct Parser<'t> {
    text: &'t str,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    depth: usize,
}

/// The operators by how tightly they bind, the loosest first.
const LEVELS: [&[&str]; 6] =
    [&["||", "OR"], &["&&", "AND"], &["==", "!="], &["<=", ">=", "<", ">"], &["+", "-"], &["*", "/"]];

/// Reads an expression.
///
/// # Errors
/// `ValidationError`; `NotImplemented` for Metrics Insights queries.
pub fn parse(text: &str) -> Result<Expression> {
    if text.trim_start().get(..6).is_some_and(|start| start.eq_ignore_ascii_case("SELECT")) {
        return Err(errors::not_implemented("Metrics Insights (SELECT)"));
    }
    let mut parser = Parser { text, tokens: tokens(text)?.into_iter().peekable(), depth: 0 };
    let node = parser.level(0)?;
    match parser.tokens.next() {
        None => Ok(Expression { text: text.to_owned(), node }),
        Some(_) => Err(invalid(text, "Something is left over behind its end")),
    }
}

impl Parser<'_> {
    fn take(&mut self, sign: &str) -> bool {
        let there = match self.tokens.peek() {
            Some(Token::Sign(found)) => *found == sign,
            Some(Token::Name(name)) => name == sign,
            _ => false,
        };
        if there {
            self.tokens.next();
        }
        there
    }

    fn level(&mut self, level: usize) -> Result<Node> {
        let Some(operators) = LEVELS.get(level) else { return self.signed() };
        let mut left = self.level(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.take(operator)) {
            let right = self.level(level + 1)?;
            left = Node::Operation(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Node> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(invalid(self.text, "It nests too deeply"));
        }
        let node = match self.take("-") {
            true => Node::Negative(Box::new(self.signed()?)),
            false => self.power()?,
        };
        self.depth -= 1;
        Ok(node)
    }

    fn power(&mut self) -> Result<Node> {
        let base = self.atom()?;
        if !self.take("^") {
            return Ok(base);
        }
        Ok(Node::Operation("^", Box::new(base), Box::new(self.signed()?)))
    }

    fn atom(&mut self) -> Result<Node> {
        match self.tokens.next() {
            Some(Token::Number(number)) => Ok(Node::Number(number)),
            Some(Token::Text(text)) => Ok(Node::Text(text)),
            Some(Token::Name(name)) if self.take("(") => Ok(Node::Call(name, self.list(")")?)),
            Some(Token::Name(name)) => Ok(Node::Name(name)),
            Some(Token::Sign("[")) => Ok(Node::List(self.list("]")?)),
            Some(Token::Sign("(")) => {
                let node = self.level(0)?;
                if self.take(")") { Ok(node) } else { Err(invalid(self.text, "A parenthesis is not closed")) }
            }
            _ => Err(invalid(self.text, "A value is missing")),
        }
    }

    fn list(&mut self, end: &str) -> Result<Vec<Node>> {
        let mut nodes = Vec::new();
        if self.take(end) {
            return Ok(nodes);
        }
        loop {
            nodes.push(self.level(0)?);
            if self.take(end) {
                return Ok(nodes);
            }
            if !self.take(",") {
                return Err(invalid(self.text, format_args!("'{end}' is missing")));
            }
        }
    }
}
