//! The way from a password to tokens.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html>

use crate::api::AuthenticationResultType;
use crate::claims::Subject;
use crate::client::{Client, NO_SECRET_HASH};
use crate::pool::Pool;
use crate::prepare::Proof;
use crate::session::Ticket;
use crate::state::{KeysRow, SessionRow};
use crate::token::SigningKey;
use crate::trigger::{self, Occasion};
use crate::user::{FORCE_CHANGE_PASSWORD, RESET_REQUIRED, UNCONFIRMED, User};
use crate::{attributes, errors, lockout, refresh};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};
use service::{Cx, Error, IndexMap, Result};

pub const PASSWORD_VERIFIER: &str = "PASSWORD_VERIFIER";
pub const NEW_PASSWORD_REQUIRED: &str = "NEW_PASSWORD_REQUIRED";
pub const SOFTWARE_TOKEN_MFA: &str = "SOFTWARE_TOKEN_MFA";
pub const MFA_SETUP: &str = "MFA_SETUP";

/// Somebody signs in.
pub struct SignIn {
    /// The pool.
    pub pool: Pool,
    /// The client.
    pub client: Client,
    /// `ClientMetadata`
    pub metadata: Option<IndexMap<String, String>>,
    /// Whether a server with keys does it for him.
    pub admin: bool,
    /// The session that was answered, which ends when something is written.
    pub spent: Option<Ticket>,
    /// Whether the user was changed, so that he may be found by other names.
    pub changed: bool,
    /// The keys that were made, if the pool had none.
    pub keys: Option<KeysRow>,
}

/// Where he is now: a challenge that is to be answered, or tokens.
#[derive(Default)]
pub struct Answer {
    /// `ChallengeName`
    pub challenge: Option<String>,
    /// `Session`
    pub session: Option<String>,
    /// `ChallengeParameters`
    pub parameters: IndexMap<String, String>,
    /// `AuthenticationResult`
    pub tokens: Option<AuthenticationResultType>,
}

impl Answer {
    /// A challenge.
    pub fn challenge(name: &str, session: Option<String>, parameters: &[(&str, String)]) -> Answer {
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Answer { challenge: Some(name.to_owned()), session, parameters, tokens: None }
    }
}

impl SignIn {
    /// InitiateAuth and AdminInitiateAuth.
    pub fn initiate(self, cx: &mut Cx, flow: &str, given: &IndexMap<String, String>, proof: Proof) -> Result<Answer> {
        match (flow, self.admin) {
            ("USER_PASSWORD_AUTH", false) => {
                self.check_flow(flow, "USER_PASSWORD_AUTH flow not enabled for this client")?;
                self.password(cx, given, &proof)
            }
            ("ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH", true) => {
                self.check_flow("ADMIN_USER_PASSWORD_AUTH", "Auth flow not enabled for this client")?;
                self.password(cx, given, &proof)
            }
            ("USER_SRP_AUTH", _) => {
                self.check_flow(flow, "USER_SRP_AUTH is not enabled for the client.")?;
                self.srp(cx, given, proof)
            }
            ("REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN", _) => {
                self.check_flow("REFRESH_TOKEN_AUTH", "Auth flow not enabled for this client")?;
                self.refresh(cx, given)
            }
            ("CUSTOM_AUTH" | "USER_AUTH", _) => Err(errors::refuse(&format!("with the flow {flow}"), cx)),
            _ => Err(errors::invalid("Initiate Auth method not supported.")),
        }
    }

    fn check_flow(&self, flow: &str, text: &'static str) -> Result<()> {
        if self.client.allows(flow) { Ok(()) } else { Err(errors::invalid(text)) }
    }

    /// By a password that the server sees.
    fn password(mut self, cx: &mut Cx, given: &IndexMap<String, String>, proof: &Proof) -> Result<Answer> {
        let username = required(given, "USERNAME")?;
        required(given, "PASSWORD")?;
        self.check_secret(&[username], given)?;
        let user = self.user(cx, username)?;
        lockout::check(&user.row, cx.now())?;
        self.pre_authentication(cx, &user)?;
        let user = self.proven(cx, user, proof)?;
        self.admit(cx, user)
    }

