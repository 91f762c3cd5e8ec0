//! The resources of a region that somebody outside could be let in to, with their policies: plain looks at the services that
//! have them.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html>

use service::resource::text_at;
use service::{ArnParts, Error, Result, Value, View};

/// Pages of one listing that are read.
const MOST_PAGES: usize = 100;

/// A resource with what lets others in.
pub struct Resource {
    /// Its ARN.
    pub arn: String,
    /// `AWS::S3::Bucket`, say.
    pub kind: &'static str,
    /// The prefix of the actions on it.
    pub prefix: &'static str,
    /// Its policy.
    pub policy: Option<String>,
    /// What anybody may do by an access control list.
    pub public_by_list: Vec<String>,
    /// Whether that list is not heeded.
    pub ignores_list: bool,
    /// Whether its policy is not heeded where it makes it public.
    pub restricted: bool,
}

impl Resource {
    /// One of that ARN, type and prefix.
    pub fn new(arn: &str, (kind, prefix): (&'static str, &'static str), policy: Option<String>) -> Resource {
        Resource {
            arn: arn.to_owned(),
            kind,
            prefix,
            policy,
            public_by_list: Vec::new(),
            ignores_list: false,
            restricted: false,
        }
    }
}

/// What gathers the resources of one service.
type Gather = fn(&View) -> Result<Vec<Resource>>;

/// By the service in their ARNs.
const GATHERERS: [(&str, Gather); 8] = [
    ("s3", buckets),
    ("iam", roles),
    ("sqs", queues),
    ("sns", topics),
    ("kms", keys),
    ("secretsmanager", secrets),
    ("lambda", functions),
    ("dynamodb", tables),
];

/// All of a region; roles in each of them.
pub fn all(view: &View) -> Result<Vec<Resource>> {
    let mut found = Vec::new();
    for (_, gather) in GATHERERS {
        found.extend(gather(view)?);
    }
    Ok(found)
}

/// The resource of an ARN, if it is there.
pub fn find(view: &View, arn: &str) -> Result<Option<Resource>> {
    let service = ArnParts::parse(arn).map(|parts| parts.service.to_owned()).unwrap_or_default();
    let Some((_, gather)) = GATHERERS.into_iter().find(|(own, _)| *own == service) else { return Ok(None) };
    Ok(gather(view)?.into_iter().find(|resource| resource.arn == arn))
}

/// A listing: the operation, the member with the items, that which goes on, and that which says where to.
struct Listing {
    service: &'static str,
    operation: &'static str,
    items: &'static str,
    token: &'static str,
    next: &'static str,
}

fn listed(view: &View, listing: &Listing, input: &[(&str, Value)]) -> Result<Vec<Value>> {
    let mut all = Vec::new();
    if !view.offers(listing.service, listing.operation) {
        return Ok(all);
    }
    let mut token: Option<Value> = None;
    for _ in 0..MOST_PAGES {
        let members = input.iter().map(|(name, value)| (*name, value.clone()));
        let input = Value::map(members.chain(token.take().map(|token| (listing.token, token))));
        let page = view.peer(listing.service, listing.operation, input)?;
        all.extend(page.get(listing.items).and_then(Value::as_list).unwrap_or_default().iter().cloned());
        match page.get(listing.next) {
            Some(Value::Str(next)) if !next.is_empty() => token = Some(Value::Str(next.clone())),
            _ => break,
        }
    }
    Ok(all)
}

/// What a service answers, `None` where what was asked for is not there.
fn found(answer: Result<Value>) -> Result<Option<Value>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_missing(error: &Error) -> bool {
    let code = error.code();
    !error.is_receiver_fault()
        && (code.contains("NotFound") || code.starts_with("NoSuch") || code.contains("NonExistent"))
}

fn text(value: &Value, path: &[&str]) -> Option<String> {
    text_at(value, path).map(str::to_owned)
}

