//! What shares allow: the policy that RAM puts on a resource, which the resource's service asks for.
//! <https://docs.aws.amazon.com/ram/latest/userguide/security-iam-resource-based-policies.html>

use crate::kinds::Kind;
use crate::permission;
use crate::principal::Principal;
use crate::share;
use crate::shareable::Shareable;
use crate::state::ShareRow;
use serde_json::{Value as Json, json};
use service::{Result, View};

/// The policy on a resource of this account by all shares that it is in; `None` where none is in force.
pub fn on(view: &View, resource: &str) -> Result<Option<String>> {
    let Some(kind) = Shareable::read(resource).ok().and_then(Shareable::honoured) else { return Ok(None) };
    let mut statements = Vec::new();
    for row in share::own(view)? {
        let shared =
            row.status == share::ACTIVE && row.resources.iter().any(|one| share::is_in(one) && one.entity == resource);
        if shared {
            statements.extend(statements_of(view, &row, kind, resource)?);
        }
    }
    if statements.is_empty() {
        return Ok(None);
    }
    Ok(Some(json!({"Version": "2012-10-17", "Statement": statements}).to_string()))
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
        let partition = view.scope().partition();
        let (who, condition) = match principal {
            Principal::Account(account) => {
                (json!({"AWS": format!("arn:{}:iam::{account}:root", partition.as_str())}), None)
            }
            Principal::Identity(arn, _) => (json!({"AWS": arn}), None),
            Principal::Service(name) => (json!({"Service": name}), None),
            Principal::Organization(id) => {
                (json!({"AWS": "*"}), Some(json!({"StringEquals": {"aws:PrincipalOrgID": id}})))
            }
            Principal::Unit(_, organization, id) => {
                let paths = [format!("{organization}/*/{id}/"), format!("{organization}/*/{id}/*")];
                (json!({"AWS": "*"}), Some(json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": paths}})))
            }
        };
        // A permission's own conditions hold beside RAM's, whose keys they cannot have.
        let mut conditions = terms.conditions.clone();
        if let Some(Json::Object(more)) = condition {
            for (operator, tests) in more {
                let Json::Object(tests) = tests else { continue };
                let own = conditions.entry(operator).or_insert_with(|| json!({}));
                own.as_object_mut().into_iter().for_each(|own| own.extend(tests.clone()));
            }
        }
        let mut statement = json!({"Effect": "Allow", "Principal": who, "Action": terms.actions, "Resource": resource});
        if let (false, Json::Object(members)) = (conditions.is_empty(), &mut statement) {
            members.insert("Condition".to_owned(), Json::Object(conditions));
        }
        statements.push(statement);
    }
    Ok(statements)
}
