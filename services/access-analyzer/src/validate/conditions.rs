//! Conditions: operators, keys, and how they fit together.

use super::finding::{Findings, Grade, Path, Place};
use super::statements::Statement;
use super::text::{Kind, Node};
use super::{mismatch, values, variables};
use crate::facts;
use service::policy::{Operator, SetOperator, Test};

/// Keys that are worth little alone, with those that they are written with.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpcsourceip>
const PAIRED: [(&str, &[&str]); 1] = [("aws:VpcSourceIp", &["aws:SourceVpc", "aws:SourceVpce"])];

/// Keys that hold a tag's key, and what comes before it.
const OF_TAGS: [&str; 3] = ["aws:RequestTag", "aws:ResourceTag", "aws:PrincipalTag"];

/// One key under one operator.
pub struct Line<'t> {
    pub operator: Operator,
    /// The operator as it is written.
    pub written: &'t str,
    pub key: &'t str,
    /// The way to the key's object, and the key.
    pub path: Path,
    pub key_node: &'t Node,
    pub node: &'t Node,
}

impl Line<'_> {
    /// Where the values stand.
    pub fn values(&self) -> (Path, &Node) {
        (self.path.value(self.key), self.node)
    }

    pub fn value_place(&self) -> Place {
        let (path, node) = self.values();
        Place::of(&path, node)
    }

    fn key_place(&self) -> Place {
        Place::of(&self.path.key(self.key), self.key_node)
    }
}

pub fn check(found: &mut Findings, statement: &Statement<'_>) {
    let Some((path, node)) = statement.element("Condition") else { return };
    if !matches!(node.kind, Kind::Object(_)) {
        return mismatch(found, &path, node, "object");
    }
    let empty = "This condition block is empty and it does not affect the policy. Specify conditions.";
    if node.is_empty() {
        found.suggest("EMPTY_OBJECT_CONDITION", empty, Place::of(&path, node));
    }
    let mut lines = Vec::new();
    for (operator_node, block) in node.members() {
        let written = operator_node.text().unwrap_or_default();
        let Some(operator) = operator(found, &path, (operator_node, written)) else { continue };
        let path = path.value(written);
        if !matches!(block.kind, Kind::Object(_)) {
            mismatch(found, &path, block, "object");
            continue;
        }
        if block.is_empty() {
            found.suggest("EMPTY_OBJECT_CONDITION", empty, Place::of(&path, block));
        }
        let from = lines.len();
        for (key_node, node) in block.members() {
            let key = key_node.text().unwrap_or_default();
            lines.push(Line { operator, written, key, path: path.clone(), key_node, node });
        }
        duplicates(found, lines.get(from..).unwrap_or_default());
    }
    for line in &lines {
        one(found, statement, line);
    }
    pairs(found, &lines);
}

fn operator(found: &mut Findings, path: &Path, (node, written): (&Node, &str)) -> Option<Operator> {
    let place = Place::of(&path.key(written), node);
    let read = Operator::parse(written);
    if read.is_none() {
        let bare = written.rsplit(':').next().unwrap_or_default();
        if bare.eq_ignore_ascii_case("NullIfExists") {
            let details = "The Null condition operator cannot be used with the IfExists suffix. Update the operator or \
                           the suffix.";
            found.error("NULL_WITH_IF_EXISTS", details, place);
        } else {
            let details = format!("The condition operator {written} is not valid. Use a valid condition operator.");
            found.error("INVALID_CONDITION_OPERATOR", details, place);
        }
        return None;
    }
    if read.is_some_and(|operator| operator.test == Test::Null && operator.set.is_some()) {
        let details = "Avoid using the Null condition operator with the ForAllValues or ForAnyValue qualifiers because \
                       they always return a true or false respectively.";
        found.suggest("NULL_WITH_QUALIFIER", details, place);
    }
    read
}

