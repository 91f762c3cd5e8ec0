//! Parallel and Map states: branches and iterations, and how they come together.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html>,
//! <https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html>

use crate::language::definition::{Block, Kind, MapState, State};
use crate::language::fault::{Fault, TOLERATED};
use crate::language::flow;
use crate::language::scope::Scope;
use crate::run::enter::Done;
use crate::run::{Run, Stop, json, state_of};
use crate::state::Thread;
use serde_json::{Value as Json, json};
use service::{Error, Result};

/// "Up to 40 concurrent iterations" run in Inline mode.
const MOST_AT_A_TIME: i64 = 40;

impl Run<'_> {
    /// Starts the branches of a Parallel state.
    pub(super) fn branch(&mut self, mut thread: Thread, state: &State, branches: &[Block]) -> Result<Done, Stop> {
        let input = json(&thread.data)?;
        let context = self.context(&thread)?;
        let mut scope = Scope { input: &input, context: &context, chance: &mut self.chance };
        let given = flow::given(state, &mut scope)?;
        self.event(&mut thread.last_event, "ParallelStateStarted", Json::Null)?;
        "children".clone_into(&mut thread.phase);
        thread.total = branches.len() as i64;
        (thread.begun, thread.ended, thread.failed) = (thread.total, 0, 0);
        for (index, branch) in branches.iter().enumerate() {
            let child = self.thread(Some(&thread), index as i64, below(&thread, index));
            let child = Thread { state: branch.start_at.clone(), last_event: thread.last_event, ..child };
            self.ready.push_back((child, given.clone()));
        }
        Ok(Done::Waits(thread))
    }

    /// Starts the iterations of a Map state.
    pub(super) fn iterate(&mut self, mut thread: Thread, state: &State, map: &MapState) -> Result<Done, Stop> {
        let input = json(&thread.data)?;
        let context = self.context(&thread)?;
        let scope = Scope { input: &input, context: &context, chance: &mut self.chance };
        let seen = flow::seen(state, &scope)?;
        let scope = Scope { input: &seen, context: &context, chance: &mut self.chance };
        let items = scope.find(&map.items_path, "ItemsPath")?;
        let Json::Array(list) = &items else {
            let text = format!("Reference path \"{}\" must point to array.", map.items_path.text());
            return Err(Stop::Fault(Fault::runtime(text)));
        };
        thread.total = list.len() as i64;
        (thread.begun, thread.ended, thread.failed) = (0, 0, 0);
        let at_a_time = map.max_concurrency.value(&scope, "MaxConcurrencyPath", (0.0, 99_999_999.0))? as i64;
        let at_a_time = if at_a_time == 0 { MOST_AT_A_TIME } else { at_a_time.min(MOST_AT_A_TIME) };
        self.event(&mut thread.last_event, "MapStateStarted", json!({"length": thread.total}))?;
        if list.is_empty() {
            self.event(&mut thread.last_event, "MapStateSucceeded", Json::Null)?;
            let mut scope = Scope { input: &input, context: &context, chance: &mut self.chance };
            let output = flow::passed_on(state, json!([]), &mut scope)?;
            return Ok(Done::GoesOn(thread, output, None));
        }
        "children".clone_into(&mut thread.phase);
        thread.items = items.to_string();
        for _ in 0..at_a_time.min(thread.total) {
            self.next_item(&mut thread, state, map)?;
        }
        Ok(Done::Waits(thread))
    }

    /// Starts the next iteration of a Map state.
    fn next_item(&mut self, thread: &mut Thread, state: &State, map: &MapState) -> Result<(), Stop> {
        let items = json(&thread.items)?;
        let index = thread.begun;
        let item = usize::try_from(index).ok().and_then(|index| items.get(index)).cloned().unwrap_or(Json::Null);
        thread.begun += 1;
        let input = json(&thread.data)?;
        let mut context = self.context(thread)?;
        let shown = json!({"Index": index, "Value": item});
        context["Map"] = json!({"Item": shown});
        let given = match &map.item_selector {
            Some(selector) => {
                let scope = Scope { input: &input, context: &context, chance: &mut self.chance };
                let seen = flow::seen(state, &scope)?;
                selector.value(&mut Scope { input: &seen, context: &context, chance: &mut self.chance })?
            }
            None => item,
        };
        let child = self.thread(Some(thread), index, below(thread, index as usize));
        let mut child = Thread {
            state: map.processor.start_at.clone(),
            last_event: thread.last_event,
            item: shown.to_string(),
            ..child
        };
        let details = json!({"name": thread.state, "index": index});
        self.event(&mut child.last_event, "MapIterationStarted", details)?;
        self.ready.push_back((child, given));
        Ok(())
    }

    /// A branch or iteration is done.
    pub(super) fn child_done(&mut self, parent: i64, mut child: Thread) -> Result<()> {
        let parent = self.parent(parent)?;
        if !child.item.is_empty() {
            let details = json!({"name": parent.state, "index": child.index});
            self.event(&mut child.last_event, "MapIterationSucceeded", details)?;
        }
        self.child_over_with(parent, child.last_event)
    }

    fn parent(&self, number: i64) -> Result<Thread> {
        self.find(number)?.ok_or_else(|| Error::internal("a branch has no parent"))
    }

    /// One more has ended: the next begins, or all come together.
    fn child_over_with(&mut self, mut parent: Thread, last_event: i64) -> Result<()> {
        let definition = self.definition();
        let state = state_of(&definition, &parent)?;
        parent.ended += 1;
        if let (Kind::Map(map), true) = (&state.kind, parent.begun < parent.total) {
            return match self.next_item(&mut parent, state, map) {
                Ok(()) => self.put(&parent),
                Err(Stop::Fault(fault)) => self.part_failed(parent, fault),
                Err(Stop::Error(error)) => Err(error),
            };
        }
        if parent.ended < parent.total {
            return self.put(&parent);
        }
        parent.last_event = last_event;
        let kind = format!("{}StateSucceeded", state.kind.name());
        self.event(&mut parent.last_event, &kind, Json::Null)?;
        let mut children = self.children(parent.number)?;
        children.sort_by_key(|child| child.index);
        let results: Vec<Json> = children.iter().map(|child| json(&child.data)).collect::<Result<_>>()?;
        for child in &children {
            self.drop_thread(child.number)?;
        }
        parent.items.clear();
        let (input, context) = (json(&parent.data)?, self.context(&parent)?);
        let mut scope = Scope { input: &input, context: &context, chance: &mut self.chance };
        match flow::passed_on(state, Json::Array(results), &mut scope) {
            Ok(output) => self.leave(parent, state, (output, state.next.clone())),
            Err(fault) => self.trouble(parent, fault),
        }
    }

    /// A branch or iteration has failed, and nothing in it caught the fault.
    pub(super) fn child_failed(&mut self, parent: i64, mut child: Thread, fault: Fault) -> Result<()> {
        let mut parent = self.parent(parent)?;
        let definition = self.definition();
        let state = state_of(&definition, &parent)?;
        let Kind::Map(map) = &state.kind else {
            self.drop_thread(child.number)?;
            parent.last_event = child.last_event;
            return self.part_failed(parent, fault);
        };
        let details = json!({"name": parent.state, "index": child.index});
        self.event(&mut child.last_event, "MapIterationFailed", details)?;
        parent.failed += 1;
        match self.tolerated(&parent, state, map) {
            Ok(None) => {}
            Ok(Some(true)) => {
                // What an iteration that failed leaves in the result.
                "done".clone_into(&mut child.phase);
                child.data = json!({"Error": fault.name(), "Cause": fault.cause.unwrap_or_default()}).to_string();
                self.put(&child)?;
                return self.child_over_with(parent, child.last_event);
            }
            Ok(Some(false)) => {
                let text = "The specified tolerated failure threshold was exceeded";
                self.drop_thread(child.number)?;
                parent.last_event = child.last_event;
                return self.part_failed(parent, Fault::new(TOLERATED, text));
            }
            Err(Stop::Fault(fault)) => return self.part_failed(parent, fault),
            Err(Stop::Error(error)) => return Err(error),
        }
        self.drop_thread(child.number)?;
        parent.last_event = child.last_event;
        self.part_failed(parent, fault)
    }

    /// Whether so many failures are tolerated; `None` where none was to be.
    fn tolerated(&mut self, parent: &Thread, state: &State, map: &MapState) -> Result<Option<bool>, Stop> {
        if map.tolerated_count.is_none() && map.tolerated_percentage.is_none() {
            return Ok(None);
        }
        let (input, context) = (json(&parent.data)?, self.context(parent)?);
        let scope = Scope { input: &input, context: &context, chance: &mut self.chance };
        let seen = flow::seen(state, &scope)?;
        let scope = Scope { input: &seen, context: &context, chance: &mut self.chance };
        let most = (0.0, 99_999_999.0);
        let count = map.tolerated_count.as_ref().map(|n| n.value(&scope, "ToleratedFailureCountPath", most));
        let hundredths = map.tolerated_percentage.as_ref();
        let hundredths = hundredths.map(|n| n.value(&scope, "ToleratedFailurePercentagePath", (0.0, 100.0)));
        let (count, hundredths) = (count.transpose()?, hundredths.transpose()?);
        let share = parent.failed as f64 * 100.0 / (parent.total.max(1) as f64);
        let within =
            count.is_none_or(|count| parent.failed as f64 <= count) && hundredths.is_none_or(|most| share <= most);
        Ok(Some(within))
    }

    /// A Parallel or Map state fails with one of its parts: the others are given up.
    fn part_failed(&mut self, mut parent: Thread, fault: Fault) -> Result<()> {
        self.give_up_children(&parent)?;
        let definition = self.definition();
        let kind = state_of(&definition, &parent)?.kind.name();
        self.event(&mut parent.last_event, &format!("{kind}StateFailed"), Json::Null)?;
        parent.items.clear();
        self.trouble(parent, fault)
    }

    /// Gives up all branches or iterations of a thread, and what they are doing.
    pub(super) fn give_up_children(&mut self, parent: &Thread) -> Result<()> {
        self.ready.retain(|(thread, _)| thread.parent != Some(parent.number));
        for child in self.children(parent.number)? {
            self.give_up(child, Some(&parent.state))?;
        }
        Ok(())
    }

    /// Gives up a thread. `map` is the state whose iteration it is, if it is one.
    pub(super) fn give_up(&mut self, mut thread: Thread, map: Option<&str>) -> Result<()> {
        self.give_up_children(&thread)?;
        if thread.phase != "done" {
            let definition = self.definition();
            let kind = state_of(&definition, &thread)?.kind.name();
            if matches!(kind, "Task" | "Wait" | "Parallel" | "Map") {
                self.event(&mut thread.last_event, &format!("{kind}StateAborted"), Json::Null)?;
            }
            if let (Some(map), false) = (map, thread.item.is_empty()) {
                let details = json!({"name": map, "index": thread.index});
                self.event(&mut thread.last_event, "MapIterationAborted", details)?;
            }
            self.stop_child(&thread)?;
        }
        self.drop_thread(thread.number)
    }
}

/// The place of the blocks of a thread's state.
fn below(thread: &Thread, index: usize) -> Vec<String> {
    let mut place = thread.place.clone();
    place.extend([thread.state.clone(), index.to_string()]);
    place
}
