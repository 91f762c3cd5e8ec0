use crate::Timestamp;
use parking_lot::RwLock;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// One winding of the clock: at the real moment `at`, virtual time leapt forward by `by`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wind {
    /// When it happened, on the machine's clock.
    pub at: Timestamp,
    /// How far it went.
    pub by: Duration,
}

/// The one clock of a cloud. Cheap to clone; all clones are the same clock.
///
/// Virtual time is the machine's time plus all winds, or, for a clock made with [`Clock::held`], a time that moves by
/// winds alone.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    /// The machine's time is frozen here in a held clock.
    held: Option<Timestamp>,
    /// All winds added up, in microseconds.
    offset: AtomicI64,
    winds: RwLock<Vec<Wind>>,
}

impl Clock {
    /// The machine's clock with the winds of an earlier run, oldest first.
    pub fn system(winds: Vec<Wind>) -> Clock {
        Clock::with(None, winds)
    }

    /// A clock that stands at `at` until it is wound.
    pub fn held(at: Timestamp) -> Clock {
        Clock::with(Some(at), Vec::new())
    }

    fn with(held: Option<Timestamp>, winds: Vec<Wind>) -> Clock {
        let offset = winds.iter().fold(0_i64, |sum, w| sum.saturating_add(micros(w.by)));
        Clock(Arc::new(Inner { held, offset: AtomicI64::new(offset), winds: RwLock::new(winds) }))
    }

    /// Virtual now: the only time that services know.
    pub fn now(&self) -> Timestamp {
        self.both().1
    }

    /// The machine's now: for what meets the outside (`Date` headers, signature skew).
    pub fn real(&self) -> Timestamp {
        self.0.held.unwrap_or_else(|| {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            Timestamp(micros(since))
        })
    }

    /// The machine's now and virtual now, of one instant.
    pub fn both(&self) -> (Timestamp, Timestamp) {
        let real = self.real();
        (real, Timestamp(real.0.saturating_add(self.0.offset.load(Ordering::Acquire))))
    }

    /// Whether this clock moves by winds alone.
    pub fn is_held(&self) -> bool {
        self.0.held.is_some()
    }

    /// Moves virtual time forward and returns the wind, which the caller keeps with the state.
    pub fn wind(&self, by: Duration) -> Wind {
        let wind = Wind { at: self.real(), by };
        self.0.winds.write().push(wind);
        self.0.offset.fetch_add(micros(by), Ordering::AcqRel);
        wind
    }

    /// Puts another history of winds in the place of this one, as when another state is loaded: virtual time leaps with it,
    /// back too.
    pub fn rewind(&self, winds: Vec<Wind>) {
        let mut held = self.0.winds.write();
        let offset = winds.iter().fold(0_i64, |sum, w| sum.saturating_add(micros(w.by)));
        self.0.offset.store(offset, Ordering::Release);
        *held = winds;
    }

    /// All winds so far, oldest first.
    pub fn winds(&self) -> Vec<Wind> {
        self.0.winds.read().clone()
    }

    /// The virtual moment that a client with an unwound clock meant by `stamp`: what was wound before it is added.
    /// A URL presigned before a wind has so expired after it.
    pub fn meant(&self, stamp: Timestamp) -> Timestamp {
        let winds = self.0.winds.read();
        let before = winds.iter().filter(|w| w.at <= stamp);
        Timestamp(before.fold(stamp.0, |sum, w| sum.saturating_add(micros(w.by))))
    }

    /// How long until a stamp of whole seconds tells that it was made after the last wind: at most a second. A held clock's
    /// stamps never do.
    pub fn until_stamps_tell(&self) -> Duration {
        let last = self.0.winds.read().last().map(|wind| wind.at);
        last.filter(|_| !self.is_held()).map_or(Duration::ZERO, |at| until_after_second(at, self.real()))
    }

    /// The machine's moment at which virtual time will be `at`, if nothing is wound meanwhile.
    pub fn real_of(&self, at: Timestamp) -> Timestamp {
        Timestamp(at.0.saturating_sub(self.0.offset.load(Ordering::Acquire)))
    }
}

/// From `now` to the end of the second that `at` is in.
fn until_after_second(at: Timestamp, now: Timestamp) -> Duration {
    // A machine whose clock was set back meanwhile must not keep anybody waiting.
    Timestamp::from_secs(at.secs().saturating_add(1)).since(now).min(Duration::from_secs(1))
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_clock_moves_by_winds_alone() {
        let clock = Clock::held(Timestamp::from_secs(1_000));
        assert_eq!((clock.now().secs(), clock.now().secs()), (1_000, 1_000));
        clock.wind(Duration::from_secs(60));
        assert_eq!((clock.now().secs(), clock.real().secs()), (1_060, 1_000));
        assert_eq!(clock.real_of(clock.now()), clock.real());
    }

    #[test]
    fn a_stamp_means_what_was_wound_before_it() {
        let winds = [(100, 10), (200, 20)];
        let winds = winds.map(|(at, by)| Wind { at: Timestamp::from_secs(at), by: Duration::from_secs(by) });
        let clock = Clock::system(winds.to_vec());
        for (stamp, meant) in [(50, 50), (100, 110), (150, 160), (250, 280)] {
            assert_eq!(clock.meant(Timestamp::from_secs(stamp)).secs(), meant, "{stamp}");
        }
        assert_eq!(clock.real_of(Timestamp::from_secs(1_000)), Timestamp::from_secs(970));
    }

    #[test]
    fn what_is_stamped_after_the_second_of_a_wind_was_made_after_it() {
        let (second, wound) = (1_000_000, 10_000_000 + 300_000);
        for (now, left) in
            [(wound, 700_000), (wound + 600_000, 100_000), (wound + second, 0), (wound - 5 * second, second)]
        {
            let left = Duration::from_micros(u64::try_from(left).unwrap());
            assert_eq!(until_after_second(Timestamp(wound), Timestamp(now)), left, "{now}");
        }
        let clock = Clock::system(Vec::new());
        assert_eq!(clock.until_stamps_tell(), Duration::ZERO);
        let wind = clock.wind(Duration::from_secs(3_600));
        let left = clock.until_stamps_tell();
        let stamp = clock.real().after(left).whole_secs();
        assert!(stamp >= wind.at && clock.meant(stamp) == stamp.after(wind.by));
        let held = Clock::held(Timestamp(wound));
        held.wind(Duration::from_secs(60));
        assert_eq!(held.until_stamps_tell(), Duration::ZERO);
    }

    #[test]
    fn another_history_is_another_time() {
        let clock = Clock::held(Timestamp::from_secs(1_000));
        clock.wind(Duration::from_secs(60));
        clock.rewind(vec![Wind { at: Timestamp::EPOCH, by: Duration::from_secs(5) }]);
        assert_eq!((clock.now().secs(), clock.winds().len()), (1_005, 1));
    }

    #[test]
    fn clones_are_one_clock() {
        let clock = Clock::held(Timestamp::EPOCH);
        clock.clone().wind(Duration::from_secs(5));
        assert_eq!(clock.now().secs(), 5);
        assert_eq!(clock.winds().len(), 1);
    }
}
