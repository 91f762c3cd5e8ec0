//! Finding, filtering and following, in memory and across segments.

#![allow(clippy::unwrap_used, reason = "a failure here is the test's own")]

mod common;

use clock::Timestamp;
use common::{MemoryDisk, all, by_hand, number, record};
use ids::RequestId;
use ledger::{Cursor, Filter, Ledger, Options, Order, Outcome, Query, Record};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Ten records a segment, and five in memory.
fn small() -> Options {
    let segment_bytes = 128 + 10 * common::frame_bytes(100) + 10;
    Options { segment_bytes, ring_records: 5, ..by_hand() }
}

fn filled(options: &Options, numbers: std::ops::Range<u64>) -> (MemoryDisk, Ledger) {
    let disk = MemoryDisk::default();
    let ledger = disk.open(options);
    for n in numbers {
        ledger.append(&record(n));
        ledger.flush().unwrap();
    }
    (disk, ledger)
}

fn numbers(ledger: &Ledger, query: &Query) -> Vec<u64> {
    ledger.query(query).unwrap().records.iter().map(|(_, r)| number(r)).collect()
}

#[test]
fn every_page_size_and_order_gives_every_record_once() {
    for reopen in [false, true] {
        let (disk, mut ledger) = filled(&small(), 100..150);
        if reopen {
            drop(ledger);
            ledger = disk.open(&small());
        }
        assert_eq!(disk.names().len(), 5);
        for order in [Order::OldestFirst, Order::NewestFirst] {
            let mut expect: Vec<u64> = (100..150).collect();
            if order == Order::NewestFirst {
                expect.reverse();
            }
            for limit in [1, 7, 10, 49, 50, 51] {
                let (mut found, mut after) = (Vec::new(), None);
                loop {
                    let query = Query { order, after, limit, ..Query::default() };
                    let page = ledger.query(&query).unwrap();
                    found.extend(page.records.iter().map(|(_, r)| number(r)));
                    after = Some(page.last);
                    if !page.more {
                        break;
                    }
                }
                assert_eq!(found, expect, "{order:?} by {limit}, reopened: {reopen}");
            }
        }
        for n in [100, 120, 149] {
            assert_eq!(ledger.find(RequestId(n)).unwrap().map(|r| number(&r)), Some(n as u64));
        }
        assert_eq!(ledger.find(RequestId(99)).unwrap(), None);
        assert_eq!(ledger.tail(3).unwrap().iter().map(number).collect::<Vec<_>>(), [147, 148, 149]);
    }
}

#[test]
fn what_is_only_buffered_is_found_too() {
    let ledger = MemoryDisk::default().open(&small());
    (1..=20).for_each(|n| ledger.append(&record(n)));
    assert!(ledger.is_buffering());
    assert_eq!(all(&ledger), (1..=20).collect::<Vec<_>>());
}

#[test]
fn times_and_other_filters_reach_into_the_segments() {
    let (_, ledger) = filled(&small(), 100..150);
    let denied = Record {
        operation: "DeleteQueue".into(),
        status: 403,
        error_code: "AccessDenied".into(),
        decision: "denied".into(),
        ..record(150)
    };
    ledger.append(&denied);
    let check = |filter: Filter, expect: Vec<u64>| {
        let query = Query { filter, order: Order::OldestFirst, limit: 100, ..Query::default() };
        assert_eq!(numbers(&ledger, &query), expect, "{query:?}");
    };
    let (since, until) = (Some(Timestamp::from_secs(108)), Some(Timestamp::from_secs(112)));
    check(Filter { since, until, ..Filter::default() }, (108..112).collect());
    check(Filter { outcome: Some(Outcome::Denied), ..Filter::default() }, vec![150]);
    check(Filter { outcome: Some(Outcome::Ok), since, until, ..Filter::default() }, (108..112).collect());
    check(Filter { operation: Some("DeleteQueue".into()), ..Filter::default() }, vec![150]);
    check(Filter { region: Some("us-east-1".into()), ..Filter::default() }, vec![]);
}

