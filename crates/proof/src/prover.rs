//! Runs a proof: each section, its twins, and the section once more.

use crate::document::{Document, Section, Twin};
use crate::flows::Drawing;
use crate::ground::Ground;
use crate::report::{Report, RowReport, State};
use crate::rows::{Row, is_arrow};
use crate::walk::{Stumble, Walk};
use clock::EntropySource;
use pipeline::Directory;
use script::{Client, Keys};
use std::collections::BTreeMap;
use std::time::Duration;

/// How many characters of a reason are told.
const MOST_TOLD: usize = 1_000;

/// What is proven of what.
pub struct Estate<'e> {
    /// Its name.
    pub name: &'e str,
    /// What must be shown, in order; rows that only the proof names come behind.
    pub rows: &'e [Row],
    /// How.
    pub proof: &'e Document,
    /// The diagram, whose arrows must be live besides.
    pub drawing: Option<&'e Drawing>,
    /// What the proof may name besides: outputs of its stacks, physical ids of their resources.
    pub names: &'e BTreeMap<String, String>,
    /// Only these rows; all where it is empty.
    pub only: &'e [String],
    /// Where the cloud answers: `http://127.0.0.1:4566`. A name too, as are `region`, `probe`, `now` and `started`.
    pub endpoint: &'e str,
    /// The region of its clients.
    pub region: &'e str,
}

