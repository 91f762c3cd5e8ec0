//! What holds of every world: a Deny never allows, order never matters, no bytes make the reader panic.

use policy::valid::{Facts, Kind, check};
use policy::{Document, Limits};
use serde_json::Value;

use crate::reference::generate::{self, World};
use crate::reference::rng::Rng;
use crate::reference::world::{Compiled, words};

fn documents(world: &mut World) -> Vec<(bool, &mut Value)> {
    let mut all: Vec<(bool, &mut Value)> = vec![];
    all.extend(world.identity.iter_mut().map(|d| (false, d)));
    all.extend(world.session.iter_mut().map(|d| (false, d)));
    all.extend(world.boundary.iter_mut().map(|d| (false, d)));
    all.extend(world.scp.iter_mut().chain(world.rcp.iter_mut()).flatten().map(|d| (false, d)));
    all.extend(world.resource.iter_mut().chain(world.endpoint.iter_mut()).map(|d| (true, d)));
    all
}

fn statements(document: &mut Value) -> &mut Vec<Value> {
    let statement = &mut document["Statement"];
    if !statement.is_array() {
        *statement = Value::Array(vec![statement.take()]);
    }
    statement.as_array_mut().expect("just made")
}

fn shuffle<T>(rng: &mut Rng, list: &mut [T]) {
    for at in (1..list.len()).rev() {
        list.swap(at, rng.below(at + 1));
    }
}

#[test]
fn an_added_deny_never_allows() {
    let mut rng = Rng(11);
    for _ in 0..1_000 {
        let world = generate::world(&mut rng);
        let mut stricter = world.clone();
        let mut all = documents(&mut stricter);
        if all.is_empty() {
            continue;
        }
        let at = rng.below(all.len());
        let (named, document) = &mut all[at];
        let deny = generate::statement(&mut rng, *named, "Deny");
        statements(document).push(deny);
        let (before, after) = (Compiled::new(&world), Compiled::new(&stricter));
        for _ in 0..10 {
            let ask = generate::ask(&mut rng);
            let (before, after) = (before.evaluate(&ask), after.evaluate(&ask));
            assert!(before.allowed || !after.allowed, "{world:?}{stricter:?}{ask:?}");
        }
    }
}

#[test]
fn order_never_matters() {
    let mut rng = Rng(12);
    for _ in 0..1_000 {
        let world = generate::world(&mut rng);
        let mut other = world.clone();
        shuffle(&mut rng, &mut other.identity);
        shuffle(&mut rng, &mut other.session);
        shuffle(&mut rng, &mut other.scp);
        shuffle(&mut rng, &mut other.rcp);
        for level in other.scp.iter_mut().chain(other.rcp.iter_mut()) {
            shuffle(&mut rng, level);
        }
        for (_, document) in documents(&mut other) {
            shuffle(&mut rng, statements(document));
        }
        let (one, two) = (Compiled::new(&world), Compiled::new(&other));
        for _ in 0..10 {
            let ask = generate::ask(&mut rng);
            assert_eq!(words(&one.evaluate(&ask)), words(&two.evaluate(&ask)), "{world:?}{other:?}{ask:?}");
        }
    }
}

const KINDS: [Kind; 8] = [
    Kind::Managed,
    Kind::Inline,
    Kind::Session,
    Kind::Trust,
    Kind::Resource,
    Kind::Endpoint,
    Kind::ServiceControl,
    Kind::ResourceControl,
];

/// Documents with bytes cut, doubled and replaced: most are refused, some are still policies, none panics.
#[test]
fn no_text_makes_the_reader_panic() {
    let mut rng = Rng(13);
    let pieces = [
        "\"",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "${",
        "*",
        "null",
        "é",
        "\\u0000",
        "1e999",
        "arn:",
        "-",
        "T",
        "\"Statement\"",
    ];
    let mut taken = 0;
    for _ in 0..5_000 {
        let named = rng.one_in(2);
        let mut text: Vec<char> = generate::document(&mut rng, named).to_string().chars().collect();
        for _ in 0..rng.below(4) {
            let at = rng.below(text.len());
            match rng.below(3) {
                0 => drop(text.drain(at..(at + 1 + rng.below(5)).min(text.len()))),
                1 => drop(text.splice(at..at, rng.pick(&pieces).chars())),
                _ => text[at] = char::from(rng.next() as u8),
            }
            if text.is_empty() {
                break;
            }
        }
        let text: String = text.into_iter().collect();
        taken += usize::from(Document::parse(&text, Limits::default()).is_ok());
        let _ = check(&text, rng.pick(&KINDS), &Facts::default(), Limits::default());
    }
    assert!(taken > 1_000, "only {taken} of the texts were policies");
    for _ in 0..5_000 {
        let bytes: Vec<u8> = (0..rng.below(64)).map(|_| rng.next() as u8).collect();
        let _ = Document::parse(&String::from_utf8_lossy(&bytes), Limits::default());
    }
}
