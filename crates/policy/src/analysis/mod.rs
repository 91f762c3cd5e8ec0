//! What policies allow, without a request to try them on: whether one allows something that another does not, with an
//! example that [`crate::evaluate`] has checked.
//!
//! The requests that policies can tell apart are of finitely many kinds. They are gone through part by part: the action, the
//! principal, the resource, then each context key that a statement asks for. Of each part one example of each kind is
//! tried ([`texts`] finds them for text, [`values`] for numbers, dates and addresses), and after each the statements that cannot
//! apply any more drop out; two examples that leave the same statements are the same. What cannot be gone through is said
//! ([`Doubt`]), so that no answer is ever a guess.
//!
//! Policy variables make two parts depend on each other. Each pattern that has some is first taken for free to match or not
//! wherever it could: if nothing is found so, there is nothing. What is found is then looked for with values filled in.
//!
//! What is taken for granted of requests: an action is `service:Name`; a resource is an ARN or `*`; a key that policies compare as
//! a number (a date, an address, a boolean, an ARN) holds one; a key has several values only where a policy asks with
//! `ForAllValues` or `ForAnyValue`, and then none of them is empty; keys of the principal are those of the principal.

mod parts;
mod principals;
mod search;
mod texts;
mod values;
mod variables;
mod witness;

use std::fmt;

use crate::document::Document;
use crate::principal::{Principal, PrincipalKind};
use search::{Goal, Search};

/// To whom policies belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Identities: also boundaries, session policies, SCPs.
    Identity,
    /// A resource: also trust policies of roles.
    Resource,
}

/// The ARNs that an action may be on, as patterns; `*` alone if it has no resource.
pub type Forms<'a> = dyn Fn(&str) -> Vec<String> + 'a;

/// The requests that are looked at, and how long.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// To whom the policies belong.
    pub stand: Stand,
    /// Known actions, such as `s3:GetObject`: taken as examples before made-up names.
    pub actions: &'a [&'a str],
    /// Whether there are no other actions than those.
    pub closed: bool,
    /// The ARNs that an action may be on. Without it, and where it gives none, any.
    pub resources: Option<&'a Forms<'a>>,
    /// Who may ask; `None` for anybody.
    pub principals: Option<&'a [Who]>,
    /// Context keys that are fixed: their values, or `None` where requests have no such key.
    pub context: &'a [(&'a str, Option<Vec<String>>)],
    /// A bound on work. A step is a character at a place of a pattern, or a condition held against a value.
    pub steps: usize,
}

impl Options<'_> {
    /// Any action on any resource by anybody in any context, for at most two million steps.
    pub fn new(stand: Stand) -> Self {
        Self { stand, actions: &[], closed: false, resources: None, principals: None, context: &[], steps: 2_000_000 }
    }
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("stand", &self.stand).field("closed", &self.closed).finish_non_exhaustive()
    }
}

/// Whether there is such a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// There is none.
    Nothing,
    /// There is this one.
    Something(Box<Witness>),
    /// None was found, and these things could not be gone through.
    Undecided(Vec<Doubt>),
}

/// What one policy allows and another does not, by example.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Differences {
    /// A request for each.
    pub found: Vec<Witness>,
    /// What could not be gone through: there may be more.
    pub undecided: Vec<Doubt>,
}

/// Why something could not be decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// It takes more steps than were allowed.
    TooMuchWork,
    /// It depends on what a policy variable stands for; the context key.
    Variable(String),
    /// A context key is compared as values of several types.
    MixedTypes(String),
    /// It depends on a principal's key in a way that is not known; the context key.
    Principal(String),
    /// It depends on values of a key that are not told apart exactly; the context key.
    Value(String),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::TooMuchWork => write!(f, "the policies tell too many requests apart"),
            Doubt::Variable(key) => write!(f, "it depends on the value of the policy variable {key}"),
            Doubt::MixedTypes(key) => write!(f, "the key {key} is compared as values of several types"),
            Doubt::Principal(key) => write!(f, "it depends on the principal's key {key}"),
            Doubt::Value(key) => write!(f, "the values of the key {key} are not told apart exactly"),
        }
    }
}

