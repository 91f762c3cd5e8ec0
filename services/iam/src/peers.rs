//! What IAM asks of other services: the organisation that its account is in. And what it tells them: the topics of product providers.

use crate::delegation;
use crate::state::DelegationRow;
use serde_json::json;
use service::{AccountId, ArnParts, As, Cx, IndexMap, Region, Result, Scope, Tell, Timestamp, Value, View, peer};

peer! {
    /// Tells a provider's topic of a delegation request.
    "sns".Publish {
        topic_arn: Option<String> = "TopicArn",
        message: String = "Message",
    } -> Published {}
}

/// Tells a request's provider of its state. "If the topic policy is not correctly configured, you will not receive state change
/// notifications": what the topic refuses is not sent again.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/temporary-delegation-building-integration.html#temporary-delegation-notifications>
pub fn tell_of_state(cx: &mut Cx, row: &DelegationRow) -> Result<()> {
    let mut message = json!({
        "RequestorWorkflowId": row.workflow, "Type": "StateChange", "RequestId": row.id, "State": row.state,
    });
    if let Some(owner) = &row.owner_account {
        message["OwnerAccountId"] = owner.as_str().into();
    }
    message["UpdatedAt"] = row.updated.iso8601().into();
    publish(cx, row, message.to_string())
}

/// Sends a request's provider the exchange token, and when it ends.
pub fn send_token(cx: &mut Cx, row: &DelegationRow, (token, ends): (&str, Timestamp)) -> Result<()> {
    let message = json!({
        "RequestId": row.id, "RequestorWorkflowId": row.workflow, "State": row.state, "OwnerAccountId": row.owner_account,
        "ExchangeToken": token, "ExpiresAt": ends.iso8601(), "UpdatedAt": row.updated.iso8601(), "Type": "ExchangeToken",
    });
    publish(cx, row, message.to_string())
}

fn publish(cx: &mut Cx, row: &DelegationRow, message: String) -> Result<()> {
    let topic = ArnParts::parse(&row.channel).ok();
    let place = topic.and_then(|topic| Some(Scope::new(topic.account.parse().ok()?, Region::new(topic.region)?)));
    // What no topic can be at hears of nothing.
    let Some(place) = place else { return Ok(()) };
    let by = As::service(&delegation::arn(cx, row)).within(place);
    let publish = Publish { topic_arn: Some(row.channel.clone()), message };
    cx.after(&by, &publish, Tell::Failures(row.id.clone()))
}

/// The service principal by which an organisation trusts IAM.
const IAM: &str = "iam.amazonaws.com";

/// An organisation, as far as IAM is concerned.
#[derive(Debug, Clone, PartialEq)]
pub struct Organization {
    /// `o-…`
    pub id: String,
    /// The management account.
    pub management: AccountId,
    /// Whether it has trusted access enabled for IAM.
    pub trusts_iam: bool,
    /// The accounts that administer IAM's features for it.
    pub delegated: Vec<AccountId>,
}

/// The organisation of the view's account; `None` where it is in none.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html>
pub fn organization(view: &View) -> Result<Option<Organization>> {
    let Some(found) = ask(view, view.account(), "DescribeOrganization", [])? else { return Ok(None) };
    let organization = found.get("Organization").unwrap_or(&Value::Null);
    let text = |member: &str| organization.get(member).and_then(Value::as_str).unwrap_or_default();
    let Ok(management) = text("MasterAccountId").parse::<AccountId>() else { return Ok(None) };
    let trusted = ask(view, management, "ListAWSServiceAccessForOrganization", [])?;
    let principals = list(&trusted, "EnabledServicePrincipals");
    let trusts_iam = principals.iter().any(|one| one.get("ServicePrincipal").and_then(Value::as_str) == Some(IAM));
    let asked = [("ServicePrincipal".to_owned(), Value::from(IAM.to_owned()))];
    let delegated = ask(view, management, "ListDelegatedAdministrators", asked)?;
    let account = |one: &Value| one.get("Id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    Ok(Some(Organization {
        id: text("Id").to_owned(),
        management,
        trusts_iam,
        delegated: list(&delegated, "DelegatedAdministrators").iter().filter_map(account).collect(),
    }))
}

/// When the organisation created the view's account; `None` for one that it did not create, or that is in none.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html>
pub fn created(view: &View, organization: &Organization) -> Result<Option<Timestamp>> {
    let asked = [("AccountId".to_owned(), Value::from(view.account().to_string()))];
    let found = ask(view, organization.management, "DescribeAccount", asked)?;
    let account = found.as_ref().and_then(|found| found.get("Account"));
    let created = account.filter(|account| account.get("JoinedMethod").and_then(Value::as_str) == Some("CREATED"));
    Ok(match created.and_then(|account| account.get("JoinedTimestamp")) {
        Some(Value::Time(joined)) => Some(*joined),
        _ => None,
    })
}

