//! What the runtime and the driver know of each other.

use crate::Failure;
use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::Notify;

/// An event with the headers that go with it.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) request_id: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) payload: Bytes,
}

/// What the runtime answered.
pub(crate) type Answer = Result<Bytes, Failure>;

/// Why a request of the runtime is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Misuse {
    /// 403: not now.
    State,
    /// 400: not this invocation.
    RequestId,
}

/// Where the runtime and the driver meet.
#[derive(Default)]
pub(crate) struct Desk {
    state: Mutex<State>,
    /// Tells the parked `next` that there is an event.
    delivered: Notify,
    /// Tells the driver that something changed.
    changed: Notify,
}

#[derive(Default)]
struct State {
    /// Whether a `next` is parked.
    waiting: bool,
    delivery: Option<Delivery>,
    /// The invocation that the runtime has, until it is answered and asks for the next.
    current: Option<String>,
    answer: Option<Answer>,
    init_error: Option<Failure>,
    /// Whether `next` was ever asked for: initialisation is over then.
    ready: bool,
}

impl Desk {
    // The driver's side.

    /// Hands an event over.
    pub(crate) fn deliver(&self, delivery: Delivery) {
        let mut state = self.state.lock();
        state.current = Some(delivery.request_id.clone());
        state.answer = None;
        state.delivery = Some(delivery);
        drop(state);
        self.delivered.notify_one();
    }

    /// Waits until the runtime asks for an event: `Err` if it reports that it cannot start.
    pub(crate) async fn ready(&self) -> Result<(), Failure> {
        loop {
            {
                let mut state = self.state.lock();
                if let Some(failure) = state.init_error.take() {
                    return Err(failure);
                }
                if state.waiting {
                    return Ok(());
                }
            }
            self.changed.notified().await;
        }
    }

    /// Waits until the runtime has answered and asks for the next event.
    pub(crate) async fn answered(&self) -> Answer {
        loop {
            {
                let mut state = self.state.lock();
                if state.waiting
                    && state.delivery.is_none()
                    && let Some(answer) = state.answer.take()
                {
                    state.current = None;
                    return answer;
                }
            }
            self.changed.notified().await;
        }
    }

    /// The answer of a runtime that did not live to ask for the next event.
    pub(crate) fn last_answer(&self) -> Option<Answer> {
        self.state.lock().answer.take()
    }

    /// The error that a runtime reported before it ended.
    pub(crate) fn last_init_error(&self) -> Option<Failure> {
        self.state.lock().init_error.take()
    }

    // The runtime's side.

    /// Parks until there is an event.
    pub(crate) async fn next(&self) -> Result<Delivery, Misuse> {
        let parked = {
            let mut state = self.state.lock();
            let unanswered = state.current.is_some() && state.delivery.is_none() && state.answer.is_none();
            if state.waiting || unanswered {
                return Err(Misuse::State);
            }
            state.waiting = true;
            state.ready = true;
            Parked(self)
        };
        self.changed.notify_one();
        loop {
            if let Some(delivery) = parked.0.state.lock().delivery.take() {
                return Ok(delivery);
            }
            self.delivered.notified().await;
        }
    }

    /// Whether an invocation may be answered now.
    pub(crate) fn may_answer(&self, request_id: &str) -> Result<(), Misuse> {
        let state = self.state.lock();
        if state.current.as_deref() != Some(request_id) {
            return Err(Misuse::RequestId);
        }
        let open = state.delivery.is_none() && state.answer.is_none();
        open.then_some(()).ok_or(Misuse::State)
    }

    /// Takes an answer.
    pub(crate) fn answer(&self, request_id: &str, answer: Answer) -> Result<(), Misuse> {
        self.may_answer(request_id)?;
        self.state.lock().answer = Some(answer);
        self.changed.notify_one();
        Ok(())
    }

    /// Takes the report that the runtime cannot start.
    pub(crate) fn init_error(&self, failure: Failure) -> Result<(), Misuse> {
        let mut state = self.state.lock();
        if state.ready || state.init_error.is_some() {
            return Err(Misuse::State);
        }
        state.init_error = Some(failure);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }
}

/// A parked `next`; when its connection goes, so does its place.
struct Parked<'a>(&'a Desk);

impl Drop for Parked<'_> {
    fn drop(&mut self) {
        self.0.state.lock().waiting = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::failure;
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    fn poll<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> Poll<T> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    fn event(id: &str) -> Delivery {
        Delivery { request_id: id.into(), headers: Vec::new(), payload: Bytes::new() }
    }

    #[test]
    fn an_invocation_is_answered_once_and_by_its_id() {
        let desk = Desk::default();
        desk.deliver(event("1"));
        assert_eq!(desk.may_answer("1"), Err(Misuse::State), "nobody has taken it");
        assert!(poll(pin!(desk.next())).is_ready());
        assert_eq!(desk.may_answer("2"), Err(Misuse::RequestId));
        assert!(matches!(poll(pin!(desk.next())), Poll::Ready(Err(Misuse::State))), "one at a time");
        assert_eq!(desk.answer("1", Ok(Bytes::new())), Ok(()));
        assert_eq!(desk.answer("1", Ok(Bytes::new())), Err(Misuse::State));
        assert!(poll(pin!(desk.answered())).is_pending(), "it is done when it asks for the next");
        let mut next = pin!(desk.next());
        assert!(poll(next.as_mut()).is_pending());
        assert!(matches!(poll(pin!(desk.answered())), Poll::Ready(Ok(_))));
        assert!(matches!(desk.init_error(failure("a", "b")), Err(Misuse::State)), "it had started");
    }

    #[test]
    fn a_lost_connection_gives_its_place_back() {
        let desk = Desk::default();
        {
            let mut first = pin!(desk.next());
            assert!(poll(first.as_mut()).is_pending());
            assert!(matches!(poll(pin!(desk.next())), Poll::Ready(Err(Misuse::State))), "the place is taken");
            assert!(poll(pin!(desk.ready())).is_ready());
        }
        assert!(poll(pin!(desk.ready())).is_pending());
        desk.deliver(event("1"));
        assert!(poll(pin!(desk.next())).is_ready());
    }
}
