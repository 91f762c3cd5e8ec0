//! Session tokens: all that a session is, sealed, so that nothing of it is stored.
//!
//! A token is base64 of the sealed [`Content`]. It is bound to its access key id, and the secret follows from both. Whoever holds
//! a token holds nothing but a right to be who he was when it was issued; it ends by the time that stands in it.

use crate::api::Credentials;
use crate::sealing::Seal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::key_id;
use service::shape::{self, shape};
use service::{
    AccountId, ArnParts, Caller, CallerKind, Credential, Cx, Error, IndexMap, Result, Session, Timestamp, View,
};
use std::sync::Arc;

/// The size against which `SessionTokenUtilization` is told, in bytes. AWS does not publish its own.
const LARGEST: usize = 8192;
/// Longer texts are no tokens of ours: with 50 inherited tags of the largest size a token has some 30,000 characters.
const LONGEST_READ: usize = 65_536;
/// Letters of a secret access key, each of 6 bits.
const SECRET_BYTES: usize = 30;
const LENGTH_BYTES: usize = 4;

shape! {
    /// What a token holds.
    pub struct Content {
        /// Of [`CallerKind`].
        pub kind: String,
        /// The principal's account.
        pub account: i64,
        /// The principal's ARN.
        pub arn: String,
        /// The principal's unique id.
        pub user_id: String,
        /// The user's or role's name.
        pub name: String,
        /// Whether a bootstrap identity issued it for itself.
        pub bootstrap: bool,
        /// `Session::name`
        pub session_name: String,
        /// `Session::role_arn`
        pub role_arn: String,
        /// `Session::issued`
        pub issued: Timestamp,
        /// `Session::expires`
        pub expires: Timestamp,
        /// `Session::policies`
        pub policies: Vec<String>,
        /// `Session::policy_arns`
        pub policy_arns: Vec<String>,
        /// `Session::tags`
        pub tags: IndexMap<String, String>,
        /// `Session::transitive_tag_keys`
        pub transitive_tag_keys: Vec<String>,
        /// `Session::source_identity`
        pub source_identity: String,
        /// `Session::mfa_at`
        pub mfa_at: Option<Timestamp>,
        /// `Session::federated_provider`
        pub federated_provider: String,
        /// `Session::context`
        pub context: IndexMap<String, String>,
        /// `Session::chained`
        pub chained: bool,
        /// `Session::delegate`
        pub delegate: Option<i64>,
    }
}

const KINDS: [(CallerKind, &str); 4] = [
    (CallerKind::Root, "root"),
    (CallerKind::User, "user"),
    (CallerKind::AssumedRole, "assumed-role"),
    (CallerKind::FederatedUser, "federated-user"),
];

/// Credentials as they are given out, with what replies tell of their token.
pub struct Issued {
    /// The credentials.
    pub credentials: Credentials,
    /// `SessionTokenSize`: bytes.
    pub size: i64,
    /// `SessionTokenUtilization`: hundredths of the largest token.
    pub utilization: i64,
}

/// Makes credentials for `holder`, whose session says when they end. The token has `least` bytes at least.
pub fn issue(cx: &mut Cx, holder: &Caller, least: Option<i64>) -> Result<Issued> {
    let session = holder.session.as_deref().ok_or_else(|| Error::internal("credentials without a session"))?;
    let packed = shape::pack(&content(holder, session)?);
    let seal = Seal::made(cx)?;
    let access_key_id = key_id::encode("ASIA", holder.account, cx.entropy().u64());
    let least = usize::try_from(least.unwrap_or(0)).unwrap_or(0);
    let sealed = seal.seal(cx, &purpose(&access_key_id), padded(&packed, least)?)?;
    let session_token = STANDARD.encode(sealed);
    let size = session_token.len();
    let secret_access_key = secret(&seal, &access_key_id, &session_token);
    Ok(Issued {
        credentials: Credentials { access_key_id, secret_access_key, session_token, expiration: session.expires },
        size: size as i64,
        utilization: (size * 100).div_ceil(LARGEST).min(100) as i64,
    })
}

