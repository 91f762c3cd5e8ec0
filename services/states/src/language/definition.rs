//! A state machine as it was read from its definition.
//! <https://states-language.net/>

use crate::language::choice::Rule;
use crate::language::intrinsic::Expression;
use crate::language::path::Path;
use crate::language::retry::{Catcher, Retrier};
use crate::language::template::Template;
use crate::resource::Resource;
use indexmap::IndexMap;
use serde_json::Value;

/// A state machine.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Its states.
    pub top: Block,
    /// How long an execution may take, in seconds.
    pub timeout_seconds: Option<i64>,
    /// Whether anything in it may look into the context object.
    pub reads_context: bool,
}

/// States among which transitions go: those of the machine, of a branch, or of a map's processor.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Block {
    /// The first state.
    pub start_at: String,
    /// The states by name.
    pub states: IndexMap<String, State>,
}

/// A state.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What it does.
    pub kind: Kind,
    /// Where it goes; `None` where it ends.
    pub next: Option<String>,
    /// What of its input it sees; `None` for nothing.
    pub input_path: Option<Path>,
    /// What of its output goes on; `None` for nothing.
    pub output_path: Option<Path>,
    /// Where in its input its result is put; `None` where it is thrown away.
    pub result_path: Option<Path>,
    /// What it is given.
    pub parameters: Option<Template>,
    /// What of its result is kept.
    pub result_selector: Option<Template>,
    /// What is tried again.
    pub retry: Vec<Retrier>,
    /// What is caught.
    pub catch: Vec<Catcher>,
}

/// What a state does.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Has something done.
    Task(Box<Task>),
    /// Passes its input on, or this.
    Pass(Option<Value>),
    /// Goes where the first rule that holds says.
    Choice(Vec<(Rule, String)>, Option<String>),
    /// Waits.
    Wait(Wait),
    /// Ends well.
    Succeed,
    /// Ends badly.
    Fail {
        /// The error's name.
        error: Option<Text>,
        /// Its cause.
        cause: Option<Text>,
    },
    /// Does several things at a time.
    Parallel(Vec<Block>),
    /// Does the same to each of several items.
    Map(Box<MapState>),
}

impl Kind {
    /// Its name in the language.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Task(_) => "Task",
            Kind::Pass(_) => "Pass",
            Kind::Choice(..) => "Choice",
            Kind::Wait(_) => "Wait",
            Kind::Succeed => "Succeed",
            Kind::Fail { .. } => "Fail",
            Kind::Parallel(_) => "Parallel",
            Kind::Map(_) => "Map",
        }
    }
}

/// A task.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Who does it.
    pub resource: Resource,
    /// How long it may take, in seconds.
    pub timeout: Option<Number>,
    /// How long it may give no sign of life, in seconds.
    pub heartbeat: Option<Number>,
}

/// How long a state waits.
#[derive(Debug, Clone, PartialEq)]
pub enum Wait {
    /// So many seconds.
    Seconds(Number),
    /// Until this moment.
    Until(Text),
}

/// A map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapState {
    /// Where its items are.
    pub items_path: Path,
    /// What of an item is given to its iteration.
    pub item_selector: Option<Template>,
    /// How many iterations run at a time; 0 for as many as AWS allows.
    pub max_concurrency: Number,
    /// How many iterations may fail.
    pub tolerated_count: Option<Number>,
    /// How many of a hundred may fail.
    pub tolerated_percentage: Option<Number>,
    /// What is done to each.
    pub processor: Block,
}

/// A number that stands in the definition or in the data.
#[derive(Debug, Clone, PartialEq)]
pub enum Number {
    /// This one.
    Constant(f64),
    /// What the path finds.
    Path(Path),
}

/// A text that stands in the definition or in the data.
#[derive(Debug, Clone, PartialEq)]
pub enum Text {
    /// This one.
    Constant(String),
    /// What the path finds, or the function makes.
    Expression(Expression),
}

impl Definition {
    /// The block at a place: from the machine's own down, the name of each Parallel or Map state with the number of its branch.
    pub fn block(&self, place: &[String]) -> Option<&Block> {
        let mut block = &self.top;
        for step in place.chunks(2) {
            let (name, branch) = (step.first()?, step.get(1)?);
            block = match &block.states.get(name)?.kind {
                Kind::Parallel(branches) => branches.get(branch.parse::<usize>().ok()?)?,
                Kind::Map(map) => &map.processor,
                _ => return None,
            };
        }
        Some(block)
    }
}
