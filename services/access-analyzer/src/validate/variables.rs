//! Policy variables: whether they are written as such, and where they may stand.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use super::About;
use super::finding::{Findings, Path, Place, Step};
use super::text::Node;

/// Checks the variables of a text where they may stand.
pub fn check(found: &mut Findings, about: About<'_>, (path, node): (&Path, &Node)) {
    let Some(text) = node.text() else { return };
    let place = || Place::of(path, node);
    let mut rest = text;
    let mut any = false;
    while let Some((before, after)) = rest.split_once("${") {
        let start = text.len() - rest.len() + before.len();
        let Some((inside, behind)) = after.split_once('}') else {
            let details = "The policy variable is missing a closing curly brace. Add } after the variable text.";
            found.error("MISSING_BRACE_IN_VARIABLE", details, place());
            return;
        };
        any = true;
        if let Some((code, details)) = fault(inside) {
            let of = |to: usize| text.get(..to).unwrap_or_default().chars().count();
            let part = Step::Part(of(start), inside.chars().count() + "${}".len());
            found.error(code, details, Place::of(&path.to(part), node));
        }
        rest = behind;
    }
    if any && !about.variables {
        let details = "To include variables in your policy, use the policy version 2012-10-17 or later.";
        found.error("VARIABLE_UNSUPPORTED_IN_VERSION", details, place());
    }
}

/// What is wrong between the braces.
fn fault(inside: &str) -> Option<(&'static str, String)> {
    if matches!(inside, "*" | "?" | "$") {
        return None;
    }
    let (name, default) = match inside.split_once(',') {
        Some((name, default)) => (name, Some(default.trim())),
        None => (inside, None),
    };
    if name.trim().is_empty() {
        let details =
            "Empty policy variable. Remove the variable structure or provide a variable within the structure.";
        return Some(("EMPTY_VARIABLE", details.to_owned()));
    }
    if name.contains(' ') {
        let details = "A space is not supported within the policy variable text. Remove the space.";
        return Some(("UNSUPPORTED_SPACE_IN_VARIABLE", details.to_owned()));
    }
    if let Some(symbol) = name.chars().find(|c| !(c.is_alphanumeric() || "_.:/=+-@".contains(*c))) {
        let details =
            format!("The symbol {symbol} is not supported within the policy variable text. Remove the symbol.");
        return Some(("UNSUPPORTED_SYMBOL_IN_VARIABLE", details));
    }
    let quoted = |text: &str| text.len() > 1 && text.starts_with('\'') && text.ends_with('\'');
    if default.is_some_and(|default| !quoted(default)) {
        let details =
            "The policy variable default value must begin and end with a single quote. Add the missing quote.";
        return Some(("MISSING_QUOTE_IN_VARIABLE", details.to_owned()));
    }
    None
}

/// Refuses variables where none may stand.
pub fn refuse(found: &mut Findings, path: &Path, node: &Node) {
    if node.text().is_some_and(|text| text.contains("${")) {
        let details = "Policy variables are supported in the Resource and Condition elements. Remove the policy \
                       variable from this element.";
        found.error("VARIABLE_UNSUPPORTED_IN_ELEMENT", details, Place::of(path, node));
    }
}
