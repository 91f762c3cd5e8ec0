//! Who may assume a role: the cases that a role's trust policy decides together with what a request says of itself.
//!
//! AWS's own simulator takes no trust policy, no session and no identity provider: these cases it cannot answer.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html>

use serde_json::{Value, json};

use crate::corpus;
use crate::reference::world::{Compiled, words};
use crate::reference::{Ask, World, decide};

const ROLE: &str = "arn:aws:iam::111111111111:role/deploy";

type Who = [&'static str; 5];

const ANN: Who = ["user", "arn:aws:iam::111111111111:user/ann", "111111111111", "", "AIDAANN"];
const BOB: Who = ["user", "arn:aws:iam::222222222222:user/bob", "222222222222", "", "AIDABOB"];
const CI: &str = "arn:aws:iam::222222222222:role/ci";
const CI_SESSION: &str = "arn:aws:sts::222222222222:assumed-role/ci/run-7";
const RUN: Who = ["session", CI_SESSION, "222222222222", CI, "AROACI:run-7"];
const APP: &str = "arn:aws:iam::111111111111:role/app";
const APP_SESSION: &str = "arn:aws:sts::111111111111:assumed-role/app/i-1";
const INSTANCE: Who = ["session", APP_SESSION, "111111111111", APP, "AROAAPP:i-1"];
const OTHER_ROOT: Who = ["root", "arn:aws:iam::222222222222:root", "222222222222", "", "222222222222"];
const SNS: Who = ["service", "sns.amazonaws.com", "", "", ""];
const LAMBDA: Who = ["service", "lambda.amazonaws.com", "", "", ""];
const GITHUB_ARN: &str = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com";
const GITHUB: Who = ["provider", GITHUB_ARN, "", "", ""];
const SAML_ARN: &str = "arn:aws:iam::111111111111:saml-provider/adfs";
const SAML: Who = ["provider", SAML_ARN, "", "", ""];
const NOBODY: Who = ["anonymous", "", "", "", ""];

const ALLOW: &str = "allow";
const NO_TRUST: &str = "implicit role trust policy";
const NO_IDENTITY: &str = "implicit identity-based policy";
const NO_SESSION: &str = "implicit session policy";
const DENIED: &str = "explicit role trust policy";

/// A question to a trust policy.
struct Case<'a> {
    page: &'a str,
    /// Its statements; `sts:AssumeRole` is meant where they have no action.
    trust: Value,
    /// The actions that the caller's own policy allows on every resource; empty for no policy.
    identity: &'a str,
    /// The same of his session policy.
    session: &'a str,
    action: &'static str,
}

