//! Messages of real services, as AWS's documentation prints them or its SDKs send them, against the real models.

use crate::trees::{self, Media};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use model::{Model, Protocol};
use serde_json::{Value as Json, json};
use shape::{Node, Value};
use wire::codec::{Call, Switches, decode_request, encode_reply, value_to_json};
use wire::{Reply, Request};

#[expect(clippy::disallowed_methods, reason = "the models are files")]
fn model(service: &str) -> Model {
    let path = format!("{}/../../models/botocore/{service}.json", env!("CARGO_MANIFEST_DIR"));
    Model::parse(&std::fs::read(path).unwrap()).unwrap()
}

fn read(service: &str, operation: &str, protocol: Protocol, request: &Request) -> Json {
    let model = model(service);
    let switches = Switches::default();
    let operation = model.operation(operation).unwrap();
    let mut input = Value::default();
    decode_request(&Call { model: &model, operation, protocol, switches: &switches }, request, &mut input).unwrap();
    serde_json::from_slice(&value_to_json(&input)).unwrap()
}

fn write(service: &str, operation: &str, protocol: Protocol, switches: &Switches, output: &Value) -> Reply {
    let model = model(service);
    let operation = model.operation(operation).unwrap();
    encode_reply(&Call { model: &model, operation, protocol, switches }, output.peek(), "id-1")
}

fn request(method: Method, uri: &str, headers: &[(&'static str, &'static str)], body: &str) -> Request {
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
    Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        host: String::new(),
        headers: HeaderMap::from_iter(headers),
        body: Bytes::copy_from_slice(body.as_bytes()),
    }
}

fn value(json: Json) -> Value {
    wire::codec::value_from_json(json.to_string().as_bytes(), wire::codec::Limits::default()).unwrap()
}

#[test]
fn forms_that_clients_send() {
    for (service, operation, protocol, form, want) in [
        (
            "sqs",
            "SendMessage",
            Protocol::Query,
            "Action=SendMessage&MessageBody=a+b%2B&MessageAttribute.1.Name=n&MessageAttribute.1.Value.StringValue=v\
             &MessageAttribute.1.Value.DataType=String&DelaySeconds=45&AUTHPARAMS",
            json!({"MessageBody": "a b+", "DelaySeconds": 45,
                "MessageAttributes": {"n": {"StringValue": "v", "DataType": "String"}}}),
        ),
        (
            "sqs",
            "ReceiveMessage",
            Protocol::Query,
            "AttributeName.1=SenderId&AttributeName.2=All&MessageAttributeName.1=*",
            json!({"AttributeNames": ["SenderId", "All"], "MessageAttributeNames": ["*"]}),
        ),
        (
            "sqs",
            "SendMessageBatch",
            Protocol::Query,
            "SendMessageBatchRequestEntry.2.Id=b&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.10.Id=c",
            json!({"Entries": [{"Id": "a"}, {"Id": "b"}, {"Id": "c"}]}),
        ),
        (
            "sqs",
            "CreateQueue",
            Protocol::Query,
            "QueueName=q&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=40&Tag.1.Key=k&Tag.1.Value=v",
            json!({"QueueName": "q", "Attributes": {"VisibilityTimeout": "40"}, "tags": {"k": "v"}}),
        ),
        (
            "ec2",
            "DescribeInstances",
            Protocol::Ec2,
            "InstanceId.1=i-1&Filter.1.Name=tag%3Aa&Filter.1.Value.1=x&Filter.1.Value.2=y&MaxResults=5&DryRun=true",
            json!({"InstanceIds": ["i-1"], "DryRun": true, "MaxResults": 5,
                "Filters": [{"Name": "tag:a", "Values": ["x", "y"]}]}),
        ),
        (
            "ec2",
            "RunInstances",
            Protocol::Ec2,
            "MinCount=1&MaxCount=2&BlockDeviceMapping.1.Ebs.VolumeSize=8&TagSpecification.1.ResourceType=instance\
             &TagSpecification.1.Tag.1.Key=k&TagSpecification.1.Tag.1.Value=v&SecurityGroupId.1=sg-1&UserData=aGk%3D",
            json!({"MinCount": 1, "MaxCount": 2, "BlockDeviceMappings": [{"Ebs": {"VolumeSize": 8}}],
                "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "k", "Value": "v"}]}],
                "SecurityGroupIds": ["sg-1"], "UserData": "aGk="}),
        ),
        (
            "sns",
            "Publish",
            Protocol::Query,
            "TopicArn=t&MessageAttributes.entry.1.Name=n&MessageAttributes.entry.1.Value.DataType=String",
            json!({"TopicArn": "t", "MessageAttributes": {"n": {"DataType": "String"}}}),
        ),
    ] {
        let got = read(service, operation, protocol, &request(Method::POST, "/", &[], form));
        assert_eq!(got, want, "{operation}");
    }
}

