//! AWS Organizations: accounts in a tree, the policies that bind them, and who may manage what.
//!
//! Read `state.rs` first: an organisation lies in the rows of its management account, and an index over all accounts says who is
//! in which. [`standing`] says who may call what, [`tree`] what lies above an account, [`membership`] what the door asks on every
//! call to any service. [`effective`] merges management policies, and [`kinds`] holds all that is said of a type of policy.
//!
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/Welcome.html>

mod access;
mod account_ids;
mod api;
mod content;
mod directory;
mod effective;
mod errors;
mod founding;
mod ids;
mod kinds;
mod membership;
mod ops;
mod paging;
mod peers;
mod resources;
mod shown;
mod standing;
mod state;
mod tags;
mod timers;
mod tree;
mod trusted;

use service::Service;

/// Organizations.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .authority(membership::AUTHORITY)
    .on_timer(timers::fire)
    .on_delivery(founding::told)
    .resources(resources::TYPES);
