//! Not assertions but figures: `cargo test -p runner --test all speed -- --nocapture`.

use crate::bed::Bed;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn percentiles(mut all: Vec<Duration>) -> String {
    all.sort();
    let at = |part: usize| all[(all.len() * part / 100).min(all.len() - 1)];
    format!("p50 {:?} p99 {:?} max {:?}", at(50), at(99), all[all.len() - 1])
}

#[test]
fn figures() {
    for isolation in Bed::isolations() {
        let bed = Bed::with(|settings| settings.isolation = Some(isolation));
        let spec = Arc::new(bed.fixture());
        let timed = |spec: &Arc<_>| {
            let begun = Instant::now();
            bed.ask(spec, "echo x");
            begun.elapsed()
        };
        let first = timed(&spec);
        let warm: Vec<Duration> = (0..100).map(|_| timed(&spec)).collect();
        let cold: Vec<Duration> = (0..15)
            .map(|_| {
                bed.runner.retire(&spec.id.arn);
                timed(&spec)
            })
            .collect();
        eprintln!("{isolation}: first {first:?}; cold {}; warm {}", percentiles(cold), percentiles(warm));
    }
}
