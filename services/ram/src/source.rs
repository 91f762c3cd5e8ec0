//! Sources: from where a service must come to what is shared with it, so that nobody else can have it go there for him.
//! <https://docs.aws.amazon.com/ram/latest/APIReference/API_CreateResourceShare.html>

use crate::errors;
use crate::state::{AssociationRow, ShareRow};
use serde_json::{Value as Json, json};
use service::{AccountId, ArnParts, Result};

/// A source of calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An account.
    Account(AccountId),
    /// A resource, by ARN.
    Arn(String),
}

impl Source {
    /// Reads what a request names.
    ///
    /// # Errors
    /// `InvalidParameterException`; an organisation and a path of one are not implemented, by name: requests do not say of which organisation
    /// their source is.
    pub fn read(text: &str) -> Result<Source> {
        if text.len() == 12
            && let Ok(account) = text.parse()
        {
            return Ok(Source::Account(account));
        }
        if text.starts_with("o-") {
            return Err(errors::not_implemented_source(text));
        }
        let malformed =
            || errors::invalid_parameter(format!("Source ID {text} is malformed. Verify the ID and try again."));
        ArnParts::parse(text).map(|_| Source::Arn(text.to_owned())).map_err(|_| malformed())
    }

    /// Its type. AWS does not publish its words for them.
    pub fn kind(&self) -> &'static str {
        match self {
            Source::Account(_) => "ACCOUNT",
            Source::Arn(_) => "ARN",
        }
    }
}

/// Those that a share has.
pub fn of(row: &ShareRow) -> impl Iterator<Item = (&AssociationRow, Source)> {
    let all = row.sources.iter().flatten();
    all.filter_map(|one| Source::read(&one.entity).ok().map(|source| (one, source)))
}

/// The conditions of which one must hold for services; none where they may come from anywhere.
pub fn conditions(row: &ShareRow) -> Vec<Json> {
    let (mut accounts, mut arns) = (Vec::new(), Vec::new());
    for (_, source) in of(row).filter(|(one, _)| !one.gone) {
        match source {
            Source::Account(account) => accounts.push(account.to_string()),
            Source::Arn(arn) => arns.push(arn),
        }
    }
    let mut all = Vec::new();
    if !accounts.is_empty() {
        all.push(json!({"StringEquals": {"aws:SourceAccount": accounts}}));
    }
    if !arns.is_empty() {
        all.push(json!({"ArnLike": {"aws:SourceArn": arns}}));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read() {
        for (text, expect) in [
            ("222222222222", Ok("ACCOUNT")),
            ("arn:aws:s3:::bucket", Ok("ARN")),
            ("o-a1b2c3d4e5", Err("NotImplemented")),
            ("o-a1b2c3d4e5/r-ab12/ou-ab12-11111111", Err("NotImplemented")),
            ("22222222222", Err("InvalidParameterException")),
            ("s3.amazonaws.com", Err("InvalidParameterException")),
            ("", Err("InvalidParameterException")),
        ] {
            let read = Source::read(text);
            assert_eq!(read.as_ref().map(Source::kind).map_err(|error| error.code()), expect, "{text}");
        }
    }
}
