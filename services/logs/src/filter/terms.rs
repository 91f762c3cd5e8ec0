use super::Invalid;
use super::condition::expression;
use super::scanner::{Scanner, Word};
use regex::Regex;

/// Terms of plain text.
#[derive(Debug, Clone)]
pub struct Terms {
    all: Vec<Term>,
    any: Vec<Term>,
    none: Vec<Term>,
}

#[derive(Debug, Clone)]
enum Term {
    Text(String),
    Expression(Regex),
}

impl Term {
    fn is_in(&self, message: &str) -> bool {
        match self {
            Term::Text(text) => message.contains(text.as_str()),
            Term::Expression(expression) => expression.is_match(message),
        }
    }
}

impl Terms {
    pub fn compile(text: &str) -> Result<Terms, Invalid> {
        let mut scanner = Scanner::new(text);
        let mut terms = Terms { all: Vec::new(), any: Vec::new(), none: Vec::new() };
        loop {
            scanner.skip_blanks();
            let list = match scanner.peek() {
                None => break,
                Some('?') => {
                    scanner.take("?");
                    &mut terms.any
                }
                Some('-') => {
                    scanner.take("-");
                    &mut terms.none
                }
                Some(_) => &mut terms.all,
            };
            if scanner.peek().is_none_or(char::is_whitespace) {
                return Err(Invalid);
            }
            list.push(match scanner.word(char::is_whitespace)? {
                Word::Plain(text) | Word::Quoted(text) => Term::Text(text),
                Word::Expression(text) => Term::Expression(expression(&text)?),
            });
        }
        // "?" beside other terms is ignored, AWS says.
        if !terms.all.is_empty() || !terms.none.is_empty() {
            terms.any.clear();
        }
        Ok(terms)
    }

    pub fn matches(&self, message: &str) -> bool {
        self.all.iter().all(|term| term.is_in(message))
            && !self.none.iter().any(|term| term.is_in(message))
            && (self.any.is_empty() || self.any.iter().any(|term| term.is_in(message)))
    }
}
