//! Sampling rules.

use crate::api::*;
use crate::sampling::{self, DEFAULT, MOST_RULES};
use crate::state::{RULES, Rule as Row};
use crate::{errors, paging, tags};
use service::{Arn, Cx, IndexMap, Result, View};

/// The ARN of a rule.
pub(crate) fn arn(view: &View, name: &str) -> Arn {
    view.arn("xray", format_args!("sampling-rule/{name}"))
}

/// The name of the rule that a request names.
pub(crate) fn named(view: &View, name: Option<&str>, given: Option<&str>) -> Option<String> {
    match (name, given) {
        (Some(name), _) => Some(name.to_owned()),
        (None, Some(given)) => {
            let name = given.split_once(":sampling-rule/").map(|(_, name)| name.to_owned())?;
            (arn(view, &name).as_str() == given).then_some(name)
        }
        (None, None) => None,
    }
}

fn find(view: &View, name: Option<&str>, given: Option<&str>) -> Result<Row> {
    if name.is_none() && given.is_none() {
        return Err(errors::invalid("Either RuleName or RuleARN must be provided."));
    }
    let missing = || errors::invalid("Sampling rule does not exist.");
    let name = named(view, name, given).ok_or_else(missing)?;
    sampling::find(view, &name)?.ok_or_else(missing)
}

fn shown(view: &View, row: Row) -> SamplingRuleRecord {
    SamplingRuleRecord {
        created_at: Some(row.created_at),
        modified_at: Some(row.modified_at),
        sampling_rule: Some(SamplingRule {
            rule_arn: Some(arn(view, &row.name).to_string()),
            rule_name: Some(row.name),
            resource_arn: row.resource_arn,
            priority: row.priority,
            fixed_rate: row.fixed_rate,
            reservoir_size: row.reservoir_size,
            service_name: row.service_name,
            service_type: row.service_type,
            host: row.host,
            http_method: row.http_method,
            url_path: row.url_path,
            version: 1,
            attributes: Some(row.attributes),
            sampling_rate_boost: None,
        }),
    }
}

