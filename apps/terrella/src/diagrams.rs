//! `terrella diagram`: an architecture diagram, held against what really flowed.

use crate::client::{Failure, escaped};
use crate::flags;
use crate::verbs::print;
use diagram::{Bindings, Diagram, Evidence, Flow, Judgement, Mark, Stroke, judge, svg};
use proof::flow_of;
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// Reads the diagram and its bindings, asks the cloud what flowed, and tells.
pub fn run(flags: &flags::Diagram) -> Result<(), Failure> {
    let drawn = Diagram::parse(&read(&flags.file)?).map_err(|e| Failure(format!("{}: {e}", flags.file.display())))?;
    let bindings = bindings(flags)?;
    let since = flags.since.as_ref().map_or(String::new(), |since| format!("?since={}", escaped(since)));
    let answer = flags.operator.client()?.get(&format!("/_terrella/flows{since}"))?;
    let flows: Vec<Flow> = answer["flows"].as_array().into_iter().flatten().map(flow_of).collect();
    let judgement = judge(&drawn, &bindings, &flows);
    let marks = marks(&judgement);
    if let Some(path) = &flags.svg {
        let picture = svg(&drawn, &marks)
            .ok_or_else(|| Failure("a diagram of more than 1,000 parts is not drawn; leave --svg out".to_owned()))?;
        fs::write(path, picture).map_err(|e| Failure(format!("{}: {e}", path.display())))?;
    }
    print(flags.operator.json, &told(&drawn, &judgement, &answer), |_| text(&drawn, &judgement));
    Ok(())
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|e| Failure(format!("{}: {e}", path.display())))
}

fn bindings(flags: &flags::Diagram) -> Result<Bindings, Failure> {
    let beside: PathBuf = flags.file.with_file_name("bindings.toml");
    let path = flags.bindings.as_ref().unwrap_or(&beside);
    if flags.bindings.is_none() && !beside.exists() {
        return Err(Failure(format!(
            "nothing says what the boxes stand for: write {} with patterns of ARNs, such as\n  [nodes]\n  Orders = \
             [\"arn:aws:sqs:*:*:orders\"]\nor name another file with --bindings",
            beside.display()
        )));
    }
    Bindings::parse(&read(path)?).map_err(|e| Failure(format!("{}: {e}", path.display())))
}

pub fn marks(judgement: &Judgement) -> Vec<Mark> {
    let pairs = judgement.arrows.iter().zip(&judgement.failures);
    pairs
        .map(|(live, failed)| match (live, failed) {
            (Some(_), _) => Mark::Live,
            (None, 0) => Mark::Dark,
            (None, _) => Mark::Failed,
        })
        .collect()
}

fn word(mark: Mark) -> &'static str {
    match mark {
        Mark::Live => "live",
        Mark::Dark => "dark",
        Mark::Failed => "failed",
    }
}

fn shown(evidence: &Evidence) -> Value {
    json!({
        "count": evidence.count,
        "failed": evidence.failed,
        "operations": evidence.operations,
        "requestId": evidence.request,
    })
}

fn told(drawn: &Diagram, judgement: &Judgement, answer: &Value) -> Value {
    let arrows = drawn.arrows.iter().zip(marks(judgement)).zip(&judgement.arrows).filter(|((a, _), _)| {
        // It only places its ends.
        a.stroke != Stroke::Invisible
    });
    let arrows = arrows.map(|((arrow, mark), evidence)| {
        json!({
            "from": arrow.from,
            "to": arrow.to,
            "label": arrow.label,
            "state": word(mark),
            "evidence": evidence.as_ref().map(shown),
        })
    });
    let undrawn = judgement.undrawn.iter();
    let undrawn = undrawn.map(|u| json!({"from": u.from, "to": u.to, "evidence": shown(&u.evidence), "why": u.why}));
    json!({
        "arrows": arrows.collect::<Vec<_>>(),
        "undrawn": undrawn.collect::<Vec<_>>(),
        "unknownBoxes": judgement.unknown,
        "unboundBoxes": judgement.unbound,
        "flowsLeftOut": answer["leftOut"],
    })
}

fn text(drawn: &Diagram, judgement: &Judgement) -> String {
    let marks = marks(judgement);
    let seen = |mark: Mark| marks.iter().filter(|m| **m == mark).count();
    let mut out = String::new();
    // Writing to a String cannot fail.
    for ((arrow, mark), evidence) in drawn.arrows.iter().zip(&marks).zip(&judgement.arrows) {
        if arrow.stroke == Stroke::Invisible {
            continue;
        }
        let _ = write!(out, "{:<7} {} -> {}", word(*mark), arrow.from, arrow.to);
        let _ = match evidence {
            Some(evidence) => writeln!(out, "   {}x {}", evidence.count, list(evidence)),
            None => writeln!(out),
        };
    }
    for undrawn in &judgement.undrawn {
        let evidence = &undrawn.evidence;
        let word = if undrawn.why.is_some() { "beyond" } else { "undrawn" };
        let _ = write!(out, "{word:<7} {} -> {}   {}x {}", undrawn.from, undrawn.to, evidence.count, list(evidence));
        let _ = match &undrawn.why {
            Some(why) => writeln!(out, ": {why}"),
            None => writeln!(out),
        };
    }
    for name in &judgement.unknown {
        let _ = writeln!(out, "warning: bindings name {name}, and no box is called so");
    }
    let _ = write!(
        out,
        "{} live, {} failed, {} dark of {} arrows; {} undrawn, {} beyond the drawing; {} of {} boxes are bound to nothing",
        seen(Mark::Live),
        seen(Mark::Failed),
        seen(Mark::Dark),
        drawn.arrows.len(),
        judgement.undrawn.iter().filter(|flow| flow.why.is_none()).count(),
        judgement.undrawn.iter().filter(|flow| flow.why.is_some()).count(),
        judgement.unbound.len(),
        drawn.nodes.len()
    );
    out
}

fn list(evidence: &Evidence) -> String {
    evidence.operations.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
