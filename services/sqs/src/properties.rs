//! Seeded runs of random calls against a model of queues that is a plain list.

use crate::api::Message;
use crate::tests::{ACCOUNT, Cloud};
use service::{Duration, Entropy, Timestamp};

const GROUPS: [&str; 3] = ["a", "b", "c"];
const MOST_RECEIVES: i64 = 4;

/// A message of the model.
#[derive(Debug, Clone)]
struct Known {
    body: String,
    group: &'static str,
    sent_at: Timestamp,
    visible_at: Timestamp,
    receives: i64,
    /// The last receipt handle.
    handle: Option<String>,
}

/// The model of a queue: what is in it, in the order of sending.
struct Model {
    fifo: bool,
    delay: u64,
    retention: u64,
    messages: Vec<Known>,
    /// The bodies of dead letters.
    dead: Vec<String>,
    deleted: Vec<String>,
    expired: Vec<String>,
}

impl Model {
    fn send(&mut self, now: Timestamp, body: String, group: &'static str) {
        let visible_at = now.after(Duration::from_secs(self.delay));
        self.messages.push(Known { body, group, sent_at: now, visible_at, receives: 0, handle: None });
    }

    fn expire(&mut self, now: Timestamp) {
        let retention = Duration::from_secs(self.retention);
        let (old, rest): (Vec<Known>, Vec<Known>) =
            std::mem::take(&mut self.messages).into_iter().partition(|m| now.since(m.sent_at) >= retention);
        self.messages = rest;
        self.expired.extend(old.into_iter().map(|m| m.body));
    }

    /// The messages that a receive may hand out. A message whose receives are used up is a dead letter as soon as a
    /// receive comes to it.
    fn receivable(&self, now: Timestamp) -> Vec<Known> {
        let blocked =
            |group: &str| self.messages.iter().any(|m| m.group == group && m.receives > 0 && m.visible_at > now);
        let mut stopped: Vec<&str> = Vec::new();
        let mut found = Vec::new();
        for message in &self.messages {
            let visible = message.visible_at <= now;
            if !self.fifo {
                if visible {
                    found.push(message.clone());
                }
            } else if blocked(message.group) || stopped.contains(&message.group) {
            } else if visible {
                found.push(message.clone());
            } else {
                stopped.push(message.group);
            }
        }
        found
    }

    /// Holds what was received against the model and follows it.
    fn received(&mut self, now: Timestamp, most: usize, until: Timestamp, messages: &[Message]) {
        self.expire(now);
        let receivable = self.receivable(now);
        let alive = receivable.iter().filter(|m| m.receives < MOST_RECEIVES).count();
        assert_eq!(messages.len(), most.min(alive), "as many as there are");
        let bodies: Vec<&str> = messages.iter().map(|m| m.body.as_deref().unwrap()).collect();
        for group in GROUPS.into_iter().filter(|_| self.fifo) {
            let of = |body: &&&str| body.starts_with(group);
            let got: Vec<&str> = bodies.iter().filter(of).copied().collect();
            let expect = receivable.iter().filter(|m| m.group == group && m.receives < MOST_RECEIVES);
            let expect: Vec<&str> = expect.take(got.len()).map(|m| m.body.as_str()).collect();
            assert_eq!(got, expect, "the group's order");
        }
        if !self.fifo {
            let mut order: Vec<&Known> = receivable.iter().filter(|m| m.receives < MOST_RECEIVES).collect();
            order.sort_by_key(|m| m.visible_at);
            let since: Vec<Timestamp> = order.iter().take(most).map(|m| m.visible_at).collect();
            let got = bodies.iter().map(|body| order.iter().find(|m| m.body == *body).expect("receivable").visible_at);
            assert_eq!(got.collect::<Vec<_>>(), since, "who has been visible longest comes first");
        }
        for message in messages {
            let body = message.body.as_deref().unwrap();
            let known = self.messages.iter_mut().find(|m| m.body == body).expect("it is there");
            known.receives += 1;
            known.visible_at = until;
            known.handle = message.receipt_handle.clone();
            let count = &message.attributes.as_ref().unwrap()["ApproximateReceiveCount"];
            assert_eq!(*count, known.receives.to_string());
        }
    }

    fn counts(&self, now: Timestamp) -> [i64; 3] {
        let mut counts = [0; 3];
        for message in &self.messages {
            let kind = match () {
                () if message.visible_at <= now => 0,
                () if message.receives > 0 => 1,
                () => 2,
            };
            counts[kind] += 1;
        }
        counts
    }
}

struct Run {
    cloud: Cloud,
    entropy: Entropy,
    url: String,
    dead: String,
    model: Model,
    sent: u64,
}

