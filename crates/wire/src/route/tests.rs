//! Routing over the real models: every operation of every service is found by its own HTTP form.

use super::*;
use crate::Request;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use model::{Location, Model, Operation, Protocol};

/// All models of the repository with their file names, in order.
#[expect(clippy::disallowed_methods, reason = "tests read the models from the repository")]
pub(crate) fn models() -> Vec<(String, Model)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/botocore");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "json"));
    files.sort();
    let read = |file: &std::path::PathBuf| {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, Model::parse(&std::fs::read(file).unwrap()).unwrap())
    };
    files.iter().map(read).collect()
}

fn kept(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn one(text: &str) -> &'static [&'static str] {
    vec![kept(text)].leak()
}

/// Facts as codegen writes them.
fn facts(name: &str, model: &Model) -> ServiceFacts {
    let m = &model.metadata;
    let query = speaks(name, model).iter().any(|p| matches!(p, Protocol::Query | Protocol::Ec2));
    let paths = rest_prefixes(model).into_iter();
    let paths: Vec<PathFact> = paths
        .map(|(method, prefix, unsigned)| PathFact { method: kept(&method), prefix: kept(&prefix), unsigned })
        .collect();
    let hosts: &[&str] = match name {
        "sqs" => &["sqs", "queue"],
        "ecr" => &["api.ecr", "ecr"],
        _ => one(&m.endpoint_prefix),
    };
    ServiceFacts {
        name: kept(name),
        signing_names: one(&m.signing_name),
        hosts,
        target_prefixes: m.target_prefix.as_deref().map(one).unwrap_or_default(),
        versions: if query { one(&m.api_version) } else { &[] },
        actions: if query { model.operations().iter().map(|o| kept(&o.name)).collect::<Vec<_>>().leak() } else { &[] },
        paths: paths.leak(),
        is_default: name == "s3",
    }
}

/// SQS still answers its Query clients; its model no longer says so.
fn speaks(name: &str, model: &Model) -> Vec<Protocol> {
    let mut protocols = model.metadata.protocols.clone();
    if name == "sqs" {
        protocols.push(Protocol::Query);
    }
    protocols
}

