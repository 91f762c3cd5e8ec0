//! Which events a trail wants.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html>

use crate::api;
use crate::errors;
use crate::state::{AdvancedSelector, DataResourceRow, FieldSelector, Selector, TrailRow};
use service::{Result, TrailEvent};

/// The most basic selectors, and data resources in all of them.
const MOST_SELECTORS: usize = 5;
const MOST_RESOURCES: usize = 250;
/// The most values in all advanced selectors.
const MOST_VALUES: usize = 500;

/// A kind of data event: the service, what its ARNs all begin with, and how a value stands to the ARN that it means.
struct DataKind {
    name: &'static str,
    source: &'static str,
    all: &'static [&'static str],
    /// What may follow a value in an ARN that it means.
    then: &'static [&'static str],
    /// Whether basic selectors know it.
    basic: bool,
}

const KINDS: [DataKind; 5] = [
    DataKind {
        name: "AWS::DynamoDB::Table",
        source: "dynamodb.amazonaws.com",
        all: &["arn:aws:dynamodb"],
        then: &["/"],
        basic: true,
    },
    DataKind {
        name: "AWS::Lambda::Function",
        source: "lambda.amazonaws.com",
        all: &["arn:aws:lambda"],
        then: &[":"],
        basic: true,
    },
    DataKind {
        name: "AWS::S3::Object",
        source: "s3.amazonaws.com",
        all: &["arn:aws:s3", "arn:aws:s3:::"],
        then: &[""],
        basic: true,
    },
    DataKind { name: "AWS::SNS::Topic", source: "sns.amazonaws.com", all: &[], then: &[], basic: false },
    DataKind { name: "AWS::SQS::Queue", source: "sqs.amazonaws.com", all: &[], then: &[], basic: false },
];

/// Whether a trail delivers an event. Which regions it is for does not matter here.
pub fn wants(trail: &TrailRow, event: &TrailEvent) -> bool {
    let own = event.invoked_by.as_deref() == Some(api::FACTS.principal);
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-recursive-logging.html
    let delivery = [("s3.amazonaws.com", "PutObject"), ("logs.amazonaws.com", "PutLogEvents")];
    if !trail.recursive_logging && own && delivery.contains(&(&*event.source, &*event.name)) {
        return false;
    }
    if event.global && !trail.include_global_service_events {
        return false;
    }
    match (trail.event_selectors.as_slice(), trail.advanced_event_selectors.as_slice()) {
        ([], []) => !event.data,
        ([], advanced) => {
            advanced.iter().any(|selector| selector.field_selectors.iter().all(|field| holds(field, event)))
        }
        (basic, _) => basic.iter().any(|selector| selects(selector, event)),
    }
}

fn selects(selector: &Selector, event: &TrailEvent) -> bool {
    let way = match selector.read_write_type.as_str() {
        "ReadOnly" => event.read_only,
        "WriteOnly" => !event.read_only,
        _ => true,
    };
    if !event.data {
        let excluded = selector.exclude_management_event_sources.contains(&event.source);
        return way && selector.include_management_events && !excluded;
    }
    way && selector.data_resources.iter().any(|resource| is_of(resource, event))
}

fn is_of(wanted: &DataResourceRow, event: &TrailEvent) -> bool {
    let Some(kind) = KINDS.iter().find(|kind| kind.name == wanted.kind && kind.source == event.source) else {
        return false;
    };
    let meant = |value: &String, arn: &String| {
        arn == value
            || kind.then.iter().any(|then| arn.strip_prefix(value.as_str()).is_some_and(|rest| rest.starts_with(then)))
            // A bucket's own events are those of all its objects.
            || value.strip_suffix('/') == Some(arn)
    };
    wanted
        .values
        .iter()
        .any(|value| kind.all.contains(&value.as_str()) || event.resources.iter().any(|arn| meant(value, arn)))
}

/// How a value stands to what is wanted of it.
type Test = fn(&str, &str) -> bool;

/// Whether a field is what a selector says: any of what it may be, and nothing of what it may not.
fn holds(selector: &FieldSelector, event: &TrailEvent) -> bool {
    let had = values(&selector.field, event);
    let any = |list: &[String], test: Test| list.iter().any(|wanted| had.iter().any(|value| test(value, wanted)));
    let equals: Test = |had, wanted| had == wanted;
    let starts: Test = |had, wanted| had.starts_with(wanted);
    let ends: Test = |had, wanted| had.ends_with(wanted);
    let FieldSelector { field: _, equals: is, starts_with, ends_with, not_equals, not_starts_with, not_ends_with } =
        selector;
    let none_asked = is.is_empty() && starts_with.is_empty() && ends_with.is_empty();
    (none_asked || any(is, equals) || any(starts_with, starts) || any(ends_with, ends))
        && !any(not_equals, equals)
        && !any(not_starts_with, starts)
        && !any(not_ends_with, ends)
}

