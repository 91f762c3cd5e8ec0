use super::*;
use bytes::Bytes;
use clock::Timestamp;
use model::{Model, Protocol, ShapeId};
use shape::{IndexMap, Node, Value};

const TOY: &str = r#"{
    "metadata": {"apiVersion": "2012-11-05", "endpointPrefix": "toy", "protocol": "rest-json", "serviceId": "Toy"},
    "operations": {},
    "shapes": {
        "Stream": {"type": "structure", "eventstream": true, "union": true, "members": {
            "Records": {"shape": "Records"}, "Note": {"shape": "Note"}, "Stats": {"shape": "StatsEvent"},
            "Word": {"shape": "Word"}, "Cont": {"shape": "Cont"}, "Failed": {"shape": "Failed"}}},
        "Records": {"type": "structure", "event": true, "members": {"Payload": {"shape": "Body", "eventpayload": true}}},
        "Word": {"type": "structure", "event": true, "members": {"Text": {"shape": "Text", "eventpayload": true}}},
        "Note": {"type": "structure", "event": true, "members": {
            "Title": {"shape": "Text", "eventheader": true}, "Small": {"shape": "Short", "eventheader": true},
            "Big": {"shape": "Long", "eventheader": true}, "Sure": {"shape": "Truth", "eventheader": true},
            "At": {"shape": "Time", "eventheader": true}, "Raw": {"shape": "Body", "eventheader": true},
            "Left": {"shape": "Long"}}},
        "StatsEvent": {"type": "structure", "event": true, "members": {"Details": {"shape": "Stats", "eventpayload": true}}},
        "Stats": {"type": "structure", "members": {"BytesScanned": {"shape": "Long"}}},
        "Cont": {"type": "structure", "event": true, "members": {}},
        "Failed": {"type": "structure", "exception": true, "members": {"message": {"shape": "Text"}}},
        "Body": {"type": "blob"}, "Text": {"type": "string"}, "Short": {"type": "short"}, "Long": {"type": "long"},
        "Truth": {"type": "boolean"}, "Time": {"type": "timestamp"}
    }
}"#;

fn toy() -> (Model, ShapeId) {
    let model = Model::parse(TOY.as_bytes()).unwrap();
    let union = model.shape_named("Stream").unwrap().0;
    (model, union)
}

fn map(entries: Vec<(&str, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<IndexMap<_, _>>())
}

fn text(message: &Message, name: &str) -> String {
    message.header(name).and_then(HeaderValue::as_str).unwrap_or("absent").to_owned()
}

#[test]
fn events_go_there_and_back() {
    let (model, union) = toy();
    let note = map(vec![
        ("Title", "t".into()),
        ("Small", Value::Int(-2)),
        ("Big", Value::Int(1 << 40)),
        ("Sure", Value::Bool(false)),
        ("At", Value::Time(Timestamp::from_secs(5))),
        ("Raw", Value::Blob(Bytes::from_static(b"\0"))),
        ("Left", Value::Int(7)),
    ]);
    let stats = map(vec![("Details", map(vec![("BytesScanned", Value::Int(9))]))]);
    for (event, name, content_type, payload) in [
        (
            map(vec![("Payload", Value::Blob(Bytes::from_static(b"a,b\n")))]),
            "Records",
            "application/octet-stream",
            "a,b\n",
        ),
        (map(vec![("Text", "hello".into())]), "Word", "text/plain", "hello"),
        (note, "Note", "application/json", r#"{"Left":7}"#),
        (stats, "Stats", "application/json", r#"{"BytesScanned":9}"#),
        (map(vec![]), "Cont", "absent", ""),
    ] {
        let event = map(vec![(name, event)]);
        let message = encode_event(&model, Protocol::RestJson, union, event.peek()).unwrap();
        assert_eq!(text(&message, ":message-type"), "event");
        assert_eq!(text(&message, ":event-type"), name);
        assert_eq!(text(&message, ":content-type"), content_type);
        assert_eq!(message.payload, payload.as_bytes());
        let mut decoder = Decoder::default();
        decoder.push(&message.encode().unwrap());
        let mut back = Value::Null;
        let message = decoder.take().unwrap().unwrap();
        let received = decode_event(&model, Protocol::RestJson, union, &message, &mut back).unwrap();
        assert_eq!((received, back), (Received::Event(name.to_owned()), event));
    }
}

#[test]
fn xml_and_cbor_payloads() {
    let (model, union) = toy();
    let event = map(vec![("Stats", map(vec![("Details", map(vec![("BytesScanned", Value::Int(9))]))]))]);
    for (protocol, content_type) in [(Protocol::RestXml, "application/xml"), (Protocol::RpcV2Cbor, "application/cbor")]
    {
        let message = encode_event(&model, protocol, union, event.peek()).unwrap();
        assert_eq!(text(&message, ":content-type"), content_type);
        let mut back = Value::Null;
        decode_event(&model, protocol, union, &message, &mut back).unwrap();
        assert_eq!(back, event, "{protocol:?}");
    }
}

#[test]
fn errors_exceptions_and_first_messages() {
    let (model, union) = toy();
    let read = |message: &Message, into: &mut Value| decode_event(&model, Protocol::RestJson, union, message, into);
    let mut into = Value::Null;
    let failure = map(vec![("message", "broken".into())]);
    let exception = encode_exception(&model, Protocol::RestJson, union, "Failed", failure.peek()).unwrap();
    assert_eq!(text(&exception, ":exception-type"), "Failed");
    assert_eq!(read(&exception, &mut into), Ok(Received::Exception("Failed".into())));
    assert_eq!(into, map(vec![("Failed", failure)]));
    let error = encode_error_message("InternalError", "We failed");
    let expect = Received::Error { code: "InternalError".into(), message: "We failed".into() };
    assert_eq!(read(&error, &mut Value::Null), Ok(expect));
    let first = initial_message("initial-response", "application/x-amz-json-1.1", Bytes::from_static(b"{}"));
    assert_eq!(read(&first, &mut Value::Null), Ok(Received::Initial));
}

#[test]
fn messages_that_are_no_events() {
    let (model, union) = toy();
    let event = |kind: &str| Message::default().with_text(":message-type", "event").with_text(":event-type", kind);
    let bad_payload = Message { payload: Bytes::from_static(b"{"), ..event("Stats") };
    let bad_text = Message { payload: Bytes::from_static(b"\xff"), ..event("Word") };
    for (message, expect) in [
        (Message::default(), "no :message-type"),
        (Message::default().with_text(":message-type", "x"), "unknown"),
        (Message::default().with_text(":message-type", "event"), "no :event-type"),
        (event("Nothing"), "has no event Nothing"),
        (bad_payload, "payload cannot be read"),
        (bad_text, "not of the modelled type"),
    ] {
        let error = decode_event(&model, Protocol::RestJson, union, &message, &mut Value::Null).unwrap_err();
        assert!(error.to_string().contains(expect), "{error}");
    }
    assert!(encode_event(&model, Protocol::RestJson, union, map(vec![]).peek()).is_err());
}