impl Case<'_> {
    fn check(&self, who: Who, context: &[(&'static str, &str)], expect: &str) {
        let own = |actions: &str| {
            let allow = |action| json!({"Effect": "Allow", "Action": action, "Resource": "*"});
            let statements: Vec<Value> = actions.split_whitespace().map(allow).collect();
            if statements.is_empty() { vec![] } else { vec![json!({"Version": "2012-10-17", "Statement": statements})] }
        };
        let mut statements = self.trust.as_array().cloned().unwrap_or_else(|| vec![self.trust.clone()]);
        for statement in &mut statements {
            for (element, usual) in [("Effect", "Allow"), ("Action", "sts:AssumeRole")] {
                if statement[element].is_null() {
                    statement[element] = json!(usual);
                }
            }
        }
        let world = World {
            identity: own(self.identity),
            session: own(self.session),
            resource: Some(json!({"Version": "2012-10-17", "Statement": statements})),
            mode: "trust",
            ..World::default()
        };
        let [kind, arn, account, issuer, id] = who;
        let mut keys: Vec<(&'static str, Vec<String>)> = Vec::new();
        for (key, value) in context {
            match keys.iter_mut().find(|(known, _)| known == key) {
                Some((_, values)) => values.push((*value).to_owned()),
                None => keys.push((key, vec![(*value).to_owned()])),
            }
        }
        let ask = Ask {
            action: self.action,
            resource: ROLE,
            resource_account: "111111111111",
            kind,
            arn,
            account,
            issuer,
            id,
            context: keys,
        };
        corpus::case(self.page, format!("{world:?} {ask:?} {expect}"));
        let engine = words(&Compiled::new(&world).evaluate(&ask));
        let got = engine.clone().err().unwrap_or_else(|| ALLOW.into());
        assert_eq!(got, expect, "{}\n{world:?}\n{ask:?}", self.page);
        assert_eq!(engine, decide(&world, &ask), "the reference on {world:?}\n{ask:?}");
    }
}

fn trusting(page: &str, trust: Value) -> Case<'_> {
    Case { page, trust, identity: "sts:*", session: "", action: "sts:AssumeRole" }
}

#[test]
pub fn external_ids() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html";
    let vendor = json!({"AWS": "222222222222"});
    let case = trusting(page, json!({"Principal": vendor, "Condition": {"StringEquals": {"sts:ExternalId": "12345"}}}));
    case.check(BOB, &[("sts:ExternalId", "12345")], ALLOW);
    case.check(RUN, &[("sts:ExternalId", "12345")], ALLOW);
    case.check(BOB, &[("sts:ExternalId", "54321")], NO_TRUST);
    case.check(BOB, &[("STS:externalid", "12345")], ALLOW);
    case.check(BOB, &[], NO_TRUST);
    case.check(ANN, &[("sts:ExternalId", "12345")], NO_TRUST);
    let case = Case { identity: "", ..case };
    case.check(BOB, &[("sts:ExternalId", "12345")], NO_IDENTITY);
    let list = json!({"StringEquals": {"sts:ExternalId": ["a", "b"]}});
    let case = trusting(page, json!({"Principal": vendor, "Condition": list}));
    case.check(BOB, &[("sts:ExternalId", "b")], ALLOW);
    case.check(BOB, &[("sts:ExternalId", "B")], NO_TRUST);
    // IfExists lets in who gives none: no guard at all.
    let lenient = json!({"StringEqualsIfExists": {"sts:ExternalId": "12345"}});
    let case = trusting(page, json!({"Principal": vendor, "Condition": lenient}));
    case.check(BOB, &[], ALLOW);
    case.check(BOB, &[("sts:ExternalId", "54321")], NO_TRUST);
    let required = json!([{"Principal": vendor}, {"Effect": "Deny", "Principal": "*", "Condition": {"Null": {"sts:ExternalId": "true"}}}]);
    let case = trusting(page, required);
    case.check(BOB, &[("sts:ExternalId", "any")], ALLOW);
    case.check(BOB, &[], DENIED);
}

#[test]
pub fn one_time_passwords() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html";
    let (present, age) = ("aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge");
    let account = json!({"AWS": "arn:aws:iam::111111111111:root"});
    let case = trusting(page, json!({"Principal": account, "Condition": {"Bool": {present: "true"}}}));
    case.check(ANN, &[(present, "true")], ALLOW);
    case.check(ANN, &[(present, "false")], NO_TRUST);
    // Long-term keys carry no such key.
    case.check(ANN, &[], NO_TRUST);
    let case = trusting(page, json!({"Principal": account, "Condition": {"BoolIfExists": {present: "true"}}}));
    case.check(ANN, &[], ALLOW);
    case.check(ANN, &[(present, "false")], NO_TRUST);
    let fresh = json!({"NumericLessThan": {age: "3600"}});
    let case = trusting(page, json!({"Principal": account, "Condition": fresh}));
    case.check(ANN, &[(present, "true"), (age, "3599")], ALLOW);
    case.check(ANN, &[(present, "true"), (age, "3600")], NO_TRUST);
    case.check(ANN, &[], NO_TRUST);
    let deny = json!({"Effect": "Deny", "Principal": "*", "Condition": {"BoolIfExists": {present: "false"}}});
    let case = trusting(page, json!([{"Principal": account}, deny]));
    case.check(ANN, &[(present, "true")], ALLOW);
    case.check(ANN, &[(present, "false")], DENIED);
    case.check(ANN, &[], DENIED);
    // Bool alone does not see a missing key: who signs with long-term keys is let through.
    let deny = json!({"Effect": "Deny", "Principal": "*", "Condition": {"Bool": {present: "false"}}});
    let case = trusting(page, json!([{"Principal": account}, deny]));
    case.check(ANN, &[], ALLOW);
}

