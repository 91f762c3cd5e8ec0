//! Inputs and outputs in CloudTrail's form, written from a shape into one text: no tree, no text for each member.
//!
//! Names are the API's own with a small first letter (`queueUrl`, `mD5OfMessageBody`), dates are written as
//! `Jul 18, 2014 4:07:39 PM`, lists of EC2 stand inside `items`.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html>
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/logging-using-cloudtrail.html>

use clock::Timestamp;
use model::{Kind, Member, Model, Protocol, Shape, ShapeId};
use shape::{List, Map, Peek};
use std::fmt::Write;

/// CloudTrail leaves `requestParameters` and `responseElements` out beyond 100 KB.
const MAX_ELEMENTS_BYTES: usize = 100 * 1024;
/// Room that is made at once for what is usual.
const USUAL_BYTES: usize = 512;
/// What stands there when they are left out.
const OMITTED: &str = "{\"omitted\":true}";
/// What CloudTrail writes in a secret's place.
const HIDDEN: &str = "\"HIDDEN_DUE_TO_SECURITY_REASONS\"";

/// What is known of a service's documents.
#[derive(Clone, Copy)]
pub struct Elements<'a> {
    /// Its API model, whose sensitive shapes are hidden.
    pub model: &'a Model,
    /// Further members that are hidden, each as its structure and its name.
    pub hidden: &'a [(&'a str, &'a str)],
}

impl Elements<'_> {
    /// Adds an input's `requestParameters` to `out`, secrets as `HIDDEN_DUE_TO_SECURITY_REASONS`; nothing where the input says
    /// nothing. Blobs are left out, and beyond 100 KB so is the whole.
    pub fn request(&self, shape: ShapeId, input: Peek<'_>, out: &mut String) {
        self.write(shape, input, true, out);
    }

    /// An output's `responseElements` as [`Elements::request`] writes them, but without its secrets; `None` where the output
    /// says nothing.
    pub fn response(&self, shape: ShapeId, output: Peek<'_>) -> Option<String> {
        let mut out = String::new();
        self.write(shape, output, false, &mut out);
        (!out.is_empty()).then_some(out)
    }

    fn write(&self, shape: ShapeId, peek: Peek<'_>, names_secrets: bool, out: &mut String) {
        out.reserve(USUAL_BYTES);
        let start = out.len();
        let ec2 = self.model.metadata.protocols.first() == Some(&Protocol::Ec2);
        let limit = start + MAX_ELEMENTS_BYTES;
        let mut writer = Writer { of: self, names_secrets, ec2, limit, full: false, out };
        writer.structure(self.model.shape(shape), peek);
        let full = writer.full || out.len() > limit;
        if full || out.len() == start + "{}".len() {
            out.truncate(start);
        }
        if full {
            out.push_str(OMITTED);
        }
    }
}

struct Writer<'w, 'a> {
    of: &'w Elements<'a>,
    names_secrets: bool,
    ec2: bool,
    /// Where `out` is too long.
    limit: usize,
    /// Whether it is: what is written from here on does not matter.
    full: bool,
    out: &'w mut String,
}

impl Writer<'_, '_> {
    fn structure(&mut self, shape: &Shape, peek: Peek<'_>) {
        let mut hidden = self.of.hidden.iter().filter(|(of, _)| *of == &*shape.name).peekable();
        let some_hidden = hidden.peek().is_some();
        self.out.push('{');
        let mut first = true;
        for (index, member) in shape.members.iter().enumerate() {
            let inside = peek.member(index, &member.name);
            let of = self.of.model.shape(member.shape);
            if untold(member, of, inside) {
                continue;
            }
            let hide = of.sensitive || some_hidden && hidden.clone().any(|(_, name)| *name == &*member.name);
            if hide && !self.names_secrets {
                continue;
            }
            self.comma(&mut first);
            self.name(member);
            if hide {
                self.out.push_str(HIDDEN)
            } else {
                self.node(of, inside)
            }
            if self.full {
                break;
            }
        }
        self.out.push('}');
    }

    fn node(&mut self, shape: &Shape, peek: Peek<'_>) {
        if self.out.len() > self.limit {
            self.full = true;
            return;
        }
        match (shape.kind, peek) {
            (Kind::Document, _) => self.document(peek),
            (_, Peek::Struct(_)) => self.structure(shape, peek),
            (_, Peek::List(list)) => self.list(shape, list),
            (_, Peek::Map(map)) => self.map(shape, map),
            (Kind::Timestamp, Peek::Int(secs)) => self.time(Timestamp::from_secs(secs)),
            (_, leaf) => self.leaf(leaf),
        }
    }

