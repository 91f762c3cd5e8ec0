//! Permissions: AWS's own, and those that an account makes for a type of resource.
//! <https://docs.aws.amazon.com/ram/latest/userguide/security-ram-permissions.html>

use crate::api::{ResourceSharePermissionDetail, ResourceSharePermissionSummary};
use crate::errors;
use crate::kinds::{self, KINDS, Kind};
use crate::state::{PERMISSIONS, PermissionRow, ShareRow, VersionRow};
use crate::template::{self, Terms};
use crate::{share, tags};
use serde_json::{Map, json};
use service::{Arn, ArnParts, Cx, Result, View};

/// What can be attached to shares.
pub const ATTACHABLE: &str = "ATTACHABLE";
/// What no more shares can have.
pub const DEPRECATED: &str = "DEPRECATED";

/// Each of AWS's permissions here has this one version.
const FIRST: i64 = 1;

/// A permission.
#[derive(Debug, Clone, PartialEq)]
pub enum Permission {
    /// One of AWS's.
    Aws(&'static Kind, &'static kinds::Permission),
    /// One that this account made.
    Own(&'static Kind, PermissionRow),
}

/// The ARN of a permission that this account makes by that name.
pub fn arn_of(view: &View, name: &str) -> String {
    let resource = format_args!("permission/{name}");
    Arn::new(view.scope().partition(), "ram", view.region(), Some(view.account()), resource).to_string()
}

/// Whether an ARN is one of a permission.
pub fn is_arn(arn: &str) -> bool {
    ArnParts::parse(arn).is_ok_and(|parts| parts.service == "ram" && parts.resource.starts_with("permission/"))
}

/// The permission that an ARN names, of AWS's or this account's.
///
/// # Errors
/// `MalformedArnException`, `UnknownResourceException`
pub fn find(view: &View, arn: &str) -> Result<Permission> {
    if let Some((kind, permission)) = Kind::permission(arn) {
        return Ok(Permission::Aws(kind, permission));
    }
    let parts = ArnParts::parse(arn).ok().filter(|parts| parts.service == "ram");
    let name = parts.and_then(|parts| parts.resource.strip_prefix("permission/"));
    let name = name.ok_or_else(|| {
        errors::malformed_arn(format!("The specified permission ARN {arn} is not valid. Verify the ARN and try again."))
    })?;
    let row = view.get(&PERMISSIONS, name)?.filter(|_| arn_of(view, name) == arn);
    let found = row.and_then(|row| Kind::named(&row.kind).map(|kind| Permission::Own(kind, row)));
    found.ok_or_else(|| errors::no_permission(arn))
}

/// The same, if shares can get it.
///
/// # Errors
/// As [`find`]; `OperationNotPermittedException` for one that is deprecated.
pub fn attachable(view: &View, arn: &str) -> Result<Permission> {
    let found = find(view, arn)?;
    if found.status() == ATTACHABLE { Ok(found) } else { Err(errors::deprecated(arn)) }
}

/// The same, if this account made it, with the type that it is for.
///
/// # Errors
/// As [`find`]; `OperationNotPermittedException` for one of AWS's.
pub fn find_own(view: &View, arn: &str) -> Result<(&'static Kind, PermissionRow)> {
    match find(view, arn)? {
        Permission::Own(kind, row) => Ok((kind, row)),
        Permission::Aws(..) => Err(errors::not_permitted(format!("{arn} is an AWS managed permission."))),
    }
}

/// The version of one of this account's that a request names.
///
/// # Errors
/// `UnknownResourceException`
pub fn own_version(row: &PermissionRow, arn: &str, number: i64) -> Result<i64> {
    let there = row.versions.iter().any(|version| version.number == number);
    there.then_some(number).ok_or_else(|| errors::no_version(arn, number))
}

/// All that there are, AWS's first.
pub fn all(view: &View) -> Result<Vec<Permission>> {
    let aws = KINDS.iter().flat_map(|kind| kind.permissions.iter().map(move |own| Permission::Aws(kind, own)));
    let mut all: Vec<Permission> = aws.collect();
    for row in view.rows(&PERMISSIONS, ()) {
        let row = row?;
        all.extend(Kind::named(&row.kind).map(|kind| Permission::Own(kind, row)));
    }
    Ok(all)
}

/// Keeps one of this account's, as changed now.
pub fn save(cx: &mut Cx, row: &mut PermissionRow) -> Result<()> {
    row.updated = cx.now();
    cx.put(&PERMISSIONS, row.name.as_str(), row)
}

/// Whether a share has it, in that version or in any.
pub fn is_attached(view: &View, arn: &str, version: Option<i64>) -> Result<bool> {
    let has = |row: &ShareRow| {
        let mut kinds = row.permissions.iter().filter(|(_, own)| *own == arn).map(|(kind, _)| kind);
        kinds.any(|kind| version.is_none_or(|version| share::version(row, kind) == version))
    };
    Ok(share::own(view)?.iter().any(|row| row.status == share::ACTIVE && has(row)))
}

impl Permission {
    /// For which type of resource it is.
    pub fn kind(&self) -> &'static Kind {
        match self {
            Permission::Aws(kind, _) | Permission::Own(kind, _) => kind,
        }
    }

