//! Reading expressions.

use super::words::{Word, words};
use super::{Comparison, Expression, Flag, Literal, Number, Selector, Text};
use crate::errors;
use service::Result;

/// The longest expression, in bytes. <https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html>
const LONGEST: usize = 2000;
/// How deep expressions nest.
const DEEPEST: usize = 32;

const FLAGS: [(&str, Flag); 7] = [
    ("ok", Flag::Ok),
    ("error", Flag::Error),
    ("throttle", Flag::Throttle),
    ("fault", Flag::Fault),
    ("partial", Flag::Partial),
    ("inferred", Flag::Inferred),
    ("root", Flag::Root),
];

const NUMBERS: [(&str, Number); 3] =
    [("responsetime", Number::ResponseTime), ("duration", Number::Duration), ("http.status", Number::Status)];

const TEXTS: [(&str, Text); 11] = [
    ("http.url", Text::Url),
    ("http.method", Text::Method),
    ("http.useragent", Text::UserAgent),
    ("http.clientip", Text::ClientIp),
    ("user", Text::User),
    ("name", Text::Name),
    ("type", Text::Type),
    ("message", Text::Message),
    ("resource.arn", Text::ResourceArn),
    ("instance.id", Text::InstanceId),
    ("availabilityzone", Text::AvailabilityZone),
];

const COMPARISONS: [(&str, Comparison); 9] = [
    ("=", Comparison::Equal),
    ("!=", Comparison::NotEqual),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
    ("CONTAINS", Comparison::Contains),
    ("BEGINSWITH", Comparison::BeginsWith),
    ("ENDSWITH", Comparison::EndsWith),
];

fn known<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
}

/// Reads an expression.
///
/// # Errors
/// `InvalidRequestException` for one that cannot be read, or says what is not known here.
pub fn parse(text: &str) -> Result<Expression> {
    let wrong = |why: String| errors::invalid(format!("Invalid filter expression: {why}"));
    if text.len() > LONGEST {
        return Err(wrong(format!("it is longer than {LONGEST} characters")));
    }
    let words = words(text).map_err(wrong)?;
    let mut reader = Reader { words, at: 0, depth: 0 };
    let expression = reader.any().map_err(wrong)?;
    match reader.next() {
        None => Ok(expression),
        Some(word) => Err(wrong(unexpected(Some(&word)))),
    }
}

type Read<T> = std::result::Result<T, String>;

struct Reader {
    words: Vec<Word>,
    at: usize,
    depth: usize,
}

fn unexpected(word: Option<&Word>) -> String {
    match word {
        None => "it ends too soon".to_owned(),
        Some(Word::Name(name)) => format!("unexpected '{name}'"),
        Some(Word::Text(text)) => format!("unexpected '\"{text}\"'"),
        Some(Word::Number(number)) => format!("unexpected '{number}'"),
        Some(Word::Sign(sign)) => format!("unexpected '{sign}'"),
    }
}

impl Reader {
    fn peek(&self) -> Option<&Word> {
        self.words.get(self.at)
    }

    fn next(&mut self) -> Option<Word> {
        let word = self.words.get(self.at).cloned();
        self.at += 1;
        word
    }

    fn takes(&mut self, sign: &str) -> bool {
        let there = matches!(self.peek(), Some(Word::Sign(found)) if *found == sign);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, sign: &str) -> Read<()> {
        if self.takes(sign) { Ok(()) } else { Err(unexpected(self.peek())) }
    }

    fn takes_name(&mut self, name: &str) -> bool {
        let there = matches!(self.peek(), Some(Word::Name(found)) if found.eq_ignore_ascii_case(name));
        self.at += usize::from(there);
        there
    }

