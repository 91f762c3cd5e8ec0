//! The door itself, with a service behind it that does what no real one may ([`support::lab`]).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod engines;
mod faults;
mod fronts;
mod functions;
mod handlers;
mod hosts;
mod keys;
mod modes;
mod peers;
mod records;
mod refusals;
mod replays;
mod signatures;
mod sockets;
mod strangers;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod time;
mod vault;
mod waits;

use pipeline::{Peer, Progress, Settings};
use serde_json::{Value as Json, json};
use std::net::{IpAddr, Ipv4Addr};
use testkit::{Answer, Keys, World};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn world() -> World {
    support::world(Settings::default())
}

/// The input of the lab's operations.
fn thing(name: &str, number: i64) -> Json {
    json!({"Name": name, "Number": number})
}

/// A user of the default account who may do everything.
fn user(world: &mut World, name: &str) -> Keys {
    let all = support::policy("Allow", &[("*", "*")]);
    support::grant(world, &json!({"AccessKey": name, "Account": "000000000000", "Policies": [all]})).0
}

/// Calls one of the lab's operations as the root, which must succeed.
fn lab(world: &mut World, operation: &str, name: &str, number: i64) {
    let answer = world.call(&Keys::bootstrap(), "lab", operation, &thing(name, number));
    assert!(answer.ok(), "{operation}: {answer:?}");
}

fn texts(answer: &Answer) -> Vec<String> {
    assert!(answer.ok(), "{answer:?}");
    let texts = answer.output["Texts"].as_array().cloned().unwrap_or_default();
    texts.iter().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// What there is in the lab.
fn listed(world: &mut World) -> Vec<String> {
    texts(&world.call(&Keys::bootstrap(), "lab", "List", &thing("", 0)))
}

/// Hands a call of the root to the door and tells how far it comes.
fn progress(world: &World, operation: &str, input: &Json) -> Progress {
    let date = world.cloud().clock().real();
    let request = world.request(&Keys::bootstrap(), ("lab", operation), input, date).unwrap();
    world.cloud().handle(request, Peer { ip: LOOPBACK, secure: false })
}
