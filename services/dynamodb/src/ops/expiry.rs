//! Items that expire.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html>

use crate::address::Address;
use crate::api::*;
use crate::state::ExpiryLayout;
use crate::tables;
use crate::{builds, errors};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html>
pub fn update_time_to_live(cx: &mut Cx, input: UpdateTimeToLiveInput) -> Result<UpdateTimeToLiveOutput> {
    let UpdateTimeToLiveInput { table_name, time_to_live_specification } = input;
    let TimeToLiveSpecification { enabled, attribute_name } = time_to_live_specification.clone();
    if attribute_name.is_empty() {
        return Err(errors::validation("TimeToLiveSpecification: AttributeName must not be empty"));
    }
    let address = Address::of(cx, &table_name)?;
    cx.in_scope(address.scope, |cx| {
        let mut whole = tables::find(cx, &address.name)?.ok_or_else(errors::not_found)?;
        match (&whole.layout.expiry, enabled) {
            (Some(expiry), _) if expiry.attribute != attribute_name => {
                let current = &expiry.attribute;
                let text =
                    format!("TimeToLive is active on a different AttributeName: current AttributeName is {current}");
                return Err(errors::validation(text));
            }
            (Some(_), true) => return Err(errors::validation("TimeToLive is already enabled")),
            (None, false) => return Err(errors::validation("TimeToLive is already disabled")),
            (Some(expiry), false) => {
                builds::sweep(cx, "expiries", expiry.id)?;
                whole.layout.expiry = None;
                tables::keep(cx, &whole)?;
            }
            (None, true) => {
                let id = tables::next_number(cx)?;
                whole.layout.expiry = Some(ExpiryLayout { attribute: attribute_name.clone(), id });
                tables::keep(cx, &whole)?;
                builds::begin(cx, whole.row.space, id)?;
            }
        }
        Ok(UpdateTimeToLiveOutput { time_to_live_specification: Some(time_to_live_specification) })
    })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html>
pub fn describe_time_to_live(view: &View, input: DescribeTimeToLiveInput) -> Result<DescribeTimeToLiveOutput> {
    let DescribeTimeToLiveInput { table_name } = input;
    let target = Address::of(view, &table_name)?.target(view)?;
    let expiry = target.layout.expiry;
    let status = if expiry.is_some() { "ENABLED" } else { "DISABLED" };
    Ok(DescribeTimeToLiveOutput {
        time_to_live_description: Some(TimeToLiveDescription {
            time_to_live_status: Some(status.to_owned()),
            attribute_name: expiry.map(|expiry| expiry.attribute),
        }),
    })
}
