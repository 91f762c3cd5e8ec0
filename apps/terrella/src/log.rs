//! The running log on standard error: denials and errors as they happen, or every call.

use crate::flags::Level;
use crate::regions::OddRegions;
use ledger::{Cursor, Filter, Outcome, Record, Refusal, RefusalFacts};
use pipeline::{Bootstrap, Cloud, Settings};
use std::net::IpAddr;
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
                say(record, level, cloud.settings());
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

fn say(record: &Record, level: Level, settings: &Settings) {
    let quiet = matches!(record.outcome(), Outcome::Ok);
    if quiet && level < Level::Debug {
        return;
    }
    eprintln!("{}", ledger::line(record));
    if let Some(hint) = hint(record, settings) {
        eprintln!("  {}", hint.replace(char::is_control, "\u{fffd}"));
    }
}

/// What to do next, for the errors that newcomers meet first.
fn hint(record: &Record, settings: &Settings) -> Option<String> {
    match &record.refused {
        Some(refused) => refusal_hint(refused, is_known_machine(record, settings), settings),
        None if record.error_code == "NotImplemented" => Some("`terrella services` lists what is built".to_owned()),
        None => None,
    }
}

/// Whether the keys that everybody knows hold where the client is.
fn is_known_machine(record: &Record, settings: &Settings) -> bool {
    let ip = record.source_ip.parse::<IpAddr>();
    settings.bootstrap == Bootstrap::Everywhere || ip.is_ok_and(|ip| ip.to_canonical().is_loopback())
}

fn refusal_hint(refused: &RefusalFacts, near: bool, settings: &Settings) -> Option<String> {
    let RefusalFacts { cause, access_key: key, detail } = refused;
    Some(match Refusal::parse(cause)? {
        Refusal::UnknownKey => {
            let others = match (near, &settings.root_key) {
                (true, _) => "'test' and any 12-digit account id work from this machine with any secret; ",
                (false, Some(_)) => {
                    "from elsewhere than this machine the root key works that was printed at the start; "
                }
                (false, None) => "",
            };
            format!(
                "no active access key {key} is known here: {others}others are made with `aws iam create-access-key`, and \
                 `aws iam list-access-keys` tells which are inactive"
            )
        }
        Refusal::UnknownSession => format!(
            "the session token does not go with {key}, or is not of this cloud: take access key, secret and token from one \
             answer of STS; a long-term key has no AWS_SESSION_TOKEN"
        ),
        Refusal::SessionBarred => {
            format!("the session of {key} may not call this service, as on AWS: assume a role for it")
        }
        Refusal::SessionEnded => {
            format!("the session of {key} has ended: get new credentials (`terrella wind` ends them too)")
        }
        Refusal::FromElsewhere => {
            let instead = match &settings.root_key {
                Some(_) => "use the root key that was printed at the start",
                None => "use a key of a user",
            };
            format!(
                "'{key}' works from this machine only, and this client is at {detail}: {instead}, or start with --trust-network"
            )
        }
        Refusal::StrangeHost => format!(
            "'{key}' does not work at '{detail}', a name that anybody may own: ask localhost or an address, sign with a key of \
             a user, or start with --trust-network"
        ),
        Refusal::StrangePage => {
            let page = if detail.is_empty() { "that its browser does not name" } else { detail };
            format!(
                "'{key}' does not work for a web page of elsewhere ({page}): serve the page from localhost, or give it a key of \
                 a user (`aws iam create-access-key`)"
            )
        }
        Refusal::ClockSkew => format!("the clocks differ by more than 15 minutes ({detail}): set the client's clock"),
        Refusal::LinkNotCurrent => format!("the link is not good at this time ({detail}): make a new one"),
        Refusal::Signature => format!(
            "{key} is known, and its secret is not this one, or the request was changed after it was signed: look at \
             AWS_SECRET_ACCESS_KEY first"
        ),
        Refusal::Scope | Refusal::Body | Refusal::Malformed => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeline::RootKey;

    fn said(cause: Refusal, from: &str, settings: &Settings) -> String {
        let facts = RefusalFacts { cause: cause.as_str().into(), access_key: "AKIAX".into(), detail: "DETAIL".into() };
        let record = Record { refused: Some(facts), source_ip: from.into(), ..Record::default() };
        hint(&record, settings).unwrap_or_default()
    }

    #[test]
    fn a_hint_names_the_key_and_its_own_cause() {
        let settings = Settings::default();
        let check = |cause: Refusal, words: &[&str]| {
            let said = said(cause, "127.0.0.1", &settings);
            for word in words.iter().chain(&["AKIAX"]) {
                assert!(said.contains(word), "{word}: {said}");
            }
        };
        check(Refusal::UnknownKey, &["'test'", "create-access-key", "inactive"]);
        check(Refusal::UnknownSession, &["AWS_SESSION_TOKEN"]);
        check(Refusal::SessionEnded, &["ended"]);
        check(Refusal::StrangeHost, &["DETAIL", "--trust-network"]);
        check(Refusal::StrangePage, &["DETAIL", "localhost"]);
        check(Refusal::Signature, &["AWS_SECRET_ACCESS_KEY"]);
        let skew = said(Refusal::ClockSkew, "127.0.0.1", &settings);
        assert!(skew.contains("clock") && skew.contains("DETAIL") && !skew.contains("secret"), "{skew}");
    }

    #[test]
    fn who_is_elsewhere_hears_of_the_keys_that_work_there() {
        let root_key = Some(RootKey { id: "AKIAROOT".into(), secret: "s".into() });
        let guarded = Settings { root_key, ..Settings::default() };
        let open = Settings { bootstrap: Bootstrap::Everywhere, ..Settings::default() };
        for (cause, from, settings, told, untold) in [
            (Refusal::UnknownKey, "::1", &guarded, "'test'", "printed"),
            (Refusal::UnknownKey, "10.0.0.9", &guarded, "printed", "'test'"),
            (Refusal::UnknownKey, "10.0.0.9", &open, "'test'", "printed"),
            (Refusal::FromElsewhere, "10.0.0.9", &guarded, "printed", "create-access-key"),
        ] {
            let said = said(cause, from, settings);
            assert!(said.contains(told) && !said.contains(untold), "{cause:?} from {from}: {said}");
        }
    }

    #[test]
    fn what_went_well_needs_no_hint() {
        assert_eq!(hint(&Record::default(), &Settings::default()), None);
        let unbuilt = Record { error_code: "NotImplemented".into(), ..Record::default() };
        assert!(hint(&unbuilt, &Settings::default()).is_some_and(|said| said.contains("terrella services")));
    }
}
