//! Analyzers by their names and ARNs.

use crate::errors;
use crate::state::{ANALYZERS, AnalyzerRow};
use service::{Arn, ArnParts, Result, View};

/// The ARN of an analyzer of this region.
pub fn arn(view: &View, name: &str) -> Arn {
    view.arn("access-analyzer", format_args!("analyzer/{name}"))
}

/// The key of an analyzer of this region.
pub fn key(view: &View, name: &str) -> (String, String) {
    (view.region().as_str().to_owned(), name.to_owned())
}

/// The analyzer of a name in this region.
pub fn named(view: &View, name: &str) -> Result<AnalyzerRow> {
    view.get(&ANALYZERS, &key(view, name))?.ok_or_else(|| errors::no_analyzer(name))
}

/// The analyzer of an ARN, which must be of this account and region.
pub fn by_arn(view: &View, arn: &str) -> Result<AnalyzerRow> {
    let name = name_in(view, arn).ok_or_else(|| errors::no_analyzer(arn))?;
    view.get(&ANALYZERS, &key(view, &name))?.ok_or_else(|| errors::no_analyzer(arn))
}

/// The name in an ARN of this account and region.
pub fn name_in(view: &View, arn: &str) -> Option<String> {
    let parts = ArnParts::parse(arn).ok()?;
    let own = parts.service == "access-analyzer"
        && parts.region == view.region().as_str()
        && parts.account.parse() == Ok(view.account());
    let name = parts.resource.strip_prefix("analyzer/")?;
    (own && !name.contains('/')).then(|| name.to_owned())
}

/// All analyzers of this region.
pub fn here(view: &View) -> Result<Vec<AnalyzerRow>> {
    view.rows(&ANALYZERS, view.region().as_str()).collect()
}