    /// A user, unless the client is not told that there is none.
    fn user(&self, cx: &Cx, name: &str) -> Result<User> {
        let none = if self.client.hides_users() { errors::wrong_password } else { errors::no_user };
        User::look(cx, &self.pool, name)?.ok_or_else(none)
    }

    /// Notes whether a password was right.
    fn proven(&mut self, cx: &mut Cx, mut user: User, proof: &Proof) -> Result<User> {
        let own = user.row.password.as_ref().map(|password| &password.verifier);
        let right = matches!(proof, Proof::Password { verifier, right: true } if Some(verifier) == own);
        if right {
            lockout::succeeded(&mut user.row);
            return Ok(user);
        }
        lockout::failed(&mut user.row, cx.now());
        user.note(cx, &self.pool)?;
        Err(errors::wrong_password().keeping())
    }

    /// What is asked of somebody whose password was right.
    fn admit(mut self, cx: &mut Cx, user: User) -> Result<Answer> {
        if !user.row.enabled {
            return Err(errors::not_authorized("User is disabled."));
        }
        match user.row.status.as_str() {
            UNCONFIRMED => Err(errors::not_confirmed()),
            RESET_REQUIRED => Err(errors::reset_required()),
            FORCE_CHANGE_PASSWORD => {
                if user.row.temporary_until.is_some_and(|until| until <= cx.now()) {
                    let text = "Temporary password has expired and must be reset by an administrator.";
                    return Err(errors::not_authorized(text));
                }
                self.note(cx, &user)?;
                let session = self.begin(cx, NEW_PASSWORD_REQUIRED, &user)?;
                let missing = attributes::missing(&self.pool, &user.row.attributes);
                let missing: Vec<_> = missing.into_iter().map(|name| format!("userAttributes.{name}")).collect();
                let mut shown = trigger::attributes(&user);
                if let Some(shown) = shown.as_object_mut() {
                    shown.retain(|name, _| name != "sub" && !name.starts_with("cognito:"));
                }
                let parameters = [
                    ("USER_ID_FOR_SRP", user.row.username.clone()),
                    ("requiredAttributes", json!(missing).to_string()),
                    ("userAttributes", shown.to_string()),
                ];
                Ok(Answer::challenge(NEW_PASSWORD_REQUIRED, Some(session), &parameters))
            }
            _ => self.second_factor(cx, user, "TokenGeneration_Authentication"),
        }
    }

    /// The software token of those who have one, or a way to one for those who need it.
    pub fn second_factor(mut self, cx: &mut Cx, user: User, source: &'static str) -> Result<Answer> {
        let username = user.row.username.clone();
        if self.pool.mfa() != "OFF" && user.row.totp_enabled {
            self.note(cx, &user)?;
            let session = self.begin(cx, SOFTWARE_TOKEN_MFA, &user)?;
            let mut parameters = vec![("USER_ID_FOR_SRP", username)];
            if !user.row.device_name.is_empty() {
                parameters.push(("FRIENDLY_DEVICE_NAME", user.row.device_name.clone()));
            }
            return Ok(Answer::challenge(SOFTWARE_TOKEN_MFA, Some(session), &parameters));
        }
        if self.pool.mfa() == "ON" {
            if !self.pool.row.software_tokens {
                return Err(errors::refuse("of a user whose second factor is a text message or a mail", cx));
            }
            self.note(cx, &user)?;
            let session = self.begin(cx, MFA_SETUP, &user)?;
            let can = json!([SOFTWARE_TOKEN_MFA]).to_string();
            let parameters = [("MFAS_CAN_SETUP", can), ("USER_ID_FOR_SRP", username)];
            return Ok(Answer::challenge(MFA_SETUP, Some(session), &parameters));
        }
        self.finish(cx, user, source)
    }

    /// The first of what is written: no function is asked any more.
    fn note(&mut self, cx: &mut Cx, user: &User) -> Result<()> {
        match self.changed {
            true => user.clone().save(cx, &mut self.pool)?,
            false => user.note(cx, &self.pool)?,
        }
        if let Some(made) = self.keys.take() {
            self.pool.keep_keys(cx, made)?;
        }
        self.spent.as_ref().map_or(Ok(()), |ticket| ticket.end(cx, &self.pool))
    }