fn duplicates(found: &mut Findings, lines: &[Line<'_>]) {
    for (at, line) in lines.iter().enumerate() {
        if lines.iter().take(at).any(|before| before.key.eq_ignore_ascii_case(line.key)) {
            let details = format!(
                "The condition key {} appears more than once with different capitalization in the same condition block. \
                 Remove the duplicate condition keys.",
                line.key
            );
            found.error("DUPLICATE_KEYS_WITH_DIFFERENT_CASE", details, line.key_place());
        }
    }
}

fn one(found: &mut Findings, statement: &Statement<'_>, line: &Line<'_>) {
    let kind = key(found, line);
    let (path, node) = line.values();
    if node.is_list() && node.is_empty() {
        empty(found, line);
        return;
    }
    let mut scalars = Vec::new();
    for (path, node) in path.each(node) {
        match node.scalar() {
            None => mismatch(found, &path, node, "string"),
            Some(value) => {
                variables::check(found, statement.about, (&path, node));
                scalars.push((path, node, value));
            }
        }
    }
    if let Some(kind) = kind {
        qualifier(found, line, kind);
        if values::type_fits(found, line, kind) {
            values::check(found, line, &scalars);
        }
    } else {
        values::check(found, line, &scalars);
    }
}

/// The type of the key, and what is to be said of its name.
fn key(found: &mut Findings, line: &Line<'_>) -> Option<&'static str> {
    let key = line.key;
    let Some((prefix, rest)) = key.split_once(':') else {
        let details = format!("The condition key format {key} is not valid. Use the format service:keyname.");
        found.error("INVALID_CONDITION_KEY_FORMAT", details, line.key_place());
        return None;
    };
    let tagged = OF_TAGS.iter().find(|own| key.trim_end_matches('/').eq_ignore_ascii_case(own));
    if tagged.is_some() || rest.is_empty() {
        let name = key.trim_end_matches('/');
        let details = format!(
            "The condition key {name} must include a tag key to control access based on tags. Use the format \
             {name}/tag-key and specify a key name for tag-key."
        );
        found.error("MISSING_TAG_KEY_IN_CONDITION", details, line.key_place());
        return None;
    }
    let prefix = prefix.to_ascii_lowercase();
    if prefix == "aws" {
        return global(found, line);
    }
    // Keys with a URL before the colon are those of identity providers.
    let service = facts::service(&prefix)?;
    let kind = facts::key_type(&service.conditions, key).or_else(|| facts::global_key(key));
    // Providers of identities have keys of their own in trust policies.
    if kind.is_none() && !matches!(prefix.as_str(), "sts" | "saml" | "cognito-identity") {
        let details =
            format!("The condition key {key} does not exist in the service {prefix}. Use a valid condition key.");
        found.error("INVALID_SERVICE_CONDITION_KEY", details, line.key_place());
    }
    kind
}

fn global(found: &mut Findings, line: &Line<'_>) -> Option<&'static str> {
    let key = line.key;
    if key.eq_ignore_ascii_case("aws:ARN") {
        let details = "The condition key aws:ARN is not supported. Use aws:PrincipalArn or aws:SourceArn instead.";
        found.error("UNSUPPORTED_GLOBAL_CONDITION_KEY", details, line.key_place());
        return None;
    }
    let kind = facts::global_key(key);
    if kind.is_none() {
        let details = format!("The condition key {key} does not exist. Use a valid condition key.");
        found.error("INVALID_GLOBAL_CONDITION_KEY", details, line.key_place());
    }
    kind
}

/// Set operators belong to keys with several values, and to no others.
fn qualifier(found: &mut Findings, line: &Line<'_>, kind: &str) {
    let many = kind.starts_with("ArrayOf");
    match line.operator.set {
        None if many && line.operator.test != Test::Null => {
            let details = format!(
                "The request context key {} has multiple values. Use the ForAllValues or ForAnyValue condition key \
                 qualifiers in your policy.",
                line.key
            );
            found.error("MISSING_QUALIFIER", details, line.key_place());
        }
        Some(SetOperator::ForAllValues) if !many => {
            let details = format!(
                "Using ForAllValues qualifier with the single-valued condition key {} can be overly permissive. We \
                 recommend that you remove ForAllValues:.",
                line.key
            );
            found.add(Grade::SecurityWarning, "FORALLVALUES_WITH_SINGLE_VALUED_KEY", details, line.value_place());
        }
        _ => {}
    }
}

fn empty(found: &mut Findings, line: &Line<'_>) {
    let null = "To determine if the request context is empty, we recommend that you use the Null condition operator with \
                the value of true instead.";
    let (code, details) = match (line.operator.set, line.operator.if_exists) {
        (Some(SetOperator::ForAllValues), _) => (
            "EMPTY_ARRAY_CONDITION_FORALLVALUES",
            format!(
                "The ForAllValues prefix with an empty condition key matches only if the key is missing from the request \
                 context. {null}"
            ),
        ),
        (Some(SetOperator::ForAnyValue), _) => (
            "EMPTY_ARRAY_CONDITION_FORANYVALUE",
            format!(
                "The ForAnyValue prefix with an empty condition key {} never matches the request context and it does not \
                 affect the policy. Specify conditions.",
                line.key
            ),
        ),
        (None, true) => (
            "EMPTY_ARRAY_CONDITION_IFEXISTS",
            format!(
                "The IfExists suffix with an empty condition key matches only if the key is missing from the request \
                 context. {null}"
            ),
        ),
        (None, false) => (
            "EMPTY_ARRAY_CONDITION",
            format!(
                "There are no values for the condition key {} and it does not affect the policy. Specify conditions.",
                line.key
            ),
        ),
    };
    found.suggest(code, details, line.value_place());
}

fn pairs(found: &mut Findings, lines: &[Line<'_>]) {
    for line in lines {
        let paired = PAIRED.iter().find(|(key, _)| key.eq_ignore_ascii_case(line.key));
        let Some((key, others)) = paired else { continue };
        if !lines.iter().any(|line| others.iter().any(|other| other.eq_ignore_ascii_case(line.key))) {
            let details = format!(
                "Using the condition key {key} can be overly permissive without also using the following condition keys: \
                 {}. Condition keys like this one are more secure when paired with a related key. We recommend that you \
                 add the related condition keys to the same condition block.",
                others.join(", ")
            );
            found.add(Grade::SecurityWarning, "MISSING_PAIRED_CONDITION_KEYS", details, line.value_place());
        }
    }
}
