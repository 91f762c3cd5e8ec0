//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html>

use crate::api::*;
use crate::ids::{self, Named};
use crate::standing::{self, Reach};
use crate::{membership, peers, shown, tags, tree};
use service::{Access, Check, Result, View};

/// One check of an action on what an id names.
struct Ask<'a> {
    view: &'a View,
    organization: Option<standing::Organization>,
    reach: Reach,
}

fn ask(view: &View, reach: Reach) -> Result<Ask<'_>> {
    Ok(Ask { view, organization: standing::of(view, view.account())?, reach })
}

impl Ask<'_> {
    /// On nothing in particular.
    fn all(&self, action: &str) -> Result<Access> {
        self.with(Check::new(format!("organizations:{action}"), "*"))
    }

    fn with(&self, check: Check) -> Result<Access> {
        match &self.organization {
            None => Ok(Access::to(check)),
            Some(organization) => standing::checked(self.view, organization, self.reach, check).map(Access::to),
        }
    }

    /// The ARN of what an id names; `*` outside of organisations.
    fn arn(&self, id: &str) -> Result<String> {
        let Some(organization) = &self.organization else { return Ok("*".to_owned()) };
        let kind = match ids::kind_of(id) {
            Some(Named::Root) => "root",
            Some(Named::Unit) => "ou",
            Some(Named::Account) => "account",
            Some(Named::ResourcePolicy) => "resourcepolicy",
            Some(Named::Policy) => {
                let policy = membership::policy(self.view, organization, id)?;
                let unknown = || organization.arn(self.view, "policy", &format!("*/{id}"));
                return Ok(policy.map_or_else(unknown, |policy| shown::policy_arn(self.view, organization, &policy)));
            }
            None => return Ok("*".to_owned()),
        };
        Ok(organization.arn(self.view, kind, id))
    }

    /// The check of an action on what an id names, with its tags.
    fn on_id(&self, action: &str, id: &str) -> Result<Check> {
        let check = Check::new(format!("organizations:{action}"), self.arn(id)?);
        let Some(organization) = &self.organization else { return Ok(check) };
        let tags = match tree::find(self.view, organization, id)? {
            Some(tree::Node::Root) => organization.row.root_tags.clone(),
            Some(tree::Node::Unit(unit)) => unit.tags,
            Some(tree::Node::Account(account)) => account.tags,
            None => membership::policy(self.view, organization, id)?.map(|policy| policy.tags).unwrap_or_default(),
        };
        Ok(check.resource_tags(tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
    }

    fn on(&self, action: &str, id: &str) -> Result<Access> {
        self.with(self.on_id(action, id)?)
    }

    /// On a policy, whose type is a condition key.
    fn on_policy(&self, action: &str, id: &str) -> Result<Check> {
        let check = self.on_id(action, id)?;
        let Some(organization) = &self.organization else { return Ok(check) };
        let policy = membership::policy(self.view, organization, id)?;
        Ok(policy.into_iter().fold(check, |check, policy| check.key("organizations:PolicyType", policy.kind)))
    }

    /// Each of these.
    fn every(&self, checks: impl IntoIterator<Item = Check>) -> Result<Access> {
        let Some(organization) = &self.organization else { return Ok(Access::Checks(checks.into_iter().collect())) };
        let checks = checks.into_iter().map(|check| standing::checked(self.view, organization, self.reach, check));
        Ok(Access::Checks(checks.collect::<Result<_>>()?))
    }

    /// On a handshake, wherever it lies.
    fn handshake(&self, action: &str, id: &str) -> Result<Access> {
        let found = crate::ops::handshakes::find(self.view, id)?;
        let resource = found.map_or_else(
            || "*".to_owned(),
            |(organization, row)| {
                let kind = row.action.to_ascii_lowercase();
                organization.arn(self.view, "handshake", &format!("{kind}/{id}"))
            },
        );
        self.with(Check::new(format!("organizations:{action}"), resource))
    }
}

fn typed(check: Check, kind: &str) -> Check {
    check.key("organizations:PolicyType", kind)
}

/// A new thing in an organisation, with tags.
fn tagged(check: Check, given: Option<&[Tag]>) -> Check {
    check.request_tags(tags::pairs(given))
}

/// Tags on creation need TagResource too.
fn with_tags(ask: &Ask<'_>, check: Check, given: Option<&[Tag]>) -> Result<Access> {
    let resource = check.resource.clone();
    let tagging = given
        .filter(|tags| !tags.is_empty())
        .map(|tags| tagged(Check::new("organizations:TagResource", resource), Some(tags)));
    ask.every([tagged(check, given)].into_iter().chain(tagging))
}

/// The role by which Organizations acts is made with the caller's right.
fn linked_role(view: &View) -> Result<Option<Check>> {
    if peers::has_linked_role(view)? {
        return Ok(None);
    }
    let (principal, role) = (peers::PRINCIPAL, peers::LINKED_ROLE);
    let resource = view.arn("iam", format!("role/aws-service-role/{principal}/{role}"));
    Ok(Some(Check::new("iam:CreateServiceLinkedRole", resource.to_string()).key("iam:AWSServiceName", principal)))
}

pub fn create_organization(view: &View, input: &CreateOrganizationRequest) -> Result<Access> {
    let own = Check::new("organizations:CreateOrganization", "*");
    let linked = match input.feature_set.as_deref() {
        None | Some("ALL") => linked_role(view)?,
        Some(_) => None,
    };
    Ok(Access::Checks([own].into_iter().chain(linked).collect()))
}

pub fn describe_organization(view: &View, _input: &service::Nothing) -> Result<Access> {
    ask(view, Reach::Members)?.all("DescribeOrganization")
}

pub fn delete_organization(view: &View, _input: &service::Nothing) -> Result<Access> {
    ask(view, Reach::Management)?.all("DeleteOrganization")
}

pub fn leave_organization(view: &View, _input: &service::Nothing) -> Result<Access> {
    ask(view, Reach::Members)?.all("LeaveOrganization")
}

pub fn enable_all_features(view: &View, _input: &EnableAllFeaturesRequest) -> Result<Access> {
    ask(view, Reach::Management)?.all("EnableAllFeatures")
}

pub fn list_roots(view: &View, _input: &ListRootsRequest) -> Result<Access> {
    ask(view, Reach::Administrators)?.all("ListRoots")
}

pub fn create_organizational_unit(view: &View, input: &CreateOrganizationalUnitRequest) -> Result<Access> {
    let ask = ask(view, Reach::Management)?;
    with_tags(&ask, ask.on_id("CreateOrganizationalUnit", &input.parent_id)?, input.tags.as_deref())
}

pub fn update_organizational_unit(view: &View, input: &UpdateOrganizationalUnitRequest) -> Result<Access> {
    ask(view, Reach::Management)?.on("UpdateOrganizationalUnit", &input.organizational_unit_id)
}

pub fn delete_organizational_unit(view: &View, input: &DeleteOrganizationalUnitRequest) -> Result<Access> {
    ask(view, Reach::Management)?.on("DeleteOrganizationalUnit", &input.organizational_unit_id)
}

pub fn describe_organizational_unit(view: &View, input: &DescribeOrganizationalUnitRequest) -> Result<Access> {
    ask(view, Reach::Administrators)?.on("DescribeOrganizationalUnit", &input.organizational_unit_id)
}

pub fn list_organizational_units_for_parent(
    view: &View,
    input: &ListOrganizationalUnitsForParentRequest,
) -> Result<Access> {
    ask(view, Reach::Administrators)?.on("ListOrganizationalUnitsForParent", &input.parent_id)
}

pub fn list_accounts_for_parent(view: &View, input: &ListAccountsForParentRequest) -> Result<Access> {
    ask(view, Reach::Administrators)?.on("ListAccountsForParent", &input.parent_id)
}

pub fn list_children(view: &View, input: &ListChildrenRequest) -> Result<Access> {
    ask(view, Reach::Administrators)?.on("ListChildren", &input.parent_id)
}

pub fn list_parents(view: &View, input: &ListParentsRequest) -> Result<Access> {
    ask(view, Reach::Administrators)?.on("ListParents", &input.child_id)
}

/// The account has no ARN yet.
pub fn create_account(view: &View, input: &CreateAccountRequest) -> Result<Access> {
    let ask = ask(view, Reach::Management)?;
    with_tags(&ask, Check::new("organizations:CreateAccount", "*"), input.tags.as_deref())
}

pub fn describe_create_account_status(view: &View, _input: &DescribeCreateAccountStatusRequest) -> Result<Access> {
    ask(view, Reach::Administrators)?.all("DescribeCreateAccountStatus")
}

pub fn list_create_account_status(view: &View, _input: &ListCreateAccountStatusRequest) -> Result<Access> {
    ask(view, Reach::Administrators)?.all("ListCreateAccountStatus")
}

pub fn describe_account(view: &View, input: &DescribeAccountRequest) -> Result<Access> {
    ask(view, Reach::Administrators)?.on("DescribeAccount", &input.account_id)
}

pub fn list_accounts(view: &View, _input: &ListAccountsRequest) -> Result<Access> {
    ask(view, Reach::Administrators)?.all("ListAccounts")
}

pub fn move_account(view: &View, input: &MoveAccountRequest) -> Result<Access> {
    let ask = ask(view, Reach::Management)?;
    let ids = [&input.account_id, &input.source_parent_id, &input.destination_parent_id];
    let checks = ids.into_iter().map(|id| ask.on_id("MoveAccount", id)).collect::<Result<Vec<_>>>()?;
    ask.every(checks)
}

pub fn close_account(view: &View, input: &CloseAccountRequest) -> Result<Access> {
    ask(view, Reach::Management)?.on("CloseAccount", &input.account_id)
}

pub fn remove_account_from_organization(view: &View, input: &RemoveAccountFromOrganizationRequest) -> Result<Access> {
    ask(view, Reach::Management)?.on("RemoveAccountFromOrganization", &input.account_id)
}

pub fn invite_account_to_organization(view: &View, input: &InviteAccountToOrganizationRequest) -> Result<Access> {
    let ask = ask(view, Reach::Management)?;
    let check = match input.target.type_.as_str() {
        "ACCOUNT" => Check::new("organizations:InviteAccountToOrganization", ask.arn(&input.target.id)?),
        _ => Check::new("organizations:InviteAccountToOrganization", "*"),
    };
    with_tags(&ask, check, input.tags.as_deref())
}

/// An account that joins gets the role by which Organizations acts.
pub fn accept_handshake(view: &View, input: &AcceptHandshakeRequest) -> Result<Access> {
    let access = ask(view, Reach::Members)?.handshake("AcceptHandshake", &input.handshake_id)?;
    let linked = linked_role(view)?;
    Ok(match access {
        Access::Checks(checks) => Access::Checks(checks.into_iter().chain(linked).collect()),
        other => other,
    })
}

pub fn decline_handshake(view: &View, input: &DeclineHandshakeRequest) -> Result<Access> {
    ask(view, Reach::Members)?.handshake("DeclineHandshake", &input.handshake_id)
}

pub fn cancel_handshake(view: &View, input: &CancelHandshakeRequest) -> Result<Access> {
    ask(view, Reach::Members)?.handshake("CancelHandshake", &input.handshake_id)
}

pub fn describe_handshake(view: &View, input: &DescribeHandshakeRequest) -> Result<Access> {
    ask(view, Reach::Members)?.handshake("DescribeHandshake", &input.handshake_id)
}

pub fn list_handshakes_for_account(view: &View, _input: &ListHandshakesForAccountRequest) -> Result<Access> {
    ask(view, Reach::Members)?.all("ListHandshakesForAccount")
}

pub fn list_handshakes_for_organization(view: &View, _input: &ListHandshakesForOrganizationRequest) -> Result<Access> {
    ask(view, Reach::Administrators)?.all("ListHandshakesForOrganization")
}

/// The policy has no id yet.
pub fn create_policy(view: &View, input: &CreatePolicyRequest) -> Result<Access> {
    let ask = ask(view, Reach::Delegates)?;
    let resource = match &ask.organization {
        None => "*".to_owned(),
        Some(organization) => organization.arn(view, "policy", &format!("{}/*", input.type_.to_ascii_lowercase())),
    };
    let check = typed(Check::new("organizations:CreatePolicy", resource), &input.type_);
    with_tags(&ask, check, input.tags.as_deref())
}

pub fn update_policy(view: &View, input: &UpdatePolicyRequest) -> Result<Access> {
    let ask = ask(view, Reach::Delegates)?;
    ask.with(ask.on_policy("UpdatePolicy", &input.policy_id)?)
}

pub fn delete_policy(view: &View, input: &DeletePolicyRequest) -> Result<Access> {
    let ask = ask(view, Reach::Delegates)?;
    ask.with(ask.on_policy("DeletePolicy", &input.policy_id)?)
}

pub fn describe_policy(view: &View, input: &DescribePolicyRequest) -> Result<Access> {
    let ask = ask(view, Reach::Administrators)?;
    ask.with(ask.on_policy("DescribePolicy", &input.policy_id)?)
}

pub fn list_policies(view: &View, input: &ListPoliciesRequest) -> Result<Access> {
    let check = Check::new("organizations:ListPolicies", "*");
    ask(view, Reach::Administrators)?.with(typed(check, &input.filter))
}

/// On the policy, and on what it is attached to.
pub fn attach_policy(view: &View, input: &AttachPolicyRequest) -> Result<Access> {
    both(view, "AttachPolicy", (&input.policy_id, &input.target_id))
}

pub fn detach_policy(view: &View, input: &DetachPolicyRequest) -> Result<Access> {
    both(view, "DetachPolicy", (&input.policy_id, &input.target_id))
}

fn both(view: &View, action: &str, (policy, target): (&str, &str)) -> Result<Access> {
    let ask = ask(view, Reach::Delegates)?;
    let on_policy = ask.on_policy(action, policy)?;
    let kind = on_policy.context.iter().find(|key| key.name == "organizations:PolicyType").cloned();
    let mut on_target = ask.on_id(action, target)?;
    on_target.context.extend(kind);
    ask.every([on_policy, on_target])
}

pub fn list_policies_for_target(view: &View, input: &ListPoliciesForTargetRequest) -> Result<Access> {
    let ask = ask(view, Reach::Administrators)?;
    ask.with(typed(ask.on_id("ListPoliciesForTarget", &input.target_id)?, &input.filter))
}

pub fn list_targets_for_policy(view: &View, input: &ListTargetsForPolicyRequest) -> Result<Access> {
    let ask = ask(view, Reach::Administrators)?;
    ask.with(ask.on_policy("ListTargetsForPolicy", &input.policy_id)?)
}

pub fn enable_policy_type(view: &View, input: &EnablePolicyTypeRequest) -> Result<Access> {
    let ask = ask(view, Reach::Delegates)?;
    ask.with(typed(ask.on_id("EnablePolicyType", &input.root_id)?, &input.policy_type))
}

pub fn disable_policy_type(view: &View, input: &DisablePolicyTypeRequest) -> Result<Access> {
    let ask = ask(view, Reach::Delegates)?;
    ask.with(typed(ask.on_id("DisablePolicyType", &input.root_id)?, &input.policy_type))
}

/// An account may look at its own.
pub fn describe_effective_policy(view: &View, input: &DescribeEffectivePolicyRequest) -> Result<Access> {
    let own = view.account().to_string();
    let target = input.target_id.as_deref().unwrap_or(&own);
    let ask = ask(view, if target == own { Reach::Members } else { Reach::Administrators })?;
    ask.with(typed(ask.on_id("DescribeEffectivePolicy", target)?, &input.policy_type))
}

pub fn put_resource_policy(view: &View, input: &PutResourcePolicyRequest) -> Result<Access> {
    let ask = ask(view, Reach::Management)?;
    let resource = match &ask.organization {
        None => "*".to_owned(),
        Some(organization) => {
            let id = organization.row.delegation.as_ref().map_or("*", |policy| &policy.id);
            organization.arn(view, "resourcepolicy", id)
        }
    };
    with_tags(&ask, Check::new("organizations:PutResourcePolicy", resource), input.tags.as_deref())
}

pub fn describe_resource_policy(view: &View, _input: &service::Nothing) -> Result<Access> {
    ask(view, Reach::Administrators)?.all("DescribeResourcePolicy")
}

pub fn delete_resource_policy(view: &View, _input: &service::Nothing) -> Result<Access> {
    ask(view, Reach::Management)?.all("DeleteResourcePolicy")
}

pub fn enable_aws_service_access(view: &View, input: &EnableAWSServiceAccessRequest) -> Result<Access> {
    of_service(view, (Reach::Management, "EnableAWSServiceAccess"), Some(&input.service_principal))
}

pub fn disable_aws_service_access(view: &View, input: &DisableAWSServiceAccessRequest) -> Result<Access> {
    of_service(view, (Reach::Management, "DisableAWSServiceAccess"), Some(&input.service_principal))
}

fn of_service(view: &View, (reach, action): (Reach, &str), principal: Option<&str>) -> Result<Access> {
    let check = Check::new(format!("organizations:{action}"), "*");
    let keyed = principal.into_iter().fold(check, |check, name| check.key("organizations:ServicePrincipal", name));
    ask(view, reach)?.with(keyed)
}

pub fn list_aws_service_access_for_organization(
    view: &View,
    _input: &ListAWSServiceAccessForOrganizationRequest,
) -> Result<Access> {
    ask(view, Reach::Administrators)?.all("ListAWSServiceAccessForOrganization")
}

pub fn register_delegated_administrator(view: &View, input: &RegisterDelegatedAdministratorRequest) -> Result<Access> {
    let ask = ask(view, Reach::Management)?;
    let check = ask.on_id("RegisterDelegatedAdministrator", &input.account_id)?;
    ask.with(check.key("organizations:ServicePrincipal", input.service_principal.as_str()))
}

pub fn deregister_delegated_administrator(
    view: &View,
    input: &DeregisterDelegatedAdministratorRequest,
) -> Result<Access> {
    let ask = ask(view, Reach::Management)?;
    let check = ask.on_id("DeregisterDelegatedAdministrator", &input.account_id)?;
    ask.with(check.key("organizations:ServicePrincipal", input.service_principal.as_str()))
}

pub fn list_delegated_administrators(view: &View, input: &ListDelegatedAdministratorsRequest) -> Result<Access> {
    of_service(view, (Reach::Administrators, "ListDelegatedAdministrators"), input.service_principal.as_deref())
}

pub fn list_delegated_services_for_account(
    view: &View,
    input: &ListDelegatedServicesForAccountRequest,
) -> Result<Access> {
    ask(view, Reach::Administrators)?.on("ListDelegatedServicesForAccount", &input.account_id)
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    let ask = ask(view, Reach::Delegates)?;
    let check = ask.on_policy("TagResource", &input.resource_id)?;
    ask.with(check.request_tags(tags::pairs(Some(&input.tags))))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let ask = ask(view, Reach::Delegates)?;
    ask.with(ask.on_policy("UntagResource", &input.resource_id)?.keys("aws:TagKeys", input.tag_keys.iter().cloned()))
}

pub fn list_tags_for_resource(view: &View, input: &ListTagsForResourceRequest) -> Result<Access> {
    let ask = ask(view, Reach::Administrators)?;
    ask.with(ask.on_policy("ListTagsForResource", &input.resource_id)?)
}
