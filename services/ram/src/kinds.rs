//! What can be shared here, and what for: the types of resources whose services ask what shares allow, with AWS's managed permissions.
//!
//! A type stands here once its service honours it. Every other one that AWS shares is refused by name.
//! <https://docs.aws.amazon.com/ram/latest/userguide/shareable.html>

use crate::errors;
use service::{ArnParts, Result, Scope, View};

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

/// Types that AWS shares, as service and beginning of the resource in ARNs, and that nothing here honours.
const OTHERS: &[(&str, &str, &str)] = &[
    ("acm-pca", "certificate-authority/", "acm-pca:CertificateAuthority"),
    ("apigateway", "/domainnames/", "apigateway:Domainnames"),
    ("appmesh", "mesh/", "appmesh:Mesh"),
    ("backup", "backup-vault:", "backup:BackupVault"),
    ("codebuild", "project/", "codebuild:Project"),
    ("codebuild", "report-group/", "codebuild:ReportGroup"),
    ("ec2", "capacity-reservation/", "ec2:CapacityReservation"),
    ("ec2", "dedicated-host/", "ec2:DedicatedHost"),
    ("ec2", "ipam-pool/", "ec2:IpamPool"),
    ("ec2", "prefix-list/", "ec2:PrefixList"),
    ("ec2", "security-group/", "ec2:SecurityGroup"),
    ("ec2", "subnet/", "ec2:Subnet"),
    ("ec2", "transit-gateway/", "ec2:TransitGateway"),
    ("glue", "catalog", "glue:Catalog"),
    ("glue", "database/", "glue:Database"),
    ("glue", "table/", "glue:Table"),
    ("license-manager", "license-configuration:", "license-manager:LicenseConfiguration"),
    ("network-firewall", "stateful-rulegroup/", "network-firewall:StatefulRuleGroup"),
    ("network-firewall", "stateless-rulegroup/", "network-firewall:StatelessRuleGroup"),
    ("network-firewall", "firewall-policy/", "network-firewall:FirewallPolicy"),
    ("rds", "cluster:", "rds:Cluster"),
    ("resource-groups", "group/", "resource-groups:Group"),
    ("route53resolver", "firewall-rule-group/", "route53resolver:FirewallRuleGroup"),
    ("route53resolver", "resolver-query-log-config/", "route53resolver:ResolverQueryLogConfig"),
    ("route53resolver", "resolver-rule/", "route53resolver:ResolverRule"),
    ("vpc-lattice", "service/", "vpc-lattice:Service"),
    ("vpc-lattice", "servicenetwork/", "vpc-lattice:ServiceNetwork"),
];

impl Kind {
    /// The type of that name.
    pub fn named(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// The type of what an ARN names, whoever owns it.
    ///
    /// # Errors
    /// `MalformedArnException` for what is no ARN, or nothing that can be shared; a refusal by name for what nothing honours.
    pub fn of_arn(arn: &str) -> Result<&'static Kind> {
        let malformed = || {
            errors::malformed_arn(format!(
                "The specified resource ARN {arn} is not valid. Verify the ARN and try again."
            ))
        };
        let parts = ArnParts::parse(arn).map_err(|_| malformed())?;
        let own = |service: &str, prefix: &str| parts.service == service && parts.resource.starts_with(prefix);
        if let Some(kind) = KINDS.iter().find(|kind| own(kind.service, kind.prefix)) {
            return Ok(kind);
        }
        match OTHERS.iter().find(|(service, prefix, _)| own(service, prefix)) {
            Some((_, _, name)) => Err(errors::not_honoured(name)),
            None => Err(errors::malformed_arn("You cannot share the selected resource type.")),
        }
    }

    /// The type of a resource that this account may share.
    ///
    /// # Errors
    /// As [`Kind::of_arn`]; `OperationNotPermittedException` for what another account owns.
    pub fn of_own(view: &View, arn: &str) -> Result<&'static Kind> {
        let kind = Kind::of_arn(arn)?;
        let Scope { account, region } = view.scope();
        let parts = ArnParts::parse(arn).ok();
        let own = parts.is_some_and(|parts| parts.account == account.to_string() && parts.region == region.as_str());
        if own {
            return Ok(kind);
        }
        Err(errors::not_permitted(format!("You do not have permission to share the resource {arn}.")))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_by_their_arns() {
        for (arn, expect) in [
            ("arn:aws:ssm:us-east-1:000000000000:parameter/a", Ok("ssm:Parameter")),
            ("arn:aws:ec2:us-east-1:000000000000:subnet/subnet-1", Err("NotImplemented")),
            ("arn:aws:iam::000000000000:role/test", Err("MalformedArnException")),
            ("inalid-arn", Err("MalformedArnException")),
        ] {
            let found = Kind::of_arn(arn);
            let told = found.as_ref().map(|kind| kind.name).map_err(|error| error.code());
            assert_eq!(told, expect, "{arn}");
        }
    }
}
