//! Whom a citizen keeps out: a unit, a person or every health professional; of everything, of one programme's data,
//! or of what was measured in a period. The pages say what it means before it is done, and who opened the record in
//! spite of it.

use super::fields::{self, Choosable, Control, Field, FieldsForm};
use super::form::Posted;
use super::frame::{Frame, Moment, Visitor};
use super::mending::mended;
use super::render;
use super::whose::{Whose, called, programme_title};
use crate::problem::Problem;
use crate::text::plain::{self, TITLE};
use crate::text::{access_who, moment};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{NewBlock, Once, Why};
use gtp_model::{Block, BlockId, Blocked, Role, Time, UnitId};
use gtp_record::view::rows::GlassRow;
use serde::Deserialize;

/// So many lines of the access log are looked through for people to keep out.
const LOOKED_THROUGH: usize = 500;

#[derive(Template)]
#[template(path = "blocks.html")]
struct BlocksPage {
    frame: Frame,
    csrf: String,
    blocks: Vec<BlockView>,
    glasses: Vec<GlassView>,
}

struct BlockView {
    id: String,
    whom: String,
    what: Vec<String>,
    since: Moment,
}

struct GlassView {
    who: String,
    when: Moment,
    until: Moment,
    reason: String,
}

#[derive(Template)]
#[template(path = "block_new.html")]
struct NewPage {
    frame: Frame,
    form: FieldsForm,
}

/// `GET /citizen/blocks`
pub async fn page(visitor: Visitor) -> Result<Response, Problem> {
    let citizen = visitor.citizen()?;
    let all = visitor.state.care.blocks(visitor.actor(), citizen)?;
    let words = visitor.words();
    let mut blocks = vec![];
    for row in &all.blocks {
        blocks.push(BlockView {
            id: row.block.id.to_string(),
            whom: whom(&visitor, &row.block.whom)?,
            what: what(&visitor, &row.block),
            since: words.full(row.at),
        });
    }
    let glasses = all.glasses.iter().rev().map(|row| glass(&visitor, row));
    Ok(render(&BlocksPage {
        frame: visitor.frame(words.t("blocks-title")),
        csrf: visitor.signed.session.csrf.clone(),
        blocks,
        glasses: glasses.collect::<Result<_, _>>()?,
    }))
}

fn whom(visitor: &Visitor, whom: &Blocked) -> Result<String, Problem> {
    let words = visitor.words();
    Ok(match whom {
        Blocked::Unit { unit, below } => {
            let unit = unit_name(visitor, unit)?;
            let key = if *below { "block-unit-and-below" } else { "block-unit-alone" };
            words.t_with(key, &[("unit", unit.into())])
        }
        Blocked::Person { account } => plain::line(account, TITLE),
        Blocked::Everyone => words.t("block-everyone"),
    })
}

fn unit_name(visitor: &Visitor, id: &UnitId) -> Result<String, Problem> {
    let units = visitor.state.care.units()?;
    let unit = units.iter().find(|own| own.id == *id);
    Ok(plain::line(unit.map_or(id.as_str(), |unit| &unit.name), TITLE))
}

fn what(visitor: &Visitor, block: &Block) -> Vec<String> {
    let words = visitor.words();
    let programme = block.programme.as_ref().map_or_else(
        || words.t("block-all-programmes"),
        |programme| {
            let title = programme_title(visitor, programme.as_str());
            words.t_with("block-of-programme", &[("programme", title.into())])
        },
    );
    let day = |time: Time| moment::day(words.language, words.calendar.zoned(time).date());
    let from = block.from.map(|from| words.t_with("block-from-day", &[("day", day(from).into())]));
    let to = block.to.map(|to| words.t_with("block-to-day", &[("day", day(to.plus(-1)).into())]));
    std::iter::once(programme).chain(from).chain(to).collect()
}

fn glass(visitor: &Visitor, row: &GlassRow) -> Result<GlassView, Problem> {
    let words = visitor.words();
    Ok(GlassView {
        who: called(visitor, &row.by)?,
        when: words.full(row.at),
        until: words.full(row.glass.until),
        reason: plain::line(&row.glass.reason, plain::PARAGRAPH),
    })
}

/// What an address says besides.
#[derive(Deserialize)]
pub struct Asked {
    person: Option<String>,
}

/// `GET /citizen/blocks/new?person=nurse`
pub async fn new(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let whose = Whose::own(&visitor)?;
    let mut form = form(&visitor, &whose).await?;
    if let Some(person) = &asked.person {
        form = form.filling("whom", "person").filling("person", person);
    }
    Ok(show(&visitor, form))
}

fn show(visitor: &Visitor, form: FieldsForm) -> Response {
    let (status, frame) = form.standing(visitor, &visitor.words().t("block-new"));
    (status, render(&NewPage { frame, form })).into_response()
}

