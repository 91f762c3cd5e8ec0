//! Rules.

use crate::address::{self, BusAddress, DEFAULT};
use crate::api::*;
use crate::paging::page;
use crate::schedule::Schedule;
use crate::state::{RULES, Rule, TARGETS, Target};
use crate::{bus, errors, tags, timers};
use service::{Cx, Nothing, Result, Token, View};

/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
const MOST: usize = 300;

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html>
pub fn put_rule(cx: &mut Cx, input: PutRuleRequest) -> Result<PutRuleResponse> {
    let PutRuleRequest {
        name,
        schedule_expression,
        event_pattern,
        state,
        description,
        role_arn, // stored only
        tags,
        event_bus_name,
    } = input;
    let address = BusAddress::of(cx, event_bus_name.as_deref());
    address.bus(cx)?;
    let event_pattern = event_pattern.filter(|text| !text.is_empty());
    let schedule_expression = schedule_expression.filter(|text| !text.is_empty());
    check(&address, event_pattern.as_deref(), schedule_expression.as_deref())?;
    let key = (address.name.clone(), name.clone());
    let old = cx.get(&RULES, &key)?;
    if old.is_none() && cx.rows(&RULES, (address.name.as_str(),)).count() >= MOST {
        return Err(errors::limit_exceeded());
    }
    // "Tags ... are not applied" when a rule is updated.
    let (tags, scheduled_from) = match old {
        Some(old) if old.schedule_expression == schedule_expression => (old.tags, old.scheduled_from),
        Some(old) => (old.tags, cx.now()),
        None => (tags::checked(cx, tags.unwrap_or_default())?, cx.now()),
    };
    let rule = Rule {
        name,
        bus: address.name.clone(),
        event_pattern,
        schedule_expression,
        state: state.unwrap_or_else(|| "ENABLED".to_owned()),
        description,
        role_arn,
        created_by: cx.caller().account.to_string(),
        scheduled_from,
        tags,
    };
    put(cx, &rule)?;
    Ok(PutRuleResponse { rule_arn: Some(address.rule_arn(&rule.name).to_string()) })
}

fn check(bus: &BusAddress, pattern: Option<&str>, schedule: Option<&str>) -> Result<()> {
    if pattern.is_none() && schedule.is_none() {
        return Err(errors::validation("Parameter(s) EventPattern or ScheduleExpression must be specified."));
    }
    if let Some(text) = schedule {
        if bus.name != DEFAULT {
            return Err(errors::validation("ScheduleExpression is supported only on the default event bus."));
        }
        if Schedule::read(text).is_none() {
            return Err(errors::validation("Parameter ScheduleExpression is not valid."));
        }
    }
    pattern.map_or(Ok(()), |text| bus::compiled(text).map(drop))
}

fn put(cx: &mut Cx, rule: &Rule) -> Result<()> {
    cx.put(&RULES, &(rule.bus.clone(), rule.name.clone()), rule)?;
    if rule.bus == DEFAULT { timers::reschedule(cx, rule) } else { Ok(()) }
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html>
pub fn delete_rule(cx: &mut Cx, input: DeleteRuleRequest) -> Result<Nothing> {
    let DeleteRuleRequest {
        name,
        event_bus_name,
        // No service manages rules here.
        force: _, // stored only
    } = input;
    let address = BusAddress::of(cx, event_bus_name.as_deref());
    address.bus(cx)?;
    let key = (address.name, name);
    // A rule that is not there is deleted already.
    let Some(rule) = cx.get(&RULES, &key)? else { return Ok(Nothing {}) };
    if cx.rows(&TARGETS, (key.0.as_str(), key.1.as_str())).next().is_some() {
        return Err(errors::validation("Rule can't be deleted since it has targets."));
    }
    cx.delete(&RULES, &key)?;
    if rule.bus == DEFAULT {
        timers::reschedule(cx, &Rule { schedule_expression: None, ..rule })?;
    }
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html>
pub fn describe_rule(view: &View, input: DescribeRuleRequest) -> Result<DescribeRuleResponse> {
    let DescribeRuleRequest { name, event_bus_name } = input;
    let (address, rule) = address::rule(view, event_bus_name.as_deref(), &name)?;
    Ok(DescribeRuleResponse {
        arn: Some(address.rule_arn(&name).to_string()),
        name: Some(rule.name),
        event_pattern: rule.event_pattern,
        schedule_expression: rule.schedule_expression,
        state: Some(rule.state),
        description: rule.description,
        role_arn: rule.role_arn,
        managed_by: None,
        event_bus_name: Some(rule.bus),
        created_by: Some(rule.created_by),
    })
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EnableRule.html>
pub fn enable_rule(cx: &mut Cx, input: EnableRuleRequest) -> Result<Nothing> {
    let EnableRuleRequest { name, event_bus_name } = input;
    switch(cx, event_bus_name.as_deref(), &name, "ENABLED")
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html>
pub fn disable_rule(cx: &mut Cx, input: DisableRuleRequest) -> Result<Nothing> {
    let DisableRuleRequest { name, event_bus_name } = input;
    switch(cx, event_bus_name.as_deref(), &name, "DISABLED")
}

fn switch(cx: &mut Cx, bus: Option<&str>, name: &str, state: &str) -> Result<Nothing> {
    let (_, mut rule) = address::rule(cx, bus, name)?;
    state.clone_into(&mut rule.state);
    put(cx, &rule)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html>
pub fn list_rules(view: &View, input: ListRulesRequest) -> Result<ListRulesResponse> {
    let ListRulesRequest { name_prefix, event_bus_name, next_token, limit } = input;
    let address = BusAddress::of(view, event_bus_name.as_deref());
    address.bus(view)?;
    let prefix = name_prefix.unwrap_or_default();
    let page = page(next_token, limit)?;
    let (rules, next) = view.page(&RULES, (address.name.as_str(),), &page, |rule| rule.name.starts_with(&prefix))?;
    let shown = |rule: Rule| crate::api::Rule {
        arn: Some(address.rule_arn(&rule.name).to_string()),
        name: Some(rule.name),
        event_pattern: rule.event_pattern,
        state: Some(rule.state),
        description: rule.description,
        schedule_expression: rule.schedule_expression,
        role_arn: rule.role_arn,
        managed_by: None,
        event_bus_name: Some(rule.bus),
    };
    Ok(ListRulesResponse {
        rules: Some(rules.into_iter().map(shown).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html>
pub fn list_rule_names_by_target(
    view: &View,
    input: ListRuleNamesByTargetRequest,
) -> Result<ListRuleNamesByTargetResponse> {
    let ListRuleNamesByTargetRequest { target_arn, event_bus_name, next_token, limit } = input;
    let address = BusAddress::of(view, event_bus_name.as_deref());
    address.bus(view)?;
    let page = page(next_token, limit)?;
    let targets: Vec<Target> = view.rows(&TARGETS, (address.name.as_str(),)).collect::<Result<_>>()?;
    let mut names: Vec<&str> =
        targets.iter().filter(|target| target.arn == target_arn).map(|target| target.rule.as_str()).collect();
    names.dedup();
    let after = page.after.as_ref().map(Token::as_bytes).unwrap_or_default();
    let mut rest = names.into_iter().filter(|name| name.as_bytes() > after);
    let names: Vec<String> = rest.by_ref().take(page.limit).map(str::to_owned).collect();
    let next = names.last().filter(|_| rest.next().is_some()).map(|name| Token::of(name.as_bytes()).encode());
    Ok(ListRuleNamesByTargetResponse { rule_names: Some(names), next_token: next })
}
