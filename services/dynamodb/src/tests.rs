//! Behaviour that transcripts cannot show: work on tables of more items than one step takes.

use crate::api::*;
use crate::item::Item;
use crate::state::{BUILDS, ITEMS, StoredItem};
use crate::value::{AttributeValue, Attributes};
use crate::{keys, ops, tables, timers};
use clock::EntropySource;
use service::{Caller, Cx, Duration, Region, RequestId, RequestInfo, Result, Scope, Timer, Timestamp, View};
use std::sync::Arc;
use store::{Store, Timers};

/// One account's tables on a clock that stands still until it is advanced.
struct Cloud {
    store: Store,
    now: Timestamp,
    entropy: EntropySource,
}

impl Cloud {
    fn new() -> Cloud {
        Cloud { store: Store::memory(), now: Timestamp::from_secs(1_700_000_000), entropy: EntropySource::seeded(1) }
    }

    fn scope(&self) -> Scope {
        Scope::new("123456789012".parse().unwrap(), Region::new("eu-central-1").unwrap())
    }

    fn info(&self) -> Arc<RequestInfo> {
        Arc::new(RequestInfo {
            id: RequestId(1),
            service: "dynamodb",
            operation: "Test",
            caller: Arc::new(Caller { account: self.scope().account, ..Caller::anonymous() }),
            arrived: self.now,
            base_url: "http://localhost:4566".into(),
            source_ip: "127.0.0.1".into(),
            user_agent: "test".into(),
            secure: false,
            via: None,
            trace: None,
            door: Default::default(),
        })
    }

    fn view(&self) -> View {
        View::of(&self.store, self.scope(), self.now, self.info())
    }

    fn run<O>(&mut self, work: impl FnOnce(&mut Cx) -> Result<O>) -> Result<O> {
        let mut cx = Cx::begin(&self.store, self.scope(), self.now, self.info(), self.entropy.stream());
        let answer = work(&mut cx)?;
        cx.commit(&[])?;
        Ok(answer)
    }

    /// Lets time pass; timers fire at their instants.
    fn advance(&mut self, span: Duration) {
        let end = self.now.after(span);
        loop {
            let due = self.store.snapshot().due(end.0, 1).unwrap();
            let Some(entry) = due.first() else { break };
            self.now = self.now.max(Timestamp(entry.due));
            let timer = Timer::from_stored(Timestamp(entry.due), &entry.payload).unwrap();
            let fire = |cx: &mut Cx| {
                cx.take_timer(&timer)?;
                timers::fire(cx, &timer)
            };
            self.run(fire).unwrap();
        }
        self.now = end;
    }

    fn create(&mut self, name: &str) {
        let (attribute_name, attribute_type) = ("pk".to_owned(), "S".to_owned());
        let definition = AttributeDefinition { attribute_name: attribute_name.clone(), attribute_type };
        let key = KeySchemaElement { attribute_name, key_type: "HASH".to_owned() };
        let input = CreateTableInput {
            table_name: name.to_owned(),
            attribute_definitions: Some(vec![definition]),
            key_schema: Some(vec![key]),
            billing_mode: Some("PAY_PER_REQUEST".to_owned()),
            ..CreateTableInput::default()
        };
        self.run(|cx| ops::tables::create_table(cx, input)).unwrap();
    }

    fn recovery(&mut self, table: &str, enabled: bool, days: i64) {
        let specification = PointInTimeRecoverySpecification {
            point_in_time_recovery_enabled: enabled,
            recovery_period_in_days: Some(days),
        };
        let input = UpdateContinuousBackupsInput {
            table_name: table.to_owned(),
            point_in_time_recovery_specification: specification,
        };
        self.run(|cx| ops::recovery::update_continuous_backups(cx, input)).unwrap();
    }

    /// Puts items of these numbers that all say the same.
    fn fill(&mut self, table: &str, numbers: std::ops::Range<usize>, says: &str) {
        let put = |cx: &mut Cx| {
            let whole = tables::own(cx, table)?;
            for number in numbers {
                let text = AttributeValue::S;
                let pairs = [("pk", text(format!("{number}"))), ("says", text(says.to_owned()))];
                let attributes: Attributes = pairs.into_iter().map(|(name, value)| (name.into(), value)).collect();
                let item = Item::of(&attributes);
                let parts = keys::stored_parts(&whole.layout, &item).unwrap();
                let key = keys::item(whole.row.space, &parts);
                cx.put(&ITEMS, &key, &StoredItem { space: whole.row.space, size: 1, item: item.0 })?;
            }
            Ok(())
        };
        self.run(put).unwrap();
    }

