//! Users, groups and roles by their ARNs, and the policies that they have.

use crate::entity::{self, Entity, Identity, Kind};
use crate::policies;
use crate::state::{Core, GroupRow, RoleRow, UserRow};
use crate::{errors, managed};
use service::{ArnParts, PolicyText, Result, View};

/// Whoever policies are attached to.
pub enum Holder {
    /// A user.
    User(Box<UserRow>),
    /// A group.
    Group(Box<GroupRow>),
    /// A role.
    Role(Box<RoleRow>),
}

/// A policy of a user, group or role: its own, or by a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// The policy's name.
    pub name: String,
    /// The ARN of a managed policy; `None` for an inline one.
    pub arn: Option<String>,
    /// Whose it is, which for a user may be a group.
    pub owner: (Kind, String),
    /// The document.
    pub text: PolicyText,
}

impl Holder {
    /// The one with this ARN.
    ///
    /// # Errors
    /// `InvalidInput` for what is no ARN of a user, group or role; `NoSuchEntity` where there is none.
    pub fn find(view: &View, arn: &str) -> Result<Holder> {
        let unclear = || {
            errors::invalid_input(format!("Invalid Entity Arn: {arn} does not clearly define entity type and name."))
        };
        let parts = ArnParts::parse(arn).map_err(|_| unclear())?;
        let (kind, path) = parts.resource.split_once('/').ok_or_else(unclear)?;
        let name = path.rsplit('/').next().filter(|name| !name.is_empty()).ok_or_else(unclear)?;
        let holder = match kind {
            "user" if parts.service == "iam" => Holder::User(Box::new(entity::find(view, name)?)),
            "group" if parts.service == "iam" => Holder::Group(Box::new(entity::find(view, name)?)),
            "role" if parts.service == "iam" => Holder::Role(Box::new(entity::find(view, name)?)),
            _ => return Err(unclear()),
        };
        // Of the same name under another path is somebody else.
        if holder.arn(view) == arn { Ok(holder) } else { Err(errors::no_such(holder.kind(), name)) }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Holder::User(_) => Kind::User,
            Holder::Group(_) => Kind::Group,
            Holder::Role(_) => Kind::Role,
        }
    }

    /// Its name, path, id and tags.
    pub fn core(&self) -> &Core {
        match self {
            Holder::User(user) => &user.core,
            Holder::Group(group) => &group.core,
            Holder::Role(role) => &role.core,
        }
    }

    /// Its ARN.
    pub fn arn(&self, view: &View) -> String {
        entity::arn(view, self.kind(), self.core())
    }

    /// The ARN of its permissions boundary.
    pub fn boundary(&self) -> Option<&str> {
        match self {
            Holder::User(user) => user.grants.boundary.as_deref(),
            Holder::Role(role) => role.grants.boundary.as_deref(),
            Holder::Group(_) => None,
        }
    }

    /// Its policies: inline and attached, and those of a user's groups behind its own.
    pub fn policies(&self, view: &View) -> Result<Vec<Held>> {
        match self {
            Holder::Group(group) => held(view, &**group),
            Holder::Role(role) => held(view, &**role),
            Holder::User(user) => {
                let mut all = held(view, &**user)?;
                for group in &user.groups {
                    all.extend(held(view, &entity::find::<GroupRow>(view, group)?)?);
                }
                Ok(all)
            }
        }
    }
}

fn held<I: Identity>(view: &View, identity: &I) -> Result<Vec<Held>> {
    let owner = (<I as Entity>::KIND, identity.core().name.clone());
    let inline = identity.grants().inline.iter().map(|(name, text)| Held {
        name: name.clone(),
        arn: None,
        owner: owner.clone(),
        text: text.as_str().into(),
    });
    let mut all: Vec<Held> = inline.collect();
    for arn in &identity.grants().attached {
        let Some(policy) = policies::find(view, view.account(), arn)? else { continue };
        let name = name_of(arn).to_owned();
        all.push(Held { name, arn: Some(arn.clone()), owner: owner.clone(), text: policy.document()? });
    }
    Ok(all)
}

/// The name at the end of a managed policy's ARN.
pub fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

/// Whether AWS manages the policy with this ARN.
pub fn is_aws_managed(arn: &str) -> Result<bool> {
    let partition = ArnParts::parse(arn).ok().and_then(|parts| parts.partition.parse().ok());
    Ok(partition.map(|partition| managed::find(partition, arn)).transpose()?.flatten().is_some())
}
