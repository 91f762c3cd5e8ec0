//! Permissions on buses.

use super::buses;
use crate::address::BusAddress;
use crate::api::*;
use crate::errors;
use crate::permissions::{self, Grant};
use service::{Cx, Nothing, Result};

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html>
pub fn put_permission(cx: &mut Cx, input: PutPermissionRequest) -> Result<Nothing> {
    let PutPermissionRequest { event_bus_name, action, principal, statement_id, condition, policy } = input;
    let address = BusAddress::of(cx, event_bus_name.as_deref());
    let mut bus = address.bus(cx)?;
    let text = match policy.filter(|text| !text.is_empty()) {
        Some(text) => permissions::whole(&text)?,
        None => {
            let missing = |name: &str| errors::validation(format!("Parameter {name} must be specified."));
            let principal = principal.ok_or_else(|| missing("Principal"))?;
            let action = action.ok_or_else(|| missing("Action"))?;
            let sid = statement_id.ok_or_else(|| missing("StatementId"))?;
            if action != "events:PutEvents" {
                return Err(errors::validation("Provided value in parameter 'action' is not supported."));
            }
            if condition.is_some() && principal != "*" {
                let text = "Value of the parameter 'principal' must be '*' when the parameter 'condition' is set.";
                return Err(errors::validation(text));
            }
            if condition
                .as_ref()
                .is_some_and(|c| (c.type_.as_str(), c.key.as_str()) != ("StringEquals", "aws:PrincipalOrgID"))
            {
                return Err(errors::validation("Provided value in parameter 'condition' is not supported."));
            }
            let condition = condition.as_ref().map(|c| (c.type_.as_str(), c.key.as_str(), c.value.as_str()));
            let grant = Grant { sid: &sid, principal: &principal, condition };
            permissions::add(bus.policy.as_deref(), &address.arn(), cx.scope().partition().as_str(), &grant)?
        }
    };
    bus.policy = Some(text);
    buses::put(cx, &mut bus)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemovePermission.html>
pub fn remove_permission(cx: &mut Cx, input: RemovePermissionRequest) -> Result<Nothing> {
    let RemovePermissionRequest { statement_id, remove_all_permissions, event_bus_name } = input;
    let mut bus = BusAddress::of(cx, event_bus_name.as_deref()).bus(cx)?;
    bus.policy = match (remove_all_permissions.unwrap_or_default(), statement_id) {
        (true, _) => None,
        (false, Some(sid)) => permissions::remove(bus.policy.as_deref(), &sid)?,
        (false, None) => return Err(errors::validation("Parameter StatementId must be specified.")),
    };
    buses::put(cx, &mut bus)?;
    Ok(Nothing {})
}
