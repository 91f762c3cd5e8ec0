//! The types of policy: what is said of each, and AWS's own two policies.
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>

use crate::errors;
use crate::state::PolicyRow;
use service::{IndexMap, Result, Timestamp};

/// A type of policy.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// `SERVICE_CONTROL_POLICY`
    pub name: &'static str,
    /// The most characters of a document.
    pub longest: usize,
    /// How many an organisation may have.
    pub most: usize,
    /// How many may be attached to one target.
    pub most_attached: usize,
    /// The policy that is attached to everything as long as the type is enabled.
    pub managed: Option<Managed>,
    /// The only member at the top of a management policy's document; empty where AWS has several.
    pub top: &'static str,
    /// Whether it is written in IAM's language, and so has no effective policy.
    pub authorizes: bool,
}

/// A policy of AWS's own.
#[derive(Debug, PartialEq, Eq)]
pub struct Managed {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it says of itself.
    pub description: &'static str,
    /// The document.
    pub content: &'static str,
    /// Whether it can never be detached.
    pub stays: bool,
}

const MANAGEMENT: Kind =
    Kind { name: "", longest: 10_000, most: 1000, most_attached: 10, managed: None, top: "", authorizes: false };

/// All of them.
pub static KINDS: [Kind; 15] = [
    Kind {
        name: SCP,
        longest: 5120,
        most: 10_000,
        most_attached: 5,
        managed: Some(Managed {
            id: "p-FullAWSAccess",
            name: "FullAWSAccess",
            description: "Allows access to every operation",
            content: "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}",
            stays: false,
        }),
        authorizes: true,
        ..MANAGEMENT
    },
    Kind {
        name: RCP,
        longest: 5120,
        most_attached: 5,
        managed: Some(Managed {
            id: "p-RCPFullAWSAccess",
            name: "RCPFullAWSAccess",
            description: "Allows access to every resource",
            content: "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Effect\": \"Allow\",\n      \"Principal\": \"*\",\n      \"Action\": \"*\",\n      \"Resource\": \"*\"\n    }\n  ]\n}",
            stays: true,
        }),
        authorizes: true,
        ..MANAGEMENT
    },
    Kind { name: "TAG_POLICY", top: "tags", ..MANAGEMENT },
    Kind { name: "BACKUP_POLICY", top: "plans", ..MANAGEMENT },
    Kind { name: "AISERVICES_OPT_OUT_POLICY", longest: 2500, most_attached: 5, top: "services", ..MANAGEMENT },
    Kind { name: "CHATBOT_POLICY", most_attached: 5, ..MANAGEMENT },
    Kind { name: "DECLARATIVE_POLICY_EC2", top: "ec2_attributes", ..MANAGEMENT },
    Kind { name: "SECURITYHUB_POLICY", top: "securityhub", ..MANAGEMENT },
    Kind { name: "SECURITYHUB_CSPM_POLICY", ..MANAGEMENT },
    Kind { name: "INSPECTOR_POLICY", top: "inspector", ..MANAGEMENT },
    Kind { name: "UPGRADE_ROLLOUT_POLICY", ..MANAGEMENT },
    Kind { name: "BEDROCK_POLICY", ..MANAGEMENT },
    Kind { name: "S3_POLICY", top: "s3_attributes", ..MANAGEMENT },
    Kind { name: "NETWORK_SECURITY_DIRECTOR_POLICY", ..MANAGEMENT },
    Kind { name: "GUARDDUTY_POLICY", ..MANAGEMENT },
];

/// Service control policies.
pub const SCP: &str = "SERVICE_CONTROL_POLICY";
/// Resource control policies.
pub const RCP: &str = "RESOURCE_CONTROL_POLICY";

/// The type by its name.
pub fn kind(name: &str) -> Result<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| errors::invalid("INVALID_ENUM_POLICY_TYPE"))
}

/// AWS's own policy by its id.
pub fn managed(id: &str) -> Option<(&'static Kind, &'static Managed)> {
    KINDS
        .iter()
        .find_map(|kind| kind.managed.as_ref().filter(|managed| managed.id == id).map(|managed| (kind, managed)))
}

/// AWS's own policy as if it had been written here.
pub fn as_row(kind: &Kind, managed: &Managed) -> PolicyRow {
    PolicyRow {
        id: managed.id.to_owned(),
        name: managed.name.to_owned(),
        description: managed.description.to_owned(),
        kind: kind.name.to_owned(),
        content: managed.content.to_owned(),
        number: 0,
        changed: Timestamp::EPOCH,
        tags: IndexMap::new(),
    }
}