    fn list(&mut self, shape: &Shape, list: &dyn List) {
        let Some(element) = shape.element() else { return self.out.push_str("[]") };
        let of = self.of.model.shape(element.shape);
        self.out.push_str(if self.ec2 { "{\"items\":[" } else { "[" });
        let mut first = true;
        for node in (0..list.len()).filter_map(|i| list.at(i)) {
            let inside = node.peek();
            if self.full || untold(element, of, inside) || of.sensitive && !self.names_secrets {
                continue;
            }
            self.comma(&mut first);
            if of.sensitive { self.out.push_str(HIDDEN) } else { self.node(of, inside) }
        }
        self.out.push_str(if self.ec2 { "]}" } else { "]" });
    }

    /// Keys are data: they stay as they are.
    fn map(&mut self, shape: &Shape, map: &dyn Map) {
        let Some((key, value)) = shape.entry() else { return self.out.push_str("{}") };
        let of = self.of.model.shape(value.shape);
        if self.of.model.shape(key.shape).sensitive {
            return self.out.push_str(HIDDEN);
        }
        self.out.push('{');
        let mut first = true;
        for (key, node) in (0..map.len()).filter_map(|i| map.at(i)) {
            let inside = node.peek();
            if self.full || untold(value, of, inside) || of.sensitive && !self.names_secrets {
                continue;
            }
            self.comma(&mut first);
            self.text(key);
            self.out.push(':');
            if of.sensitive { self.out.push_str(HIDDEN) } else { self.node(of, inside) }
        }
        self.out.push('}');
    }

    /// What no model describes.
    fn document(&mut self, peek: Peek<'_>) {
        if self.out.len() > self.limit {
            self.full = true;
            return;
        }
        let mut first = true;
        match peek {
            Peek::List(list) => {
                self.out.push('[');
                for node in (0..list.len()).filter_map(|i| list.at(i)) {
                    self.comma(&mut first);
                    self.document(node.peek());
                }
                self.out.push(']');
            }
            Peek::Map(map) => {
                self.out.push('{');
                for (key, node) in (0..map.len()).filter_map(|i| map.at(i)) {
                    self.comma(&mut first);
                    self.text(key);
                    self.out.push(':');
                    self.document(node.peek());
                }
                self.out.push('}');
            }
            // What a service keeps in a form of its own is its users' data: items of tables are in no record.
            Peek::Encoded(_) => self.out.push_str(HIDDEN),
            leaf => self.leaf(leaf),
        }
    }

    fn leaf(&mut self, peek: Peek<'_>) {
        match peek {
            Peek::Bool(true) => self.out.push_str("true"),
            Peek::Bool(false) => self.out.push_str("false"),
            // A String takes all that is written to it.
            Peek::Int(number) => write!(self.out, "{number}").unwrap_or_default(),
            Peek::Float(number) if number.is_finite() => write!(self.out, "{number}").unwrap_or_default(),
            Peek::Float(number) => write!(self.out, "\"{number}\"").unwrap_or_default(),
            Peek::Str(text) => self.text(text),
            Peek::Time(moment) => self.time(moment),
            Peek::Encoded(_) => self.out.push_str(HIDDEN),
            Peek::Absent | Peek::Blob(_) | Peek::List(_) | Peek::Map(_) | Peek::Struct(_) => self.out.push_str("null"),
        }
    }

    fn time(&mut self, moment: Timestamp) {
        if self.ec2 {
            return write!(self.out, "{}", moment.0.div_euclid(1_000)).unwrap_or_default();
        }
        write!(self.out, "\"{}\"", moment.us_english()).unwrap_or_default();
    }

    fn comma(&mut self, first: &mut bool) {
        if !std::mem::take(first) {
            self.out.push(',');
        }
    }

    /// The member's name with a small first letter; EC2's events have the names of its replies.
    fn name(&mut self, member: &Member) {
        let name = if self.ec2 { member.wire_name() } else { &member.name };
        let mut letters = name.chars();
        self.out.push('"');
        if let Some(first) = letters.next() {
            self.out.push(first.to_ascii_lowercase());
        }
        self.out.push_str(letters.as_str());
        self.out.push_str("\":");
    }

