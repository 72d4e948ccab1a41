//! A report as one page, to be read, printed or sent: no script, nothing from elsewhere.

use super::counts::Counts;
use super::report::Report;
use gtp_care::calendar::Calendar;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const STYLE: &str = "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}\
table{border-collapse:collapse;margin:1rem 0}th,td{padding:.25rem .75rem;border-bottom:1px solid #bbb;text-align:right}\
th:first-child,td:first-child{text-align:left}caption{text-align:left;font-weight:bold}\
svg text{font:12px sans-serif}";

/// The page. Examples lead to the citizen's page of the installation at `address`, at that day.
#[must_use]
pub fn html(report: &Report, calendar: &Calendar, address: &str) -> String {
    let day = |time| calendar.zoned(time).strftime("%Y-%m-%d").to_string();
    let title =
        format!("{} {} against {}", report.programme, report.new.version, report.old.version);
    let [before, now] = report.alerts_a_day();
    let tally = &report.tally;
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style>\
         <h1>{title}</h1><p>From {} to {}: {} citizens, {} submissions.</p>\
         <p>Alerts a day: {before:.2} before, {now:.2} now. What a rule finds within {} hours of opening an alert \
         joins it.</p>",
        day(report.from),
        day(report.until),
        tally.citizens,
        tally.submissions,
        report.handled_after / gtp_model::HOUR,
    );
    // Writing to a string does not fail.
    for (limit, value) in &report.what_if {
        let _ = write!(page, "<p>As if the region had set {limit} to {value}.</p>");
    }
    if tally.all.agree() {
        let _ =
            write!(page, "<p><strong>No difference in {} findings.</strong></p>", tally.all.same);
    }
    chart(&mut page, &tally.weeks);
    for (name, counts) in [("Rule", &tally.rules), ("Unit", &tally.units), ("Week", &tally.weeks)] {
        table(&mut page, name, counts);
    }
    for (kind, examples) in &tally.examples {
        let _ = write!(page, "<h2>{kind}</h2><ul>");
        for example in examples {
            let (citizen, on) = (example.citizen, day(example.moment));
            let at = calendar.zoned(example.moment).strftime("%Y-%m-%d %H:%M");
            let _ = write!(
                page,
                "<li><a href=\"{}/citizens/{citizen}?day={on}\">{at}</a>: {} before, {} now</li>",
                escaped(address),
                example.old,
                example.new
            );
        }
        page.push_str("</ul>");
    }
    let (old, new) = (&report.old.digest, &report.new.digest);
    let _ = write!(page, "<p>Before: {old}<br>Now: {new}</p></html>");
    page
}

/// Alerts by week, both versions side by side; the table below says the same.
fn chart(page: &mut String, weeks: &BTreeMap<String, Counts>) {
    const HEIGHT: f64 = 160.0;
    let most = weeks.values().flat_map(|own| own.alerts).max().unwrap_or(0).max(1);
    let width = weeks.len().max(1) * 14 + 40;
    let _ = write!(
        page,
        "<figure><svg role=\"img\" aria-label=\"Alerts by week, before and now; the numbers are in the table of weeks\" \
         viewBox=\"0 0 {width} {}\" width=\"{width}\" height=\"{}\"><text x=\"0\" y=\"12\">{most}</text>",
        HEIGHT + 20.0,
        HEIGHT + 20.0
    );
    for (index, (week, counts)) in weeks.iter().enumerate() {
        let x = 40 + index * 14;
        for (offset, alerts, colour) in
            [(0, counts.alerts[0], "#767676"), (6, counts.alerts[1], "#0059b3")]
        {
            let height = alerts as f64 / most as f64 * HEIGHT;
            let _ = write!(
                page,
                "<rect x=\"{}\" y=\"{:.1}\" width=\"5\" height=\"{height:.1}\" fill=\"{colour}\"><title>{week}: {alerts}</title></rect>",
                x + offset,
                HEIGHT - height
            );
        }
    }
    let first = weeks.keys().next().map_or("", String::as_str);
    let last = weeks.keys().next_back().map_or("", String::as_str);
    let _ = write!(
        page,
        "<text x=\"40\" y=\"{y}\">{first}</text><text x=\"{width}\" y=\"{y}\" text-anchor=\"end\">{last}</text></svg>\
         <figcaption>Alerts by week: grey before, blue now.</figcaption></figure>",
        y = HEIGHT + 16.0
    );
}

fn table(page: &mut String, name: &str, counts: &BTreeMap<String, Counts>) {
    let _ = write!(
        page,
        "<table><caption>By {}</caption><thead><tr><th scope=\"col\">{name}</th>\
         <th scope=\"col\">Same</th><th scope=\"col\">Gained</th><th scope=\"col\">Lost</th><th scope=\"col\">Redder</th>\
         <th scope=\"col\">Milder</th><th scope=\"col\">Alerts before</th><th scope=\"col\">Alerts now</th></tr></thead><tbody>",
        name.to_lowercase()
    );
    for (name, own) in counts {
        let [before, now] = own.alerts;
        let _ = write!(
            page,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{before}</td><td>{now}</td></tr>",
            escaped(name),
            own.same,
            own.gained,
            own.lost,
            own.redder,
            own.milder
        );
    }
    page.push_str("</tbody></table>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
