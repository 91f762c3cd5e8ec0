//! The operations, one file for each kind of thing.

pub mod bucket_tags;
pub mod buckets;
pub mod copies;
pub mod cors;
pub mod deletes;
pub mod encryption;
pub mod lifecycle;
pub mod listings;
pub mod notifications;
pub mod object_tags;
pub mod ownership;
pub mod parts;
pub mod policies;
pub mod puts;
pub mod reads;
pub mod uploads;
pub mod versioning;
