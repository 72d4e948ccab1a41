//! What to look at when, each thing once.

use gtp_model::{AlertId, EnrolmentId, Time};
use std::collections::{BTreeSet, HashMap};

/// Something to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// An enrolment: its state, and what is missing.
    Enrolment(EnrolmentId),
    /// An alert that nobody has taken.
    Alert(AlertId),
}

/// Entries in the order of their times.
#[derive(Default)]
pub struct Agenda {
    order: BTreeSet<(Time, Entry)>,
    times: HashMap<Entry, Time>,
}

impl Agenda {
    /// Look at this then, and not when it was to be looked at before.
    pub fn at(&mut self, time: Time, entry: Entry) {
        if let Some(before) = self.times.insert(entry, time) {
            self.order.remove(&(before, entry));
        }
        self.order.insert((time, entry));
    }

    /// Takes out the first entry whose time has come.
    pub fn due(&mut self, now: Time) -> Option<Entry> {
        let (time, entry) = self.order.first().copied().filter(|(time, _)| *time <= now)?;
        self.order.remove(&(time, entry));
        self.times.remove(&entry);
        Some(entry)
    }

    /// The time of the first entry.
    pub fn next(&self) -> Option<Time> {
        self.order.first().map(|(time, _)| *time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_looked_at_once_at_its_newest_time() {
        let mut agenda = Agenda::default();
        let (one, two) = (Entry::Alert(AlertId::new()), Entry::Alert(AlertId::new()));
        agenda.at(Time(5), one);
        agenda.at(Time(3), two);
        agenda.at(Time(9), one);
        assert_eq!(agenda.next(), Some(Time(3)));
        assert_eq!(agenda.due(Time(8)), Some(two));
        assert_eq!(agenda.due(Time(8)), None);
        assert_eq!(agenda.due(Time(9)), Some(one));
        assert_eq!(agenda.next(), None);
    }
}
