//! What a dashboard may say of itself.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html>

use crate::api::DashboardValidationMessage;
use serde_json::{Map, Value as Json};
use service::{Error, Result, Value};

/// The largest dashboard, in bytes.
const LARGEST: usize = 1 << 20;
/// The most widgets.
const MOST_WIDGETS: usize = 500;
const TYPES: [&str; 6] = ["metric", "text", "log", "alarm", "explorer", "custom"];
const MEMBERS: [&str; 6] = ["type", "x", "y", "width", "height", "properties"];
const TOP: [&str; 5] = ["widgets", "start", "end", "periodOverride", "variables"];

/// What is found in a body: what makes it invalid, and what is only to be said.
#[derive(Debug, Default)]
struct Found {
    faults: Vec<(String, String)>,
    notes: Vec<(String, String)>,
}

/// Checks a body, and answers what is to be said of it.
///
/// # Errors
/// `InvalidParameterInput`, with what is wrong.
pub fn check(body: &str) -> Result<Vec<DashboardValidationMessage>> {
    let mut found = Found::default();
    let parsed: Option<Json> = serde_json::from_str(body).ok().filter(|_| body.len() <= LARGEST);
    let Some(Json::Object(top)) = parsed else {
        let text = "The field DashboardBody must be a valid JSON object";
        return Err(invalid(text.to_owned(), &[(String::new(), text.to_owned())]));
    };
    match top.get("widgets") {
        Some(Json::Array(widgets)) if widgets.len() <= MOST_WIDGETS => {
            widgets.iter().enumerate().for_each(|(at, widget)| found.widget(&format!("/widgets/{at}"), widget));
        }
        Some(Json::Array(_)) => found.fault("/widgets", "Should NOT have more than 500 items"),
        Some(_) => found.fault("/widgets", "Should be array"),
        None => found.fault("", "Should have property widgets"),
    }
    found.others("", &top, &TOP);
    if !found.faults.is_empty() {
        let list: Vec<Json> =
            found.faults.iter().map(|(path, text)| serde_json::json!({ "dataPath": path, "message": text })).collect();
        let text = format!(
            "The dashboard body is invalid, there are {} validation errors: {}",
            found.faults.len(),
            Json::Array(list)
        );
        return Err(invalid(text, &found.faults));
    }
    let shown =
        |(path, text): (String, String)| DashboardValidationMessage { data_path: Some(path), message: Some(text) };
    Ok(found.notes.into_iter().map(shown).collect())
}

fn invalid(text: String, faults: &[(String, String)]) -> Error {
    let one = |(path, text): &(String, String)| {
        let members = [("DataPath", path), ("Message", text)];
        Value::Map(members.into_iter().map(|(name, text)| (name.to_owned(), text.as_str().into())).collect())
    };
    let list = Value::List(faults.iter().map(one).collect());
    Error::new("DashboardInvalidInputError", text).with("dashboardValidationMessages", list)
}

impl Found {
    fn fault(&mut self, path: &str, text: &str) {
        self.faults.push((path.to_owned(), text.to_owned()));
    }

    fn others(&mut self, path: &str, map: &Map<String, Json>, known: &[&str]) {
        for name in map.keys().filter(|name| !known.contains(&name.as_str())) {
            self.notes.push((format!("{path}/{name}"), "Should NOT have additional properties".to_owned()));
        }
    }

    fn widget(&mut self, path: &str, widget: &Json) {
        let Json::Object(widget) = widget else { return self.fault(path, "Should be object") };
        let bounds = [("x", 0, 23), ("y", 0, i64::MAX), ("width", 1, 24), ("height", 1, 1000)];
        for (name, least, most) in bounds {
            match widget.get(name).map(Json::as_i64) {
                None => {}
                Some(Some(number)) if (least..=most).contains(&number) => {}
                Some(Some(number)) => {
                    let (word, limit) = if number < least { (">=", least) } else { ("<=", most) };
                    self.fault(&format!("{path}/{name}"), &format!("Should be {word} {limit}"));
                }
                Some(None) => self.fault(&format!("{path}/{name}"), "Should be integer"),
            }
        }
        let kind = match widget.get("type") {
            Some(Json::String(kind)) if TYPES.contains(&kind.as_str()) => kind.as_str(),
            Some(_) => {
                let text = "Should be equal to one of the allowed values: metric, text, log, alarm, explorer, custom";
                return self.fault(&format!("{path}/type"), text);
            }
            None => return self.fault(path, "Should have property type"),
        };
        self.others(path, widget, &MEMBERS);
        match widget.get("properties") {
            Some(Json::Object(properties)) => self.properties(&format!("{path}/properties"), kind, properties),
            Some(_) => self.fault(&format!("{path}/properties"), "Should be object"),
            None => self.fault(path, "Should have property properties"),
        }
    }

    fn properties(&mut self, path: &str, kind: &str, properties: &Map<String, Json>) {
        let wanted: &[&str] = match kind {
            "text" => &["markdown"],
            "log" => &["query", "region"],
            "alarm" => &["alarms"],
            "metric" => &["region"],
            _ => &[],
        };
        for name in wanted.iter().filter(|name| !properties.contains_key(**name)) {
            self.fault(path, &format!("Should have property {name}"));
        }
        if kind != "metric" {
            return;
        }
        match properties.get("metrics") {
            Some(Json::Array(metrics)) => {
                let good = |metric: &Json| metric.as_array().is_some_and(|parts| !parts.is_empty());
                for (at, _) in metrics.iter().enumerate().filter(|(_, metric)| !good(metric)) {
                    self.fault(&format!("{path}/metrics/{at}"), "Should be array");
                }
            }
            Some(_) => self.fault(&format!("{path}/metrics"), "Should be array"),
            None if properties.contains_key("annotations") => {}
            None => self.fault(path, "Should have property metrics"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_checked() {
        let check = |body: &str, expect: std::result::Result<usize, usize>| {
            let found = super::check(body).map(|notes| notes.len()).map_err(|error| {
                let list = error.members().and_then(|members| members.get("dashboardValidationMessages"));
                list.and_then(Value::as_list).map_or(0, |list| list.len())
            });
            assert_eq!(found, expect, "{body}");
        };
        check(r#"{"widgets": []}"#, Ok(0));
        check(r#"{"widgets": [], "other": 1}"#, Ok(1));
        check("", Err(1));
        check("[]", Err(1));
        check("{}", Err(1));
        check(
            r#"{"widgets": [1, {"type": "x"}, {}, {"type": "text", "properties": {}, "width": 25, "x": "a"}]}"#,
            Err(6),
        );
        check(
            r#"{"widgets": [{"type": "metric", "properties": {"region": "us-east-1", "metrics": [["AWS/SQS", "x"], []]}}]}"#,
            Err(1),
        );
        check(r#"{"widgets": [{"type": "text", "properties": {"markdown": "hi"}, "extra": 1}]}"#, Ok(1));
    }
}
