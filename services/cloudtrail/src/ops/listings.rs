//! Trails shown.

use super::trails::answer;
use crate::api::*;
use crate::names::Named;
use crate::state::TRAILS;
use crate::{address, errors};
use service::{Page, Result, Token, View};

/// Trails that one page of ListTrails holds.
const PAGE: usize = 100;

/// Without names all that are seen here; trails of all regions that are at home elsewhere are left out only if that is asked.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html>
pub fn describe_trails(view: &View, input: DescribeTrailsRequest) -> Result<DescribeTrailsResponse> {
    let DescribeTrailsRequest { trail_name_list, include_shadow_trails } = input;
    let region = view.region();
    let here = region.as_str();
    let shadows = include_shadow_trails.unwrap_or(true);
    let names = trail_name_list.unwrap_or_default();
    let mut found = Vec::new();
    if names.is_empty() {
        found = address::all(view)?.into_iter().filter(|trail| address::is_seen(trail, here)).collect();
    }
    for name in &names {
        Named::read(view, name)?;
        match address::find(view, name) {
            Ok(trail) if address::is_seen(&trail, here) => found.push(trail),
            Ok(_) => {}
            Err(error) if error.code() == "TrailNotFoundException" => {}
            Err(error) => return Err(error),
        }
    }
    let kept = found.into_iter().filter(|trail| shadows || trail.home_region == here);
    Ok(DescribeTrailsResponse { trail_list: Some(kept.map(|trail| answer(view, trail)).collect()) })
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrail.html>
pub fn get_trail(view: &View, input: GetTrailRequest) -> Result<GetTrailResponse> {
    let GetTrailRequest { name } = input;
    let trail = address::find(view, &name)?;
    Ok(GetTrailResponse { trail: Some(answer(view, trail)) })
}

/// The trails of the account in all regions.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTrails.html>
pub fn list_trails(view: &View, input: ListTrailsRequest) -> Result<ListTrailsResponse> {
    let ListTrailsRequest { next_token } = input;
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(errors::token)).transpose()?;
    let (rows, next) = view.page(&TRAILS, (), &Page { after, limit: PAGE }, |_| true)?;
    let info = |row| TrailInfo {
        trail_arn: Some(address::arn(view, &row).to_string()),
        name: Some(row.name),
        home_region: Some(row.home_region),
    };
    Ok(ListTrailsResponse {
        trails: Some(rows.into_iter().map(info).collect()),
        next_token: next.map(|token| token.encode()),
    })
}
