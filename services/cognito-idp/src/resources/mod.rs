//! Resource types.

mod group;
mod member;
mod user;
mod user_pool;
mod user_pool_client;

use service::Value;
use service::resource::{ResourceType, text_at};
use service::template::Schemas;

static SCHEMAS: Schemas = Schemas::new(include_str!("../../../../models/cloudformation/Cognito.json"));

/// What the operations answer for what is not there.
const GONE: &[&str] = &["ResourceNotFoundException", "UserNotFoundException"];

/// All of them.
pub static TYPES: &[ResourceType] = &[group::TYPE, member::TYPE, user::TYPE, user_pool::TYPE, user_pool_client::TYPE];

/// What names something in a pool: the pool stands in `UserPoolId`.
fn in_pool(properties: &Value, (member, id): (&str, &str)) -> Vec<(String, Value)> {
    let pool = text_at(properties, &["UserPoolId"]).into();
    vec![("UserPoolId".to_owned(), pool), (member.to_owned(), id.into())]
}
