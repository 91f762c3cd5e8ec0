//! Transcripts: a service as its clients see it, in Markdown.
//!
//! Each `##` section boots a cloud of its own. Inside it, fenced blocks and directives follow one another:
//!
//! ````markdown
//! ```send
//! sqs CreateQueue {"QueueName": "orders"}
//! ```
//! ```reply
//! 200 {"QueueUrl": "http://localhost:4566/000000000000/orders"}
//! ```
//! ````
//!
//! - `reply` holds a status and the output as JSON, or a status, an error code and a message. `...` stands for anything, as a
//!   value, inside a text, and as the last member or element for all further ones.
//! - A `send` that waits has no reply yet: `` `waits` `` says so, and a `reply` after a later event gives its answer.
//! - `http GET localhost:4566/path?query` as a `send` is plain HTTP; lines of headers may follow, and after an empty line a body. The
//!   reply is the status and the body: JSON as it is, another text as a JSON string. A reply beyond 2xx is shown in the same way.
//! - `outbox ann@example.com` as a `send` is the newest mail or text message to somebody, and the first run of six digits in
//!   it as `Code`.
//! - `` `advance 30s` `` lets time pass. `` `as ID SECRET [TOKEN]` `` signs the calls that follow with these keys; `` `as test` `` goes back;
//!   `` `as nobody` `` does not sign; `` `in eu-west-1` `` changes the region; `` `hang up` `` closes the waiting client.
//! - `{Name}` is the last value that any reply had under that member's name; `{=Name}` in an expected text gives what stands
//!   there that name.
//! - `` `header NAME VALUE` `` checks a header of the last answer, `` `no header NAME` `` that there is none of that name.
//! - `` `record DENIED action reason` `` checks the newest record: `Decision`, operation and text of the reason or error.
//! - `` `diverges: why` `` marks what is known not to be as on AWS; it is asserted as it stands.

use crate::world::{Call, World};
use http::HeaderMap;
use pipeline::Settings;
use script::{Answer, Keys, Step, check, filled, remember, span_of, steps, text_fits, written};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What a file came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many sections held.
    pub passed: usize,
    /// Each that did not: the section, the line and what differs.
    pub failures: Vec<String>,
    /// The text with its replies as they were, for review.
    pub updated: String,
}

/// Runs a transcript's text; `name` stands in failures.
pub fn run(name: &str, text: &str) -> Outcome {
    let lines: Vec<&str> = text.lines().collect();
    let mut outcome = Outcome::default();
    let mut replies: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    for (title, start, end) in sections(&lines) {
        let mut section = Section::new();
        let mut failures = Vec::new();
        for (line, step) in steps(&lines, start, end) {
            if let Err(why) = section.take(&step, &mut replies) {
                failures.push(format!("{name}:{}: {title}: {why}", line + 1));
                break;
            }
        }
        if failures.is_empty() && section.unanswered() {
            failures.push(format!("{name}:{}: {title}: the last call has no reply", end));
        }
        outcome.passed += usize::from(failures.is_empty());
        outcome.failures.append(&mut failures);
    }
    outcome.updated = rewritten(&lines, &replies);
    outcome
}

fn sections<'t>(lines: &[&'t str]) -> Vec<(&'t str, usize, usize)> {
    let starts: Vec<usize> =
        lines.iter().enumerate().filter(|(_, line)| line.starts_with("## ")).map(|(i, _)| i).collect();
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    starts.iter().zip(ends).map(|(start, end)| (lines[*start].trim_start_matches("## "), *start + 1, end)).collect()
}

fn rewritten(lines: &[&str], replies: &BTreeMap<usize, (usize, String)>) -> String {
    let mut out = String::new();
    let mut at = 0;
    while at < lines.len() {
        match replies.get(&at) {
            Some((close, text)) => {
                // The closing fence goes along: where a reply is still empty, it stands where the reply begins.
                let fence = lines.get(*close).copied().unwrap_or_default();
                out.push_str(&format!("{text}\n{fence}\n"));
                at = *close + 1;
            }
            None => {
                out.push_str(lines[at]);
                out.push('\n');
                at += 1;
            }
        }
    }
    out
}

/// A section under way.
struct Section {
    world: World,
    keys: Keys,
    names: BTreeMap<String, String>,
    answer: Option<Answer>,
    /// Of the last answer that had its reply.
    headers: HeaderMap,
    waiting: Option<usize>,
}

impl Section {
    fn new() -> Section {
        let world = World::new(Settings::default());
        Section {
            world,
            keys: Keys::bootstrap(),
            names: BTreeMap::new(),
            answer: None,
            headers: HeaderMap::new(),
            waiting: None,
        }
    }

    fn unanswered(&self) -> bool {
        self.answer.is_some()
    }