    fn begin(&self, cx: &mut Cx, challenge: &str, user: &User) -> Result<String> {
        let ticket = Ticket::new(cx, &self.pool, &self.client);
        let row = SessionRow {
            challenge: challenge.to_owned(),
            client: self.client.row.id.clone(),
            username: user.key.clone(),
            ..SessionRow::default()
        };
        ticket.put(cx, &self.pool, &row)?;
        Ok(ticket.text())
    }

    /// Tokens. Nothing may have been written before, where functions are to be asked.
    pub fn finish(mut self, cx: &mut Cx, user: User, source: &'static str) -> Result<Answer> {
        self.post_authentication(cx, &user)?;
        let origin = cx.entropy().uuid();
        let subject = Subject {
            pool: &self.pool,
            client: &self.client,
            user: &user,
            signed_in_at: cx.now(),
            origin: &origin,
            source,
            metadata: self.metadata.as_ref(),
        };
        let mut tokens = self.tokens(cx, &subject)?;
        self.note(cx, &user)?;
        tokens.refresh_token = Some(refresh::issue(cx, &self.pool, &self.client, (&user, &origin))?);
        cx.meter("SignInSuccesses", ("UserPool", self.pool.id()), 1.0, "Count");
        Ok(Answer { tokens: Some(tokens), ..Answer::default() })
    }

    fn tokens(&self, cx: &mut Cx, subject: &Subject<'_>) -> Result<AuthenticationResultType> {
        let claims = subject.claims(cx)?;
        let keys = self.pool.keys(cx)?.or_else(|| self.keys.clone());
        let keys = keys.ok_or_else(|| Error::internal("a pool signs, and has no keys"))?;
        Ok(AuthenticationResultType {
            access_token: Some(SigningKey::read(&keys.access_key)?.sign(&claims.access)?),
            id_token: Some(SigningKey::read(&keys.id_key)?.sign(&claims.id)?),
            expires_in: i64::try_from(self.client.access_validity().as_secs()).ok(),
            token_type: Some("Bearer".to_owned()),
            refresh_token: None,
            new_device_metadata: None,
        })
    }

    /// By a refresh token.
    fn refresh(self, cx: &mut Cx, given: &IndexMap<String, String>) -> Result<Answer> {
        let found = refresh::check(cx, &self.pool, &self.client, required(given, "REFRESH_TOKEN")?)?;
        let user = User::by_key(cx, &self.pool, &found.row.username)?;
        let user = user.ok_or_else(|| errors::not_authorized("Invalid Refresh Token"))?;
        self.check_secret(&[&user.row.username, &user.row.sub], given)?;
        if found.row.generation < user.row.generation {
            return Err(errors::not_authorized("Refresh Token has been revoked"));
        }
        if !user.row.enabled {
            return Err(errors::not_authorized("User is disabled."));
        }
        let subject = Subject {
            pool: &self.pool,
            client: &self.client,
            user: &user,
            signed_in_at: found.row.signed_in_at,
            origin: &found.origin,
            source: "TokenGeneration_RefreshTokens",
            metadata: self.metadata.as_ref(),
        };
        let tokens = self.tokens(cx, &subject)?;
        cx.count("TokenRefreshSuccesses", ("UserPool", self.pool.id()), 1.0, "Count");
        Ok(Answer { tokens: Some(tokens), ..Answer::default() })
    }

