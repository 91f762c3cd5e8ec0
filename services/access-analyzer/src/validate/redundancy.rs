//! What could be left out.

use super::finding::{Findings, Grade, Path, Place};
use super::statements::Statement;
use super::text::Node;
use crate::facts::{covers, covers_exactly};

/// The most values of one element that are compared with each other.
const MOST: usize = 300;

pub fn check(found: &mut Findings, statement: &Statement<'_>) {
    for name in ["Action", "NotAction"] {
        let texts = statement.texts(name);
        let redundant = covered(&texts, |wide, narrow| sure(covers, wide, narrow));
        if let Some((_, _, first)) = redundant.first() {
            let details = format!(
                "The {} action(s) are redundant because they provide similar permissions. Update the policy to remove the \
                 redundant action such as: {first}.",
                redundant.len()
            );
            found.add_all(Grade::Suggestion, "REDUNDANT_ACTION", details, places(&redundant));
        }
    }
    for name in ["Resource", "NotResource"] {
        let texts = statement.texts(name);
        let redundant = covered(&texts, |wide, narrow| sure(covers_exactly, wide, narrow));
        if !redundant.is_empty() {
            let details = format!(
                "The {} resource ARN(s) are redundant because they reference the same resource. Review the use of \
                 wildcards (*)",
                redundant.len()
            );
            found.add_all(Grade::Suggestion, "REDUNDANT_RESOURCE", details, places(&redundant));
        }
    }
}

type Text<'t> = (Path, &'t Node, &'t str);

/// Those that another of them covers; of two that are the same, the second.
fn covered<'t>(texts: &[Text<'t>], covers: impl Fn(&str, &str) -> bool) -> Vec<Text<'t>> {
    let texts = texts.get(..texts.len().min(MOST)).unwrap_or_default();
    let redundant = |at: usize, text: &str| {
        texts
            .iter()
            .enumerate()
            .any(|(other, (_, _, wide))| other != at && covers(wide, text) && (other < at || !covers(text, wide)))
    };
    texts.iter().enumerate().filter(|(at, (_, _, text))| redundant(*at, text)).map(|(_, text)| text.clone()).collect()
}

/// Whether all that `narrow` matches, `wide` does for sure: a variable's value is not known, and a `?` is no star.
fn sure(covers: fn(&str, &str) -> bool, wide: &str, narrow: &str) -> bool {
    wide == narrow || (!wide.contains("${") && !wide.contains('?') && covers(wide, narrow))
}

fn places(texts: &[Text<'_>]) -> Vec<Place> {
    texts.iter().map(|(path, node, _)| Place::of(path, node)).collect()
}

/// Statements that say the same, but for their Sids.
pub fn statements(found: &mut Findings, all: &[Statement<'_>]) {
    let said = |statement: &Statement<'_>| {
        let members = statement.node.members().iter().filter(|(key, _)| key.text() != Some("Sid"));
        let mut members: Vec<String> = members.map(|(key, value)| format!("{key}:{value}")).collect();
        members.sort();
        members.join(",")
    };
    let texts: Vec<String> = all.iter().map(said).collect();
    let mut told: Vec<&str> = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let twins = texts.iter().enumerate().skip(at + 1).filter(|(_, other)| *other == text);
        let places: Vec<Place> = twins.filter_map(|(twin, _)| Some(all.get(twin)?.place())).collect();
        if places.is_empty() || told.contains(&text.as_str()) {
            continue;
        }
        told.push(text);
        let own = all.get(at).map(Statement::place);
        let details = "The statements are redundant because they provide identical permissions. Update the policy to \
                       remove the redundant statement.";
        let places = own.into_iter().chain(places).collect();
        found.add_all(Grade::Suggestion, "REDUNDANT_STATEMENT", details, places);
    }
}
