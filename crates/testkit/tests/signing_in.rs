//! Signing in to IAM Identity Center as a person does: by a mailed code, on pages, with a device that waits; and what the
//! credentials are good for that come of it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pipeline::Settings;
use serde_json::{Value as Json, json};
use std::time::Duration;
use testkit::{Answer, Call, Keys, World};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const PASSWORD: &str = "Passw0rd!x";

/// An organisation of one account, with Ann, and a browser.
struct Office {
    world: World,
    keys: Keys,
    instance: String,
    store: String,
    ann: String,
    /// The browser's cookies.
    cookies: Vec<(String, String)>,
}

fn text(value: &Json) -> String {
    value.as_str().unwrap().to_owned()
}

/// What stands in a hidden field of a page.
fn field(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split_once(&start).unwrap_or_else(|| panic!("no {name} in {page}")).1;
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

impl Office {
    fn new() -> Office {
        let (world, keys) = (World::new(Settings::default()), Keys::bootstrap());
        let empty = String::new;
        let (instance, store, ann, cookies) = (empty(), empty(), empty(), Vec::new());
        let mut office = Office { world, keys, instance, store, ann, cookies };
        office.instance = text(&office.ask("sso", "CreateInstance", json!({}))["InstanceArn"]);
        let enabled = json!({"InstanceArn": office.instance, "PermissionSetsEnabled": true});
        office.ask("sso", "UpdateInstance", enabled);
        let all = office.ask("sso", "ListInstances", json!({}));
        office.store = text(&all["Instances"][0]["IdentityStoreId"]);
        let ann = json!({
            "IdentityStoreId": office.store, "UserName": "ann", "DisplayName": "Ann",
            "Name": {"GivenName": "Ann", "FamilyName": "Lee"}, "Emails": [{"Value": "ann@example.com", "Primary": true}],
        });
        office.ann = text(&office.ask("identitystore", "CreateUser", ann)["UserId"]);
        office
    }

    fn call(&mut self, service: &str, operation: &str, input: &Json) -> Answer {
        self.world.call(&self.keys.clone(), service, operation, input)
    }

    fn ask(&mut self, service: &str, operation: &str, input: Json) -> Json {
        let answer = self.call(service, operation, &input);
        assert!(answer.ok(), "{service} {operation}: {answer:?}");
        answer.output
    }

    /// Ann may look at queues.
    fn assign(&mut self) -> String {
        let made = json!({"InstanceArn": self.instance, "Name": "Queues", "SessionDuration": "PT2H"});
        let set = text(&self.ask("sso", "CreatePermissionSet", made)["PermissionSet"]["PermissionSetArn"]);
        let allowed = json!({"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"});
        let policy = json!({"Version": "2012-10-17", "Statement": [allowed]}).to_string();
        let put = json!({"InstanceArn": self.instance, "PermissionSetArn": set, "InlinePolicy": policy});
        self.ask("sso", "PutInlinePolicyToPermissionSet", put);
        let assigned = json!({
            "InstanceArn": self.instance, "PermissionSetArn": set, "TargetType": "AWS_ACCOUNT", "TargetId": "000000000000",
            "PrincipalType": "USER", "PrincipalId": self.ann,
        });
        let begun = self.ask("sso", "CreateAccountAssignment", assigned);
        let id = begun["AccountAssignmentCreationStatus"]["RequestId"].clone();
        let about = json!({"InstanceArn": self.instance, "AccountAssignmentCreationRequestId": id});
        let status = self.ask("sso", "DescribeAccountAssignmentCreationStatus", about);
        assert_eq!(status["AccountAssignmentCreationStatus"]["Status"], "SUCCEEDED", "{status}");
        set
    }

    /// What the browser is answered: the page, or where it is sent on.
    fn browse(&mut self, method: &str, path: &str, form: &[(&str, &str)]) -> (u16, String) {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let body: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let text = format!(
            "{method} localhost:4566{path}\ncontent-type: application/x-www-form-urlencoded\ncookie: {}\n\n{}",
            cookies.join("; "),
            body.join("&")
        );
        let Call::Done(answer) = self.world.http(&Keys::nobody(), &text).unwrap() else { panic!("{path} waits") };
        for cookie in answer.headers.get_all("set-cookie") {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(own, _)| own != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let location = answer.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        let page = answer.output.as_str().unwrap_or_default().to_owned();
        (answer.status, location.unwrap_or(page))
    }

    /// Sets Ann's password by the code that is mailed to her, from a page that asks her to sign in.
    fn set_password(&mut self, page: &str) -> String {
        let (form, instance, next) = (field(page, "form"), field(page, "instance"), field(page, "next"));
        let about = [("form", form.as_str()), ("instance", &instance), ("next", &next), ("user", "ann")];
        let (status, page) = self.browse("POST", "/_sso/code", &about);
        assert_eq!(status, 200, "{page}");
        let mail = self.world.newest_dispatch(&self.keys, "ann@example.com").unwrap();
        let (form, code) = (field(&page, "form"), text(&mail.output["Code"]));
        let about = [("form", form.as_str()), ("instance", &instance), ("next", &next), ("user", "ann")];
        let weak = [&about[..], &[("code", code.as_str()), ("password", "short")]].concat();
        let (status, page) = self.browse("POST", "/_sso/password", &weak);
        assert_eq!(status, 400, "{page}");
        let form = field(&page, "form");
        let about = [("form", form.as_str()), ("instance", &instance), ("next", &next), ("user", "ann")];
        let strong = [&about[..], &[("code", code.as_str()), ("password", PASSWORD)]].concat();
        let (status, onward) = self.browse("POST", "/_sso/password", &strong);
        assert_eq!(status, 303, "{onward}");
        onward
    }

    fn client(&mut self, more: Json) -> (String, String) {
        let mut input = json!({"clientName": "cli", "clientType": "public"});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.keys = Keys::nobody();
        let made = self.ask("oidc", "RegisterClient", input);
        self.keys = Keys::bootstrap();
        (text(&made["clientId"]), text(&made["clientSecret"]))
    }

    /// Ann's token, by a device that she lets in.
    fn token(&mut self) -> String {
        let (id, secret) = self.client(json!({}));
        let start = format!("https://{}.awsapps.com/start", self.store);
        let begin = json!({"clientId": id, "clientSecret": secret, "startUrl": start});
        let begun = self.ask("oidc", "StartDeviceAuthorization", begin);
        let wanted = json!({
            "clientId": id, "clientSecret": secret, "grantType": DEVICE_CODE, "deviceCode": begun["deviceCode"],
        });
        assert_eq!(self.call("oidc", "CreateToken", &wanted).code, "AuthorizationPendingException");
        let path = text(&begun["verificationUriComplete"]).split_once("4566").unwrap().1.to_owned();
        let (status, page) = self.browse("GET", &path, &[]);
        assert_eq!(status, 200, "{page}");
        let page = if page.contains("/_sso/sign-in") {
            let onward = self.set_password(&page);
            self.browse("GET", &onward, &[]).1
        } else {
            page
        };
        let (form, code) = (field(&page, "form"), field(&page, "user_code"));
        let forged = [("form", "x"), ("user_code", code.as_str()), ("answer", "allow")];
        assert_eq!(self.browse("POST", "/_sso/device", &forged).0, 403);
        let allowed = [("form", form.as_str()), ("user_code", code.as_str()), ("answer", "allow")];
        assert_eq!(self.browse("POST", "/_sso/device", &allowed).0, 200);
        let given = self.ask("oidc", "CreateToken", wanted.clone());
        assert_eq!((&given["tokenType"], &given["expiresIn"]), (&json!("Bearer"), &json!(28_800)));
        assert_eq!(
            self.call("oidc", "CreateToken", &wanted).code,
            "InvalidGrantException",
            "a code is good for one use"
        );
        text(&given["accessToken"])
    }

    fn credentials(&mut self, token: &str) -> Answer {
        let wanted = json!({"accessToken": token, "accountId": "000000000000", "roleName": "Queues"});
        self.world.call(&Keys::nobody(), "portal-sso", "GetRoleCredentials", &wanted)
    }
}

#[test]
fn a_device_is_let_in_and_gets_what_the_permission_set_allows() {
    let mut office = Office::new();
    let set = office.assign();
    let token = office.token();
    let accounts = office.ask("portal-sso", "ListAccounts", json!({"accessToken": token}));
    assert_eq!(accounts["accountList"][0]["accountId"], "000000000000", "{accounts}");
    let roles = json!({"accessToken": token, "accountId": "000000000000"});
    let roles = office.ask("portal-sso", "ListAccountRoles", roles);
    assert_eq!(roles["roleList"][0]["roleName"], "Queues", "{roles}");

    let answer = office.credentials(&token);
    assert!(answer.ok(), "{answer:?}");
    let given = &answer.output["roleCredentials"];
    let mut keys = Keys::of(given["accessKeyId"].as_str().unwrap(), given["secretAccessKey"].as_str().unwrap());
    keys.token = Some(text(&given["sessionToken"]));
    let who = office.world.call(&keys, "sts", "GetCallerIdentity", &json!({}));
    let arn = text(&who.output["Arn"]);
    assert!(arn.contains(":assumed-role/AWSReservedSSO_Queues_") && arn.ends_with("/ann"), "{arn}");
    assert!(office.world.call(&keys, "sqs", "ListQueues", &json!({})).ok());
    let refused = office.world.call(&keys, "sqs", "CreateQueue", &json!({"QueueName": "q"}));
    assert_eq!(refused.code, "AccessDenied", "{refused:?}");

    // The session lasts as long as the set says.
    office.world.advance(Duration::from_secs(7_100)).unwrap();
    assert!(office.world.call(&keys, "sqs", "ListQueues", &json!({})).ok());
    office.world.advance(Duration::from_secs(200)).unwrap();
    assert!(!office.world.call(&keys, "sqs", "ListQueues", &json!({})).ok());

    // Whoever loses the assignment loses the role.
    let gone = json!({
        "InstanceArn": office.instance, "PermissionSetArn": set, "TargetType": "AWS_ACCOUNT", "TargetId": "000000000000",
        "PrincipalType": "USER", "PrincipalId": office.ann,
    });
    office.ask("sso", "DeleteAccountAssignment", gone);
    let refused = office.credentials(&token);
    assert_eq!((refused.status, refused.code.as_str()), (403, "ForbiddenException"), "{refused:?}");
    let roles = office.ask("iam", "ListRoles", json!({"PathPrefix": "/aws-reserved/"}));
    assert_eq!(roles["Roles"], json!([]), "{roles}");

    office.ask("portal-sso", "Logout", json!({"accessToken": token}));
    let out = office.call("portal-sso", "ListAccounts", &json!({"accessToken": token}));
    assert_eq!((out.status, out.code.as_str()), (401, "UnauthorizedException"));
}

#[test]
fn who_is_not_assigned_gets_nothing_and_tokens_end() {
    let mut office = Office::new();
    let token = office.token();
    let accounts = office.ask("portal-sso", "ListAccounts", json!({"accessToken": token}));
    assert_eq!(accounts["accountList"], json!([]), "{accounts}");
    assert_eq!(office.credentials(&token).code, "ForbiddenException");
    office.world.advance(Duration::from_secs(8 * 3600)).unwrap();
    assert_eq!(office.credentials(&token).code, "UnauthorizedException");
}

#[test]
fn a_group_is_as_good_as_a_user_and_a_user_who_is_deleted_is_out() {
    let mut office = Office::new();
    let set = office.assign();
    let token = office.token();
    let store = office.store.clone();
    let group = json!({"IdentityStoreId": store, "DisplayName": "ops"});
    let group = office.ask("identitystore", "CreateGroup", group)["GroupId"].clone();
    let joined = json!({"IdentityStoreId": store, "GroupId": group, "MemberId": {"UserId": office.ann}});
    office.ask("identitystore", "CreateGroupMembership", joined);
    let about = |kind: &str, id: Json, office: &Office| {
        json!({
            "InstanceArn": office.instance, "PermissionSetArn": set, "TargetType": "AWS_ACCOUNT",
            "TargetId": "000000000000", "PrincipalType": kind, "PrincipalId": id,
        })
    };
    let of_group = about("GROUP", group, &office);
    office.ask("sso", "CreateAccountAssignment", of_group);
    let own = about("USER", json!(office.ann), &office);
    office.ask("sso", "DeleteAccountAssignment", own);
    assert!(office.credentials(&token).ok(), "her group has it still");
    let gone = json!({"IdentityStoreId": store, "UserId": office.ann});
    office.ask("identitystore", "DeleteUser", gone);
    assert_eq!(office.credentials(&token).code, "UnauthorizedException");
}

#[test]
fn an_application_gets_a_code_with_its_verifier_and_refreshes_its_token() {
    let mut office = Office::new();
    office.assign();
    let start = format!("https://{}.awsapps.com/start", office.store);
    let (id, secret) = office.client(json!({
        "redirectUris": ["http://127.0.0.1/oauth/callback"], "grantTypes": ["authorization_code", "refresh_token"],
        "issuerUrl": start, "scopes": ["sso:account:access"],
    }));
    let verifier = "v".repeat(64);
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    let redirect = "http://127.0.0.1:45123/oauth/callback";
    let query = format!(
        "response_type=code&client_id={}&redirect_uri={}&state=st%26ate&code_challenge_method=S256&code_challenge={challenge}",
        encoded(&id),
        encoded(redirect)
    );
    let elsewhere = query.replace("127%2E0%2E0%2E1", "evil%2Eexample");
    assert_eq!(office.browse("GET", &format!("/_sso/authorize?{elsewhere}"), &[]).0, 400);
    let page = office.browse("GET", &format!("/_sso/authorize?{query}"), &[]).1;
    let onward = office.set_password(&page);
    let page = office.browse("GET", &onward, &[]).1;
    let names =
        ["form", "client_id", "redirect_uri", "code_challenge", "code_challenge_method", "response_type", "state"];
    let fields: Vec<String> = names.iter().map(|name| field(&page, name)).collect();
    let mut form: Vec<(&str, &str)> = names.iter().copied().zip(fields.iter().map(String::as_str)).collect();
    form.push(("answer", "allow"));
    let (status, back) = office.browse("POST", "/_sso/authorize", &form);
    assert!(status == 303 && back.starts_with(redirect) && back.ends_with("&state=st%26ate"), "{status} {back}");
    let code = back.split_once("code=").unwrap().1.split('&').next().unwrap().to_owned();
    let code = code.replace("%2D", "-").replace("%5F", "_");
    let wish = |verifier: &str| {
        json!({
            "clientId": id, "clientSecret": secret, "grantType": "authorization_code", "code": code,
            "redirectUri": redirect, "codeVerifier": verifier,
        })
    };
    assert_eq!(office.call("oidc", "CreateToken", &wish("w")).code, "InvalidGrantException");
    let first = office.ask("oidc", "CreateToken", wish(&verifier));
    assert_eq!(first["expiresIn"], 3600, "{first}");
    let again = json!({
        "clientId": id, "clientSecret": secret, "grantType": "refresh_token", "refreshToken": first["refreshToken"],
    });
    let second = office.ask("oidc", "CreateToken", again.clone());
    assert_eq!(office.call("oidc", "CreateToken", &again).code, "InvalidGrantException");
    assert_eq!(office.credentials(first["accessToken"].as_str().unwrap()).code, "UnauthorizedException");
    assert!(office.credentials(second["accessToken"].as_str().unwrap()).ok());
}

#[test]
fn wrong_passwords_lock_and_forms_of_others_are_refused() {
    let mut office = Office::new();
    let path = format!("/_sso/start/{}", office.store);
    let page = office.browse("GET", &path, &[]).1;
    office.set_password(&page);
    office.cookies.clear();
    let mut page = office.browse("GET", &path, &[]).1;
    for turn in 0..6 {
        let (form, instance) = (field(&page, "form"), field(&page, "instance"));
        let password = if turn == 5 { PASSWORD } else { "Wr0ng!pass" };
        let sent = [("form", form.as_str()), ("instance", &instance), ("user", "ann"), ("password", password)];
        let (status, answer) = office.browse("POST", "/_sso/sign-in", &sent);
        assert_eq!(status, 401, "turn {turn}: {answer}");
        page = answer;
    }
    office.world.advance(Duration::from_secs(300)).unwrap();
    let (form, instance) = (field(&page, "form"), field(&page, "instance"));
    let foreign = [("form", "guessed"), ("instance", instance.as_str()), ("user", "ann"), ("password", PASSWORD)];
    assert_eq!(office.browse("POST", "/_sso/sign-in", &foreign).0, 403);
    let elsewhere = ("next", "https://evil.example/");
    let own = [("form", form.as_str()), ("instance", &instance), ("user", "ann"), ("password", PASSWORD), elsewhere];
    assert_eq!(office.browse("POST", "/_sso/sign-in", &own), (303, path.clone()));
    let (status, page) = office.browse("GET", &path, &[]);
    assert!(status == 200 && page.contains("AWS access portal"), "{page}");
    let form = field(&page, "form");
    office.browse("POST", "/_sso/sign-out", &[("form", &form), ("instance", &instance)]);
    assert!(office.browse("GET", &path, &[]).1.contains("/_sso/sign-in"));
}
