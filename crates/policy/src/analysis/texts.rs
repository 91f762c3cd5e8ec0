//! All texts, as far as patterns can tell them apart: one example of each kind.
//!
//! The patterns are run side by side as one automaton, breadth first, so that the examples are the shortest. A state is what
//! of each pattern may still come; only the characters that some pattern asks for next need to be told apart, and any
//! other character stands for all the rest.

use rustc_hash::FxHashSet;

use super::TooMuchWork;
use crate::pattern::Letter;

/// A bound on work.
#[derive(Debug)]
pub(super) struct Steps(pub usize);

impl Steps {
    pub(super) fn take(&mut self, steps: usize) -> Result<(), TooMuchWork> {
        self.0 = self.0.checked_sub(steps).ok_or(TooMuchWork)?;
        Ok(())
    }
}

/// A pattern and a place in it, for each that may still match.
type State = Vec<(u32, u32)>;

impl Letter {
    fn repeats(self) -> bool {
        matches!(self, Letter::Many | Letter::ManyWithin)
    }

    fn takes(self, c: char) -> bool {
        match self {
            Letter::Many | Letter::One => true,
            Letter::ManyWithin | Letter::OneWithin => c != ':',
            Letter::Digit => c.is_ascii_digit(),
            Letter::Exactly(own) => own == c,
            Letter::AnyCase(own) => own.eq_ignore_ascii_case(&c),
        }
    }
}

/// The letters of a plain pattern in the given case: `*` and `?` are wildcards.
pub(super) fn wild(text: &str, exactly: fn(char) -> Letter) -> Vec<Letter> {
    let letter = |c| match c {
        '*' => Letter::Many,
        '?' => Letter::One,
        c => exactly(c),
    };
    text.chars().map(letter).collect()
}

/// The letters of a form in which `#` is a digit, `*` and `?` stop at colons, and `~` is any text.
pub(super) fn form(text: &str) -> Vec<Letter> {
    let letter = |c| match c {
        '*' => Letter::ManyWithin,
        '?' => Letter::OneWithin,
        '#' => Letter::Digit,
        '~' => Letter::Many,
        c => Letter::Exactly(c),
    };
    text.chars().map(letter).collect()
}

/// An example of a pattern, with words for its stars.
pub(super) fn example(letters: &[Letter]) -> String {
    let mut text = String::new();
    for letter in letters {
        match letter {
            Letter::Many | Letter::ManyWithin => text.push_str("example"),
            Letter::One | Letter::OneWithin => text.push('x'),
            Letter::Digit => text.push('1'),
            Letter::Exactly(c) | Letter::AnyCase(c) => text.push(*c),
        }
    }
    text
}

/// Calls `visit` with an example of each kind of text that `patterns` tell apart, of those that one of `shapes` matches, the
/// shortest first, until it answers false. Texts may come that are of a kind that came before.
pub(super) fn each_kind(
    patterns: &[Vec<Letter>],
    shapes: &[Vec<Letter>],
    steps: &mut Steps,
    visit: &mut dyn FnMut(&str) -> bool,
) -> Result<(), TooMuchWork> {
    let words: Vec<&[Letter]> = shapes.iter().chain(patterns).map(Vec::as_slice).collect();
    let letter = |(word, place): (u32, u32)| words.get(word as usize)?.get(place as usize).copied();
    let done = |(word, place): (u32, u32)| words.get(word as usize).is_some_and(|word| word.len() == place as usize);
    let shaped = |word: u32| (word as usize) < shapes.len();
    let mut walk = Walk { nodes: Vec::new(), seen: FxHashSet::default() };
    let start = (0..words.len()).map(|word| (word as u32, 0)).collect();
    walk.add(closed(start, &letter), 0, '\0');
    let mut kinds: FxHashSet<Vec<u32>> = FxHashSet::default();
    let mut at = 0;
    while let Some(node) = walk.nodes.get(at) {
        let state = node.state.clone();
        let kind: Vec<u32> = state.iter().filter(|place| done(**place)).map(|(word, _)| *word).collect();
        steps.take(state.len())?;
        if kind.iter().any(|word| shaped(*word)) && kinds.insert(kind) && !visit(&walk.text(at)) {
            return Ok(());
        }
        let next: Vec<Letter> = state.iter().filter_map(|place| letter(*place)).collect();
        for c in told_apart(&next) {
            steps.take(state.len())?;
            let moved: State = state.iter().filter_map(|place| after(*place, letter(*place)?, c)).collect();
            let moved = closed(moved, &letter);
            if moved.iter().any(|(word, _)| shaped(*word)) {
                walk.add(moved, at, c);
            }
        }
        at += 1;
    }
    Ok(())
}

