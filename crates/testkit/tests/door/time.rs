//! What falls due, and what a reset leaves.

use crate::support::{self, directory};
use crate::{lab, listed, thing, user, world};
use clock::{Clock, Timestamp};
use pipeline::{Cloud, Settings};
use std::path::Path;
use std::time::Duration;
use store::Store;
use testkit::{Keys, World};

const START: i64 = 1_767_225_600;

fn rung(names: &[(&str, i64)]) -> Vec<String> {
    names.iter().map(|(name, after)| format!("{name} at {}", START + after)).collect()
}

fn wind(world: &World, seconds: u64) -> u64 {
    world.cloud().wind(Duration::from_secs(seconds)).unwrap().fired
}

#[test]
fn timers_fire_once_each_at_their_moments() {
    let mut world = world();
    for (name, seconds) in [("c", 30), ("a", 10), ("b", 20), ("twice", 15)] {
        lab(&mut world, "Ring", name, seconds);
    }
    assert_eq!(world.cloud().count_due(Timestamp::from_secs(START + 20)).unwrap(), 3);
    assert_eq!((wind(&world, 9), listed(&mut world)), (0, vec![]));
    // What a timer sets falls due within the same wind.
    assert_eq!(wind(&world, 16), 4);
    let first = [("a", 10), ("twice", 15), ("again", 16), ("b", 20)];
    assert_eq!(listed(&mut world), rung(&first));
    assert_eq!(world.cloud().clock().now().secs(), START + 25);
    assert_eq!(wind(&world, 3600), 1);
    assert_eq!(listed(&mut world), rung(&[&first[..], &[("c", 30)]].concat()));
    assert_eq!((wind(&world, 3600), world.cloud().next_due().unwrap()), (0, None));
}

#[test]
fn setting_a_timer_again_moves_it() {
    let mut world = world();
    lab(&mut world, "Ring", "a", 10);
    lab(&mut world, "Ring", "a", 30);
    assert_eq!((wind(&world, 20), wind(&world, 20)), (0, 1));
    assert_eq!(listed(&mut world), rung(&[("a", 30)]));
}

fn open(dir: &Path) -> World {
    let store = Store::open(dir, store::Options::default()).unwrap();
    World::over(store, Clock::held(Timestamp::from_secs(START)), directory(), Settings::default())
}

#[test]
fn timers_and_winds_outlast_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let mut world = open(dir.path());
    lab(&mut world, "Ring", "a", 10);
    lab(&mut world, "Ring", "b", 20);
    assert_eq!(wind(&world, 10), 1);
    drop(world);

    let world = open(dir.path());
    let winds = Cloud::winds_of(world.cloud().store()).unwrap();
    assert_eq!(winds.iter().map(|wind| wind.by).sum::<Duration>(), Duration::from_secs(10));
    assert_eq!(world.cloud().next_due().unwrap(), Some(Timestamp::from_secs(START + 20)));
    assert_eq!((wind(&world, 20), wind(&world, 20)), (1, 0));
    drop(world);

    let mut world = open(dir.path());
    assert_eq!((wind(&world, 60), listed(&mut world)), (0, rung(&[("a", 10), ("b", 20)])));
}

#[test]
fn a_reset_wipes_all_and_keeps_the_time() {
    let mut world = world();
    let keys = user(&mut world, "SOMEBODY");
    lab(&mut world, "Put", "a", 0);
    lab(&mut world, "Ring", "late", 7200);
    wind(&world, 3600);
    assert!(world.call(&keys, "lab", "List", &thing("", 0)).ok());
    world.cloud().reset(None).unwrap();
    assert!(listed(&mut world).is_empty());
    assert_eq!(world.call(&keys, "lab", "List", &thing("", 0)).code, "UnrecognizedClientException");
    assert_eq!(world.cloud().clock().now().secs(), START + 3600);
    let winds = Cloud::winds_of(world.cloud().store()).unwrap();
    assert_eq!(winds.iter().map(|wind| wind.by).sum::<Duration>(), Duration::from_secs(3600));
    assert_eq!((wind(&world, 7200), listed(&mut world)), (0, vec![]));
    // The next wind does not take an older one's place.
    let winds = Cloud::winds_of(world.cloud().store()).unwrap();
    assert_eq!(winds.iter().map(|wind| wind.by).sum::<Duration>(), Duration::from_secs(10_800));
}

#[test]
fn a_reset_of_one_account_leaves_the_others() {
    let mut world = world();
    let other = support::root("123456789012");
    let keys = user(&mut world, "SOMEBODY");
    for keys in [&Keys::bootstrap(), &other] {
        for operation in ["Put", "Ring"] {
            assert!(world.call(keys, "lab", operation, &thing("a", 10)).ok());
        }
    }
    world.cloud().reset(Some("123456789012".parse().unwrap())).unwrap();
    assert_eq!(wind(&world, 20), 1);
    assert_eq!(listed(&mut world), [&["a".to_owned()], &rung(&[("a", 10)])[..]].concat());
    let answer = world.call(&other, "lab", "List", &thing("", 0));
    assert!(crate::texts(&answer).is_empty());
    // What belongs to no account stays, whichever account is reset.
    world.cloud().reset(Some(ids::AccountId::DEFAULT)).unwrap();
    assert!(world.call(&keys, "lab", "List", &thing("", 0)).ok());
    assert!(listed(&mut world).is_empty());
}
