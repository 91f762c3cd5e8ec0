//! Statements: which elements they have.

use super::finding::{Findings, Path, Place};
use super::text::Node;
use super::{About, PolicyType, actions, conditions, mismatch, principals, redundancy, resources, roles, variables};

/// A statement with what the checks ask of it.
pub struct Statement<'t> {
    /// The way to it.
    pub path: Path,
    /// Its text.
    pub node: &'t Node,
    /// The policy.
    pub about: About<'t>,
    /// Whether it allows; `None` where it does not say.
    pub allows: Option<bool>,
}

const ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
const PAIRS: [(&str, &str); 3] = [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")];

impl<'t> Statement<'t> {
    /// Reads a statement; `None` if it is no object.
    pub fn read(found: &mut Findings, path: Path, node: &'t Node, about: About<'t>) -> Option<Statement<'t>> {
        if !matches!(node.kind, super::Json::Object(_)) {
            return None;
        }
        let mut statement = Statement { path, node, about, allows: None };
        statement.effect(found);
        Some(statement)
    }

    /// An element by name, with the way to it.
    pub fn element(&self, name: &str) -> Option<(Path, &'t Node)> {
        Some((self.path.value(name), self.node.get(name)?))
    }

    /// The place of the whole statement.
    pub fn place(&self) -> Place {
        Place::of(&self.path, self.node)
    }

    /// The texts of an element, with the ways to them.
    pub fn texts(&self, name: &str) -> Vec<(Path, &'t Node, &'t str)> {
        let Some((path, node)) = self.element(name) else { return Vec::new() };
        path.each(node).into_iter().filter_map(|(path, node)| Some((path, node, node.text()?))).collect()
    }

    fn effect(&mut self, found: &mut Findings) {
        let Some((path, node)) = self.element("Effect") else {
            let details = "Add an Effect element to the policy statement with a value of Allow or Deny.";
            found.error("MISSING_EFFECT", details, self.place());
            return;
        };
        match node.text() {
            None => mismatch(found, &path, node, "string"),
            Some("Allow") => self.allows = Some(true),
            Some("Deny") => self.allows = Some(false),
            Some(other) => {
                let details = format!("The effect {other} is not valid. Use Allow or Deny.");
                found.error("INVALID_EFFECT", details, Place::of(&path, node));
            }
        }
    }

    /// All checks of a statement by itself.
    pub fn check(&self, found: &mut Findings) {
        self.elements(found);
        self.missing(found);
        self.sid(found);
        actions::check(found, self);
        resources::check(found, self);
        principals::check(found, self);
        conditions::check(found, self);
        roles::check(found, self);
        redundancy::check(found, self);
    }

    fn elements(&self, found: &mut Findings) {
        for (key, _) in self.node.members() {
            let name = key.text().unwrap_or_default();
            if !ELEMENTS.contains(&name) {
                let details = format!("The policy element {name} is not valid.");
                found.error("INVALID_POLICY_ELEMENT", details, Place::of(&self.path.key(name), key));
            }
        }
        for (one, other) in PAIRS {
            if let (Some((path, node)), Some((other_path, other_node))) = (self.element(one), self.element(other)) {
                let details = format!(
                    "The policy elements {one} and {other} can not be used in the same statement. Remove one of these \
                     elements."
                );
                let places = vec![Place::of(&path, node), Place::of(&other_path, other_node)];
                found.add_all(super::finding::Grade::Error, "UNSUPPORTED_ELEMENT_COMBINATION", details, places);
            }
        }
    }

    fn missing(&self, found: &mut Findings) {
        let lacks = |one: &str, other: &str| self.node.get(one).is_none() && self.node.get(other).is_none();
        if lacks("Action", "NotAction") {
            let details = "Add an Action or NotAction element to the policy statement.";
            found.error("MISSING_ACTION", details, self.place());
        }
        if lacks("Resource", "NotResource") && !self.about.is_trust() {
            let details = "Add a Resource or NotResource element to the policy statement.";
            found.error("MISSING_RESOURCE", details, self.place());
        }
        let named = matches!(self.about.kind, PolicyType::Resource | PolicyType::ResourceControl);
        if named && lacks("Principal", "NotPrincipal") {
            found.error("MISSING_PRINCIPAL", "Add a Principal element to the policy statement.", self.place());
        }
    }

    fn sid(&self, found: &mut Findings) {
        let Some((path, node)) = self.element("Sid") else { return };
        let Some(sid) = node.text() else { return mismatch(found, &path, node, "string") };
        if sid.is_empty() {
            let details = "Add a value to the empty string in the Sid element.";
            found.suggest("EMPTY_SID_VALUE", details, Place::of(&path, node));
        }
        // Resource policies of some services take more; IAM and Organizations take these alone.
        if self.about.kind != PolicyType::Resource && !sid.chars().all(|c| c.is_ascii_alphanumeric()) {
            let details =
                "Update the characters in the Sid element to use one of the following character types: [a-z, A-Z, 0-9]";
            found.error("UNSUPPORTED_SID", details, Place::of(&path, node));
        } else {
            variables::refuse(found, &path, node);
        }
    }
}

/// Sids that stand twice.
pub fn ids(found: &mut Findings, all: &[Statement<'_>]) {
    let mut seen: Vec<&str> = Vec::new();
    for statement in all {
        let Some((path, node)) = statement.element("Sid") else { continue };
        let Some(sid) = node.text().filter(|sid| !sid.is_empty()) else { continue };
        if !seen.contains(&sid) {
            seen.push(sid);
        } else if statement.about.kind == PolicyType::Resource && !statement.about.is_trust() {
            let details =
                "We recommend that you use statement IDs that are unique to your policy. Update the Sid value.";
            found.warn("UNIQUE_SIDS_RECOMMENDED", details, Place::of(&path, node));
        } else {
            let details = "Duplicate statement IDs are not supported for this policy type. Update the Sid value.";
            found.error("UNIQUE_SIDS_REQUIRED", details, Place::of(&path, node));
        }
    }
}
