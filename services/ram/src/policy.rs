//! What shares allow: the policy that RAM puts on a resource, which the resource's service asks for.
//! <https://docs.aws.amazon.com/ram/latest/userguide/security-iam-resource-based-policies.html>

use crate::kinds::Kind;
use crate::permission;
use crate::principal::Principal;
use crate::share;
use crate::shareable::Shareable;
use crate::source;
use crate::state::ShareRow;
use serde_json::{Map, Value as Json, json};
use service::{Result, View};

/// The policies on resources of this account by all shares that they are in; none for those of which no share is in force.
pub fn on(view: &View, resources: &[String]) -> Result<Vec<String>> {
    let mut shares = share::own(view)?;
    shares.retain(|row| row.status == share::ACTIVE);
    let mut all = Vec::new();
    for resource in resources {
        let Some(kind) = Shareable::read(resource).ok().and_then(Shareable::honoured) else { continue };
        let mut statements = Vec::new();
        for row in &shares {
            if row.resources.iter().any(|one| share::is_in(one) && one.entity == *resource) {
                statements.extend(statements_of(view, row, kind, resource)?);
            }
        }
        if !statements.is_empty() {
            all.push(json!({"Version": "2012-10-17", "Statement": statements}).to_string());
        }
    }
    Ok(all)
}

fn statements_of(view: &View, row: &ShareRow, kind: &Kind, resource: &str) -> Result<Vec<Json>> {
    let permission = row.permissions.get(kind.name).and_then(|arn| permission::find(view, arn).ok());
    let terms = permission.and_then(|permission| permission.terms(share::version(row, kind.name)));
    let Some(terms) = terms else { return Ok(Vec::new()) };
    let mut statements = Vec::new();
    for one in &row.principals {
        if !share::is_associated(view, one)? {
            continue;
        }
        let Ok(principal) = Principal::read(&one.entity) else { continue };
        let (who, ways) = who(view, row, principal);
        for condition in ways {
            let mut statement =
                json!({"Effect": "Allow", "Principal": who, "Action": terms.actions, "Resource": resource});
            let conditions = with(terms.conditions.clone(), condition);
            if let (false, Json::Object(members)) = (conditions.is_empty(), &mut statement) {
                members.insert("Condition".to_owned(), Json::Object(conditions));
            }
            statements.push(statement);
        }
    }
    Ok(statements)
}

/// How a policy names a principal, and on which conditions, of which one must hold.
fn who(view: &View, row: &ShareRow, principal: Principal) -> (Json, Vec<Json>) {
    let partition = view.scope().partition();
    let always = || vec![json!({})];
    match principal {
        Principal::Account(account) => {
            (json!({"AWS": format!("arn:{}:iam::{account}:root", partition.as_str())}), always())
        }
        Principal::Identity(arn, _) => (json!({"AWS": arn}), always()),
        Principal::Service(name) => {
            let sources = source::conditions(row);
            (json!({"Service": name}), if sources.is_empty() { always() } else { sources })
        }
        Principal::Organization(id) => (json!({"AWS": "*"}), vec![json!({"StringEquals": {"aws:PrincipalOrgID": id}})]),
        Principal::Unit(_, organization, id) => {
            let paths = [format!("{organization}/*/{id}/"), format!("{organization}/*/{id}/*")];
            (json!({"AWS": "*"}), vec![json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": paths}})])
        }
    }
}

/// A permission's own conditions beside RAM's, whose keys they cannot have.
fn with(mut conditions: Map<String, Json>, more: Json) -> Map<String, Json> {
    let Json::Object(more) = more else { return conditions };
    for (operator, tests) in more {
        let Json::Object(tests) = tests else { continue };
        let own = conditions.entry(operator).or_insert_with(|| json!({}));
        own.as_object_mut().into_iter().for_each(|own| own.extend(tests.clone()));
    }
    conditions
}
