//! Bodies as trees, read by other readers than those under test, so that they can be compared.

use quick_xml::XmlVersion;
use quick_xml::events::Event;
use serde_json::Value as Json;

/// How a body is written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Media {
    Json,
    Xml,
    Cbor,
    Raw,
}

/// Compares bodies as trees.
pub fn compare(media: Media, got: &[u8], want: &[u8]) -> Result<(), String> {
    let equal = match media {
        Media::Json if want.is_empty() || got.is_empty() => got.is_empty() == want.is_empty(),
        Media::Json => {
            let (got, want) = (serde_json::from_slice(got), serde_json::from_slice(want));
            matches!((&got, &want), (Ok(got), Ok(want)) if same_json(got, want))
        }
        Media::Xml if want.is_empty() || got.is_empty() => got.is_empty() == want.is_empty(),
        Media::Xml => xml(got) == xml(want),
        Media::Cbor if want.is_empty() || got.is_empty() => got.is_empty() == want.is_empty(),
        Media::Cbor => same_json(&Cbor(got, 0).item(), &Cbor(want, 0).item()),
        Media::Raw => got == want,
    };
    if equal {
        return Ok(());
    }
    Err(format!("wrote {:?}, not {:?}", String::from_utf8_lossy(got), String::from_utf8_lossy(want)))
}

fn same_json(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same_json(a, b)))
        }
        (a, b) => a == b,
    }
}

/// An element: name, attributes in order of their names, children, text where there are none.
#[derive(PartialEq, Debug, Default)]
pub struct Element {
    name: String,
    namespace: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
    /// Whether any element stands inside, one that is left out here too.
    branch: bool,
}

fn xml(bytes: &[u8]) -> Element {
    let mut reader = quick_xml::Reader::from_reader(bytes);
    reader.config_mut().expand_empty_elements = true;
    let mut open = vec![Element::default()];
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).unwrap() {
            Event::Start(start) => {
                let mut attributes: Vec<_> = start
                    .attributes()
                    .map(|a| a.unwrap())
                    .map(|a| {
                        (
                            a.key.into_inner().to_owned(),
                            a.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned(),
                        )
                    })
                    .collect();
                attributes.sort();
                // A namespace without a prefix holds for all that is inside.
                let declared =
                    attributes.iter().position(|(name, _)| name == "xmlns").map(|at| attributes.remove(at).1);
                let namespace = declared.unwrap_or_else(|| open.last().unwrap().namespace.clone());
                let name = start.name().into_inner().to_owned();
                open.push(Element { name, namespace, attributes, ..Element::default() });
            }
            Event::End(_) => {
                let mut done = open.pop().unwrap();
                if done.branch || (done.text.trim().is_empty() && done.text.contains('\n')) {
                    done.text.clear();
                    // Members may come in any order; those of one name keep theirs.
                    done.children.sort_by(|a, b| a.name.cmp(&b.name));
                }
                if let Ok(number) = done.text.parse::<f64>() {
                    done.text = number.to_string();
                }
                open.last_mut().unwrap().branch = true;
                if !matches!(&*done.name, "ResponseMetadata" | "requestId" | "RequestId") {
                    open.last_mut().unwrap().children.push(done);
                }
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text.xml10_content()),
            Event::GeneralRef(name) => {
                let text = match name.resolve_char_ref().unwrap() {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_xml_entity(&name.into_inner()).unwrap().to_owned(),
                };
                open.last_mut().unwrap().text.push_str(&text);
            }
            Event::Eof => {
                let mut root = open.pop().unwrap();
                root.text.clear();
                return root;
            }
            _ => {}
        }
        buffer.clear();
    }
}

/// Well-formed CBOR as JSON: bytes and tags as objects of one key, floats that JSON lacks as text.
struct Cbor<'a>(&'a [u8], usize);

impl Cbor<'_> {
    fn number(&mut self, width: usize) -> u64 {
        let bytes = &self.0[self.1..self.1 + width];
        self.1 += width;
        bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b))
    }

    fn at_break(&mut self) -> bool {
        let at = self.0[self.1] == 0xff;
        self.1 += usize::from(at);
        at
    }

    fn float(number: f64) -> Json {
        serde_json::Number::from_f64(number).map_or_else(|| Json::String(number.to_string()), Json::Number)
    }

    fn string(&mut self, length: Option<u64>) -> Vec<u8> {
        match length {
            Some(length) => {
                let bytes = self.0[self.1..self.1 + length as usize].to_vec();
                self.1 += length as usize;
                bytes
            }
            None => {
                let mut whole = Vec::new();
                while !self.at_break() {
                    let length = match self.number(1) & 31 {
                        24 => self.number(1),
                        length => length,
                    };
                    whole.extend(self.string(Some(length)));
                }
                whole
            }
        }
    }

    fn item(&mut self) -> Json {
        let first = self.number(1);
        let info = first & 31;
        let argument = match info {
            0..=23 => Some(info),
            24..=27 => Some(self.number(1 << (info - 24))),
            _ => None,
        };
        let more = |index: u64, this: &mut Self| match argument {
            Some(count) => index < count,
            None => !this.at_break(),
        };
        match first >> 5 {
            0 => argument.unwrap().into(),
            1 => (-1 - argument.unwrap() as i64).into(),
            2 => serde_json::json!({ "bytes": self.string(argument) }),
            3 => String::from_utf8(self.string(argument)).unwrap().into(),
            4 => {
                let mut list = Vec::new();
                while more(list.len() as u64, self) {
                    list.push(self.item());
                }
                list.into()
            }
            5 => {
                let mut map = serde_json::Map::new();
                while more(map.len() as u64, self) {
                    let key = self.item().as_str().unwrap().to_owned();
                    map.insert(key, self.item());
                }
                map.into()
            }
            6 => serde_json::json!({ "tag": argument, "of": self.item() }),
            _ => match info {
                20 => false.into(),
                21 => true.into(),
                25 => Cbor::float(half(argument.unwrap())),
                26 => Cbor::float(f32::from_bits(argument.unwrap() as u32).into()),
                27 => Cbor::float(f64::from_bits(argument.unwrap())),
                _ => Json::Null,
            },
        }
    }
}

/// A float of 16 bits, by shifting its parts to where one of 64 bits has them.
fn half(bits: u64) -> f64 {
    let (sign, exponent, fraction) = (bits >> 15 << 63, bits >> 10 & 31, bits & 1023);
    match exponent {
        0 => f64::from_bits(sign | 1.0_f64.to_bits()) * fraction as f64 / 2_f64.powi(24),
        31 => f64::from_bits(sign | 0x7ff << 52 | fraction << 42),
        _ => f64::from_bits(sign | (exponent + 1008) << 52 | fraction << 42),
    }
}
