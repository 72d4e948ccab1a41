//! Who has seen and changed a citizen's record, in plain words, for the citizen.
//!
//! What was opened in spite of a block, or by somebody who does not look after the citizen, stands out.

use super::frame::{Frame, Moment, Visitor};
use super::render;
use crate::problem::Problem;
use crate::text::csv::row;
use crate::text::{access_under, access_what, access_who, plain, t};
use askama::Template;
use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use gtp_care::calendar::rfc3339;
use gtp_care::{LogLine, MOST_LINES, Why};
use gtp_model::{DAY, Role};
use serde::Deserialize;

/// So many lines stand on a page.
const SHOWN: usize = 50;
/// The policy under which a broken glass lets somebody in, and the event that broke it.
const GLASS: &str = "broken-glass";
const BROKEN: &str = "glass-broken";
/// The periods to choose from: days, and the key of the words. 0: everything.
const PERIODS: [(i64, &str); 4] =
    [(7, "period-7"), (28, "period-28"), (365, "period-365"), (0, "period-all")];

#[derive(Template)]
#[template(path = "access_log.html")]
struct LogPage {
    frame: Frame,
    periods: Vec<super::period::PeriodLink>,
    /// How many times the glass was broken in what is shown.
    broken: usize,
    lines: Vec<Line>,
    csv: String,
    older: Option<String>,
}

struct Line {
    when: Moment,
    who: String,
    what: String,
    why: String,
    grounds: String,
    /// Whether the glass was broken for it.
    broken: bool,
    /// Where this person can be kept out.
    block: Option<String>,
}

/// What an address asks for.
#[derive(Deserialize)]
pub struct Asked {
    days: Option<i64>,
    before: Option<u64>,
}

impl Asked {
    /// One of the periods that are offered; four weeks where none of them is asked for.
    fn days(&self) -> i64 {
        let offered = |days: &i64| PERIODS.iter().any(|(own, _)| own == days);
        self.days.filter(offered).unwrap_or(28)
    }

    /// The lines of the period, the newest first.
    async fn lines(&self, visitor: &Visitor, most: usize) -> Result<Vec<LogLine>, Problem> {
        let citizen = visitor.citizen()?;
        let care = &visitor.state.care;
        let why = Why::through("page");
        let mut lines = care.access_log(visitor.actor(), citizen, self.before, most, &why).await?;
        if self.days() > 0 {
            let from = care.now().plus(-self.days() * DAY);
            lines.retain(|line| line.at >= from);
        }
        Ok(lines)
    }
}

/// `GET /citizen/access-log?days=28`
pub async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let lines = asked.lines(&visitor, SHOWN).await?;
    let (words, days) = (visitor.words(), asked.days());
    let address = |days: i64| format!("/citizen/access-log?days={days}");
    let periods = PERIODS.iter().map(|(own, key)| super::period::PeriodLink {
        href: address(*own),
        words: words.t(key),
        current: *own == days,
    });
    let older = lines.last().filter(|_| lines.len() == SHOWN);
    let views: Vec<Line> = lines.iter().map(|line| view(&visitor, line)).collect();
    Ok(render(&LogPage {
        frame: visitor.frame(words.t("access-log-title")),
        periods: periods.collect(),
        broken: views.iter().filter(|line| line.broken).count(),
        csv: format!("/citizen/access-log.csv?days={days}"),
        older: older.map(|line| format!("{}&before={}", address(days), line.event)),
        lines: views,
    }))
}

fn view(visitor: &Visitor, line: &LogLine) -> Line {
    let language = visitor.language;
    let own = line.by.citizen.is_some() && line.by.citizen == visitor.actor().citizen;
    let blockable = line.by.role == Role::Clinician;
    Line {
        when: visitor.words().brief(line.at),
        who: if own { t(language, "you") } else { plain::line(&access_who(language, line), 200) },
        what: access_what(language, &line.what, line.changed),
        why: plain::line(&line.why, plain::PARAGRAPH),
        grounds: access_under(language, &line.under),
        broken: line.what == BROKEN || line.under.iter().any(|policy| policy == GLASS),
        block: blockable.then(|| {
            let mut address = "/citizen/blocks/new?person=".to_owned();
            for byte in line.by.account.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    address.push(char::from(byte));
                } else {
                    address.push_str(&format!("%{byte:02X}"));
                }
            }
            address
        }),
    }
}

/// `GET /citizen/access-log.csv?days=28`
pub async fn csv(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let lines = asked.lines(&visitor, MOST_LINES).await?;
    let language = visitor.language;
    let heads = ["at", "who", "what", "why", "under", "through"];
    let mut text = row(&heads.map(|head| t(language, &format!("access-csv-{head}"))));
    for line in &lines {
        text += &row(&[
            rfc3339(line.at),
            access_who(language, line),
            access_what(language, &line.what, line.changed),
            line.why.clone(),
            access_under(language, &line.under),
            line.through.clone(),
        ]);
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"access-log.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}
