//! Management policies merged into the one that is in effect for an account.
//! <https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html>
//! <https://docs.aws.amazon.com/organizations/latest/userguide/inheritance-examples.html>

use serde_json::{Map, Value as Json};
use service::IndexMap;

const ASSIGN: &str = "@@assign";
const APPEND: &str = "@@append";
const REMOVE: &str = "@@remove";
const CHILDREN: &str = "@@operators_allowed_for_child_policies";

/// Deeper than any type of policy.
const DEEPEST: usize = 32;

/// Which operators the policies below may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Allowed {
    assign: bool,
    append: bool,
    remove: bool,
}

const ALL: Allowed = Allowed { assign: true, append: true, remove: true };

/// A setting, or a section of settings.
#[derive(Debug, Clone, PartialEq)]
struct Node {
    value: Option<Json>,
    sections: IndexMap<String, Node>,
    allowed: Allowed,
}

impl Node {
    fn new() -> Node {
        Node { value: None, sections: IndexMap::new(), allowed: ALL }
    }
}

/// Whether a document uses the operators as it may: each is known, lists are given where lists are needed, and a setting has no
/// sections.
pub fn is_well_formed(document: &Json) -> bool {
    well_formed(document, 0)
}

fn well_formed(document: &Json, depth: usize) -> bool {
    let Json::Object(members) = document else { return false };
    let list = |value: &Json| value.as_array().is_some_and(|list| list.iter().all(|item| !item.is_object()));
    let sets = members.keys().any(|name| [ASSIGN, APPEND, REMOVE].contains(&name.as_str()));
    depth < DEEPEST
        && members.iter().all(|(name, value)| match name.as_str() {
            ASSIGN => !value.is_object() && !value.is_null(),
            APPEND | REMOVE => list(value),
            CHILDREN => allowed(value).is_some(),
            operator if operator.starts_with("@@") => false,
            _ => !sets && well_formed(value, depth + 1),
        })
}

fn allowed(value: &Json) -> Option<Allowed> {
    let names: Vec<&str> = value.as_array()?.iter().map(Json::as_str).collect::<Option<_>>()?;
    let known = ["@@all", "@@none", ASSIGN, APPEND, REMOVE];
    if names.is_empty() || !names.iter().all(|name| known.contains(name)) {
        return None;
    }
    let has = |name: &str| names.contains(&name) || names.contains(&"@@all");
    Some(Allowed { assign: has(ASSIGN), append: has(APPEND), remove: has(REMOVE) })
}

/// The policy in effect, of the documents at each level from the root to the account; `None` where nothing is set. Keys of
/// tag policies have no case (`fold`).
pub fn merged(levels: &[Vec<Json>], fold: bool) -> Option<Json> {
    let mut root = Node::new();
    for level in levels {
        let before = root.clone();
        for document in level {
            apply(&mut root, Some(&before), document, (ALL, fold));
        }
        // What a level forbids binds the levels below, not its own policies.
        for document in level {
            restrict(&mut root, Some(&before), document, fold);
        }
    }
    shown(&root)
}

fn named(name: &str, fold: bool) -> String {
    if fold { name.to_lowercase() } else { name.to_owned() }
}

/// What one document sets. `before` is what the levels above left, whose restrictions hold; a section that is new is held
/// by the nearest one that is not.
fn apply(node: &mut Node, before: Option<&Node>, document: &Json, (above, fold): (Allowed, bool)) {
    let Json::Object(members) = document else { return };
    let may = before.map_or(above, |before| before.allowed);
    for (name, value) in members {
        match name.as_str() {
            ASSIGN if may.assign => node.value = Some(value.clone()),
            APPEND if may.append => append(&mut node.value, value),
            REMOVE if may.remove => remove(&mut node.value, value),
            operator if operator.starts_with("@@") => {}
            _ => {
                let name = named(name, fold);
                let inner = before.and_then(|before| before.sections.get(&name));
                apply(node.sections.entry(name).or_insert_with(Node::new), inner, value, (may, fold));
            }
        }
    }
}

fn restrict(node: &mut Node, before: Option<&Node>, document: &Json, fold: bool) {
    let Json::Object(members) = document else { return };
    for (name, value) in members {
        match (name.as_str(), allowed(value)) {
            (CHILDREN, Some(new)) => {
                // Nobody gives back what a level above took away.
                let old = before.map_or(ALL, |before| before.allowed);
                node.allowed = Allowed {
                    assign: old.assign && new.assign,
                    append: old.append && new.append,
                    remove: old.remove && new.remove,
                };
            }
            (operator, _) if operator.starts_with("@@") => {}
            _ => {
                let name = named(name, fold);
                let inner = before.and_then(|before| before.sections.get(&name));
                restrict(node.sections.entry(name).or_insert_with(Node::new), inner, value, fold);
            }
        }
    }
}

