//! What holds for the account and the endpoint.

use crate::api::*;
use service::{Result, View};

/// The quotas that an account begins with.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html>
pub fn describe_limits(_view: &View, input: DescribeLimitsInput) -> Result<DescribeLimitsOutput> {
    let DescribeLimitsInput {} = input;
    Ok(DescribeLimitsOutput {
        account_max_read_capacity_units: Some(80_000),
        account_max_write_capacity_units: Some(80_000),
        table_max_read_capacity_units: Some(40_000),
        table_max_write_capacity_units: Some(40_000),
    })
}

/// The endpoint by which the caller came: there is no other to be sent to.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeEndpoints.html>
pub fn describe_endpoints(view: &View, input: DescribeEndpointsRequest) -> Result<DescribeEndpointsResponse> {
    let DescribeEndpointsRequest {} = input;
    let url = &view.request().base_url;
    let address = url.split_once("://").map_or(&**url, |(_, host)| host).to_owned();
    Ok(DescribeEndpointsResponse { endpoints: vec![Endpoint { address, cache_period_in_minutes: 1_440 }] })
}
