//! What happened to programmes.

use std::collections::BTreeMap;

use gtp_model::ProgrammeId;

use super::rows_of;
use crate::engine::{KeyRange, Order, successor};
use crate::store::{Store, StoreError};
use crate::view::keys::{self, Key, table};
use crate::view::rows::{self, ProgrammeChange, ProgrammeRow};

/// Up to `limit` lines of a programme's history, the newest first.
///
/// # Errors
/// Where the view cannot be read.
pub fn programme_history(
    store: &dyn Store,
    programme: &ProgrammeId,
    limit: usize,
) -> Result<Vec<ProgrammeRow>, StoreError> {
    rows_of(store, "programmes", keys::programme(programme), limit)
}

/// The programmes that serve now, with the line that says which version does.
///
/// # Errors
/// Where the view cannot be read.
pub fn active_programmes(
    store: &dyn Store,
) -> Result<BTreeMap<ProgrammeId, ProgrammeRow>, StoreError> {
    let mut range = KeyRange::prefix(&Key::table(table::PROGRAMME).done());
    let mut active = BTreeMap::new();
    // One step per programme: the newest line of each, then the first of the next.
    while let Some((_, bytes)) = store.scan(&range, Order::Rising, 1)?.pop() {
        let newest: ProgrammeRow = rows::from_json("programmes", &bytes)?;
        let all = keys::programme(&newest.programme).done();
        let history = programme_history(store, &newest.programme, usize::MAX)?;
        let decisive = history
            .into_iter()
            .find(|row| !matches!(row.what, ProgrammeChange::Loaded { .. }))
            .filter(|row| matches!(row.what, ProgrammeChange::Activated { .. }));
        if let Some(row) = decisive {
            active.insert(row.programme.clone(), row);
        }
        match successor(&all) {
            Some(after) => range.from = after,
            None => break,
        }
    }
    Ok(active)
}
