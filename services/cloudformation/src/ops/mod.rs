//! The operations, one file for each noun.

pub mod change_sets;
pub mod drifts;
pub mod events;
pub mod exports;
pub mod policies;
pub mod resources;
pub mod stacks;
pub mod templates;
pub mod updates;
