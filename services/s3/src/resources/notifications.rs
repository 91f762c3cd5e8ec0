//! Who is told of a bucket's events: a template names one event for each, a request a list.

use super::forms::each;
use service::Value;
use service::resource::text_at;

/// The kinds, by the lists and the members of a template and of a request.
const KINDS: [([&str; 2], [&str; 2]); 3] = [
    (["LambdaConfigurations", "Function"], ["LambdaFunctionConfigurations", "LambdaFunctionArn"]),
    (["QueueConfigurations", "Queue"], ["QueueConfigurations", "QueueArn"]),
    (["TopicConfigurations", "Topic"], ["TopicConfigurations", "TopicArn"]),
];

/// `NotificationConfiguration` as a request has it.
pub fn wanted(value: &Value) -> Value {
    let mut out = Vec::new();
    for ([list, target], [its_list, its_target]) in KINDS {
        let one = |one: &Value| {
            let rules = one.get("Filter").and_then(|filter| filter.get("S3Key")?.get("Rules").cloned());
            let key = |rules| Value::map([("Key", Value::map([("FilterRules", rules)]))]);
            Value::map([
                (its_target, one.get(target).cloned().into()),
                ("Events", one.get("Event").map(|event| Value::List(vec![event.clone()])).into()),
                ("Filter", rules.map(key).into()),
            ])
        };
        out.push((its_list, each(value.get(list), one)));
    }
    let bus = value.get("EventBridgeConfiguration").and_then(|bus| bus.get("EventBridgeEnabled")?.as_bool());
    out.push(("EventBridgeConfiguration", (bus == Some(true)).then(|| Value::map::<&str>([])).into()));
    Value::map(out)
}

/// The same as a template has it; null where nobody is told.
pub fn seen(answer: &Value) -> Value {
    let mut out = Vec::new();
    for ([list, target], [its_list, its_target]) in KINDS {
        let mut all = Vec::new();
        for one in answer.get(its_list).and_then(Value::as_list).unwrap_or_default() {
            let rules = one.get("Filter").and_then(|filter| filter.get("Key")?.get("FilterRules").cloned());
            let filter = rules.map(|rules| Value::map([("S3Key", Value::map([("Rules", rules)]))]));
            for event in one.get("Events").and_then(Value::as_list).unwrap_or_default() {
                all.push(Value::map([
                    (target, text_at(one, &[its_target]).into()),
                    ("Event", event.clone()),
                    ("Filter", filter.clone().into()),
                ]));
            }
        }
        if !all.is_empty() {
            out.push((list, Value::List(all)));
        }
    }
    if answer.get("EventBridgeConfiguration").is_some() {
        out.push(("EventBridgeConfiguration", Value::map([("EventBridgeEnabled", true.into())])));
    }
    if out.is_empty() { Value::Null } else { Value::map(out) }
}
