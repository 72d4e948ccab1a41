//! The floor: a server that parses the body and appends it to a file, synced in groups, and nothing else.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

const ASKED: &str = "GTP_BENCH_FLOOR";

/// Whether this process is to be the floor.
pub fn asked_for() -> bool {
    std::env::var_os(ASKED).is_some()
}

/// The floor, running.
pub struct Floor {
    child: Child,
    pub address: String,
}

/// Starts this program once more, as the floor.
pub fn start() -> Floor {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .env(ASKED, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Floor { child, address: line.trim().to_owned() }
}

impl Drop for Floor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

type Append = (Vec<u8>, oneshot::Sender<()>);

/// Serves until it is killed.
pub fn serve() {
    let file = tempfile::tempfile().unwrap();
    let (appends, waiting) = channel();
    std::thread::spawn(move || write(file, &waiting));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/api/v1/citizens/{id}/submissions", post(append))
            .with_state(appends);
        axum::serve(
            axum::serve::ListenerExt::tap_io(listener, |stream| stream.set_nodelay(true).unwrap()),
            router,
        )
        .await
        .unwrap();
    });
}

async fn append(
    State(appends): State<Sender<Append>>,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let bytes = serde_json::to_vec(&body).unwrap();
    let (done, synced) = oneshot::channel();
    appends.send((bytes, done)).unwrap();
    synced.await.unwrap();
    (StatusCode::CREATED, Json(json!({ "stored": true })))
}

/// Takes all that waits, writes it, syncs once, answers all.
fn write(mut file: File, waiting: &Receiver<Append>) {
    while let Ok(first) = waiting.recv() {
        let group: Vec<Append> = std::iter::once(first).chain(waiting.try_iter()).collect();
        let bytes: Vec<u8> = group.iter().flat_map(|(bytes, _)| bytes.iter().copied()).collect();
        file.write_all(&bytes).unwrap();
        file.sync_data().unwrap();
        for (_, done) in group {
            let _ = done.send(());
        }
    }
}
