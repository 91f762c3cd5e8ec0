//! Capabilities: that a caller knows what rights a template gives away.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>

use crate::errors;
use service::Result;
use service::template::Template;

const IAM: &str = "CAPABILITY_IAM";
const NAMED_IAM: &str = "CAPABILITY_NAMED_IAM";

/// Resources that give rights, each with the property that names it; a name is a promise that nothing else has it.
const GIVING_RIGHTS: [(&str, &str); 8] = [
    ("AWS::IAM::AccessKey", ""),
    ("AWS::IAM::Group", "GroupName"),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName"),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName"),
    ("AWS::IAM::Policy", ""),
    ("AWS::IAM::Role", "RoleName"),
    ("AWS::IAM::User", "UserName"),
    ("AWS::IAM::UserToGroupAddition", ""),
];

/// The capability that a template needs, and the types for which it does.
pub fn needed(template: &Template) -> Option<(&'static str, Vec<&str>)> {
    let mut kinds: Vec<&str> = Vec::new();
    let mut needed = IAM;
    for resource in template.resources.values() {
        let Some((kind, name)) = GIVING_RIGHTS.iter().find(|(kind, _)| *kind == resource.kind) else { continue };
        if resource.properties.get(name).is_some() {
            needed = NAMED_IAM;
        }
        if !kinds.contains(kind) {
            kinds.push(kind);
        }
    }
    (!kinds.is_empty()).then_some((needed, kinds))
}

/// Fails if a template needs more than was granted.
pub fn check(template: &Template, granted: &[String]) -> Result<()> {
    let has = |capability: &str| granted.iter().any(|own| own == capability);
    match needed(template) {
        Some((IAM, _)) if !has(IAM) && !has(NAMED_IAM) => Err(errors::insufficient_capabilities(&[IAM])),
        Some((NAMED_IAM, _)) if !has(NAMED_IAM) => Err(errors::insufficient_capabilities(&[NAMED_IAM])),
        _ => Ok(()),
    }
}

/// Why a template needs a capability.
pub fn reason(kinds: &[&str]) -> String {
    format!("The following resource(s) require capabilities: [{}]", kinds.join(", "))
}