impl Run {
    fn new(seed: u64, fifo: bool) -> Run {
        let mut entropy = clock::EntropySource::seeded(seed).stream();
        let mut cloud = Cloud::new();
        let delay = if entropy.below(3) == 0 { entropy.below(8) } else { 0 };
        let suffix = if fifo { ".fifo" } else { "" };
        let kind: &[(&str, &str)] =
            if fifo { &[("FifoQueue", "true"), ("ContentBasedDeduplication", "true")] } else { &[] };
        let dead = cloud.create(&format!("dead{suffix}"), kind);
        let policy = format!(
            r#"{{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:{ACCOUNT}:dead{suffix}","maxReceiveCount":{MOST_RECEIVES}}}"#
        );
        let delay_text = delay.to_string();
        let own =
            [("RedrivePolicy", policy.as_str()), ("DelaySeconds", &delay_text), ("MessageRetentionPeriod", "200")];
        let url = cloud.create(&format!("q{suffix}"), &[kind, &own].concat());
        let model = Model {
            fifo,
            delay,
            retention: 200,
            messages: Vec::new(),
            dead: Vec::new(),
            deleted: Vec::new(),
            expired: Vec::new(),
        };
        Run { cloud, entropy, url, dead, model, sent: 0 }
    }

    fn step(&mut self) {
        match self.entropy.below(10) {
            0..=3 => self.send(),
            4..=6 => self.receive(),
            7 => self.delete(),
            8 => self.hide(),
            _ => self.cloud.advance([0, 1, 3, 10, 45][self.entropy.below(5) as usize]),
        }
        self.model.expire(self.cloud.now);
        self.bury();
        assert_eq!(self.cloud.counts(&self.url), self.model.counts(self.cloud.now));
    }

    fn send(&mut self) {
        let group = GROUPS[self.entropy.below(3) as usize];
        self.sent += 1;
        let body = format!("{group}{}", self.sent);
        self.cloud.send(&self.url, &body, self.model.fifo.then_some(group));
        self.model.send(self.cloud.now, body, group);
    }

    fn receive(&mut self) {
        let most = 1 + self.entropy.below(10) as i64;
        let timeout = [0, 1, 5, 30][self.entropy.below(4) as usize];
        let messages = self.cloud.receive(&self.url, most, Some(timeout));
        let until = self.cloud.now.after(Duration::from_secs(timeout as u64));
        self.model.received(self.cloud.now, most as usize, until, &messages);
    }

    /// A message that was received, whether it is still in flight or not.
    fn pick(&mut self) -> Option<usize> {
        let received = |m: &Known| m.handle.is_some();
        let all: Vec<usize> = (0..self.model.messages.len()).filter(|i| received(&self.model.messages[*i])).collect();
        (!all.is_empty()).then(|| all[self.entropy.below(all.len() as u64) as usize])
    }

    fn delete(&mut self) {
        let Some(index) = self.pick() else { return };
        let known = self.model.messages[index].clone();
        let result = self.cloud.delete(&self.url, known.handle.as_deref().unwrap());
        if self.model.fifo && known.visible_at <= self.cloud.now {
            assert!(result.is_err_and(|e| e.message().ends_with("The receipt handle has expired.")));
        } else {
            result.unwrap();
            self.model.deleted.push(self.model.messages.remove(index).body);
        }
    }

    fn hide(&mut self) {
        let Some(index) = self.pick() else { return };
        let timeout = [0, 2, 20][self.entropy.below(3) as usize];
        let now = self.cloud.now;
        let known = &mut self.model.messages[index];
        let result = self.cloud.hide(&self.url, known.handle.as_deref().unwrap(), timeout);
        if known.visible_at <= now {
            assert_eq!(result.unwrap_err().code(), "MessageNotInflight");
        } else {
            result.unwrap();
            known.visible_at = now.after(Duration::from_secs(timeout as u64));
        }
    }

    /// Follows what has gone to the dead-letter queue.
    fn bury(&mut self) {
        loop {
            let letters = self.cloud.receive(&self.dead, 10, Some(30));
            if letters.is_empty() {
                return;
            }
            for letter in letters {
                let body = letter.body.clone().unwrap();
                let index = self.model.messages.iter().position(|m| m.body == body).expect("it was in the queue");
                let known = self.model.messages.remove(index);
                assert!(known.receives >= MOST_RECEIVES && known.visible_at <= self.cloud.now, "{known:?}");
                self.cloud.delete(&self.dead, letter.receipt_handle.as_deref().unwrap()).unwrap();
                self.model.dead.push(body);
            }
        }
    }

    /// Takes all that is left, and finds every message in one place.
    fn drain(&mut self) {
        for _ in 0..50 {
            self.cloud.advance(5);
            let messages = self.cloud.receive(&self.url, 10, Some(30));
            let until = self.cloud.now.after(Duration::from_secs(30));
            self.model.received(self.cloud.now, 10, until, &messages);
            for message in messages {
                self.cloud.delete(&self.url, message.receipt_handle.as_deref().unwrap()).unwrap();
                let index = self.model.messages.iter().position(|m| m.body == *message.body.as_ref().unwrap());
                self.model.deleted.push(self.model.messages.remove(index.unwrap()).body);
            }
            self.bury();
        }
        assert_eq!(self.cloud.counts(&self.url), [0, 0, 0]);
        let Model { dead, deleted, expired, messages, .. } = &self.model;
        assert!(messages.is_empty());
        let mut all: Vec<&String> = dead.iter().chain(deleted).chain(expired).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len() as u64, self.sent, "no message is lost or doubled");
    }
}

#[test]
fn queues_behave_as_a_plain_list_does() {
    for seed in 0..24 {
        let mut run = Run::new(seed, seed % 2 == 0);
        for _ in 0..200 {
            run.step();
        }
        run.drain();
    }
}
