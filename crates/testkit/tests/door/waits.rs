//! Requests that wait.

use crate::{lab, listed, progress, texts, thing, world};
use pipeline::{Parked, Progress};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use testkit::{Call, Keys, World};

fn take(world: &mut World, seconds: i64) -> usize {
    match world.begin(&Keys::bootstrap(), "lab", "Take", &thing("bread", seconds)) {
        Call::Waiting(ticket) => ticket,
        Call::Done(answer) => panic!("it does not wait: {answer:?}"),
    }
}

fn parked(world: &World) -> (Parked, Arc<AtomicUsize>) {
    let Progress::Waiting(parked) = progress(world, "Take", &thing("bread", 60)) else { panic!("it does not wait") };
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    parked.on_wake(move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    (parked, woken)
}

#[test]
fn the_oldest_is_served_first() {
    let mut world = world();
    let tickets = [60, 50, 40].map(|seconds| take(&mut world, seconds));
    assert_eq!(world.cloud().waiting(), 3);
    lab(&mut world, "Give", "water", 5);
    assert_eq!(tickets.map(|ticket| world.take(ticket)), [None, None, None]);
    lab(&mut world, "Give", "bread", 1);
    assert_eq!(texts(&world.take(tickets[0]).unwrap()), ["bread"]);
    assert_eq!((world.take(tickets[1]), world.take(tickets[2])), (None, None));
    lab(&mut world, "Give", "bread", 3);
    assert_eq!(texts(&world.take(tickets[1]).unwrap()), ["bread"]);
    assert_eq!(texts(&world.take(tickets[2]).unwrap()), ["bread"]);
    assert_eq!((world.cloud().waiting(), listed(&mut world)), (0, vec!["bread x1".to_owned(), "water x5".to_owned()]));
}

#[test]
fn who_was_woken_for_nothing_keeps_his_place() {
    let mut world = world();
    let (old, young) = (take(&mut world, 60), take(&mut world, 60));
    // A wind wakes all; each looks and waits on.
    world.advance(Duration::from_secs(1)).unwrap();
    lab(&mut world, "Give", "bread", 1);
    assert_eq!((world.take(young), world.take(old).is_some()), (None, true));
}

#[test]
fn time_is_up_when_it_says_and_nothing_remains_of_the_wait() {
    let mut world = world();
    let (short, long) = (take(&mut world, 10), take(&mut world, 20));
    world.advance(Duration::from_micros(9_999_999)).unwrap();
    assert_eq!((world.take(short), world.take(long)), (None, None));
    world.advance(Duration::from_micros(1)).unwrap();
    assert_eq!(texts(&world.take(short).unwrap()), Vec::<String>::new());
    assert_eq!(world.take(long), None);
    world.advance(Duration::from_secs(3600)).unwrap();
    assert!(world.take(long).unwrap().ok());
    assert!(listed(&mut world).is_empty(), "what was written before the wait remains");
}

#[test]
fn however_often_it_runs_it_is_one_record() {
    let mut world = world();
    let ticket = take(&mut world, 60);
    assert!(world.records(100).is_empty(), "it is recorded before it has an answer");
    for _ in 0..3 {
        world.advance(Duration::from_secs(5)).unwrap();
    }
    lab(&mut world, "Give", "bread", 1);
    assert!(world.take(ticket).unwrap().ok());
    let records = world.records(100);
    let taken: Vec<_> = records.iter().filter(|record| record.operation == "Take").collect();
    assert_eq!((records.len(), taken.len(), taken[0].status), (2, 1, 200));
    let give = records.iter().find(|record| record.operation == "Give").unwrap();
    assert!(taken[0].time < give.time, "it arrived before what woke it");
    assert!(taken[0].read_only, "it consumes, and only reads");
}

#[test]
fn who_hangs_up_takes_nothing() {
    let mut world = world();
    let (gone, stays) = (take(&mut world, 60), take(&mut world, 60));
    world.hang_up(gone);
    assert_eq!(world.cloud().waiting(), 1);
    lab(&mut world, "Give", "bread", 1);
    assert_eq!((world.take(gone), world.take(stays).is_some()), (None, true));
}

#[test]
fn a_wake_that_reaches_nobody_is_passed_on() {
    let mut world = world();
    let ((first, first_woken), (second, second_woken)) = (parked(&world), parked(&world));
    let woken = || [&first_woken, &second_woken].map(|woken| woken.load(Ordering::Relaxed));
    lab(&mut world, "Give", "bread", 1);
    assert_eq!(woken(), [1, 0]);
    drop(first);
    assert_eq!(woken(), [1, 1]);
    assert!(matches!(second.resume(), Progress::Done(reply) if reply.body.windows(5).any(|w| w == b"bread")));
    assert_eq!(listed(&mut world), ["bread x0"]);
}

#[test]
fn who_waits_when_the_cloud_stops_is_told_to_come_back() {
    let mut world = world();
    let (parked, _) = parked(&world);
    let Progress::Done(reply) = parked.give_up() else { panic!("it waits on") };
    assert_eq!(reply.status, 503);
    let records = world.records(100);
    assert_eq!((records.len(), records[0].error_code.as_str(), records[0].status), (1, "ServiceUnavailable", 503));
    assert_eq!(world.cloud().waiting(), 0);
    assert!(listed(&mut world).is_empty());
}
