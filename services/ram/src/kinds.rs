//! What can be shared here, and what for: the types of resources whose services ask what shares allow, with AWS's managed permissions.
//!
//! A type stands here once its service honours it; what else AWS shares, `shareable.rs` says.
//! <https://docs.aws.amazon.com/ram/latest/userguide/shareable.html>

/// A type of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Its name, such as `ssm:Parameter`.
    pub name: &'static str,
    /// The service, as its ARNs name it.
    pub service: &'static str,
    /// What the resource in its ARNs begins with.
    pub prefix: &'static str,
    /// AWS's permissions for it, the default first.
    pub permissions: &'static [Permission],
}

/// A permission of AWS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// Its name.
    pub name: &'static str,
    /// What it allows.
    pub actions: &'static [&'static str],
}

/// All that is honoured.
pub const KINDS: &[Kind] = &[Kind {
    name: "ssm:Parameter",
    service: "ssm",
    prefix: "parameter/",
    // https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
    permissions: &[
        Permission {
            name: "AWSRAMDefaultPermissionSSMParameterReadOnly",
            actions: &["ssm:DescribeParameters", "ssm:GetParameter", "ssm:GetParameters"],
        },
        Permission {
            name: "AWSRAMPermissionSSMParameterReadOnlyWithHistory",
            actions: &["ssm:DescribeParameters", "ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters"],
        },
    ],
}];

impl Kind {
    /// The type of that name, in whatever case.
    /// <https://docs.aws.amazon.com/ram/latest/APIReference/API_ListPermissions.html>
    pub fn named(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name.eq_ignore_ascii_case(name))
    }

    /// The actions that permissions for it may allow.
    pub fn actions(&self) -> Vec<&'static str> {
        self.permissions.iter().flat_map(|permission| permission.actions).copied().collect()
    }

    /// The permission of that ARN.
    pub fn permission(arn: &str) -> Option<(&'static Kind, &'static Permission)> {
        let name = arn.strip_prefix(MANAGED)?;
        KINDS.iter().find_map(|kind| Some((kind, kind.permissions.iter().find(|own| own.name == name)?)))
    }

    /// The permission that shares of this type have where none is named.
    pub fn default_permission(&self) -> String {
        self.permissions.first().map(Permission::arn).unwrap_or_default()
    }
}

/// What the ARNs of AWS's permissions begin with.
const MANAGED: &str = "arn:aws:ram::aws:permission/";

impl Permission {
    /// Its ARN.
    pub fn arn(&self) -> String {
        format!("{MANAGED}{}", self.name)
    }
}