fn request(method: &str, target: &str) -> Request {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Request {
        method: Method::from_bytes(method.as_bytes()).unwrap(),
        path: path.into(),
        query: query.into(),
        host: "localhost:4566".into(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    }
}

fn with_header(mut request: Request, name: &'static str, value: &str) -> Request {
    request.headers.insert(name, HeaderValue::from_str(value).unwrap());
    request
}

fn form(body: String) -> Request {
    let mut request =
        with_header(request("POST", "/"), "content-type", "application/x-www-form-urlencoded; charset=utf-8");
    request.body = body.into();
    request
}

/// The request for an operation, with what its model requires and sample labels.
fn sample(model: &Model, operation: &Operation, protocol: Protocol) -> Request {
    let m = &model.metadata;
    let target = m.target_prefix.as_deref().unwrap_or_default();
    match protocol {
        Protocol::Json => with_header(request("POST", "/"), "x-amz-target", &format!("{target}.{}", operation.name)),
        Protocol::RpcV2Cbor | Protocol::RpcV2Json => {
            let request = request("POST", &format!("/service/{target}/operation/{}", operation.name));
            with_header(
                request,
                "smithy-protocol",
                if protocol == Protocol::RpcV2Cbor { "rpc-v2-cbor" } else { "rpc-v2-json" },
            )
        }
        Protocol::Query | Protocol::Ec2 => form(format!("Action={}&Version={}", operation.name, m.api_version)),
        Protocol::RestJson | Protocol::RestXml => rest_sample(model, operation),
    }
}

fn rest_sample(model: &Model, operation: &Operation) -> Request {
    let (path, query) = operation.http.uri.split_once('?').unwrap_or((&operation.http.uri, ""));
    let segments = path.split('/').map(|s| match (s.starts_with('{'), s.ends_with("+}")) {
        (true, true) => "one%20two/three/",
        (true, false) => "arn%3Aaws%3Ax%2Fy",
        _ => s,
    });
    let path = segments.collect::<Vec<_>>().join("/").replace("//", "/");
    let mut query = query.to_owned();
    let mut sent = request(&operation.http.method, &path);
    let members = operation.input.map(|id| model.shape(id).members.as_slice()).unwrap_or_default();
    for member in members.iter().filter(|m| m.required) {
        match member.location {
            Location::QueryString => query = format!("{query}&{}=v", member.wire_name()),
            Location::Header => {
                sent.headers
                    .insert(http::HeaderName::try_from(member.wire_name()).unwrap(), HeaderValue::from_static("v"));
            }
            _ => {}
        }
    }
    sent.query = query.trim_start_matches('&').to_owned();
    sent
}

/// Operations of S3 that never win: deprecated twins, and one that has a host of its own.
const SHADOWED: [&str; 5] = [
    "GetBucketLifecycle",
    "GetBucketNotification",
    "ListDirectoryBuckets",
    "PutBucketLifecycle",
    "PutBucketNotification",
];

#[test]
fn every_operation_is_found_by_its_own_form() {
    let models = models();
    assert!(models.len() > 100, "the models are there");
    let routes = Routes::new(&models.iter().map(|(name, model)| facts(name, model)).collect::<Vec<_>>());
    let mut astray = Vec::new();
    let mut count = 0;
    for (name, model) in &models {
        let table = RestTable::new(model, &SHADOWED, UnknownPath::default());
        let protocols = speaks(name, model);
        for (operation, &protocol) in model.operations().iter().flat_map(|o| protocols.iter().map(move |p| (o, p))) {
            count += 1;
            let mut sent = sample(model, operation, protocol);
            let signed = routes.service(&sent, Some(&model.metadata.signing_name)).unwrap().index;
            sent.host = format!("{}.us-east-1.amazonaws.com", model.metadata.endpoint_prefix);
            let by_host = routes.service(&sent, None).unwrap().index;
            let found = super::operation(model, &protocols, Some(&table), &sent);
            let found = found.map(|f| (f.operation.name.to_string(), f.protocol));
            for service in [signed, by_host].map(|index| models[index].0.as_str()) {
                if service != name {
                    astray.push(format!("{name}:{} reaches {service}", operation.name));
                }
            }
            if found != Ok((operation.name.to_string(), protocol)) {
                astray.push(format!("{name}:{} is {found:?}", operation.name));
            }
        }
    }
    assert!(count > 6_000, "{count}");
    // Neptune's API is a part of RDS's, on the same host with the same signing name and version: AWS serves both there.
    let neptune = models.iter().find(|(name, _)| name == "neptune").unwrap().1.operations().len();
    assert_eq!(astray.iter().filter(|a| a.starts_with("neptune:") && a.ends_with(" reaches rds")).count(), 2 * neptune);
    astray.retain(|a| !a.starts_with("neptune:"));
    let twins: Vec<String> =
        astray.into_iter().filter(|a| !SHADOWED.iter().any(|s| a.starts_with(&format!("s3:{s} is")))).collect();
    assert_eq!(twins, Vec::<String>::new());
}

fn all() -> (Vec<(String, Model)>, Routes) {
    let names = [
        "apigatewaymanagementapi",
        "bedrock",
        "bedrock-runtime",
        "dynamodb",
        "dynamodbstreams",
        "elb",
        "elbv2",
        "iam",
        "lambda",
        "s3",
        "s3control",
        "sns",
        "sqs",
        "sso-oidc",
        "sts",
    ];
    let models: Vec<_> = models().into_iter().filter(|(name, _)| names.contains(&name.as_str())).collect();
    let routes = Routes::new(&models.iter().map(|(name, model)| facts(name, model)).collect::<Vec<_>>());
    (models, routes)
}

#[test]
fn services_by_scope_target_host_query_and_path() {
    let (models, routes) = all();
    let name = |sent: &Request, scope: Option<&str>| routes.service(sent, scope).map(|m| models[m.index].0.as_str());
    let at = |host: &str, mut sent: Request| {
        sent.host = host.into();
        sent
    };
    let sts = || form("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=x".into());
    let target = |target| with_header(request("POST", "/"), "x-amz-target", target);
    for (sent, scope, expect) in [
        // The scope comes first, whatever the host says.
        (at("iam.amazonaws.com", request("POST", "/")), Some("sqs"), Some("sqs")),
        (at("b.s3.localhost.localstack.cloud:4566", request("GET", "/k")), Some("s3"), Some("s3")),
        (request("GET", "/v20180820/bucket/x"), Some("s3"), Some("s3control")),
        (request("GET", "/bucket/x"), Some("s3"), Some("s3")),
        (target("DynamoDBStreams_20120810.ListStreams"), Some("dynamodb"), Some("dynamodbstreams")),
        (form("Action=DescribeLoadBalancers&Version=2012-06-01".into()), Some("elasticloadbalancing"), Some("elb")),
        (form("Version=2015-12-01&Action=DescribeLoadBalancers".into()), Some("elasticloadbalancing"), Some("elbv2")),
        (request("POST", "/model/m/invoke"), Some("bedrock"), Some("bedrock-runtime")),
        (request("GET", "/foundation-models"), Some("bedrock"), Some("bedrock")),
        // A scope that names nothing here is not S3's.
        (request("GET", "/things"), Some("iot"), None),
        (target("AmazonSQS.SendMessage"), Some("unheard-of"), Some("sqs")),
        // Without a signature.
        (target("AmazonSQS.SendMessage"), None, Some("sqs")),
        (at("sqs.us-east-1.localhost.localstack.cloud:4566", request("POST", "/")), None, Some("sqs")),
        (at("us-east-1.queue.amazonaws.com", request("GET", "/1/q?Action=SendMessage")), None, Some("sqs")),
        (at("queue.amazonaws.com", request("GET", "/1/q")), None, Some("sqs")),
        (request("GET", "/123456789012/queue?Action=SendMessage&MessageBody=x"), None, Some("sqs")),
        (sts(), None, Some("sts")),
        (request("GET", "/?Action=ConfirmSubscription&TopicArn=t&Token=k"), None, Some("sns")),
        (request("GET", "/?Action=AssumeRoleWithSAML"), None, Some("sts")),
        (request("POST", "/token"), None, Some("sso-oidc")),
        (request("GET", "/2015-03-31/functions/f"), None, Some("lambda")),
        (with_header(request("POST", "/model/m/invoke"), "authorization", "Bearer k"), None, Some("bedrock-runtime")),
        // Everything else is a bucket.
        (request("POST", "/model/m/invoke"), None, Some("s3")),
        (request("GET", "/token/file"), None, Some("s3")),
        (request("GET", "/tags/photo.jpg"), None, Some("s3")),
        (request("GET", "/"), None, Some("s3")),
        (at("unknown.us-east-1.amazonaws.com", request("GET", "/")), None, Some("s3")),
        (request("POST", "/service/AmazonSQS/operation/SendMessage"), None, Some("s3")),
    ] {
        assert_eq!(name(&sent, scope), expect, "{sent:?} {scope:?}");
    }
    let rpc =
        with_header(request("POST", "/service/AmazonSQS/operation/SendMessage"), "smithy-protocol", "rpc-v2-cbor");
    assert_eq!(name(&rpc, None), Some("sqs"));
    assert_eq!(Routes::new(&[]).service(&rpc, None), None);
}

#[test]
fn a_host_tells_region_and_bucket_of_its_own_service_only() {
    let (_, routes) = all();
    let mut sent = request("GET", "/key");
    sent.host = "photos.eu.s3.eu-west-1.amazonaws.com".into();
    let found = routes.service(&sent, Some("s3")).unwrap();
    assert_eq!(
        (found.region_from_host, found.host_label, found.host_rest),
        (Some("eu-west-1"), Some("s3"), Some("photos.eu"))
    );
    assert_eq!(path_with_host_label(found.host_rest.unwrap(), &sent.path), "/photos.eu/key");
    let other = routes.service(&sent, Some("sqs")).unwrap();
    assert_eq!((other.region_from_host, other.host_label, other.host_rest), (None, None, None));
}

#[test]
fn rest_operations_by_what_tells_them_apart() {
    let (models, _) = all();
    let model = |name: &str| &models.iter().find(|(n, _)| n == name).unwrap().1;
    let check = |name: &str, sent: Request, expect: &str| {
        let table = RestTable::new(model(name), &SHADOWED, UnknownPath::default());
        let found = table.find(&sent).map(|i| &*model(name).operations()[i].name);
        assert_eq!(found.unwrap_or("none"), expect, "{} {}?{}", sent.method, sent.path, sent.query);
    };
    for (method, target, expect) in [
        ("GET", "/", "ListBuckets"),
        ("GET", "/b", "ListObjects"),
        ("GET", "/b/", "ListObjects"),
        ("GET", "/b?list-type=2&prefix=x", "ListObjectsV2"),
        ("GET", "/b?list-type=1", "ListObjects"),
        ("GET", "/b?acl", "GetBucketAcl"),
        ("GET", "/b?acl=", "GetBucketAcl"),
        ("GET", "/b/?versions&x-id=ListObjectVersions", "ListObjectVersions"),
        ("GET", "/b?analytics", "ListBucketAnalyticsConfigurations"),
        ("GET", "/b?analytics&id=1", "GetBucketAnalyticsConfiguration"),
        ("GET", "/b?lifecycle", "GetBucketLifecycleConfiguration"),
        ("GET", "/b/k", "GetObject"),
        ("GET", "/b/folder/", "GetObject"),
        ("GET", "/b//k", "GetObject"),
        ("GET", "/b/k?x-id=PutObject", "GetObject"),
        ("GET", "/b/k?acl", "GetObjectAcl"),
        ("GET", "/b/k?uploadId=u", "ListParts"),
        ("HEAD", "/b", "HeadBucket"),
        ("HEAD", "/b/k", "HeadObject"),
        ("PUT", "/b/k", "PutObject"),
        ("PUT", "/b/k?partNumber=1&uploadId=u", "UploadPart"),
        ("PUT", "/b/k?partNumber=1", "PutObject"),
        ("POST", "/b/k?uploads", "CreateMultipartUpload"),
        ("POST", "/b/k?uploadId=u", "CompleteMultipartUpload"),
        ("POST", "/b?delete", "DeleteObjects"),
        ("DELETE", "/b/k?uploadId=u", "AbortMultipartUpload"),
        ("DELETE", "/b/k?versionId=v", "DeleteObject"),
        ("POST", "/", "none"),
        ("PATCH", "/b/k", "none"),
    ] {
        check("s3", request(method, target), expect);
    }
    check("s3", with_header(request("PUT", "/b/k"), "x-amz-copy-source", "/a/b"), "CopyObject");
    let part = with_header(request("PUT", "/b/k?partNumber=1&uploadId=u"), "x-amz-copy-source", "/a/b");
    check("s3", part, "UploadPartCopy");
    for (method, target, expect) in [
        ("GET", "/2015-03-31/functions", "ListFunctions"),
        ("GET", "/2015-03-31/functions/", "ListFunctions"),
        ("GET", "/2015-03-31/functions/f", "GetFunction"),
        ("GET", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af", "GetFunction"),
        ("GET", "/2015-03-31/functions//", "none"),
        ("GET", "/2018-10-31/layers?find=LayerVersion&Arn=a", "GetLayerVersionByArn"),
        ("GET", "/2018-10-31/layers", "ListLayers"),
        ("GET", "/2015-03-31/nothing", "none"),
    ] {
        check("lambda", request(method, target), expect);
    }
    check("apigatewaymanagementapi", request("POST", "/%40connections/abc%3D"), "PostToConnection");
    check("s3control", request("GET", "/v20180820/mrap/instances/a/b/routes"), "GetMultiRegionAccessPointRoutes");
    check("s3control", request("GET", "/v20180820/mrap/instances/a/b/routes/"), "GetMultiRegionAccessPointRoutes");
    check("s3control", request("GET", "/v20180820/mrap/instances/routes"), "GetMultiRegionAccessPoint");
    // A path of any length is one walk.
    check("s3", request("GET", &format!("/b{}", "/x".repeat(100_000))), "GetObject");
    check("lambda", request("GET", &"/x".repeat(100_000)), "none");
}

#[test]
fn requests_for_no_operation_get_aws_s_answer() {
    let (models, _) = all();
    let check = |name: &str, unknown: UnknownPath, sent: Request, expect: (u16, &str, &str)| {
        let model = &models.iter().find(|(n, _)| n == name).unwrap().1;
        let table = RestTable::new(model, &SHADOWED, unknown);
        let error = super::operation(model, &speaks(name, model), Some(&table), &sent).unwrap_err();
        let reply = error.reply(model, &crate::codec::Switches::default(), "id-1");
        let body = std::str::from_utf8(&reply.body).unwrap().to_owned();
        assert_eq!((reply.status, error.code), (expect.0, expect.1), "{sent:?}");
        assert!(body.contains(expect.2), "{sent:?}: {body}");
        reply
    };
    let usual = UnknownPath::UnknownOperation;
    let target = |target| with_header(request("POST", "/"), "x-amz-target", target);
    let coral = "com.amazon.coral.service#UnknownOperationException";
    check("dynamodb", usual, target("DynamoDB_20120810.Nothing"), (400, coral, &format!(r#"{{"__type":"{coral}"}}"#)));
    check("dynamodb", usual, target("Wrong.ListTables"), (400, coral, coral));
    check("dynamodb", usual, target("ListTables"), (400, coral, coral));
    check("dynamodb", usual, request("POST", "/"), (404, "UnknownOperationException", "<UnknownOperationException/>"));
    check(
        "sts",
        usual,
        form("Action=Nothing&Version=2011-06-15".into()),
        (400, "InvalidAction", "<Message>Could not find operation Nothing for version 2011-06-15</Message>"),
    );
    check(
        "sts",
        usual,
        request("GET", "/?Action=A%26B"),
        (400, "InvalidAction", "A&amp;B for version NO_VERSION_SPECIFIED"),
    );
    check("sts", usual, form("Version=2011-06-15".into()), (400, "MissingAction", "No action was supplied"));
    check("sts", usual, request("GET", "/"), (400, "MissingAction", "<Type>Sender</Type>"));
    let reply = check(
        "lambda",
        usual,
        request("GET", "/x"),
        (404, "UnknownOperationException", "<UnknownOperationException/>"),
    );
    assert_eq!(reply.headers["x-amzn-errortype"], "UnknownOperationException");
    let token = (403, "MissingAuthenticationTokenException", r#"{"message":"Missing Authentication Token"}"#);
    check("lambda", UnknownPath::MissingAuthenticationToken, request("GET", "/x"), token);
    for (sent, allow, kind) in [
        (request("POST", "/"), "GET", "SERVICE"),
        (request("PATCH", "/b?delete"), "DELETE, GET, HEAD, POST, PUT", "BUCKET"),
        (request("PATCH", "/b/k"), "DELETE, GET, HEAD, POST, PUT", "OBJECT"),
    ] {
        let text = format!("<ResourceType>{kind}</ResourceType>");
        let reply = check("s3", UnknownPath::MethodNotAllowed, sent, (405, "MethodNotAllowed", &text));
        assert_eq!(reply.headers["allow"], allow);
    }
}

#[test]
fn another_version_of_an_api_has_no_such_operation() {
    let (models, _) = all();
    let model = &models.iter().find(|(name, _)| name == "sts").unwrap().1;
    for (sent, refused) in [
        (form("Action=GetCallerIdentity&Version=2011-06-15".into()), None),
        (form("Action=GetCallerIdentity".into()), None),
        (form("Action=GetCallerIdentity&Version=1999-05-08".into()), Some("1999-05-08")),
        (request("GET", "/?Action=GetCallerIdentity&Version=2011-06-15%20"), Some("2011-06-15 ")),
        (request("GET", "/?Action=GetCallerIdentity&Version="), Some("")),
    ] {
        let found = super::operation(model, &speaks("sts", model), None, &sent).unwrap();
        let told = found.check_version(model, &sent).err().map(|error| error.message);
        let expect = refused.map(|version| format!("Could not find operation GetCallerIdentity for version {version}"));
        assert_eq!(told, expect, "{sent:?}");
    }
}

#[test]
fn what_is_not_built_says_so_and_is_not_tried_again() {
    let refusal = not_implemented("sqs", "StartMessageMoveTask");
    assert_eq!((refusal.code, refusal.status), ("NotImplemented", 400));
    assert!(refusal.message.starts_with("sqs:StartMessageMoveTask is not implemented"));
}