#[test]
pub fn session_tags() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html";
    let both = json!(["sts:AssumeRole", "sts:TagSession"]);
    let case = trusting(page, json!({"Principal": {"AWS": BOB[1]}}));
    // Tags need the right to tag, on both sides.
    Case { action: "sts:TagSession", ..case }.check(BOB, &[("aws:RequestTag/team", "red")], NO_TRUST);
    let tagging = |condition: Value| {
        let trust = json!({"Principal": {"AWS": BOB[1]}, "Action": both, "Condition": condition});
        Case { action: "sts:TagSession", ..trusting(page, trust) }
    };
    tagging(json!({})).check(BOB, &[("aws:RequestTag/team", "red"), ("aws:TagKeys", "team")], ALLOW);
    Case { identity: "sts:AssumeRole", ..tagging(json!({})) }.check(
        BOB,
        &[("aws:RequestTag/team", "red")],
        NO_IDENTITY,
    );
    let required = tagging(json!({"StringLike": {"aws:RequestTag/team": "*"}}));
    required.check(BOB, &[("aws:RequestTag/team", "red")], ALLOW);
    required.check(BOB, &[("aws:RequestTag/Team", "red")], ALLOW);
    required.check(BOB, &[("aws:RequestTag/cost", "1")], NO_TRUST);
    required.check(BOB, &[], NO_TRUST);
    let own = tagging(json!({"StringEquals": {"aws:RequestTag/team": "${aws:PrincipalTag/team}"}}));
    own.check(BOB, &[("aws:RequestTag/team", "red"), ("aws:PrincipalTag/team", "red")], ALLOW);
    own.check(BOB, &[("aws:RequestTag/team", "red"), ("aws:PrincipalTag/team", "blue")], NO_TRUST);
    own.check(BOB, &[("aws:RequestTag/team", "red")], NO_TRUST);
    let only = tagging(json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "cost"]}}));
    only.check(BOB, &[("aws:TagKeys", "team"), ("aws:TagKeys", "cost")], ALLOW);
    only.check(BOB, &[("aws:TagKeys", "team"), ("aws:TagKeys", "admin")], NO_TRUST);
    only.check(BOB, &[], ALLOW);
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining";
    let transitive = |condition: Value| {
        let trust = json!({"Principal": {"AWS": CI}, "Action": both, "Condition": condition});
        Case { action: "sts:TagSession", ..trusting(page, trust) }
    };
    let case = transitive(json!({"ForAllValues:StringEquals": {"sts:TransitiveTagKeys": ["project", "team"]}}));
    case.check(RUN, &[("sts:TransitiveTagKeys", "team")], ALLOW);
    case.check(RUN, &[("sts:TransitiveTagKeys", "team"), ("sts:TransitiveTagKeys", "cost")], NO_TRUST);
    case.check(RUN, &[], ALLOW);
    // Transitive tags of the first session are the second caller's own, and may not be asked for again.
    let case = transitive(
        json!({"StringEquals": {"aws:PrincipalTag/project": "x"}, "Null": {"aws:RequestTag/project": "true"}}),
    );
    case.check(RUN, &[("aws:PrincipalTag/project", "x")], ALLOW);
    case.check(RUN, &[("aws:PrincipalTag/project", "x"), ("aws:RequestTag/project", "y")], NO_TRUST);
}

#[test]
pub fn source_identities() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html";
    let both = json!(["sts:AssumeRole", "sts:SetSourceIdentity"]);
    let case = trusting(page, json!({"Principal": {"AWS": BOB[1]}}));
    Case { action: "sts:SetSourceIdentity", ..case }.check(BOB, &[("sts:SourceIdentity", "bob")], NO_TRUST);
    let setting = |condition: Value| {
        let trust = json!({"Principal": {"AWS": [BOB[1], CI]}, "Action": both, "Condition": condition});
        Case { action: "sts:SetSourceIdentity", ..trusting(page, trust) }
    };
    setting(json!({})).check(BOB, &[("sts:SourceIdentity", "bob")], ALLOW);
    let named = setting(json!({"StringEquals": {"sts:SourceIdentity": "${aws:username}"}}));
    named.check(BOB, &[("sts:SourceIdentity", "bob"), ("aws:username", "bob")], ALLOW);
    named.check(BOB, &[("sts:SourceIdentity", "eve"), ("aws:username", "bob")], NO_TRUST);
    named.check(RUN, &[("sts:SourceIdentity", "bob")], NO_TRUST);
    let like = setting(json!({"StringLike": {"sts:SourceIdentity": ["b*", "e*"]}}));
    like.check(BOB, &[("sts:SourceIdentity", "bob")], ALLOW);
    like.check(BOB, &[("sts:SourceIdentity", "Bob")], NO_TRUST);
    // A chained session keeps the first's.
    let kept = setting(json!({"StringEquals": {"aws:SourceIdentity": "bob"}}));
    kept.check(RUN, &[("aws:SourceIdentity", "bob")], ALLOW);
    kept.check(RUN, &[("sts:SourceIdentity", "bob")], NO_TRUST);
}

