use super::*;
use shape::{IndexMap, Node, Value};

const TOY: &str = r#"{
    "metadata": {"apiVersion": "2012-11-05", "endpointPrefix": "toy", "protocol": "json", "jsonVersion": "VERSION",
        "targetPrefix": "Toy", "serviceId": "Toy", "xmlNamespace": "http://toy.example/doc/" COMPATIBLE},
    "operations": {},
    "shapes": {
        "Text": {"type": "string"}, "Count": {"type": "integer"}, "Texts": {"type": "list", "member": {"shape": "Text"}},
        "NoSuchToy": {"type": "structure", "exception": true, "members": {
            "Message": {"shape": "Text"}, "Left": {"shape": "Count"}, "Names": {"shape": "Texts"},
            "After": {"shape": "Count", "location": "header", "locationName": "Retry-After"}},
            "error": {"code": "Toy.NonExistent", "httpStatusCode": 404, "senderFault": true}},
        "Told": {"type": "structure", "exception": true, "members": {
            "Message": {"shape": "Text"}, "RequestId": {"shape": "Text"}}},
        "Broken": {"type": "structure", "exception": true, "fault": true, "members": {"message": {"shape": "Text"}}}
    }
}"#;

fn toy(version: &str, compatible: bool) -> Model {
    let compatible = if compatible { r#", "awsQueryCompatible": {}"# } else { "" };
    Model::parse(TOY.replace("VERSION", version).replace("COMPATIBLE", compatible).as_bytes()).unwrap()
}

fn map(entries: Vec<(&str, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<IndexMap<_, _>>())
}

fn body(reply: &Reply) -> String {
    String::from_utf8_lossy(&reply.body).into_owned()
}

fn told<'a>(code: &'a str, members: Peek<'a>) -> ErrorReply<'a> {
    ErrorReply { code, message: "no <toy>", members, request_id: "id-1", ..ErrorReply::default() }
}

#[test]
fn each_protocol_has_its_envelope() {
    let in_body = vec![("Left", Value::Int(3)), ("Names", Value::List(vec!["a".into(), "b".into()]))];
    let members = map(in_body.clone());
    let with_header = map(in_body.into_iter().chain([("After", Value::Int(9))]).collect());
    let plain = Switches::default();
    let s3 = Switches { unwrapped_errors: true, ..Switches::default() };
    let xml = "<Left>3</Left><Names><member>a</member><member>b</member></Names>";
    for (protocol, switches, content_type, expect) in [
        (
            Protocol::Json,
            &plain,
            "application/x-amz-json-1.0",
            r#"{"__type":"com.toy#NoSuchToy","Message":"no <toy>","Left":3,"Names":["a","b"]}"#.to_owned(),
        ),
        (
            Protocol::RestJson,
            &plain,
            "application/json",
            r#"{"Message":"no <toy>","Left":3,"Names":["a","b"]}"#.to_owned(),
        ),
        (
            Protocol::Query,
            &plain,
            "text/xml",
            format!(
                "<ErrorResponse xmlns=\"http://toy.example/doc/\"><Error><Type>Sender</Type><Code>Toy.NonExistent</Code>\
                 <Message>no &lt;toy&gt;</Message>{xml}</Error><RequestId>id-1</RequestId></ErrorResponse>"
            ),
        ),
        (
            Protocol::RestXml,
            &s3,
            "application/xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>Toy.NonExistent</Code>\
                 <Message>no &lt;toy&gt;</Message>{xml}<RequestId>id-1</RequestId><HostId>host</HostId></Error>"
            ),
        ),
        (
            Protocol::Ec2,
            &plain,
            "text/xml;charset=UTF-8",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>Toy.NonExistent</Code>\
                 <Message>no &lt;toy&gt;</Message>{xml}</Error></Errors><RequestID>id-1</RequestID></Response>"
            ),
        ),
    ] {
        let rest = matches!(protocol, Protocol::RestJson | Protocol::RestXml);
        let host_id = if protocol == Protocol::RestXml { "host" } else { "" };
        let sent = if rest { with_header.peek() } else { members.peek() };
        let error = ErrorReply { host_id, ..told("com.toy#NoSuchToy", sent) };
        let reply = encode_error(&toy("1.0", false), protocol, switches, &error);
        assert_eq!(body(&reply), expect);
        assert_eq!(reply.status, 404, "the model's status");
        assert_eq!(reply.headers["content-type"], content_type);
        assert_eq!(reply.headers["x-amzn-requestid"], "id-1");
        if rest {
            assert_eq!(reply.headers["retry-after"], "9");
        }
    }
}

