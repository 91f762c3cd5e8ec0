use super::*;

/// The codes that a policy is answered with, in order.
fn check(kind: PolicyType, text: &str, expect: &[&str]) {
    let codes: Vec<&str> = findings(text, kind, None).iter().map(Finding::code).collect();
    assert_eq!(codes, expect, "{text}");
}

/// A policy of one statement.
fn one(kind: PolicyType, statement: &str, expect: &[&str]) {
    check(kind, &format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#), expect);
}

/// A condition of an identity's policy.
fn condition(text: &str, expect: &[&str]) {
    let statement = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":"#;
    one(PolicyType::Identity, &format!("{statement}{text}}}"), expect);
}

#[test]
fn grammar() {
    let kind = PolicyType::Identity;
    check(kind, "{", &["JSON_SYNTAX_ERROR"]);
    check(kind, "[]", &["DATA_TYPE_MISMATCH"]);
    check(kind, "{}", &["MISSING_VERSION", "MISSING_STATEMENT"]);
    check(kind, r#"{"Version":"2020-01-01","Statement":[]}"#, &["INVALID_VERSION", "MISSING_STATEMENT"]);
    check(
        kind,
        r#"{"Version":"2012-10-17","Id":1,"X":2,"Statement":["a"]}"#,
        &["DATA_TYPE_MISMATCH", "INVALID_POLICY_ELEMENT", "DATA_TYPE_MISMATCH"],
    );
    check(kind, r#"{"Version":"2012-10-17","Statement":{}}"#, &["MISSING_STATEMENT"]);
}

#[test]
fn statements_lack_and_have_elements() {
    let kind = PolicyType::Identity;
    one(kind, r#"{"Sid":""}"#, &["MISSING_EFFECT", "MISSING_ACTION", "MISSING_RESOURCE", "EMPTY_SID_VALUE"]);
    one(
        kind,
        r#"{"Effect":"allow","Action":"*","NotAction":"s3:*","Resource":"*"}"#,
        &["INVALID_EFFECT", "UNSUPPORTED_ELEMENT_COMBINATION"],
    );
    let named = r#"{"Sid":"a b","Effect":"Deny","Action":"sqs:*","Resource":"*","Principal":"*"}"#;
    one(kind, named, &["UNSUPPORTED_SID", "UNSUPPORTED_PRINCIPAL"]);
    one(PolicyType::ServiceControl, named, &["UNSUPPORTED_SID", "SCP_SYNTAX_ERROR_PRINCIPAL"]);
    one(PolicyType::Resource, named, &[]);
    let twice = r#"[{"Sid":"a","Effect":"Deny","Action":"sqs:*","Resource":"*"},{"Sid":"a","Effect":"Deny","Action":"sqs:*","Resource":"*"}]"#;
    one(kind, twice, &["UNIQUE_SIDS_REQUIRED", "REDUNDANT_STATEMENT"]);
}

#[test]
fn actions_and_resources() {
    let kind = PolicyType::Identity;
    let one = |action: &str, resource: &str, expect: &[&str]| {
        one(kind, &format!(r#"{{"Effect":"Deny","Action":{action},"Resource":{resource}}}"#), expect);
    };
    one(r#""s3:GetObjct""#, r#""*""#, &["INVALID_ACTION"]);
    one(r#"["s3:Get*","S3:getobject"]"#, r#""*""#, &["REDUNDANT_ACTION"]);
    one(r#""s3:Nothing*""#, r#""*""#, &["INVALID_ACTION"]);
    one(r#""dynamodbb:GetItem""#, r#""*""#, &["INVALID_SERVICE_IN_ACTION"]);
    one(r#""nothing-known:GetItem""#, r#""*""#, &[]);
    one(r#""s*:Get""#, r#""*""#, &["WILDCARD_IN_SERVICE_NAME"]);
    one("[]", "[]", &["EMPTY_ARRAY_ACTION", "EMPTY_ARRAY_RESOURCE"]);
    let resource = |arn: &str, expect: &[&str]| one(r#""s3:*""#, &format!("\"{arn}\""), expect);
    resource("my-bucket", &["INVALID_ARN_PREFIX"]);
    resource("arn:aws:s3", &["MISSING_ARN_FIELD"]);
    resource("arn:aws:s3:::bucket/*", &[]);
    resource("arn:aws:s3::111122223333:bucket", &["INVALID_ARN_RESOURCE"]);
    resource("arn:aws:sqs:us-east-1:111122223333:q", &[]);
    resource("arn:aws:sqs::111122223333:q", &["MISSING_ARN_REGION"]);
    resource("arn:aws:sqs:us-moon-1:111122223333:q", &["INVALID_ARN_REGION"]);
    resource("arn:aws:sqs:us-east-1:1111:q", &["INVALID_ARN_ACCOUNT"]);
    resource("arn:aws-x:sqs:us-east-1:111122223333:q", &["INVALID_PARTITION"]);
    resource("arn:aws:SQS:us-east-1:111122223333:q", &["INVALID_ARN_SERVICE_CASE"]);
    resource("arn:aws:iam:us-east-1:111122223333:role/x", &["ARN_REGION_NOT_ALLOWED"]);
    resource("arn:aws:s3:::${aws:username}/*", &[]);
    resource("arn:aws:s3:::${aws:username", &["MISSING_BRACE_IN_VARIABLE"]);
    resource("arn:aws:s3:::${}", &["EMPTY_VARIABLE"]);
    resource("arn:aws:s3:::${aws user}", &["UNSUPPORTED_SPACE_IN_VARIABLE"]);
    resource("arn:aws:s3:::${aws:userid,x}", &["MISSING_QUOTE_IN_VARIABLE"]);
    one(r#""s3:*""#, r#"["arn:aws:s3:::a*","arn:aws:s3:::ab"]"#, &["REDUNDANT_RESOURCE"]);
}

#[test]
fn conditions() {
    condition(r#"{}"#, &["EMPTY_OBJECT_CONDITION"]);
    condition(r#"{"StringIs":{"aws:username":"a"}}"#, &["INVALID_CONDITION_OPERATOR"]);
    condition(r#"{"NullIfExists":{"aws:username":"true"}}"#, &["NULL_WITH_IF_EXISTS"]);
    condition(r#"{"StringEquals":{"username":"a"}}"#, &["INVALID_CONDITION_KEY_FORMAT"]);
    condition(r#"{"StringEquals":{"aws:nothing":"a"}}"#, &["INVALID_GLOBAL_CONDITION_KEY"]);
    condition(r#"{"StringEquals":{"s3:nothing":"a"}}"#, &["INVALID_SERVICE_CONDITION_KEY"]);
    condition(r#"{"StringEquals":{"aws:ResourceTag":"a"}}"#, &["MISSING_TAG_KEY_IN_CONDITION"]);
    condition(r#"{"StringEquals":{"aws:ResourceTag/team":"a*"}}"#, &["WILDCARD_WITHOUT_LIKE_OPERATOR"]);
    condition(r#"{"StringEquals":{"aws:TagKeys":"a"}}"#, &["MISSING_QUALIFIER"]);
    condition(r#"{"ForAllValues:StringEquals":{"aws:username":"a"}}"#, &["FORALLVALUES_WITH_SINGLE_VALUED_KEY"]);
    condition(r#"{"StringEquals":{"aws:username":["a"],"AWS:UserName":"b"}}"#, &["DUPLICATE_KEYS_WITH_DIFFERENT_CASE"]);
    condition(r#"{"StringEquals":{"aws:username":[]}}"#, &["EMPTY_ARRAY_CONDITION"]);
    condition(r#"{"Bool":{"aws:SecureTransport":"maybe"}}"#, &["TYPE_MISMATCH_BOOLEAN"]);
    condition(r#"{"Bool":{"aws:SecureTransport":["true","false"]}}"#, &["INVALID_CONDITION_MULTIPLE_BOOLEAN"]);
    condition(r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":["1","2"]}}"#, &["REDUNDANT_CONDITION_VALUE_NUM"]);
    condition(r#"{"NumericLessThan":{"aws:MultiFactorAuthAge":"x"}}"#, &["TYPE_MISMATCH_NUMBER"]);
    condition(r#"{"StringEquals":{"aws:MultiFactorAuthAge":"1"}}"#, &["TYPE_MISMATCH"]);
    condition(r#"{"DateLessThan":{"aws:CurrentTime":"1700000000"}}"#, &["INVALID_DATE_VALUE"]);
    condition(r#"{"DateLessThan":{"aws:CurrentTime":"soon"}}"#, &["TYPE_MISMATCH_DATE"]);
    condition(r#"{"DateLessThan":{"aws:CurrentTime":"2026-01-02T03:04:05Z"}}"#, &[]);
    condition(r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, &["PRIVATE_IP_ADDRESS"]);
    condition(
        r#"{"NotIpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.0/24"]}}"#,
        &["PRIVATE_NOT_IP_ADDRESS_SUBSET"],
    );
    condition(r#"{"IpAddress":{"aws:SourceIp":"203.0.113.7/24"}}"#, &["IMPROVE_IP_RANGE"]);
    condition(r#"{"IpAddress":{"aws:SourceIp":"203.0.113"}}"#, &["TYPE_MISMATCH_IP_RANGE"]);
    condition(r#"{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}"#, &["MISSING_PAIRED_CONDITION_KEYS"]);
    condition(r#"{"StringEquals":{"aws:RequestedRegion":"us-moon-1"}}"#, &["INVALID_REGION"]);
    condition(r#"{"Bool":{"aws:SecureTransport":"${aws:x}"}}"#, &["INVALID_VARIABLE_FOR_OPERATOR"]);
}

#[test]
fn roles_that_are_handed_on() {
    let kind = PolicyType::Identity;
    let allow = |rest: &str| format!(r#"{{"Effect":"Allow",{rest}}}"#);
    one(kind, &allow(r#""Action":"iam:PassRole","Resource":"*""#), &["PASS_ROLE_WITH_STAR_IN_RESOURCE"]);
    one(kind, &allow(r#""Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/Service*""#), &[]);
    one(
        kind,
        &allow(r#""Action":"*","Resource":"*""#),
        &["PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE"],
    );
    one(
        kind,
        &allow(r#""NotAction":"s3:*","NotResource":"arn:aws:s3:::b""#),
        &["PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE", "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE"],
    );
    let narrowed = r#""Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#;
    one(kind, &allow(narrowed), &[]);
}

#[test]
fn principals() {
    let named = |principal: &str, expect: &[&str]| {
        let statement = format!(r#"{{"Effect":"Allow","Action":"sqs:*","Resource":"*","Principal":{principal}}}"#);
        one(PolicyType::Resource, &statement, expect);
    };
    named(r#""me""#, &["INVALID_PRINCIPAL_FORMAT"]);
    named(r#"{"Aws":"*"}"#, &["INVALID_PRINCIPAL_KEY"]);
    named(r#"{"AWS":[]}"#, &["EMPTY_ARRAY_PRINCIPAL"]);
    named("{}", &["EMPTY_OBJECT_PRINCIPAL"]);
    named(r#"{"AWS":"arn:aws:iam::111122223333:role/*"}"#, &["UNSUPPORTED_WILDCARD_IN_PRINCIPAL"]);
    named(r#"{"AWS":"AROAABCDEFGHIJKLMNOP"}"#, &["INVALID_ROLE_REFERENCE"]);
    let lacking = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*"}"#;
    one(PolicyType::Resource, lacking, &["MISSING_PRINCIPAL"]);
    let not = r#"{"Effect":"Allow","Action":"sqs:*","Resource":"*","NotPrincipal":{"AWS":"111122223333"}}"#;
    one(PolicyType::Resource, not, &["ALLOW_WITH_NOT_PRINCIPAL"]);
}

#[test]
fn places_are_those_of_the_text() {
    let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\"Effect\": \"No\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]\n}";
    let found = findings(text, PolicyType::Identity, None);
    let told = found.first().unwrap().told(text);
    let span = &told.locations.first().unwrap().span;
    assert_eq!((span.start.line, span.start.column, span.start.offset), (3, 27, 56));
    assert_eq!((span.end.line, span.end.column, span.end.offset), (3, 31, 60));
    let steps: Vec<_> =
        told.locations.first().unwrap().path.iter().map(|step| (step.value.as_deref(), step.index)).collect();
    assert_eq!(steps, [(Some("Statement"), None), (None, Some(0)), (Some("Effect"), None)]);
    assert!(told.learn_more_link.ends_with("#access-analyzer-reference-policy-checks-error-invalid-effect"));
}
