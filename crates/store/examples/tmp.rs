//! tmp
#![allow(clippy::all, clippy::disallowed_methods)]
use store::*;
fn cpu() -> f64 { std::fs::read_to_string("/proc/thread-self/schedstat").unwrap().split(' ').next().unwrap().parse::<f64>().unwrap() }
fn sc(n: u64) -> u64 { n.wrapping_mul(0x9E37_79B9_7F4A_7C15) }
fn put(s: &Store, t: TableId, n: u64) { let mut x = s.begin(); x.put(t, &n.to_be_bytes(), &[7u8;200][..]); x.commit(b"").unwrap(); }
fn main() {
    for round in 0..2 {
    let s = Store::memory(); let t = s.table("r");
    let a = cpu(); for n in 0..300_000 { put(&s,t,sc(n)); } let b = cpu();
    print!("commit {:.0} ", (b-a)/3e5);
    let snap = s.snapshot();
    let a = cpu(); for n in 0..500_000u64 { assert!(snap.get(t,&sc(n%100).to_be_bytes()).unwrap().is_some()); } let b = cpu();
    print!("hot {:.0} ", (b-a)/5e5);
    let a = cpu(); for n in 0..500_000u64 { assert!(snap.get(t,&sc(n%300_000).to_be_bytes()).unwrap().is_some()); } let b = cpu();
    print!("all {:.0} ", (b-a)/5e5);
    let a = cpu(); let c = snap.prefix(t,b"",Direction::Forward).count(); let b = cpu();
    print!("scan {:.0} ", (b-a)/c as f64); drop(snap);
    let s = Store::memory(); let t = s.table("r");
    let mut h = s.snapshot();
    let a = cpu(); for n in 0..100_000 { put(&s,t,sc(n)); h = s.snapshot(); } let b = cpu(); drop(h);
    println!("held {:.0} round {round}", (b-a)/1e5);
    }
}
