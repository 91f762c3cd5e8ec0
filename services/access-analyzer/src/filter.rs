//! Filters of findings: what archive rules and listings ask for.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html>

use crate::api;
use crate::errors;
use crate::ops::findings::restriction;
use crate::state::{CriterionRow, FindingRow};
use service::{IndexMap, Result, View};

const KEYS: [&str; 12] = [
    "id",
    "resource",
    "resourceType",
    "resourceOwnerAccount",
    "isPublic",
    "findingType",
    "resourceControlPolicyRestriction",
    "status",
    "error",
    "createdAt",
    "updatedAt",
    "analyzedAt",
];
const PREFIXES: [&str; 2] = ["principal.", "condition."];

/// Reads a filter.
///
/// # Errors
/// `ValidationException` for a key that findings do not have, and for a criterion that asks nothing.
pub fn read(filter: IndexMap<String, api::Criterion>) -> Result<Vec<CriterionRow>> {
    read_with(filter, &[])
}

/// [`read`], with `more` keys.
pub fn read_with(filter: IndexMap<String, api::Criterion>, more: &[&str]) -> Result<Vec<CriterionRow>> {
    let mut rows = Vec::new();
    for (property, api::Criterion { eq, neq, contains, exists }) in filter {
        let known = KEYS.contains(&property.as_str()) || more.contains(&property.as_str());
        if !known && !PREFIXES.iter().any(|prefix| property.starts_with(prefix)) {
            return Err(errors::validation(format!("{property} is not a key by which findings are filtered.")));
        }
        let row = CriterionRow {
            property,
            eq: eq.unwrap_or_default(),
            neq: neq.unwrap_or_default(),
            contains: contains.unwrap_or_default(),
            exists,
        };
        if row.eq.is_empty() && row.neq.is_empty() && row.contains.is_empty() && row.exists.is_none() {
            return Err(errors::validation(format!("The criterion for {} asks nothing.", row.property)));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// A filter as answers have it.
pub fn told(filter: Vec<CriterionRow>) -> IndexMap<String, api::Criterion> {
    let some = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
    filter
        .into_iter()
        .map(|CriterionRow { property, eq, neq, contains, exists }| {
            (property, api::Criterion { eq: some(eq), neq: some(neq), contains: some(contains), exists })
        })
        .collect()
}

/// Whether a finding is one of those that a filter asks for.
pub fn keeps(view: &View, filter: &[CriterionRow], finding: &FindingRow) -> bool {
    holds(filter, |property| value(view, finding, property))
}

/// Whether a filter holds for what has these values of properties.
pub fn holds(filter: &[CriterionRow], value: impl Fn(&str) -> Option<String>) -> bool {
    filter.iter().all(|criterion| {
        let value = value(&criterion.property);
        let text = value.as_deref().unwrap_or_default();
        let is = |list: &[String]| list.iter().any(|own| own == text);
        (criterion.eq.is_empty() || (value.is_some() && is(&criterion.eq)))
            && (criterion.neq.is_empty() || !(value.is_some() && is(&criterion.neq)))
            && (criterion.contains.is_empty()
                || (value.is_some() && criterion.contains.iter().any(|own| text.contains(own.as_str()))))
            && criterion.exists.is_none_or(|exists| exists == value.is_some())
    })
}

/// A property of a finding as text; `None` where it has none.
pub fn value(view: &View, finding: &FindingRow, property: &str) -> Option<String> {
    let folded = |map: &IndexMap<String, String>, name: &str| {
        map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    };
    match property {
        "id" => Some(finding.id.clone()),
        "resource" => Some(finding.resource.clone()),
        "resourceType" => Some(finding.resource_type.clone()),
        "resourceOwnerAccount" => Some(finding.owner.clone()),
        "isPublic" => Some(finding.is_public.to_string()),
        "findingType" => Some(finding.kind.clone()),
        "resourceControlPolicyRestriction" if finding.kind == "ExternalAccess" => restriction(view, finding).ok(),
        "status" => Some(finding.status.clone()),
        "createdAt" => Some(finding.created_at.millis().to_string()),
        "updatedAt" => Some(finding.updated_at.millis().to_string()),
        "analyzedAt" => Some(finding.analyzed_at.millis().to_string()),
        _ => match property.split_once('.') {
            Some(("principal", name)) => folded(&finding.principal, name),
            Some(("condition", name)) => folded(&finding.condition, name),
            _ => None,
        },
    }
}
