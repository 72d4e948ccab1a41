//! Changes in memory that lie over an engine in two layers, and what a scan gives through both.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::{Engine, EngineError, Entry, KeyRange, Order, Put};

/// Keys and their new values; none hides what lies under it.
pub type Table = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// The layers.
pub struct Layers {
    /// What came last.
    pub recent: Table,
    /// What the engine is being given.
    pub settling: Arc<Table>,
    /// Number of the last event that they reflect.
    pub upto: u64,
}

/// What a scan finds in the layers.
pub struct Found {
    over: Table,
    /// Where the engine's entries can come before the last of them.
    rest: KeyRange,
}

impl Layers {
    /// What they say of a key, if anything: its value, or that it is not there.
    pub fn get(&self, key: &[u8]) -> Option<&Option<Vec<u8>>> {
        self.recent.get(key).or_else(|| self.settling.get(key))
    }

    /// The first changes within a range, enough for so many entries.
    pub fn first(&self, range: &KeyRange, order: Order, limit: usize) -> Found {
        let mut recent = within(&self.recent, range, order).peekable();
        let mut settling = within(&self.settling, range, order).peekable();
        let (mut over, mut entries) = (Table::new(), 0);
        let mut rest = range.clone();
        while entries < limit {
            let older = match (recent.peek(), settling.peek()) {
                (None, None) => return Found { over, rest },
                (Some(_), None) => false,
                (None, Some(_)) => true,
                (Some((new, _)), Some((old, _))) if new == old => {
                    settling.next();
                    false
                }
                (Some((new, _)), Some((old, _))) => (old < new) == (order == Order::Rising),
            };
            let next = if older { settling.next() } else { recent.next() };
            if let Some((key, value)) = next {
                entries += usize::from(value.is_some());
                over.insert(key.clone(), value.clone());
            }
        }
        match (order, over.first_key_value(), over.last_key_value()) {
            (Order::Rising, _, Some((last, _))) => rest.until = Some(last.clone()),
            (Order::Falling, Some((first, _)), _) => rest.from = [first.as_slice(), &[0]].concat(),
            _ => {}
        }
        Found { over, rest }
    }
}

impl Found {
    /// What a scan gives with these over the engine's entries.
    pub fn laid_over(
        self,
        engine: &dyn Engine,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, EngineError> {
        let Self { mut over, mut rest } = self;
        if over.is_empty() {
            return engine.scan(&rest, order, limit);
        }
        let mut found = Vec::new();
        // So many that those which were removed since do not make it ask twice.
        let wanted = limit.saturating_add(over.values().filter(|value| value.is_none()).count());
        loop {
            let entries =
                if rest.is_empty() { Vec::new() } else { engine.scan(&rest, order, wanted)? };
            let all = entries.len() < wanted;
            for (key, value) in entries {
                while let Some(before) = next_before(&mut over, Some(&key), order) {
                    push(&mut found, before);
                }
                match over.remove(&key) {
                    Some(changed) => push(&mut found, (key.clone(), changed)),
                    None => found.push((key.clone(), value)),
                }
                if found.len() >= limit {
                    found.truncate(limit);
                    return Ok(found);
                }
                match order {
                    Order::Rising => rest.from = [key.as_slice(), &[0]].concat(),
                    Order::Falling => rest.until = Some(key),
                }
            }
            if all {
                while let Some(left) = next_before(&mut over, None, order) {
                    push(&mut found, left);
                }
                found.truncate(limit);
                return Ok(found);
            }
        }
    }
}

type Change<'a> = (&'a Vec<u8>, &'a Option<Vec<u8>>);

fn within<'a>(
    table: &'a Table,
    range: &KeyRange,
    order: Order,
) -> Box<dyn Iterator<Item = Change<'a>> + 'a> {
    let bounds = (
        Bound::Included(range.from.as_slice()),
        range.until.as_deref().map_or(Bound::Unbounded, Bound::Excluded),
    );
    let found = table.range::<[u8], _>(bounds);
    match order {
        Order::Rising => Box::new(found),
        Order::Falling => Box::new(found.rev()),
    }
}

/// Takes the next change out, if it comes before this key.
fn next_before(over: &mut Table, key: Option<&[u8]>, order: Order) -> Option<Put> {
    let next = match order {
        Order::Rising => over.first_entry(),
        Order::Falling => over.last_entry(),
    }?;
    let before = key.is_none_or(|key| match order {
        Order::Rising => next.key().as_slice() < key,
        Order::Falling => next.key().as_slice() > key,
    });
    before.then(|| next.remove_entry())
}

fn push(found: &mut Vec<Entry>, (key, value): Put) {
    found.extend(value.map(|value| (key, value)));
}
