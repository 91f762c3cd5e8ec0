//! The parts of a request one by one: for each kind that the statements tell apart, what is left of them.

use rustc_hash::FxHashSet;

use super::TooMuchWork;
use super::principals;
use super::search::{Alive, Entry, Search};
use super::texts::{each_kind, example, form, wild};
use super::values::{Held, examples};
use super::variables::{self, Free, MOST_FREE, choices, has_variables};
use super::witness::Draft;
use crate::condition::Condition;
use crate::context::Context;
use crate::document::Statement;
use crate::pattern::{Letter, Pattern, Syntax};

impl<'a> Search<'a> {
    fn alive_where(&self, alive: &Alive, mut applies: impl FnMut(&Entry<'a>) -> bool) -> Alive {
        alive.iter().copied().filter(|at| self.entry(*at).is_some_and(&mut applies)).collect()
    }

    fn patterns<'s>(&'s self, alive: &'s Alive) -> impl Iterator<Item = &'a Pattern> + 's {
        let of = |at: &u32| self.entry(*at).map(|entry| entry.statement);
        alive.iter().filter_map(of).flat_map(|statement| &statement.actions.patterns)
    }

    pub(super) fn actions(&mut self, alive: &Alive, draft: &mut Draft) -> Result<bool, TooMuchWork> {
        let mut candidates: Vec<String> = self.options.actions.iter().map(|action| (*action).to_owned()).collect();
        if !self.options.closed {
            let any_case = |c: char| if c.is_ascii_alphabetic() { Letter::AnyCase(c) } else { Letter::Exactly(c) };
            let mut words: Vec<Vec<Letter>> = self.patterns(alive).map(|p| wild(p.as_str(), any_case)).collect();
            words.sort();
            words.dedup();
            let shaped = |text: &String| text.split_once(':').is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
            candidates.extend(words.iter().map(|word| example(word)).filter(shaped));
            each_kind(&words, &[form("?*:?*")], &mut self.steps, &mut |text| {
                candidates.push(text.to_owned());
                true
            })?;
        }
        let mut seen: FxHashSet<(Alive, Vec<String>)> = FxHashSet::default();
        let mut any = false;
        let nothing = Context::new();
        for action in candidates {
            self.steps.take(1 + alive.len())?;
            let folded = action.to_ascii_lowercase();
            let left = self.alive_where(alive, |entry| entry.statement.actions.cover(folded.as_bytes(), &nothing));
            if !self.could(&left, 1) || !seen.insert((left.clone(), self.forms(&action))) {
                continue;
            }
            draft.action = action;
            any |= self.descend(1, left, draft)?;
            if self.found.len() >= self.most || self.possible {
                return Ok(true);
            }
        }
        Ok(any)
    }

