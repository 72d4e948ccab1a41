//! A client that costs little: it writes requests that are nearly ready and reads no more of an answer than
//! it must.

use gtp_model::{HOUR, Time};
use gtp_tests::{days_ago, rfc3339};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A server to drive.
#[derive(Clone)]
pub struct Target {
    host: String,
    token: String,
    citizens: Arc<Vec<String>>,
    /// How many submissions were sent: each has a citizen and a moment of its own.
    sent: Arc<AtomicUsize>,
}

/// What came of it.
pub struct Load {
    /// Answers a second.
    pub rate: f64,
    /// Milliseconds within which half of them came.
    pub p50: f64,
    /// Milliseconds within which 99 of 100 came.
    pub p99: f64,
}

impl Target {
    pub fn new(address: &str, token: &str, citizens: Vec<String>) -> Self {
        Self {
            host: address.trim_start_matches("http://").to_owned(),
            token: token.to_owned(),
            citizens: Arc::new(citizens),
            sent: Arc::default(),
        }
    }

    /// The next submission: a weight, a blood pressure and a pulse, hours after the citizen's last.
    fn request(&self, into: &mut Vec<u8>) {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let citizen = &self.citizens[number % self.citizens.len()];
        let round = (number / self.citizens.len()) as i64;
        let measured = rfc3339(first_moment().plus(round * HOUR));
        let weight = 80.0 + (number % 7) as f64 / 10.0;
        let body = format!(
            "{{\"observations\":[\
             {{\"field\":\"weight\",\"value\":{weight},\"unit\":\"kg\",\"measured\":\"{measured}\"}},\
             {{\"field\":\"systolic\",\"value\":124,\"unit\":\"mm[Hg]\",\"measured\":\"{measured}\"}},\
             {{\"field\":\"diastolic\",\"value\":78,\"unit\":\"mm[Hg]\",\"measured\":\"{measured}\"}},\
             {{\"field\":\"pulse\",\"value\":66,\"unit\":\"/min\",\"measured\":\"{measured}\"}}]}}"
        );
        into.clear();
        let head = format!(
            "POST /api/v1/citizens/{citizen}/submissions HTTP/1.1\r\nHost: {}\r\n\
             Authorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.host,
            self.token,
            body.len()
        );
        into.extend_from_slice(head.as_bytes());
        into.extend_from_slice(body.as_bytes());
    }
}

fn first_moment() -> Time {
    static FIRST: std::sync::OnceLock<Time> = std::sync::OnceLock::new();
    *FIRST.get_or_init(|| days_ago(79.0))
}

/// Sends submissions over so many connections for so long, each as soon as the one before is answered.
pub async fn drive(target: &Target, connections: usize, seconds: u64) -> Load {
    let until = Instant::now() + Duration::from_secs(seconds);
    let workers: Vec<_> =
        (0..connections).map(|_| tokio::spawn(worker(target.clone(), until))).collect();
    let mut taken = vec![];
    for worker in workers {
        taken.extend(worker.await.unwrap());
    }
    taken.sort();
    let at = |share: f64| taken[(taken.len() as f64 * share) as usize].as_secs_f64() * 1000.0;
    Load { rate: taken.len() as f64 / seconds as f64, p50: at(0.5), p99: at(0.99) }
}

async fn worker(target: Target, until: Instant) -> Vec<Duration> {
    let mut stream = TcpStream::connect(&target.host).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut request, mut answer) = (vec![], vec![]);
    let mut taken = vec![];
    while Instant::now() < until {
        target.request(&mut request);
        let began = Instant::now();
        stream.write_all(&request).await.unwrap();
        read_answer(&mut stream, &mut answer).await;
        taken.push(began.elapsed());
    }
    taken
}

async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) {
    answer.clear();
    loop {
        let read = stream.read_buf(answer).await.unwrap();
        assert!(read > 0, "the server closed: {}", String::from_utf8_lossy(answer));
        let Some(end) = find(answer, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
        if answer.len() >= end + 4 + length {
            let accepted = head.starts_with("http/1.1 201");
            assert!(accepted, "{}", String::from_utf8_lossy(answer));
            return;
        }
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
