//! What an analyzer of unused access leaves out: accounts, and identities with certain tags.
//! <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_AnalysisRuleCriteria.html>

use crate::api::{AnalysisRule, AnalysisRuleCriteria};
use crate::errors;
use crate::state::{AnalyzerRow, ExclusionRow, TagsRow};
use service::{IndexMap, Result};

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-create-unused.html>
const MOST_ACCOUNTS: usize = 2_000;
const MOST_TAGS: usize = 100;

/// Reads a rule. Accounts can be left out by an organisation's analyzer, though not `own`, which it is in.
///
/// # Errors
/// `ValidationException`
pub fn read(rule: Option<AnalysisRule>, organization: bool, own: &str) -> Result<Vec<ExclusionRow>> {
    let exclusions = rule.and_then(|AnalysisRule { exclusions }| exclusions).unwrap_or_default();
    let mut rows = Vec::new();
    for AnalysisRuleCriteria { account_ids, resource_tags } in exclusions {
        let accounts = account_ids.unwrap_or_default();
        if !accounts.is_empty() && !organization {
            return Err(errors::validation("Account IDs can be excluded from an organization-level analyzer only."));
        }
        if accounts.iter().any(|id| id == own) {
            return Err(errors::validation("The account of the analyzer cannot be excluded."));
        }
        if let Some(bad) = accounts.iter().find(|id| id.len() != 12 || !id.bytes().all(|b| b.is_ascii_digit())) {
            return Err(errors::validation(format!("{bad} is not an account ID.")));
        }
        let tags: Vec<TagsRow> = resource_tags.unwrap_or_default().into_iter().map(|tags| TagsRow { tags }).collect();
        tags.iter().flat_map(|own| &own.tags).try_for_each(check_tag)?;
        rows.push(ExclusionRow { accounts, tags });
    }
    let accounts: usize = rows.iter().map(|row| row.accounts.len()).sum();
    let tags: usize = rows.iter().flat_map(|row| &row.tags).map(|own| own.tags.len()).sum();
    if accounts > MOST_ACCOUNTS || tags > MOST_TAGS {
        let text = format!("At most {MOST_ACCOUNTS} accounts and {MOST_TAGS} tags can be excluded.");
        return Err(errors::validation(text));
    }
    Ok(rows)
}

fn check_tag((key, value): (&String, &String)) -> Result<()> {
    let length = key.chars().count();
    if !(1..=128).contains(&length) || key.starts_with("aws:") || value.chars().count() > 256 {
        return Err(errors::validation(format!("The tag {key} cannot be used for an exclusion.")));
    }
    Ok(())
}

/// A rule as answers have it; `None` where nothing is left out.
pub fn told(row: &AnalyzerRow) -> Option<AnalysisRule> {
    let some = |empty: bool| !empty;
    let criteria = |ExclusionRow { accounts, tags }: &ExclusionRow| AnalysisRuleCriteria {
        account_ids: some(accounts.is_empty()).then(|| accounts.clone()),
        resource_tags: some(tags.is_empty()).then(|| tags.iter().map(|own| own.tags.clone()).collect()),
    };
    let exclusions: Vec<AnalysisRuleCriteria> = row.exclusions.iter().flatten().map(criteria).collect();
    (!exclusions.is_empty()).then_some(AnalysisRule { exclusions: Some(exclusions) })
}

/// Whether an analyzer leaves an identity out. All that a criterion names must hold: one of its accounts, and one of its sets of
/// tags.
pub fn exclude(analyzer: &AnalyzerRow, account: &str, tags: &IndexMap<String, String>) -> bool {
    // An empty value stands for any.
    let has = |(key, value): (&String, &String)| tags.get(key).is_some_and(|own| value.is_empty() || own == value);
    analyzer.exclusions.iter().flatten().any(|row| {
        let named = !row.accounts.is_empty() || !row.tags.is_empty();
        named
            && (row.accounts.is_empty() || row.accounts.iter().any(|own| own == account))
            && (row.tags.is_empty() || row.tags.iter().any(|set| set.tags.iter().all(has)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> IndexMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn all_that_a_criterion_names_must_hold() {
        let row = |accounts: &[&str], tags: &[&[(&str, &str)]]| AnalyzerRow {
            exclusions: Some(vec![ExclusionRow {
                accounts: accounts.iter().map(|one| (*one).to_owned()).collect(),
                tags: tags.iter().map(|set| TagsRow { tags: map(set) }).collect(),
            }]),
            ..AnalyzerRow::default()
        };
        let red = map(&[("team", "red"), ("env", "dev")]);
        for (accounts, tags, expect) in [
            (&["1"][..], &[][..], true),
            (&["2"], &[], false),
            (&[], &[], false),
            (&[], &[&[("team", "red")][..]][..], true),
            (&[], &[&[("team", "")]], true),
            (&[], &[&[("Team", "")]], false),
            (&[], &[&[("team", "red"), ("env", "prod")]], false),
            (&[], &[&[("team", "blue")], &[("env", "dev")]], true),
            (&["2"], &[&[("team", "red")]], false),
        ] {
            assert_eq!(exclude(&row(accounts, tags), "1", &red), expect, "{accounts:?} {tags:?}");
        }
    }
}
