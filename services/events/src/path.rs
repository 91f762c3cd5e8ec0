//! The JSON paths that EventBridge takes: members, array indices and wildcards.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html>

use service::pattern::Json;

/// A path, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq)]
enum Step {
    Member(String),
    Index(usize),
    Every,
}

/// The most steps of a path: it has 256 characters.
const MOST_STEPS: usize = 128;

impl Path {
    /// Reads `$.detail.items[0].name`, `$['detail']` or `$.items[*]`; `None` for anything else.
    pub fn read(text: &str) -> Option<Path> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = match rest.strip_prefix('.') {
                Some(member) => member_step(member)?,
                None => bracket_step(rest.strip_prefix('[')?)?,
            };
            steps.push(step);
            rest = after;
        }
        (steps.len() <= MOST_STEPS).then_some(Path(steps))
    }

    /// What stands at the path; a list where it has wildcards.
    pub fn find<'j>(&self, json: &Json<'j>) -> Option<Json<'j>> {
        let mut found = vec![json];
        let mut many = false;
        for step in &self.0 {
            match step {
                Step::Member(name) => found = found.iter().filter_map(|json| json.get(name)).collect(),
                Step::Index(at) => {
                    found = found
                        .iter()
                        .filter_map(|json| match json {
                            Json::Array(items) => items.get(*at),
                            _ => None,
                        })
                        .collect();
                }
                Step::Every => {
                    many = true;
                    found = found.iter().flat_map(|json| children(json)).collect();
                }
            }
        }
        match (many, found.as_slice()) {
            (true, found) => Some(Json::Array(found.iter().map(|json| (*json).clone()).collect())),
            (false, [one]) => Some((*one).clone()),
            _ => None,
        }
    }
}

fn children<'a, 'j>(json: &'a Json<'j>) -> Vec<&'a Json<'j>> {
    match json {
        Json::Array(items) => items.iter().collect(),
        Json::Object(entries) => entries.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

fn member_step(text: &str) -> Option<(Step, &str)> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    match name {
        "" => None,
        "*" => Some((Step::Every, rest)),
        name if name.chars().all(|c| c.is_alphanumeric() || "_-/:$ ".contains(c)) => {
            Some((Step::Member(name.to_owned()), rest))
        }
        _ => None,
    }
}

fn bracket_step(text: &str) -> Option<(Step, &str)> {
    for quote in ['\'', '"'] {
        if let Some(name) = text.strip_prefix(quote) {
            let (name, rest) = name.split_once(quote)?;
            return Some((Step::Member(name.to_owned()), rest.strip_prefix(']')?));
        }
    }
    let (inner, rest) = text.split_once(']')?;
    match inner {
        "*" => Some((Step::Every, rest)),
        inner => Some((Step::Index(inner.parse().ok()?), rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_find_what_they_name() {
        let text = r#"{"detail-type":"t","detail":{"a b":1,"items":[{"id":1},{"id":2}],"x":null}}"#;
        let json = Json::parse(text).unwrap();
        let check = |path: &str, expect: Option<&str>| {
            let found = Path::read(path).and_then(|path| path.find(&json)).map(|json| json.to_string());
            assert_eq!(found.as_deref(), expect, "{path}");
        };
        check("$", Some(text));
        check("$.detail-type", Some("\"t\""));
        check("$.detail.items[1].id", Some("2"));
        check("$.detail.items[*].id", Some("[1,2]"));
        check("$.detail['a b']", Some("1"));
        check("$.detail.x", Some("null"));
        check("$.detail.none", None);
        check("$.detail.items[9]", None);
        for bad in ["", "detail", "$detail", "$.", "$..a", "$.a[", "$.a[x]", "$.a['b]"] {
            assert_eq!(Path::read(bad), None, "{bad}");
        }
    }
}
