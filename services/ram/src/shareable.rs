//! What AWS lets an account share, by the ARNs of the resources.
//!
//! What is not there cannot be shared: the share is made, and its association with the resource fails. So it is, too, with a resource whose
//! service is not built here, since nobody can have one.
//! <https://docs.aws.amazon.com/ram/latest/userguide/shareable.html>

use crate::kinds::{KINDS, Kind};
use crate::{errors, peers};
use service::{ArnParts, Result, View};

/// Why the association with a resource fails that is not there.
/// <https://github.com/boto/boto3/issues/3396>
pub const NOT_THERE: &str = "The specified resource could not be found in your AWS account";

/// What an ARN names, as far as sharing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shareable {
    /// A type whose service asks what shares allow.
    Honoured(&'static Kind),
    /// A type that AWS shares, and whose service does not ask here.
    Other(&'static Other),
}

/// A type that AWS shares and that nothing here honours.
#[derive(Debug, PartialEq, Eq)]
pub struct Other {
    /// The service, as its ARNs name it.
    service: &'static str,
    /// What the resource in its ARNs begins with.
    prefix: &'static str,
    /// Its name.
    name: &'static str,
    /// The operation that shows such resources: where there is none, there are no resources.
    shown_by: &'static str,
}

const fn other(service: &'static str, prefix: &'static str, name: &'static str, shown_by: &'static str) -> Other {
    Other { service, prefix, name, shown_by }
}

static OTHERS: [Other; 39] = [
    other("acm-pca", "certificate-authority/", "acm-pca:CertificateAuthority", "DescribeCertificateAuthority"),
    other("apigateway", "/domainnames/", "apigateway:Domainnames", "GetDomainName"),
    other("appmesh", "mesh/", "appmesh:Mesh", "DescribeMesh"),
    other("backup", "backup-vault:", "backup:BackupVault", "DescribeBackupVault"),
    other("codebuild", "project/", "codebuild:Project", "BatchGetProjects"),
    other("codebuild", "report-group/", "codebuild:ReportGroup", "BatchGetReportGroups"),
    other("ec2", "capacity-reservation/", "ec2:CapacityReservation", "DescribeCapacityReservations"),
    other("ec2", "dedicated-host/", "ec2:DedicatedHost", "DescribeHosts"),
    other("ec2", "ipam-pool/", "ec2:IpamPool", "DescribeIpamPools"),
    other("ec2", "ipam-resource-discovery/", "ec2:IpamResourceDiscovery", "DescribeIpamResourceDiscoveries"),
    other("ec2", "placement-group/", "ec2:PlacementGroup", "DescribePlacementGroups"),
    other("ec2", "prefix-list/", "ec2:PrefixList", "DescribeManagedPrefixLists"),
    other("ec2", "security-group/", "ec2:SecurityGroup", "DescribeSecurityGroups"),
    other("ec2", "subnet/", "ec2:Subnet", "DescribeSubnets"),
    other("ec2", "traffic-mirror-target/", "ec2:TrafficMirrorTarget", "DescribeTrafficMirrorTargets"),
    other("ec2", "transit-gateway/", "ec2:TransitGateway", "DescribeTransitGateways"),
    other(
        "ec2",
        "transit-gateway-multicast-domain/",
        "ec2:TransitGatewayMulticastDomain",
        "DescribeTransitGatewayMulticastDomains",
    ),
    other("ec2", "verified-access-group/", "ec2:VerifiedAccessGroup", "DescribeVerifiedAccessGroups"),
    other("glue", "catalog", "glue:Catalog", "GetCatalog"),
    other("glue", "database/", "glue:Database", "GetDatabase"),
    other("glue", "table/", "glue:Table", "GetTable"),
    other("imagebuilder", "component/", "imagebuilder:Component", "GetComponent"),
    other("imagebuilder", "container-recipe/", "imagebuilder:ContainerRecipe", "GetContainerRecipe"),
    other("imagebuilder", "image-recipe/", "imagebuilder:ImageRecipe", "GetImageRecipe"),
    other("imagebuilder", "image/", "imagebuilder:Image", "GetImage"),
    other(
        "license-manager",
        "license-configuration:",
        "license-manager:LicenseConfiguration",
        "GetLicenseConfiguration",
    ),
    other("network-firewall", "firewall-policy/", "network-firewall:FirewallPolicy", "DescribeFirewallPolicy"),
    other("network-firewall", "stateful-rulegroup/", "network-firewall:StatefulRuleGroup", "DescribeRuleGroup"),
    other("network-firewall", "stateless-rulegroup/", "network-firewall:StatelessRuleGroup", "DescribeRuleGroup"),
    other("networkmanager", "core-network/", "networkmanager:CoreNetwork", "GetCoreNetwork"),
    other("rds", "cluster:", "rds:Cluster", "DescribeDBClusters"),
    other("resource-groups", "group/", "resource-groups:Group", "GetGroup"),
    other("route53resolver", "firewall-rule-group/", "route53resolver:FirewallRuleGroup", "GetFirewallRuleGroup"),
    other(
        "route53resolver",
        "resolver-query-log-config/",
        "route53resolver:ResolverQueryLogConfig",
        "GetResolverQueryLogConfig",
    ),
    other("route53resolver", "resolver-rule/", "route53resolver:ResolverRule", "GetResolverRule"),
    other("ssm-contacts", "contact/", "ssm-contacts:Contact", "GetContact"),
    other("ssm-incidents", "response-plan/", "ssm-incidents:ResponsePlan", "GetResponsePlan"),
    other("vpc-lattice", "service/", "vpc-lattice:Service", "GetService"),
    other("vpc-lattice", "servicenetwork/", "vpc-lattice:ServiceNetwork", "GetServiceNetwork"),
];

impl Shareable {
    /// The type of what an ARN names, whoever owns it.
    ///
    /// # Errors
    /// `MalformedArnException` for what is no ARN, or nothing that can be shared.
    pub fn read(arn: &str) -> Result<Shareable> {
        let parts = ArnParts::parse(arn).map_err(|_| {
            errors::malformed_arn(format!(
                "The specified resource ARN {arn} is not valid. Verify the ARN and try again."
            ))
        })?;
        let own = |service: &str, prefix: &str| parts.service == service && parts.resource.starts_with(prefix);
        if let Some(kind) = KINDS.iter().find(|kind| own(kind.service, kind.prefix)) {
            return Ok(Shareable::Honoured(kind));
        }
        let other = OTHERS.iter().find(|other| own(other.service, other.prefix));
        other.map(Shareable::Other).ok_or_else(|| errors::malformed_arn("You cannot share the selected resource type."))
    }

    /// All of a request's.
    ///
    /// # Errors
    /// As [`Shareable::read`].
    pub fn read_all(arns: Option<Vec<String>>) -> Result<Vec<(String, Shareable)>> {
        let all = arns.unwrap_or_default().into_iter();
        all.map(|arn| Shareable::read(&arn).map(|shareable| (arn, shareable))).collect()
    }

    /// Its type's name, such as `ssm:Parameter`.
    pub fn name(self) -> &'static str {
        match self {
            Shareable::Honoured(kind) => kind.name,
            Shareable::Other(other) => other.name,
        }
    }

    /// The type, if what shares allow on it is honoured.
    pub fn honoured(self) -> Option<&'static Kind> {
        match self {
            Shareable::Honoured(kind) => Some(kind),
            Shareable::Other(_) => None,
        }
    }

    /// Whether this account has the resource.
    ///
    /// # Errors
    /// `OperationNotPermittedException` for what another account owns; a refusal by name where the service is built and would not honour it.
    pub fn is_there(self, view: &View, arn: &str) -> Result<bool> {
        let parts = ArnParts::parse(arn).ok();
        let own = |parts: ArnParts| {
            parts.partition == view.scope().partition().as_str()
                && parts.account == view.account().to_string()
                && (parts.region.is_empty() || parts.region == view.region().as_str())
        };
        if !parts.is_some_and(own) {
            return Err(errors::not_permitted(format!("You do not have permission to share the resource {arn}.")));
        }
        match self {
            Shareable::Honoured(_) => peers::is_parameter(view, arn),
            Shareable::Other(other) if view.offers(other.service, other.shown_by) => {
                Err(errors::not_honoured(other.name))
            }
            Shareable::Other(_) => Ok(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_by_their_arns() {
        for (arn, expect) in [
            ("arn:aws:ssm:us-east-1:000000000000:parameter/a", Ok("ssm:Parameter")),
            ("arn:aws:ec2:us-east-1:000000000000:subnet/subnet-1", Ok("ec2:Subnet")),
            (
                "arn:aws:ec2:us-east-1:000000000000:transit-gateway-multicast-domain/t-1",
                Ok("ec2:TransitGatewayMulticastDomain"),
            ),
            ("arn:aws:iam::000000000000:role/test", Err("MalformedArnException")),
            ("inalid-arn", Err("MalformedArnException")),
        ] {
            let found = Shareable::read(arn);
            let told = found.as_ref().map(|kind| kind.name()).map_err(|error| error.code());
            assert_eq!(told, expect, "{arn}");
        }
    }
}
