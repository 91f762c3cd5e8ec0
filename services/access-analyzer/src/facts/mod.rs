//! What AWS's services can do: the actions, resource types and condition keys of models/iam, read when they are asked for.
//!
//! The data has the services that this cloud is made for and no others: of a service that it does not have, nothing is said.

mod files;

use files::FILES;
use serde_json::Value as Json;
use service::IndexMap;
use std::sync::{LazyLock, OnceLock};

/// A service, as policies know it.
#[derive(Debug)]
pub struct Service {
    /// Its actions, by their names in lower case.
    pub actions: IndexMap<String, Action>,
    /// The ARNs of its resource types, by name, with `${…}` where something varies.
    pub resources: IndexMap<String, String>,
    /// Its condition keys, as they are written, with their types.
    pub conditions: Vec<(String, String)>,
}

/// An action.
#[derive(Debug)]
pub struct Action {
    /// Its name.
    pub name: String,
    /// The types of its resources; none if it has none.
    pub resources: Vec<String>,
    /// Those of them that a request always names.
    pub required: Vec<String>,
}

/// The service of an IAM prefix in lower case, if the data has it.
pub fn service(prefix: &str) -> Option<&'static Service> {
    static READ: LazyLock<Vec<OnceLock<Option<Service>>>> =
        LazyLock::new(|| FILES.iter().map(|_| OnceLock::new()).collect());
    let at = FILES.binary_search_by(|(own, _)| own.cmp(&prefix)).ok()?;
    let (_, text) = FILES.get(at)?;
    READ.get(at)?.get_or_init(|| read(text)).as_ref()
}

/// All prefixes that the data has.
pub fn prefixes() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(prefix, _)| *prefix)
}

/// The type of a global condition key, as [`key_type`].
pub fn global_key(key: &str) -> Option<&'static str> {
    static GLOBAL: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let json: Json = serde_json::from_str(include_str!("../../../../models/iam/global.json")).unwrap_or_default();
        let keys = json.get("conditionKeys").and_then(Json::as_object);
        let kind = |about: &Json| about.get("type").and_then(Json::as_str).unwrap_or("String").to_owned();
        keys.into_iter().flatten().map(|(key, about)| (key.clone(), kind(about))).collect()
    });
    key_type(&GLOBAL, key)
}

/// The type of a condition key among some, whatever its case, such as `ArrayOfString`. Keys that are told apart by a tag's key
/// have a variable for it.
pub fn key_type<'k>(keys: &'k [(String, String)], key: &str) -> Option<&'k str> {
    let fits = |own: &str| match own.split_once(['$', '<']) {
        Some((head, _)) => starts(key, head),
        None => match own.strip_suffix("tag-key") {
            Some(head) => starts(key, head),
            None => own.eq_ignore_ascii_case(key),
        },
    };
    keys.iter().find(|(own, _)| fits(own)).map(|(_, kind)| kind.as_str())
}

fn starts(key: &str, head: &str) -> bool {
    key.get(..head.len()).is_some_and(|own| own.eq_ignore_ascii_case(head))
}

fn read(text: &str) -> Option<Service> {
    let json: Json = serde_json::from_str(text).ok()?;
    let actions = json.get("actions")?.as_object()?.iter().map(|(name, about)| {
        let resources = about.get("resources").and_then(Json::as_object);
        let resources = || resources.into_iter().flatten();
        let always = |about: &Json| about.get("required").and_then(Json::as_bool) == Some(true);
        let action = Action {
            name: name.clone(),
            resources: resources().map(|(kind, _)| kind.clone()).collect(),
            required: resources().filter(|(_, about)| always(about)).map(|(kind, _)| kind.clone()).collect(),
        };
        (name.to_ascii_lowercase(), action)
    });
    let actions = actions.collect();
    let resources = json.get("resources").and_then(Json::as_object).into_iter().flatten();
    let resources = resources.filter_map(|(name, about)| Some((name.clone(), about.get("arn")?.as_str()?.to_owned())));
    let conditions = json.get("conditions").and_then(Json::as_object).into_iter().flatten();
    let conditions = conditions.filter_map(|(key, kind)| Some((key.clone(), kind.as_str()?.to_owned())));
    Some(Service { actions, resources: resources.collect(), conditions: conditions.collect() })
}

