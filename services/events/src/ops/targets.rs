//! The targets of rules.

use crate::address;
use crate::api::*;
use crate::paging::page;
use crate::state::{self, TARGETS};
use crate::{errors, targets};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html>
pub fn put_targets(cx: &mut Cx, input: PutTargetsRequest) -> Result<PutTargetsResponse> {
    let PutTargetsRequest { rule, event_bus_name, targets: given } = input;
    let (_, rule) = address::rule(cx, event_bus_name.as_deref(), &rule)?;
    let rows = given.into_iter().map(|target| targets::row(cx, &rule, target)).collect::<Result<Vec<_>>>()?;
    for row in &rows {
        cx.put(&TARGETS, &(row.bus.clone(), row.rule.clone(), row.id.clone()), row)?;
    }
    if cx.rows(&TARGETS, (rule.bus.as_str(), rule.name.as_str())).count() > targets::MOST {
        return Err(errors::limit_exceeded());
    }
    Ok(PutTargetsResponse { failed_entry_count: Some(0), failed_entries: Some(Vec::new()) })
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html>
pub fn remove_targets(cx: &mut Cx, input: RemoveTargetsRequest) -> Result<RemoveTargetsResponse> {
    let RemoveTargetsRequest {
        rule,
        event_bus_name,
        ids,
        // No service manages rules here.
        force: _, // stored only
    } = input;
    let (_, rule) = address::rule(cx, event_bus_name.as_deref(), &rule)?;
    let mut failed = Vec::new();
    for id in ids {
        if !cx.delete(&TARGETS, &(rule.bus.clone(), rule.name.clone(), id.clone()))? {
            failed.push(RemoveTargetsResultEntry {
                error_message: Some(format!("Rule {} does not have a target with id {id}.", rule.name)),
                target_id: Some(id),
                error_code: Some("ResourceNotFoundException".to_owned()),
            });
        }
    }
    Ok(RemoveTargetsResponse { failed_entry_count: Some(failed.len() as i64), failed_entries: Some(failed) })
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html>
pub fn list_targets_by_rule(view: &View, input: ListTargetsByRuleRequest) -> Result<ListTargetsByRuleResponse> {
    let ListTargetsByRuleRequest { rule, event_bus_name, next_token, limit } = input;
    let (_, rule) = address::rule(view, event_bus_name.as_deref(), &rule)?;
    let page = page(next_token, limit)?;
    let of_rule = (rule.bus.as_str(), rule.name.as_str());
    let (rows, next) = view.page(&TARGETS, of_rule, &page, |_: &state::Target| true)?;
    Ok(ListTargetsByRuleResponse {
        targets: Some(rows.into_iter().map(targets::shown).collect()),
        next_token: next.map(|token| token.encode()),
    })
}
