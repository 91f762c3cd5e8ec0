//! A walk through the steps of a section.

use crate::ground::Ground;
use script::{Answer, Client, Keys, Step, check, code_in, filled, plain_answer, remember, span_of, written};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a try may be waited for at most.
const LONGEST: Duration = Duration::from_secs(600);
/// The first pause between two tries; each next one is half as long again, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Where a walk ended too early.
#[derive(Debug, Clone, PartialEq)]
pub struct Stumble {
    /// The line, counted from 1.
    pub line: usize,
    /// What was not as it must be.
    pub why: String,
}

/// A walk: who it is, what it knows, and what it will put back.
pub struct Walk<'g> {
    ground: &'g mut dyn Ground,
    client: &'g Client,
    home: Keys,
    keys: Keys,
    pub names: &'g mut BTreeMap<String, String>,
    /// What was asked and answered.
    pub evidence: Vec<String>,
    /// Why no flow of the ledger can show what this section shows.
    pub unrecorded: Option<String>,
    undo: Vec<(usize, Keys, String)>,
    faults: Vec<String>,
    open: Option<Open>,
}

/// The last call, while nothing has been said of its answer.
struct Open {
    line: usize,
    text: String,
    answer: Answer,
}

impl<'g> Walk<'g> {
    pub fn new(
        ground: &'g mut dyn Ground,
        client: &'g Client,
        keys: &Keys,
        names: &'g mut BTreeMap<String, String>,
    ) -> Walk<'g> {
        Walk {
            ground,
            client,
            home: keys.clone(),
            keys: keys.clone(),
            names,
            evidence: Vec::new(),
            unrecorded: None,
            undo: Vec::new(),
            faults: Vec::new(),
            open: None,
        }
    }

    /// Goes through the steps, up to the first that does not hold.
    pub fn go(&mut self, steps: &[(usize, Step)]) -> Result<(), Stumble> {
        for (line, step) in steps {
            self.step(*line + 1, step)?;
        }
        self.close()
    }

    /// Puts back what steps said is to be put back, the last first. Each is done, whatever became of the others.
    pub fn put_back(&mut self) -> Result<(), Stumble> {
        let mut stumble = None;
        for id in std::mem::take(&mut self.faults) {
            if let Err(why) = self.ground.operator("DELETE", &format!("/_terrella/faults?id={id}"), None) {
                stumble = stumble.or(Some(Stumble { line: 0, why }));
            }
        }
        for (line, keys, text) in std::mem::take(&mut self.undo).into_iter().rev() {
            self.keys = keys;
            let done = self.ask(&text).and_then(|answer| match answer.ok() {
                true => Ok(()),
                false => Err(format!("this could not be put back: {}", written(&answer))),
            });
            if let Err(why) = done {
                stumble = stumble.or(Some(Stumble { line, why }));
            }
        }
        stumble.map_or(Ok(()), Err)
    }

    /// What is to be put back later than at the end of this walk.
    pub fn take_undo(&mut self) -> Vec<(usize, Keys, String)> {
        std::mem::take(&mut self.undo)
    }

    /// Gives it what is to be put back.
    pub fn give_undo(&mut self, undo: Vec<(usize, Keys, String)>) {
        self.undo = undo;
    }

    fn step(&mut self, line: usize, step: &Step) -> Result<(), Stumble> {
        let stumbled = |why: String| Stumble { line, why };
        match step {
            Step::Send(text) => {
                self.close()?;
                let text = filled(self.names, text, true);
                let answer = self.ask(&text).map_err(stumbled)?;
                self.open = Some(Open { line, text, answer });
                Ok(())
            }
            Step::Reply { text, within, .. } => self.reply(text, *within).map_err(stumbled),
            Step::Undo(text) => {
                let text = filled(self.names, text, true);
                self.undo.push((line, self.keys.clone(), text));
                Ok(())
            }
            Step::Waits => Err(stumbled("a proof has no calls that wait: use `reply within`".to_owned())),
            Step::Directive(text) => {
                self.close()?;
                self.directive(text).map_err(stumbled)
            }
        }
    }

    /// A call of which nothing was said must have been a success.
    fn close(&mut self) -> Result<(), Stumble> {
        let Some(open) = self.open.take() else { return Ok(()) };
        self.seen(&open.text, &open.answer);
        match open.answer.ok() {
            true => Ok(()),
            false => Err(Stumble { line: open.line, why: written(&open.answer) }),
        }
    }

    fn reply(&mut self, text: &str, within: Option<Duration>) -> Result<(), String> {
        let mut open = self.open.take().ok_or("nothing was sent that this could be the reply of")?;
        let mut left = within.unwrap_or_default().min(LONGEST);
        let mut pause = FIRST_PAUSE;
        loop {
            // What an earlier answer said does not stand for what this one says.
            let mut names = self.names.clone();
            remember(&mut names, &open.answer.output);
            match check(&filled(&names, text, true), &open.answer) {
                Ok(captured) => {
                    *self.names = names;
                    self.names.extend(captured);
                    self.seen(&open.text, &open.answer);
                    return Ok(());
                }
                Err(why) if left.is_zero() => {
                    self.seen(&open.text, &open.answer);
                    return Err(
                        within.map_or(why.clone(), |span| format!("not within {} s: {why}", span.as_secs_f64()))
                    );
                }
                Err(_) => {
                    let span = pause.min(left);
                    self.ground.pause(span);
                    left -= span;
                    pause = (pause * 3 / 2).min(LONGEST_PAUSE);
                    open.answer = self.ask(&open.text)?;
                }
            }
        }
    }

    fn seen(&mut self, text: &str, answer: &Answer) {
        remember(self.names, &answer.output);
        let id =
            ["x-amzn-requestid", "x-amz-request-id"].iter().find_map(|name| answer.headers.get(*name)?.to_str().ok());
        let id = id.map_or_else(String::new, |id| format!(" ({id})"));
        let code = if answer.code.is_empty() { String::new() } else { format!(" {}", answer.code) };
        let mut words = text.split_whitespace();
        let call = [words.next().unwrap_or_default(), words.next().unwrap_or_default()].join(" ");
        let rest = if call.starts_with("http ") { words.next().unwrap_or_default() } else { "" };
        self.evidence.push(format!("{} {}{code}{id}", format!("{call} {rest}").trim(), answer.status));
    }

    fn ask(&mut self, text: &str) -> Result<Answer, String> {
        if let Some(request) = text.strip_prefix("http ") {
            let request = self.client.plain(&self.keys, request, self.ground.real_now())?;
            return Ok(plain_answer(&self.ground.send(request)?));
        }
        if let Some(to) = text.strip_prefix("outbox ") {
            return self.outbox(to.trim());
        }
        let mut parts = text.splitn(3, char::is_whitespace);
        let call = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default().trim());
        let input: Json = match parts.next().map(str::trim) {
            Some(input) if !input.is_empty() => {
                serde_json::from_str(input).map_err(|e| format!("the input is no JSON: {e}"))?
            }
            _ => json!({}),
        };
        let request = self.client.request(&self.keys, call, &input, self.ground.real_now())?;
        let reply = self.ground.send(request)?;
        Ok(self.client.answer(call, &reply))
    }

    /// The newest message to somebody; none yet is a 404, so that it can be waited for.
    fn outbox(&mut self, to: &str) -> Result<Answer, String> {
        let escaped: String = to.bytes().map(|b| format!("%{b:02X}")).collect();
        let all = self.ground.operator("GET", &format!("/_terrella/outbox?to={escaped}"), None)?;
        let Some(newest) = all["messages"].get(0) else {
            return Ok(Answer { status: 404, output: json!("nothing was sent"), plain: true, ..Answer::default() });
        };
        let text = newest["text"].as_str().unwrap_or_default();
        let mut output = json!({"Medium": newest["medium"], "Subject": newest["subject"], "Text": text});
        if let Some(code) = code_in(text) {
            output["Code"] = json!(code);
        }
        Ok(Answer { status: 200, output, plain: true, ..Answer::default() })
    }

    fn directive(&mut self, text: &str) -> Result<(), String> {
        let text = filled(self.names, text, false);
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["as", "test"] => self.keys = self.home.clone().in_region(&self.keys.region),
            ["as", "nobody"] => self.keys = Keys { id: String::new(), ..self.keys.clone() },
            ["as", id, secret] => {
                let region = self.keys.region.clone();
                self.keys = Keys { region, ..Keys::of(id, secret) };
            }
            ["as", id, secret, token] => {
                let region = self.keys.region.clone();
                self.keys = Keys { region, token: Some((*token).to_owned()), ..Keys::of(id, secret) };
            }
            ["in", region] => self.keys = self.keys.clone().in_region(region),
            ["wind", span] => {
                span_of(span).ok_or_else(|| format!("{span} is no span of time"))?;
                let now = self.ground.operator("POST", "/_terrella/wind", Some(&json!({"by": span})))?;
                let now = now["now"].as_str().unwrap_or_default().to_owned();
                self.evidence.push(format!("the clock was wound by {span}, to {now}"));
                self.names.insert("now".to_owned(), now);
            }
            ["fault", ..] => {
                let rule: Json = serde_json::from_str(text.trim_start_matches("fault").trim())
                    .map_err(|e| format!("the rule is no JSON: {e}"))?;
                let made = self.ground.operator("POST", "/_terrella/faults", Some(&rule))?;
                self.faults.push(made["id"].as_str().map_or_else(|| made["id"].to_string(), str::to_owned));
            }
            ["let", name, "=", ..] => {
                let value = text.split_once('=').map_or("", |(_, value)| value.trim());
                self.names.insert((*name).to_owned(), value.to_owned());
            }
            ["unrecorded:", ..] => {
                self.unrecorded = Some(text.trim_start_matches("unrecorded:").trim().to_owned());
            }
            // Prose in backquotes is prose; only what begins as a directive must be one.
            ["as" | "in" | "wind" | "let", ..] => return Err(format!("`{text}` is no directive")),
            _ => {}
        }
        Ok(())
    }
}
