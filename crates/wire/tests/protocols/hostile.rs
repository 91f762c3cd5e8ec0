//! Bytes that no honest client sends: they are refused, or read without harm.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use model::{Model, Protocol};
use shape::{Node, Value};
use wire::Request;
use wire::codec::{Call, Limits, Switches, decode_request, encode_request, value_from_json, value_to_json};

const TOY: &str = r#"{
    "metadata": {"protocol": "json", "jsonVersion": "1.0", "targetPrefix": "Toy", "apiVersion": "2026-01-01"},
    "operations": {"Grow": {"http": {"method": "POST", "requestUri": "/grow/{Name}"}, "input": {"shape": "Tree"}}},
    "shapes": {
        "Tree": {"type": "structure", "members": {
            "Name": {"shape": "Text", "location": "uri", "locationName": "Name"},
            "Limit": {"shape": "Number", "location": "querystring", "locationName": "limit"},
            "Since": {"shape": "Moment", "location": "header", "locationName": "x-since"},
            "Branch": {"shape": "Branch"}}},
        "Branch": {"type": "structure", "members": {
            "Label": {"shape": "Text"}, "Leaves": {"shape": "Number"}, "Bark": {"shape": "Blob"}, "Planted": {"shape": "Moment"},
            "Kids": {"shape": "Branches"}, "Tags": {"shape": "Tags"}, "Choice": {"shape": "Choice"}, "Dense": {"shape": "Texts"},
            "Ratio": {"shape": "Ratio"}, "Alive": {"shape": "Flag"}}},
        "Branches": {"type": "list", "member": {"shape": "Branch"}},
        "Texts": {"type": "list", "member": {"shape": "Text"}},
        "Tags": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
        "Choice": {"type": "structure", "union": true, "members": {"a": {"shape": "Text"}, "b": {"shape": "Number"}}},
        "Text": {"type": "string"}, "Number": {"type": "integer"}, "Blob": {"type": "blob"}, "Moment": {"type": "timestamp"},
        "Ratio": {"type": "double"}, "Flag": {"type": "boolean"}
    }
}"#;

const PROTOCOLS: [Protocol; 7] = [
    Protocol::Query,
    Protocol::Ec2,
    Protocol::Json,
    Protocol::RestJson,
    Protocol::RestXml,
    Protocol::RpcV2Cbor,
    Protocol::RpcV2Json,
];

fn toy() -> Model {
    Model::parse(TOY.as_bytes()).unwrap()
}

fn request(path: &str, body: &[u8]) -> Request {
    Request {
        method: Method::POST,
        path: path.to_owned(),
        query: String::new(),
        host: String::new(),
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(body),
    }
}

fn read(model: &Model, protocol: Protocol, request: &Request) -> Result<Value, String> {
    let switches = Switches::default();
    let call = Call { model, operation: model.operation("Grow").unwrap(), protocol, switches: &switches };
    let mut input = Value::default();
    decode_request(&call, request, &mut input).map(|()| input).map_err(|e| e.to_string())
}

fn refused(protocol: Protocol, body: &[u8], want: &str) {
    let got = read(&toy(), protocol, &request("/grow/x", body));
    let shown = String::from_utf8_lossy(body.get(..80).unwrap_or(body)).into_owned();
    assert!(got.as_ref().is_err_and(|e| e.contains(want)), "{protocol:?} {shown}: {got:?}, not {want}");
}

