//! The line in which starts stand.

use crate::bed::Bed;
use runner::{FunctionSpec, InvocationEnd, Refusal};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Where functions call in and wait for leave to go on.
struct Gate(TcpListener);

impl Gate {
    fn open() -> Gate {
        Gate(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn address(&self) -> String {
        self.0.local_addr().unwrap().to_string()
    }

    /// The next caller, and what it says.
    fn next(&self) -> (String, TcpStream) {
        self.0.set_nonblocking(false).unwrap();
        let (mut caller, _) = self.0.accept().unwrap();
        let mut name = [0; 1];
        caller.read_exact(&mut name).unwrap();
        (String::from_utf8(name.to_vec()).unwrap(), caller)
    }

    fn is_empty(&self) -> bool {
        self.0.set_nonblocking(true).unwrap();
        matches!(self.0.accept(), Err(error) if error.kind() == ErrorKind::WouldBlock)
    }
}

fn let_go(mut caller: TcpStream) {
    caller.write_all(b"g").unwrap();
}

/// A function whose initialisation calls in at the gate.
fn gated(bed: &Bed, gate: &Gate, name: &str) -> Arc<FunctionSpec> {
    let mut spec = bed.fixture();
    spec.environment.insert("FIXTURE_INIT".into(), format!("call {} {name}", gate.address()));
    Arc::new(spec)
}

type Answer = Receiver<Result<InvocationEnd, Refusal>>;

fn begin(bed: &Bed, spec: &Arc<FunctionSpec>, verb: &str) -> Answer {
    let (tell, told) = channel();
    bed.runner.invoke(Arc::clone(spec), bed.invocation(&format!("{verb:?}")), move |end| tell.send(end).unwrap());
    told
}

fn answer(answer: &Answer) -> String {
    String::from_utf8(answer.recv().unwrap().unwrap().result.unwrap().to_vec()).unwrap()
}

/// Until so many have a sandbox or stand in the lane for one.
fn until_count(bed: &Bed, count: usize) {
    while bed.runner.sandboxes() < count {
        std::thread::yield_now();
    }
}

fn narrow(hold: Duration) -> Bed {
    Bed::with(|settings| {
        settings.max_starting = 1;
        settings.start_hold = hold;
        settings.init_limit = Duration::from_secs(60);
    })
}

#[test]
fn starts_come_one_after_the_other_in_the_order_of_their_invocations() {
    let (bed, gate) = (narrow(Duration::from_secs(60)), Gate::open());
    let functions = ["a", "b", "c"].map(|name| gated(&bed, &gate, name));
    let mut answers = Vec::new();
    for (number, spec) in functions.iter().enumerate() {
        answers.push(begin(&bed, spec, "served"));
        until_count(&bed, number + 1);
    }
    for expect in ["a", "b", "c"] {
        let (name, caller) = gate.next();
        assert_eq!(name, expect);
        assert!(gate.is_empty(), "{expect} starts alone");
        let_go(caller);
    }
    assert_eq!(answers.iter().map(answer).collect::<Vec<_>>(), ["1", "1", "1"]);
}

#[test]
fn who_stands_in_the_lane_takes_a_sandbox_that_becomes_free() {
    let (bed, gate) = (narrow(Duration::from_secs(60)), Gate::open());
    let spec = Arc::new(bed.fixture());
    let busy = begin(&bed, &spec, &format!("call {} f", gate.address()));
    let (_, at_work) = gate.next();
    let other = begin(&bed, &gated(&bed, &gate, "g"), "served");
    let (_, starting) = gate.next();
    let second = begin(&bed, &spec, "served");
    until_count(&bed, 3);
    let_go(at_work);
    assert_eq!(answer(&busy), "null");
    assert_eq!(answer(&second), "2", "no second sandbox was started");
    assert!(other.try_recv().is_err(), "the lane is full to the end");
    let_go(starting);
    assert_eq!(answer(&other), "1");
    assert_eq!(bed.runner.sandboxes(), 2);
}

#[test]
fn a_start_that_waits_for_another_does_not_hold_the_lane() {
    let (bed, gate) = (narrow(Duration::from_millis(1)), Gate::open());
    let first = begin(&bed, &gated(&bed, &gate, "a"), "served");
    let (_, starting) = gate.next();
    assert_eq!(bed.ask(&Arc::new(bed.fixture()), "served"), "1");
    let_go(starting);
    assert_eq!(answer(&first), "1");
}