#[test]
pub fn identity_providers() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html";
    let (sub, aud) = ("token.actions.githubusercontent.com:sub", "token.actions.githubusercontent.com:aud");
    let web = |condition: Value| {
        let trust = json!({"Principal": {"Federated": GITHUB_ARN}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": condition});
        Case { action: "sts:AssumeRoleWithWebIdentity", ..trusting(page, trust) }
    };
    let case = web(json!({"StringEquals": {aud: "sts.amazonaws.com"}, "StringLike": {sub: "repo:octo/app:*"}}));
    case.check(GITHUB, &[(aud, "sts.amazonaws.com"), (sub, "repo:octo/app:ref:refs/heads/main")], ALLOW);
    case.check(GITHUB, &[(aud, "sts.amazonaws.com"), (sub, "repo:octo/application:ref")], NO_TRUST);
    case.check(GITHUB, &[(aud, "else"), (sub, "repo:octo/app:ref")], NO_TRUST);
    case.check(GITHUB, &[(sub, "repo:octo/app:ref")], NO_TRUST);
    case.check(SAML, &[(aud, "sts.amazonaws.com"), (sub, "repo:octo/app:ref")], NO_TRUST);
    case.check(ANN, &[(aud, "sts.amazonaws.com"), (sub, "repo:octo/app:ref")], NO_TRUST);
    // A token's bearer has no policy of his own, and needs none.
    Case { identity: "", ..web(json!({})) }.check(GITHUB, &[], ALLOW);
    // Another action is another right.
    Case { action: "sts:AssumeRole", ..web(json!({})) }.check(GITHUB, &[], NO_TRUST);
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html";
    let trust = json!({"Principal": {"Federated": SAML_ARN}, "Action": "sts:AssumeRoleWithSAML",
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}});
    let case = Case { action: "sts:AssumeRoleWithSAML", ..trusting(page, trust) };
    case.check(SAML, &[("saml:aud", "https://signin.aws.amazon.com/saml")], ALLOW);
    case.check(SAML, &[("saml:aud", "https://elsewhere")], NO_TRUST);
    case.check(GITHUB, &[("saml:aud", "https://signin.aws.amazon.com/saml")], NO_TRUST);
    let several = json!({"ForAnyValue:StringEquals": {"saml:edupersonaffiliation": ["staff", "faculty"]}});
    let trust = json!({"Principal": {"Federated": SAML_ARN}, "Action": "sts:AssumeRoleWithSAML", "Condition": several});
    let case = Case { action: "sts:AssumeRoleWithSAML", ..trusting(page, trust) };
    case.check(SAML, &[("saml:edupersonaffiliation", "member"), ("saml:edupersonaffiliation", "staff")], ALLOW);
    case.check(SAML, &[("saml:edupersonaffiliation", "member")], NO_TRUST);
    case.check(SAML, &[], NO_TRUST);
}

