//! The running log on standard error: denials and errors as they happen, or every call.

use crate::flags::Level;
use crate::odd_regions::OddRegions;
use ledger::{Cursor, Filter, Outcome, Record};
use pipeline::Cloud;
use std::sync::Arc;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// How many records are printed at a time.
const BATCH: usize = 256;

/// Ends the log when it is dropped.
pub struct Log(Option<AbortHandle>);

impl Drop for Log {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

/// Prints from now on what happens, as far as the level asks for it.
pub fn follow(cloud: Arc<Cloud>, level: Level) -> Log {
    if level < Level::Info {
        return Log(None);
    }
    Log(Some(tokio::spawn(print(cloud, level)).abort_handle()))
}

async fn print(cloud: Arc<Cloud>, level: Level) {
    let news = Arc::new(Notify::new());
    let notify = Arc::clone(&news);
    let _subscription = cloud.ledger().subscribe(move || notify.notify_one());
    let mut after: Cursor = cloud.ledger().head();
    let mut odd_regions = OddRegions::default();
    loop {
        while let Ok(page) = cloud.ledger().follow(after, &Filter::default(), BATCH) {
            for (_, record) in &page.records {
                say(record, level);
            }
            let notes = page.records.iter().filter_map(|(_, record)| odd_regions.note(&record.region));
            notes.for_each(|note| eprintln!("{note}"));
            after = page.last;
            if !page.more {
                break;
            }
        }
        news.notified().await;
    }
}

fn say(record: &Record, level: Level) {
    let quiet = matches!(record.outcome(), Outcome::Ok);
    if quiet && level < Level::Debug {
        return;
    }
    eprintln!("{}", ledger::line(record));
    if let Some(hint) = hint(record) {
        eprintln!("  {hint}");
    }
}

/// What to do next, for the errors that newcomers meet first.
fn hint(record: &Record) -> Option<&'static str> {
    match record.error_code.as_str() {
        "InvalidClientTokenId" | "UnrecognizedClientException" | "InvalidAccessKeyId" => Some(
            "this access key is unknown: 'test' and any 12-digit account id work from this machine with any secret; \
             others are made with `aws iam create-access-key`",
        ),
        "SignatureDoesNotMatch" | "InvalidSignatureException" => {
            Some("the key is known, its secret is not this one: look at AWS_SECRET_ACCESS_KEY")
        }
        "NotImplemented" => Some("`terrella services` lists what is built"),
        _ => None,
    }
}
