//! Actions: whether there are such, and what is better not written.

use super::finding::{Findings, Path, Place};
use super::statements::Statement;
use super::text::Node;
use super::{mismatch, variables};
use crate::facts::{self, covers};

pub fn check(found: &mut Findings, statement: &Statement<'_>) {
    for name in ["Action", "NotAction"] {
        let Some((path, node)) = statement.element(name) else { continue };
        if node.is_list() && node.is_empty() {
            let details = "This statement includes no actions and does not affect the policy. Specify actions.";
            found.suggest("EMPTY_ARRAY_ACTION", details, Place::of(&path, node));
        }
        for (path, node) in path.each(node) {
            match node.text() {
                None => mismatch(found, &path, node, "string"),
                Some(action) if action.contains("${") => variables::refuse(found, &path, node),
                Some(action) => one(found, statement, (&path, node), action),
            }
        }
    }
}

fn one(found: &mut Findings, statement: &Statement<'_>, (path, node): (&Path, &Node), action: &str) {
    if action == "*" {
        return;
    }
    let place = || Place::of(path, node);
    let Some((prefix, name)) = action.split_once(':') else {
        found.error("INVALID_ACTION", format!("The action {action} does not exist."), place());
        return;
    };
    if prefix.contains(['*', '?']) {
        let details = "Avoid using wildcards (*, ?) in the service name because it might grant unintended access to \
                       other AWS services with similar names.";
        found.suggest("WILDCARD_IN_SERVICE_NAME", details, place());
        return;
    }
    let prefix = prefix.to_ascii_lowercase();
    let Some(service) = facts::service(&prefix) else {
        // The data has not all services: one is called unknown only where a known one was nearly written.
        if let Some(near) = near(&prefix, facts::prefixes()) {
            let details = format!("The service {prefix} specified in the action does not exist. Did you mean {near}?");
            found.error("INVALID_SERVICE_IN_ACTION", details, place());
        }
        return;
    };
    if !service.actions.values().any(|known| covers(name, &known.name)) {
        let names = service.actions.values().map(|known| known.name.as_str());
        let details = match near(name, names) {
            Some(near) => format!("The action {action} does not exist. Did you mean {prefix}:{near}?"),
            None => format!("The action {action} does not exist."),
        };
        found.error("INVALID_ACTION", details, place());
    } else if statement.about.is_trust() && prefix != "sts" {
        let details = format!(
            "The action {action} is not supported for the resource-based policy attached to the resource type \
             AWS::IAM::AssumeRolePolicyDocument."
        );
        found.error("UNSUPPORTED_ACTION_IN_POLICY", details, place());
    }
}

/// The name that was nearly written: of at least six characters, and one or two of them amiss.
fn near<'n>(written: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let length = written.chars().count();
    if length < 6 || written.contains(['*', '?']) {
        return None;
    }
    let most = if length < 9 { 1 } else { 2 };
    let bare = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit()).to_ascii_lowercase();
    let near = known.filter(|name| name.chars().count().abs_diff(length) <= most);
    // A number at the end makes another service of the same name.
    let near = near.filter(|name| bare(name) != bare(written));
    let near = near.map(|name| (distance(&written.to_ascii_lowercase(), &name.to_ascii_lowercase()), name));
    near.filter(|(distance, _)| *distance <= most).min().map(|(_, name)| name)
}

/// How many characters must be put in, left out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&row, j) + usize::from(x != *y);
            next.push(changed.min(at(&row, j + 1) + 1).min(at(&next, j) + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