async fn form(visitor: &Visitor, whose: &Whose) -> Result<FieldsForm, Problem> {
    let words = visitor.words();
    let t = |key: &str| words.t(key);
    let whom = vec![
        Choosable::new("unit", t("block-whom-unit")).meaning(t("block-whom-unit-means")),
        Choosable::new("person", t("block-whom-person")).meaning(t("block-whom-person-means")),
        Choosable::new("everyone", t("block-everyone")).meaning(t("block-everyone-means")),
    ];
    let units = visitor.state.care.units()?.into_iter();
    let units = units.map(|unit| Choosable::new(unit.id.as_str(), plain::line(&unit.name, TITLE)));
    let mut programmes = vec![Choosable::new("all", t("block-all-programmes"))];
    let own = whose.programmes(visitor).into_iter();
    programmes.extend(own.map(|(id, title)| Choosable::new(id, title)));
    let form = FieldsForm::new(visitor, "block", "/citizen/blocks".to_owned(), "block-send")
        .asking(Field::new("whom", t("block-whom"), Control::Choice(whom)))
        .asking(Field::new("unit", t("block-unit"), Control::Select(units.collect())).optional())
        .asking(Field::new("below", t("block-below"), Control::Check(false)))
        .asking(
            Field::new("person", t("block-person"), Control::Select(people(visitor, whose).await?))
                .hint(t("block-person-hint"))
                .optional(),
        )
        .asking(Field::new("programme", t("block-what"), Control::Choice(programmes)).with("all"))
        .asking(Field::date("from", t("block-from")).hint(t("block-period-hint")).optional())
        .asking(Field::date("to", t("block-to")).optional());
    Ok(form)
}

/// The health professionals who stand in the citizen's access log, each once.
async fn people(visitor: &Visitor, whose: &Whose) -> Result<Vec<Choosable>, Problem> {
    let care = &visitor.state.care;
    let why = Why::through("page");
    let lines = care.access_log(visitor.actor(), whose.citizen, None, LOOKED_THROUGH, &why).await?;
    let mut people: Vec<Choosable> = vec![];
    for line in lines.iter().filter(|line| line.by.role == Role::Clinician) {
        if !people.iter().any(|own| own.value == line.by.account) {
            let words = plain::line(&access_who(visitor.language, line), 200);
            people.push(Choosable::new(line.by.account.clone(), words));
        }
    }
    people.sort_by(|a, b| a.words.cmp(&b.words));
    Ok(people)
}

/// `POST /citizen/blocks`
pub async fn place(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let whose = Whose::own(&visitor)?;
    let form = form(&visitor, &whose).await?.filled(&posted);
    let new = match read(&visitor, &posted) {
        Ok(new) => new,
        Err((name, key)) => {
            let words = visitor.words().t(key);
            return Ok(show(&visitor, form.fault(name, words)));
        }
    };
    let key = fields::key(&posted);
    let care = &visitor.state.care;
    match care.block(visitor.actor(), whose.citizen, &new, Once::under(key.as_ref())).await {
        Ok(_) => Ok(Redirect::to("/citizen/blocks?saved").into_response()),
        Err(refused) => {
            let place = |pointer: &str| match pointer {
                "/unit" => "unit",
                "/person" => "person",
                "/programme" => "programme",
                "/to" => "to",
                _ => "",
            };
            Ok(show(&visitor, mended(form, visitor.language, refused, place)?))
        }
    }
}

/// What was chosen; or the field that must be mended, and the key of what is wrong with it.
fn read(visitor: &Visitor, posted: &Posted) -> Result<NewBlock, (&'static str, &'static str)> {
    let whom = match posted.get("whom") {
        "unit" => Blocked::Unit {
            unit: posted.get("unit").parse().map_err(|_| ("unit", "form-no-choice"))?,
            below: !posted.get("below").is_empty(),
        },
        "person" if posted.get("person").is_empty() => return Err(("person", "form-no-choice")),
        "person" => Blocked::Person { account: posted.get("person").to_owned() },
        "everyone" => Blocked::Everyone,
        _ => return Err(("whom", "form-no-choice")),
    };
    let programme = match posted.get("programme") {
        "all" | "" => None,
        id => Some(id.parse().map_err(|_| ("programme", "form-no-choice"))?),
    };
    let calendar = visitor.state.care.calendar();
    let from = fields::moment(posted.get("from"), "", calendar);
    let from = from.map_err(|()| ("from", "form-wrong-moment"))?;
    // The last day that is named is kept from them too.
    let to = fields::through(posted.get("to"), calendar);
    let to = to.map_err(|()| ("to", "form-wrong-moment"))?;
    Ok(NewBlock { whom, programme, from, to })
}

/// `POST /citizen/blocks/{id}/withdraw`
pub async fn withdraw(
    visitor: Visitor,
    Path(block): Path<BlockId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let _ = visitor.posted(pairs)?;
    let citizen = visitor.citizen()?;
    visitor.state.care.withdraw_block(visitor.actor(), citizen, block).await?;
    Ok(Redirect::to("/citizen/blocks?saved").into_response())
}