#[test]
fn json() {
    let deep = |open: &str, close: &str, levels| open.repeat(levels) + "{}" + &close.repeat(levels);
    for (body, want) in [
        (format!("{{\"Branch\":{}}}", deep("{\"Kids\":[", "]}", 60)), "nested too deeply"),
        (format!("{{\"unknown\":{}}}", deep("[", "]", 100_000)), "nested too deeply"),
        (format!("{{\"unknown\":[{}0]}}", "0,".repeat(500_000)), "too many values"),
        (r#"{"Branch":{"Label":"a","Label":"b"}}"#.into(), "Duplicate member"),
        (r#"{"Branch":{"Kids":[{}],"Kids":[{}]}}"#.into(), "Duplicate member"),
        (r#"{"Branch":{"Tags":{"a":"1","\u0061":"2"}}}"#.into(), "Duplicate key"),
        (r#"{"Branch":{"Label":1}}"#.into(), "NUMBER_VALUE can not be converted to a String"),
        (r#"{"Branch":{"Label":true}}"#.into(), "TRUE_VALUE can not be converted to a String"),
        (r#"{"Branch":{"Label":{}}}"#.into(), "Start of structure or map found where not expected"),
        (r#"{"Branch":[]}"#.into(), "Start of list found where not expected"),
        (r#"{"Branch":{"Leaves":"1"}}"#.into(), "STRING_VALUE can not be converted to an Integer"),
        (r#"{"Branch":{"Leaves":2147483648}}"#.into(), "2147483648 can not be converted to an Integer"),
        (r#"{"Branch":{"Leaves":1e99}}"#.into(), "can not be converted to an Integer"),
        (r#"{"Branch":{"Ratio":1e999}}"#.into(), "can not be converted to a Double"),
        (r#"{"Branch":{"Leaves":01}}"#.into(), "Unexpected character"),
        (r#"{"Branch":{"Bark":"YQ"}}"#.into(), "Invalid Base64"),
        (r#"{"Branch":{"Label":"\ud800"}}"#.into(), "Lone surrogate"),
        (r#"{"Branch":{"Label":"\ud800\u0041"}}"#.into(), "Lone surrogate"),
        ("{\"Branch\":{\"Label\":\"a\nb\"}}".into(), "Unexpected character"),
        (r#"{"Branch":{"Choice":{"a":"x","b":1}}}"#.into(), "exactly one member"),
        (r#"{"Branch":{"Dense":[null]}}"#.into(), "NULL_VALUE"),
        (r#"{"Branch":{"Planted":1e300}}"#.into(), "can not be converted to a Timestamp"),
        (r#"{"Branch":{}} {}"#.into(), "Unexpected character"),
        (r#"{"Branch":"#.into(), "Unexpected end"),
    ] {
        for protocol in [Protocol::Json, Protocol::RestJson, Protocol::RpcV2Json] {
            refused(protocol, body.as_bytes(), want);
            refused(protocol, body.as_bytes(), "SerializationException (400)");
        }
    }
    refused(Protocol::Json, b"{\"Branch\":{\"Label\":\"\xff\"}}", "not valid UTF-8");
}

#[test]
fn forms() {
    let numbers = [
        ("Branch.Dense.member.999999999=a", vec!["a"]),
        ("Branch.Dense.member.4294967297=b&Branch.Dense.member.1=a", vec!["a", "b"]),
        ("Branch.Dense.member.99999999999999999999999999=a&Branch.Dense.member.-1=b", vec![]),
    ];
    for (form, want) in numbers {
        let got = read(&toy(), Protocol::Query, &request("/", form.as_bytes())).unwrap();
        let dense = got.get("Branch").and_then(|b| b.get("Dense")).and_then(Value::as_list).unwrap();
        assert_eq!(dense.iter().filter_map(Value::as_str).collect::<Vec<_>>(), want, "{form}");
    }
    for (form, want) in [
        (format!("Branch.{}Label=a", "Kids.member.1.".repeat(120)), "nested too deeply"),
        ("a=1&".repeat(10_001), "MalformedQueryString"),
        ("Branch.Label=%ff".into(), "MalformedQueryString"),
        ("Branch.Leaves=one".into(), "MalformedInput"),
        ("Branch.Leaves=".into(), "MalformedInput"),
        ("Branch.Tags.entry.1.value=a".into(), "has no key"),
        ("Branch.Tags.entry.1.key=a".into(), "has no value"),
        (
            "Branch.Tags.entry.1.key=a&Branch.Tags.entry.1.value=b&Branch.Tags.entry.2.key=a&Branch.Tags.entry.2.value=c"
                .into(),
            "stands twice",
        ),
    ] {
        refused(Protocol::Query, form.as_bytes(), want);
    }
}

#[test]
fn xml() {
    let wrap = |inside: &str| format!("<Tree><Branch>{inside}</Branch></Tree>");
    for body in [
        "<!DOCTYPE l [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><Tree><Branch><Label>&b;</Label></Branch></Tree>"
            .into(),
        "<!DOCTYPE l SYSTEM \"file:///etc/passwd\"><Tree/>".into(),
        wrap("<Label>&b;</Label>"),
        wrap("<Label>&#0;</Label>"),
        wrap("<Label>a<b/></Label>"),
        wrap("<Leaves>1.5</Leaves>"),
        wrap("<Leaves/>"),
        wrap(&("<Kids><member>".repeat(60) + &"</member></Kids>".repeat(60))),
        wrap(&("<x>".repeat(1000) + &"</x>".repeat(1000))),
        wrap(&format!("<x>{}</x>", "<y/>".repeat(500_001))),
        wrap("<Tags><entry><value>a</value></entry></Tags>"),
        "<Tree><Branch></Tree></Branch>".into(),
        "<Tree/><Tree/>".into(),
        "<Tree>".into(),
        "Tree".into(),
    ] {
        refused(Protocol::RestXml, body.as_bytes(), "MalformedXML (400)");
    }
}

#[test]
fn cbor() {
    let branch = |inside: &[u8]| [&b"\xa1\x66Branch"[..], inside].concat();
    for (body, want) in [
        (branch(b"\xa1\x65Label\x7b\xff\xff\xff\xff\xff\xff\xff\xffab"), "Unexpected end"),
        (branch(b"\xa1\x65Dense\x9b\x7f\xff\xff\xff\xff\xff\xff\xff\x61a"), "Unexpected end"),
        (branch(b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff"), "Unexpected end"),
        (branch(b"\xbf\x65Label\xff\xff"), "can not be converted"),
        (branch(b"\xa1\x65Label\x62\xff\xfe"), "not valid UTF-8"),
        (branch(b"\xa2\x65Label\x61a\x65Label\x61b"), "Duplicate member"),
        (branch(b"\xa1\x64Tags\xa2\x61a\x61b\x61a\x61c"), "Duplicate key"),
        (branch(b"\xa1\x66Leaves\x1a\x80\x00\x00\x00"), "can not be converted to an Integer"),
        (branch(b"\xa1\x67Planted\x01"), "can not be converted to a Timestamp"),
        (branch(b"\xa1\x01\x02"), "key is not text"),
        (branch(&[&b"\xa1\x61x"[..], &[0x81; 200][..]].concat()), "nested too deeply"),
        (branch(&b"\xa1\x64Kids\x81".repeat(60)), "nested too deeply"),
        (branch(&[&b"\xa1\x61x\x9f"[..], &vec![0xf6; 500_001][..]].concat()), "too many values"),
        (branch(b"\xa0\x00"), "Bytes follow"),
        (vec![0x80], "Start of list"),
    ] {
        refused(Protocol::RpcV2Cbor, &body, want);
        refused(Protocol::RpcV2Cbor, &body, "SerializationException (400)");
    }
}

#[test]
fn bindings() {
    let model = toy();
    for (path, query, since, want) in [
        ("/grow/%ff", "", "", "not valid UTF-8"),
        ("/grow/a", "limit=one", "", "one can not be converted to an Integer"),
        ("/grow/a", "limit=99999999999", "", "can not be converted to an Integer"),
        ("/grow/a", "", "yesterday", "yesterday can not be converted to a Timestamp"),
    ] {
        let mut request = request(path, b"");
        request.query = query.to_owned();
        if !since.is_empty() {
            request.headers.insert("x-since", HeaderValue::from_static(since));
        }
        for (protocol, code) in [(Protocol::RestJson, "SerializationException"), (Protocol::RestXml, "InvalidArgument")]
        {
            let got = read(&model, protocol, &request);
            assert!(got.as_ref().is_err_and(|e| e.contains(want) && e.contains(code)), "{path}?{query}: {got:?}");
        }
    }
}

fn sample() -> Value {
    let json = r#"{"Name": "a/ b", "Limit": 7, "Branch": {"Label": "x<&\"é\n", "Leaves": -3, "Ratio": 0.1, "Alive": true,
        "Kids": [{"Label": ""}, {"Dense": ["p", "q"]}], "Tags": {"k": "v", "": "w"}, "Choice": {"a": "one"}}}"#;
    value_from_json(json.as_bytes(), Limits::default()).unwrap()
}

#[test]
fn what_is_written_reads_back() {
    let model = toy();
    for protocol in PROTOCOLS {
        // EC2's dialect has no maps.
        let mut input = sample();
        if let (Protocol::Ec2, Value::Map(tree)) = (protocol, &mut input)
            && let Some(Value::Map(branch)) = tree.get_mut("Branch")
        {
            branch.shift_remove("Tags");
        }
        let switches = Switches::default();
        let call = Call { model: &model, operation: model.operation("Grow").unwrap(), protocol, switches: &switches };
        let request = encode_request(&call, input.peek()).unwrap();
        assert_eq!(read(&model, protocol, &request).unwrap(), input, "{protocol:?}");
    }
    assert_eq!(value_from_json(&value_to_json(&sample()), Limits::default()).unwrap(), sample());
}

#[test]
fn damaged_messages_do_no_harm() {
    let model = toy();
    let input = sample();
    let mut dice = 0x2545_f491_4f6c_dd1d_u64;
    let (mut well, mut ill) = (0, 0);
    for protocol in PROTOCOLS {
        let switches = Switches::default();
        let call = Call { model: &model, operation: model.operation("Grow").unwrap(), protocol, switches: &switches };
        let whole = encode_request(&call, input.peek()).unwrap();
        for round in 0..1_000 {
            let mut bytes = whole.body.to_vec();
            bytes.truncate(if round < bytes.len() { round } else { bytes.len() });
            for _ in 0..round % 4 {
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                let at = dice as usize % bytes.len().max(1);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = (dice >> 32) as u8;
                }
            }
            match read(&model, protocol, &Request { body: bytes.into(), ..whole.clone() }) {
                Ok(_) => well += 1,
                Err(_) => ill += 1,
            }
        }
    }
    assert!(well > 500 && ill > 2_000, "{well} were read, {ill} refused");
}