fn append(value: &mut Option<Json>, more: &Json) {
    let mut list = match value.take() {
        Some(Json::Array(list)) => list,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for item in more.as_array().into_iter().flatten() {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
    *value = Some(Json::Array(list));
}

fn remove(value: &mut Option<Json>, less: &Json) {
    if let (Some(Json::Array(list)), Some(less)) = (value.as_mut(), less.as_array()) {
        list.retain(|item| !less.contains(item));
    }
}

fn shown(node: &Node) -> Option<Json> {
    if let Some(value) = &node.value {
        return Some(value.clone());
    }
    let sections = node.sections.iter().filter_map(|(name, node)| Some((name.clone(), shown(node)?)));
    let members: Map<String, Json> = sections.collect();
    if members.is_empty() { None } else { Some(Json::Object(members)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(levels: &[&[Json]], expect: Option<Json>) {
        let levels: Vec<Vec<Json>> = levels.iter().map(|level| level.to_vec()).collect();
        assert_eq!(merged(&levels, true), expect);
    }

    /// Examples 1 to 4 of AWS's page on inheritance.
    #[test]
    fn values_are_assigned_appended_and_removed() {
        let root = json!({"tags": {"CostCenter": {"tag_key": {"@@assign": "CostCenter"},
            "tag_value": {"@@assign": ["Development", "Support"]}}}});
        check(
            &[std::slice::from_ref(&root)],
            Some(json!({"tags": {"costcenter": {"tag_key": "CostCenter", "tag_value": ["Development", "Support"]}}})),
        );
        let append = json!({"tags": {"costcenter": {"tag_value": {"@@append": ["Marketing", "Support"]}}}});
        let remove = json!({"tags": {"CostCenter": {"tag_value": {"@@remove": ["Development"]}}}});
        check(
            &[std::slice::from_ref(&root), &[append], &[remove]],
            Some(json!({"tags": {"costcenter": {"tag_key": "CostCenter", "tag_value": ["Support", "Marketing"]}}})),
        );
        let assign =
            json!({"tags": {"CostCenter": {"tag_key": {"@@assign": "costCENTER"}, "tag_value": {"@@assign": []}}}});
        check(&[&[root], &[assign]], Some(json!({"tags": {"costcenter": {"tag_key": "costCENTER", "tag_value": []}}})));
        check(&[&[], &[]], None);
    }

    #[test]
    fn what_is_forbidden_below_is_left_out_there() {
        let root = json!({"tags": {"project": {
            "tag_key": {"@@operators_allowed_for_child_policies": ["@@none"], "@@assign": "PROJECT"},
            "tag_value": {"@@operators_allowed_for_child_policies": ["@@append"], "@@assign": ["a"]},
        }}});
        let below = json!({"tags": {"project": {"tag_key": {"@@assign": "project"},
            "tag_value": {"@@assign": ["b"], "@@append": ["c"]}}}});
        let free = json!({"tags": {"project": {
            "tag_key": {"@@operators_allowed_for_child_policies": ["@@all"], "@@assign": "Project"}}}});
        check(
            &[&[root], std::slice::from_ref(&below), &[free], std::slice::from_ref(&below)],
            Some(json!({"tags": {"project": {"tag_key": "PROJECT", "tag_value": ["a", "c"]}}})),
        );
    }

    #[test]
    fn a_closed_section_takes_no_new_ones() {
        let root = json!({"services": {"@@operators_allowed_for_child_policies": ["@@none"],
            "default": {"opt_out_policy": {"@@assign": "optOut"}}}});
        let below = json!({"services": {"lex": {"opt_out_policy": {"@@assign": "optIn"}},
            "default": {"opt_out_policy": {"@@assign": "optIn"}}}});
        check(&[&[root], &[below]], Some(json!({"services": {"default": {"opt_out_policy": "optIn"}}})));
    }

    #[test]
    fn a_level_does_not_bind_its_own_policies() {
        let one = json!({"services": {"default": {"opt_out_policy": {
            "@@operators_allowed_for_child_policies": ["@@none"], "@@assign": "optOut"}}}});
        let two = json!({"services": {"default": {"opt_out_policy": {"@@assign": "optIn"}}}});
        check(&[&[one, two]], Some(json!({"services": {"default": {"opt_out_policy": "optIn"}}})));
    }
}