/// The root of an organisation, as far as IAM is concerned.
pub struct Root {
    /// `r-…`
    pub id: String,
    /// Whether service control policies are enabled for it.
    pub has_control_policies: bool,
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListRoots.html>
pub fn root(view: &View, organization: &Organization) -> Result<Option<Root>> {
    let found = ask(view, organization.management, "ListRoots", [])?;
    let Some(root) = list(&found, "Roots").first() else { return Ok(None) };
    let types = root.get("PolicyTypes").and_then(Value::as_list).unwrap_or_default();
    let enabled = |one: &Value| text_of(one, "Type") == SCP && text_of(one, "Status") == "ENABLED";
    Ok(Some(Root { id: text_of(root, "Id").to_owned(), has_control_policies: types.iter().any(enabled) }))
}

/// The root or OU that an OU or account lies in; `None` where there is no such thing.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html>
pub fn parent_of(view: &View, organization: &Organization, child: &str) -> Result<Option<String>> {
    let found = known(ask(view, organization.management, "ListParents", [given("ChildId", child)]))?;
    Ok(list(&found, "Parents").first().map(|parent| text_of(parent, "Id").to_owned()))
}

/// A service control policy.
pub struct ControlPolicy {
    /// Its ARN.
    pub arn: String,
    /// Its document.
    pub content: String,
}

/// The service control policies that are attached to a root, OU or account.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html>
pub fn control_policies_on(view: &View, organization: &Organization, target: &str) -> Result<Vec<ControlPolicy>> {
    let asked = [given("TargetId", target), given("Filter", SCP)];
    let attached = listed(view, organization, ("ListPoliciesForTarget", "Policies"), &asked)?;
    let policies = attached.iter().map(|one| control_policy(view, organization, text_of(one, "Id")));
    policies.filter_map(Result::transpose).collect()
}

/// A service control policy by its id; `None` where there is none of it, or one of another type.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribePolicy.html>
pub fn control_policy(view: &View, organization: &Organization, id: &str) -> Result<Option<ControlPolicy>> {
    let found = known(ask(view, organization.management, "DescribePolicy", [given("PolicyId", id)]))?;
    let policy = found.as_ref().and_then(|found| found.get("Policy")).unwrap_or(&Value::Null);
    let summary = policy.get("PolicySummary").unwrap_or(&Value::Null);
    let (arn, content) = (text_of(summary, "Arn").to_owned(), text_of(policy, "Content").to_owned());
    Ok((text_of(summary, "Type") == SCP).then_some(ControlPolicy { arn, content }))
}

/// The accounts of an organisation.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html>
pub fn accounts(view: &View, organization: &Organization) -> Result<Vec<AccountId>> {
    let all = listed(view, organization, ("ListAccounts", "Accounts"), &[])?;
    Ok(all.iter().filter_map(|account| text_of(account, "Id").parse().ok()).collect())
}

const SCP: &str = "SERVICE_CONTROL_POLICY";

/// Pages of one listing that are read.
const MOST_PAGES: usize = 500;

/// All pages of a listing: its operation, and the member that has the items.
fn listed(
    view: &View,
    organization: &Organization,
    (operation, member): (&str, &str),
    asked: &[(String, Value)],
) -> Result<Vec<Value>> {
    let mut all = Vec::new();
    let mut next: Option<String> = None;
    for _ in 0..MOST_PAGES {
        let token = next.as_deref().map(|token| given("NextToken", token));
        let asked = asked.iter().cloned().chain(token);
        let found = ask(view, organization.management, operation, asked)?;
        all.extend_from_slice(list(&found, member));
        next = found.as_ref().and_then(|found| found.get("NextToken")?.as_str()).map(str::to_owned);
        if next.is_none() {
            break;
        }
    }
    Ok(all)
}

fn given(member: &str, text: &str) -> (String, Value) {
    (member.to_owned(), Value::from(text.to_owned()))
}

fn text_of<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// `None` for what Organizations does not know, or does not take for an id.
fn known(found: Result<Option<Value>>) -> Result<Option<Value>> {
    match found {
        Err(error) if !error.is_receiver_fault() => Ok(None),
        other => other,
    }
}

fn list<'v>(found: &'v Option<Value>, member: &str) -> &'v [Value] {
    found.as_ref().and_then(|found| found.get(member)?.as_list()).unwrap_or_default()
}

/// A reading operation of Organizations; `None` where there is no organisation, or no such service in this cloud.
fn ask(
    view: &View,
    account: AccountId,
    operation: &str,
    input: impl IntoIterator<Item = (String, Value)>,
) -> Result<Option<Value>> {
    if !view.offers("organizations", operation) {
        return Ok(None);
    }
    let input = Value::Map(IndexMap::from_iter(input));
    match view.peer_in(view.scope().home_of(account), "organizations", operation, input) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code().starts_with("AWSOrganizationsNotInUse") => Ok(None),
        Err(error) => Err(error),
    }
}
