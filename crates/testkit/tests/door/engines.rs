//! Work that engines do while requests wait for it.

use crate::support::errands::Chore;
use crate::{lab, support, texts, thing};
use serde_json::json;
use service::{AnyWork, Done, Engine, Error};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::{Call, Keys, World};

/// An engine that does what it is told when the test says so.
#[derive(Default)]
struct Bench(Mutex<Vec<(String, Done)>>);

impl Engine for Bench {
    fn name(&self) -> &'static str {
        "bench"
    }

    fn start(&self, work: AnyWork, done: Done) {
        let Chore(name) = work.downcast_ref::<Chore>().unwrap().clone();
        self.0.lock().unwrap().push((name, done));
    }
}

impl Bench {
    fn begun(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(name, _)| name.clone()).collect()
    }

    fn end(&self, result: Result<&str, Error>) {
        let (name, done) = self.0.lock().unwrap().remove(0);
        done(result.map(|word| Arc::new(format!("{name} {word}")) as AnyWork));
    }
}

/// An engine that is done at once.
struct Quick;

impl Engine for Quick {
    fn name(&self) -> &'static str {
        "bench"
    }

    fn start(&self, work: AnyWork, done: Done) {
        let Chore(name) = work.downcast_ref::<Chore>().unwrap().clone();
        done(Ok(Arc::new(name)));
    }
}

fn world() -> (World, Arc<Bench>) {
    let bench = Arc::new(Bench::default());
    (World::with_engines(support::directory(), vec![bench.clone()]), bench)
}

fn begin(world: &mut World, name: &str) -> usize {
    match world.begin(&Keys::bootstrap(), "lab", "Work", &thing(name, 0)) {
        Call::Waiting(ticket) => ticket,
        Call::Done(answer) => panic!("it does not wait: {answer:?}"),
    }
}

fn told(world: &mut World) -> Vec<String> {
    texts(&world.call(&Keys::bootstrap(), "lab", "Told", &thing("", 0)))
}

#[test]
fn a_request_waits_for_its_work_and_nobody_else_does() {
    let (mut world, bench) = world();
    let ticket = begin(&mut world, "a");
    assert_eq!(bench.begun(), ["a first"]);
    lab(&mut world, "Put", "free", 0);
    bench.end(Ok("done"));
    world.go_on();
    assert_eq!((world.take(ticket), bench.begun()), (None, vec!["a second".to_owned()]));
    // A wind wakes all who wait; the work is not begun again.
    world.advance(Duration::from_secs(100_000)).unwrap();
    assert_eq!(bench.begun(), ["a second"]);
    bench.end(Ok("done"));
    world.go_on();
    assert_eq!(texts(&world.take(ticket).unwrap()), ["a first done", "a second done"]);
    assert_eq!(told(&mut world), ["a first done, a second done"]);
    let records = world.records(100);
    assert_eq!(records.iter().filter(|record| record.operation == "Work").count(), 1);
}

#[test]
fn work_that_fails_is_an_answer_and_a_client_may_leave() {
    let (mut world, bench) = world();
    let ticket = begin(&mut world, "a");
    bench.end(Err(Error::new("LabFailure", "it broke").status(400)));
    world.go_on();
    assert_eq!(world.take(ticket).unwrap().code, "LabFailure");
    let ticket = begin(&mut world, "b");
    world.hang_up(ticket);
    bench.end(Ok("done"));
    world.go_on();
    assert_eq!((bench.begun().len(), told(&mut world).len()), (0, 0));
}

#[test]
fn an_engine_may_be_quick_or_missing() {
    let mut world = World::with_engines(support::directory(), vec![Arc::new(Quick)]);
    let answer = world.call(&Keys::bootstrap(), "lab", "Work", &thing("a", 0));
    assert_eq!(texts(&answer), ["a first", "a second"]);
    let mut world = crate::world();
    let answer = world.call(&Keys::bootstrap(), "lab", "Work", &thing("a", 0));
    assert_eq!((answer.status, answer.code.as_str()), (400, "NotImplemented"));
}

#[test]
fn a_wind_waits_for_the_work_that_deliveries_began() {
    let (mut world, bench) = world();
    let input =
        json!({"Name": "d", "Service": "lab", "Operation": "Work", "Input": "{\"Name\": \"d\"}", "Then": "tell"});
    assert!(world.call(&Keys::bootstrap(), "lab", "PostPeer", &input).ok());
    assert_eq!(bench.begun(), ["d first"]);
    let worker = std::thread::spawn(move || {
        // Each piece of work is ended as soon as it was begun; the wind goes on when none is left.
        let mut ended = 0;
        while ended < 2 {
            if bench.begun().is_empty() {
                std::thread::yield_now();
            } else {
                bench.end(Ok("done"));
                ended += 1;
            }
        }
    });
    world.advance(Duration::from_secs(1)).unwrap();
    worker.join().unwrap();
    let told = told(&mut world);
    assert_eq!(told, ["posts d", "d first done, d second done", "d arrived at attempt 1"]);
}
