//! A report for a terminal, and for a spreadsheet.

use super::counts::Counts;
use super::report::Report;
use gtp_care::calendar::Calendar;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The report in words and numbers.
#[must_use]
pub fn text(report: &Report, calendar: &Calendar) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let day = |time| calendar.zoned(time).strftime("%Y-%m-%d").to_string();
    let tally = &report.tally;
    let [before, now] = report.alerts_a_day();
    let _ = writeln!(
        text,
        "{} {} against {}, from {} to {}: {} citizens, {} submissions",
        report.programme,
        report.new.version,
        report.old.version,
        day(report.from),
        day(report.until),
        tally.citizens,
        tally.submissions
    );
    for (limit, value) in &report.what_if {
        let _ = writeln!(text, "as if the region had set {limit} to {value}");
    }
    let hours = report.handled_after / gtp_model::HOUR;
    let _ = writeln!(
        text,
        "alerts a day: {before:.2} before, {now:.2} now (what a rule finds within {hours} h of opening an alert joins it)"
    );
    let [failed_old, failed_new] = tally.failures;
    if failed_old + failed_new > 0 {
        let _ = writeln!(text, "runs that failed: {failed_old} before, {failed_new} now");
    }
    if tally.all.agree() {
        let _ = writeln!(text, "no difference in {} findings", tally.all.same);
    }
    for (title, counts) in [("rule", &tally.rules), ("unit", &tally.units), ("week", &tally.weeks)]
    {
        table(&mut text, title, counts);
    }
    for (kind, examples) in &tally.examples {
        let _ = writeln!(text, "\n{kind}");
        for example in examples {
            let moment = calendar.zoned(example.moment);
            let moment = moment.strftime("%Y-%m-%d %H:%M");
            let (citizen, old, new) = (example.citizen, &example.old, &example.new);
            let _ = writeln!(text, "  {moment}  {old} -> {new}  citizen {citizen}");
        }
    }
    text
}

fn table(text: &mut String, title: &str, counts: &BTreeMap<String, Counts>) {
    let _ = writeln!(
        text,
        "\n{title:<32}{:>9}{:>9}{:>9}{:>9}{:>9}{:>16}",
        "same", "gained", "lost", "redder", "milder", "alerts"
    );
    for (name, own) in counts {
        let [before, now] = own.alerts;
        let _ = writeln!(
            text,
            "{name:<32}{:>9}{:>9}{:>9}{:>9}{:>9}{:>16}",
            own.same,
            own.gained,
            own.lost,
            own.redder,
            own.milder,
            format!("{before} -> {now}")
        );
    }
}

/// The counts, one line for each rule, unit and week.
#[must_use]
pub fn csv(report: &Report) -> String {
    let mut text = String::from(
        "by,name,same,gained,lost,redder,milder,findings_before,findings_now,not_judged_before,not_judged_now,alerts_before,alerts_now\n",
    );
    let all = BTreeMap::from([("all".to_owned(), report.tally.all)]);
    for (by, counts) in [
        ("all", &all),
        ("rule", &report.tally.rules),
        ("unit", &report.tally.units),
        ("week", &report.tally.weeks),
    ] {
        for (name, own) in counts {
            let pairs = [own.findings, own.not_judged, own.alerts];
            let single = [own.same, own.gained, own.lost, own.redder, own.milder];
            // Ids have no comma and no quotation mark.
            let numbers: Vec<String> =
                single.iter().chain(pairs.iter().flatten()).map(u64::to_string).collect();
            let _ = writeln!(text, "{by},{name},{}", numbers.join(","));
        }
    }
    text
}
