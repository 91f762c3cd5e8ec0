//! Identity providers, and what is sealed besides sessions.

use super::{Cloud, ISSUER, ROLE, ann, refused, root};
use crate::api::*;
use crate::{issuers, ops, seal_authorization_message};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::{AccountId, Caller, Duration};

#[test]
fn messages_open_in_their_own_account() {
    let mut cloud = Cloud::new(ann());
    let text = r#"{"allowed":false}"#;
    let encoded = cloud.run(|cx| seal_authorization_message(cx, cx.account(), text)).unwrap();
    let decode = |cloud: &Cloud, message: &str| {
        let input = DecodeAuthorizationMessageRequest { encoded_message: message.to_owned() };
        ops::messages::decode_authorization_message(&cloud.view(), input)
    };
    assert_eq!(decode(&cloud, &encoded).unwrap().decoded_message.as_deref(), Some(text));
    for message in ["x", "!", &encoded[1..]] {
        refused(decode(&cloud, message), "InvalidAuthorizationMessageException", "Message is not valid");
    }
    cloud.caller.account = AccountId::DEFAULT;
    refused(decode(&cloud, &encoded), "InvalidAuthorizationMessageException", "Message is not valid");
}

/// An identity provider with a key of its own.
struct Issuer(EcdsaKeyPair);

impl Issuer {
    fn new() -> Issuer {
        Issuer(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    fn key_set(&self) -> String {
        let point = self.0.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..65]));
        format!(r#"{{"keys":[{{"kty":"EC","crv":"P-256","kid":"k1","use":"sig","alg":"ES256","x":"{x}","y":"{y}"}}]}}"#)
    }

    fn token(&self, issuer: &str, subject: &str, audience: &str, expires: i64) -> String {
        let claims = format!(r#"{{"iss":"{issuer}","sub":"{subject}","aud":"{audience}","exp":{expires}}}"#);
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256","kid":"k1"}"#);
        let message = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = self.0.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

#[test]
fn roles_for_those_whom_a_provider_knows() {
    let mut cloud = Cloud::new(Caller::anonymous());
    let (issuer, impostor) = (Issuer::new(), Issuer::new());
    let assume = |cloud: &Cloud, token: String| {
        let input = AssumeRoleWithWebIdentityRequest {
            role_arn: ROLE.into(),
            role_session_name: "web".into(),
            web_identity_token: token,
            ..AssumeRoleWithWebIdentityRequest::default()
        };
        cloud.run(|cx| ops::web_identity::assume_role_with_web_identity(cx, input))
    };
    let end = cloud.now.secs() + 600;
    let good = || issuer.token(ISSUER, "ann", "sts.amazonaws.com", end);
    let invalid = "InvalidIdentityTokenException";
    refused(assume(&cloud, good()), invalid, "Couldn't retrieve verification key from your identity provider");
    cloud.run(|cx| cx.set_issuer_keys(ISSUER, &issuer.key_set())).unwrap();
    let reply = assume(&cloud, good()).unwrap();
    let provider = "arn:aws:iam::123456789012:oidc-provider/oidc.example.com/id/1";
    assert_eq!(reply.provider.as_deref(), Some(provider));
    assert_eq!(reply.subject_from_web_identity_token.as_deref(), Some("ann"));
    assert_eq!(reply.audience.as_deref(), Some("sts.amazonaws.com"));
    assert_eq!(reply.assumed_role_user.unwrap().assumed_role_id, "AROAREADER:web");
    let other = issuer.token("https://other.example.com", "ann", "sts.amazonaws.com", end);
    refused(
        assume(&cloud, other),
        invalid,
        "No OpenIDConnect provider found in your account for https://other.example.com",
    );
    refused(assume(&cloud, impostor.token(ISSUER, "ann", "sts.amazonaws.com", end)), invalid, "signature");
    refused(assume(&cloud, issuer.token(ISSUER, "ann", "me", end)), invalid, "Incorrect token audience");
    let stranger = issuer.token(ISSUER, "bob", "sts.amazonaws.com", end);
    refused(assume(&cloud, stranger), "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    cloud.become_(&reply.credentials.unwrap());
    let session = cloud.caller.session.clone().unwrap();
    assert_eq!(session.federated_provider, provider);
    assert!(session.context.contains(&("oidc.example.com/id/1:sub".to_owned(), "ann".to_owned())));
    cloud.now = cloud.now.after(Duration::from_secs(600));
    refused(assume(&cloud, good()), "ExpiredTokenException", "must be before the expiration date/time");
}

#[test]
fn key_sets_that_are_none() {
    let cloud = Cloud::new(root());
    let largest = format!(r#"{{"keys":[{}]}}"#, vec!["{}"; 201].join(","));
    for (issuer, document) in [
        ("http://oidc.example.com", r#"{"keys":[]}"#),
        (ISSUER, "{}"),
        (ISSUER, r#"{"keys":[]}"#),
        (ISSUER, r#"{"keys":[{"kty":"oct","k":"AQAB"}]}"#),
        (ISSUER, "[]"),
        (ISSUER, "{"),
        (ISSUER, largest.as_str()),
    ] {
        refused(cloud.run(|cx| issuers::set(cx, issuer, document)), "ValidationError", "");
    }
}