    pub(super) fn principals(&mut self, alive: &Alive, draft: &mut Draft) -> Result<bool, TooMuchWork> {
        let stand = self.options.stand;
        let all = match self.options.principals {
            Some(all) => all.to_vec(),
            None => {
                let statements: Vec<&Statement> =
                    alive.iter().filter_map(|at| Some(self.entry(*at)?.statement)).collect();
                let (all, doubts) = principals::examples(stand, &statements, &Context::new(), &mut self.steps)?;
                self.doubts.extend(doubts);
                all
            }
        };
        let mut seen: FxHashSet<(Alive, String)> = FxHashSet::default();
        for who in all {
            self.steps.take(1 + alive.len())?;
            let with = Draft { who, ..draft.clone() };
            let admits = |entry: &Entry<'a>| {
                with.with_context(|context| principals::admits(stand, entry.statement, &with.who, context))
            };
            let left = self.alive_where(alive, admits);
            if !seen.insert((left.clone(), format!("{:?}", with.who.kind))) {
                continue;
            }
            draft.who = with.who;
            if self.descend(2, left, draft)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The forms of the ARNs that an action may be on; none for any.
    pub(super) fn forms(&self, action: &str) -> Vec<String> {
        self.options.resources.map(|forms| forms(action)).unwrap_or_default()
    }

    pub(super) fn resources(&mut self, at: usize, alive: &Alive, draft: &mut Draft) -> Result<bool, TooMuchWork> {
        let patterns: Vec<&Pattern> = alive
            .iter()
            .filter_map(|at| self.entry(*at)?.statement.resources.as_ref())
            .flat_map(|targets| &targets.patterns)
            .collect();
        let letters = |p: &&Pattern| match self.free {
            true => p.letters(None),
            false => draft.with_context(|context| p.letters(Some(context))),
        };
        let mut words: Vec<Vec<Letter>> = patterns.iter().filter_map(letters).collect();
        words.sort();
        words.dedup();
        let candidates = self.arns(&words, &self.forms(&draft.action))?;
        let mut open: Vec<&Pattern> = patterns.into_iter().filter(|p| self.free && has_variables(p)).collect();
        open.sort_by_key(|pattern| pattern.as_str());
        open.dedup_by_key(|pattern| pattern.as_str());
        if open.len() > MOST_FREE {
            self.possible = true;
            return Ok(true);
        }
        let mut seen: FxHashSet<Alive> = FxHashSet::default();
        for resource in candidates {
            draft.resource = resource;
            let could: Vec<&Pattern> =
                open.iter().copied().filter(|pattern| widest(pattern, &draft.resource)).collect();
            let implied: Vec<(usize, usize)> = pairs(could.len())
                .filter(|(a, b)| could.get(*a).zip(could.get(*b)).is_some_and(|(a, b)| variables::implies(a, b)))
                .collect();
            for choice in choices(could.len()) {
                self.steps.take(1 + alive.len())?;
                let holds = |at: &usize| choice.get(*at) == Some(&true);
                if implied.iter().any(|(narrow, wide)| holds(narrow) && !holds(wide)) {
                    continue;
                }
                let free: Free<'_> = could.iter().map(|pattern| pattern.as_str()).zip(choice).collect();
                let left = self.alive_where(alive, |entry| self.covers(entry.statement, draft, &free));
                if seen.insert(left.clone()) && self.descend(at + 1, left, draft)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn covers(&self, statement: &Statement, draft: &Draft, free: &Free<'_>) -> bool {
        let Some(targets) = &statement.resources else { return true };
        if !self.free {
            return draft.with_context(|context| targets.cover(draft.resource.as_bytes(), context));
        }
        let nothing = Context::new();
        let matches = |pattern: &Pattern| match has_variables(pattern) {
            true => free.iter().any(|(raw, holds)| *raw == pattern.as_str() && *holds),
            false => pattern.matches(&draft.resource, &nothing),
        };
        targets.patterns.iter().any(matches) != targets.negated
    }

    /// Resources of each kind that `words` tell apart, those that read well first.
    fn arns(&mut self, words: &[Vec<Letter>], forms: &[String]) -> Result<Vec<String>, TooMuchWork> {
        let syntax = Syntax { wildcards: true, variables: false, fold: false };
        let nothing = Context::new();
        let compiled: Vec<Pattern> =
            forms.iter().filter(|form| *form != "*").map(|form| Pattern::compile(form, syntax)).collect();
        let without = forms.is_empty() || forms.iter().any(|form| form == "*");
        let shaped = |text: &String| match text.as_str() {
            "*" => without,
            arn if forms.is_empty() => arn.starts_with("arn:") && arn.splitn(6, ':').count() == 6,
            arn => compiled.iter().any(|form| form.matches(arn, &nothing)),
        };
        let mut shapes: Vec<Vec<Letter>> = compiled.iter().map(|form| wild(form.as_str(), Letter::Exactly)).collect();
        if forms.is_empty() {
            shapes.push(form("arn:?*:?*:*:*:?~"));
        }
        if without {
            shapes.push(vec![Letter::Exactly('*')]);
        }
        let plain: Vec<String> = words.iter().chain(&shapes).map(|word| example(word)).collect();
        let mut candidates: Vec<String> = plain.into_iter().filter(shaped).collect();
        each_kind(words, &shapes, &mut self.steps, &mut |text| {
            candidates.push(text.to_owned());
            true
        })?;
        Ok(candidates)
    }

    pub(super) fn values(
        &mut self,
        (at, key): (usize, usize),
        alive: &Alive,
        draft: &mut Draft,
    ) -> Result<bool, TooMuchWork> {
        let Some((folded, name)) = self.keys.get(key).cloned() else { return Ok(false) };
        let all: Vec<&Condition> =
            alive.iter().filter_map(|at| self.entry(*at)).flat_map(|entry| entry.asking(key)).collect();
        let (mut open, known): (Vec<&Condition>, Vec<&Condition>) =
            all.into_iter().partition(|condition| self.free && variables::is_free(condition));
        let mut kept: Vec<&Condition> = Vec::new();
        open.retain(|condition| {
            let new = !kept.iter().any(|own| variables::same(own, condition));
            kept.extend(new.then_some(*condition));
            new
        });
        if open.len() > MOST_FREE {
            self.possible = true;
            return Ok(true);
        }
        let fills = !self.free && self.variables.contains(&folded);
        let held = self.held(&folded, &name, &known, draft)?;
        let before = draft.context.clone();
        let mut seen: FxHashSet<Alive> = FxHashSet::default();
        for held in held {
            draft.context.retain(|(own, _)| !own.eq_ignore_ascii_case(&folded));
            draft.context.extend(held.map(|values| (name.clone(), values)));
            for choice in choices(open.len()) {
                self.steps.take(1 + alive.len())?;
                let holds = |condition: &Condition, context: &Context<'_>| {
                    let free = open.iter().zip(&choice).find(|(own, _)| self.free && variables::same(own, condition));
                    free.map_or_else(|| condition.holds(context), |(_, holds)| *holds)
                };
                let left = draft.with_context(|context| {
                    self.alive_where(alive, |entry| entry.asking(key).all(|condition| holds(condition, context)))
                });
                if (seen.insert(left.clone()) || fills) && self.descend(at + 1, left, draft)? {
                    draft.context = before;
                    return Ok(true);
                }
            }
        }
        draft.context = before;
        Ok(false)
    }

    /// What the key may hold, by example.
    fn held(
        &mut self,
        folded: &str,
        name: &str,
        conditions: &[&Condition],
        draft: &Draft,
    ) -> Result<Vec<Held>, TooMuchWork> {
        let fixed = self.options.context.iter().find(|(key, _)| key.eq_ignore_ascii_case(folded));
        if let Some((_, held)) = fixed {
            return Ok(vec![held.clone()]);
        }
        if !principals::may_have(&draft.who, folded) {
            return Ok(vec![None]);
        }
        let steps = &mut self.steps;
        let found = draft.with_context(|context| examples(name, conditions, context, steps))?;
        self.doubts.extend(found.doubts);
        let mut held = found.held;
        if !self.free && self.variables.contains(folded) {
            held.insert(0, Some(vec!["example".to_owned()]));
        }
        Ok(held)
    }
}

/// All pairs of different places below `count`.
fn pairs(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).flat_map(move |a| (0..count).map(move |b| (a, b))).filter(|(a, b)| a != b)
}

/// Whether a pattern may match, whatever its variables stand for.
fn widest(pattern: &Pattern, text: &str) -> bool {
    let raw: String = pattern.letters(None).into_iter().flatten().map(written).collect();
    let syntax = Syntax { wildcards: true, variables: true, fold: false };
    Pattern::compile(&raw, syntax).matches(text, &Context::new())
}

/// A letter as a pattern has it.
fn written(letter: Letter) -> String {
    match letter {
        Letter::Many | Letter::ManyWithin => "*".to_owned(),
        Letter::One | Letter::OneWithin | Letter::Digit => "?".to_owned(),
        Letter::Exactly(c @ ('*' | '?' | '$')) => format!("${{{c}}}"),
        Letter::Exactly(c) | Letter::AnyCase(c) => c.to_string(),
    }
}