/// What is being done, for whoever watches.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress<'p> {
    /// This section begins; how many are done, and how many there are.
    Section(&'p Section, usize, usize),
    /// This twin of it begins.
    Twin(&'p Twin),
    /// A section has ended so.
    Ended(&'p Section, State),
}

/// What one run of a section's steps gave.
struct Run {
    evidence: Vec<String>,
    flows: BTreeMap<String, Result<String, String>>,
}

struct Prover<'a> {
    ground: &'a mut dyn Ground,
    client: Client,
    keys: Keys,
    estate: &'a Estate<'a>,
    names: BTreeMap<String, String>,
    entropy: clock::Entropy,
    rows: BTreeMap<String, RowReport>,
    troubles: Vec<String>,
    undo: Vec<(usize, Keys, String)>,
}

/// Proves an estate on a running cloud. `watch` is told of each part; `elapsed` gives the machine's time since some moment.
///
/// # Errors
/// That the cloud cannot be asked at all.
pub fn prove(
    estate: &Estate<'_>,
    directory: &'static Directory,
    ground: &mut dyn Ground,
    watch: &mut dyn FnMut(Progress<'_>),
    elapsed: &dyn Fn() -> Duration,
) -> Result<Report, String> {
    let host = estate.endpoint.split_once("://").map_or(estate.endpoint, |(_, host)| host);
    let client = Client::new(directory, host.trim_end_matches('/'));
    let keys = Keys::bootstrap().in_region(estate.region);
    let started = now_of(ground)?;
    let mut names = estate.names.clone();
    names.insert("region".to_owned(), estate.region.to_owned());
    names.insert("endpoint".to_owned(), estate.endpoint.to_owned());
    let entropy = EntropySource::system().stream();
    let (rows, troubles, undo) = (BTreeMap::new(), Vec::new(), Vec::new());
    let mut prover = Prover { ground, client, keys, estate, names, entropy, rows, troubles, undo };
    prover.all(watch, elapsed);
    Ok(prover.report(started))
}

fn now_of(ground: &mut dyn Ground) -> Result<String, String> {
    let clock = ground.operator("GET", "/_terrella/clock", None)?;
    Ok(clock["now"].as_str().unwrap_or_default().to_owned())
}

impl Prover<'_> {
    fn all(&mut self, watch: &mut dyn FnMut(Progress<'_>), elapsed: &dyn Fn() -> Duration) {
        let estate = self.estate;
        let wanted = |section: &Section| {
            section.is_setup() || estate.only.is_empty() || section.ids.iter().any(|id| estate.only.contains(id))
        };
        let sections: Vec<&Section> = estate.proof.sections.iter().filter(|section| wanted(section)).collect();
        for (done, section) in sections.iter().enumerate() {
            watch(Progress::Section(section, done, sections.len()));
            if section.is_setup() {
                if let Err(stumble) = self.make_ready(section) {
                    self.troubles.push(told(&section.title, &stumble));
                    break;
                }
                watch(Progress::Ended(section, State::Proven));
                continue;
            }
            let before = elapsed();
            let state = self.section(section, watch);
            let seconds = elapsed().saturating_sub(before).as_secs_f64();
            for id in &section.ids {
                self.row(id).seconds += seconds;
            }
            watch(Progress::Ended(section, state));
        }
        let undo = std::mem::take(&mut self.undo);
        let mut walk = Walk::new(self.ground, &self.client, &self.keys, &mut self.names);
        walk.give_undo(undo);
        if let Err(stumble) = walk.put_back() {
            self.troubles.push(told("what was made ready", &stumble));
        }
    }

    fn make_ready(&mut self, section: &Section) -> Result<(), Stumble> {
        self.fresh(section.line)?;
        let mut walk = Walk::new(self.ground, &self.client, &self.keys, &mut self.names);
        let done = walk.go(&section.steps);
        let mut undo = walk.take_undo();
        // Faults do not outlive the part that made them.
        let back = walk.put_back();
        self.undo.append(&mut undo);
        done.and(back)
    }

    /// Gives the names that each run has of its own.
    fn fresh(&mut self, line: usize) -> Result<(), Stumble> {
        let now = now_of(self.ground).map_err(|why| Stumble { line, why })?;
        self.names.insert("now".to_owned(), now.clone());
        self.names.insert("started".to_owned(), now);
        let probe = format!("p{}", self.entropy.text("abcdefghijklmnopqrstuvwxyz0123456789", 11));
        self.names.insert("probe".to_owned(), probe);
        Ok(())
    }

    fn section(&mut self, section: &Section, watch: &mut dyn FnMut(Progress<'_>)) -> State {
        let run = match self.run(section, true) {
            Ok(run) => run,
            Err((stumble, evidence)) => {
                for id in &section.ids {
                    self.row(id).evidence.extend(evidence.iter().cloned());
                    self.fail(id, &told(&section.title, &stumble));
                }
                return State::Failed;
            }
        };
        let mut state = State::Proven;
        for id in &section.ids {
            let row = self.row(id);
            row.evidence.extend(run.evidence.iter().cloned());
            if row.state == State::Dark {
                row.state = State::Proven;
            }
            match run.flows.get(id) {
                Some(Ok(flow)) => row.evidence.push(flow.clone()),
                Some(Err(why)) => {
                    state = State::Failed;
                    self.fail(id, why);
                }
                None => {}
            }
        }
        for twin in &section.twins {
            watch(Progress::Twin(twin));
            if let Err(why) = self.twin(section, twin) {
                state = State::Failed;
                for id in &twin.ids {
                    self.fail(id, &why);
                }
            }
        }
        state
    }

    /// Goes through a section's steps once; `judged` where the diagram's arrows are to be live besides.
    fn run(&mut self, section: &Section, judged: bool) -> Result<Run, (Stumble, Vec<String>)> {
        self.fresh(section.line).map_err(|stumble| (stumble, Vec::new()))?;
        let since = self.names.get("started").cloned().unwrap_or_default();
        let mut walk = Walk::new(self.ground, &self.client, &self.keys, &mut self.names);
        let done = walk.go(&section.steps);
        let unrecorded = walk.unrecorded.take();
        let mut evidence = std::mem::take(&mut walk.evidence);
        let back = walk.put_back();
        if let Err(stumble) = done.and(back) {
            return Err((stumble, evidence));
        }
        evidence.extend(unrecorded.as_ref().map(|why| format!("no flow is recorded: {why}")));
        let mut flows = BTreeMap::new();
        if let Some(drawing) = self.estate.drawing.filter(|_| judged && unrecorded.is_none()) {
            for id in section.ids.iter().filter(|id| drawing.arrow(id).is_some()) {
                flows.insert(id.clone(), drawing.live(self.ground, id, &since));
            }
        }
        Ok(Run { evidence, flows })
    }

    /// Breaks, sees, puts back, and sees it healed.
    fn twin(&mut self, section: &Section, twin: &Twin) -> Result<(), String> {
        let broken = self.broken(twin);
        let evidence = match &broken {
            Ok(evidence) | Err((_, evidence)) => evidence.clone(),
        };
        for id in &twin.ids {
            let row = self.row(id);
            row.twin.push(format!("{}:", twin.title));
            row.twin.extend(evidence.iter().cloned());
        }
        broken.map_err(|(stumble, _)| told(&format!("twin: {}", twin.title), &stumble))?;
        match self.run(section, false) {
            Ok(_) => {
                for id in &twin.ids {
                    self.row(id).twin.push("put back, and healed".to_owned());
                }
                Ok(())
            }
            Err((stumble, _)) => Err(told(&format!("twin: {}: it did not heal", twin.title), &stumble)),
        }
    }

    fn broken(&mut self, twin: &Twin) -> Result<Vec<String>, (Stumble, Vec<String>)> {
        self.fresh(twin.line).map_err(|stumble| (stumble, Vec::new()))?;
        let mut walk = Walk::new(self.ground, &self.client, &self.keys, &mut self.names);
        let done = walk.go(&twin.steps);
        let evidence = std::mem::take(&mut walk.evidence);
        let back = walk.put_back();
        match done.and(back) {
            Ok(()) => Ok(evidence),
            Err(stumble) => Err((stumble, evidence)),
        }
    }

    fn row(&mut self, id: &str) -> &mut RowReport {
        self.rows.entry(id.to_owned()).or_insert_with(|| RowReport { id: id.to_owned(), ..RowReport::default() })
    }

    fn fail(&mut self, id: &str, why: &str) {
        let row = self.row(id);
        row.state = State::Failed;
        if !row.why.is_empty() {
            row.why.push_str("; ");
        }
        row.why.push_str(why);
    }

    fn report(mut self, started: String) -> Report {
        let estate = self.estate;
        let mut rows = Vec::new();
        for row in estate.rows {
            let mut report = self.rows.remove(&row.id).unwrap_or_else(|| RowReport {
                id: row.id.clone(),
                why: "no check shows it".to_owned(),
                ..RowReport::default()
            });
            report.text.clone_from(&row.text);
            rows.push(report);
        }
        rows.extend(self.rows.into_values());
        for row in rows.iter_mut().filter(|row| row.state == State::Proven && is_arrow(&row.id)) {
            if !estate.proof.sections.iter().any(|section| section.has_twin(&row.id)) {
                row.state = State::Dark;
                row.why = "its check held, but has no twin: it could not be seen to fail".to_owned();
            }
        }
        Report { estate: estate.name.to_owned(), started, rows, troubles: self.troubles }
    }
}

fn told(what: &str, stumble: &Stumble) -> String {
    // What an answer held instead may be pages long; its request id is among the evidence.
    let why: String = stumble.why.chars().take(MOST_TOLD).collect();
    let why = if why.len() < stumble.why.len() { why + " …" } else { why };
    match stumble.line {
        0 => format!("{what}: {why}"),
        line => format!("{what} (line {line}): {why}"),
    }
}
