//! The engine against the reference, on seeded random requests. `cargo run --example fuzz` runs as many as wanted.

use crate::reference::rng::Rng;
use crate::reference::world::{Compiled, words};
use crate::reference::{decide, generate};
use policy::{Effect, Reason};

fn agree(seed: u64, worlds: usize, asks: usize) {
    let mut rng = Rng(seed);
    let mut allowed = 0;
    for world_index in 0..worlds {
        let world = generate::world(&mut rng);
        let compiled = Compiled::new(&world);
        for ask_index in 0..asks {
            let ask = generate::ask(&mut rng);
            let (engine, expect) = (compiled.evaluate(&ask), decide(&world, &ask));
            assert_eq!(words(&engine), expect, "seed {seed} world {world_index} ask {ask_index}\n{world:?}{ask:?}");
            assert_eq!(engine.allowed, expect.is_ok());
            allowed += usize::from(engine.allowed);
            if ask_index % 8 == 0 {
                let explained = compiled.explain(&ask);
                assert_eq!(explained.decision, engine, "evaluate and explain: {world:?}{ask:?}");
                let denies = explained.proof.statements.iter().any(|s| s.effect == Effect::Deny && s.applies());
                assert_eq!(denies, matches!(engine.reason, Reason::ExplicitDeny(_)), "{}", explained.proof);
            }
        }
    }
    // A generator whose requests all end alike would prove nothing.
    let share = allowed * 100 / (worlds * asks);
    assert!((10..90).contains(&share), "{share} % of the requests were allowed");
}

#[test]
fn agrees_with_the_reference_first_half() {
    agree(1, 1_600, 64);
}

#[test]
fn agrees_with_the_reference_second_half() {
    agree(2, 1_600, 64);
}
