//! What tokens say.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html>

use crate::client::Client;
use crate::groups;
use crate::pool::Pool;
use crate::trigger::{self, Occasion};
use crate::user::User;
use serde_json::{Map, Value as Json, json};
use service::{Cx, IndexMap, Result, Timestamp};

/// What a sign-in gave.
pub const SCOPE: &str = "aws.cognito.signin.user.admin";

/// Claims that a function may not change.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html>
const FIXED: &[&str] = &[
    "acr",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "client_id",
    "exp",
    "iat",
    "identities",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "sub",
    "token_use",
    "event_id",
    "version",
    "username",
];

/// A sign-in for which tokens are made.
pub struct Subject<'a> {
    /// The pool.
    pub pool: &'a Pool,
    /// The client.
    pub client: &'a Client,
    /// Who signs in.
    pub user: &'a User,
    /// `auth_time`
    pub signed_in_at: Timestamp,
    /// `origin_jti`
    pub origin: &'a str,
    /// `triggerSource` of the function that may change claims.
    pub source: &'static str,
    /// `ClientMetadata`
    pub metadata: Option<&'a IndexMap<String, String>>,
}

/// The claims of an ID token and of an access token.
pub struct Claims {
    /// Of the ID token.
    pub id: Map<String, Json>,
    /// Of the access token.
    pub access: Map<String, Json>,
}

/// What a function changed.
#[derive(Default)]
struct Changes {
    add: Map<String, Json>,
    suppress: Vec<String>,
    groups: Option<Vec<Json>>,
    roles: Option<Vec<Json>>,
    preferred_role: Option<Json>,
}

impl Subject<'_> {
    /// The claims, which a function may have changed. Nothing may have been written before.
    pub fn claims(&self, cx: &mut Cx) -> Result<Claims> {
        let (pool, user, client) = (self.pool, self.user, self.client);
        let groups = groups::of_user(cx, pool, &user.key)?;
        let names: Vec<Json> = groups.iter().map(|group| json!(group.name)).collect();
        let roles: Vec<Json> =
            groups.iter().filter_map(|group| group.role_arn.as_ref()).map(|arn| json!(arn)).collect();
        let preferred = groups::preferred_role(&groups).map(|arn| json!(arn));
        let changes = self.changes(cx, (&names, &roles, preferred.as_ref()))?;
        let names = changes.groups.clone().unwrap_or(names);
        let roles = changes.roles.clone().unwrap_or(roles);
        let preferred = changes.preferred_role.clone().or(preferred);
        let event = cx.entropy().uuid();
        let mut common = Map::new();
        common.insert("sub".to_owned(), json!(user.row.sub));
        if !names.is_empty() {
            common.insert("cognito:groups".to_owned(), Json::Array(names));
        }
        common.insert("iss".to_owned(), json!(pool.issuer(cx)));
        if client.revokes() {
            common.insert("origin_jti".to_owned(), json!(self.origin));
        }
        common.insert("event_id".to_owned(), json!(event));
        common.insert("auth_time".to_owned(), json!(self.signed_in_at.secs()));
        common.insert("iat".to_owned(), json!(cx.now().secs()));
        let mut id = common.clone();
        id.insert("cognito:username".to_owned(), json!(user.row.username));
        if !roles.is_empty() {
            id.insert("cognito:roles".to_owned(), Json::Array(roles));
        }
        if let Some(role) = preferred {
            id.insert("cognito:preferred_role".to_owned(), role);
        }
        id.insert("aud".to_owned(), json!(client.id()));
        id.insert("token_use".to_owned(), json!("id"));
        let readable = user.readable(client).into_iter().filter(|attribute| attribute.name != "sub");
        id.extend(readable.map(|a| (a.name.clone(), shown(&a.name, a.value.unwrap_or_default()))));
        id.insert("exp".to_owned(), json!(cx.now().after(client.id_validity()).secs()));
        id.insert("jti".to_owned(), json!(cx.entropy().uuid()));
        changes.suppress.iter().filter(|name| !FIXED.contains(&name.as_str())).for_each(|name| {
            id.shift_remove(name);
        });
        let added = changes.add.into_iter();
        id.extend(added.filter(|(name, _)| !FIXED.contains(&name.as_str()) && !name.starts_with("cognito:")));
        let mut access = common;
        access.insert("client_id".to_owned(), json!(client.id()));
        access.insert("token_use".to_owned(), json!("access"));
        access.insert("scope".to_owned(), json!(SCOPE));
        access.insert("exp".to_owned(), json!(cx.now().after(client.access_validity()).secs()));
        access.insert("jti".to_owned(), json!(cx.entropy().uuid()));
        access.insert("username".to_owned(), json!(user.row.username));
        Ok(Claims { id, access })
    }

    fn changes(&self, cx: &mut Cx, (groups, roles, preferred): (&[Json], &[Json], Option<&Json>)) -> Result<Changes> {
        let triggers = self.pool.triggers();
        let configured = triggers.pre_token_generation_config.map(|config| config.lambda_arn);
        let Some(function) = configured.or(triggers.pre_token_generation) else { return Ok(Changes::default()) };
        let (pool, source) = (self.pool, self.source);
        let occasion = Occasion { pool, username: &self.user.row.username, client: self.client.id(), source };
        let request = json!({
            "userAttributes": trigger::attributes(self.user),
            "groupConfiguration": {
                "groupsToOverride": groups, "iamRolesToOverride": roles, "preferredRole": preferred,
            },
            "clientMetadata": trigger::texts(self.metadata),
        });
        let said = occasion.ask(cx, &function, request, json!({"claimsOverrideDetails": null}))?;
        let Some(details) = said.get("claimsOverrideDetails").and_then(Json::as_object) else {
            return Ok(Changes::default());
        };
        let text = |value: &Json| value.as_str().map(str::to_owned);
        let list = |of: Option<&Json>| of.and_then(Json::as_array).cloned();
        let group = |name: &str| details.get("groupOverrideDetails").and_then(|group| group.get(name));
        Ok(Changes {
            add: details.get("claimsToAddOrOverride").and_then(Json::as_object).cloned().unwrap_or_default(),
            suppress: list(details.get("claimsToSuppress")).iter().flatten().filter_map(text).collect(),
            groups: list(group("groupsToOverride")),
            roles: list(group("iamRolesToOverride")),
            preferred_role: group("preferredRole").filter(|role| role.is_string()).cloned(),
        })
    }
}

/// An attribute as an ID token shows it.
fn shown(name: &str, value: String) -> Json {
    match name {
        "email_verified" | "phone_number_verified" => json!(value.eq_ignore_ascii_case("true")),
        "updated_at" => value.parse::<i64>().map_or(json!(value), |number| json!(number)),
        // https://openid.net/specs/openid-connect-core-1_0.html#AddressClaim
        "address" => json!({"formatted": value}),
        _ => json!(value),
    }
}