#[test]
fn the_message_stands_once_however_it_is_given() {
    let capital = map(vec![("Message", "from the member".into())]);
    let small = map(vec![("message", "from the member".into())]);
    let plain = Switches::default();
    for (code, message, members, expect) in [
        ("NoSuchToy", "told", Peek::Absent, "<Message>told</Message>"),
        ("NoSuchToy", "told", capital.peek(), "<Message>from the member</Message>"),
        ("Broken", "", small.peek(), "<Message>from the member</Message>"),
        ("Broken", "told", Peek::Absent, "<Message>told</Message>"),
        ("Broken", "", Peek::Absent, "<Code>Broken</Code></Error>"),
    ] {
        let error = ErrorReply { message, ..told(code, members) };
        for protocol in [Protocol::RestXml, Protocol::Query, Protocol::Ec2] {
            let reply = encode_error(&toy("1.0", false), protocol, &plain, &error);
            let text = body(&reply);
            let stands = text.matches("<Message>").count() + text.matches("<message>").count();
            assert!(text.contains(expect) && stands == expect.matches("<Message>").count(), "{code}: {text}");
            let content_type = match protocol {
                Protocol::RestXml => "application/xml",
                Protocol::Query => "text/xml",
                _ => "text/xml;charset=UTF-8",
            };
            assert_eq!(reply.headers["content-type"], content_type);
        }
    }
}

