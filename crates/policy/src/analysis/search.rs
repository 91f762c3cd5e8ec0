//! The search for a request: part by part, with the statements that may still apply.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::principals;
use super::texts::Steps;
use super::variables;
use super::witness::Draft;
use super::{Differences, Doubt, Options, TooMuchWork, Who, Witness};
use crate::condition::Condition;
use crate::document::{Document, Effect, Statement};
use crate::principal::Principal;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// A request that the first policy allows and the second does not.
    FirstAlone,
    /// A request that both allow.
    Both,
}

/// The statements that may still apply, by their places among all.
pub(super) type Alive = Vec<u32>;

/// The most context keys that policies may ask for between them.
const MOST_KEYS: usize = 256;

/// A part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Action,
    Principal,
    Resource,
    Key(usize),
}

pub(super) struct Entry<'a> {
    side: usize,
    pub(super) statement: &'a Statement,
    /// Its conditions by key, but for those on the principal's own.
    conditions: Vec<(usize, &'a Condition)>,
    /// The last part that it depends on: behind it, it applies if it is alive.
    last: usize,
}

impl<'a> Entry<'a> {
    /// Its conditions on a key.
    pub(super) fn asking(&self, key: usize) -> impl Iterator<Item = &'a Condition> {
        self.conditions.iter().filter(move |(at, _)| *at == key).map(|(_, condition)| *condition)
    }
}

pub(super) struct Search<'a> {
    policies: [&'a [&'a Document]; 2],
    goal: Goal,
    only: Option<(usize, usize)>,
    pub(super) options: &'a Options<'a>,
    pub(super) most: usize,
    /// Whether patterns with variables are taken for free.
    pub(super) free: bool,
    entries: Vec<Entry<'a>>,
    parts: Vec<Part>,
    /// The keys of the context, in lower case and as they are written.
    pub(super) keys: Vec<(String, String)>,
    /// The keys that variables name, in lower case.
    pub(super) variables: BTreeSet<String>,
    pub(super) steps: Steps,
    pub(super) doubts: BTreeSet<Doubt>,
    barren: FxHashSet<(usize, Alive, Vec<String>)>,
    pub(super) found: Vec<Witness>,
    /// Whether something was found while patterns were taken for free.
    pub(super) possible: bool,
}

