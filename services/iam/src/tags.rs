//! Tags. Their keys are not told apart by case, but kept as they were given.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html>

use crate::{api, errors};
use service::{IndexMap, RequestInfo, Result};

/// The most tags that a resource may have.
const MOST: usize = 50;

/// The tags of a request that makes something.
pub fn given(request: &RequestInfo, tags: Option<Vec<api::Tag>>) -> Result<IndexMap<String, String>> {
    let mut all = IndexMap::new();
    for api::Tag { key, value } in tags.unwrap_or_default() {
        if reserved(&key) && !request.owns_tag(&key) {
            return Err(errors::invalid_input("aws: prefixed tag key names are not allowed for external use."));
        }
        if find(&all, &key).is_some() {
            return Err(errors::invalid_input(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        all.insert(key, value);
    }
    Ok(all)
}

/// Puts a request's tags on what is there.
pub fn add(request: &RequestInfo, there: &mut IndexMap<String, String>, tags: Vec<api::Tag>) -> Result<()> {
    for (key, value) in given(request, Some(tags))? {
        match find(there, &key) {
            Some(index) => {
                there.shift_remove_index(index);
                there.shift_insert(index, key, value);
            }
            None => drop(there.insert(key, value)),
        }
    }
    if there.len() > MOST { Err(errors::limit("The number of tags has reached the maximum limit.")) } else { Ok(()) }
}

/// Takes tags off; those that are not there are none to take.
pub fn take(there: &mut IndexMap<String, String>, keys: &[String]) {
    for key in keys {
        if let Some(index) = find(there, key) {
            there.shift_remove_index(index);
        }
    }
}

/// The tags as a reply shows them.
pub fn shown(tags: &IndexMap<String, String>) -> Vec<api::Tag> {
    tags.iter().map(|(key, value)| api::Tag { key: key.clone(), value: value.clone() }).collect()
}

/// The same, for members that AWS leaves out where there are none.
pub fn some(tags: &IndexMap<String, String>) -> Option<Vec<api::Tag>> {
    (!tags.is_empty()).then(|| shown(tags))
}

fn find(tags: &IndexMap<String, String>, key: &str) -> Option<usize> {
    let folded = key.to_lowercase();
    tags.keys().position(|known| known.to_lowercase() == folded)
}

fn reserved(key: &str) -> bool {
    key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client's own request.
    fn request() -> RequestInfo {
        RequestInfo {
            id: service::RequestId(0),
            service: "iam",
            operation: "TagUser",
            caller: std::sync::Arc::new(service::Caller::anonymous()),
            arrived: service::Timestamp(0),
            base_url: "".into(),
            source_ip: "".into(),
            user_agent: "".into(),
            secure: false,
            via: None,
            trace: None,
            door: service::DoorRef::default(),
        }
    }

    fn given(tags: Option<Vec<api::Tag>>) -> Result<IndexMap<String, String>> {
        super::given(&request(), tags)
    }

    fn add(there: &mut IndexMap<String, String>, tags: Vec<api::Tag>) -> Result<()> {
        super::add(&request(), there, tags)
    }

    fn tag(key: &str, value: &str) -> api::Tag {
        api::Tag { key: key.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn keys_are_kept_but_not_told_apart_by_case() {
        let mut tags = given(Some(vec![tag("Team", "a"), tag("cost", "1")])).unwrap();
        add(&mut tags, vec![tag("team", "b")]).unwrap();
        assert_eq!(shown(&tags), [tag("team", "b"), tag("cost", "1")]);
        take(&mut tags, &["COST".to_owned(), "none".to_owned()]);
        assert_eq!(shown(&tags), [tag("team", "b")]);
        for twice in [["k", "k"], ["k", "K"]] {
            let error = given(Some(vec![tag(twice[0], ""), tag(twice[1], "")])).unwrap_err();
            assert!(error.message().starts_with("Duplicate tag keys"), "{error}");
        }
        assert_eq!(given(Some(vec![tag("AWS:x", "")])).unwrap_err().code(), "InvalidInputException");
        let many = |from: usize| (from..from + 30).map(|i| tag(&format!("t{i}"), "")).collect::<Vec<_>>();
        let mut tags = given(Some(many(0))).unwrap();
        assert_eq!(add(&mut tags, many(30)).unwrap_err().code(), "LimitExceededException");
    }
}
