//! How many findings an analyzer has.

use crate::api::*;
use crate::names;
use crate::ops::findings;
use crate::state::FindingRow;
use service::{IndexMap, Result, View};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many of the accounts with the most findings are told.
const MOST_ACCOUNTS: usize = 10;

/// They are counted as they are asked for; AWS counts them now and then.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetFindingsStatistics.html>
pub fn get_findings_statistics(
    view: &View,
    input: GetFindingsStatisticsRequest,
) -> Result<GetFindingsStatisticsResponse> {
    let GetFindingsStatisticsRequest { analyzer_arn } = input;
    let analyzer = names::by_arn(view, &analyzer_arn)?;
    let all = findings::all(view, &analyzer)?;
    let statistics = match analyzer.unused_access_age {
        Some(_) => FindingsStatistics {
            unused_access_findings_statistics: Some(of_unused_access(&all)),
            ..FindingsStatistics::default()
        },
        None => FindingsStatistics {
            external_access_findings_statistics: Some(of_external_access(&all)),
            ..FindingsStatistics::default()
        },
    };
    Ok(GetFindingsStatisticsResponse { findings_statistics: Some(vec![statistics]), last_updated_at: Some(view.now()) })
}

fn count<'f>(all: impl IntoIterator<Item = &'f FindingRow>) -> i64 {
    i64::try_from(all.into_iter().count()).unwrap_or(i64::MAX)
}

fn of(all: &[FindingRow], status: &str) -> i64 {
    count(all.iter().filter(|finding| finding.status == status))
}

fn active(all: &[FindingRow]) -> impl Iterator<Item = &FindingRow> {
    all.iter().filter(|finding| finding.status == "ACTIVE")
}

fn by<'f>(
    all: impl Iterator<Item = &'f FindingRow>,
    key: fn(&FindingRow) -> &str,
) -> BTreeMap<String, Vec<&'f FindingRow>> {
    let mut groups: BTreeMap<String, Vec<&FindingRow>> = BTreeMap::new();
    for finding in all {
        groups.entry(key(finding).to_owned()).or_default().push(finding);
    }
    groups
}

fn of_external_access(all: &[FindingRow]) -> ExternalAccessFindingsStatistics {
    let details = |own: Vec<&FindingRow>| {
        let public = count(own.iter().copied().filter(|finding| finding.is_public));
        ResourceTypeDetails {
            total_active_public: Some(public),
            total_active_cross_account: Some(count(own) - public),
            total_active_errors: Some(0),
        }
    };
    let types: IndexMap<String, ResourceTypeDetails> =
        by(active(all), |finding| &finding.resource_type).into_iter().map(|(kind, own)| (kind, details(own))).collect();
    ExternalAccessFindingsStatistics {
        resource_type_statistics: Some(types),
        total_active_findings: Some(of(all, "ACTIVE")),
        total_archived_findings: Some(of(all, "ARCHIVED")),
        total_resolved_findings: Some(of(all, "RESOLVED")),
    }
}

fn of_unused_access(all: &[FindingRow]) -> UnusedAccessFindingsStatistics {
    let types = by(active(all), |finding| &finding.kind);
    let types = types
        .into_iter()
        .map(|(kind, own)| UnusedAccessTypeStatistics { unused_access_type: Some(kind), total: Some(count(own)) });
    let mut accounts: Vec<_> = by(active(all), |finding| &finding.owner).into_iter().collect();
    accounts.sort_by_key(|(_, own)| Reverse(own.len()));
    accounts.truncate(MOST_ACCOUNTS);
    let account = |(account, own): (String, Vec<&FindingRow>)| FindingAggregationAccountDetails {
        account: Some(account),
        number_of_active_findings: Some(count(own.iter().copied())),
        details: Some(by(own.into_iter(), |f| &f.kind).into_iter().map(|(kind, own)| (kind, count(own))).collect()),
    };
    UnusedAccessFindingsStatistics {
        unused_access_type_statistics: Some(types.collect()),
        top_accounts: Some(accounts.into_iter().map(account).collect::<Vec<_>>()).filter(|all| !all.is_empty()),
        total_active_findings: Some(of(all, "ACTIVE")),
        total_archived_findings: Some(of(all, "ARCHIVED")),
        total_resolved_findings: Some(of(all, "RESOLVED")),
    }
}
