//! Policy variables: which keys they name, and the patterns that hold them.

use std::collections::BTreeSet;

use crate::condition::Condition;
use crate::context::Context;
use crate::document::Statement;
use crate::pattern::{Letter, Pattern};

/// What is taken for granted of patterns with variables while they are taken for free: which of them match.
pub(super) type Free<'a> = Vec<(&'a str, bool)>;

/// The most patterns with variables that are taken for free at once.
pub(super) const MOST_FREE: usize = 6;

pub(super) fn has_variables(pattern: &Pattern) -> bool {
    pattern.variables().next().is_some()
}

/// The keys that a statement's variables name, in lower case.
pub(super) fn keys(statement: &Statement) -> BTreeSet<String> {
    let resources = statement.resources.iter().flat_map(|targets| &targets.patterns);
    let values = statement.conditions.iter().flat_map(|condition| condition.values());
    resources.chain(values).flat_map(|pattern| pattern.variables().map(str::to_owned)).collect()
}

/// Whether a condition depends on another key than its own.
pub(super) fn is_free(condition: &Condition) -> bool {
    condition.values().any(has_variables)
}

/// Two conditions that say the same of every request.
pub(super) fn same(a: &Condition, b: &Condition) -> bool {
    a.operator() == b.operator()
        && a.key().eq_ignore_ascii_case(b.key())
        && a.values().map(Pattern::as_str).eq(b.values().map(Pattern::as_str))
}

/// Whether `wide` matches all that `narrow` does, whatever their variables stand for. What is not found so may be so all the
/// same.
pub(super) fn implies(narrow: &Pattern, wide: &Pattern) -> bool {
    // A default stands where the other pattern matches nothing.
    if narrow.as_str().contains(',') {
        return false;
    }
    let mut context = Context::new();
    let keys: BTreeSet<&str> = narrow.variables().chain(wide.variables()).collect();
    let marks = ('\u{e000}'..'\u{f000}').map(String::from);
    keys.into_iter().zip(marks).for_each(|(key, mark)| context.set(key, mark));
    let (Some(narrow), Some(letters)) = (narrow.letters(Some(&context)), wide.letters(Some(&context))) else {
        return false;
    };
    // A wildcard becomes a character that only a star of the other pattern matches, and that matches nothing as well.
    let mark = |letter: Letter| if let Letter::Exactly(c) = letter { c } else { '\u{f8ff}' };
    let text: String = narrow.into_iter().map(mark).collect();
    !letters.contains(&Letter::One) && wide.matches(&text, &context)
}

/// All ways in which so many things can be true or false.
pub(super) fn choices(count: usize) -> impl Iterator<Item = Vec<bool>> {
    (0..1_usize << count.min(MOST_FREE)).map(move |bits| (0..count).map(|at| bits >> at & 1 == 1).collect())
}
