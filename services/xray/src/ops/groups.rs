//! Groups: traces that a filter expression tells from others.
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-console-groups.html>

use crate::api::*;
use crate::filter::{self, Expression};
use crate::state::{GROUPS, Group as Row};
use crate::{errors, paging, tags};
use service::{Arn, Cx, Result, View};

/// The group that is there always, of all traces.
const DEFAULT: &str = "Default";
/// How many groups of one's own there may be. <https://docs.aws.amazon.com/general/latest/gr/xray.html>
const MOST: usize = 25;
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The ARN of a group.
pub(crate) fn arn(view: &View, row: &Row) -> Arn {
    match row.name.as_str() {
        DEFAULT => view.arn("xray", format_args!("group/{DEFAULT}")),
        name => view.arn("xray", format_args!("group/{name}/{}", row.id)),
    }
}

/// A group by name or ARN.
pub(crate) fn look(view: &View, name: Option<&str>, given: Option<&str>) -> Result<Option<Row>> {
    let name = match (name, given) {
        (Some(name), _) => name,
        (None, Some(given)) => {
            let resource = given.split_once(":group/").map(|(_, rest)| rest).unwrap_or_default();
            resource.split('/').next().unwrap_or_default()
        }
        (None, None) => return Err(errors::invalid("Either GroupName or GroupARN must be provided.")),
    };
    let found = match view.get(&GROUPS, name)? {
        None if name == DEFAULT => Some(Row { name: DEFAULT.to_owned(), ..Row::default() }),
        found => found,
    };
    Ok(found.filter(|row| given.is_none_or(|given| arn(view, row).as_str() == given)))
}

fn find(view: &View, name: Option<&str>, given: Option<&str>) -> Result<Row> {
    look(view, name, given)?.ok_or_else(|| errors::invalid("Group not found."))
}

/// The expression of the group that a request names; none where it names none, or one of all traces.
pub(crate) fn expression(view: &View, name: Option<&str>, given: Option<&str>) -> Result<Option<Expression>> {
    if name.is_none() && given.is_none() {
        return Ok(None);
    }
    let row = find(view, name, given)?;
    row.filter.map(|text| filter::parse(&text)).transpose()
}

/// Insights are not there: whoever wants none of them is served.
fn check_insights(given: Option<InsightsConfiguration>) -> Result<()> {
    let InsightsConfiguration { insights_enabled, notifications_enabled } = given.unwrap_or_default();
    match insights_enabled == Some(true) || notifications_enabled == Some(true) {
        true => Err(errors::refuse("InsightsConfiguration with InsightsEnabled or NotificationsEnabled")),
        false => Ok(()),
    }
}

fn insights() -> Option<InsightsConfiguration> {
    Some(InsightsConfiguration { insights_enabled: Some(false), notifications_enabled: Some(false) })
}

fn shown(view: &View, row: Row) -> Group {
    Group {
        group_arn: Some(arn(view, &row).to_string()),
        group_name: Some(row.name),
        filter_expression: row.filter,
        insights_configuration: insights(),
    }
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html>
pub fn create_group(cx: &mut Cx, input: CreateGroupRequest) -> Result<CreateGroupResult> {
    let CreateGroupRequest { group_name, filter_expression, insights_configuration, tags } = input;
    check_insights(insights_configuration)?;
    // Names are told apart by more than their case.
    let clash = cx.rows(&GROUPS, ()).any(|row| row.is_ok_and(|row| row.name.eq_ignore_ascii_case(&group_name)));
    if clash || group_name.eq_ignore_ascii_case(DEFAULT) {
        return Err(errors::invalid("Group already exists."));
    }
    if cx.rows(&GROUPS, ()).count() >= MOST {
        return Err(errors::invalid(format!("You have reached the maximum number of groups: {MOST}.")));
    }
    let filter = filter_expression.filter(|text| !text.trim().is_empty());
    filter.as_deref().map(filter::parse).transpose()?;
    let tags = tags::checked(cx.request(), tags)?;
    let id = cx.entropy().text(LETTERS, 52);
    let row = Row { name: group_name, id, filter, tags };
    cx.put(&GROUPS, row.name.as_str(), &row)?;
    Ok(CreateGroupResult { group: Some(shown(cx, row)) })
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_GetGroup.html>
pub fn get_group(view: &View, input: GetGroupRequest) -> Result<GetGroupResult> {
    let GetGroupRequest { group_name, group_arn } = input;
    let row = find(view, group_name.as_deref(), group_arn.as_deref())?;
    Ok(GetGroupResult { group: Some(shown(view, row)) })
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_GetGroups.html>
pub fn get_groups(view: &View, input: GetGroupsRequest) -> Result<GetGroupsResult> {
    let GetGroupsRequest { next_token } = input;
    let mut rows: Vec<Row> = view.rows(&GROUPS, ()).collect::<Result<_>>()?;
    rows.insert(0, find(view, Some(DEFAULT), None)?);
    let summary = |row: Row| {
        let Group { group_name, group_arn, filter_expression, insights_configuration } = shown(view, row);
        GroupSummary { group_name, group_arn, filter_expression, insights_configuration }
    };
    let (groups, next_token) = paging::part(rows.into_iter().map(summary).collect(), next_token, 100)?;
    Ok(GetGroupsResult { groups: Some(groups), next_token })
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_UpdateGroup.html>
pub fn update_group(cx: &mut Cx, input: UpdateGroupRequest) -> Result<UpdateGroupResult> {
    let UpdateGroupRequest { group_name, group_arn, filter_expression, insights_configuration } = input;
    check_insights(insights_configuration)?;
    let mut row = find(cx, group_name.as_deref(), group_arn.as_deref())?;
    if row.name == DEFAULT {
        return Err(errors::invalid("The default group cannot be modified."));
    }
    if let Some(text) = filter_expression {
        let filter = Some(text).filter(|text| !text.trim().is_empty());
        filter.as_deref().map(filter::parse).transpose()?;
        row.filter = filter;
    }
    cx.put(&GROUPS, row.name.as_str(), &row)?;
    Ok(UpdateGroupResult { group: Some(shown(cx, row)) })
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_DeleteGroup.html>
pub fn delete_group(cx: &mut Cx, input: DeleteGroupRequest) -> Result<DeleteGroupResult> {
    let DeleteGroupRequest { group_name, group_arn } = input;
    let row = find(cx, group_name.as_deref(), group_arn.as_deref())?;
    if row.name == DEFAULT {
        return Err(errors::invalid("The default group cannot be deleted."));
    }
    cx.delete(&GROUPS, row.name.as_str())?;
    Ok(DeleteGroupResult {})
}
