//! A run: inputs until the time is up, and what was found.

use crate::Dice;
use crate::guard::Mark;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::exit;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// How long one input may take, in time of the processor.
const MOST_TIME: Duration = Duration::from_secs(1);
/// How long one input may take by the clock on the wall, before the run is ended: it hangs.
const HANGS: Duration = Duration::from_secs(30);
/// What an input may allocate whatever its length, in bytes.
const FREE_BYTES: usize = 4 << 20;
/// What it may allocate beyond that for each of its own bytes.
const BYTES_PER_BYTE: usize = 256;
/// After so many different findings a run ends.
const MOST_FINDINGS: usize = 20;

static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());
static CURRENT: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static TRIED: AtomicU64 = AtomicU64::new(0);

/// Time of the processor, and the most bytes that lived at once.
#[derive(Clone, Copy, Default)]
struct Cost {
    time: Duration,
    bytes: usize,
}

/// The input that is being tried.
pub struct Case {
    mark: Mark,
    spent: Cost,
    length: usize,
    well: bool,
    wrong: Option<String>,
}

impl Case {
    /// The input is made, and this is how it reads: costs count from here on.
    pub fn begins(&mut self, shown: &[u8]) {
        let mut current = CURRENT.lock().unwrap_or_else(|e| e.into_inner());
        current.clear();
        current.extend_from_slice(shown);
        drop(current);
        self.length = shown.len();
        self.spent = Cost::default();
        self.mark = Mark::now();
    }

    /// Runs what does not count: what is done once in a process, whatever the input that first asks for it.
    pub fn free<T>(&mut self, run: impl FnOnce() -> T) -> T {
        self.spent = self.cost();
        let result = run();
        self.mark = Mark::now();
        result
    }

    fn cost(&self) -> Cost {
        let (time, bytes) = (self.mark.time(), self.mark.peak_bytes());
        Cost { time: self.spent.time + time, bytes: self.spent.bytes.max(bytes) }
    }

    /// The input was taken for a good one. A run in which that never happens tests little; the count is printed.
    pub fn went_well(&mut self) {
        self.well = true;
    }

    /// Something that must always hold does not.
    pub fn expect(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds && self.wrong.is_none() {
            self.wrong = Some(what());
        }
    }
}

struct Args {
    seed: u64,
    time: Duration,
    at: Option<u64>,
}

fn args(name: &str) -> Args {
    let mut args = Args { seed: 1, time: Duration::from_secs(60), at: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let number = words.next().and_then(|text| text.parse::<u64>().ok());
        match (word.as_str(), number) {
            ("--seconds", Some(seconds)) => args.time = Duration::from_secs(seconds),
            ("--seed", Some(seed)) => args.seed = seed,
            ("--at", Some(at)) => args.at = Some(at),
            _ => {
                eprintln!("usage: {name} [--seconds N] [--seed N] [--at N: only the input of this number]");
                exit(2);
            }
        }
    }
    args
}

/// Tries inputs until the time is up. The exit code is 1 where something was found.
pub fn fuzz(name: &str, mut target: impl FnMut(&mut Dice, &mut Case)) {
    let args = args(name);
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
        let text = info.payload_as_str().unwrap_or("a panic");
        PANICS.lock().unwrap_or_else(|e| e.into_inner()).push(format!("panic at {place}: {text}"));
    }));
    std::thread::spawn(watch);
    let (start, mut found, mut well) = (Instant::now(), BTreeSet::new(), 0u64);
    let (mut most, mut dearest) = (Cost::default(), 0);
    let mut number = args.at.unwrap_or(0);
    while args.at.is_some() || start.elapsed() < args.time {
        TRIED.store(number + 1, Relaxed);
        let mut case = Case { mark: Mark::now(), spent: Cost::default(), length: 0, well: false, wrong: None };
        let mut dice = Dice::new(args.seed, number);
        let _ = catch_unwind(AssertUnwindSafe(|| target(&mut dice, &mut case)));
        let cost = case.cost();
        if cost.time > most.time {
            dearest = number;
        }
        most = Cost { time: most.time.max(cost.time), bytes: most.bytes.max(cost.bytes) };
        well += u64::from(case.well);
        for (what, place) in findings(case, cost) {
            if found.insert(place) {
                report(name, args.seed, number, &what);
            }
        }
        if args.at.is_some() {
            println!("input: {}", hex());
        }
        if args.at.is_some() || found.len() >= MOST_FINDINGS {
            break;
        }
        number += 1;
    }
    let (tried, seconds) = (number - args.at.unwrap_or(0), start.elapsed().as_secs());
    println!(
        "{name}: seed {}, {tried} inputs in {seconds} s, {well} went well; the slowest (--at {dearest}) took {:.0?}, the largest {} KiB; {} found",
        args.seed,
        most.time,
        most.bytes / 1024,
        found.len()
    );
    exit(i32::from(!found.is_empty()));
}

/// What is wrong with a case, and where: one place is told of once.
fn findings(case: Case, cost: Cost) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for panic in std::mem::take(&mut *PANICS.lock().unwrap_or_else(|e| e.into_inner())) {
        let place = panic.split(": ").next().unwrap_or_default().to_owned();
        all.push((panic, place));
    }
    if cost.time > MOST_TIME {
        all.push((format!("took {:.1?}", cost.time), "time".to_owned()));
    }
    if cost.bytes > FREE_BYTES + BYTES_PER_BYTE * case.length {
        all.push((format!("{} bytes allocated for {} bytes", cost.bytes, case.length), "memory".to_owned()));
    }
    if let Some(wrong) = case.wrong {
        let place = wrong.split(':').next().unwrap_or_default().to_owned();
        all.push((wrong, place));
    }
    all
}

fn report(name: &str, seed: u64, number: u64, what: &str) {
    println!("FOUND {what}\n  again: {name} --seed {seed} --at {number}\n  input: {}", hex());
}

/// The input that is being tried, as hex.
fn hex() -> String {
    let current = CURRENT.lock().unwrap_or_else(|e| e.into_inner());
    current.iter().map(|b| format!("{b:02x}")).collect()
}

/// Ends the run when an input hangs.
fn watch() {
    let mut seen = (0, Instant::now());
    loop {
        std::thread::park_timeout(Duration::from_secs(1));
        let tried = TRIED.load(Relaxed);
        if tried != seen.0 {
            seen = (tried, Instant::now());
        } else if seen.1.elapsed() > HANGS {
            println!("FOUND a hang at input {} (--at), as hex {}", tried - 1, hex());
            exit(1);
        }
    }
}
