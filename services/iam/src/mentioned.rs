//! The condition keys that a policy mentions, in conditions and as variables.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use service::policy::{Document, Error, Limits};
use std::collections::BTreeSet;

/// Their names in the order of text, each once.
pub fn context_keys(text: &str) -> Result<BTreeSet<String>, Error> {
    Ok(keys_of(&Document::parse(text, Limits::default())?))
}

/// The same of a document that is read already.
pub fn keys_of(document: &Document) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for statement in document.statements() {
        let resources = statement.resources.iter().flat_map(|targets| targets.patterns.iter());
        let values = statement.conditions.iter().flat_map(|condition| condition.values());
        for pattern in resources.chain(values) {
            keys.extend(variables(pattern.as_str()));
        }
        keys.extend(statement.conditions.iter().map(|condition| condition.key().to_owned()));
    }
    keys
}

/// The keys within `${…}`; `${*}`, `${?}` and `${$}` are characters, and what stands behind a comma is a default.
fn variables(text: &str) -> impl Iterator<Item = String> {
    let starts = text.split("${").skip(1);
    let names = starts.filter_map(|rest| rest.split_once('}')).filter_map(|(name, _)| name.split(',').next());
    names.map(str::trim).filter(|name| name.contains(':')).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_conditions_and_variables() {
        let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*",
            "Resource":["arn:aws:s3:::b/${aws:username}/*","arn:aws:s3:::${*}"],
            "Condition":{"StringLike":{"s3:prefix":["home/${aws:PrincipalTag/team, 'none'}"]},
            "Bool":{"aws:SecureTransport":"true"}}}}"#;
        let keys: Vec<String> = context_keys(text).unwrap().into_iter().collect();
        assert_eq!(keys, ["aws:PrincipalTag/team", "aws:SecureTransport", "aws:username", "s3:prefix"]);
        assert!(context_keys("{").is_err());
    }
}