    /// Its ARN.
    pub fn arn(&self, view: &View) -> String {
        match self {
            Permission::Aws(_, permission) => permission.arn(),
            Permission::Own(_, row) => arn_of(view, &row.name),
        }
    }

    /// Whether it is one of AWS's.
    pub fn is_aws(&self) -> bool {
        matches!(self, Permission::Aws(..))
    }

    /// Whether shares can get it.
    pub fn status(&self) -> &'static str {
        match self {
            Permission::Own(_, row) if row.deprecated == Some(true) => DEPRECATED,
            Permission::Own(..) | Permission::Aws(..) => ATTACHABLE,
        }
    }

    /// The version that shares get.
    pub fn default_version(&self) -> i64 {
        match self {
            Permission::Aws(..) => FIRST,
            Permission::Own(_, row) => row.default,
        }
    }

    /// Its versions, the oldest first.
    pub fn versions(&self) -> Vec<i64> {
        match self {
            Permission::Aws(..) => vec![FIRST],
            Permission::Own(_, row) => row.versions.iter().map(|version| version.number).collect(),
        }
    }

    /// The version that a request means: the default where it names none.
    ///
    /// # Errors
    /// `UnknownResourceException` where there is no such version.
    pub fn version(&self, view: &View, asked: Option<i64>) -> Result<i64> {
        let version = asked.unwrap_or_else(|| self.default_version());
        let there = self.versions().contains(&version);
        there.then_some(version).ok_or_else(|| errors::no_version(&self.arn(view), version))
    }

    fn own_version(&self, number: i64) -> Option<&VersionRow> {
        match self {
            Permission::Aws(..) => None,
            Permission::Own(_, row) => row.versions.iter().find(|version| version.number == number),
        }
    }

    /// What a version of it allows.
    pub fn terms(&self, version: i64) -> Option<Terms> {
        match self {
            Permission::Aws(_, permission) => {
                Some(Terms { actions: json!(permission.actions), conditions: Map::new() })
            }
            Permission::Own(..) => self.own_version(version).and_then(|version| template::parse(&version.template)),
        }
    }

    /// A version as the API lists it.
    pub fn summary(&self, view: &View, version: i64) -> ResourceSharePermissionSummary {
        let ResourceSharePermissionDetail {
            arn,
            version,
            default_version,
            name,
            resource_type,
            creation_time,
            last_updated_time,
            is_resource_type_default,
            permission_type,
            feature_set,
            status,
            tags,
            ..
        } = self.detail(view, version);
        ResourceSharePermissionSummary {
            arn,
            version,
            default_version,
            name,
            resource_type,
            creation_time,
            last_updated_time,
            is_resource_type_default,
            permission_type,
            feature_set,
            status,
            tags,
            ..ResourceSharePermissionSummary::default()
        }
    }

    /// A version as the API shows it alone.
    pub fn detail(&self, view: &View, version: i64) -> ResourceSharePermissionDetail {
        let shown = ResourceSharePermissionDetail {
            arn: Some(self.arn(view)),
            version: Some(version.to_string()),
            default_version: Some(version == self.default_version()),
            resource_type: Some(self.kind().name.to_owned()),
            status: Some(self.status().to_owned()),
            feature_set: Some("STANDARD".to_owned()),
            ..ResourceSharePermissionDetail::default()
        };
        match self {
            Permission::Aws(kind, permission) => ResourceSharePermissionDetail {
                name: Some(permission.name.to_owned()),
                permission: Some(json!({"Effect": "Allow", "Action": permission.actions}).to_string()),
                is_resource_type_default: Some(permission.arn() == kind.default_permission()),
                permission_type: Some("AWS_MANAGED".to_owned()),
                ..shown
            },
            Permission::Own(_, row) => {
                let own = self.own_version(version);
                ResourceSharePermissionDetail {
                    name: Some(row.name.clone()),
                    permission: own.map(|own| own.template.clone()),
                    creation_time: Some(own.map_or(row.created, |own| own.created)),
                    last_updated_time: Some(row.updated),
                    is_resource_type_default: Some(false),
                    permission_type: Some("CUSTOMER_MANAGED".to_owned()),
                    tags: tags::shown(&row.tags),
                    ..shown
                }
            }
        }
    }
}