#[test]
fn rest_requests_that_clients_send() {
    for (service, operation, protocol, request, want) in [
        (
            "s3",
            "PutObject",
            Protocol::RestXml,
            request(Method::PUT, "/b/a/b%20c//d", &[("x-amz-meta-Colour", "red"), ("x-amz-acl", "private")], "body"),
            json!({"Bucket": "b", "Key": "a/b c//d", "Metadata": {"colour": "red"}, "ACL": "private", "Body": "Ym9keQ=="}),
        ),
        (
            "s3",
            "DeleteObjects",
            Protocol::RestXml,
            request(
                Method::POST,
                "/b?delete",
                &[],
                "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>\
                 <Object><Key>a&amp;b</Key></Object><Object><Key>c</Key><VersionId>1</VersionId></Object></Delete>",
            ),
            json!({"Bucket": "b", "Delete": {"Quiet": true, "Objects": [{"Key": "a&b"}, {"Key": "c", "VersionId": "1"}]}}),
        ),
        (
            "s3",
            "PutBucketAcl",
            Protocol::RestXml,
            request(
                Method::PUT,
                "/b?acl",
                &[],
                "<AccessControlPolicy><AccessControlList><Grant>\
                 <Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>me</ID>\
                 </Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>",
            ),
            json!({"Bucket": "b", "AccessControlPolicy": {"Grants":
                [{"Grantee": {"ID": "me", "Type": "CanonicalUser"}, "Permission": "READ"}]}}),
        ),
        (
            "lambda",
            "Invoke",
            Protocol::RestJson,
            request(
                Method::POST,
                "/2015-03-31/functions/arn%3Aaws%3Af/invocations?Qualifier=1",
                &[("x-amz-invocation-type", "Event")],
                "{}",
            ),
            json!({"FunctionName": "arn:aws:f", "Qualifier": "1", "InvocationType": "Event", "Payload": "e30="}),
        ),
        (
            "apigateway",
            "GetResources",
            Protocol::RestJson,
            request(Method::GET, "/restapis/r1/resources?limit=5&embed=a&embed=b", &[], ""),
            json!({"restApiId": "r1", "limit": 5, "embed": ["a", "b"]}),
        ),
    ] {
        assert_eq!(read(service, operation, protocol, &request), want, "{operation}");
    }
}

#[test]
fn replies_of_services() {
    let s3 = Switches {
        xml_namespace: Some("http://s3.amazonaws.com/doc/2006-03-01/".into()),
        output_roots: vec![("ListObjectsV2".into(), "ListBucketResult".into())],
        unwrapped_outputs: vec!["GetBucketLocation".into()],
        ..Switches::default()
    };
    let none = Switches::default();
    for (service, operation, protocol, switches, output, want) in [
        (
            "sqs",
            "ReceiveMessage",
            Protocol::Query,
            &none,
            json!({"Messages": [{"Body": "a<b", "Attributes": {"SenderId": "1"}}]}),
            "<ReceiveMessageResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><ReceiveMessageResult><Message>\
             <Body>a&lt;b</Body><Attribute><Name>SenderId</Name><Value>1</Value></Attribute></Message>\
             </ReceiveMessageResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></ReceiveMessageResponse>",
        ),
        (
            "ec2",
            "DescribeVpcs",
            Protocol::Ec2,
            &none,
            json!({"Vpcs": [{"VpcId": "vpc-1", "IsDefault": false, "Tags": []}]}),
            "<DescribeVpcsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15\"><requestId>id-1</requestId><vpcSet><item>\
             <isDefault>false</isDefault><tagSet/><vpcId>vpc-1</vpcId></item></vpcSet></DescribeVpcsResponse>",
        ),
        (
            "s3",
            "ListObjectsV2",
            Protocol::RestXml,
            &s3,
            json!({"IsTruncated": false, "Contents": [{"Key": "a", "Size": 3}, {"Key": "b", "Size": 4}], "Name": "b"}),
            "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false</IsTruncated>\
             <Contents><Key>a</Key><Size>3</Size></Contents><Contents><Key>b</Key><Size>4</Size></Contents><Name>b</Name>\
             </ListBucketResult>",
        ),
        (
            "s3",
            "GetBucketLocation",
            Protocol::RestXml,
            &s3,
            json!({"LocationConstraint": "eu-west-1"}),
            "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1</LocationConstraint>",
        ),
    ] {
        let reply = write(service, operation, protocol, switches, &value(output));
        trees::compare(Media::Xml, &reply.body, want.as_bytes()).unwrap();
        assert_eq!(reply.headers["x-amzn-requestid"], "id-1");
    }
}