    fn take(&mut self, step: &Step, replies: &mut BTreeMap<usize, (usize, String)>) -> Result<(), String> {
        match step {
            Step::Send(text) => self.send(text),
            Step::Waits => match (&self.answer, self.waiting) {
                (None, Some(_)) => Ok(()),
                (answer, _) => Err(format!("the call was to wait, but was answered {answer:?}")),
            },
            Step::Reply { text, lines, within: None } => self.reply(text, *lines, replies),
            Step::Reply { .. } | Step::Undo(_) => Err("a transcript neither tries again nor undoes".to_owned()),
            Step::Directive(text) => self.directive(text),
        }
    }

    fn send(&mut self, text: &str) -> Result<(), String> {
        if let Some(answer) = &self.answer {
            return Err(format!("the call before has no reply in the transcript; it was {answer:?}"));
        }
        let text = filled(&self.names, text, true);
        if let Some(request) = text.strip_prefix("http ") {
            let call = self.world.http(&self.keys, request)?;
            self.called(call);
            return Ok(());
        }
        if let Some(to) = text.strip_prefix("outbox ") {
            self.answer = Some(self.world.newest_dispatch(&self.keys, to.trim())?);
            return Ok(());
        }
        let mut parts = text.splitn(3, ' ');
        let (service, operation) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let input = parts.next().unwrap_or("{}");
        let input: Json = serde_json::from_str(input).map_err(|e| format!("the input is no JSON: {e}"))?;
        let call = self.world.begin(&self.keys, service.trim(), operation.trim(), &input);
        self.called(call);
        Ok(())
    }

    fn called(&mut self, call: Call) {
        match call {
            Call::Done(answer) => self.answer = Some(*answer),
            Call::Waiting(ticket) => self.waiting = Some(ticket),
        }
    }

    fn reply(
        &mut self,
        text: &str,
        (open, close): (usize, usize),
        replies: &mut BTreeMap<usize, (usize, String)>,
    ) -> Result<(), String> {
        let answer = match self.answer.take() {
            Some(answer) => answer,
            None => {
                let answer = self.waiting.and_then(|ticket| self.world.take(ticket));
                self.waiting = None;
                answer.ok_or("there is no answer: the call still waits, or none was made")?
            }
        };
        remember(&mut self.names, &answer.output);
        self.headers.clone_from(&answer.headers);
        let expected = filled(&self.names, text, true);
        let result = check(&expected, &answer);
        match result {
            Ok(captured) => self.names.extend(captured),
            Err(why) => {
                replies.insert(open, (close, written(&answer)));
                return Err(why);
            }
        }
        Ok(())
    }

    fn directive(&mut self, text: &str) -> Result<(), String> {
        let text = filled(&self.names, text, false);
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["as", "test"] => self.keys = Keys::bootstrap().in_region(&self.keys.region),
            ["as", "nobody"] => self.keys = Keys::nobody().in_region(&self.keys.region),
            ["as", account] if account.len() == 12 => {
                self.keys = Keys::of(account, "any").in_region(&self.keys.region);
            }
            ["as", id, secret] => self.keys = Keys::of(id, secret).in_region(&self.keys.region),
            ["as", id, secret, token] => {
                let keys = Keys::of(id, secret).in_region(&self.keys.region);
                self.keys = Keys { token: Some((*token).to_owned()), ..keys };
            }
            ["in", region] => self.keys = self.keys.clone().in_region(region),
            ["advance", span] => {
                let span = span_of(span).ok_or_else(|| format!("{span} is no span of time"))?;
                self.world.advance(span).map_err(|e| e.to_string())?;
            }
            ["hang", "up"] => {
                let ticket = self.waiting.take().ok_or("no call waits")?;
                self.world.hang_up(ticket);
            }
            ["header", name, value @ ..] => self.header(name, Some(&value.join(" ")))?,
            ["no", "header", name] => self.header(name, None)?,
            ["record", decision, operation, reason @ ..] => self.record(decision, operation, &reason.join(" "))?,
            // Prose in backquotes is prose; only what begins as a directive must be one.
            ["as" | "in" | "advance" | "record", ..] => return Err(format!("`{text}` is no directive")),
            _ => {}
        }
        Ok(())
    }

    fn header(&self, name: &str, expected: Option<&str>) -> Result<(), String> {
        let found = self.headers.get(name).and_then(|value| value.to_str().ok());
        let holds = match (expected, found) {
            (Some(expected), Some(found)) => text_fits(expected, found),
            (None, None) => true,
            _ => false,
        };
        if holds { Ok(()) } else { Err(format!("the header {name} is {found:?}")) }
    }

    fn record(&self, decision: &str, operation: &str, reason: &str) -> Result<(), String> {
        let records = self.world.records(1);
        let record = records.first().ok_or("nothing is recorded")?;
        let texts = [record.reason.as_str(), record.error_code.as_str(), record.error_message.as_str()];
        let held = record.decision.eq_ignore_ascii_case(decision)
            && record.operation == operation
            && (reason.is_empty() || texts.iter().any(|text| text.contains(reason)));
        if held {
            Ok(())
        } else {
            Err(format!("the newest record is {} {} {texts:?}", record.decision, record.operation))
        }
    }
}
