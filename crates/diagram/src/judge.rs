//! Which arrows something flowed through, and what flowed beside them.

use crate::bindings::Bindings;
use crate::model::{Diagram, Stroke};
use std::collections::{BTreeMap, BTreeSet};

/// That somebody asked something of something, once or often.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Flow {
    /// Whom the ledger names: the caller's ARN, the role behind it, the resource for which a service asked, the service itself.
    pub from: Vec<String>,
    /// The ARN of what was asked.
    pub to: String,
    /// What was asked: `sqs:SendMessage`.
    pub operation: String,
    /// How often it went well.
    pub count: u64,
    /// How often it failed or was denied.
    pub failed: u64,
    /// The last request that went well, or failed where none did.
    pub request: String,
}

/// What shows that an arrow is live.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// How often something went through well.
    pub count: u64,
    /// How often it failed.
    pub failed: u64,
    /// What was asked.
    pub operations: BTreeSet<String>,
    /// A request that went through.
    pub request: String,
}

/// A flow between two boxes that no arrow joins.
#[derive(Debug, Clone, PartialEq)]
pub struct Undrawn {
    /// The box that asks.
    pub from: String,
    /// The box that is asked.
    pub to: String,
    /// What shows it.
    pub evidence: Evidence,
    /// Why it is right all the same, if the bindings say so.
    pub why: Option<String>,
}

/// A diagram held against what flowed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Judgement {
    /// For each arrow of the diagram, in its order, what went through it well; `None` where it is dark.
    pub arrows: Vec<Option<Evidence>>,
    /// For each arrow, what was tried and failed; an arrow may be dark for that reason.
    pub failures: Vec<u64>,
    /// What flowed well between boxes that no arrow joins.
    pub undrawn: Vec<Undrawn>,
    /// Boxes that bindings name and the diagram has not.
    pub unknown: Vec<String>,
    /// Boxes of the diagram that nothing is bound to.
    pub unbound: Vec<String>,
}

/// Holds a diagram against what flowed. An arrow is live if a box at its beginning asked the one at its end and it went well.
pub fn judge(diagram: &Diagram, bindings: &Bindings, flows: &[Flow]) -> Judgement {
    let names: Vec<&str> = bindings.names().collect();
    let mut joined: BTreeMap<(&str, &str), Evidence> = BTreeMap::new();
    for flow in flows {
        for from in names.iter().filter(|name| bindings.is_caller(name, &flow.from)) {
            for to in names.iter().filter(|name| bindings.is_target(name, &flow.to)) {
                if from != to {
                    joined.entry((from, to)).or_default().add(flow);
                }
            }
        }
    }
    let seen = diagram.arrows.iter().map(|arrow| joined.get(&(&*arrow.from, &*arrow.to)));
    let drawn: BTreeSet<(&str, &str)> =
        diagram.arrows.iter().filter(|a| a.stroke != Stroke::Invisible).map(|a| (&*a.from, &*a.to)).collect();
    let holds = |name: &str| diagram.nodes.contains_key(name) || diagram.groups.contains_key(name);
    Judgement {
        arrows: seen.clone().map(|evidence| evidence.filter(|e| e.count > 0).cloned()).collect(),
        failures: seen.map(|evidence| evidence.map_or(0, |e| e.failed)).collect(),
        undrawn: joined
            .iter()
            .filter(|(ends, evidence)| evidence.count > 0 && !drawn.contains(*ends))
            .filter(|((from, to), _)| holds(from) && holds(to))
            .map(|((from, to), evidence)| Undrawn {
                from: (*from).to_owned(),
                to: (*to).to_owned(),
                evidence: evidence.clone(),
                why: bindings.why(from, to).map(str::to_owned),
            })
            .collect(),
        unknown: names.iter().filter(|name| !holds(name)).map(|name| (*name).to_owned()).collect(),
        unbound: diagram.nodes.keys().filter(|id| !names.contains(&id.as_str())).cloned().collect(),
    }
}

impl Evidence {
    fn add(&mut self, flow: &Flow) {
        self.count += flow.count;
        self.failed += flow.failed;
        self.operations.insert(flow.operation.clone());
        if self.request.is_empty() || flow.count > 0 {
            self.request.clone_from(&flow.request);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::Beyond;

    fn flow(from: &str, to: &str, (count, failed): (u64, u64)) -> Flow {
        let operation = format!("{to}:Do");
        Flow { from: vec!["*".into(), from.into()], to: to.into(), operation, count, failed, request: "r".into() }
    }

    #[test]
    fn arrows_are_live_by_what_went_well_and_the_rest_is_told() {
        let diagram = Diagram::parse("graph TD\nA --> B & C\nC --> D\nE").unwrap();
        let bindings =
            Bindings::parse("[nodes]\nA = [\"a\"]\nB = [\"b*\"]\nC = [\"c\"]\nD = [\"d\"]\nX = [\"x\"]\n").unwrap();
        let known = Beyond { from: "B".into(), to: "D".into(), why: "so it is".into() };
        let bindings = Bindings { beyond: vec![known], ..bindings };
        let flows = [
            flow("a", "b1", (2, 1)),
            flow("a", "b2", (1, 0)),
            flow("a", "c", (0, 3)),
            flow("b1", "d", (4, 0)),
            flow("a", "x", (1, 0)),
            flow("nobody", "d", (9, 0)),
        ];
        let judgement = judge(&diagram, &bindings, &flows);
        let counts: Vec<_> = judgement.arrows.iter().map(|e| e.as_ref().map(|e| (e.count, e.failed))).collect();
        assert_eq!(counts, [Some((3, 1)), None, None]);
        assert_eq!(judgement.failures, [1, 3, 0]);
        let undrawn: Vec<_> =
            judgement.undrawn.iter().map(|u| (&*u.from, &*u.to, u.evidence.count, u.why.as_deref())).collect();
        assert_eq!(undrawn, [("B", "D", 4, Some("so it is"))]);
        let unsaid = judge(&diagram, &Bindings { beyond: Vec::new(), ..bindings }, &flows);
        assert_eq!(unsaid.undrawn.first().map(|u| u.why.as_deref()), Some(None));
        assert_eq!((judgement.unknown, judgement.unbound), (vec!["X".to_owned()], vec!["E".to_owned()]));
    }

    #[test]
    fn a_caller_is_known_by_more_names_than_a_target() {
        let diagram = Diagram::parse("graph TD\nA --> B\nB --> A").unwrap();
        let bindings = Bindings::parse("[nodes]\nA = [\"a\"]\nB = [\"b\"]\n[callers]\nA = [\"role-a\"]\n").unwrap();
        let judgement = judge(&diagram, &bindings, &[flow("role-a", "b", (1, 0)), flow("b", "role-a", (1, 0))]);
        assert!(judgement.arrows.first().is_some_and(Option::is_some));
        assert_eq!(judgement.arrows.get(1), Some(&None));
    }
}
