//! The units of the installation and the people who work in them. For operators; citizens' accounts are counted and
//! not shown.

use super::frame::{Frame, Visitor};
use super::record::sector;
use super::render;
use crate::problem::Problem;
use crate::text::access_role_key;
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::response::Response;
use gtp_model::{Role, Unit, UnitId};
use gtp_record::view::rows::AccountRow;
use std::collections::BTreeMap;

/// Units lie at most so deep in each other on the page.
const DEEPEST: usize = 12;

#[derive(Template)]
#[template(path = "units.html")]
struct UnitsPage {
    frame: Frame,
    units: Vec<UnitRow>,
    people: Vec<PersonRow>,
    citizens: String,
}

struct UnitRow {
    id: String,
    name: String,
    under: String,
    sector: String,
    people: usize,
    enrolled: usize,
}

struct PersonRow {
    account: String,
    name: String,
    role: String,
    unit: String,
    second_factor: bool,
    /// Why the account is not as it should be: closed, or with a password that somebody else knows.
    remark: String,
}

/// `GET /units`
pub async fn page(visitor: Visitor) -> Result<Response, Problem> {
    let (care, words) = (&visitor.state.care, visitor.words());
    let accounts = care.accounts(visitor.actor())?;
    let counts = care.counts(visitor.actor()).await?;
    let units = care.units()?;
    let names: BTreeMap<&UnitId, &Unit> = units.iter().map(|unit| (&unit.id, unit)).collect();
    let staff = |row: &&AccountRow| !matches!(row.account.role, Role::Citizen | Role::Relative);
    let works_in =
        |row: &AccountRow, unit: &UnitId| !row.closed && row.account.unit.as_ref() == Some(unit);
    let ordered = in_tree(&units);
    let row = |unit: &Unit| UnitRow {
        id: unit.id.to_string(),
        name: plain::line(&unit.name, TITLE),
        under: unit
            .under
            .as_ref()
            .map(|id| {
                names.get(id).map_or_else(|| id.to_string(), |own| plain::line(&own.name, TITLE))
            })
            .unwrap_or_default(),
        sector: sector(unit.sector, words),
        people: accounts.iter().filter(|own| works_in(own, &unit.id)).count(),
        enrolled: counts.units.get(&unit.id).copied().unwrap_or_default().going_on(),
    };
    let person = |own: &AccountRow| PersonRow {
        account: plain::line(&own.account.account, TITLE),
        name: plain::line(&own.account.name, TITLE),
        role: words.t(access_role_key(own.account.role)),
        unit: own.account.unit.as_ref().map_or_else(String::new, |id| {
            names.get(id).map_or_else(|| id.to_string(), |unit| plain::line(&unit.name, TITLE))
        }),
        second_factor: own.second_factor.is_some(),
        remark: match (own.closed, own.temporary) {
            (true, _) => words.t("people-closed"),
            (false, true) => words.t("people-temporary"),
            (false, false) => String::new(),
        },
    };
    let others = accounts.iter().filter(|own| !staff(own)).count();
    let page = UnitsPage {
        frame: visitor.frame(words.t("units-title")),
        units: ordered.into_iter().map(row).collect(),
        people: accounts.iter().filter(staff).map(person).collect(),
        citizens: words.t_with("people-citizens", &[("count", others.into())]),
    };
    Ok(render(&page))
}

/// Each unit after the one that it lies under.
fn in_tree(units: &[Unit]) -> Vec<&Unit> {
    let path = |unit: &Unit| {
        let mut path = vec![unit.name.clone()];
        let mut next = unit.under.clone();
        while let Some(above) = next
            .filter(|_| path.len() < DEEPEST)
            .and_then(|id| units.iter().find(|own| own.id == id))
        {
            path.push(above.name.clone());
            next = above.under.clone();
        }
        path.reverse();
        path
    };
    let mut ordered: Vec<&Unit> = units.iter().collect();
    ordered.sort_by_cached_key(|unit| path(unit));
    ordered
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gtp_model::{Sector, Text};

    fn unit(id: &str, under: Option<&str>) -> Unit {
        Unit {
            id: id.parse().unwrap(),
            name: id.to_owned(),
            sector: Sector::Hospital,
            looks: Text::default(),
            under: under.map(|own| own.parse().unwrap()),
        }
    }

    #[test]
    fn a_unit_stands_after_the_one_that_it_lies_under_and_a_circle_ends() {
        let units = [unit("ward", Some("hospital")), unit("alone", None), unit("hospital", None)];
        let names: Vec<&str> = in_tree(&units).iter().map(|own| own.name.as_str()).collect();
        assert_eq!(names, ["alone", "hospital", "ward"]);
        let circle = [unit("a", Some("b")), unit("b", Some("a"))];
        assert_eq!(in_tree(&circle).len(), 2);
    }
}
