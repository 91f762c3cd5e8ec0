//! Who is meant by an ARN: the ids that policies know him by are looked up in IAM.

use super::recorded::Who;
use crate::client::Failure;
use crate::estate::Session;
use ids::{Partition, Region};
use script::Keys;
use serde_json::{Value, json};

/// The name of the session that is supposed where a role is named.
const SESSION: &str = "explain";

/// The principal that goes by `name`.
pub fn find(session: &mut Session, name: &str) -> Result<Who, Failure> {
    if name == "*" {
        return Ok(Who { kind: "anonymous".to_owned(), ..of(name) });
    }
    if name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit()) {
        let partition = Region::new(&session.keys.region).unwrap_or(Region::GLOBAL).partition();
        return Ok(root(name, &format!("arn:{partition}:iam::{name}:root")));
    }
    if !name.starts_with("arn:") && name.contains('.') {
        return Ok(Who { kind: "service".to_owned(), ..of(name) });
    }
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let [_, partition, space @ ("iam" | "sts"), "", account, rest] = parts.as_slice() else {
        return Err(unknown(name));
    };
    let region = region_for(name, &session.keys.region);
    session.keys = Keys::of(account, "any").in_region(&region);
    match (*space, rest.split_once('/')) {
        ("iam", None) if *rest == "root" => Ok(root(account, name)),
        ("iam", Some(("user", path))) => user(session, name, account, path),
        ("iam", Some(("role", path))) => {
            let role = role(session, path)?;
            let own = role["Arn"].as_str().unwrap_or_default();
            if own != name {
                return Err(Failure(format!("there is no role {name}; the one of that name is {own}")));
            }
            Ok(session_of(&role, partition, SESSION))
        }
        ("sts", Some(("assumed-role", path))) => {
            let (of, session_name) = path.split_once('/').ok_or_else(|| unknown(name))?;
            Ok(session_of(&role(session, of)?, partition, session_name))
        }
        _ => Err(unknown(name)),
    }
}

/// The region in which what an ARN names is asked for: `region`, or the home of the ARN's partition where that is another's.
pub fn region_for(arn: &str, region: &str) -> String {
    let own = Region::new(region).map(|region| region.partition());
    let partition: Option<Partition> = arn.split(':').nth(1).and_then(|name| name.parse().ok());
    let other = partition.filter(|partition| own != Some(*partition));
    other.map_or_else(|| region.to_owned(), |other| other.home_region().to_owned())
}

fn of(arn: &str) -> Who {
    let empty = String::new;
    Who { kind: empty(), arn: arn.to_owned(), account: empty(), id: empty(), issuer: empty() }
}

fn unknown(name: &str) -> Failure {
    Failure(format!(
        "'{name}' names no principal: write the ARN of a user (arn:aws:iam::111122223333:user/ann), a role or its session, \
         an account's id, a service such as sns.amazonaws.com, or *"
    ))
}

fn root(account: &str, arn: &str) -> Who {
    Who { kind: "root".to_owned(), account: account.to_owned(), id: account.to_owned(), ..of(arn) }
}

fn user(session: &Session, arn: &str, account: &str, path: &str) -> Result<Who, Failure> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let found = session.call("iam", "GetUser", &json!({ "UserName": name }))?;
    let own = found["User"]["Arn"].as_str().unwrap_or_default();
    if own != arn {
        return Err(Failure(format!("there is no user {arn}; the one of that name is {own}")));
    }
    let id = found["User"]["UserId"].as_str().unwrap_or_default().to_owned();
    Ok(Who { kind: "user".to_owned(), account: account.to_owned(), id, ..of(arn) })
}

fn role(session: &Session, path: &str) -> Result<Value, Failure> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut found = session.call("iam", "GetRole", &json!({ "RoleName": name }))?;
    Ok(found["Role"].take())
}

fn session_of(role: &Value, partition: &str, session: &str) -> Who {
    let text = |name: &str| role[name].as_str().unwrap_or_default();
    let issuer = text("Arn");
    let account = issuer.split(':').nth(4).unwrap_or_default();
    let arn = format!("arn:{partition}:sts::{account}:assumed-role/{}/{session}", text("RoleName"));
    let id = format!("{}:{session}", text("RoleId"));
    Who { kind: "role".to_owned(), account: account.to_owned(), id, issuer: issuer.to_owned(), ..of(&arn) }
}
