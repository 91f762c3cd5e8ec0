//! OpenID Connect tokens, in and out.

use crate::{credentials, done, refused, user};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED, EcdsaKeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256,
    UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};
use std::time::Duration;
use testkit::{Keys, World};

const GITHUB: &str = "https://token.actions.githubusercontent.com";
const ROLE: &str = "arn:aws:iam::000000000000:role/Deploy";

/// An issuer outside, with a key of its own.
struct Issuer(EcdsaKeyPair);

impl Issuer {
    fn new() -> Issuer {
        Issuer(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    fn key_set(&self) -> String {
        let point = self.0.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
        json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig", "x": x, "y": y}]}).to_string()
    }

    fn token(&self, claims: &Json) -> String {
        let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
        let message = format!("{}.{}", part(&json!({"alg": "ES256", "kid": "k1"})), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// What the issuer says of a run, whose clock is the machine's.
fn claims(world: &World, repository: &str) -> Json {
    let now = world.cloud().clock().real().secs();
    json!({"iss": GITHUB, "sub": format!("repo:{repository}:ref:refs/heads/main"), "aud": "sts.amazonaws.com",
           "repository": repository, "iat": now, "exp": now + 300})
}

#[test]
fn a_workflow_outside_assumes_its_role() {
    let mut world = World::default();
    let root = Keys::bootstrap();
    let provider = json!({"Url": GITHUB, "ClientIDList": ["sts.amazonaws.com"]});
    done(&mut world, &root, ("iam", "CreateOpenIDConnectProvider"), provider);
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"Federated": "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
            "StringLike": {"token.actions.githubusercontent.com:sub": "repo:octo/*"}
        }
    }]});
    let role = json!({"RoleName": "Deploy", "AssumeRolePolicyDocument": trust.to_string()});
    done(&mut world, &root, ("iam", "CreateRole"), role);
    let issuer = Issuer::new();
    let asked = |token: String| json!({"RoleArn": ROLE, "RoleSessionName": "run-1", "WebIdentityToken": token});
    let assume = ("sts", "AssumeRoleWithWebIdentity");
    let good = asked(issuer.token(&claims(&world, "octo/app")));
    let answer = refused(&mut world, &Keys::nobody(), assume, good.clone(), "InvalidIdentityToken");
    assert!(answer.message.starts_with("Couldn't retrieve verification key"), "{}", answer.message);

    world.cloud().set_issuer_keys(GITHUB, &issuer.key_set()).unwrap();
    let reply = done(&mut world, &Keys::nobody(), assume, good.clone());
    assert_eq!(reply["SubjectFromWebIdentityToken"], "repo:octo/app:ref:refs/heads/main");
    let session = credentials(&reply);
    let who = done(&mut world, &session, ("sts", "GetCallerIdentity"), json!({}));
    assert_eq!(who["Arn"], "arn:aws:sts::000000000000:assumed-role/Deploy/run-1");
    let other = asked(issuer.token(&claims(&world, "evil/app")));
    refused(&mut world, &Keys::nobody(), assume, other, "AccessDenied");
    let forged = asked(Issuer::new().token(&claims(&world, "octo/app")));
    refused(&mut world, &Keys::nobody(), assume, forged, "InvalidIdentityToken");

    // Time is wound here and not there: what was issued before has ended, and what is issued now holds.
    world.advance(Duration::from_secs(90 * 86_400)).unwrap();
    let mut before = claims(&world, "octo/app");
    before["iat"] = json!(before["iat"].as_i64().unwrap() - 10);
    refused(&mut world, &Keys::nobody(), assume, asked(issuer.token(&before)), "ExpiredTokenException");
    let good = asked(issuer.token(&claims(&world, "octo/app")));
    done(&mut world, &Keys::nobody(), assume, good.clone());

    let issuers = world.cloud().list_issuers().unwrap();
    assert_eq!(issuers.iter().map(|i| (i.url.as_str(), i.outbound)).collect::<Vec<_>>(), [(GITHUB, false)]);
    assert!(world.cloud().remove_issuer(GITHUB).unwrap() && !world.cloud().remove_issuer(GITHUB).unwrap());
    refused(&mut world, &Keys::nobody(), assume, good, "InvalidIdentityToken");
}

/// A part of a token, as JSON.
fn read(token: &str, part: usize) -> Json {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(part).unwrap()).unwrap()).unwrap()
}

/// Whether the key of the set that a token names verifies it, as anybody would outside.
fn verifies(token: &str, key_set: &str) -> bool {
    let set: Json = serde_json::from_str(key_set).unwrap();
    let header = read(token, 0);
    let key = set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    let bytes = |member: &str| URL_SAFE_NO_PAD.decode(key[member].as_str().unwrap()).unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert_eq!(key["alg"], header["alg"]);
    match header["alg"].as_str() {
        Some("RS256") => PublicKeyComponents { n: bytes("n"), e: bytes("e") }
            .verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature)
            .is_ok(),
        _ => {
            let point = [vec![4], bytes("x"), bytes("y")].concat();
            UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(message.as_bytes(), &signature).is_ok()
        }
    }
}

#[test]
fn others_verify_who_a_user_is() {
    let mut world = World::default();
    let root = Keys::bootstrap();
    let enabled = done(&mut world, &root, ("iam", "EnableOutboundWebIdentityFederation"), json!({}));
    let ann = user(&mut world, "ann");
    let tag = json!({"UserName": "ann", "Tags": [{"Key": "team", "Value": "blue"}]});
    done(&mut world, &root, ("iam", "TagUser"), tag);
    let mut tokens = Vec::new();
    for (algorithm, audience, expect) in
        [("RS256", json!(["a"]), json!("a")), ("ES384", json!(["a", "b"]), json!(["a", "b"]))]
    {
        let asked = json!({"Audience": audience, "SigningAlgorithm": algorithm,
                           "Tags": [{"Key": "job", "Value": "7"}]});
        let reply = done(&mut world, &ann, ("sts", "GetWebIdentityToken"), asked);
        let token = reply["WebIdentityToken"].as_str().unwrap().to_owned();
        let claims = read(&token, 1);
        assert_eq!((&claims["iss"], &claims["aud"]), (&enabled["IssuerIdentifier"], &expect));
        assert_eq!(claims["sub"], "arn:aws:iam::000000000000:user/ann");
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
        let own = &claims["https://sts.amazonaws.com/"];
        assert_eq!((&own["aws_account"], &own["source_region"]), (&json!("000000000000"), &json!("us-east-1")));
        assert_eq!((&own["principal_tags"]["team"], &own["request_tags"]["job"]), (&json!("blue"), &json!("7")));
        tokens.push(token);
    }
    let issuers = world.cloud().list_issuers().unwrap();
    let [issuer] = issuers.as_slice() else { unreachable!("{issuers:?}") };
    assert_eq!((json!(issuer.url), issuer.outbound), (enabled["IssuerIdentifier"].clone(), true));
    assert!(tokens.iter().all(|token| verifies(token, &issuer.keys)));
    // "The JSON Web Tokens generated by the GetWebIdentityToken API cannot be used for OIDC federation into AWS."
    let provider = json!({"Url": issuer.url, "ClientIDList": ["a"]});
    done(&mut world, &root, ("iam", "CreateOpenIDConnectProvider"), provider);
    let asked = json!({"RoleArn": ROLE, "RoleSessionName": "back", "WebIdentityToken": tokens[0]});
    refused(&mut world, &Keys::nobody(), ("sts", "AssumeRoleWithWebIdentity"), asked, "InvalidIdentityToken");
}