/// Who signs with `access_key` and `token`; `None` if they are not ours or do not belong together.
pub fn open(view: &View, access_key: &str, token: &str) -> Result<Option<Credential>> {
    if token.len() > LONGEST_READ {
        return Ok(None);
    }
    let Ok(sealed) = STANDARD.decode(token) else { return Ok(None) };
    let Some(seal) = Seal::known(view)? else { return Ok(None) };
    let Some(plain) = seal.open(&purpose(access_key), &sealed)? else { return Ok(None) };
    let mut content = Content::default();
    shape::unpack(unpadded(&plain)?, &mut content)?;
    let caller = caller(content, access_key)?;
    // Credentials are good in their own partition.
    // https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    if ArnParts::parse(&caller.arn).is_ok_and(|arn| arn.partition != view.scope().partition().as_str()) {
        return Ok(None);
    }
    // The text itself is bound too: base64 has more than one spelling of the same bytes.
    Ok(Some(Credential { secret: secret(&seal, access_key, token), caller }))
}

fn purpose(access_key: &str) -> String {
    format!("session {access_key}")
}

fn secret(seal: &Seal, access_key: &str, token: &str) -> String {
    let tag = seal.derive("secret", &[access_key.as_bytes(), token.as_bytes()]);
    STANDARD.encode(tag.as_ref().get(..SECRET_BYTES).unwrap_or_default())
}

/// The row behind its length, with as many zeros as make a token of `least` characters.
fn padded(packed: &[u8], least: usize) -> Result<Vec<u8>> {
    let length = u32::try_from(packed.len()).map_err(Error::internal)?;
    let mut plain = length.to_be_bytes().to_vec();
    plain.extend_from_slice(packed);
    // Without the nonce (12 bytes) and the tag (16) that sealing adds.
    let wanted = (least * 3).div_ceil(4).saturating_sub(28);
    plain.resize(plain.len().max(wanted), 0);
    Ok(plain)
}

fn unpadded(plain: &[u8]) -> Result<&[u8]> {
    let damaged = || Error::internal("a session token of ours is damaged");
    let (length, rest) = plain.split_first_chunk::<LENGTH_BYTES>().ok_or_else(damaged)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(Error::internal)?;
    rest.get(..length).ok_or_else(damaged)
}

fn content(holder: &Caller, session: &Session) -> Result<Content> {
    let kind = KINDS.iter().find(|(kind, _)| *kind == holder.kind);
    let (_, kind) = kind.ok_or_else(|| Error::internal("no session can be of this kind"))?;
    Ok(Content {
        kind: (*kind).to_owned(),
        account: holder.account.number() as i64,
        arn: holder.arn.clone(),
        user_id: holder.user_id.clone(),
        name: holder.name.clone(),
        bootstrap: holder.bootstrap,
        session_name: session.name.clone(),
        role_arn: session.role_arn.clone(),
        issued: session.issued,
        expires: session.expires,
        policies: session.policies.clone(),
        policy_arns: session.policy_arns.clone(),
        tags: session.tags.iter().cloned().collect(),
        transitive_tag_keys: session.transitive_tag_keys.clone(),
        source_identity: session.source_identity.clone(),
        mfa_at: session.mfa_at,
        federated_provider: session.federated_provider.clone(),
        context: session.context.iter().cloned().collect(),
        chained: session.chained,
        delegate: session.delegate.map(|account| account.number() as i64),
    })
}

fn caller(content: Content, access_key: &str) -> Result<Caller> {
    let damaged = || Error::internal("a session token of ours is damaged");
    let (kind, _) = KINDS.iter().find(|(_, name)| *name == content.kind).ok_or_else(damaged)?;
    let numbered = |number| u64::try_from(number).ok().and_then(AccountId::from_number).ok_or_else(damaged);
    let account = numbered(content.account)?;
    let session = Session {
        name: content.session_name,
        role_arn: content.role_arn,
        issued: content.issued,
        expires: content.expires,
        policies: content.policies,
        policy_arns: content.policy_arns,
        tags: content.tags.into_iter().collect(),
        transitive_tag_keys: content.transitive_tag_keys,
        source_identity: content.source_identity,
        mfa_at: content.mfa_at,
        federated_provider: content.federated_provider,
        context: content.context.into_iter().collect(),
        chained: content.chained,
        delegate: content.delegate.map(numbered).transpose()?,
    };
    Ok(Caller {
        kind: *kind,
        account,
        arn: content.arn,
        user_id: content.user_id,
        name: content.name,
        access_key: access_key.to_owned(),
        session: Some(Arc::new(session)),
        bootstrap: content.bootstrap,
    })
}
