//! Policies of identities: inline, attached and as a boundary. One set of rules for users, groups and roles.

use crate::entity::{self, Identity};
use crate::policies::{self, Policy};
use crate::{api, documents, errors, names, paging};
use service::policy::valid::size_without_whitespace;
use service::{ArnParts, Cx, Error, Page, Result, Token, View};

/// Attaches a managed policy; one that is attached already stays so.
pub fn attach<I: Identity>(cx: &mut Cx, name: &str, arn: String) -> Result<()> {
    policies::check_arn(cx, &arn)?;
    let mut identity: I = entity::find(cx, name)?;
    let policy = policies::find(cx, cx.account(), &arn)?.ok_or_else(|| errors::not_attachable(&arn))?;
    identity.modifiable(cx.request())?;
    if policy.is_for_service_roles() {
        return Err(Error::new(
            "PolicyNotAttachableException",
            "Cannot attach a Service Role Policy to a Customer Role.",
        ));
    }
    let attached = &mut identity.grants_mut().attached;
    if attached.contains(&arn) {
        return Ok(());
    }
    let (quota, most) = I::ATTACHED;
    if attached.len() >= most {
        return Err(errors::quota(quota, most));
    }
    attached.push(arn);
    entity::save(cx, &identity)
}

/// Detaches a managed policy.
pub fn detach<I: Identity>(cx: &mut Cx, name: &str, arn: &str) -> Result<()> {
    policies::check_arn(cx, arn)?;
    let mut identity: I = entity::find(cx, name)?;
    identity.modifiable(cx.request())?;
    let attached = &mut identity.grants_mut().attached;
    let Some(at) = attached.iter().position(|known| known == arn) else {
        return Err(errors::not_found(format!("Policy {arn} was not found.")));
    };
    attached.remove(at);
    entity::save(cx, &identity)
}

/// The attached policies below a path.
pub fn list_attached<I: Identity>(
    view: &View,
    name: &str,
    path_prefix: Option<String>,
    page: &Page,
) -> Result<(Vec<api::AttachedPolicy>, Option<Token>)> {
    let identity: I = entity::find(view, name)?;
    let prefix = path_prefix.unwrap_or_else(|| "/".to_owned());
    let below = |arn: &&String| arn.split_once(":policy").is_some_and(|(_, path)| path.starts_with(&prefix));
    let all: Vec<String> = identity.grants().attached.iter().filter(below).cloned().collect();
    let (arns, next) = paging::cut(all, page, |arn| entity::key(policy_name(arn)));
    Ok((arns.into_iter().map(attached_policy).collect(), next))
}

/// An attached policy as replies show it.
pub fn attached_policy(arn: String) -> api::AttachedPolicy {
    api::AttachedPolicy { policy_name: Some(policy_name(&arn).to_owned()), policy_arn: Some(arn) }
}

fn policy_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

/// Writes an inline policy, new or in the place of the old one.
pub fn put_inline<I: Identity>(cx: &mut Cx, name: &str, policy: String, document: String) -> Result<()> {
    names::check_name("policyName", &policy, 128)?;
    let mut identity: I = entity::find(cx, name)?;
    identity.modifiable(cx.request())?;
    documents::check_inline(cx.scope().partition(), &document)?;
    let inline = &mut identity.grants_mut().inline;
    inline.insert(policy, document);
    let size: usize = inline.values().map(|text| size_without_whitespace(text)).sum();
    if size > I::INLINE {
        let (kind, most) = (I::KIND.word(), I::INLINE);
        return Err(errors::limit(format!("Maximum policy size of {most} bytes exceeded for {kind} {name}")));
    }
    entity::save(cx, &identity)
}

/// An inline policy: the identity's name as it was given, and the document as it is shown.
pub fn get_inline<I: Identity>(view: &View, name: &str, policy: &str) -> Result<(String, String)> {
    let identity: I = entity::find(view, name)?;
    let document = identity.grants().inline.get(policy).ok_or_else(|| errors::no_such_inline(I::KIND, policy))?;
    Ok((identity.core().name.clone(), documents::shown(document)))
}

/// Deletes an inline policy.
pub fn delete_inline<I: Identity>(cx: &mut Cx, name: &str, policy: &str) -> Result<()> {
    let mut identity: I = entity::find(cx, name)?;
    identity.modifiable(cx.request())?;
    if identity.grants_mut().inline.shift_remove(policy).is_none() {
        return Err(errors::no_such_inline(I::KIND, policy));
    }
    entity::save(cx, &identity)
}

/// The names of inline policies.
pub fn list_inline<I: Identity>(view: &View, name: &str, page: &Page) -> Result<(Vec<String>, Option<Token>)> {
    let identity: I = entity::find(view, name)?;
    let names = identity.grants().inline.keys().cloned().collect();
    Ok(paging::cut(names, page, String::clone))
}

/// Inline policies as `GetAccountAuthorizationDetails` shows them.
pub fn inline_details<I: Identity>(identity: &I) -> Option<Vec<api::PolicyDetail>> {
    let detail = |(name, document): (&String, &String)| api::PolicyDetail {
        policy_name: Some(name.clone()),
        policy_document: Some(documents::shown(document)),
    };
    let list: Vec<_> = identity.grants().inline.iter().map(detail).collect();
    (!list.is_empty()).then_some(list)
}

/// Sets the permissions boundary.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
pub fn put_boundary<I: Identity>(cx: &mut Cx, name: &str, arn: String) -> Result<()> {
    let mut identity: I = entity::find(cx, name)?;
    identity.modifiable(cx.request())?;
    check_boundary(cx, &arn)?;
    identity.grants_mut().boundary = Some(arn);
    entity::save(cx, &identity)
}

/// Takes the permissions boundary away.
pub fn delete_boundary<I: Identity>(cx: &mut Cx, name: &str) -> Result<()> {
    let mut identity: I = entity::find(cx, name)?;
    identity.modifiable(cx.request())?;
    identity.grants_mut().boundary = None;
    entity::save(cx, &identity)
}

/// Fails unless the ARN is that of a policy that can be a boundary.
pub fn check_boundary(view: &View, arn: &str) -> Result<()> {
    let well_formed = ArnParts::parse(arn).is_ok_and(|p| p.service == "iam" && p.resource.starts_with("policy/"));
    if !well_formed {
        return Err(errors::validation(format!("Value ({arn}) for parameter PermissionsBoundary is invalid.")));
    }
    match policies::find(view, view.account(), arn)? {
        Some(Policy::Own(_) | Policy::Aws(_)) => Ok(()),
        None => Err(errors::no_such_scope(arn)),
    }
}

/// Fails if policies are left, which a deletion does not take with it.
pub fn check_empty<I: Identity>(identity: &I) -> Result<()> {
    if !identity.grants().attached.is_empty() {
        return Err(errors::in_the_way("detach all policies"));
    }
    if !identity.grants().inline.is_empty() {
        return Err(errors::in_the_way("delete policies"));
    }
    Ok(())
}
