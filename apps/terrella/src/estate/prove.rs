//! `terrella prove`: an estate's acceptance list, row by row.

use crate::client::Failure;
use crate::diagrams::marks;
use crate::estate::session::Session;
use crate::estate::{Estate, read};
use crate::flags;
use crate::verbs::print;
use diagram::{Bindings, Diagram, Flow, judge, svg};
use indicatif::{ProgressBar, ProgressStyle};
use proof::{Document, Drawing, Progress, Report, Row, flow_of, html, junit, rows};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// A diagram, what its boxes stand for, and its arrows by their rows.
struct Drawn {
    diagram: Diagram,
    bindings: Bindings,
    drawing: Drawing,
}

/// Proves what the estate's proof shows, and prints the report; 1 where something failed.
pub fn run(flags: &flags::Prove) -> Result<ExitCode, Failure> {
    let estate = Estate::find(&flags.estate)?;
    let rows = list(&estate)?;
    let path = estate.file("proof.md");
    let document = Document::parse(&read(&path)?).map_err(|e| Failure(format!("{}: {e}", path.display())))?;
    let drawn = drawn(&estate, &rows)?;
    let unknown = flags.only.iter().find(|id| !document.sections.iter().any(|section| section.ids.contains(id)));
    if let Some(id) = unknown {
        return Err(Failure(format!("no section of {} shows {id}", path.display())));
    }
    let mut session = Session::new(&flags.operator, &estate.manifest.region)?;
    let endpoint = flags.operator.endpoint();
    let names = names(&session, &estate)
        .map_err(|Failure(why)| Failure(format!("{why}; is it up? `terrella up {}`", flags.estate.display())))?;
    let proven = proof::Estate {
        name: &estate.manifest.name,
        rows: &rows,
        proof: &document,
        drawing: drawn.as_ref().map(|drawn| &drawn.drawing),
        names: &names,
        only: &flags.only,
        endpoint: &endpoint,
        region: &estate.manifest.region,
    };
    let bar = if flags.operator.json { ProgressBar::hidden() } else { ProgressBar::new(0) };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {wide_msg}") {
        bar.set_style(style);
    }
    let begun = Instant::now();
    let mut watch = |progress: Progress<'_>| show(&bar, &progress);
    let report = proof::prove(&proven, catalog::directory(), &mut session, &mut watch, &|| begun.elapsed());
    bar.finish_and_clear();
    let report = report.map_err(Failure)?;
    write(flags, &session, &report, drawn.as_ref())?;
    print(flags.operator.json, &report.json(), |_| report.text(flags.all));
    Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a proof may name: the account, the outputs of the stacks, and as `resource.LogicalId` the ids of their resources.
fn names(session: &Session, estate: &Estate) -> Result<BTreeMap<String, String>, Failure> {
    let mut names = BTreeMap::from([("account".to_owned(), session.account()?)]);
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    for stack in estate.stacks() {
        let found = session.call("cloudformation", "DescribeStacks", &json!({"StackName": stack}))?;
        for output in found["Stacks"][0]["Outputs"].as_array().into_iter().flatten() {
            names.insert(text(output, "OutputKey"), text(output, "OutputValue"));
        }
        let mut input = json!({"StackName": stack});
        loop {
            let page = session.call("cloudformation", "ListStackResources", &input)?;
            for resource in page["StackResourceSummaries"].as_array().into_iter().flatten() {
                let name = format!("resource.{}", text(resource, "LogicalResourceId"));
                names.insert(name, text(resource, "PhysicalResourceId"));
            }
            match page["NextToken"].as_str() {
                Some(token) => input["NextToken"] = json!(token),
                None => break,
            }
        }
    }
    Ok(names)
}

fn show(bar: &ProgressBar, progress: &Progress<'_>) {
    match progress {
        Progress::Section(section, done, all) => {
            bar.set_length(*all as u64);
            bar.set_position(*done as u64);
            bar.set_message(format!("{} {}", section.ids.join(" "), section.title));
        }
        Progress::Twin(twin) => bar.set_message(format!("{} twin: {}", twin.ids.join(" "), twin.title)),
        Progress::Ended(section, state) => {
            if !section.is_setup() {
                bar.suspend(|| eprintln!("{:<7} {} {}", state.word(), section.ids.join(" "), section.title));
            }
        }
    }
}

fn list(estate: &Estate) -> Result<Vec<Row>, Failure> {
    let path = estate.file("rows.md");
    if !path.is_file() {
        return Ok(Vec::new());
    }
    rows(&read(&path)?).map_err(|e| Failure(format!("{}: {e}", path.display())))
}

fn drawn(estate: &Estate, rows: &[Row]) -> Result<Option<Drawn>, Failure> {
    let (picture, bound) = (estate.file("diagram.mmd"), estate.file("bindings.toml"));
    if !picture.is_file() || !bound.is_file() {
        return Ok(None);
    }
    let told = |path: &Path, e: &dyn std::fmt::Display| Failure(format!("{}: {e}", path.display()));
    let diagram = Diagram::parse(&read(&picture)?).map_err(|e| told(&picture, &e))?;
    let bindings = Bindings::parse(&read(&bound)?).map_err(|e| told(&bound, &e))?;
    let drawing = Drawing::new(diagram.clone(), bindings.clone(), rows).map_err(|e| told(&picture, &e))?;
    Ok(Some(Drawn { diagram, bindings, drawing }))
}

fn write(flags: &flags::Prove, session: &Session, report: &Report, drawn: Option<&Drawn>) -> Result<(), Failure> {
    let put =
        |path: &Path, text: String| std::fs::write(path, text).map_err(|e| Failure(format!("{}: {e}", path.display())));
    if let Some(path) = &flags.junit {
        put(path, junit(report))?;
    }
    if let Some(path) = &flags.html {
        put(path, html(report, picture(session, report, drawn)?.as_deref()))?;
    }
    Ok(())
}

/// The diagram with what flowed since the proof began.
fn picture(session: &Session, report: &Report, drawn: Option<&Drawn>) -> Result<Option<String>, Failure> {
    let Some(drawn) = drawn else { return Ok(None) };
    let answer = session.http().get(&format!("/_terrella/flows?since={}", report.started))?;
    let flows: Vec<Flow> = answer["flows"].as_array().into_iter().flatten().map(flow_of).collect();
    Ok(svg(&drawn.diagram, &marks(&judge(&drawn.diagram, &drawn.bindings, &flows))))
}
