//! Waiting that costs a connection next to nothing while it is busy.

use hyper::rt::{Sleep, Timer};
use parking_lot::Mutex;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

/// A connection's alarm: tokio's, set once and set anew when it rings, not at each request.
type Alarm = Arc<Mutex<Option<Pin<Box<tokio::time::Sleep>>>>>;

/// How hyper times the heads of one connection. Each of its sleeps ends later than those before it, so that an alarm set for
/// an earlier one rings in time for it: to be set for what is left, or because the time has come.
#[derive(Default)]
pub(crate) struct HeadTimer(Alarm);

struct HeadSleep {
    until: tokio::time::Instant,
    alarm: Alarm,
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(HeadSleep { until: deadline.into(), alarm: Arc::clone(&self.0) })
    }
}

impl Sleep for HeadSleep {}

impl Future for HeadSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut alarm = self.alarm.lock();
        let alarm = alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(self.until)));
        while alarm.as_mut().poll(cx).is_ready() {
            if alarm.deadline() >= self.until {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(self.until);
        }
        Poll::Pending
    }
}

/// A future that is looked at only when it asks for it, though its task is woken again and again for other reasons. It has to
/// stay with one task.
pub(crate) struct Rarely<'f, F> {
    future: Pin<&'f mut F>,
    asked: Option<Arc<Asked>>,
}

struct Asked {
    flag: AtomicBool,
    task: Waker,
}

impl Wake for Asked {
    fn wake(self: Arc<Self>) {
        self.flag.store(true, Ordering::Release);
        self.task.wake_by_ref();
    }
}

impl<'f, F: Future> Rarely<'f, F> {
    pub(crate) fn new(future: Pin<&'f mut F>) -> Rarely<'f, F> {
        Rarely { future, asked: None }
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        // The first look it has for nothing.
        let first = || Arc::new(Asked { flag: AtomicBool::new(true), task: cx.waker().clone() });
        let asked = self.asked.get_or_insert_with(first);
        if !asked.flag.swap(false, Ordering::AcqRel) {
            return Poll::Pending;
        }
        let waker = Waker::from(Arc::clone(asked));
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use tokio::runtime::Builder;
    use tokio::sync::oneshot;

    #[test]
    fn a_sleep_ends_at_its_own_deadline_and_the_alarm_is_set_anew() {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let timer = HeadTimer::default();
            let began = timer.now();
            let step = Duration::from_millis(20);
            drop(timer.sleep_until(began + step));
            let mut short = timer.sleep_until(began + step);
            let pending = poll_fn(|cx| Poll::Ready(short.as_mut().poll(cx).is_pending())).await;
            assert!(pending);
            drop(short);
            timer.sleep_until(began + step * 3).await;
            assert!(timer.now() >= began + step * 3);
            timer.sleep(step).await;
            assert!(timer.now() >= began + step * 4);
        });
    }

    #[test]
    fn a_future_is_looked_at_when_it_asks() {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (tell, told) = oneshot::channel();
            let mut looks = 0;
            let mut told = std::pin::pin!(told);
            let counted = std::pin::pin!(poll_fn(|cx| {
                looks += 1;
                told.as_mut().poll(cx)
            }));
            let mut rarely = Rarely::new(counted);
            for _ in 0..5 {
                assert!(poll_fn(|cx| Poll::Ready(rarely.poll(cx))).await.is_pending());
            }
            tell.send(7).unwrap();
            assert_eq!(poll_fn(|cx| rarely.poll(cx)).await, Ok(7));
            drop(rarely);
            assert_eq!(looks, 2);
        });
    }
}
