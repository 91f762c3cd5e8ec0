//! The settings of stages, as stages and deployments have them in templates.

use super::forms::Patches;
use service::resource::{Hand, as_text};
use service::{Arn, IndexMap, Value};

/// The settings of methods by their properties, and the ends of their paths.
const NAMES: [(&str, &str); 8] = [
    ("MetricsEnabled", "metrics/enabled"),
    ("LoggingLevel", "logging/loglevel"),
    ("DataTraceEnabled", "logging/dataTrace"),
    ("ThrottlingBurstLimit", "throttling/burstLimit"),
    ("ThrottlingRateLimit", "throttling/rateLimit"),
    ("CachingEnabled", "caching/enabled"),
    ("CacheTtlInSeconds", "caching/ttlInSeconds"),
    ("CacheDataEncrypted", "caching/dataEncrypted"),
];

/// The ARN of what goes by a path, which names no account.
pub fn arn(hand: &Hand, path: &str) -> String {
    Arn::new(hand.region().partition(), "apigateway", hand.region(), None, path).to_string()
}

/// The settings of methods by the beginnings of their paths.
fn methods(stage: &Value) -> IndexMap<String, Value> {
    let mut all = IndexMap::new();
    // A deployment may say at once what holds for all methods of its stage.
    if NAMES.iter().any(|(name, _)| stage.get(name).is_some()) {
        all.insert("/*/*".to_owned(), stage.clone());
    }
    for setting in stage.get("MethodSettings").and_then(Value::as_list).unwrap_or_default() {
        let text = |name: &str| setting.get(name).map_or_else(|| "*".to_owned(), as_text);
        let path = match text("ResourcePath").as_str() {
            "/" => "/~1".to_owned(),
            path => format!("/{}", path.trim_start_matches('/')),
        };
        all.insert(format!("{path}/{}", text("HttpMethod")), setting.clone());
    }
    all
}

/// What turns the settings of a stage into others.
pub fn changes((old, new): (&Value, &Value)) -> Patches {
    let mut patches = Patches::default();
    patches.set((old, new), ("Description", "/description"), None);
    patches.set((old, new), ("TracingEnabled", "/tracingEnabled"), Some("false"));
    patches.set_map((old, new), ("Variables", "/variables"));
    let logs = |stage: &Value| stage.get("AccessLogSetting").cloned();
    match (logs(old), logs(new)) {
        (Some(_), None) => patches.add("remove", "/accessLogSettings", None),
        (old, Some(new)) => {
            let old = old.unwrap_or_default();
            patches.set((&old, &new), ("DestinationArn", "/accessLogSettings/destinationArn"), Some(""));
            patches.set((&old, &new), ("Format", "/accessLogSettings/format"), Some(""));
        }
        (None, None) => {}
    }
    let (old, new) = (methods(old), methods(new));
    for (key, setting) in &old {
        if new.get(key) != Some(setting) {
            patches.add("remove", key.clone(), None);
        }
    }
    for (key, setting) in new.iter().filter(|(key, setting)| old.get(*key) != Some(setting)) {
        for (property, name) in NAMES {
            if let Some(value) = setting.get(property) {
                patches.add("replace", format!("{key}/{name}"), Some(as_text(value)));
            }
        }
    }
    patches
}

/// The settings of methods as a template has them, from those of a stage.
pub fn shown(methods: Option<&Value>) -> Vec<Value> {
    let list = methods.and_then(Value::as_map).into_iter().flatten();
    let shown = list.filter_map(|(key, setting)| {
        let (resource, verb) = key.rsplit_once('/')?;
        let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        let mut members = super::forms::output(setting, &names);
        members.push(("HttpMethod".to_owned(), verb.into()));
        members.push(("ResourcePath".to_owned(), format!("/{resource}").into()));
        Some(Value::map(members))
    });
    shown.collect()
}
