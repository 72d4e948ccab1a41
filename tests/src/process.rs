//! What a process uses, as Linux tells it.

use std::time::Duration;

/// The time on the processor of all threads of a process together.
///
/// # Panics
/// Where there is no such process.
#[must_use]
pub fn processor_time(process: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("a process");
    // The name, in parentheses, may itself hold anything.
    let (_, after_name) = stat.rsplit_once(") ").expect("a name in parentheses");
    let ticks = after_name.split(' ').skip(11).take(2);
    let ticks: u64 = ticks.map(|ticks| ticks.parse::<u64>().expect("a number of ticks")).sum();
    // A tick is a hundredth of a second on every Linux there is.
    Duration::from_millis(ticks * 10)
}

/// The bytes of memory that a process holds.
///
/// # Panics
/// Where there is no such process.
#[must_use]
pub fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
    let kibibytes = line.split_whitespace().next().expect("a number and a unit");
    kibibytes.parse::<u64>().expect("a number of kibibytes") * 1024
}
