//! The past of rows, for restores: who wants to read it asks for it to be kept first.

use crate::view::Source;
use crate::{Cx, Error, Key, Result, Row, Table, View};
use clock::Timestamp;

/// Where a sweep of history goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SweepPlace(pub Vec<u8>);

impl View {
    /// The state as it was at the end of `moment`'s second. Only rows can be read so that [`Cx::retain`] keeps, back to
    /// where it said; others are an error.
    pub fn at(&self, moment: Timestamp) -> Result<View> {
        let now = self.elsewhere(self.scope)?;
        let source = match &now.source {
            Source::Snapshot(snapshot) => Source::Past(snapshot.at(moment.secs())),
            _ => return Err(Error::internal("the past has a past of its own only as a part of the present")),
        };
        Ok(View { source, ..now })
    }
}

impl Cx {
    /// Keeps what the scope's rows under `prefix` were from `since` on, and answers with the first moment that can then be
    /// read: never one before now if they were not kept before. Who asks moves `since` forward as time goes on, by a
    /// timer, and sweeps ([`Cx::sweep_history`]). Rows that name bodies cannot be kept so: their bodies go with them.
    pub fn retain<K: Key + ?Sized, R: Row>(
        &mut self,
        table: &Table<K, R>,
        prefix: impl Key,
        since: Timestamp,
    ) -> Result<Timestamp> {
        if table.info().bodies {
            return Err(Error::internal("no history is kept of rows that name bodies"));
        }
        let (id, range) = self.range_of(table, prefix);
        Ok(Timestamp::from_secs(self.txn()?.retain(id, range.as_bytes(), since.secs())?))
    }

    /// Keeps no more history of what was given to [`Cx::retain`].
    pub fn release_history<K: Key + ?Sized, R: Row>(&mut self, table: &Table<K, R>, prefix: impl Key) -> Result<()> {
        let (id, range) = self.range_of(table, prefix);
        self.txn()?.release_history(id, range.as_bytes());
        Ok(())
    }

    /// Takes away what no kept range needs any more, looking at `most` entries from `place` on, and answers where to go
    /// on if that was not all.
    pub fn sweep_history<K: Key + ?Sized, R: Row>(
        &mut self,
        table: &Table<K, R>,
        prefix: impl Key,
        place: Option<&SweepPlace>,
        most: usize,
    ) -> Result<Option<SweepPlace>> {
        let (id, range) = self.range_of(table, prefix);
        let place = place.map(|place| place.0.as_slice());
        Ok(self.txn()?.sweep_history(id, range.as_bytes(), place, most)?.map(SweepPlace))
    }

    fn range_of<K: Key + ?Sized, R: Row>(
        &self,
        table: &Table<K, R>,
        prefix: impl Key,
    ) -> (store::TableId, crate::KeyBuf) {
        (self.store.table(table.info().name), table.key(self.scope(), &prefix))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RequestInfo, Scope};
    use ids::{AccountId, Region};
    use std::sync::Arc;

    shape::shape! {
        pub struct Item { pub text: String = "Text", }
    }

    static ITEMS: Table<(&str, u64), Item> = Table::new("test.items");

    fn scope() -> Scope {
        Scope::new(AccountId::DEFAULT, Region::new("eu-west-1").unwrap())
    }

    fn info() -> Arc<RequestInfo> {
        Arc::new(RequestInfo {
            id: ids::RequestId(0),
            service: "test",
            operation: "Test",
            caller: Arc::new(crate::Caller::anonymous()),
            arrived: Timestamp::EPOCH,
            base_url: "".into(),
            source_ip: "".into(),
            user_agent: "".into(),
            secure: false,
            via: None,
            trace: None,
            door: crate::DoorRef::default(),
        })
    }

    fn entropy() -> clock::Entropy {
        clock::EntropySource::seeded(1).stream()
    }

    fn write(store: &store::Store, second: i64, work: impl FnOnce(&mut Cx)) {
        let mut cx = Cx::begin(store, scope(), Timestamp::from_secs(second), info(), entropy());
        work(&mut cx);
        cx.commit(&[]).unwrap();
    }

    #[test]
    fn a_table_is_read_as_it_was_and_swept_by_who_asked() {
        let store = store::Store::memory();
        let put = |cx: &mut Cx, name: &'static str, n: u64, text: &str| {
            cx.put(&ITEMS, &(name, n), &Item { text: text.to_owned() }).unwrap();
        };
        write(&store, 100, |cx| {
            put(cx, "orders", 1, "old");
            put(cx, "others", 1, "old");
            assert_eq!(cx.retain(&ITEMS, ("orders",), Timestamp::EPOCH).unwrap().secs(), 100);
        });
        write(&store, 200, |cx| {
            put(cx, "orders", 1, "new");
            put(cx, "orders", 2, "new");
        });
        write(&store, 300, |cx| assert!(cx.delete(&ITEMS, &("orders", 1)).unwrap()));
        let view = View::of(&store, scope(), Timestamp::from_secs(400), info());
        let texts = |second: i64| -> Vec<String> {
            let past = view.at(Timestamp::from_secs(second)).unwrap();
            past.rows(&ITEMS, ("orders",)).map(|row| row.unwrap().text).collect()
        };
        assert_eq!(
            (texts(100), texts(250), texts(300)),
            (vec!["old".into()], vec!["new".into(); 2], vec!["new".into()])
        );
        let past = view.at(Timestamp::from_secs(99)).unwrap();
        assert!(past.get(&ITEMS, &("orders", 1)).is_err(), "before it was kept");
        assert!(view.at(Timestamp::from_secs(300)).unwrap().get(&ITEMS, &("others", 1)).is_err(), "never kept");
        write(&store, 400, |cx| {
            cx.retain(&ITEMS, ("orders",), Timestamp::from_secs(250)).unwrap();
            let place = cx.sweep_history(&ITEMS, ("orders",), None, 1).unwrap();
            assert!(place.is_some());
            assert_eq!(cx.sweep_history(&ITEMS, ("orders",), place.as_ref(), 9).unwrap(), None);
        });
        assert_eq!(texts(250), ["new", "new"]);
    }
}