/// More steps than were allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMuchWork;

/// A principal, with what it is called by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// See [`Principal::kind`].
    pub kind: PrincipalKind,
    /// See [`Principal::arn`].
    pub arn: String,
    /// See [`Principal::account`].
    pub account: String,
    /// See [`Principal::issuer`].
    pub issuer: String,
    /// See [`Principal::id`].
    pub id: String,
    /// See [`Principal::canonical`].
    pub canonical: String,
}

impl Who {
    /// As requests bear it.
    pub fn as_principal(&self) -> Principal<'_> {
        Principal {
            kind: self.kind,
            arn: &self.arn,
            account: &self.account,
            issuer: &self.issuer,
            id: &self.id,
            canonical: &self.canonical,
            region: "",
        }
    }
}

impl From<Principal<'_>> for Who {
    fn from(who: Principal<'_>) -> Self {
        Self {
            kind: who.kind,
            arn: who.arn.into(),
            account: who.account.into(),
            issuer: who.issuer.into(),
            id: who.id.into(),
            canonical: who.canonical.into(),
        }
    }
}

/// A request, checked by [`crate::evaluate`].
#[derive(Debug, Clone, PartialEq)]
pub struct Witness {
    /// Who asks.
    pub principal: Who,
    /// For what.
    pub action: String,
    /// An ARN, or `*`.
    pub resource: String,
    /// The keys that matter besides those that follow from the principal.
    pub context: Vec<(String, Vec<String>)>,
    /// The statement of the first policy that allows it: the document, and its written place in it.
    pub allowed_by: (usize, usize),
    /// The statement of the second policy that denies it, if one does.
    pub denied_by: Option<(usize, usize)>,
}

/// Finds a request that `new` allows and `old` does not.
pub fn difference(new: &[&Document], old: &[&Document], options: &Options<'_>) -> Answer {
    answer(Search::run(&[new, old], Goal::FirstAlone, None, options, 1))
}

/// Finds what `new` allows and `old` does not: for each statement of `new` that allows, an example of each kind of action that the
/// policies tell apart, at most `most` in all.
pub fn differences(new: &[&Document], old: &[&Document], options: &Options<'_>, most: usize) -> Differences {
    by_statement(&[new, old], Goal::FirstAlone, options, most)
}

/// Finds what both allow: for each statement of `one` that allows, an example of each kind of action that the policies tell
/// apart, at most `most` in all.
pub fn overlaps(one: &[&Document], other: &[&Document], options: &Options<'_>, most: usize) -> Differences {
    by_statement(&[one, other], Goal::Both, options, most)
}

fn by_statement(policies: &[&[&Document]; 2], goal: Goal, options: &Options<'_>, most: usize) -> Differences {
    let mut all = Differences::default();
    let [first, _] = policies;
    for (at, document) in first.iter().enumerate() {
        let mut written: Vec<usize> = document.allows().iter().map(|statement| statement.index).collect();
        written.sort_unstable();
        for statement in written {
            let room = most.saturating_sub(all.found.len());
            if room == 0 {
                return all;
            }
            let one = Search::run(policies, goal, Some((at, statement)), options, room);
            all.found.extend(one.found);
            all.undecided.extend(one.undecided);
        }
    }
    all.undecided.sort();
    all.undecided.dedup();
    all
}

/// Finds a request that both allow.
pub fn overlap(one: &[&Document], other: &[&Document], options: &Options<'_>) -> Answer {
    answer(Search::run(&[one, other], Goal::Both, None, options, 1))
}

fn answer(mut differences: Differences) -> Answer {
    match (differences.found.pop(), differences.undecided) {
        (Some(witness), _) => Answer::Something(Box::new(witness)),
        (None, doubts) if doubts.is_empty() => Answer::Nothing,
        (None, doubts) => Answer::Undecided(doubts),
    }
}