/// An ARN of the data as a pattern: a star wherever something varies.
pub fn pattern(arn: &str) -> String {
    let mut out = String::new();
    let mut rest = arn;
    while let Some((head, after)) = rest.split_once("${") {
        out.push_str(head);
        out.push('*');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

/// Whether two texts with stars may mean the same text: `*` stands for any text, `?` for one character.
pub fn meet(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // row[j]: whether the first i characters of a and the first j of b may mean the same.
    let mut row = vec![false; b.len() + 1];
    for i in 0..=a.len() {
        let mut next = vec![false; b.len() + 1];
        for j in 0..=b.len() {
            let star = |text: &[char], at: usize| at > 0 && text.get(at - 1) == Some(&'*');
            let above = i > 0 && row.get(j) == Some(&true);
            let left = j > 0 && next.get(j - 1) == Some(&true);
            let both = i > 0 && j > 0 && row.get(j - 1) == Some(&true);
            let one = |text: &[char], at: usize| at.checked_sub(1).and_then(|at| text.get(at).copied());
            let same = match (one(&a, i), one(&b, j)) {
                (Some('*'), _) | (_, Some('*')) => both,
                (Some(x), Some(y)) => both && (x == y || x == '?' || y == '?'),
                _ => i == 0 && j == 0,
            };
            let value = same || (star(&a, i) && (above || left)) || (star(&b, j) && (above || left));
            if let Some(place) = next.get_mut(j) {
                *place = value;
            }
        }
        row = next;
    }
    row.last() == Some(&true)
}

/// Whether a pattern covers a text. Wildcards of the text are characters that only those of the pattern cover.
pub fn covers_exactly(pattern: &str, text: &str) -> bool {
    let escaped: String = text.chars().map(|c| if matches!(c, '*' | '?') { '\u{1}' } else { c }).collect();
    meet(pattern, &escaped)
}

/// The same whatever the case: what an action's pattern is.
pub fn covers(pattern: &str, text: &str) -> bool {
    covers_exactly(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
}

/// Whether there is such a region.
pub fn is_region(code: &str) -> bool {
    static REGIONS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let json: Json = serde_json::from_str(include_str!("../../../../models/endpoints.json")).unwrap_or_default();
        let partitions = json.get("partitions").and_then(Json::as_object);
        let regions = partitions.into_iter().flatten().filter_map(|(_, about)| about.get("regions")?.as_object());
        regions.flatten().map(|(code, _)| code.clone()).collect()
    });
    REGIONS.iter().any(|known| known == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the folder is part of the source")]
    fn every_file_is_named_and_read() {
        let folder = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/iam/actions")).unwrap();
        let mut there: Vec<String> = folder
            .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".json").map(str::to_owned))
            .collect();
        there.sort();
        assert_eq!(there, prefixes().collect::<Vec<_>>());
        assert!(prefixes().all(|prefix| service(prefix).is_some()));
        assert_eq!(service("sqs").unwrap().actions.get("sendmessage").unwrap().name, "SendMessage");
    }

    #[test]
    fn texts_that_meet() {
        for (a, b, expect) in [
            ("a*", "ab", true),
            ("a*", "*b", true),
            ("a*c", "ab*", true),
            ("ab", "ac", false),
            ("a?", "ab", true),
            ("arn:*:s3:::*", "arn:aws:s3:::b/*", true),
            ("arn:*:s3:::*", "arn:aws:sqs:*", true),
            ("arn:*:s3:::*", "arn:aws:sqs:b", false),
            ("", "*", true),
            ("", "", true),
            ("x*y*z", "x1z", false),
        ] {
            assert_eq!(meet(a, b), expect, "{a} {b}");
            assert_eq!(meet(b, a), expect, "{b} {a}");
        }
        assert!(covers("S3:Get*", "s3:GetObject") && !covers("s3:GetO", "s3:G*"));
    }

    #[test]
    fn condition_keys() {
        assert_eq!(global_key("AWS:sourceip"), Some("IPAddress"));
        assert_eq!(global_key("aws:PrincipalTag/team"), Some("String"));
        assert_eq!(global_key("aws:Nothing"), None);
        assert_eq!(key_type(&service("s3").unwrap().conditions, "s3:prefix"), Some("String"));
    }
}