#[test]
pub fn role_chaining() {
    let page =
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles";
    trusting(page, json!({"Principal": {"AWS": CI}})).check(RUN, &[], ALLOW);
    trusting(page, json!({"Principal": {"AWS": CI_SESSION}})).check(RUN, &[], ALLOW);
    let sibling = "arn:aws:sts::222222222222:assumed-role/ci/run-8";
    trusting(page, json!({"Principal": {"AWS": sibling}})).check(RUN, &[], NO_TRUST);
    // Across accounts the session needs the right on its own side too, whoever is named.
    let unarmed = |trust: Value| Case { identity: "", ..trusting(page, trust) };
    unarmed(json!({"Principal": {"AWS": CI_SESSION}})).check(RUN, &[], NO_IDENTITY);
    // Within the account the trust policy suffices if it names the role or the session, and does not if it names the account.
    unarmed(json!({"Principal": {"AWS": APP}})).check(INSTANCE, &[], ALLOW);
    unarmed(json!({"Principal": {"AWS": APP_SESSION}})).check(INSTANCE, &[], ALLOW);
    unarmed(json!({"Principal": {"AWS": "111111111111"}})).check(INSTANCE, &[], NO_IDENTITY);
    // A role does not trust itself unless its policy says so.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
    let own = ["session", "arn:aws:sts::111111111111:assumed-role/deploy/s", "111111111111", ROLE, "AROAD:s"];
    trusting(page, json!({"Principal": {"AWS": APP}})).check(own, &[], NO_TRUST);
    trusting(page, json!({"Principal": {"AWS": ROLE}})).check(own, &[], ALLOW);
    // The key holds the role, not the session.
    let by_key = json!({"Principal": {"AWS": "222222222222"}, "Condition": {"ArnEquals": {"aws:PrincipalArn": CI}}});
    trusting(page, by_key.clone()).check(RUN, &[("aws:PrincipalArn", CI)], ALLOW);
    trusting(page, by_key).check(BOB, &[("aws:PrincipalArn", BOB[1])], NO_TRUST);
}

#[test]
pub fn confused_deputies() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html#cross-service-confused-deputy-prevention";
    let (arn, account, organisation) = ("aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID");
    let topic = "arn:aws:sns:us-east-1:111111111111:orders";
    let service = json!({"Service": "sns.amazonaws.com"});
    let case = |condition: Value| Case {
        identity: "",
        ..trusting(page, json!({"Principal": service, "Condition": condition}))
    };
    case(json!({})).check(SNS, &[], ALLOW);
    case(json!({})).check(LAMBDA, &[], NO_TRUST);
    case(json!({})).check(ANN, &[], NO_TRUST);
    let exact = case(json!({"ArnEquals": {arn: topic}}));
    exact.check(SNS, &[(arn, topic)], ALLOW);
    exact.check(SNS, &[(arn, "arn:aws:sns:us-east-1:222222222222:orders")], NO_TRUST);
    exact.check(SNS, &[], NO_TRUST);
    let like = case(json!({"ArnLike": {arn: "arn:aws:sns:*:111111111111:*"}}));
    like.check(SNS, &[(arn, topic)], ALLOW);
    like.check(SNS, &[(arn, "arn:aws:sns:us-east-1:222222222222:111111111111:x")], NO_TRUST);
    let owner = case(json!({"StringEquals": {account: "111111111111"}}));
    owner.check(SNS, &[(account, "111111111111")], ALLOW);
    owner.check(SNS, &[(account, "222222222222")], NO_TRUST);
    owner.check(SNS, &[], NO_TRUST);
    let org = case(json!({"StringEquals": {organisation: "o-a1b2c3d4e5"}}));
    org.check(SNS, &[(organisation, "o-a1b2c3d4e5")], ALLOW);
    org.check(SNS, &[(organisation, "o-zzzzzzzzzz")], NO_TRUST);
    // A deny for services alone, which spares people: the keys' absence must be no refusal for them.
    let deny = json!({"Effect": "Deny", "Principal": "*",
        "Condition": {"StringNotEqualsIfExists": {organisation: "o-a1b2c3d4e5"}, "Bool": {"aws:PrincipalIsAWSService": "true"}}});
    let case = trusting(page, json!([{"Principal": {"Service": "sns.amazonaws.com", "AWS": BOB[1]}}, deny]));
    let is_service = ("aws:PrincipalIsAWSService", "true");
    case.check(SNS, &[is_service, (organisation, "o-a1b2c3d4e5")], ALLOW);
    case.check(SNS, &[is_service, (organisation, "o-zzzzzzzzzz")], DENIED);
    case.check(BOB, &[("aws:PrincipalIsAWSService", "false")], ALLOW);
}