#[test]
fn a_follower_is_woken_and_sees_each_record_once() {
    for disk in [false, true] {
        let ledger = if disk { MemoryDisk::default().open(&small()) } else { Ledger::memory(5) };
        ledger.append(&record(1));
        let woken = Arc::new(AtomicUsize::new(0));
        let count = woken.clone();
        let subscription = ledger.subscribe(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let mut at = ledger.head();
        ledger.append(&record(2));
        ledger.append(&record(3));
        let only = Filter { since: Some(Timestamp::from_secs(3)), ..Filter::default() };
        let page = ledger.follow(at, &only, 10).unwrap();
        assert_eq!(page.records.iter().map(|(_, r)| number(r)).collect::<Vec<_>>(), [3]);
        at = page.last;
        let page = ledger.follow(at, &Filter::default(), 10).unwrap();
        assert_eq!((page.records.len(), page.last, page.more), (0, at, false));
        assert_eq!(woken.load(Ordering::Relaxed), 2);
        drop(subscription);
        (4..=20).for_each(|n| ledger.append(&record(n)));
        assert_eq!(woken.load(Ordering::Relaxed), 2);
        let page = ledger.follow(at, &Filter::default(), 100).unwrap();
        let found: Vec<u64> = page.records.iter().map(|(_, r)| number(r)).collect();
        // In memory only the newest five are left.
        assert_eq!(found, if disk { (4..=20).collect::<Vec<_>>() } else { (16..=20).collect() });
        assert_eq!(page.last, Cursor(20));
    }
}

#[test]
fn keys_and_principals_are_remembered_from_both_ways_in() {
    let ledger = Ledger::memory(10);
    ledger.append(&record(5));
    let later = Record { service: "keys".into(), region: String::new(), ..record(9) };
    ledger.committed(1, &later, &ledger::encode(&later));
    let used = ledger.last_used("AKIAIOSFODNN7EXAMPLE").unwrap();
    assert_eq!((used.time.secs(), used.service.as_str(), used.region.as_str()), (9, "keys", ""));
    let services = ledger.services_used("arn:aws:iam::123456789012:user/Alice");
    assert_eq!(services.iter().map(|s| s.service.as_str()).collect::<Vec<_>>(), ["queue", "keys"]);
}

#[test]
fn data_events_that_went_well_stay_in_memory() {
    let disk = MemoryDisk::default();
    let ledger = disk.open(&small());
    let data = |n: u64| Record { data: true, read_only: false, ..record(n) };
    ledger.append(&record(1));
    ledger.append(&data(2));
    ledger.append(&Record { status: 403, decision: "denied".into(), ..data(3) });
    ledger.append(&data(4));
    assert_eq!(all(&ledger), [1, 2, 3, 4]);
    let head = ledger.head();
    drop(ledger);
    let ledger = disk.open(&small());
    assert_eq!(all(&ledger), [1, 3]);
    ledger.append(&record(5));
    let page = ledger.follow(head, &Filter::default(), 10).unwrap();
    assert_eq!(page.records.iter().map(|(_, r)| number(r)).collect::<Vec<_>>(), [5], "its number was given before");
    assert_eq!(numbers(&ledger, &Query { limit: 10, ..Query::default() }), [5, 3, 1]);
}

#[test]
fn many_threads_lose_nothing() {
    let disk = MemoryDisk::default();
    let ledger = disk.open(&Options { on_buffered: None, ..small() });
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let ledger = ledger.clone();
            scope.spawn(move || (0..200).for_each(|n| ledger.append(&record(100 + thread * 200 + n))));
        }
    });
    let mut found = all(&ledger);
    found.sort_unstable();
    assert_eq!(found, (100..900).collect::<Vec<_>>());
    drop(ledger);
    assert_eq!(all(&disk.copy().open(&small())).len(), 800);
}
