//! What clients say of their sampling, and the quotas that they get.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sampling.html>

use crate::api::*;
use crate::state::{RULES, Rule, STATISTICS, Statistics};
use crate::{errors, paging, sampling};
use service::{Cx, Duration, Result, Timestamp, View};

/// How often clients come, and how long a quota holds, in seconds.
const INTERVAL: i64 = 10;
/// After this a client that says nothing has no part of the reservoir.
const SILENT: Duration = Duration::from_secs(3 * INTERVAL as u64);

/// <https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingTargets.html>
pub fn get_sampling_targets(cx: &mut Cx, input: GetSamplingTargetsRequest) -> Result<GetSamplingTargetsResult> {
    let GetSamplingTargetsRequest { sampling_statistics_documents, sampling_boost_statistics_documents } = input;
    if sampling_boost_statistics_documents.is_some_and(|all| !all.is_empty()) {
        return Err(errors::refuse("SamplingBoostStatisticsDocuments"));
    }
    let (mut targets, mut unprocessed) = (Vec::new(), Vec::new());
    for document in sampling_statistics_documents {
        match sampling::find(cx, &document.rule_name)? {
            Some(rule) => targets.push(target(cx, &rule, document)?),
            None => unprocessed.push(UnprocessedStatistics {
                message: Some(format!("Sampling rule {} does not exist.", document.rule_name)),
                rule_name: Some(document.rule_name),
                error_code: Some("400".to_owned()),
            }),
        }
    }
    let modified = cx.rows(&RULES, ()).map(|rule| Ok(rule?.modified_at)).collect::<Result<Vec<Timestamp>>>()?;
    Ok(GetSamplingTargetsResult {
        sampling_target_documents: Some(targets),
        last_rule_modification: Some(modified.into_iter().max().unwrap_or_default()),
        unprocessed_statistics: Some(unprocessed),
        unprocessed_boost_statistics: Some(Vec::new()),
    })
}

/// A client's part of a rule's reservoir, which it shares with all that were heard of lately.
fn target(cx: &mut Cx, rule: &Rule, document: SamplingStatisticsDocument) -> Result<SamplingTargetDocument> {
    let SamplingStatisticsDocument { rule_name, client_id, timestamp: _, request_count, sampled_count, borrow_count } =
        document;
    let now = cx.now();
    let all: Vec<Statistics> = cx.rows(&STATISTICS, (rule_name.as_str(),)).collect::<Result<_>>()?;
    let (silent, mut clients): (Vec<Statistics>, Vec<Statistics>) =
        all.into_iter().partition(|known| now.since(known.at) > SILENT);
    for gone in silent {
        cx.delete(&STATISTICS, &(gone.rule, gone.client))?;
    }
    let since = clients.iter().find(|known| known.client == client_id).map_or(now, |known| known.since);
    clients.retain(|known| known.client != client_id);
    let row = Statistics {
        rule: rule_name.clone(),
        client: client_id.clone(),
        at: now,
        requests: request_count,
        sampled: sampled_count,
        borrowed: borrow_count.unwrap_or_default(),
        since,
    };
    cx.put(&STATISTICS, &(rule_name.clone(), client_id.clone()), &row)?;
    // What does not divide goes to those that came first.
    let before = clients.iter().filter(|known| (known.since, &known.client) < (since, &client_id)).count() as i64;
    let count = clients.len() as i64 + 1;
    let quota = rule.reservoir_size / count + i64::from(before < rule.reservoir_size % count);
    Ok(SamplingTargetDocument {
        rule_name: Some(rule_name),
        fixed_rate: Some(rule.fixed_rate),
        reservoir_quota: Some(quota),
        reservoir_quota_ttl: Some(now.after(Duration::from_secs(INTERVAL.unsigned_abs())).whole_secs()),
        interval: Some(INTERVAL),
        sampling_boost: None,
    })
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingStatisticSummaries.html>
pub fn get_sampling_statistic_summaries(
    view: &View,
    input: GetSamplingStatisticSummariesRequest,
) -> Result<GetSamplingStatisticSummariesResult> {
    let GetSamplingStatisticSummariesRequest { next_token } = input;
    let mut summaries: Vec<SamplingStatisticSummary> = Vec::new();
    for known in view.rows(&STATISTICS, ()) {
        let known = known?;
        match summaries.last_mut().filter(|summary| summary.rule_name.as_deref() == Some(&known.rule)) {
            Some(summary) => {
                let add = |sum: &mut Option<i64>, more: i64| *sum = Some(sum.unwrap_or_default() + more);
                add(&mut summary.request_count, known.requests);
                add(&mut summary.sampled_count, known.sampled);
                add(&mut summary.borrow_count, known.borrowed);
                summary.timestamp = summary.timestamp.max(Some(known.at));
            }
            None => summaries.push(SamplingStatisticSummary {
                rule_name: Some(known.rule),
                timestamp: Some(known.at),
                request_count: Some(known.requests),
                borrow_count: Some(known.borrowed),
                sampled_count: Some(known.sampled),
            }),
        }
    }
    let (summaries, next_token) = paging::part(summaries, next_token, 100)?;
    Ok(GetSamplingStatisticSummariesResult { sampling_statistic_summaries: Some(summaries), next_token })
}
