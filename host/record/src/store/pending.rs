//! A commit on its way.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use tokio::sync::oneshot;

use super::{Committed, StoreError};

type Answer = Result<Committed, StoreError>;

/// The answer to a commit, once it is durable and can be read. Await it, or [`Pending::wait`] for it.
/// Dropping it does not take the commit back.
#[must_use = "a commit that is not awaited may have been refused"]
pub struct Pending(oneshot::Receiver<Answer>);

impl Pending {
    /// An answer to come, and where to put it.
    pub fn new() -> (oneshot::Sender<Answer>, Self) {
        let (sender, receiver) = oneshot::channel();
        (sender, Self(receiver))
    }

    /// An answer that is known already.
    pub fn ready(answer: Answer) -> Self {
        let (sender, pending) = Self::new();
        // The receiver is in our hands, so this arrives.
        let _ = sender.send(answer);
        pending
    }

    /// Waits on this thread. Works anywhere, but never do it on an async executor's own threads.
    ///
    /// # Errors
    /// Why the commit was refused.
    pub fn wait(self) -> Answer {
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut this = pin!(self);
        loop {
            match this.as_mut().poll(&mut context) {
                Poll::Ready(answer) => return answer,
                Poll::Pending => std::thread::park(),
            }
        }
    }
}

impl Future for Pending {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        Pin::new(&mut self.0).poll(context).map(|answer| {
            answer.unwrap_or_else(|_| {
                Err(StoreError::Stopped { why: "the writer has ended".to_owned() })
            })
        })
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