#[test]
pub fn the_root_of_another_account() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts";
    for name in ["222222222222", "arn:aws:iam::222222222222:root"] {
        let trust = json!({"Principal": {"AWS": name}});
        trusting(page, trust.clone()).check(BOB, &[], ALLOW);
        trusting(page, trust.clone()).check(RUN, &[], ALLOW);
        Case { identity: "", ..trusting(page, trust.clone()) }.check(BOB, &[], NO_IDENTITY);
        Case { identity: "s3:*", ..trusting(page, trust.clone()) }.check(RUN, &[], NO_IDENTITY);
        trusting(page, trust.clone()).check(ANN, &[], NO_TRUST);
        trusting(page, trust.clone()).check(NOBODY, &[], NO_TRUST);
        trusting(page, trust).check(SNS, &[], NO_TRUST);
    }
    // Its root user is the account itself.
    Case { identity: "", ..trusting(page, json!({"Principal": {"AWS": OTHER_ROOT[1]}})) }.check(OTHER_ROOT, &[], ALLOW);
    let but_root = json!([{"Principal": {"AWS": "222222222222"}},
        {"Effect": "Deny", "Principal": {"AWS": "222222222222"}, "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}}]);
    trusting(page, but_root.clone()).check(OTHER_ROOT, &[("aws:PrincipalArn", OTHER_ROOT[1])], DENIED);
    trusting(page, but_root).check(BOB, &[("aws:PrincipalArn", BOB[1])], ALLOW);
}

#[test]
pub fn everyone_under_conditions() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous";
    let organisation = "aws:PrincipalOrgID";
    let within = |principal: Value| {
        trusting(page, json!({"Principal": principal, "Condition": {"StringEquals": {organisation: "o-a1b2c3d4e5"}}}))
    };
    for everyone in [json!("*"), json!({"AWS": "*"})] {
        let case = within(everyone);
        case.check(BOB, &[(organisation, "o-a1b2c3d4e5")], ALLOW);
        case.check(RUN, &[(organisation, "o-a1b2c3d4e5")], ALLOW);
        case.check(BOB, &[(organisation, "o-zzzzzzzzzz")], NO_TRUST);
        // Who belongs to no organisation has no such key.
        case.check(BOB, &[], NO_TRUST);
        case.check(NOBODY, &[], NO_TRUST);
        Case { identity: "", ..case }.check(BOB, &[(organisation, "o-a1b2c3d4e5")], NO_IDENTITY);
    }
    let paths = json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}});
    let case = trusting(page, json!({"Principal": "*", "Condition": paths}));
    case.check(BOB, &[("aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/")], ALLOW);
    case.check(BOB, &[("aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/ou-ab12-33333333/")], NO_TRUST);
    case.check(BOB, &[], NO_TRUST);
    let pattern = json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::222222222222:role/ci*"}});
    let case = trusting(page, json!({"Principal": {"AWS": "*"}, "Condition": pattern}));
    case.check(RUN, &[("aws:PrincipalArn", CI)], ALLOW);
    case.check(BOB, &[("aws:PrincipalArn", BOB[1])], NO_TRUST);
    let address = json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}});
    let case = trusting(page, json!({"Principal": {"AWS": "222222222222"}, "Condition": address}));
    case.check(BOB, &[("aws:SourceIp", "203.0.113.9")], ALLOW);
    case.check(BOB, &[("aws:SourceIp", "198.51.100.9")], NO_TRUST);
}

/// A session policy narrows what the caller's session may do, assuming further roles included.
#[test]
pub fn sessions() {
    let page = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session";
    let trust = || json!({"Principal": {"AWS": [CI, APP]}});
    for (who, identity, session, expect) in [
        (RUN, "sts:*", "", ALLOW),
        (RUN, "sts:*", "sts:AssumeRole", ALLOW),
        (RUN, "sts:*", "s3:*", NO_SESSION),
        (RUN, "", "sts:*", NO_IDENTITY),
        // The role is named in its own account: identity policies need not allow, the session's must.
        (INSTANCE, "", "", ALLOW),
        (INSTANCE, "", "sts:AssumeRole", ALLOW),
        (INSTANCE, "", "s3:*", NO_SESSION),
        (INSTANCE, "sts:*", "s3:*", NO_SESSION),
    ] {
        Case { identity, session, ..trusting(page, trust()) }.check(who, &[], expect);
    }
    // The session itself is named: nothing of the session's own limits it within the account.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    let case = Case { identity: "", session: "s3:*", ..trusting(page, json!({"Principal": {"AWS": APP_SESSION}})) };
    case.check(INSTANCE, &[], ALLOW);
}