fn buckets(view: &View) -> Result<Vec<Resource>> {
    let listing = Listing {
        service: "s3",
        operation: "ListBuckets",
        items: "Buckets",
        token: "ContinuationToken",
        next: "ContinuationToken",
    };
    let mut all = Vec::new();
    for bucket in listed(view, &listing, &[])? {
        let Some(name) = text(&bucket, &["Name"]) else { continue };
        if text_at(&bucket, &["BucketRegion"]).is_some_and(|region| region != view.region().as_str()) {
            continue;
        }
        let ask = |operation: &str| found(view.peer("s3", operation, Value::map([("Bucket", name.as_str().into())])));
        let policy = ask("GetBucketPolicy")?.and_then(|answer| text(&answer, &["Policy"]));
        let arn = format!("arn:{}:s3:::{name}", view.scope().partition());
        let mut resource = Resource::new(&arn, ("AWS::S3::Bucket", "s3"), policy);
        let block = ask("GetPublicAccessBlock")?;
        let blocks = |member: &str| {
            let own =
                block.as_ref().and_then(|block| block.get("PublicAccessBlockConfiguration")?.get(member)?.as_bool());
            own == Some(true)
        };
        resource.restricted = blocks("RestrictPublicBuckets");
        resource.ignores_list = blocks("IgnorePublicAcls");
        resource.public_by_list = ask("GetBucketAcl")?.as_ref().map(public_grants).unwrap_or_default();
        all.push(resource);
    }
    Ok(all)
}

/// What an access control list lets anybody do, as actions.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions>
pub fn public_grants(list: &Value) -> Vec<String> {
    let mut actions: Vec<String> = Vec::new();
    for grant in list.get("Grants").and_then(Value::as_list).unwrap_or_default() {
        let group = text_at(grant, &["Grantee", "URI"]).unwrap_or_default();
        if !group.ends_with("/AllUsers") && !group.ends_with("/AuthenticatedUsers") {
            continue;
        }
        let own: &[&str] = match text_at(grant, &["Permission"]) {
            Some("READ") => &["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListBucketVersions"],
            Some("WRITE") => &["s3:DeleteObject", "s3:PutObject"],
            Some("READ_ACP") => &["s3:GetBucketAcl"],
            Some("WRITE_ACP") => &["s3:PutBucketAcl"],
            Some("FULL_CONTROL") => {
                &["s3:DeleteObject", "s3:GetBucketAcl", "s3:ListBucket", "s3:PutBucketAcl", "s3:PutObject"]
            }
            _ => &[],
        };
        actions.extend(own.iter().map(|action| (*action).to_owned()));
    }
    actions.sort();
    actions.dedup();
    actions
}

fn roles(view: &View) -> Result<Vec<Resource>> {
    let listing = Listing { service: "iam", operation: "ListRoles", items: "Roles", token: "Marker", next: "Marker" };
    let role = |role: Value| {
        let arn = text(&role, &["Arn"])?;
        // Those of services are theirs.
        if arn.contains(":role/aws-service-role/") {
            return None;
        }
        let policy = text(&role, &["AssumeRolePolicyDocument"]).map(|text| decoded(&text));
        Some(Resource::new(&arn, ("AWS::IAM::Role", "sts"), policy))
    };
    Ok(listed(view, &listing, &[])?.into_iter().filter_map(role).collect())
}

