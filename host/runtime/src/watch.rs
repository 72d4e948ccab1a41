//! The keeper's thread: it waits for orders and for the folder to change.

use crate::keeper::{Keeper, OrderError};
use gtp_model::{Digest, ProgrammeId};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::{
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// The folder is quiet for this long before it is looked at: a copy makes many small changes.
const QUIET: Duration = Duration::from_millis(50);
/// However busy the folder is, it is looked at this often.
const PATIENCE: Duration = Duration::from_millis(500);
/// How soon a file that may be half copied is looked at again.
const SETTLE: Duration = Duration::from_millis(500);
/// Some file systems (network drives) tell nobody about changes: look anyway, now and then.
const SWEEP: Duration = Duration::from_secs(10);

type Reply = SyncSender<Result<(), OrderError>>;

pub enum Order {
    Changed,
    Look(Reply),
    Approve(ProgrammeId, Option<Digest>, Reply),
    GoBack(ProgrammeId, Reply),
    Stop,
}

/// The thread and the way to it. Dropping it stops the thread.
pub struct Watch {
    orders: std::sync::mpsc::Sender<Order>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Starts the thread. With `folder`, it watches it.
    pub fn start(keeper: Keeper, folder: Option<&Path>) -> std::io::Result<Self> {
        let (orders, received) = channel();
        let watcher = folder.and_then(|folder| watcher(folder, orders.clone()));
        let sweep = folder.map(|_| SWEEP);
        let thread =
            std::thread::Builder::new().name("programmes".to_owned()).spawn(move || {
                let _watcher = watcher;
                keep(keeper, &received, sweep);
            })?;
        Ok(Self { orders, thread: Some(thread) })
    }

    /// Gives an order and waits until it is carried out.
    pub fn order(&self, order: impl FnOnce(Reply) -> Order) -> Result<(), OrderError> {
        let (reply, answer) = sync_channel(1);
        self.orders.send(order(reply)).map_err(|_| OrderError::Stopping)?;
        answer.recv().unwrap_or(Err(OrderError::Stopping))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.orders.send(Order::Stop);
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

fn watcher(folder: &Path, orders: std::sync::mpsc::Sender<Order>) -> Option<RecommendedWatcher> {
    let told = move |event: notify::Result<notify::Event>| {
        // Reading a file is an event too, and would set off a look that reads files.
        if !event.is_ok_and(|event| event.kind.is_access()) {
            let _ = orders.send(Order::Changed);
        }
    };
    let watching = notify::recommended_watcher(told).and_then(|mut watcher| {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    watching
        .inspect_err(|error| {
            tracing::warn!(%error, "the folder cannot be watched; it is looked at every {SWEEP:?}");
        })
        .ok()
}

fn keep(mut keeper: Keeper, orders: &Receiver<Order>, sweep: Option<Duration>) {
    let mut soon = true;
    loop {
        let wait = if soon { Some(SETTLE) } else { sweep };
        let order = match wait {
            Some(wait) => orders.recv_timeout(wait),
            None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match order {
            Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return,
            Ok(Order::Look(reply)) => {
                soon = keeper.look();
                let _ = reply.send(Ok(()));
            }
            Ok(Order::Approve(programme, digest, reply)) => {
                let _ = reply.send(keeper.approve(&programme, digest));
            }
            Ok(Order::GoBack(programme, reply)) => {
                let _ = reply.send(keeper.go_back(&programme));
            }
            Ok(Order::Changed) => match quiet(orders) {
                Some(Order::Stop) => return,
                other => {
                    soon = keeper.look();
                    if let Some(order) = other {
                        soon |= carry_out(&mut keeper, order);
                    }
                }
            },
            Err(RecvTimeoutError::Timeout) => soon = keeper.look(),
        }
    }
}

/// Waits until the folder is quiet. Comes back early with another order.
fn quiet(orders: &Receiver<Order>) -> Option<Order> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        match orders.recv_timeout(QUIET) {
            Ok(Order::Changed) => {}
            Ok(other) => return Some(other),
            Err(_) => return None,
        }
    }
    None
}

fn carry_out(keeper: &mut Keeper, order: Order) -> bool {
    let (reply, result) = match order {
        Order::Look(reply) => {
            let soon = keeper.look();
            let _ = reply.send(Ok(()));
            return soon;
        }
        Order::Approve(programme, digest, reply) => (reply, keeper.approve(&programme, digest)),
        Order::GoBack(programme, reply) => (reply, keeper.go_back(&programme)),
        Order::Changed | Order::Stop => return false,
    };
    let _ = reply.send(result);
    false
}
