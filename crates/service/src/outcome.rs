use clock::Timestamp;

/// How a handler ends when it does not fail.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<T> {
    /// The answer. What was written is committed.
    Done(T),
    /// Nothing to answer yet. What was written is rolled back, and the handler runs again, as the same request, when
    /// `on` is woken and at `until`. It may wait again, for as long as its own deadline has not come.
    Wait {
        /// What wakes it.
        on: Signal,
        /// When it runs again at the latest, in virtual time.
        until: Timestamp,
    },
}

impl<T> Outcome<T> {
    /// The same outcome with another answer.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Outcome::Done(answer) => Outcome::Done(f(answer)),
            Outcome::Wait { on, until } => Outcome::Wait { on, until },
        }
    }
}

impl<T> From<T> for Outcome<T> {
    fn from(answer: T) -> Outcome<T> {
        Outcome::Done(answer)
    }
}

/// Something that requests wait for, such as the messages of one queue. Made by [`crate::View::signal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signal(pub u64);

/// A signal that a transaction gives when it commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wake {
    /// Whom to wake.
    pub signal: Signal,
    /// How many waiters it can serve; the oldest are woken first.
    pub count: usize,
}
