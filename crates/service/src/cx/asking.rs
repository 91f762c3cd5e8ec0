//! What a request asked in earlier runs, with the answers: it runs from its beginning at each.

use super::Cx;
use crate::{Answered, Asked, Error, MOST_ASKED, Question, Result};
use clock::Duration;
use shape::Value;

impl Cx {
    /// Gives a request that runs again what it asked before, with the answers. For the door.
    pub fn remember(&mut self, asked: Vec<Asked>) {
        self.remembered = asked;
    }

    /// What must be asked before the request can run again, and what it asked before. For the door.
    pub fn take_question(&mut self) -> Option<(Question, Vec<Asked>)> {
        let question = self.question.take()?;
        let mut asked = std::mem::take(&mut self.remembered);
        asked.truncate(self.recalled);
        Some((*question, asked))
    }

    /// Whether this request was put aside before to ask something. What is to be done but once for it, such as to draw from a
    /// bucket, was done in its first run.
    pub fn has_asked(&self) -> bool {
        self.remembered.iter().any(|asked| !matches!(asked.question, Question::Decision(_)))
    }

    /// How long the last answer took that this run was given, in virtual time.
    pub fn took(&self) -> Duration {
        let last = self.recalled.checked_sub(1).and_then(|last| self.remembered.get(last));
        last.map_or(Duration::ZERO, |asked| asked.took)
    }

    pub(crate) fn remembered(&mut self, question: Question) -> Result<Result<Answered>> {
        if self.question.is_some() || !self.is_clean() {
            return Err(Error::internal("a request asked after it had written, or went on without its answer"));
        }
        if let Some(answer) = self.recall_answer(&question) {
            return Ok(answer);
        }
        if self.recalled >= MOST_ASKED {
            return Err(Error::internal("a request asks without end"));
        }
        self.question = Some(Box::new(question));
        Err(Error::internal("a question is not answered yet"))
    }

    /// What this run has asked so far, with the answers.
    pub fn asked(&self) -> &[Asked] {
        self.remembered.get(..self.recalled).unwrap_or_default()
    }

    /// What an earlier run was answered to the same question. State may have moved on between the runs: what was asked before it
    /// and is not asked any more is passed over, so that this one is not put twice.
    fn recall_answer(&mut self, question: &Question) -> Option<Result<Answered>> {
        let later = self.remembered.get(self.recalled..)?;
        let at = later.iter().position(|asked| asked.question == *question)?;
        let asked = later.get(at)?.answer.clone();
        self.remembered.drain(self.recalled..self.recalled + at);
        self.recalled += 1;
        Some(asked)
    }

    /// What `make` decides, which then holds for all further runs of this request, in the order of asking: a decision that depends
    /// on more than the state and [`Cx::entropy`] must not fall otherwise when the handler runs again with an answer.
    pub fn decide(&mut self, name: &'static str, make: impl FnOnce(&mut Cx) -> bool) -> bool {
        let question = Question::Decision(name);
        if let Some(Ok(Answered::Output(decided))) = self.recall_answer(&question) {
            return decided.as_bool() == Some(true);
        }
        let decided = make(self);
        self.remembered.truncate(self.recalled);
        self.remembered.push(Asked {
            question,
            answer: Ok(Answered::Output(Value::Bool(decided))),
            took: Duration::ZERO,
        });
        self.recalled += 1;
        decided
    }
}