fn check_attributes(attributes: &IndexMap<String, String>) -> Result<()> {
    match attributes.len() > 5 {
        true => Err(errors::invalid("A sampling rule can have at most 5 attributes.")),
        false => Ok(()),
    }
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_CreateSamplingRule.html>
pub fn create_sampling_rule(cx: &mut Cx, input: CreateSamplingRuleRequest) -> Result<CreateSamplingRuleResult> {
    let CreateSamplingRuleRequest { sampling_rule, tags } = input;
    let SamplingRule {
        rule_name,
        rule_arn,
        resource_arn,
        priority,
        fixed_rate,
        reservoir_size,
        service_name,
        service_type,
        host,
        http_method,
        url_path,
        version,
        attributes,
        sampling_rate_boost,
    } = sampling_rule;
    if sampling_rate_boost.is_some() {
        return Err(errors::refuse("SamplingRule.SamplingRateBoost"));
    }
    if version != 1 {
        return Err(errors::invalid("The version of a sampling rule must be 1."));
    }
    let name = match rule_name {
        Some(name) => name,
        None => named(cx, None, rule_arn.as_deref())
            .ok_or_else(|| errors::invalid("Either RuleName or RuleARN must be provided."))?,
    };
    if sampling::find(cx, &name)?.is_some() {
        return Err(errors::invalid("Sampling rule already exists."));
    }
    if cx.rows(&RULES, ()).filter(|row| row.as_ref().is_ok_and(|row| row.name != DEFAULT)).count() >= MOST_RULES {
        return Err(errors::too_many_rules(MOST_RULES));
    }
    let attributes = attributes.unwrap_or_default();
    check_attributes(&attributes)?;
    let row = Row {
        name,
        resource_arn,
        priority,
        fixed_rate,
        reservoir_size,
        service_name,
        service_type,
        host,
        http_method,
        url_path,
        attributes,
        created_at: cx.now().whole_secs(),
        modified_at: cx.now().whole_secs(),
        tags: tags::checked(cx.request(), tags)?,
    };
    cx.put(&RULES, row.name.as_str(), &row)?;
    Ok(CreateSamplingRuleResult { sampling_rule_record: Some(shown(cx, row)) })
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingRules.html>
pub fn get_sampling_rules(view: &View, input: GetSamplingRulesRequest) -> Result<GetSamplingRulesResult> {
    let GetSamplingRulesRequest { next_token } = input;
    let records = sampling::all(view)?.into_iter().map(|row| shown(view, row)).collect();
    let (records, next_token) = paging::part(records, next_token, 100)?;
    Ok(GetSamplingRulesResult { sampling_rule_records: Some(records), next_token })
}

/// Of the default rule, rate and reservoir alone can change.
///
/// <https://docs.aws.amazon.com/xray/latest/api/API_UpdateSamplingRule.html>
pub fn update_sampling_rule(cx: &mut Cx, input: UpdateSamplingRuleRequest) -> Result<UpdateSamplingRuleResult> {
    let UpdateSamplingRuleRequest { sampling_rule_update } = input;
    let SamplingRuleUpdate {
        rule_name,
        rule_arn,
        resource_arn,
        priority,
        fixed_rate,
        reservoir_size,
        host,
        service_name,
        service_type,
        http_method,
        url_path,
        attributes,
        sampling_rate_boost,
    } = sampling_rule_update;
    if sampling_rate_boost.is_some() {
        return Err(errors::refuse("SamplingRuleUpdate.SamplingRateBoost"));
    }
    let mut row = find(cx, rule_name.as_deref(), rule_arn.as_deref())?;
    let texts = [&resource_arn, &host, &service_name, &service_type, &http_method, &url_path];
    let shapes = texts.iter().any(|text| text.is_some()) || attributes.is_some() || priority.is_some();
    if row.name == DEFAULT && shapes {
        return Err(errors::invalid("Only the fixed rate and the reservoir size of the default rule can be modified."));
    }
    let within = |good: bool, text: &str| if good { Ok(()) } else { Err(errors::invalid(text)) };
    within(priority.is_none_or(|n| (1..=9999).contains(&n)), "The priority must be between 1 and 9999.")?;
    within(fixed_rate.is_none_or(|rate| (0.0..=1.0).contains(&rate)), "The fixed rate must be between 0 and 1.")?;
    within(reservoir_size.is_none_or(|n| n >= 0), "The reservoir size must not be negative.")?;
    check_attributes(&attributes.clone().unwrap_or_default())?;
    let row = Row {
        resource_arn: resource_arn.unwrap_or(row.resource_arn),
        priority: priority.unwrap_or(row.priority),
        fixed_rate: fixed_rate.unwrap_or(row.fixed_rate),
        reservoir_size: reservoir_size.unwrap_or(row.reservoir_size),
        host: host.unwrap_or(row.host),
        service_name: service_name.unwrap_or(row.service_name),
        service_type: service_type.unwrap_or(row.service_type),
        http_method: http_method.unwrap_or(row.http_method),
        url_path: url_path.unwrap_or(row.url_path),
        attributes: attributes.unwrap_or_else(|| std::mem::take(&mut row.attributes)),
        modified_at: cx.now().whole_secs(),
        name: row.name,
        created_at: row.created_at,
        tags: row.tags,
    };
    cx.put(&RULES, row.name.as_str(), &row)?;
    Ok(UpdateSamplingRuleResult { sampling_rule_record: Some(shown(cx, row)) })
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_DeleteSamplingRule.html>
pub fn delete_sampling_rule(cx: &mut Cx, input: DeleteSamplingRuleRequest) -> Result<DeleteSamplingRuleResult> {
    let DeleteSamplingRuleRequest { rule_name, rule_arn } = input;
    let row = find(cx, rule_name.as_deref(), rule_arn.as_deref())?;
    if row.name == DEFAULT {
        return Err(errors::invalid("The default sampling rule cannot be deleted."));
    }
    cx.delete(&RULES, row.name.as_str())?;
    Ok(DeleteSamplingRuleResult { sampling_rule_record: Some(shown(cx, row)) })
}
