//! Dashboards. They belong to an account and to no region.

use crate::api::*;
use crate::dashboard::check;
use crate::state::{self, DASHBOARDS};
use crate::{errors, tags};
use service::{Arn, Cx, Error, IndexMap, KeyBuf, Page, Region, Result, Token, View};

/// The longest name.
const LONGEST_NAME: usize = 255;
const PAGE: usize = 1_000;

/// The ARN of a dashboard.
pub(crate) fn arn(view: &View, name: &str) -> String {
    let resource = format_args!("dashboard/{name}").to_string();
    Arn::new(view.scope().partition(), "cloudwatch", Region::GLOBAL, Some(view.account()), resource).to_string()
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html>
pub fn put_dashboard(cx: &mut Cx, input: PutDashboardInput) -> Result<PutDashboardOutput> {
    let PutDashboardInput { dashboard_name: name, dashboard_body: body, tags: given } = input;
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(good) {
        let text = format!(
            "The value {name} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n"
        );
        return Err(errors::invalid(text));
    }
    let messages = check(&body)?;
    let old = cx.get(&DASHBOARDS, name.as_str())?;
    let mut row = state::Dashboard { name, body, modified_at: cx.now(), tags: IndexMap::default() };
    match old {
        Some(old) => row.tags = old.tags,
        None => tags::add(cx.request(), &mut row.tags, given.unwrap_or_default())?,
    }
    cx.put(&DASHBOARDS, row.name.as_str(), &row)?;
    Ok(PutDashboardOutput { dashboard_validation_messages: Some(messages) })
}

fn not_found(name: &str) -> Error {
    Error::new("DashboardNotFoundError", format!("Dashboard {name} does not exist"))
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html>
pub fn get_dashboard(view: &View, input: GetDashboardInput) -> Result<GetDashboardOutput> {
    let GetDashboardInput { dashboard_name } = input;
    let row = view.get(&DASHBOARDS, dashboard_name.as_str())?.ok_or_else(|| not_found(&dashboard_name))?;
    Ok(GetDashboardOutput {
        dashboard_arn: Some(arn(view, &row.name)),
        dashboard_body: Some(row.body),
        dashboard_name: Some(row.name),
    })
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html>
pub fn list_dashboards(view: &View, input: ListDashboardsInput) -> Result<ListDashboardsOutput> {
    let ListDashboardsInput { dashboard_name_prefix, next_token } = input;
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(errors::invalid_token)).transpose()?;
    let mut start = KeyBuf::default();
    start.text(dashboard_name_prefix.as_deref().unwrap_or_default());
    let (rows, next) = view.page(&DASHBOARDS, start.unended(), &Page { after, limit: PAGE }, |_| true)?;
    let shown = |row: state::Dashboard| DashboardEntry {
        dashboard_arn: Some(arn(view, &row.name)),
        dashboard_name: Some(row.name),
        last_modified: Some(row.modified_at),
        size: Some(row.body.len() as i64),
    };
    Ok(ListDashboardsOutput {
        dashboard_entries: Some(rows.into_iter().map(shown).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

/// All of them or none.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html>
pub fn delete_dashboards(cx: &mut Cx, input: DeleteDashboardsInput) -> Result<DeleteDashboardsOutput> {
    let DeleteDashboardsInput { dashboard_names } = input;
    if dashboard_names.is_empty() {
        return Err(errors::invalid("The parameter DashboardNames is required."));
    }
    for name in &dashboard_names {
        if !cx.delete(&DASHBOARDS, name.as_str())? {
            return Err(Error::new(
                "DashboardNotFoundError",
                format!("The specified dashboard does not exist. [{name}]"),
            ));
        }
    }
    Ok(DeleteDashboardsOutput {})
}