/// A document as IAM's answers have it: some are URL-encoded.
pub fn decoded(text: &str) -> String {
    if !text.starts_with('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| char::from(byte?).to_digit(16);
        match byte {
            b'%' => match (hex(rest.next()), hex(rest.next())) {
                (Some(high), Some(low)) => bytes.push((high * 16 + low) as u8),
                _ => return text.to_owned(),
            },
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn queues(view: &View) -> Result<Vec<Resource>> {
    let listing =
        Listing { service: "sqs", operation: "ListQueues", items: "QueueUrls", token: "NextToken", next: "NextToken" };
    let mut all = Vec::new();
    for url in listed(view, &listing, &[("MaxResults", 1_000.into())])? {
        let names = Value::List(vec!["QueueArn".into(), "Policy".into()]);
        let input = Value::map([("QueueUrl", url), ("AttributeNames", names)]);
        let Some(answer) = found(view.peer("sqs", "GetQueueAttributes", input))? else { continue };
        if let Some(arn) = text(&answer, &["Attributes", "QueueArn"]) {
            all.push(Resource::new(&arn, ("AWS::SQS::Queue", "sqs"), text(&answer, &["Attributes", "Policy"])));
        }
    }
    Ok(all)
}

fn topics(view: &View) -> Result<Vec<Resource>> {
    let listing =
        Listing { service: "sns", operation: "ListTopics", items: "Topics", token: "NextToken", next: "NextToken" };
    each(
        view,
        &listing,
        (&["TopicArn"], "GetTopicAttributes", "TopicArn"),
        &["Attributes", "Policy"],
        ("AWS::SNS::Topic", "sns"),
    )
}

fn keys(view: &View) -> Result<Vec<Resource>> {
    let listing = Listing { service: "kms", operation: "ListKeys", items: "Keys", token: "Marker", next: "NextMarker" };
    each(view, &listing, (&["KeyArn"], "GetKeyPolicy", "KeyId"), &["Policy"], ("AWS::KMS::Key", "kms"))
}

fn secrets(view: &View) -> Result<Vec<Resource>> {
    let listing = Listing {
        service: "secretsmanager",
        operation: "ListSecrets",
        items: "SecretList",
        token: "NextToken",
        next: "NextToken",
    };
    let kind = ("AWS::SecretsManager::Secret", "secretsmanager");
    each(view, &listing, (&["ARN"], "GetResourcePolicy", "SecretId"), &["ResourcePolicy"], kind)
}

fn functions(view: &View) -> Result<Vec<Resource>> {
    let listing = Listing {
        service: "lambda",
        operation: "ListFunctions",
        items: "Functions",
        token: "Marker",
        next: "NextMarker",
    };
    let kind = ("AWS::Lambda::Function", "lambda");
    each(view, &listing, (&["FunctionArn"], "GetPolicy", "FunctionName"), &["Policy"], kind)
}

fn tables(view: &View) -> Result<Vec<Resource>> {
    let listing = Listing {
        service: "dynamodb",
        operation: "ListTables",
        items: "TableNames",
        token: "ExclusiveStartTableName",
        next: "LastEvaluatedTableName",
    };
    let mut all = Vec::new();
    for name in listed(view, &listing, &[])? {
        let Some(name) = name.as_str() else { continue };
        let arn = view.arn("dynamodb", format_args!("table/{name}")).to_string();
        let input = Value::map([("ResourceArn", arn.as_str().into())]);
        let policy = found(view.peer("dynamodb", "GetResourcePolicy", input))?;
        let policy = policy.and_then(|answer| text(&answer, &["Policy"]));
        all.push(Resource::new(&arn, ("AWS::DynamoDB::Table", "dynamodb"), policy));
    }
    Ok(all)
}

/// The items of a listing whose ARN stands at a path, with the policy that an operation answers for it.
fn each(
    view: &View,
    listing: &Listing,
    (arn, operation, member): (&[&str], &str, &str),
    policy: &[&str],
    kind: (&'static str, &'static str),
) -> Result<Vec<Resource>> {
    let mut all = Vec::new();
    for item in listed(view, listing, &[])? {
        let Some(arn) = text(&item, arn) else { continue };
        let answer = found(view.peer(listing.service, operation, Value::map([(member, arn.as_str().into())])))?;
        all.push(Resource::new(&arn, kind, answer.and_then(|answer| text(&answer, policy))));
    }
    Ok(all)
}
