//! A second evaluator, to hold the first against: written from AWS's pages on JSON trees, with recursion where the
//! engine has tables and text where it has types. It shares no code with the engine and is in no hurry.

pub mod generate;
pub mod rng;
pub mod values;
pub mod world;

use std::borrow::Cow;

use serde_json::Value;

pub use generate::{Ask, World};

/// `Ok` is allowed; `Err` names what denies, as `explicit <kind>` or `implicit <kind>`.
pub fn decide(world: &World, ask: &Ask) -> Result<(), String> {
    let trust = world.mode == "trust";
    let resource_kind = if trust { "role trust policy" } else { "resource-based policy" };
    let in_account = !matches!(ask.kind, "provider" | "service" | "anonymous");
    let slr = ask.issuer.contains("/aws-service-role/");
    let entity = matches!(ask.kind, "user" | "session" | "federated");

    // Which policies bear on this principal at all.
    let rcp: &[Vec<Value>] = if slr { &[] } else { &world.rcp };
    let scp: &[Vec<Value>] = if slr || !in_account { &[] } else { &world.scp };
    let endpoint = world.endpoint.as_slice();
    let resource = world.resource.as_slice();
    let identity: &[Value] = if entity { &world.identity } else { &[] };
    let boundary: &[Value] = if entity { world.boundary.as_slice() } else { &[] };
    // What a root user was assumed for denies him all else.
    let session: &[Value] = if entity || ask.kind == "root" { &world.session } else { &[] };

    // An explicit deny anywhere ends it.
    let deny_in = |documents: &[Value], named: bool| {
        documents.iter().any(|document| {
            statements(document).iter().any(|s| s["Effect"] == "Deny" && matches(document, s, ask, named))
        })
    };
    let denials = [
        ("resource control policy", rcp.iter().any(|level| deny_in(level, false))),
        ("service control policy", scp.iter().any(|level| deny_in(level, false))),
        ("VPC endpoint policy", deny_in(endpoint, true)),
        (resource_kind, deny_in(resource, true)),
        ("identity-based policy", deny_in(identity, false)),
        ("permissions boundary", deny_in(boundary, false)),
        ("session policy", deny_in(session, false)),
    ];
    if let Some((kind, _)) = denials.iter().find(|(_, denied)| *denied) {
        return Err(format!("explicit {kind}"));
    }

    let allow_in = |documents: &[Value], named: bool| {
        documents.iter().any(|document| {
            statements(document).iter().any(|s| s["Effect"] == "Allow" && matches(document, s, ask, named))
        })
    };
    let implicit = |kind: &str| Err(format!("implicit {kind}"));
    if rcp.iter().any(|level| !allow_in(level, false)) {
        return implicit("resource control policy");
    }
    if scp.iter().any(|level| !allow_in(level, false)) {
        return implicit("service control policy");
    }
    if !endpoint.is_empty() && !allow_in(endpoint, true) {
        return implicit("VPC endpoint policy");
    }

    // Everything the resource's policy says of this principal, from the closest naming to the farthest.
    let mut namings: Vec<&str> = vec![];
    for document in resource {
        for statement in statements(document).iter().filter(|s| s["Effect"] == "Allow") {
            if matches(document, statement, ask, true) {
                namings.push(how_named(statement, ask));
            }
        }
    }
    for (grantee, action) in &world.grants {
        if action.to_lowercase() == ask.action.to_lowercase() {
            for kind in ["AWS", "Service"] {
                if let Some(naming) = named_as(kind, grantee, ask) {
                    namings.push(naming);
                }
            }
        }
    }
    let direct = namings.contains(&"itself");
    let by_issuer = namings.contains(&"issuer");

    let identity_ok = ask.kind == "root" || allow_in(identity, false);
    let boundary_ok = boundary.is_empty() || allow_in(boundary, false);
    let has_allow = |document: &Value| statements(document).iter().any(|s| s["Effect"] == "Allow");
    let session_ok = match ask.kind {
        "federated" => allow_in(session, false),
        // The policies of tasks for which root users are assumed allow nothing, and only deny.
        "root" => !session.iter().any(has_allow) || allow_in(session, false),
        _ => !entity || session.is_empty() || allow_in(session, false),
    };
    let limits = |with_identity: bool| {
        if with_identity && !identity_ok {
            return implicit("identity-based policy");
        }
        if !boundary_ok {
            return implicit("permissions boundary");
        }
        if session_ok { Ok(()) } else { implicit("session policy") }
    };

    if !in_account {
        return if namings.is_empty() { implicit(resource_kind) } else { Ok(()) };
    }
    if ask.account != ask.resource_account {
        return if namings.is_empty() { implicit(resource_kind) } else { limits(true) };
    }
    if namings.is_empty() && world.mode != "optional" {
        return implicit(resource_kind);
    }
    if direct {
        // A user's or root user's session bears his own ARN.
        let held = matches!(ask.kind, "user" | "root") && !session_ok;
        return if held { implicit("session policy") } else { Ok(()) };
    }
    limits(!by_issuer)
}

