//! What is to be said of a policy: errors, security warnings, warnings, suggestions, each with the place that it is about.
//!
//! [`text`] reads the policy with the place of everything in it; the other files go through one kind of element each. A
//! finding is made where the facts of models/iam bear it out, and nowhere else.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>

mod actions;
mod conditions;
mod finding;
mod principals;
mod redundancy;
mod resources;
mod roles;
mod statements;
mod text;
mod values;
mod variables;

pub use finding::Finding;
use finding::{Findings, Path, Place};
use statements::Statement;
use text::{Kind as Json, Node};

/// What kind of policy it is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyType {
    Identity,
    Resource,
    ServiceControl,
    ResourceControl,
}

impl PolicyType {
    /// By the API's name.
    pub fn of(name: &str) -> Option<PolicyType> {
        Some(match name {
            "IDENTITY_POLICY" => PolicyType::Identity,
            "RESOURCE_POLICY" => PolicyType::Resource,
            "SERVICE_CONTROL_POLICY" => PolicyType::ServiceControl,
            "RESOURCE_CONTROL_POLICY" => PolicyType::ResourceControl,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            PolicyType::Identity => "IDENTITY_POLICY",
            PolicyType::Resource => "RESOURCE_POLICY",
            PolicyType::ServiceControl => "SERVICE_CONTROL_POLICY",
            PolicyType::ResourceControl => "RESOURCE_CONTROL_POLICY",
        }
    }
}

/// What is known of the policy besides its text.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Its kind.
    pub kind: PolicyType,
    /// The type of the resource to which it is attached, such as `AWS::S3::Bucket`.
    pub resource_type: Option<&'a str>,
    /// Whether its version knows variables.
    variables: bool,
}

impl About<'_> {
    /// Whether it is the trust policy of a role.
    fn is_trust(&self) -> bool {
        self.resource_type == Some("AWS::IAM::AssumeRolePolicyDocument")
    }
}

/// The most characters of a service control policy, and of an identity policy without its white space.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const LONGEST_SCP: usize = 10_240;
const LONGEST_IDENTITY: usize = 6_144;

/// All findings, in the order of the text within each kind.
pub fn findings(text: &str, kind: PolicyType, resource_type: Option<&str>) -> Vec<Finding> {
    let mut found = Findings::default();
    let root = match text::read(text) {
        Ok(root) => root,
        Err(fault) => {
            let at = finding::position(text, fault.0);
            let details =
                format!("Fix the JSON syntax error at index {} line {} column {}.", at.offset, at.line, at.column);
            found.error("JSON_SYNTAX_ERROR", details, Place::at(fault.0, fault.0));
            return found.0;
        }
    };
    let path = Path::default();
    if !matches!(root.kind, Json::Object(_)) {
        mismatch(&mut found, &path, &root, "object");
        return found.0;
    }
    let version = version(&mut found, &root);
    let about = About { kind, resource_type, variables: version == Some("2012-10-17") };
    sizes(&mut found, text, (&root, kind));
    for (key, value) in root.members() {
        let name = key.text().unwrap_or_default();
        match name {
            "Version" | "Statement" => {}
            "Id" if value.text().is_none() => mismatch(&mut found, &path.value(name), value, "string"),
            "Id" => variables::refuse(&mut found, &path.value(name), value),
            _ => {
                let details = format!("The policy element {name} is not valid.");
                found.error("INVALID_POLICY_ELEMENT", details, Place::of(&path.key(name), key));
            }
        }
    }
    let listed = root.get("Statement").filter(|list| !list.is_empty());
    let Some(list) = listed else {
        found.error("MISSING_STATEMENT", "Add a statement to the policy", Place::of(&path, &root));
        return found.0;
    };
    let mut all = Vec::new();
    for (path, node) in path.value("Statement").each(list) {
        match Statement::read(&mut found, path.clone(), node, about) {
            Some(statement) => all.push(statement),
            None => mismatch(&mut found, &path, node, "object"),
        }
    }
    for statement in &all {
        statement.check(&mut found);
    }
    statements::ids(&mut found, &all);
    redundancy::statements(&mut found, &all);
    found.0
}

/// The version, and what is to be said of it.
fn version<'n>(found: &mut Findings, root: &'n Node) -> Option<&'n str> {
    let path = Path::default().value("Version");
    let Some(node) = root.get("Version") else {
        let details = "We recommend that you specify the Version element to help you with debugging permission issues.";
        found.warn("MISSING_VERSION", details, Place::of(&Path::default(), root));
        return None;
    };
    match node.text() {
        None => mismatch(found, &path, node, "string"),
        Some("2012-10-17" | "2008-10-17") => return node.text(),
        Some(other) => {
            let details = format!(
                "The version {other} is not valid. Use one of the following versions: [2012-10-17, 2008-10-17]"
            );
            found.error("INVALID_VERSION", details, Place::of(&path, node));
        }
    }
    None
}

fn sizes(found: &mut Findings, text: &str, (root, kind): (&Node, PolicyType)) {
    let place = || Place::of(&Path::default(), root);
    let bare = text.chars().filter(|c| !c.is_whitespace()).count();
    match kind {
        PolicyType::Identity if bare > LONGEST_IDENTITY => {
            let details = format!(
                "The {bare} characters in the identity policy, excluding whitespace, exceed the {LONGEST_IDENTITY} \
                 character maximum for inline and managed policies. We recommend that you use multiple granular policies."
            );
            found.warn("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", details, place());
        }
        PolicyType::ServiceControl if text.chars().count() > LONGEST_SCP => {
            let details = format!(
                "The {} characters in the service control policy (SCP) exceed the {LONGEST_SCP} character maximum for \
                 SCPs. We recommend that you use multiple granular policies.",
                text.chars().count()
            );
            found.error("POLICY_SIZE_EXCEEDS_SCP_QUOTA", details, place());
        }
        _ => {}
    }
}

/// A value of the wrong JSON type.
fn mismatch(found: &mut Findings, path: &Path, node: &Node, expected: &str) {
    let details = format!("The text does not match the expected JSON data type {expected}.");
    found.error("DATA_TYPE_MISMATCH", details, Place::of(path, node));
}

#[cfg(test)]
mod tests;
