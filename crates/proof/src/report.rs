//! What a proof came to.

use serde_json::{Value as Json, json};

/// What is known of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// No check shows it.
    #[default]
    Dark,
    /// Its checks ran and held, and broke where they had to.
    Proven,
    /// A check of it did not hold.
    Failed,
}

impl State {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            State::Dark => "dark",
            State::Proven => "proven",
            State::Failed => "failed",
        }
    }
}

/// A row, and what shows it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RowReport {
    /// Its id.
    pub id: String,
    /// What it says.
    pub text: String,
    /// What is known of it.
    pub state: State,
    /// What was asked and answered.
    pub evidence: Vec<String>,
    /// How its twins broke and healed.
    pub twin: Vec<String>,
    /// Why it failed or is dark; empty for one that is proven.
    pub why: String,
    /// How long its checks took, in seconds of the machine's time.
    pub seconds: f64,
}

/// A whole proof.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The estate.
    pub estate: String,
    /// The cloud's time when it began.
    pub started: String,
    /// Its rows, in the order of the list.
    pub rows: Vec<RowReport>,
    /// What went wrong beside the rows: a part that makes ready, something that could not be put back.
    pub troubles: Vec<String>,
}

impl Report {
    /// How many rows are in a state.
    pub fn count(&self, state: State) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }

    /// Whether nothing failed.
    pub fn holds(&self) -> bool {
        self.troubles.is_empty() && self.count(State::Failed) == 0
    }

    /// As JSON.
    pub fn json(&self) -> Json {
        let rows = self.rows.iter().map(|row| {
            json!({
                "id": row.id,
                "text": row.text,
                "state": row.state.word(),
                "evidence": row.evidence,
                "twin": row.twin,
                "why": (!row.why.is_empty()).then_some(&row.why),
                "seconds": (row.seconds * 1000.0).round() / 1000.0,
            })
        });
        json!({
            "estate": self.estate,
            "started": self.started,
            "proven": self.count(State::Proven),
            "failed": self.count(State::Failed),
            "dark": self.count(State::Dark),
            "rows": rows.collect::<Vec<_>>(),
            "troubles": self.troubles,
        })
    }

    /// As text: a line for each row that has a check, and the sums.
    pub fn text(&self, all: bool) -> String {
        let mut lines = Vec::new();
        for row in self.rows.iter().filter(|row| all || row.state != State::Dark) {
            lines.push(format!("{:<6} {:<8} {}", row.state.word(), row.id, row.text));
            if !row.why.is_empty() {
                lines.push(format!("       {}", row.why));
            }
        }
        lines.extend(self.troubles.iter().map(|trouble| format!("trouble {trouble}")));
        let arrows = self.rows.iter().filter(|row| row.id.starts_with('E'));
        let proven = arrows.clone().filter(|row| row.state == State::Proven).count();
        lines.push(format!(
            "{} proven, {} failed, {} dark of {} rows; {proven} of {} arrows of the diagram proven",
            self.count(State::Proven),
            self.count(State::Failed),
            self.count(State::Dark),
            self.rows.len(),
            arrows.count()
        ));
        lines.join("\n")
    }
}