    /// By SRP: the server's half.
    fn srp(self, cx: &mut Cx, given: &IndexMap<String, String>, proof: Proof) -> Result<Answer> {
        let username = required(given, "USERNAME")?;
        required(given, "SRP_A")?;
        self.check_secret(&[username], given)?;
        let Proof::Srp { user, salt, client, secret, public } = proof else {
            self.user(cx, username)?;
            return Err(errors::invalid("SRP_A is not valid."));
        };
        if let Some(user) = User::look(cx, &self.pool, username)? {
            lockout::check(&user.row, cx.now())?;
        }
        let ticket = Ticket::new(cx, &self.pool, &self.client);
        let row = SessionRow {
            challenge: PASSWORD_VERIFIER.to_owned(),
            client: self.client.row.id.clone(),
            username: self.pool.fold(&user),
            srp_a: client,
            srp_b: secret,
            ..SessionRow::default()
        };
        ticket.put(cx, &self.pool, &row)?;
        let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
        let parameters = [
            ("SALT", salt),
            ("SECRET_BLOCK", STANDARD.encode(ticket.bytes())),
            ("SRP_B", public),
            ("USERNAME", user.clone()),
            ("USER_ID_FOR_SRP", user),
        ];
        Ok(Answer::challenge(PASSWORD_VERIFIER, None, &parameters))
    }

    /// By SRP: the client's proof that it knows the password.
    pub fn password_verifier(mut self, cx: &mut Cx, given: &IndexMap<String, String>, proof: &Proof) -> Result<Answer> {
        for name in ["PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"] {
            required(given, name)?;
        }
        let block = STANDARD.decode(required(given, "PASSWORD_CLAIM_SECRET_BLOCK")?).ok();
        let ticket = block.and_then(|block| Ticket::read(&block)).ok_or_else(errors::wrong_password)?;
        let row = ticket.look(cx, &self.pool, PASSWORD_VERIFIER)?;
        let name = required(given, "USERNAME")?;
        self.check_secret(&[name], given)?;
        let user = User::by_key(cx, &self.pool, &row.username)?.ok_or_else(errors::wrong_password)?;
        self.check_same(cx, &row, &user, name)?;
        lockout::check(&user.row, cx.now())?;
        self.pre_authentication(cx, &user)?;
        let user = match self.proven(cx, user, proof) {
            Err(error) => {
                ticket.end(cx, &self.pool)?;
                return Err(error);
            }
            proven => proven?,
        };
        self.spent = Some(ticket);
        self.admit(cx, user)
    }

    /// Whether a session is this client's and this user's.
    pub fn check_same(&self, cx: &Cx, row: &SessionRow, user: &User, name: &str) -> Result<()> {
        let same = User::look(cx, &self.pool, name)?.is_some_and(|other| other.key == user.key);
        if same && row.client == self.client.row.id { Ok(()) } else { Err(errors::wrong_session()) }
    }

    /// Checks `SECRET_HASH`.
    pub fn check_secret(&self, names: &[&str], given: &IndexMap<String, String>) -> Result<()> {
        self.client.check_secret_hash(names, given.get("SECRET_HASH").map(String::as_str), NO_SECRET_HASH)
    }

    fn pre_authentication(&self, cx: &mut Cx, user: &User) -> Result<()> {
        let Some(function) = self.pool.triggers().pre_authentication else { return Ok(()) };
        let request = json!({
            "userAttributes": trigger::attributes(user),
            "validationData": trigger::texts(self.metadata.as_ref()),
            "userNotFound": false,
        });
        self.tell(cx, user, "PreAuthentication_Authentication", (&function, request))
    }

    fn post_authentication(&self, cx: &mut Cx, user: &User) -> Result<()> {
        let Some(function) = self.pool.triggers().post_authentication else { return Ok(()) };
        let request = json!({
            "userAttributes": trigger::attributes(user),
            "newDeviceUsed": false,
            "clientMetadata": trigger::texts(self.metadata.as_ref()),
        });
        self.tell(cx, user, "PostAuthentication_Authentication", (&function, request))
    }

    fn tell(&self, cx: &mut Cx, user: &User, source: &'static str, (function, request): (&str, Json)) -> Result<()> {
        let occasion = Occasion { pool: &self.pool, username: &user.row.username, client: self.client.id(), source };
        occasion.ask(cx, function, request, json!({})).map(|_| ())
    }
}

/// A parameter that must be there.
pub fn required<'g>(given: &'g IndexMap<String, String>, name: &str) -> Result<&'g str, Error> {
    given.get(name).map(String::as_str).ok_or_else(|| errors::missing_parameter(name))
}
