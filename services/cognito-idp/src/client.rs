//! One app client.

use crate::api::UserPoolClientType;
use crate::errors;
use crate::places;
use crate::pool::Pool;
use crate::state::{CLIENTS, ClientRow};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::shape::fill;
use service::{Bytes, Cx, Duration, Error, Node, Result, Value, View};

/// What a client may do for which nothing was said.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
const USUAL_FLOWS: [&str; 3] = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];

/// Days for which refresh tokens hold where nothing is said.
pub const USUAL_REFRESH_DAYS: i64 = 30;
/// Minutes in which a challenge is to be answered where nothing is said.
pub const USUAL_SESSION_MINUTES: i64 = 3;

/// A client with its settings.
#[derive(Clone)]
pub struct Client {
    /// What is not among the settings.
    pub row: ClientRow,
    /// What its makers said of it.
    pub settings: UserPoolClientType,
}

impl Client {
    /// The client of a pool.
    pub fn find(view: &View, pool: &Pool, id: &str) -> Result<Client> {
        let row = view.get(&CLIENTS, &(pool.row.id.clone(), id.to_owned()))?;
        Client::of(row.ok_or_else(|| errors::no_client(id))?)
    }

    /// A client and its pool, for somebody who names the client alone.
    pub fn known(view: &View, id: &str) -> Result<(Pool, Client)> {
        let place = places::find(view, id)?.filter(|(scope, _)| *scope == view.scope());
        let Some((_, pool)) = place else { return Err(errors::no_client(id)) };
        let pool = Pool::look(view, &pool)?.ok_or_else(|| errors::no_client(id))?;
        let client = Client::find(view, &pool, id)?;
        Ok((pool, client))
    }

    /// A client from its row.
    pub fn of(row: ClientRow) -> Result<Client> {
        let mut settings = UserPoolClientType::default();
        let tree = Value::decode(&row.settings).map_err(Error::internal)?;
        fill(&mut settings, &tree).map_err(Error::internal)?;
        Ok(Client { row, settings })
    }

    /// Writes what was changed.
    pub fn save(&mut self, cx: &mut Cx, pool: &Pool) -> Result<()> {
        self.row.modified_at = cx.now();
        self.row.settings = Bytes::from(Value::of(self.settings.peek()).encode());
        cx.put(&CLIENTS, &(pool.row.id.clone(), self.row.id.clone()), &self.row)
    }

    /// `ClientId`
    pub fn id(&self) -> &str {
        &self.row.id
    }

    /// What DescribeUserPoolClient shows.
    pub fn described(&self, pool: &Pool) -> UserPoolClientType {
        UserPoolClientType {
            user_pool_id: Some(pool.row.id.clone()),
            client_id: Some(self.row.id.clone()),
            creation_date: Some(self.row.created_at),
            last_modified_date: Some(self.row.modified_at),
            ..self.settings.clone()
        }
    }

    /// Whether a flow may be used, by its name with `ALLOW_` before it or, as older clients have it, without.
    pub fn allows(&self, flow: &str) -> bool {
        let older = match flow {
            "ADMIN_USER_PASSWORD_AUTH" => "ADMIN_NO_SRP_AUTH",
            flow => flow,
        };
        let fits = |known: &str| known == older || known.strip_prefix("ALLOW_") == Some(flow);
        match &self.settings.explicit_auth_flows {
            Some(flows) => flows.iter().any(|known| fits(known)),
            None => USUAL_FLOWS.iter().any(|known| fits(known)),
        }
    }

    /// Whether it may set an attribute.
    pub fn may_write(&self, name: &str) -> bool {
        self.settings.write_attributes.as_ref().is_none_or(|names| names.iter().any(|known| known == name))
    }

    /// Whether it may read an attribute.
    pub fn may_read(&self, name: &str) -> bool {
        let Some(names) = &self.settings.read_attributes else { return !name.starts_with("dev:") };
        name == "sub" || names.iter().any(|known| known == name)
    }

    /// Whether it is not told that users do not exist.
    pub fn hides_users(&self) -> bool {
        self.settings.prevent_user_existence_errors.as_deref() == Some("ENABLED")
    }

