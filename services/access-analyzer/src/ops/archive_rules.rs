//! Archive rules: what archives findings as they are made.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-archive-rules.html>

use crate::api::*;
use crate::ops::analyzers::page;
use crate::state::{ANALYZERS, AnalyzerRow, FINDINGS, FindingRow, RuleRow};
use crate::{errors, filter, names};
use service::{Cx, IndexMap, Nothing, Result, Timestamp, Token, View};

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-quotas.html>
const MOST_RULES: usize = 100;

/// Adds a rule to an analyzer.
pub(crate) fn add(
    row: &mut AnalyzerRow,
    (name, filter): (String, IndexMap<String, Criterion>),
    now: Timestamp,
) -> Result<()> {
    if row.rules.iter().any(|rule| rule.name == name) {
        let text = format!("The archive rule {name} already exists.");
        return Err(errors::conflict("ArchiveRule", &name, text));
    }
    if row.rules.len() >= MOST_RULES {
        let text = format!("An analyzer has at most {MOST_RULES} archive rules.");
        return Err(errors::quota("ArchiveRule", &name, text));
    }
    let filter = filter::read(filter)?;
    row.rules.push(RuleRow { name, created_at: now, updated_at: now, filter });
    Ok(())
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateArchiveRule.html>
pub fn create_archive_rule(cx: &mut Cx, input: CreateArchiveRuleRequest) -> Result<Nothing> {
    let CreateArchiveRuleRequest {
        analyzer_name,
        rule_name,
        filter,
        client_token: _, // stored only
    } = input;
    let mut row = names::named(cx, &analyzer_name)?;
    add(&mut row, (rule_name, filter), cx.now())?;
    let key = names::key(cx, &analyzer_name);
    cx.put(&ANALYZERS, &key, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UpdateArchiveRule.html>
pub fn update_archive_rule(cx: &mut Cx, input: UpdateArchiveRuleRequest) -> Result<Nothing> {
    let UpdateArchiveRuleRequest {
        analyzer_name,
        rule_name,
        filter,
        client_token: _, // stored only
    } = input;
    let mut row = names::named(cx, &analyzer_name)?;
    let filter = filter::read(filter)?;
    let now = cx.now();
    let rule = row.rules.iter_mut().find(|rule| rule.name == rule_name);
    let rule = rule.ok_or_else(|| errors::not_found("ArchiveRule", &rule_name))?;
    (rule.filter, rule.updated_at) = (filter, now);
    let key = names::key(cx, &analyzer_name);
    cx.put(&ANALYZERS, &key, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_DeleteArchiveRule.html>
pub fn delete_archive_rule(cx: &mut Cx, input: DeleteArchiveRuleRequest) -> Result<Nothing> {
    let DeleteArchiveRuleRequest {
        analyzer_name,
        rule_name,
        client_token: _, // stored only
    } = input;
    let mut row = names::named(cx, &analyzer_name)?;
    let before = row.rules.len();
    row.rules.retain(|rule| rule.name != rule_name);
    if row.rules.len() == before {
        return Err(errors::not_found("ArchiveRule", &rule_name));
    }
    let key = names::key(cx, &analyzer_name);
    cx.put(&ANALYZERS, &key, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetArchiveRule.html>
pub fn get_archive_rule(view: &View, input: GetArchiveRuleRequest) -> Result<GetArchiveRuleResponse> {
    let GetArchiveRuleRequest { analyzer_name, rule_name } = input;
    let row = names::named(view, &analyzer_name)?;
    let rule = row.rules.into_iter().find(|rule| rule.name == rule_name);
    Ok(GetArchiveRuleResponse { archive_rule: told(rule.ok_or_else(|| errors::not_found("ArchiveRule", &rule_name))?) })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListArchiveRules.html>
pub fn list_archive_rules(view: &View, input: ListArchiveRulesRequest) -> Result<ListArchiveRulesResponse> {
    let ListArchiveRulesRequest { analyzer_name, next_token, max_results } = input;
    let page = page(next_token.as_deref(), max_results)?;
    let row = names::named(view, &analyzer_name)?;
    let after = page.after.as_ref().map(Token::as_bytes).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let mut rules = row.rules;
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    rules.retain(|rule| after.as_ref().is_none_or(|after| rule.name > *after));
    let more = rules.len() > page.limit;
    rules.truncate(page.limit);
    let next = rules.last().filter(|_| more).map(|rule| Token::of(rule.name.as_bytes()).encode());
    Ok(ListArchiveRulesResponse { archive_rules: rules.into_iter().map(told).collect(), next_token: next })
}

/// Archives the findings that there are already.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ApplyArchiveRule.html>
pub fn apply_archive_rule(cx: &mut Cx, input: ApplyArchiveRuleRequest) -> Result<Nothing> {
    let ApplyArchiveRuleRequest {
        analyzer_arn,
        rule_name,
        client_token: _, // stored only
    } = input;
    let row = names::by_arn(cx, &analyzer_arn)?;
    let rule = row.rules.iter().find(|rule| rule.name == rule_name);
    let rule = rule.ok_or_else(|| errors::not_found("ArchiveRule", &rule_name))?;
    let all: Vec<FindingRow> = cx.rows(&FINDINGS, row.name.as_str()).collect::<Result<_>>()?;
    let now = cx.now();
    let fits = |cx: &Cx, finding: &FindingRow| finding.status == "ACTIVE" && filter::keeps(cx, &rule.filter, finding);
    for mut finding in all {
        if !fits(cx, &finding) {
            continue;
        }
        (finding.status, finding.updated_at) = ("ARCHIVED".to_owned(), now);
        let key = (row.name.clone(), finding.id.clone());
        cx.put(&FINDINGS, &key, &finding)?;
        crate::peers::tell(cx, &row, &finding)?;
    }
    Ok(Nothing {})
}

fn told(RuleRow { name, created_at, updated_at, filter }: RuleRow) -> ArchiveRuleSummary {
    ArchiveRuleSummary { rule_name: name, filter: filter::told(filter), created_at, updated_at }
}
