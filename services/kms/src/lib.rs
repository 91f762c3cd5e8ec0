//! AWS KMS: keys, what they encrypt and sign, and who may use them.
//!
//! Read `state.rs` first, then one file of `ops/`. `key.rs` says what a key's state allows, `spec.rs` which algorithms
//! there are, `ciphertext.rs` what a ciphertext tells of its key; `crypto/` knows nothing of any of it. What takes long
//! is made before the writer's lock: `prepare.rs`.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html>

mod access;
mod api;
mod ciphertext;
mod context;
mod creation;
mod crypto;
mod errors;
mod grants;
mod imports;
mod key;
mod key_policy;
mod managed;
mod material;
mod names;
mod ops;
mod paging;
mod peers;
mod prepare;
mod quota;
mod resources;
mod rotation;
mod spec;
mod state;
mod tags;
mod timers;
mod using;

#[cfg(test)]
mod tests;

use service::Service;

/// KMS.
pub static SERVICE: Service = Service::new(api::FACTS, &api::MODEL, api::OPERATIONS, state::tables)
    .on_timer(timers::fire)
    .resources(resources::TYPES);
