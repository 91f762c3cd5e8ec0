//! Session tags: what a request may pass, and what a chain of roles inherits.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>

use crate::errors;
use service::{Result, Session};

/// Tags of a session. What a chain inherits counts, or else its tokens could grow with each link.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MOST: usize = 50;

/// The tags of a session to be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionTags {
    /// Those that the request passes.
    pub passed: Vec<(String, String)>,
    /// Those that the caller's session hands on.
    pub inherited: Vec<(String, String)>,
    /// The keys of those that the new session hands on in its turn.
    pub transitive: Vec<String>,
}

impl SessionTags {
    /// Puts together what is passed and what the caller's session hands on. Keys are the same whatever their case.
    pub fn of(passed: Vec<(String, String)>, transitive: Vec<String>, caller: Option<&Session>) -> Result<SessionTags> {
        for (i, (key, _)) in passed.iter().enumerate() {
            if is_reserved(key) {
                return Err(errors::invalid_parameter(format!(
                    "The tag key {key} is not allowed: keys that begin with aws: are reserved for system use."
                )));
            }
            if passed.iter().take(i).any(|(earlier, _)| same(earlier, key)) {
                return Err(errors::invalid_parameter(
                    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
                ));
            }
        }
        let inherited = caller.map(handed_on).unwrap_or_default();
        if inherited.iter().any(|(key, _)| passed.iter().any(|(other, _)| same(key, other))) {
            return Err(errors::invalid_parameter(
                "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key \
                 from the calling session.",
            ));
        }
        if !transitive.iter().all(|key| passed.iter().any(|(other, _)| same(key, other))) {
            return Err(errors::invalid_parameter(
                "The specified transitive tag key must be included in the requested tags.",
            ));
        }
        if passed.len() + inherited.len() > MOST {
            let text = format!("Member must have length less than or equal to {MOST}");
            let keys: Vec<&str> = passed.iter().map(|(key, _)| key.as_str()).collect();
            return Err(errors::constraint(&format!("[{}]", keys.join(", ")), "tags", &text));
        }
        let transitive = transitive.into_iter().chain(inherited.iter().map(|(key, _)| key.clone())).collect();
        Ok(SessionTags { passed, inherited, transitive })
    }

    /// Whether the session will have none, so that nobody need be allowed to tag it.
    pub fn is_empty(&self) -> bool {
        self.passed.is_empty() && self.inherited.is_empty()
    }

    /// The tags that the request passes, borrowed.
    pub fn passed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.passed.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// All tags of the session.
    pub fn all(&self) -> Vec<(String, String)> {
        self.inherited.iter().chain(&self.passed).cloned().collect()
    }
}

/// What a session hands on to those that are made with it.
fn handed_on(session: &Session) -> Vec<(String, String)> {
    let is_transitive = |key: &str| session.transitive_tag_keys.iter().any(|other| same(key, other));
    session.tags.iter().filter(|(key, _)| is_transitive(key)).cloned().collect()
}

fn is_reserved(key: &str) -> bool {
    key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
}

fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || a.to_lowercase() == b.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    fn keys(list: &[&str]) -> Vec<String> {
        list.iter().map(|k| (*k).to_owned()).collect()
    }

    #[test]
    fn tags_that_are_refused() {
        let caller = Session {
            tags: tags(&[("Team", "blue"), ("Cost", "7")]),
            transitive_tag_keys: keys(&["team"]),
            ..Session::default()
        };
        let check = |passed: &[(&str, &str)], transitive: &[&str], part: &str| {
            let error = SessionTags::of(tags(passed), keys(transitive), Some(&caller)).unwrap_err();
            assert_eq!(error.code(), "InvalidParameterValue");
            assert!(error.message().contains(part), "{error}");
        };
        check(&[("a", "1"), ("A", "2")], &[], "Duplicate tag keys found");
        check(&[("a", "1")], &["b"], "must be included in the requested tags");
        check(&[], &["Team"], "must be included in the requested tags");
        check(&[("TEAM", "red")], &[], "conflicts with a transitive tag key");
        check(&[("aws:a", "1")], &[], "reserved");
    }

    #[test]
    fn transitive_tags_are_handed_on() {
        let caller = Session {
            tags: tags(&[("Team", "blue"), ("Cost", "7")]),
            transitive_tag_keys: keys(&["Team"]),
            ..Session::default()
        };
        let next = SessionTags::of(tags(&[("Cost", "8"), ("Env", "x")]), keys(&["env"]), Some(&caller)).unwrap();
        assert_eq!(next.all(), tags(&[("Team", "blue"), ("Cost", "8"), ("Env", "x")]));
        assert_eq!(next.transitive, keys(&["env", "Team"]));
        let last = Session { tags: next.all(), transitive_tag_keys: next.transitive, ..Session::default() };
        let last = SessionTags::of(Vec::new(), Vec::new(), Some(&last)).unwrap();
        assert_eq!(last.all(), tags(&[("Team", "blue"), ("Env", "x")]));
        let many: Vec<_> = (0..49).map(|i| (format!("k{i}"), String::new())).collect();
        assert!(SessionTags::of(many.clone(), Vec::new(), Some(&caller)).is_ok());
        let too_many = [many, tags(&[("k49", "")])].concat();
        assert_eq!(SessionTags::of(too_many, Vec::new(), Some(&caller)).unwrap_err().code(), "ValidationError");
        assert!(!last.is_empty() && SessionTags::of(Vec::new(), Vec::new(), None).unwrap().is_empty());
    }
}
