//! Sessions of roles for those whom a SAML provider knows.

use crate::api::{AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse};
use crate::assumption::{Assumed, Assumption};
use crate::role_arn::RoleArn;
use crate::saml::{self, Assertion, Metadata};
use crate::session_policies::SessionPolicies;
use crate::session_tags::SessionTags;
use crate::trust::Wish;
use crate::{asked, errors, moments, peers};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::{AccountId, ArnParts, Caller, CallerKind, Cx, Result, Session, Timestamp, View};

const ACTION: &str = "sts:AssumeRoleWithSAML";

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html>
pub fn assume_role_with_saml(cx: &mut Cx, input: AssumeRoleWithSAMLRequest) -> Result<AssumeRoleWithSAMLResponse> {
    let AssumeRoleWithSAMLRequest {
        role_arn,
        principal_arn,
        saml_assertion,
        policy_arns,
        policy,
        duration_seconds,
        minimum_session_token_size,
    } = input;
    let target = RoleArn::parse(&role_arn)?;
    let provider = Provider::parse(&principal_arn)?;
    let (assertion, judged) = verified(cx, &saml_assertion, &provider)?;
    let policies = SessionPolicies::of(cx.scope().partition(), policy, asked::arns(policy_arns))?;
    let (attributes, denied) = (&assertion.attributes, || errors::provider_not_authorized(ACTION));
    let subject = assertion.subject.clone().ok_or_else(denied)?;
    if !attributes.maps_to(&target.arn, &provider.arn) {
        return Err(denied());
    }
    let session_name = assertion.session_name()?.to_owned();
    let tags = SessionTags::of(attributes.tags(), attributes.transitive_tag_keys(), None)?;
    let role = peers::role(cx, &target)?.ok_or_else(denied)?;
    let wish = Wish {
        action: ACTION,
        target: &target,
        role: &role,
        session_name: &session_name,
        tags: &tags,
        source_identity: assertion.source_identity()?,
    };
    let qualifier = provider.name_qualifier(&assertion.issuer);
    check_trust(cx, &wish, &assertion, (&provider, &qualifier))?;
    let source_identity = assertion.source_identity()?.to_owned();
    let session = Session {
        name: session_name,
        source_identity: source_identity.clone(),
        federated_provider: provider.arn.clone(),
        context: lasting_keys(&assertion, &qualifier),
        ..Session::default()
    };
    let (duration, at_most) = (duration_seconds, at_most(&assertion, judged)?);
    let least_token = minimum_session_token_size;
    let Assumed { user, issued, packed } =
        Assumption { target, role, duration, at_most, policies, tags, least_token, session }.assume(cx)?;
    Ok(AssumeRoleWithSAMLResponse {
        credentials: Some(issued.credentials),
        assumed_role_user: Some(user),
        packed_policy_size: packed,
        subject: Some(subject),
        subject_type: Some(assertion.subject_type().to_owned()),
        issuer: Some(assertion.issuer.clone()),
        audience: Some(assertion.recipient.clone()),
        name_qualifier: Some(qualifier),
        source_identity: Some(source_identity).filter(|identity| !identity.is_empty()),
        session_token_utilization: Some(issued.utilization),
        session_token_size: Some(issued.size),
    })
}

/// A SAML provider by its ARN.
struct Provider {
    arn: String,
    account: AccountId,
    name: String,
}

impl Provider {
    fn parse(arn: &str) -> Result<Provider> {
        let invalid = || errors::validation(format!("{arn} is invalid"));
        let parts = ArnParts::parse(arn).map_err(|_| invalid())?;
        let name = parts.resource.strip_prefix("saml-provider/").filter(|_| parts.service == "iam");
        let (name, account) = (name.ok_or_else(invalid)?, parts.account.parse().map_err(|_| invalid())?);
        Ok(Provider { arn: arn.to_owned(), account, name: name.to_owned() })
    }

    /// `NameQualifier`: `BASE64 ( SHA1 ( "https://example.com/saml" + "123456789012" + "/MySAMLIdP" ) )`
    fn name_qualifier(&self, issuer: &str) -> String {
        let text = format!("{issuer}{}/{}", self.account, self.name);
        STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
    }
}

/// The assertion, if the provider signed it for AWS and it is in force, and the moment at which it was judged.
fn verified(view: &View, response: &str, provider: &Provider) -> Result<(Assertion, Timestamp)> {
    let missing = || errors::invalid_identity_token("Specified provider doesn't exist");
    let known = peers::saml_provider(view, provider.account, &provider.arn)?.ok_or_else(missing)?;
    let metadata = Metadata::read(&known.metadata);
    let metadata = metadata.ok_or_else(|| errors::invalid_identity_token("Could not parse metadata"))?;
    if known.valid_until.is_some_and(|end| view.now() >= end) {
        return Err(errors::invalid_identity_token("The metadata of the specified provider has expired"));
    }
    let assertion = saml::open(response, &metadata)?;
    let judged = moments::judged(view, Some(assertion.issued), |now| assertion.check(&metadata.entity, now))?;
    Ok((assertion, judged))
}

fn check_trust(
    view: &View,
    wish: &Wish<'_>,
    assertion: &Assertion,
    (provider, qualifier): (&Provider, &str),
) -> Result<()> {
    let subject = assertion.subject.as_deref().unwrap_or_default();
    let caller = Caller {
        kind: CallerKind::Provider,
        account: provider.account,
        arn: provider.arn.clone(),
        user_id: format!("{qualifier}:{subject}"),
        ..Caller::anonymous()
    };
    let mut keys = assertion.condition_keys();
    keys.push(("saml:doc".to_owned(), vec![format!("{}/{}", provider.account, provider.name)]));
    keys.push(("saml:namequalifier".to_owned(), vec![qualifier.to_owned()]));
    wish.put(view, &caller, &keys)
}

/// The keys that stay with the session.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#cross-condition-keys-saml>
fn lasting_keys(assertion: &Assertion, qualifier: &str) -> Vec<(String, String)> {
    let key = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![
        key("saml:namequalifier", qualifier),
        key("saml:sub", assertion.subject.as_deref().unwrap_or_default()),
        key("saml:sub_type", assertion.condition_type()),
    ]
}

/// An assertion can shorten the session, by `SessionDuration` and by `SessionNotOnOrAfter`, and never lengthen it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html#saml_role-session-duration>
fn at_most(assertion: &Assertion, now: Timestamp) -> Result<Option<i64>> {
    let asked = assertion.attributes.session_duration()?;
    let Some(end) = assertion.session_ends else { return Ok(asked) };
    let left = end.secs() - now.secs();
    if left <= 0 {
        return Err(errors::expired_token(now.secs(), end.secs()));
    }
    Ok(Some(asked.map_or(left, |asked| asked.min(left))))
}