    /// A text with its quotes; one that is too long by itself is not even copied.
    fn text(&mut self, text: &str) {
        if text.len() > MAX_ELEMENTS_BYTES {
            self.full = true;
            return;
        }
        self.out.push('"');
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            if !matches!(byte, b'"' | b'\\' | 0..0x20) {
                continue;
            }
            self.out.push_str(text.get(from..at).unwrap_or_default());
            from = at + 1;
            match byte {
                b'"' => self.out.push_str("\\\""),
                b'\\' => self.out.push_str("\\\\"),
                b'\n' => self.out.push_str("\\n"),
                b'\r' => self.out.push_str("\\r"),
                b'\t' => self.out.push_str("\\t"),
                _ => write!(self.out, "\\u{byte:04x}").unwrap_or_default(),
            }
        }
        self.out.push_str(text.get(from..).unwrap_or_default());
        self.out.push('"');
    }
}

/// Whether nothing is told of a member: it is not there, or it is bytes. A required text that is empty was, most
/// likely, not given: the generated structures cannot tell.
fn untold(member: &Member, shape: &Shape, peek: Peek<'_>) -> bool {
    match peek {
        Peek::Absent | Peek::Blob(_) => true,
        Peek::Str(text) => text.is_empty() && member.required,
        _ => shape.kind == Kind::Blob || shape.event_stream,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shape::{Bytes, Node, Value, shape};

    const TOY: &[u8] = br#"{"metadata":{"apiVersion":"1","endpointPrefix":"toy","protocol":"json"},"operations":{},"shapes":{
        "Text":{"type":"string"},"Secret":{"type":"string","sensitive":true},"Number":{"type":"integer"},"Time":{"type":"timestamp"},
        "Blob":{"type":"blob"},"Half":{"type":"double"},"Flag":{"type":"boolean"},"Free":{"type":"structure","members":{},"document":true},
        "Secrets":{"type":"list","member":{"shape":"Secret"}},"Texts":{"type":"list","member":{"shape":"Text"}},
        "Tags":{"type":"map","key":{"shape":"Text"},"value":{"shape":"Text"}},
        "Vault":{"type":"map","key":{"shape":"Text"},"value":{"shape":"Secret"}},
        "Safe":{"type":"structure","members":{"A":{"shape":"Text"}},"sensitive":true},
        "Toy":{"type":"structure","required":["QueueUrl"],"members":{
            "QueueUrl":{"shape":"Text"},"MD5OfBody":{"shape":"Text"},"Password":{"shape":"Secret"},"Count":{"shape":"Number"},
            "Made":{"shape":"Time"},"Body":{"shape":"Blob"},"Weight":{"shape":"Half"},"Open":{"shape":"Flag"},
            "Passwords":{"shape":"Secrets"},"Names":{"shape":"Texts"},"Tags":{"shape":"Tags"},"Vault":{"shape":"Vault"},
            "Safe":{"shape":"Safe"},"Inner":{"shape":"Toy"}}}}}"#;

    shape! {
        pub struct Safe {
            pub a: Option<String> = "A",
        }

        pub struct Toy {
            pub queue_url: String = "QueueUrl",
            pub md5: Option<String> = "MD5OfBody",
            pub password: Option<String> = "Password",
            pub count: Option<i64> = "Count",
            pub made: Option<Timestamp> = "Made",
            pub body: Option<Bytes> = "Body",
            pub weight: Option<f64> = "Weight",
            pub open: Option<bool> = "Open",
            pub passwords: Option<Vec<String>> = "Passwords",
            pub names: Option<Vec<String>> = "Names",
            pub tags: shape::IndexMap<String, String> = "Tags",
            pub vault: Option<shape::IndexMap<String, String>> = "Vault",
            pub safe: Option<Safe> = "Safe",
            pub inner: Option<Box<Toy>> = "Inner",
        }
    }

    fn full() -> Toy {
        let map = || [("Key".to_owned(), "s3cret".to_owned())].into_iter().collect();
        Toy {
            queue_url: "u\"\n\u{1}".into(),
            md5: Some(String::new()),
            password: Some("s3cret".into()),
            count: Some(-3),
            made: Some(Timestamp::from_secs(1_405_699_659)),
            body: Some(Bytes::from_static(b"s3cret")),
            weight: Some(1.5),
            open: Some(false),
            passwords: Some(vec!["s3cret".into()]),
            names: Some(vec!["a".into(), "b".into()]),
            tags: [("Key".to_owned(), "value".to_owned())].into_iter().collect(),
            vault: Some(map()),
            safe: Some(Safe { a: Some("s3cret".into()) }),
            inner: Some(Box::new(Toy { md5: Some("m".into()), ..Toy::default() })),
        }
    }

    fn both(hidden: &[(&str, &str)], model: &[u8], toy: &Toy) -> (String, Option<String>) {
        let model = Model::parse(model).unwrap();
        let (shape, _) = model.shape_named("Toy").unwrap();
        let elements = Elements { model: &model, hidden };
        let mut out = "before".to_owned();
        elements.request(shape, toy.peek(), &mut out);
        (out.strip_prefix("before").unwrap().to_owned(), elements.response(shape, toy.peek()))
    }

    #[test]
    fn what_is_asked_is_written_without_its_secrets() {
        let (request, response) = both(&[("Toy", "Names"), ("Else", "Count")], TOY, &full());
        let hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
        let expect = serde_json::json!({
            "queueUrl": "u\"\n\u{1}", "mD5OfBody": "", "password": hidden, "count": -3, "made": "Jul 18, 2014 4:07:39 PM",
            "weight": 1.5, "open": false, "passwords": [hidden], "names": hidden, "tags": {"Key": "value"},
            "vault": {"Key": hidden}, "safe": hidden, "inner": {"mD5OfBody": "m", "tags": {}},
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&request).unwrap(), expect);
        let expect = serde_json::json!({
            "queueUrl": "u\"\n\u{1}", "mD5OfBody": "", "count": -3, "made": "Jul 18, 2014 4:07:39 PM",
            "weight": 1.5, "open": false, "passwords": [], "tags": {"Key": "value"}, "vault": {},
            "inner": {"mD5OfBody": "m", "tags": {}},
        });
        assert_eq!(serde_json::from_str::<serde_json::Value>(&response.unwrap()).unwrap(), expect);
        assert!(!request.contains("s3cret"));
    }

    #[test]
    fn ec2_has_its_own_names_lists_and_dates() {
        let text = String::from_utf8(TOY.to_vec()).unwrap();
        let text = text.replace("\"protocol\":\"json\"", "\"protocol\":\"ec2\"");
        let text = text.replace("\"Names\":{\"shape\"", "\"Names\":{\"locationName\":\"nameSet\",\"shape\"");
        let toy = Toy { names: Some(vec!["a".into()]), made: Some(Timestamp(1_500_000)), ..Toy::default() };
        let (request, _) = both(&[], text.as_bytes(), &toy);
        assert_eq!(request, r#"{"made":1500,"nameSet":{"items":["a"]},"tags":{}}"#);
    }

    #[test]
    fn what_is_too_long_is_left_out() {
        let wide = |toy: Toy| both(&[], TOY, &toy).0;
        assert_eq!(wide(Toy { md5: Some("x".repeat(102_401)), ..Toy::default() }), OMITTED);
        assert_eq!(wide(Toy { names: Some(vec!["x".repeat(1_000); 110]), ..Toy::default() }), OMITTED);
        assert!(wide(Toy { names: Some(vec!["x".repeat(1_000); 100]), ..Toy::default() }).len() > 100_000);
    }

    #[test]
    fn an_empty_document_says_nothing() {
        let model = Model::parse(br#"{"metadata":{"protocol":"json"},"operations":{},"shapes":{
            "T":{"type":"string"},"Toy":{"type":"structure","required":["QueueUrl"],"members":{"QueueUrl":{"shape":"T"}}}}}"#).unwrap();
        let (shape, _) = model.shape_named("Toy").unwrap();
        let elements = Elements { model: &model, hidden: &[] };
        assert_eq!(elements.response(shape, Toy::default().peek()), None);
        let free = Value::Map([("a".to_owned(), Value::List(vec![Value::Null, Value::from(1)]))].into_iter().collect());
        let mut out = String::new();
        let mut writer =
            Writer { of: &elements, names_secrets: true, ec2: false, limit: 1000, full: false, out: &mut out };
        writer.document(free.peek());
        assert_eq!(out, r#"{"a":[null,1]}"#);
    }
}
