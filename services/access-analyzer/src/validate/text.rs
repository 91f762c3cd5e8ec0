//! JSON with the place of each value: what findings point to.

use std::fmt;

/// Arrays and objects within each other: more than any policy has.
const DEEPEST: usize = 32;

/// A value and where it stands, in bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its first byte.
    pub from: usize,
    /// The byte behind its last.
    pub to: usize,
    /// What it is.
    pub kind: Kind,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Node>),
    /// Keys and values, in order. A key may stand twice.
    Object(Vec<(Node, Node)>),
}

/// Where a text is no JSON, in bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fault(pub usize);

impl Node {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A scalar as text: what a condition compares.
    pub fn scalar(&self) -> Option<String> {
        match &self.kind {
            Kind::Text(text) | Kind::Number(text) => Some(text.clone()),
            Kind::Bool(value) => Some(value.to_string()),
            Kind::Null | Kind::List(_) | Kind::Object(_) => None,
        }
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.kind, Kind::List(_))
    }

    /// The elements of a list, or the value itself.
    pub fn each(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The members of an object; none of anything else.
    pub fn members(&self) -> &[(Node, Node)] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The member of a name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.members().iter().find(|(key, _)| key.text() == Some(name)).map(|(_, value)| value)
    }

    /// Whether it is a list or an object without anything in it.
    pub fn is_empty(&self) -> bool {
        match &self.kind {
            Kind::List(items) => items.is_empty(),
            Kind::Object(members) => members.is_empty(),
            _ => false,
        }
    }
}

impl fmt::Display for Node {
    /// Without places and white space, the members of objects in the order of their names: the same for what means the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Null => f.write_str("null"),
            Kind::Bool(value) => write!(f, "{value}"),
            Kind::Number(text) => f.write_str(text),
            Kind::Text(text) => write!(f, "{text:?}"),
            Kind::List(items) => {
                f.write_str("[")?;
                items.iter().try_for_each(|item| write!(f, "{item},"))?;
                f.write_str("]")
            }
            Kind::Object(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_by_key(|(key, _)| key.text().unwrap_or_default().to_owned());
                f.write_str("{")?;
                sorted.iter().try_for_each(|(key, value)| write!(f, "{key}:{value},"))?;
                f.write_str("}")
            }
        }
    }
}

/// Reads one value and nothing behind it.
pub fn read(text: &str) -> Result<Node, Fault> {
    let mut reader = Reader { text, at: 0 };
    let node = reader.value(0)?;
    reader.space();
    if reader.at < text.len() { Err(Fault(reader.at)) } else { Ok(node) }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        self.space();
        if self.peek() != Some(byte) {
            return Err(Fault(self.at));
        }
        self.at += 1;
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Node, Fault> {
        self.space();
        let from = self.at;
        if depth > DEEPEST {
            return Err(Fault(from));
        }
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Kind::Text(self.string()?),
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(Fault(from)),
        };
        Ok(Node { from, to: self.at, kind })
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<Kind, Fault> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(Fault(self.at));
        }
        self.at += word.len();
        Ok(kind)
    }

    fn number(&mut self) -> Result<Kind, Fault> {
        let from = self.at;
        while self.peek().is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        let text = self.text.get(from..self.at).unwrap_or_default();
        match serde_json::from_str::<serde_json::Number>(text) {
            Ok(_) => Ok(Kind::Number(text.to_owned())),
            Err(_) => Err(Fault(from)),
        }
    }

    fn string(&mut self) -> Result<String, Fault> {
        let from = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'\\') => self.at += 2,
                Some(b'"') => break,
                Some(byte) if byte >= 0x20 => self.at += 1,
                _ => return Err(Fault(self.at.min(self.text.len()))),
            }
        }
        self.at += 1;
        let quoted = self.text.get(from..self.at).ok_or(Fault(from))?;
        serde_json::from_str(quoted).map_err(|_| Fault(from))
    }

    fn list(&mut self, depth: usize) -> Result<Kind, Fault> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Kind::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(Kind::List(items));
            }
            self.expect(b',')?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Kind, Fault> {
        self.at += 1;
        let mut members = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Kind::Object(members));
        }
        loop {
            self.space();
            let from = self.at;
            if self.peek() != Some(b'"') {
                return Err(Fault(from));
            }
            let name = self.string()?;
            let key = Node { from, to: self.at, kind: Kind::Text(name) };
            self.expect(b':')?;
            members.push((key, self.value(depth + 1)?));
            self.space();
            if self.peek() == Some(b'}') {
                self.at += 1;
                return Ok(Kind::Object(members));
            }
            self.expect(b',')?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<&str, usize>) {
        let read = read(text).map(|node| node.to_string()).map_err(|fault| fault.0);
        assert_eq!(read.as_deref(), expect.as_ref().copied(), "{text}");
    }

    #[test]
    fn values_and_faults() {
        check(r#" {"b": [1, -2.5e3], "a": null} "#, Ok(r#"{"a":null,"b":[1,-2.5e3,],}"#));
        check(r#"{"a": "\u00e9\""}"#, Ok(r#"{"a":"é\"",}"#));
        for text in ["", "{", "[1] x", "\"abc", "01x", "\"a\\", "{\"a\":1,}", "[1 2]", "{1:2}", "tru", "\"\n\""] {
            assert!(read(text).is_err(), "{text}");
        }
        check(r#"{"a" 1}"#, Err(5));
        check("[1,]", Err(3));
        assert!(read(&"[".repeat(100)).is_err());
    }
}
