//! What a trace looks like in a listing.
//! <https://docs.aws.amazon.com/xray/latest/api/API_TraceSummary.html>

use crate::api::{
    AnnotationValue, AvailabilityZoneDetail, Http, InstanceIdDetail, ResourceARNDetail, ServiceId, TraceSummary,
    TraceUser, ValueWithServiceIds,
};
use crate::entity::Entity;
use crate::trace::Trace;
use serde_json::{Map, Value as Json};
use service::{IndexMap, Timestamp};

/// How many annotations of a trace are shown. <https://docs.aws.amazon.com/general/latest/gr/xray.html>
const MOST_ANNOTATIONS: usize = 50;

/// The summary of a trace of an account.
pub fn of(trace: &Trace, account: &str, matched: Option<Timestamp>) -> TraceSummary {
    let root = trace.root();
    let outcome = root.map(Entity::outcome).unwrap_or_default();
    let services = |entity: Entity<'_>| service_id(entity, account);
    TraceSummary {
        id: Some(trace.row.id.clone()),
        start_time: Some(trace.row.start),
        duration: Some(trace.seconds()),
        response_time: root.and_then(Entity::seconds),
        has_fault: Some(outcome.fault),
        has_error: Some(outcome.error),
        has_throttle: Some(trace.entities().any(|segment| segment.outcome().throttle)),
        is_partial: Some(trace.entities().any(Entity::is_partial)),
        http: root.and_then(http),
        annotations: Some(annotations(trace, account)),
        users: Some(users(trace, account)),
        service_ids: Some(unique(trace.entities().map(services))),
        resource_arns: Some(details(trace, &["resource_arn"], |arn| ResourceARNDetail { arn: Some(arn) })),
        instance_ids: Some(details(trace, &["aws", "ec2", "instance_id"], |id| InstanceIdDetail { id: Some(id) })),
        availability_zones: Some(details(trace, &["aws", "ec2", "availability_zone"], |name| AvailabilityZoneDetail {
            name: Some(name),
        })),
        entry_point: root.map(services),
        fault_root_causes: None,
        error_root_causes: None,
        response_time_root_causes: None,
        revision: Some(trace.row.revision),
        matched_event_time: matched,
    }
}

/// A service as listings name it.
fn service_id(entity: Entity<'_>, account: &str) -> ServiceId {
    let (name, kind) = entity.service();
    ServiceId {
        name: Some(name.to_owned()),
        names: Some(vec![name.to_owned()]),
        account_id: Some(account.to_owned()),
        type_: Some(kind.to_owned()).filter(|kind| !kind.is_empty()),
    }
}

fn unique<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.fold(Vec::new(), |mut seen, one| {
        if !seen.contains(&one) {
            seen.push(one);
        }
        seen
    })
}

fn http(root: Entity<'_>) -> Option<Http> {
    root.at(&["http"])?;
    let of = |name: &str| Some(root.text_at(&["http", "request", name]).to_owned()).filter(|text| !text.is_empty());
    Some(Http {
        http_url: of("url"),
        http_status: root.status(),
        http_method: of("method"),
        user_agent: of("user_agent"),
        client_ip: of("client_ip"),
    })
}

fn details<T: PartialEq>(trace: &Trace, path: &[&str], make: impl Fn(String) -> T) -> Vec<T> {
    let texts = trace.entities().map(|segment| segment.text_at(path)).filter(|text| !text.is_empty());
    unique(texts.map(|text| make(text.to_owned())))
}

fn users(trace: &Trace, account: &str) -> Vec<TraceUser> {
    let mut users: IndexMap<&str, Vec<ServiceId>> = IndexMap::new();
    for segment in trace.entities() {
        let user = segment.text("user");
        if !user.is_empty() {
            users.entry(user).or_default().push(service_id(segment, account));
        }
    }
    let user = |(name, services): (&str, Vec<ServiceId>)| TraceUser {
        user_name: Some(name.to_owned()),
        service_ids: Some(unique(services.into_iter())),
    };
    users.into_iter().map(user).collect()
}

fn annotations(trace: &Trace, account: &str) -> IndexMap<String, Vec<ValueWithServiceIds>> {
    let mut all: IndexMap<String, Vec<ValueWithServiceIds>> = IndexMap::new();
    for segment in trace.entities() {
        let mut own: Vec<(&String, &Json)> = Vec::new();
        segment.walk(&mut |entity| {
            let annotations = entity.at(&["annotations"]).and_then(Json::as_object).into_iter().flat_map(Map::iter);
            own.extend(annotations);
        });
        for (key, value) in own {
            if all.len() >= MOST_ANNOTATIONS && !all.contains_key(key) {
                continue;
            }
            let value = annotation(value);
            let service = service_id(segment, account);
            let known = all.entry(key.clone()).or_default();
            match known.iter_mut().find(|known| known.annotation_value.as_ref() == Some(&value)) {
                Some(known) => {
                    let services = known.service_ids.get_or_insert_default();
                    if !services.contains(&service) {
                        services.push(service);
                    }
                }
                None => {
                    known.push(ValueWithServiceIds { annotation_value: Some(value), service_ids: Some(vec![service]) })
                }
            }
        }
    }
    all
}

fn annotation(value: &Json) -> AnnotationValue {
    AnnotationValue {
        number_value: value.as_f64(),
        boolean_value: value.as_bool(),
        string_value: value.as_str().map(str::to_owned),
    }
}
