//! Holds the engine against the reference evaluator of the tests on as many random requests as wanted:
//! `cargo run --release -p policy --example fuzz -- 10000000 [seed]`. It stops at the first difference.
#![expect(clippy::panic, reason = "a difference ends the run")]

#[path = "../tests/suite/reference/mod.rs"]
mod reference;

use reference::rng::Rng;
use reference::world::{Compiled, words};
use reference::{decide, generate};

const ASKS_OF_ONE_WORLD: u64 = 50;

fn main() {
    #[expect(clippy::disallowed_methods, reason = "an example is its own program")]
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (requests, seed) = (number(10_000_000), number(1_000));
    let mut allowed = 0_u64;
    for index in 0..requests.div_ceil(ASKS_OF_ONE_WORLD) {
        let world_seed = seed.wrapping_add(index);
        let mut rng = Rng(world_seed);
        let world = generate::world(&mut rng);
        let compiled = Compiled::new(&world);
        for _ in 0..ASKS_OF_ONE_WORLD {
            let ask = generate::ask(&mut rng);
            let (engine, expect) = (compiled.evaluate(&ask), decide(&world, &ask));
            assert_eq!(words(&engine), expect, "seed {world_seed}\n{world:?}{ask:?}");
            assert_eq!(compiled.explain(&ask).decision, engine, "seed {world_seed}\n{world:?}{ask:?}");
            allowed += u64::from(engine.allowed);
        }
    }
    println!("{requests} requests from seed {seed} on, {allowed} allowed, no difference");
}
