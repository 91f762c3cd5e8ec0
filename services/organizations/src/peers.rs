//! What Organizations calls: IAM, for the roles of accounts.

use crate::standing::Organization;
use service::{AccountId, As, Cx, Result, Tell, Value, peer};

peer! {
    /// Makes the role by which Organizations acts in an account.
    "iam".CreateServiceLinkedRole {
        aws_service_name: String = "AWSServiceName",
    } -> LinkedRoleMade {
    }

    /// Makes the role by which the management account gets into a new account.
    "iam".CreateRole {
        role_name: String = "RoleName",
        assume_role_policy_document: String = "AssumeRolePolicyDocument",
    } -> RoleMade {
    }

    /// Gives that role its rights.
    "iam".AttachRolePolicy {
        role_name: String = "RoleName",
        policy_arn: String = "PolicyArn",
    } -> RolePolicyAttached {
    }
}

/// The principal of this service.
pub const PRINCIPAL: &str = "organizations.amazonaws.com";

/// The role by which Organizations acts in an account.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html#orgs_integrate_services-using_slrs>
pub const LINKED_ROLE: &str = "AWSServiceRoleForOrganizations";

fn linked_role() -> CreateServiceLinkedRole {
    CreateServiceLinkedRole { aws_service_name: PRINCIPAL.to_owned() }
}

/// Whether the caller's account has the role by which Organizations acts.
pub fn has_linked_role(view: &service::View) -> Result<bool> {
    let scope = view.scope().home_of(view.account());
    let input = Value::map([("RoleName", LINKED_ROLE.into())]);
    match view.peer_in(scope, "iam", "GetRole", input) {
        Ok(_) => Ok(true),
        Err(error) if error.code() == "NoSuchEntityException" => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes it there for the caller, who needs the right to.
pub fn make_linked_role(cx: &mut Cx) -> Result<()> {
    if has_linked_role(cx)? {
        return Ok(());
    }
    cx.call(&As::caller(), &linked_role()).map(drop)
}

/// A step in the founding of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The role of Organizations.
    LinkedRole,
    /// The management account's role.
    Role,
    /// That role's rights.
    Rights,
}

impl Step {
    /// What a delivery's tag calls it.
    pub fn word(self) -> &'static str {
        match self {
            Step::LinkedRole => "linked-role",
            Step::Role => "role",
            Step::Rights => "rights",
        }
    }
}

/// Has a step done in a new account, as its owner.
pub fn found(cx: &mut Cx, organization: &Organization, account: AccountId, (step, role): (Step, &str)) -> Result<()> {
    let by = As::owner(cx.scope().home_of(account), &organization.source(cx));
    let tell = Tell::Outcome(format!("{}/{account}/{role}", step.word()));
    let partition = cx.scope().partition();
    match step {
        Step::LinkedRole => cx.after(&by, &linked_role(), tell),
        Step::Role => {
            let principal = format!("arn:{partition}:iam::{}:root", organization.management);
            let trust = format!(
                r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"}}]}}"#
            );
            cx.after(&by, &CreateRole { role_name: role.to_owned(), assume_role_policy_document: trust }, tell)
        }
        Step::Rights => {
            let policy_arn = format!("arn:{partition}:iam::aws:policy/AdministratorAccess");
            cx.after(&by, &AttachRolePolicy { role_name: role.to_owned(), policy_arn }, tell)
        }
    }
}