impl<'a> Search<'a> {
    /// Looks for at most `most` requests, no two of one kind of action; with `only`, for those that this statement of the first
    /// policy allows, whatever its others say.
    pub(super) fn run(
        policies: &[&'a [&'a Document]; 2],
        goal: Goal,
        only: Option<(usize, usize)>,
        options: &'a Options<'a>,
        most: usize,
    ) -> Differences {
        let mut search = Search::new(*policies, goal, only, options, most);
        if search.keys.len() > MOST_KEYS {
            return Differences { found: Vec::new(), undecided: vec![Doubt::TooMuchWork] };
        }
        if !search.variables.is_empty() {
            search.free = true;
            search.look();
            if !search.possible {
                return search.end();
            }
            (search.free, search.steps) = (false, Steps(options.steps));
            search.barren.clear();
            search.doubts.clear();
            search.order();
        }
        search.look();
        if search.found.is_empty() {
            search.doubts.extend(search.variables.iter().cloned().map(Doubt::Variable));
        }
        search.end()
    }

    fn new(
        policies: [&'a [&'a Document]; 2],
        goal: Goal,
        only: Option<(usize, usize)>,
        options: &'a Options<'a>,
        most: usize,
    ) -> Self {
        let mut search = Search {
            policies,
            goal,
            only,
            options,
            most,
            free: false,
            entries: Vec::new(),
            parts: Vec::new(),
            keys: Vec::new(),
            variables: BTreeSet::new(),
            steps: Steps(options.steps),
            doubts: BTreeSet::new(),
            barren: FxHashSet::default(),
            found: Vec::new(),
            possible: false,
        };
        for (side, documents) in policies.iter().enumerate() {
            for (document, statement) in
                documents.iter().enumerate().flat_map(|(at, d)| d.statements().iter().map(move |s| (at, s)))
            {
                let left_out = only.is_some_and(|only| only != (document, statement.index));
                if side == 0 && statement.effect == Effect::Allow && left_out {
                    continue;
                }
                search.add(side, statement);
            }
        }
        search.order();
        search
    }

    fn add(&mut self, side: usize, statement: &'a Statement) {
        self.variables.extend(variables::keys(statement));
        let mut conditions = Vec::new();
        for condition in statement.conditions.iter().filter(|condition| !principals::is_bound(condition)) {
            let folded = condition.key().to_ascii_lowercase();
            let at = self.keys.iter().position(|(key, _)| *key == folded).unwrap_or(self.keys.len());
            if at == self.keys.len() {
                self.keys.push((folded, condition.key().to_owned()));
            }
            conditions.push((at, condition));
        }
        self.entries.push(Entry { side, statement, conditions, last: 0 });
    }

    /// Puts the parts into order. Keys that fill variables come before what they fill.
    fn order(&mut self) {
        let filling: Vec<String> = match self.free {
            true => Vec::new(),
            false => self.variables.iter().filter(|key| !principals::binds(key)).cloned().collect(),
        };
        for key in &filling {
            if !self.keys.iter().any(|(known, _)| known == key) {
                self.keys.push((key.clone(), key.clone()));
            }
        }
        let early = |at: &usize| self.keys.get(*at).is_some_and(|(key, _)| filling.contains(key));
        let (first, later): (Vec<usize>, Vec<usize>) = (0..self.keys.len()).partition(early);
        let keys = |of: Vec<usize>| of.into_iter().map(Part::Key);
        self.parts = [Part::Action, Part::Principal].into_iter().chain(keys(first)).chain([Part::Resource]).collect();
        self.parts.extend(keys(later));
        let place = |part: Part| self.parts.iter().position(|own| *own == part).unwrap_or_default();
        let resource = place(Part::Resource);
        let places: Vec<usize> = (0..self.keys.len()).map(|at| place(Part::Key(at))).collect();
        for entry in &mut self.entries {
            let of_keys = entry.conditions.iter().filter_map(|(at, _)| places.get(*at).copied()).max().unwrap_or(1);
            entry.last = of_keys.max(if entry.statement.resources.is_some() { resource } else { 1 });
        }
    }

    fn look(&mut self) {
        let alive: Alive = (0..self.entries.len() as u32).collect();
        let context = self.options.context.iter().filter(|(key, _)| !principals::binds(&key.to_ascii_lowercase()));
        let context = context.filter_map(|(key, held)| Some(((*key).to_owned(), held.clone()?))).collect();
        let who = Who::from(Principal::anonymous());
        let mut draft = Draft { who, action: String::new(), resource: String::new(), context };
        let unbound = |entry: &Entry<'_>| {
            let mut bound = entry.statement.conditions.iter().filter(|condition| principals::is_bound(condition));
            bound.any(variables::is_free)
        };
        // What binds the principal is not taken for free: it is left to the second look.
        self.possible = self.free && self.entries.iter().any(unbound);
        if !self.possible && self.descend(0, alive, &mut draft).is_err() {
            self.doubts.insert(Doubt::TooMuchWork);
            self.possible = true;
        }
    }

    fn end(self) -> Differences {
        Differences { found: self.found, undecided: self.doubts.into_iter().collect() }
    }

    pub(super) fn entry(&self, at: u32) -> Option<&Entry<'a>> {
        self.entries.get(at as usize)
    }

    fn has(&self, alive: &Alive, of: (usize, Effect), sure_at: Option<usize>) -> bool {
        alive.iter().filter_map(|at| self.entry(*at)).any(|entry| {
            let sure = sure_at.is_none_or(|at| entry.last < at);
            (entry.side, entry.statement.effect) == of && sure
        })
    }

    /// Whether what is looked for may still be found with these statements, before the part at `at`.
    pub(super) fn could(&self, alive: &Alive, at: usize) -> bool {
        let may_allow =
            |side| self.has(alive, (side, Effect::Allow), None) && !self.has(alive, (side, Effect::Deny), Some(at));
        let must_allow =
            |side| self.has(alive, (side, Effect::Allow), Some(at)) && !self.has(alive, (side, Effect::Deny), None);
        may_allow(0)
            && match self.goal {
                Goal::FirstAlone => !must_allow(1),
                Goal::Both => may_allow(1),
            }
    }

    /// Goes through the parts from `at` on, and tells whether it found something.
    pub(super) fn descend(&mut self, mut at: usize, alive: Alive, draft: &mut Draft) -> Result<bool, TooMuchWork> {
        self.steps.take(1 + alive.len())?;
        if !self.could(&alive, at) {
            return Ok(false);
        }
        while let Some(Part::Key(key)) = self.parts.get(at)
            && !self.matters(*key, &alive)
        {
            at += 1;
        }
        let Some(part) = self.parts.get(at).copied() else { return Ok(self.arrive(draft)) };
        let known = (at, alive, self.what_else(part, draft));
        if self.barren.contains(&known) {
            return Ok(false);
        }
        let done = match part {
            Part::Action => self.actions(&known.1, draft)?,
            Part::Principal => self.principals(&known.1, draft)?,
            Part::Resource => self.resources(at, &known.1, draft)?,
            Part::Key(key) => self.values((at, key), &known.1, draft)?,
        };
        if !done {
            self.barren.insert(known);
        }
        Ok(done)
    }

    /// What the parts behind depend on besides the statements.
    fn what_else(&self, part: Part, draft: &Draft) -> Vec<String> {
        if matches!(part, Part::Action | Part::Principal) {
            return if part == Part::Action { Vec::new() } else { self.forms(&draft.action) };
        }
        let mut all = vec![format!("{:?}", draft.who.kind)];
        let place = |part: Part| self.parts.iter().position(|own| *own == part);
        if place(part) <= place(Part::Resource) {
            all.extend(self.forms(&draft.action));
        }
        if !self.free && !self.variables.is_empty() {
            all.push(draft.with_context(|context| {
                let values: Vec<_> = self.variables.iter().map(|key| context.get(key)).collect();
                format!("{values:?}")
            }));
        }
        all
    }

    fn matters(&self, key: usize, alive: &Alive) -> bool {
        let asked =
            alive.iter().filter_map(|at| self.entry(*at)).any(|e| e.conditions.iter().any(|(at, _)| *at == key));
        let fills = !self.free && self.keys.get(key).is_some_and(|(folded, _)| self.variables.contains(folded));
        asked || fills
    }

    fn arrive(&mut self, draft: &Draft) -> bool {
        if self.free {
            self.possible = true;
            return true;
        }
        let [first, second] = self.policies;
        let stand = self.options.stand;
        let holds = draft.is_allowed(first, stand) && (draft.is_allowed(second, stand) == (self.goal == Goal::Both));
        let witness = if holds { draft.witness(&self.policies, stand) } else { None };
        match witness {
            Some(mut witness) => {
                witness.allowed_by = self.only.unwrap_or(witness.allowed_by);
                self.found.push(witness);
                true
            }
            None => {
                if self.variables.is_empty() {
                    self.doubts.insert(Doubt::Principal("aws:PrincipalArn".to_owned()));
                }
                false
            }
        }
    }
}