fn statements(document: &Value) -> &[Value] {
    match &document["Statement"] {
        Value::Array(list) => list,
        one => std::slice::from_ref(one),
    }
}

fn strings(value: &Value) -> Vec<Cow<'_, str>> {
    match value {
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        Value::String(text) => vec![Cow::Borrowed(text)],
        Value::Null => vec![],
        // Numbers and booleans mean their text.
        other => vec![Cow::Owned(other.to_string())],
    }
}

/// `named`: the policy has principals, and they count.
fn matches(document: &Value, statement: &Value, ask: &Ask, named: bool) -> bool {
    let variables = document["Version"] == "2012-10-17";
    let has = |name: &str| statement.get(name).is_some();
    let action = |name: &str| {
        let lower = ask.action.to_lowercase();
        strings(&statement[name]).iter().any(|p| values::like(&values::plain(&p.to_lowercase()), &lower))
    };
    let resource = |name: &str| {
        let meets =
            |p: &Cow<'_, str>| values::pattern(p, variables, ask).is_some_and(|p| values::like(&p, ask.resource));
        strings(&statement[name]).iter().any(meets)
    };
    let action_ok = if has("NotAction") { !action("NotAction") } else { action("Action") };
    let resource_ok = match (has("NotResource"), has("Resource")) {
        (true, _) => !resource("NotResource"),
        (_, true) => resource("Resource"),
        _ => true,
    };
    action_ok
        && resource_ok
        && (!named || principal_ok(statement, ask))
        && values::conditions(statement, variables, ask)
}

fn principal_ok(statement: &Value, ask: &Ask) -> bool {
    if statement.get("Principal").is_some() {
        return !all_namings(&statement["Principal"], ask).is_empty();
    }
    let namings = all_namings(&statement["NotPrincipal"], ask);
    if statement["Effect"] == "Allow" {
        return namings.is_empty();
    }
    // Spared are everyone listed as `*`, and those listed by themselves, sessions with their role besides.
    let everyone =
        principal_pairs(&statement["NotPrincipal"]).iter().any(|(kind, value)| *kind == "AWS" && value == "*");
    let by_itself = namings.contains(&"itself");
    let with_issuer = ask.issuer.is_empty() || namings.contains(&"issuer");
    !(everyone || (by_itself && with_issuer))
}

fn how_named(statement: &Value, ask: &Ask) -> &'static str {
    if statement.get("NotPrincipal").is_some() {
        return "itself";
    }
    let namings = all_namings(&statement["Principal"], ask);
    ["itself", "issuer", "account"].into_iter().find(|n| namings.contains(n)).unwrap_or("account")
}

fn principal_pairs(element: &Value) -> Vec<(&str, Cow<'_, str>)> {
    match element {
        Value::String(_) => vec![("AWS", "*".into())],
        Value::Object(map) => {
            map.iter().flat_map(|(kind, v)| strings(v).into_iter().map(move |v| (kind.as_str(), v))).collect()
        }
        _ => vec![],
    }
}

fn all_namings(element: &Value, ask: &Ask) -> Vec<&'static str> {
    principal_pairs(element).iter().filter_map(|(kind, value)| named_as(kind, value, ask)).collect()
}

fn named_as(kind: &str, value: &str, ask: &Ask) -> Option<&'static str> {
    let in_account = !matches!(ask.kind, "provider" | "service" | "anonymous");
    // An account of the same number in another partition is another account.
    let account_arn = || format!("arn:{}:iam::{}:root", ask.arn.split(':').nth(1).unwrap_or_default(), ask.account);
    match kind {
        "AWS" if value == "*" => Some("itself"),
        "AWS" if !in_account => None,
        "AWS" if value == ask.account || value == account_arn() => {
            Some(if ask.kind == "root" { "itself" } else { "account" })
        }
        "AWS" if value == ask.arn || value == ask.id => Some("itself"),
        "AWS" if value == ask.issuer && !value.is_empty() => Some("issuer"),
        "AWS" if ask.kind == "session" && ask.id.starts_with(&format!("{value}:")) => Some("issuer"),
        "Service" if ask.kind == "service" && (value == ask.arn || value == "*") => Some("itself"),
        "Federated" if ask.kind == "provider" && (value == ask.arn || value == "*") => Some("itself"),
        _ => None,
    }
}