    /// Whether its tokens can be revoked.
    pub fn revokes(&self) -> bool {
        self.settings.enable_token_revocation != Some(false)
    }

    /// How long an access token holds.
    pub fn access_validity(&self) -> Duration {
        let unit = self.settings.token_validity_units.as_ref().and_then(|units| units.access_token.as_deref());
        span(
            self.settings.access_token_validity.unwrap_or(1),
            unit.unwrap_or("hours"),
            self.settings.access_token_validity,
        )
    }

    /// How long an ID token holds.
    pub fn id_validity(&self) -> Duration {
        let unit = self.settings.token_validity_units.as_ref().and_then(|units| units.id_token.as_deref());
        span(self.settings.id_token_validity.unwrap_or(1), unit.unwrap_or("hours"), self.settings.id_token_validity)
    }

    /// How long a refresh token holds.
    pub fn refresh_validity(&self) -> Duration {
        let unit = self.settings.token_validity_units.as_ref().and_then(|units| units.refresh_token.as_deref());
        let given = self.settings.refresh_token_validity.filter(|validity| *validity > 0);
        match given {
            Some(count) => span(count, unit.unwrap_or("days"), given),
            None => Duration::from_secs(86_400 * USUAL_REFRESH_DAYS.unsigned_abs()),
        }
    }

    /// How long a challenge may stay without an answer.
    pub fn session_validity(&self) -> Duration {
        let minutes = self.settings.auth_session_validity.unwrap_or(USUAL_SESSION_MINUTES);
        Duration::from_secs(60 * minutes.unsigned_abs())
    }

    /// Checks that lives of tokens are within AWS's bounds.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
    pub fn check_validities(&self) -> Result<()> {
        let (minute, hour) = (Duration::from_secs(60), Duration::from_secs(3600));
        let short = |name: &str, validity: Duration| match (5 * minute..=24 * hour).contains(&validity) {
            true => Ok(()),
            false => Err(errors::invalid(format!(
                "Invalid range for token validity: {name} must be between 5 minutes and 1 day."
            ))),
        };
        short("access token", self.access_validity())?;
        short("id token", self.id_validity())?;
        let refresh = self.refresh_validity();
        if !(hour..=87_600 * hour).contains(&refresh) {
            let text = "Invalid range for token validity: refresh token must be between 60 minutes and 10 years.";
            return Err(errors::invalid(text));
        }
        // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
        match refresh < self.access_validity() || refresh < self.id_validity() {
            true => Err(errors::invalid("Refresh token validity must be longer than that of the other tokens.")),
            false => Ok(()),
        }
    }

    /// Checks the hash by which a client with a secret proves that it has it.
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash>
    pub fn check_secret_hash(&self, names: &[&str], given: Option<&str>, missing: &str) -> Result<()> {
        let id = self.id();
        let wrong = || errors::not_authorized(format!("Unable to verify secret hash for client {id}"));
        match (&self.settings.client_secret, given) {
            (None, None) => Ok(()),
            (None, Some(_)) => Err(wrong()),
            (Some(_), None) => Err(errors::not_authorized(format!("Client {id} {missing}"))),
            (Some(secret), Some(given)) => {
                let given = STANDARD.decode(given).map_err(|_| wrong())?;
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
                let fits = |name: &&str| hmac::verify(&key, format!("{name}{id}").as_bytes(), &given).is_ok();
                if names.iter().any(fits) { Ok(()) } else { Err(wrong()) }
            }
        }
    }
}

/// What is said where the hash is missing: in operations, and in the parameters of a sign-in.
pub const NO_SECRET: &str = "is configured for secret but secret was not received";
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
pub const NO_SECRET_HASH: &str = "is configured with secret but SECRET_HASH was not received";

/// Without a value the unit does not count.
fn span(count: i64, unit: &str, given: Option<i64>) -> Duration {
    let seconds = match unit {
        _ if given.is_none() => 3600,
        "seconds" => 1,
        "minutes" => 60,
        "days" => 86_400,
        _ => 3600,
    };
    Duration::from_secs(count.unsigned_abs().saturating_mul(seconds))
}