#[test]
fn shapes_with_a_place_for_the_request_have_its_id() {
    let model = toy("1.1", false);
    let own = map(vec![("RequestId", "own".into())]);
    for (members, expect) in [
        (Peek::Absent, r#"{"__type":"Told","Message":"no <toy>","RequestId":"id-1"}"#),
        (own.peek(), r#"{"__type":"Told","Message":"no <toy>","RequestId":"own"}"#),
    ] {
        let reply = encode_error(&model, Protocol::Json, &Switches::default(), &told("Told", members));
        assert_eq!(body(&reply), expect);
    }
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html>,
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html>.
#[test]
fn errors_of_real_services() {
    let models = crate::route::tests::models();
    for (service, protocol, code, status, expect, header) in [
        (
            "sqs",
            Protocol::Json,
            "com.amazonaws.sqs#QueueDoesNotExist",
            400,
            r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no <toy>"}"#,
            "AWS.SimpleQueueService.NonExistentQueue;Sender",
        ),
        (
            "sqs",
            Protocol::Query,
            "QueueDoesNotExist",
            400,
            "<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>no &lt;toy&gt;</Message>",
            "",
        ),
        (
            "iam",
            Protocol::Query,
            "NoSuchEntityException",
            404,
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
             <Code>NoSuchEntity</Code><Message>no &lt;toy&gt;</Message></Error><RequestId>id-1</RequestId>",
            "",
        ),
        (
            "iam",
            Protocol::Query,
            "ServiceFailureException",
            500,
            "<Type>Receiver</Type><Code>ServiceFailure</Code>",
            "",
        ),
        ("lambda", Protocol::RestJson, "ResourceNotFoundException", 404, r#"{"Message":"no <toy>"}"#, ""),
        ("ec2", Protocol::Ec2, "InvalidInstanceID.NotFound", 400, "<Code>InvalidInstanceID.NotFound</Code>", ""),
    ] {
        let model = &models.iter().find(|(name, _)| name == service).unwrap().1;
        let error = ErrorReply { sender_fault: code != "ServiceFailureException", ..told(code, Peek::Absent) };
        let reply = encode_error(model, protocol, &Switches::default(), &error);
        assert!(body(&reply).contains(expect), "{code}: {}", body(&reply));
        assert_eq!(reply.status, status, "{code}");
        let told = reply.headers.get("x-amzn-query-error").map(|v| v.to_str().unwrap()).unwrap_or_default();
        assert_eq!(told, header, "{code}");
    }
}

#[test]
fn names_and_codes_of_json() {
    for (version, code, expect) in [
        ("1.0", "com.toy#NoSuchToy", "com.toy#NoSuchToy"),
        ("1.0", "NoSuchToy", "NoSuchToy"),
        ("1.1", "com.toy#NoSuchToy", "NoSuchToy"),
        ("1.1", "Toy.NonExistent", "NoSuchToy"),
        ("1.1", "AccessDeniedException", "AccessDeniedException"),
    ] {
        let error = ErrorReply { message: "", ..told(code, Peek::Absent) };
        let reply = encode_error(&toy(version, false), Protocol::Json, &Switches::default(), &error);
        assert_eq!(body(&reply), format!(r#"{{"__type":"{expect}"}}"#));
        assert!(!reply.headers.contains_key("x-amzn-query-error"));
    }
    let own = map(vec![("Message", "said already".into())]);
    let error = told("NoSuchToy", own.peek());
    let reply = encode_error(&toy("1.1", false), Protocol::Json, &Switches::default(), &error);
    assert_eq!(body(&reply), r#"{"__type":"NoSuchToy","Message":"said already"}"#);
    let rest =
        encode_error(&toy("1.1", false), Protocol::RestJson, &Switches::default(), &told("x#NoSuchToy", Peek::Absent));
    assert_eq!(rest.headers["x-amzn-errortype"], "NoSuchToy");
}

#[test]
fn services_with_a_query_past_tell_its_codes() {
    let faulty = ErrorReply { sender_fault: false, ..told("InternalFailure", Peek::Absent) };
    for (error, expect, status) in [
        (told("NoSuchToy", Peek::Absent), "Toy.NonExistent;Sender", 404),
        (told("AccessDenied", Peek::Absent), "AccessDenied;Sender", 400),
        (told("Broken", Peek::Absent), "Broken;Receiver", 500),
        (faulty, "InternalFailure;Receiver", 500),
        (ErrorReply { status: 403, ..told("AccessDenied", Peek::Absent) }, "AccessDenied;Sender", 403),
    ] {
        for protocol in [Protocol::Json, Protocol::RpcV2Cbor] {
            let reply = encode_error(&toy("1.0", true), protocol, &Switches::default(), &error);
            assert_eq!((reply.headers["x-amzn-query-error"].to_str().unwrap(), reply.status), (expect, status));
        }
    }
}

#[test]
fn cbor_is_one_map() {
    let members = map(vec![("Left", Value::Int(3))]);
    let model = toy("1.0", false);
    for (peek, tail) in [(members.peek(), &b"\x64Left\x03\xff"[..]), (Peek::Absent, b"\xff")] {
        let reply = encode_error(&model, Protocol::RpcV2Cbor, &Switches::default(), &told("com.toy#NoSuchToy", peek));
        let head = b"\xbf\x66__type\x71com.toy#NoSuchToy\x67Message\x68no <toy>";
        assert_eq!(reply.body, [&head[..], tail].concat());
        assert_eq!(reply.headers["smithy-protocol"], "rpc-v2-cbor");
    }
}

#[test]
fn members_that_no_model_knows_are_elements() {
    let members = map(vec![("BucketName", "b&c".into()), ("Size", Value::Int(1)), ("Odd", Value::List(vec![]))]);
    let s3 = Switches { unwrapped_errors: true, ..Switches::default() };
    let reply = encode_error(&toy("1.0", false), Protocol::RestXml, &s3, &told("NoSuchBucket", members.peek()));
    assert!(
        body(&reply).contains("</Message><BucketName>b&amp;c</BucketName><Size>1</Size><RequestId>"),
        "{}",
        body(&reply)
    );
    let odd = ErrorReply { message: "a\u{1}b\nc", ..told("X", Peek::Absent) };
    assert!(body(&encode_error(&toy("1.0", false), Protocol::Query, &s3, &odd)).contains("a\u{fffd}b"));
}