    fn restore(&mut self, source: &str, target: &str, at: Timestamp) -> Result<RestoreTableToPointInTimeOutput> {
        let input = RestoreTableToPointInTimeInput {
            source_table_name: Some(source.to_owned()),
            target_table_name: target.to_owned(),
            restore_date_time: Some(at),
            ..RestoreTableToPointInTimeInput::default()
        };
        self.run(|cx| ops::restores::restore_table_to_point_in_time(cx, input))
    }

    /// How many items of a table there are, and how many of them hold a text.
    fn count(&self, table: &str, says: &str) -> (usize, usize) {
        let view = self.view();
        let space = tables::find(&view, table).unwrap().unwrap().row.space;
        let items: Vec<StoredItem> = view.rows(&ITEMS, keys::space(space)).map(Result::unwrap).collect();
        let holds = |row: &&StoredItem| row.item.windows(says.len()).any(|window| window == says.as_bytes());
        (items.len(), items.iter().filter(holds).count())
    }

    fn is_building(&self, table: &str) -> bool {
        tables::find(&self.view(), table).unwrap().unwrap().row.building
    }
}

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn a_large_table_is_restored_in_steps_and_as_a_whole() {
    let mut cloud = Cloud::new();
    cloud.create("source");
    cloud.fill("source", 0..1200, "old");
    cloud.recovery("source", true, 35);
    let at = cloud.now;
    cloud.advance(HOUR);
    cloud.fill("source", 1000..2000, "new");
    cloud.restore("source", "past", at).unwrap();
    assert!(cloud.is_building("past"));
    // Between two steps the source changes, which is none of the past's business.
    cloud.fill("source", 0..10, "later");
    cloud.advance(Duration::ZERO);
    assert!(!cloud.is_building("past"));
    assert_eq!(cloud.count("past", "old"), (1200, 1200));
    assert_eq!(cloud.count("source", "new"), (2000, 1000));
}

#[test]
fn what_is_restored_ends_before_its_past_is_forgotten() {
    for delete in [false, true] {
        let mut cloud = Cloud::new();
        cloud.create("source");
        cloud.fill("source", 0..1200, "old");
        cloud.recovery("source", true, 35);
        let at = cloud.now;
        cloud.advance(HOUR);
        cloud.fill("source", 0..1200, "new");
        cloud.restore("source", "past", at).unwrap();
        if delete {
            let input = DeleteTableInput { table_name: "source".to_owned() };
            cloud.run(|cx| ops::tables::delete_table(cx, input)).unwrap();
        } else {
            cloud.recovery("source", false, 35);
        }
        assert_eq!(cloud.count("past", "old"), (1200, 1200));
        cloud.advance(HOUR);
        // Nothing is left of the past, nor of the work.
        assert_eq!(cloud.view().rows(&BUILDS, ()).count(), 0);
        if !delete {
            cloud.recovery("source", true, 35);
            assert_eq!(cloud.restore("source", "again", at).unwrap_err().code(), "InvalidRestoreTimeException");
        }
    }
}

#[test]
fn the_past_is_kept_for_its_days_and_swept() {
    let mut cloud = Cloud::new();
    cloud.create("source");
    cloud.recovery("source", true, 1);
    let first = cloud.now;
    for day in 0..5 {
        cloud.fill("source", 0..600, &format!("day{day}"));
        cloud.advance(24 * HOUR);
    }
    let error = cloud.restore("source", "past", first).unwrap_err();
    assert_eq!(error.code(), "InvalidRestoreTimeException");
    let second = cloud.now.before(24 * HOUR);
    cloud.restore("source", "past", second).unwrap();
    cloud.advance(Duration::ZERO);
    assert_eq!(cloud.count("past", "day4"), (600, 600));
    // What was swept cannot be had back by asking for more days.
    cloud.recovery("source", true, 35);
    assert_eq!(cloud.restore("source", "other", first).unwrap_err().code(), "InvalidRestoreTimeException");
    let space = tables::find(&cloud.view(), "source").unwrap().unwrap().row.space;
    let past = cloud.view().at(first).unwrap();
    assert!(past.rows(&ITEMS, keys::space(space)).next().is_some_and(|row| row.is_err()));
}
