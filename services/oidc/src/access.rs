//! Who may call what: nobody signs, and all of it lies in one place.

use crate::api::{CreateTokenRequest, RegisterClientRequest, StartDeviceAuthorizationRequest};
use crate::state::WORLD;
use service::{Access, HttpRequest, Result, Scope, View};

/// In the region that was asked.
fn anybody(view: &View) -> Result<Access> {
    Ok(Access::PublicIn(Scope::new(WORLD.account, view.region())))
}

pub fn register_client(view: &View, _: &RegisterClientRequest) -> Result<Access> {
    anybody(view)
}

pub fn start_device_authorization(view: &View, _: &StartDeviceAuthorizationRequest) -> Result<Access> {
    anybody(view)
}

/// The client's secret and what it shows besides decide.
pub fn create_token(view: &View, _: &CreateTokenRequest) -> Result<Access> {
    anybody(view)
}

/// The pages are for all; what is asked of them decides.
pub fn page(view: &View, _: &HttpRequest) -> Result<Access> {
    anybody(view)
}
