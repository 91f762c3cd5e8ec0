//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplan.html>

use super::forms::{Patches, escaped, gone, input, output, seen, with};
use super::{GONE, rest_api::write_tags};
use service::resource::{
    Hand, Made, Resource, ResourceType, TagChange, as_text, found, tag_list, tag_map, tags, text_at,
};
use service::{IndexMap, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::ApiGateway::UsagePlan",
    schemas: &super::SCHEMAS,
    refused: &[],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

const LIMITS: [&str; 2] = ["BurstLimit", "RateLimit"];
const QUOTA: [&str; 3] = ["Limit", "Offset", "Period"];

fn key(id: &str) -> Value {
    Value::map([("usagePlanId", id.into())])
}

/// How members are picked and named: as an operation has them, or as a template does.
type Form = fn(&Value, &[&str]) -> Vec<(String, Value)>;

/// Limits of methods, by the method.
fn by_method(throttle: Option<&Value>, form: Form) -> Value {
    let all = throttle.and_then(Value::as_map);
    all.map_or(Value::Null, |all| {
        Value::map(all.iter().map(|(name, limits)| (name, Value::map(form(limits, &LIMITS)))))
    })
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = hand.name(wanted, "UsagePlanName", 128);
    let mut members = input(wanted, &["Description"]);
    let part = |name: &str, names: &[&str]| wanted.get(name).map_or(Value::Null, |part| Value::map(input(part, names)));
    members.push(("throttle".to_owned(), part("Throttle", &LIMITS)));
    members.push(("quota".to_owned(), part("Quota", &QUOTA)));
    let stage =
        |stage: &Value| with(input(stage, &["ApiId", "Stage"]), "throttle", by_method(stage.get("Throttle"), input));
    members.push(("apiStages".to_owned(), Value::List(stages(wanted).iter().map(stage).collect())));
    members.push(("tags".to_owned(), tag_map(&tags(wanted.get("Tags")))));
    let made = hand.call("CreateUsagePlan", with(members, "name", name))?;
    Ok(Made::of(text_at(&made, &["id"]).unwrap_or_default()))
}

fn stages(properties: &Value) -> &[Value] {
    properties.get("ApiStages").and_then(Value::as_list).unwrap_or_default()
}

fn read(hand: &mut Hand, plan: &Resource<'_>) -> Result<Option<Value>> {
    let Some(seen) = seen(hand, "GetUsagePlan", key(plan.id))? else { return Ok(None) };
    let mut out = output(&seen, &["Description"]);
    out.push(("Id".to_owned(), plan.id.into()));
    out.push(("UsagePlanName".to_owned(), text_at(&seen, &["name"]).into()));
    for (name, own, names) in [("Throttle", "throttle", &LIMITS[..]), ("Quota", "quota", &QUOTA[..])] {
        if let Some(part) = seen.get(own) {
            out.push((name.to_owned(), Value::map(output(part, names))));
        }
    }
    let stage =
        |stage: &Value| with(output(stage, &["ApiId", "Stage"]), "Throttle", by_method(stage.get("throttle"), output));
    let all = seen.get("apiStages").and_then(Value::as_list).unwrap_or_default();
    if !all.is_empty() {
        out.push(("ApiStages".to_owned(), Value::List(all.iter().map(stage).collect())));
    }
    out.push(("Tags".to_owned(), tag_list(&tags(seen.get("tags")))));
    Ok(Some(Value::map(out)))
}

/// Stages by the names that patches have for them.
fn named(properties: &Value) -> IndexMap<String, Value> {
    let name = |stage: &Value| {
        let text = |name: &str| stage.get(name).map(as_text).unwrap_or_default();
        format!("{}:{}", text("ApiId"), text("Stage"))
    };
    stages(properties).iter().map(|stage| (name(stage), stage.clone())).collect()
}

fn update(hand: &mut Hand, plan: &Resource<'_>, wanted: &Value) -> Result<()> {
    let both = (plan.properties, wanted);
    let mut patches = Patches::default();
    if wanted.get("UsagePlanName").is_some() {
        patches.set(both, ("UsagePlanName", "/name"), None);
    }
    patches.set(both, ("Description", "/description"), Some(""));
    for (name, path, names) in [("Throttle", "/throttle", &LIMITS[..]), ("Quota", "/quota", &QUOTA[..])] {
        let (old, new) = (plan.properties.get(name), wanted.get(name));
        if old == new {
            continue;
        }
        if old.is_some() {
            patches.add("remove", path, None);
        }
        for (member, value) in new.map(|new| input(new, names)).unwrap_or_default() {
            patches.add("replace", format!("{path}/{member}"), Some(as_text(&value)));
        }
    }
    change_stages(&mut patches, (named(plan.properties), named(wanted)));
    patches.send(hand, "UpdateUsagePlan", key(plan.id))?;
    let change = TagChange::between(plan.properties.get("Tags"), wanted.get("Tags"));
    write_tags(hand, &format!("/usageplans/{}", plan.id), change)
}

fn change_stages(patches: &mut Patches, (old, new): (IndexMap<String, Value>, IndexMap<String, Value>)) {
    for (name, stage) in &old {
        if new.get(name) != Some(stage) {
            patches.add("remove", "/apiStages", Some(name.clone()));
        }
    }
    for (name, stage) in new.iter().filter(|(name, stage)| old.get(*name) != Some(stage)) {
        patches.add("add", "/apiStages", Some(name.clone()));
        for (method, limits) in stage.get("Throttle").and_then(Value::as_map).into_iter().flatten() {
            let (path, verb) = method.rsplit_once('/').unwrap_or((method, "ANY"));
            for (member, value) in input(limits, &LIMITS) {
                let place = format!("/apiStages/{name}/throttle/{}/{verb}/{member}", escaped(path));
                patches.add("replace", place, Some(as_text(&value)));
            }
        }
    }
}

/// A plan is deleted when it has no stages.
fn delete(hand: &mut Hand, plan: &Resource<'_>) -> Result<()> {
    let Some(there) = seen(hand, "GetUsagePlan", key(plan.id))? else { return Ok(()) };
    let mut patches = Patches::default();
    for stage in there.get("apiStages").and_then(Value::as_list).unwrap_or_default() {
        let text = |name: &str| stage.get(name).map(as_text).unwrap_or_default();
        patches.add("remove", "/apiStages", Some(format!("{}:{}", text("apiId"), text("stage"))));
    }
    found(patches.send(hand, "UpdateUsagePlan", key(plan.id)).map(|()| Value::Null), GONE)?;
    gone(hand, "DeleteUsagePlan", key(plan.id))
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let all =
        hand.pages("GetUsagePlans", Value::map([("limit", Value::Int(500))]), ["position", "position", "items"])?;
    Ok(all.iter().filter_map(|plan| text_at(plan, &["id"]).map(str::to_owned)).collect())
}
