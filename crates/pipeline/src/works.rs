//! The work of engines, as requests wait for it.

use crate::flow::{Flow, Progress};
use crate::waiters::Parked;
use parking_lot::{Condvar, Mutex};
use service::{Answered, AnyWork, Engine, Error, Lane, Question, Result, Signal, Task, Wake};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long a request waits before it looks again whether its work has ended; nothing depends on it.
const LOOK_AGAIN: Duration = Duration::from_secs(86_400);

/// The engines, and how much of their work no client waits for.
pub(crate) struct Works {
    engines: Vec<Arc<dyn Engine>>,
    background: Arc<Background>,
    lanes: Arc<Lanes>,
}

/// How much goes on in each lane in which something does.
#[derive(Default)]
struct Lanes(Mutex<BTreeMap<String, usize>>);

/// Places in lanes, given back when dropped.
struct Places {
    lanes: Arc<Lanes>,
    names: Vec<String>,
}

impl Lanes {
    /// A place in each of the lanes, or in none.
    fn take(self: &Arc<Lanes>, wanted: &[Lane]) -> Option<Places> {
        let mut busy = self.0.lock();
        let free = |lane: &Lane| busy.get(&lane.name).copied().unwrap_or_default() < lane.most;
        if !wanted.iter().all(free) {
            return None;
        }
        wanted.iter().for_each(|lane| *busy.entry(lane.name.clone()).or_default() += 1);
        Some(Places { lanes: Arc::clone(self), names: wanted.iter().map(|lane| lane.name.clone()).collect() })
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        let mut busy = self.lanes.0.lock();
        for name in &self.names {
            match busy.get_mut(name) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(busy.remove(name)),
            }
        }
    }
}

#[derive(Default)]
struct Background {
    count: Mutex<usize>,
    ended: Condvar,
}

/// The work that a request waits for.
pub(crate) struct Employed {
    task: Task,
    signal: Signal,
    end: Arc<Mutex<Option<Result<AnyWork>>>>,
}

impl Works {
    pub(crate) fn new(engines: Vec<Arc<dyn Engine>>) -> Works {
        Works { engines, background: Arc::default(), lanes: Arc::default() }
    }

    fn engine(&self, name: &str) -> Result<&Arc<dyn Engine>> {
        let engine = self.engines.iter().find(|engine| engine.name() == name);
        engine.ok_or_else(|| {
            let text = format!("This build of Terrella has no engine '{name}'.");
            Error::new("NotImplemented", text).status(400)
        })
    }

    /// How much goes on in a lane.
    pub(crate) fn busy(&self, lane: &str) -> usize {
        self.lanes.0.lock().get(lane).copied().unwrap_or_default()
    }

    /// Waits until no work goes on that deliveries and timers began, and tells whether there was any.
    pub(crate) fn wait_for_the_background(&self) -> bool {
        let mut count = self.background.count.lock();
        let any = *count > 0;
        while *count > 0 {
            self.background.ended.wait(&mut count);
        }
        any
    }
}

impl Flow {
    /// Has an engine work for this request, which waits meanwhile.
    pub(crate) fn employ(self: Box<Self>, task: Task) -> Progress {
        let cloud = Arc::clone(&self.cloud);
        let engine = match cloud.works.engine(task.engine) {
            Ok(engine) => Arc::clone(engine),
            Err(error) => return self.told(Question::Work(task), Err(error)),
        };
        let Some(places) = cloud.works.lanes.take(&task.lanes) else {
            return self.told(Question::Work(task), Err(Error::busy()));
        };
        let (signal, end) = (cloud.waiters.own_signal(), Arc::default());
        let background = self.is_background().then(|| Arc::clone(&cloud.works.background));
        let employed = Employed { task: task.clone(), signal, end: Arc::clone(&end) };
        let waiting = employed.wait(self);
        if let Some(background) = &background {
            *background.count.lock() += 1;
        }
        let weak = Arc::downgrade(&cloud);
        let done = move |result: Result<AnyWork>| {
            drop(places);
            *end.lock() = Some(result);
            if let Some(cloud) = weak.upgrade() {
                cloud.waiters.wake(Wake { signal, count: 1 });
            }
            if let Some(background) = background {
                *background.count.lock() -= 1;
                background.ended.notify_all();
            }
        };
        engine.start(Arc::clone(&task.work), Box::new(done));
        waiting
    }
}

impl Employed {
    pub(crate) fn has_ended(&self) -> bool {
        self.end.lock().is_some()
    }

    /// Goes on with the request if the work has ended, and waits on otherwise.
    pub(crate) fn wait(self, flow: Box<Flow>) -> Progress {
        // In line before the look: the work may end between the two.
        let ticket = flow.cloud.waiters.wait(self.signal, flow.place);
        let end = self.end.lock().take();
        match end {
            Some(end) => {
                drop(ticket);
                flow.told(Question::Work(self.task), end.map(Answered::End))
            }
            None => {
                let since = flow.cloud.clock.now();
                let until = since.after(LOOK_AGAIN);
                Progress::Waiting(Parked { flow, ticket, until, since, employed: Some(self) })
            }
        }
    }
}
