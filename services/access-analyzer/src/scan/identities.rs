//! The users and roles of the account, with the policies that they hold: one reading operation of IAM.

use super::policies::decoded;
use service::resource::{tags, text_at};
use service::{IndexMap, Result, Timestamp, Value, View};
use std::collections::BTreeMap;

/// Pages of the listing that are read.
const MOST_PAGES: usize = 100;

/// A user or role.
pub struct Identity {
    /// The ARN.
    pub arn: String,
    /// The name.
    pub name: String,
    /// Whether it is a user.
    pub is_user: bool,
    /// When it was made.
    pub made: Option<Timestamp>,
    /// The tags.
    pub tags: IndexMap<String, String>,
    /// The policies, a user's with those of his groups behind his own.
    pub policies: Vec<Held>,
}

/// A policy of an identity.
#[derive(Clone)]
pub struct Held {
    /// The ARN of a managed policy, the name of an inline one.
    pub id: String,
    /// The document.
    pub text: String,
    /// When a managed policy was changed.
    pub updated: Option<Timestamp>,
    /// Whether it is a group's.
    pub of_group: bool,
}

impl Identity {
    /// `AWS::IAM::User` or `AWS::IAM::Role`.
    pub fn kind(&self) -> &'static str {
        if self.is_user { "AWS::IAM::User" } else { "AWS::IAM::Role" }
    }
}

/// All of the account, without the roles that are services'.
pub fn all(view: &View) -> Result<Vec<Identity>> {
    let mut pages = Vec::new();
    let mut marker: Option<Value> = None;
    for _ in 0..MOST_PAGES {
        let asked =
            [("MaxItems", Value::from(1_000))].into_iter().chain(marker.take().map(|marker| ("Marker", marker)));
        let page = view.peer("iam", "GetAccountAuthorizationDetails", Value::map(asked))?;
        let next = text_at(&page, &["Marker"]).filter(|next| !next.is_empty()).map(Value::from);
        pages.push(page);
        marker = next;
        if marker.is_none() {
            break;
        }
    }
    let managed: BTreeMap<String, Held> = each(&pages, "Policies").filter_map(managed).collect();
    let groups: BTreeMap<&str, Vec<Held>> = each(&pages, "GroupDetailList")
        .filter_map(|group| Some((text_at(group, &["GroupName"])?, held(group, "GroupPolicyList", &managed))))
        .collect();
    let users = each(&pages, "UserDetailList").filter_map(|user| {
        let mut identity = identity(user, ("UserName", "UserPolicyList"), &managed)?;
        let own = user.get("GroupList").and_then(Value::as_list).unwrap_or_default().iter().filter_map(Value::as_str);
        let of_groups = own.filter_map(|group| groups.get(group)).flatten();
        identity.policies.extend(of_groups.map(|held| Held { of_group: true, ..held.clone() }));
        Some(identity)
    });
    let roles = each(&pages, "RoleDetailList")
        .filter_map(|role| identity(role, ("RoleName", "RolePolicyList"), &managed))
        .filter(|role| !role.arn.contains(":role/aws-service-role/"));
    Ok(roles.chain(users).collect())
}

fn each<'p>(pages: &'p [Value], list: &'static str) -> impl Iterator<Item = &'p Value> {
    pages.iter().flat_map(move |page| page.get(list).and_then(Value::as_list).unwrap_or_default())
}

fn identity(value: &Value, (name, inline): (&str, &str), managed: &BTreeMap<String, Held>) -> Option<Identity> {
    Some(Identity {
        arn: text_at(value, &["Arn"])?.to_owned(),
        name: text_at(value, &[name])?.to_owned(),
        is_user: name == "UserName",
        made: time(value, "CreateDate"),
        tags: tags(value.get("Tags")),
        policies: held(value, inline, managed),
    })
}

fn held(value: &Value, inline: &str, managed: &BTreeMap<String, Held>) -> Vec<Held> {
    let list = |name: &str| value.get(name).and_then(Value::as_list).unwrap_or_default();
    let inline = list(inline).iter().filter_map(|policy| {
        let text = decoded(text_at(policy, &["PolicyDocument"])?);
        Some(Held { id: text_at(policy, &["PolicyName"])?.to_owned(), text, updated: None, of_group: false })
    });
    let attached = list("AttachedManagedPolicies").iter();
    let attached = attached.filter_map(|policy| managed.get(text_at(policy, &["PolicyArn"])?).cloned());
    inline.chain(attached).collect()
}

fn managed(policy: &Value) -> Option<(String, Held)> {
    let id = text_at(policy, &["Arn"])?.to_owned();
    let versions = policy.get("PolicyVersionList").and_then(Value::as_list)?;
    let current =
        versions.iter().find(|version| version.get("IsDefaultVersion").and_then(Value::as_bool) == Some(true));
    let text = decoded(text_at(current?, &["Document"])?);
    Some((id.clone(), Held { id, text, updated: time(policy, "UpdateDate"), of_group: false }))
}

/// A time of an answer.
pub fn time(value: &Value, member: &str) -> Option<Timestamp> {
    match value.get(member) {
        Some(Value::Time(at)) => Some(*at),
        _ => None,
    }
}