struct Walk {
    nodes: Vec<Node>,
    seen: FxHashSet<State>,
}

struct Node {
    state: State,
    from: usize,
    by: char,
}

impl Walk {
    fn add(&mut self, state: State, from: usize, by: char) {
        if self.seen.insert(state.clone()) {
            self.nodes.push(Node { state, from, by });
        }
    }

    fn text(&self, mut at: usize) -> String {
        let mut text = Vec::new();
        while at != 0 {
            let Some(node) = self.nodes.get(at) else { break };
            text.push(node.by);
            at = node.from;
        }
        text.iter().rev().collect()
    }
}

fn after((word, place): (u32, u32), letter: Letter, c: char) -> Option<(u32, u32)> {
    letter.takes(c).then_some((word, if letter.repeats() { place } else { place + 1 }))
}

/// With the places that need no character, and without those that a later star makes needless.
fn closed(mut state: State, letter: &dyn Fn((u32, u32)) -> Option<Letter>) -> State {
    let mut at = 0;
    while let Some(&(word, place)) = state.get(at) {
        if letter((word, place)).is_some_and(Letter::repeats) {
            state.push((word, place + 1));
        }
        at += 1;
    }
    state.sort_unstable();
    state.dedup();
    let mut kept: State = Vec::with_capacity(state.len());
    let mut covered = None;
    for place in state.into_iter().rev() {
        if covered == Some(place.0) {
            continue;
        }
        if letter(place) == Some(Letter::Many) {
            covered = Some(place.0);
        }
        kept.push(place);
    }
    kept.reverse();
    kept
}

/// The characters that the next letters tell apart, and one for all others of each sort.
fn told_apart(next: &[Letter]) -> Vec<char> {
    let mut all: Vec<char> = Vec::new();
    let (mut wide, mut digits, mut within) = (false, false, false);
    for letter in next {
        match letter {
            Letter::Exactly(c) | Letter::AnyCase(c) => all.push(*c),
            Letter::Many | Letter::One => wide = true,
            Letter::ManyWithin | Letter::OneWithin => within = true,
            Letter::Digit => digits = true,
        }
        // Where another pattern asks for the very character, its other case is of another kind.
        if let Letter::AnyCase(c) = letter
            && next.iter().any(|other| matches!(other, Letter::Exactly(_)))
        {
            all.extend([c.to_ascii_lowercase(), c.to_ascii_uppercase()]);
        }
    }
    if within && wide {
        all.push(':');
    }
    all.sort_unstable();
    all.dedup();
    let known = |c: char| all.iter().any(|own| own.eq_ignore_ascii_case(&c));
    let digit = if digits { ('1'..='9').chain(['0']).find(|c| !known(*c)) } else { None };
    let other = if wide || within {
        let letters = "exampl".chars().chain('a'..='z').chain('\u{e0}'..='\u{2fff}');
        letters.filter(|c| c.is_alphabetic()).find(|c| !known(*c))
    } else {
        None
    };
    all.into_iter().chain(digit).chain(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(patterns: &[&str], shape: &str) -> Vec<String> {
        let patterns: Vec<_> = patterns.iter().map(|text| wild(text, Letter::Exactly)).collect();
        let mut found = Vec::new();
        let visit = &mut |text: &str| {
            found.push(text.to_owned());
            true
        };
        let done = each_kind(&patterns, &[form(shape)], &mut Steps(100_000), visit);
        assert!(done.is_ok(), "{patterns:?}");
        found
    }

    #[test]
    fn one_text_of_each_kind() {
        assert_eq!(kinds(&["a*", "ab"], "~"), ["", "a", "ab"]);
        assert_eq!(kinds(&["a*b", "*c*"], "~").len(), 4);
        assert_eq!(kinds(&["x", "y"], "?").len(), 3);
        assert_eq!(kinds(&["1"], "##"), ["11"]);
        assert_eq!(kinds(&["*:*"], "?*:~").len(), 1);
        assert_eq!(kinds(&["?é"], "?*").len(), 2);
    }

    #[test]
    fn work_is_bounded() {
        let patterns: Vec<_> = (0..40).map(|n| wild(&format!("*{n}*a*{n}*"), Letter::Exactly)).collect();
        let done = each_kind(&patterns, &[form("~")], &mut Steps(50_000), &mut |_| true);
        assert!(done.is_err());
    }
}