    fn any(&mut self) -> Read<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it nests too deep".to_owned());
        }
        let mut parts = vec![self.all()?];
        while self.takes_name("OR") {
            parts.push(self.all()?);
        }
        self.depth -= 1;
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    /// What follows one another without an operator must all hold, too.
    fn all(&mut self) -> Read<Expression> {
        let mut parts = vec![self.one()?];
        loop {
            let ends = match self.peek() {
                None | Some(Word::Sign(")" | "}")) => true,
                Some(Word::Name(name)) => name.eq_ignore_ascii_case("OR"),
                _ => false,
            };
            if ends {
                break;
            }
            self.takes_name("AND");
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn one(&mut self) -> Read<Expression> {
        if self.takes("!") || self.takes_name("NOT") {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err("it nests too deep".to_owned());
            }
            let one = self.one()?;
            self.depth -= 1;
            return Ok(Expression::Not(Box::new(one)));
        }
        if self.takes("(") {
            let inner = self.any()?;
            self.expect(")")?;
            return Ok(inner);
        }
        let name = match self.next() {
            Some(Word::Name(name)) => name,
            word => return Err(unexpected(word.as_ref())),
        };
        if let Some(flag) = known(&FLAGS, &name) {
            return self.flag(flag);
        }
        if let Some(number) = known(&NUMBERS, &name) {
            return self.number(number);
        }
        if let Some(text) = known(&TEXTS, &name) {
            let comparison = self.comparison()?;
            if !is_of_texts(comparison) {
                return Err(format!("'{name}' is a text"));
            }
            return Ok(Expression::Text(text, comparison, self.text()?));
        }
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "service" => self.service(),
            "edge" => self.edge(),
            "annotation" => {
                self.expect("[")?;
                let mut key = self.key()?;
                // Services annotate with names such as `aws:api_id`.
                while self.takes(":") {
                    key = format!("{key}:{}", self.key()?);
                }
                self.expect("]")?;
                self.annotation(key)
            }
            _ if lower.starts_with("annotation.") => {
                let key = name.get("annotation.".len()..).unwrap_or_default().to_owned();
                self.annotation(key)
            }
            _ => Err(format!("the keyword '{name}' is not known")),
        }
    }

    fn flag(&mut self, flag: Flag) -> Read<Expression> {
        let wanted = match self.peek() {
            Some(Word::Sign("=")) => true,
            Some(Word::Sign("!=")) => false,
            _ => return Ok(Expression::Flag(flag)),
        };
        self.at += 1;
        let said = match self.next() {
            Some(Word::Name(name)) if name.eq_ignore_ascii_case("true") => true,
            Some(Word::Name(name)) if name.eq_ignore_ascii_case("false") => false,
            word => return Err(unexpected(word.as_ref())),
        };
        let flag = Expression::Flag(flag);
        Ok(if wanted == said { flag } else { Expression::Not(Box::new(flag)) })
    }

    fn number(&mut self, number: Number) -> Read<Expression> {
        let comparison = self.comparison()?;
        if !is_of_numbers(comparison) {
            return Err("a number is compared as a text".to_owned());
        }
        match self.next() {
            Some(Word::Number(value)) => Ok(Expression::Number(number, comparison, value)),
            word => Err(unexpected(word.as_ref())),
        }
    }

    fn comparison(&mut self) -> Read<Comparison> {
        let word = self.next();
        let found = match &word {
            Some(Word::Sign(sign)) => known(&COMPARISONS, sign),
            Some(Word::Name(name)) => known(&COMPARISONS, name),
            _ => None,
        };
        found.ok_or_else(|| unexpected(word.as_ref()))
    }

    fn key(&mut self) -> Read<String> {
        match self.next() {
            Some(Word::Name(key) | Word::Text(key)) => Ok(key),
            word => Err(unexpected(word.as_ref())),
        }
    }

    fn text(&mut self) -> Read<String> {
        match self.next() {
            Some(Word::Text(text)) => Ok(text),
            word => Err(unexpected(word.as_ref())),
        }
    }

    fn annotation(&mut self, key: String) -> Read<Expression> {
        let compares = match self.peek() {
            Some(Word::Sign(sign)) => known(&COMPARISONS, sign).is_some(),
            Some(Word::Name(name)) => known(&COMPARISONS, name).is_some(),
            _ => false,
        };
        if !compares {
            return Ok(Expression::Annotation(key, None));
        }
        let comparison = self.comparison()?;
        let literal = match self.next() {
            Some(Word::Text(text)) => Literal::Text(text),
            Some(Word::Number(number)) => Literal::Number(number),
            Some(Word::Name(name)) if name.eq_ignore_ascii_case("true") => Literal::Flag(true),
            Some(Word::Name(name)) if name.eq_ignore_ascii_case("false") => Literal::Flag(false),
            word => return Err(unexpected(word.as_ref())),
        };
        let fits = match literal {
            Literal::Text(_) => is_of_texts(comparison),
            Literal::Number(_) => is_of_numbers(comparison),
            Literal::Flag(_) => matches!(comparison, Comparison::Equal | Comparison::NotEqual),
        };
        if !fits {
            return Err(format!("the annotation '{key}' cannot be compared so"));
        }
        Ok(Expression::Annotation(key, Some((comparison, literal))))
    }

    fn service(&mut self) -> Read<Expression> {
        self.expect("(")?;
        let selector = if self.takes(")") {
            Selector::default()
        } else {
            let selector = self.selector()?;
            self.expect(")")?;
            selector
        };
        Ok(Expression::Service(selector, self.body()?))
    }

    fn edge(&mut self) -> Read<Expression> {
        self.expect("(")?;
        if self.takes(")") {
            return Ok(Expression::Edge(Selector::default(), Selector::default(), self.body()?));
        }
        let from = self.selector()?;
        self.expect(",")?;
        let to = self.selector()?;
        self.expect(")")?;
        Ok(Expression::Edge(from, to, self.body()?))
    }

    fn body(&mut self) -> Read<Option<Box<Expression>>> {
        if !self.takes("{") {
            return Ok(None);
        }
        let inner = self.any()?;
        self.expect("}")?;
        Ok(Some(Box::new(inner)))
    }

    /// A name, or `id(name: "…", type: "…")`.
    fn selector(&mut self) -> Read<Selector> {
        if !self.takes_name("id") {
            return Ok(Selector { name: Some(self.text()?), kind: None });
        }
        self.expect("(")?;
        let mut selector = Selector::default();
        loop {
            let member = match self.next() {
                Some(Word::Name(member)) => member,
                word => return Err(unexpected(word.as_ref())),
            };
            self.expect(":")?;
            let value = Some(self.text()?);
            match member.as_str() {
                "name" => selector.name = value,
                "type" => selector.kind = value,
                // Other accounts' segments do not come here.
                _ => return Err(format!("id() with '{member}' is not known")),
            }
            if !self.takes(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok(selector)
    }
}

fn is_of_texts(comparison: Comparison) -> bool {
    use Comparison::{BeginsWith, Contains, EndsWith, Equal, NotEqual};
    matches!(comparison, Equal | NotEqual | Contains | BeginsWith | EndsWith)
}

fn is_of_numbers(comparison: Comparison) -> bool {
    use Comparison::{BeginsWith, Contains, EndsWith};
    !matches!(comparison, Contains | BeginsWith | EndsWith)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_expressions_can_be_read() {
        for text in [
            "responsetime > 5",
            "duration >= 5 AND duration <= 8",
            r#"service("api.example.com") { fault = true OR responsetime > 2.5 } AND annotation.account = "12345""#,
            r#"annotation[account] = "12345""#,
            r#"annotation[aws:api_stage] = "prod""#,
            r#"edge("api.example.com", "backend.example.com") { fault = true }"#,
            r#"http.url BEGINSWITH "http://api.example.com/" AND http.url CONTAINS "/v2/" AND !service("api.example.com")"#,
            "ok !partial duration <3",
            r#"service(id(name: "orders", type: "AWS::Lambda::Function")) { error }"#,
            "service() { fault }",
            "annotation.gold",
            "annotation.gold = true and (http.status != 200 or throttle)",
        ] {
            assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (text, why) in [
            ("", "it ends too soon"),
            ("responsetime", "it ends too soon"),
            ("responsetime > \"5\"", "unexpected '\"5\"'"),
            ("responsetime CONTAINS 5", "a number is compared as a text"),
            ("http.url > \"a\"", "'http.url' is a text"),
            ("coverage.responsetime > 1", "the keyword 'coverage.responsetime' is not known"),
            ("rootcause.fault.service { fault }", "the keyword 'rootcause.fault.service' is not known"),
            ("service(\"a\"", "it ends too soon"),
            ("ok )", "unexpected ')'"),
            ("ok ?", "unexpected '?'"),
            ("http.url = \"a", "a text has no end"),
            ("annotation.a < true", "the annotation 'a' cannot be compared so"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.message(), format!("Invalid filter expression: {why}"), "{text}");
        }
        assert!(parse(&"!".repeat(1000)).is_err() && parse(&"(".repeat(1000)).is_err());
    }
}
