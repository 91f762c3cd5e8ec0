//! The cloud of the catalogue with [`lab`] beside it, and principals of the lab's making.

pub mod errands;
pub mod fronts;
pub mod lab;

use pipeline::{Directory, Entry, Settings};
use serde_json::{Value as Json, json};
use service::Caller;
use std::sync::LazyLock;
use testkit::{Keys, World};

/// All services of the catalogue, and the lab.
pub fn directory() -> &'static Directory {
    static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| {
        let mut entries = testkit::entries();
        entries.push(Entry::new(lab::ROUTES, &lab::MODEL, Some(&lab::SERVICE)));
        Directory::new(entries)
    });
    &DIRECTORY
}

/// A fresh cloud with the lab.
pub fn world(settings: Settings) -> World {
    World::with(directory(), settings)
}

/// The root of an account.
pub fn root(account: &str) -> Keys {
    Keys::of(account, "any secret")
}

/// Grants a principal (see [`lab::GrantRow`]) and answers with its keys and what it is to the door.
pub fn grant(world: &mut World, grant: &Json) -> (Keys, Caller) {
    let answer = world.call(&Keys::bootstrap(), "lab", "Grant", grant);
    assert!(answer.ok(), "{answer:?}");
    let row = lab::row(grant);
    let token = grant.get("Token").and_then(Json::as_str).map(str::to_owned);
    (Keys { token, ..Keys::of(&row.access_key, lab::SECRET) }, lab::caller(&row).unwrap())
}

/// A policy that has one effect on these actions and resources, statement by statement.
pub fn policy(effect: &str, of: &[(&str, &str)]) -> String {
    let statement = |(action, resource): &(&str, &str)| {
        let resource = resource.to_owned();
        json!({"Effect": effect, "Action": action, "Resource": resource})
    };
    json!({"Version": "2012-10-17", "Statement": of.iter().map(statement).collect::<Vec<_>>()}).to_string()
}
