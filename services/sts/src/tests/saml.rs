//! Roles for those whom a SAML provider knows.

use super::{Cloud, ROLE, refused};
use crate::api::*;
use crate::ops;
use crate::saml::signed::{Idp, RESPONSE};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::{Caller, Duration, Result};
use std::sync::OnceLock;

pub const PROVIDER: &str = "arn:aws:iam::123456789012:saml-provider/Idp";

/// The one provider that IAM knows here.
pub fn idp() -> &'static Idp {
    static IDP: OnceLock<Idp> = OnceLock::new();
    IDP.get_or_init(Idp::new)
}

fn assume(cloud: &Cloud, signed: &str) -> Result<AssumeRoleWithSAMLResponse> {
    with(cloud, signed, |_| {})
}

fn with(
    cloud: &Cloud,
    signed: &str,
    change: impl FnOnce(&mut AssumeRoleWithSAMLRequest),
) -> Result<AssumeRoleWithSAMLResponse> {
    let mut input = AssumeRoleWithSAMLRequest {
        role_arn: ROLE.into(),
        principal_arn: PROVIDER.into(),
        saml_assertion: STANDARD.encode(signed),
        ..AssumeRoleWithSAMLRequest::default()
    };
    change(&mut input);
    cloud.run(|cx| ops::saml::assume_role_with_saml(cx, input))
}

/// The response with something changed before it was signed.
fn changed(from: &str, to: &str) -> String {
    assert!(RESPONSE.contains(from), "{from}");
    idp().sign(&RESPONSE.replacen(from, to, 1), "_a")
}

fn attribute(name: &str, value: &str) -> String {
    let head = format!("<a:Attribute Name=\"https://aws.amazon.com/SAML/Attributes/{name}\">");
    changed(
        "<a:AttributeStatement>",
        &format!("<a:AttributeStatement>{head}<a:AttributeValue>{value}</a:AttributeValue></a:Attribute>"),
    )
}

#[test]
fn a_signed_assertion_opens_its_role() {
    let mut cloud = Cloud::new(Caller::anonymous());
    let signed = idp().sign(RESPONSE, "_a");
    let reply = assume(&cloud, &signed).unwrap();
    assert_eq!(reply.assumed_role_user.unwrap().arn, "arn:aws:sts::123456789012:assumed-role/Reader/ann");
    assert_eq!((reply.subject.as_deref(), reply.subject_type.as_deref()), (Some("ann"), Some("transient")));
    assert_eq!(reply.issuer.as_deref(), Some("https://idp.example.com"));
    assert_eq!(reply.audience.as_deref(), Some("https://signin.aws.amazon.com/saml"));
    // printf 'https://idp.example.com123456789012/Idp' | openssl sha1 -binary | base64
    assert_eq!(reply.name_qualifier.as_deref(), Some("G5KwLkUxerg172rOoz12f2zVpnk="));
    let credentials = reply.credentials.unwrap();
    assert_eq!(credentials.expiration, cloud.now.after(Duration::from_secs(3600)));
    cloud.become_(&credentials);
    let session = cloud.caller.session.clone().unwrap();
    assert_eq!(session.federated_provider, PROVIDER);
    let key = |name: &str| session.context.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!([key("saml:sub"), key("saml:sub_type"), key("saml:aud")], [Some("ann"), Some("transient"), None]);
}

#[test]
fn what_an_assertion_can_set() {
    let mut cloud = Cloud::new(Caller::anonymous());
    let lasts = |cloud: &Cloud, signed: &str, asked: Option<i64>| {
        let reply = with(cloud, signed, |input| input.duration_seconds = asked).unwrap();
        reply.credentials.unwrap().expiration.since(cloud.now).as_secs()
    };
    let plain = idp().sign(RESPONSE, "_a");
    let short = attribute("SessionDuration", "900");
    assert_eq!([lasts(&cloud, &plain, Some(7200)), lasts(&cloud, &short, Some(7200))], [7200, 900]);
    assert_eq!(lasts(&cloud, &attribute("SessionDuration", "43200"), None), 3600);
    let ends = changed("SessionNotOnOrAfter=\"2023-11-15T22:13:20Z\"", "SessionNotOnOrAfter=\"2023-11-14T22:15:00Z\"");
    assert_eq!(lasts(&cloud, &ends, None), 100);
    let over = changed("SessionNotOnOrAfter=\"2023-11-15T22:13:20Z\"", "SessionNotOnOrAfter=\"2023-11-14T22:13:20Z\"");
    refused(assume(&cloud, &over), "ExpiredTokenException", "must be before the expiration date/time");
    let reply = assume(&cloud, &attribute("PrincipalTag:Project", "Marketing")).unwrap();
    cloud.become_(&reply.credentials.unwrap());
    assert_eq!(cloud.caller.session.as_ref().unwrap().tags, [("Project".to_owned(), "Marketing".to_owned())]);
    let reply = assume(&cloud, &attribute("SourceIdentity", "ann")).unwrap();
    assert_eq!(reply.source_identity.as_deref(), Some("ann"));
}

#[test]
fn assertions_that_open_nothing() {
    let cloud = Cloud::new(Caller::anonymous());
    let invalid = "InvalidIdentityTokenException";
    let name = "SAML/Attributes/RoleSessionName\"><a:AttributeValue>ann";
    let named = |to: &str| changed(name, &name.replace("ann", to));
    for (signed, code, part) in [
        (
            changed("Attributes/RoleSessionName", "Attributes/rolesessionname"),
            invalid,
            "RoleSessionName is required in AuthnResponse",
        ),
        (named("a"), invalid, "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"),
        (named("ann smith"), invalid, "RoleSessionName in AuthnResponse must match"),
        (attribute("SourceIdentity", "aws:x"), invalid, "Source Identity must match"),
        (attribute("SessionDuration", "899"), invalid, "SessionDuration"),
        (attribute("TransitiveTagKeys", "Project"), "InvalidParameterValue", "must be included in the requested tags"),
        (
            changed(">ann</a:NameID>", "></a:NameID>"),
            "AccessDenied",
            "Not authorized to perform sts:AssumeRoleWithSAML",
        ),
        (
            changed(">ann</a:NameID>", ">bob</a:NameID>"),
            "AccessDenied",
            "Not authorized to perform sts:AssumeRoleWithSAML",
        ),
        (
            changed("role/ops/Reader", "role/ops/Writer"),
            "AccessDenied",
            "Not authorized to perform sts:AssumeRoleWithSAML",
        ),
        (Idp::new().sign(RESPONSE, "_a"), invalid, "Response signature invalid"),
    ] {
        refused(assume(&cloud, &signed), code, part);
    }
    let signed = idp().sign(RESPONSE, "_a");
    let check = |change: fn(&mut AssumeRoleWithSAMLRequest), code: &str, part: &str| {
        refused(with(&cloud, &signed, change), code, part);
    };
    check(
        |input| input.principal_arn = "arn:aws:iam::123456789012:saml-provider/Other".into(),
        invalid,
        "Specified provider doesn't exist",
    );
    check(
        |input| input.principal_arn = "arn:aws:iam::123456789012:oidc-provider/Idp".into(),
        "ValidationError",
        "is invalid",
    );
    check(|input| input.role_arn = "Reader".into(), "ValidationError", "is invalid");
    check(|input| input.duration_seconds = Some(7201), "ValidationError", "exceeds the MaxSessionDuration");
    check(|input| input.policy = Some("{}".into()), "MalformedPolicyDocumentException", "");
}
