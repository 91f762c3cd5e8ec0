//! What lets somebody hand on roles, or make those of services, without much said about which.

use super::PolicyType;
use super::finding::{Findings, Grade, Place};
use super::resources::has_wildcard;
use super::statements::Statement;
use crate::facts::covers;

/// An action that is graver than others, and what is said of it.
struct Grave {
    action: &'static str,
    grade: Grade,
    /// What the codes begin with.
    codes: [&'static str; 6],
    /// What comes of it, behind "can" and so on.
    texts: [&'static str; 6],
    /// A condition key that narrows it enough.
    narrowed_by: Option<&'static str>,
}

const PASS: Grave = Grave {
    action: "iam:PassRole",
    grade: Grade::SecurityWarning,
    codes: [
        "PASS_ROLE_WITH_NOT_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    ],
    texts: [
        "Using the iam:PassRole action with NotResource can be overly permissive because it can allow iam:PassRole \
         permissions on multiple resources. We recommend that you specify resource ARNs instead.",
        "Using an action with a wildcard (*) and NotResource can be overly permissive because it can allow iam:PassRole \
         permissions on multiple resources. We recommend that you specify resource ARNs instead.",
        "Using NotAction with NotResource can be overly permissive because it can allow iam:PassRole permissions on \
         multiple resources.. We recommend that you specify resource ARNs instead.",
        "Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive because it allows \
         iam:PassRole permissions on multiple resources. We recommend that you specify resource ARNs or add the \
         iam:PassedToService condition key to your statement.",
        "Using wildcards (*) in the action and the resource can be overly permissive because it allows iam:PassRole \
         permissions on all resources. We recommend that you specify resource ARNs or add the iam:PassedToService \
         condition key to your statement.",
        "Using a resource with wildcards (*) and NotAction can be overly permissive because it allows iam:PassRole \
         permissions on all resources. We recommend that you specify resource ARNs or add the iam:PassedToService \
         condition key to your statement.",
    ],
    narrowed_by: Some("iam:PassedToService"),
};

const CREATE_SLR: Grave = Grave {
    action: "iam:CreateServiceLinkedRole",
    grade: Grade::Warning,
    codes: [
        "CREATE_SLR_WITH_NOT_RESOURCE",
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE",
        "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE",
        "CREATE_SLR_WITH_STAR_IN_RESOURCE",
        "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE",
        "CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION",
    ],
    texts: [
        "Using the iam:CreateServiceLinkedRole action with NotResource can allow creation of unintended service-linked \
         roles for multiple resources. We recommend that you specify resource ARNs instead.",
        "Using an action with a wildcard(*) and NotResource can allow creation of unintended service-linked roles because \
         it can allow iam:CreateServiceLinkedRole permissions on multiple resources. We recommend that you specify \
         resource ARNs instead.",
        "Using NotAction with NotResource can allow creation of unintended service-linked roles because it allows \
         iam:CreateServiceLinkedRole permissions on multiple resources. We recommend that you specify resource ARNs \
         instead.",
        "Using the iam:CreateServiceLinkedRole action with wildcards (*) in the resource can allow creation of unintended \
         service-linked roles. We recommend that you specify resource ARNs instead.",
        "Using wildcards (*) in the action and the resource can allow creation of unintended service-linked roles because \
         it allows iam:CreateServiceLinkedRole permissions on all resources. We recommend that you specify resource ARNs \
         instead.",
        "Using a resource with wildcards (*) and NotAction can allow creation of unintended service-linked roles because \
         it allows iam:CreateServiceLinkedRole permissions on all resources. We recommend that you specify resource ARNs \
         instead.",
    ],
    narrowed_by: Some("iam:AWSServiceName"),
};

pub fn check(found: &mut Findings, statement: &Statement<'_>) {
    if statement.allows != Some(true) || statement.about.kind != PolicyType::Identity {
        return;
    }
    grave(found, statement, &PASS);
    grave(found, statement, &CREATE_SLR);
}

/// Whether an ARN leaves open which role is meant. A name that is written to some extent is the convention of a service.
fn wide(arn: &str) -> bool {
    let name = arn.rsplit('/').next().unwrap_or_default();
    arn == "*" || (arn.ends_with('*') && (name.starts_with('*') || !arn.contains('/')))
}

fn grave(found: &mut Findings, statement: &Statement<'_>, grave: &Grave) {
    let narrowed = grave.narrowed_by.is_some_and(|narrow| {
        let condition = statement.node.get("Condition").map(|node| node.members()).unwrap_or_default();
        let mut keys = condition.iter().flat_map(|(_, block)| block.members());
        keys.any(|(key, _)| key.text().is_some_and(|key| key.eq_ignore_ascii_case(narrow)))
    });
    let actions = statement.texts("Action");
    let by_action = actions.iter().find(|(_, _, action)| covers(action, grave.action));
    let spared = statement.texts("NotAction").iter().any(|(_, _, action)| covers(action, grave.action));
    let by_rest = statement.element("NotAction").filter(|_| !spared);
    let resources = statement.texts("Resource");
    let by_star = resources.iter().find(|(_, _, arn)| wide(arn));
    let not_resource = statement.element("NotResource");
    let at = match (by_action, &by_rest, by_star, &not_resource) {
        (Some((_, _, action)), _, _, Some(_)) => usize::from(has_wildcard(action)),
        (None, Some(_), _, Some(_)) => 2,
        (Some((_, _, action)), _, Some(_), _) => 3 + usize::from(has_wildcard(action)),
        (None, Some(_), Some(_), _) => 5,
        _ => return,
    };
    if narrowed && at >= 3 {
        return;
    }
    let (Some(code), Some(text)) = (grave.codes.get(at), grave.texts.get(at)) else { return };
    let mut places = Vec::new();
    if let Some((path, node, _)) = by_action {
        places.push(Place::of(path, node));
    } else if let Some((path, node)) = &by_rest {
        places.push(Place::of(path, node));
    }
    match (&not_resource, by_star) {
        (Some((path, node)), _) => places.push(Place::of(path, node)),
        (None, Some((path, node, _))) => places.push(Place::of(path, node)),
        (None, None) => {}
    }
    found.add_all(grave.grade, code, *text, places);
}