fn values<'e>(field: &str, event: &'e TrailEvent) -> Vec<&'e str> {
    let flag = |flag: bool| vec![if flag { "true" } else { "false" }];
    match field {
        "eventCategory" => vec![if event.data { "Data" } else { "Management" }],
        "readOnly" => flag(event.read_only),
        "eventSource" => vec![&event.source],
        "eventName" => vec![&event.name],
        "eventType" => vec!["AwsApiCall"],
        "userIdentity.arn" => vec![&event.caller],
        "sessionCredentialFromConsole" => flag(false),
        "resources.type" => KINDS.iter().filter(|kind| kind.source == event.source).map(|kind| kind.name).collect(),
        "resources.ARN" => event.resources.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The fields that advanced selectors know, and whether they are for data events alone.
const FIELDS: [(&str, bool); 9] = [
    ("eventCategory", false),
    ("readOnly", false),
    ("eventSource", false),
    ("eventName", false),
    ("eventType", false),
    ("userIdentity.arn", false),
    ("sessionCredentialFromConsole", false),
    ("resources.type", true),
    ("resources.ARN", true),
];

/// Checks basic selectors.
///
/// # Errors
/// `InvalidEventSelectorsException`
pub fn check_basic(selectors: &[Selector]) -> Result<()> {
    if selectors.is_empty() || selectors.len() > MOST_SELECTORS {
        return Err(errors::selectors(format!(
            "The number of event selectors must be between 1 and {MOST_SELECTORS}."
        )));
    }
    let resources = || selectors.iter().flat_map(|selector| &selector.data_resources);
    if resources().map(|resource| resource.values.len()).sum::<usize>() > MOST_RESOURCES {
        return Err(errors::selectors(format!("A trail can have no more than {MOST_RESOURCES} data resources.")));
    }
    for selector in selectors {
        if !["All", "ReadOnly", "WriteOnly"].contains(&selector.read_write_type.as_str()) {
            let text = format!("Value {} for ReadWriteType is invalid.", selector.read_write_type);
            return Err(errors::selectors(text));
        }
        let known = ["kms.amazonaws.com", "rdsdata.amazonaws.com"];
        let unknown = selector.exclude_management_event_sources.iter().find(|one| !known.contains(&one.as_str()));
        if let Some(source) = unknown {
            let text = format!("Value {source} for ExcludeManagementEventSources is invalid.");
            return Err(errors::selectors(text));
        }
    }
    resources().try_for_each(check_resource)
}

fn check_resource(resource: &DataResourceRow) -> Result<()> {
    let basic = || KINDS.iter().filter(|kind| kind.basic);
    let Some(kind) = basic().find(|kind| kind.name == resource.kind) else {
        let valid: Vec<&str> = basic().map(|kind| kind.name).collect();
        let text = format!(
            "Value {} for DataResources.Type is invalid. Valid values are: {}",
            resource.kind,
            valid.join(", ")
        );
        return Err(errors::selectors(text));
    };
    let lead = kind.all.first().copied().unwrap_or_default();
    // A bucket stands with a slash behind it.
    let whole = |value: &str| kind.all.contains(&value) || lead != "arn:aws:s3" || value.contains('/');
    let bad = |value: &&String| !value.starts_with(lead) || value.contains('*') || !whole(value);
    match resource.values.iter().find(bad) {
        Some(value) => Err(errors::selectors(format!("Value {value} for DataResources.Values is invalid."))),
        None => Ok(()),
    }
}

/// Checks advanced selectors.
///
/// # Errors
/// `InvalidEventSelectorsException`, and a refusal by name of kinds of events that are not recorded here.
pub fn check_advanced(selectors: &[AdvancedSelector]) -> Result<()> {
    let all = || selectors.iter().flat_map(|selector| &selector.field_selectors);
    if all().flat_map(lists).map(Vec::len).sum::<usize>() > MOST_VALUES {
        let text = format!("The advanced event selectors have more than {MOST_VALUES} values.");
        return Err(errors::selectors(text));
    }
    selectors.iter().try_for_each(check_one)
}

fn lists(field: &FieldSelector) -> [&Vec<String>; 6] {
    let FieldSelector { field: _, equals, starts_with, ends_with, not_equals, not_starts_with, not_ends_with } = field;
    [equals, starts_with, ends_with, not_equals, not_starts_with, not_ends_with]
}

fn check_one(selector: &AdvancedSelector) -> Result<()> {
    let fields = &selector.field_selectors;
    let equal = |name: &str| match fields.iter().find(|field| field.field == name) {
        Some(field) if lists(field).iter().filter(|list| !list.is_empty()).count() == 1 => {
            match field.equals.as_slice() {
                [value] => Some(value.as_str()),
                _ => None,
            }
        }
        _ => None,
    };
    let data = match equal("eventCategory") {
        Some("Management") => false,
        Some("Data") => true,
        Some(other @ "NetworkActivity") => {
            return Err(errors::not_implemented(&format!("an event selector of the category {other}")));
        }
        _ => return Err(errors::selectors("A selector must have the field eventCategory with one value in Equals.")),
    };
    for (index, field) in fields.iter().enumerate() {
        let known = FIELDS.iter().find(|(name, _)| *name == field.field);
        if !known.is_some_and(|(_, only_data)| data || !only_data) {
            return Err(errors::selectors(format!("Field {} is not valid in this selector.", field.field)));
        }
        if fields.iter().take(index).any(|before| before.field == field.field) {
            return Err(errors::selectors(format!("Field {} stands more than once in a selector.", field.field)));
        }
        if lists(field).iter().all(|list| list.is_empty()) {
            return Err(errors::selectors(format!("Field {} has no condition.", field.field)));
        }
    }
    if !data {
        return Ok(());
    }
    match equal("resources.type") {
        Some(kind) if KINDS.iter().any(|known| known.name == kind) => Ok(()),
        Some(kind) => Err(errors::not_implemented(&format!("an event selector of the resource type {kind}"))),
        None => Err(errors::selectors(
            "A selector of data events must have the field resources.type with one value in Equals.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::Timestamp;

    fn event(source: &str, name: &str, resource: &str) -> TrailEvent {
        TrailEvent {
            place: 1,
            id: "e".into(),
            time: Timestamp(0),
            name: name.into(),
            source: source.into(),
            region: "us-east-1".into(),
            global: false,
            user_name: None,
            caller: "arn:aws:iam::1:user/a".into(),
            invoked_by: None,
            access_key: String::new(),
            read_only: name.starts_with("Get"),
            data: !resource.is_empty(),
            resources: vec![resource.into()],
            actions: Vec::new(),
            denied: false,
        }
    }

    fn trail(basic: Vec<Selector>) -> TrailRow {
        TrailRow { event_selectors: basic, recursive_logging: true, ..TrailRow::default() }
    }

    fn of(kind: &str, values: &[&str]) -> Selector {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Selector {
            read_write_type: "All".into(),
            include_management_events: false,
            data_resources: vec![DataResourceRow { kind: kind.into(), values }],
            exclude_management_event_sources: Vec::new(),
        }
    }

    #[test]
    fn data_events_of_basic_selectors() {
        let put = |arn: &str| event("s3.amazonaws.com", "PutObject", arn);
        let cases = [
            (of("AWS::S3::Object", &["arn:aws:s3:::lake/"]), put("arn:aws:s3:::lake/a"), true),
            (of("AWS::S3::Object", &["arn:aws:s3:::lake/"]), put("arn:aws:s3:::lake"), true),
            (of("AWS::S3::Object", &["arn:aws:s3:::lake/"]), put("arn:aws:s3:::lake2/a"), false),
            (of("AWS::S3::Object", &["arn:aws:s3:::lake/a"]), put("arn:aws:s3:::lake/abc"), true),
            (of("AWS::S3::Object", &["arn:aws:s3"]), put("arn:aws:s3:::any/a"), true),
            (of("AWS::Lambda::Function", &["arn:aws:lambda"]), put("arn:aws:s3:::any/a"), false),
            (
                of("AWS::Lambda::Function", &["arn:aws:lambda:r:1:function:f"]),
                event("lambda.amazonaws.com", "Invoke", "arn:aws:lambda:r:1:function:f:live"),
                true,
            ),
            (
                of("AWS::Lambda::Function", &["arn:aws:lambda:r:1:function:f"]),
                event("lambda.amazonaws.com", "Invoke", "arn:aws:lambda:r:1:function:fg"),
                false,
            ),
            (
                of("AWS::DynamoDB::Table", &["arn:aws:dynamodb:r:1:table/t"]),
                event("dynamodb.amazonaws.com", "GetItem", "arn:aws:dynamodb:r:1:table/t"),
                true,
            ),
        ];
        for (selector, event, expect) in cases {
            assert_eq!(wants(&trail(vec![selector.clone()]), &event), expect, "{selector:?} {event:?}");
        }
    }

    #[test]
    fn management_events() {
        let get = event("kms.amazonaws.com", "GetKeyPolicy", "");
        assert!(wants(&trail(Vec::new()), &get));
        assert!(!wants(&trail(Vec::new()), &event("s3.amazonaws.com", "GetObject", "arn:aws:s3:::a/b")));
        let selector = |way: &str, exclude: &[&str]| Selector {
            read_write_type: way.into(),
            include_management_events: true,
            data_resources: Vec::new(),
            exclude_management_event_sources: exclude.iter().map(|one| (*one).to_owned()).collect(),
        };
        assert!(wants(&trail(vec![selector("ReadOnly", &[])]), &get));
        assert!(!wants(&trail(vec![selector("WriteOnly", &[])]), &get));
        assert!(!wants(&trail(vec![selector("All", &["kms.amazonaws.com"])]), &get));
    }

    #[test]
    fn global_and_recursive_events() {
        let mut role = event("iam.amazonaws.com", "CreateRole", "");
        role.global = true;
        assert!(!wants(&trail(Vec::new()), &role));
        assert!(wants(&TrailRow { include_global_service_events: true, ..trail(Vec::new()) }, &role));
        let mut own = event("s3.amazonaws.com", "PutObject", "arn:aws:s3:::lake/a");
        own.invoked_by = Some("cloudtrail.amazonaws.com".into());
        let all = trail(vec![of("AWS::S3::Object", &["arn:aws:s3"])]);
        assert!(wants(&all, &own));
        assert!(!wants(&TrailRow { recursive_logging: false, ..all }, &own));
    }

    fn field(name: &str, equals: &[&str], not_starts: &[&str]) -> FieldSelector {
        let own = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
        FieldSelector {
            field: name.into(),
            equals: own(equals),
            not_starts_with: own(not_starts),
            ..FieldSelector::default()
        }
    }

    #[test]
    fn advanced_selectors() {
        let selector = |fields: Vec<FieldSelector>| AdvancedSelector { name: None, field_selectors: fields };
        let lake = selector(vec![
            field("eventCategory", &["Data"], &[]),
            field("resources.type", &["AWS::S3::Object"], &[]),
            field("resources.ARN", &[], &["arn:aws:s3:::lake/tmp/"]),
        ]);
        let trail = TrailRow { advanced_event_selectors: vec![lake], ..trail(Vec::new()) };
        let put = |arn: &str| event("s3.amazonaws.com", "PutObject", arn);
        assert!(wants(&trail, &put("arn:aws:s3:::lake/a")) && !wants(&trail, &put("arn:aws:s3:::lake/tmp/a")));
        assert!(!wants(&trail, &event("sqs.amazonaws.com", "CreateQueue", "")));
        assert!(check_advanced(&trail.advanced_event_selectors).is_ok());
        for bad in [
            vec![field("eventName", &["a"], &[])],
            vec![field("eventCategory", &["Data"], &[])],
            vec![field("eventCategory", &["Data", "Management"], &[])],
            vec![field("eventCategory", &["Management"], &[]), field("resources.ARN", &["a"], &[])],
            vec![field("eventCategory", &["Management"], &[]), field("eventName", &[], &[])],
            vec![field("eventCategory", &["Management"], &[]), field("colour", &["a"], &[])],
        ] {
            assert!(check_advanced(&[selector(bad.clone())]).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn faults_of_basic_selectors() {
        for (kind, value) in [
            ("AWS::S3::Bucket", "arn:aws:s3:::a/"),
            ("AWS::S3::Object", "arn:aws:s3:::*/*"),
            ("AWS::S3::Object", "arn:aws:s3:::lake"),
            ("AWS::S3::Object", "lake/"),
            ("AWS::Lambda::Function", "arn:aws:s3:::a/"),
        ] {
            assert!(check_basic(&[of(kind, &[value])]).is_err(), "{kind} {value}");
        }
        assert!(check_basic(&[of("AWS::S3::Object", &["arn:aws:s3:::"])]).is_ok());
        assert!(check_basic(&[]).is_err() && check_basic(&vec![of("AWS::S3::Object", &[]); 6]).is_err());
    }
}
