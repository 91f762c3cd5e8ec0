//! The services that work with Organizations.
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services_list.html>

use crate::errors;
use service::Result;

/// Principals of services that can have trusted access.
const SERVICES: &[&str] = &[
    "access-analyzer.amazonaws.com",
    "account.amazonaws.com",
    "application-insights.amazonaws.com",
    "appstream.amazonaws.com",
    "arc-zonal-shift.amazonaws.com",
    "artifact.amazonaws.com",
    "auditmanager.amazonaws.com",
    "aws-artifact-account-sync.amazonaws.com",
    "backup.amazonaws.com",
    "bcm-data-exports.amazonaws.com",
    "billing-cost-management.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "compute-optimizer.amazonaws.com",
    "config-multiaccountsetup.amazonaws.com",
    "config.amazonaws.com",
    "controltower.amazonaws.com",
    "cost-optimization-hub.bcm.amazonaws.com",
    "detective.amazonaws.com",
    "devops-guru.amazonaws.com",
    "ds.amazonaws.com",
    "ec2.amazonaws.com",
    "fms.amazonaws.com",
    "guardduty.amazonaws.com",
    "health.amazonaws.com",
    "iam.amazonaws.com",
    "inspector2.amazonaws.com",
    "ipam.amazonaws.com",
    "license-manager.amazonaws.com",
    "license-manager.member-account.amazonaws.com",
    "license-management.marketplace.amazonaws.com",
    "logs.amazonaws.com",
    "macie.amazonaws.com",
    "malware-protection.guardduty.amazonaws.com",
    "member.org.stacksets.cloudformation.amazonaws.com",
    "mgn.amazonaws.com",
    "migrationhub-strategy.amazonaws.com",
    "networkmanager.amazonaws.com",
    "notifications.amazonaws.com",
    "observabilityadmin.amazonaws.com",
    "opsdatasync.ssm.amazonaws.com",
    "private-marketplace.marketplace.amazonaws.com",
    "ram.amazonaws.com",
    "reachabilityanalyzer.networkinsights.amazonaws.com",
    "reporting.trustedadvisor.amazonaws.com",
    "resource-explorer-2.amazonaws.com",
    "securityhub.amazonaws.com",
    "securitylake.amazonaws.com",
    "security-ir.amazonaws.com",
    "servicecatalog.amazonaws.com",
    "servicequotas.amazonaws.com",
    "shield.amazonaws.com",
    "ssm-quicksetup.amazonaws.com",
    "ssm.amazonaws.com",
    "sso.amazonaws.com",
    "stacksets.cloudformation.amazonaws.com",
    "storage-lens.s3.amazonaws.com",
    "tagpolicies.tag.amazonaws.com",
    "user-subscriptions.amazonaws.com",
    "vmware.amazonaws.com",
    "wellarchitected.amazonaws.com",
];

/// Services that take one delegated administrator; others take several.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_delegated_admin.html>
const ONE_ADMINISTRATOR: &[&str] = &[
    "access-analyzer.amazonaws.com",
    "detective.amazonaws.com",
    "guardduty.amazonaws.com",
    "inspector2.amazonaws.com",
    "macie.amazonaws.com",
    "securityhub.amazonaws.com",
    "securitylake.amazonaws.com",
    "sso.amazonaws.com",
];

/// How many accounts may administer a service.
pub fn most_administrators(principal: &str) -> usize {
    if ONE_ADMINISTRATOR.contains(&principal) { 1 } else { 5 }
}

/// A principal that has to do with Organizations.
pub fn check(principal: &str) -> Result<()> {
    if SERVICES.contains(&principal) { Ok(()) } else { Err(errors::invalid("UNRECOGNIZED_SERVICE_PRINCIPAL")) }
}
