//! The operations, one file for each noun. A `pub fn add_permission(..)` in such a file is AddPermission; `cargo xtask codegen`
//! then writes its shapes.

pub mod account;
pub mod aliases;
pub mod concurrency;
pub mod functions;
pub mod invocations;
pub mod invoke_configs;
pub mod mappings;
pub mod permissions;
pub mod tags;
pub mod updates;
pub mod versions;
