//! One event of every kind, with every optional part there.
#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing)]

use gtp_model::programme::Severity;
use gtp_model::*;
use gtp_record::event::access::{AccessSearched, RecordViewed, RecordsListed};
use gtp_record::event::account::*;
use gtp_record::event::alert::*;
use gtp_record::event::assessment::*;
use gtp_record::event::citizen::*;
use gtp_record::event::command::CommandDone;
use gtp_record::event::consent::*;
use gtp_record::event::enrolment::*;
use gtp_record::event::limit::{BaselineSet, LimitSet};
use gtp_record::event::message::{MessageSent, MessagesRead};
use gtp_record::event::plan::*;
use gtp_record::event::programme::*;
use gtp_record::event::submission::*;
use gtp_record::event::{Event, StreamId};

pub const NOW: Time = Time(1_764_000_000_000);

fn id(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

pub fn citizen() -> CitizenId {
    CitizenId(id(1))
}

fn digest(byte: u8) -> Digest {
    Digest([byte; 32])
}

fn text() -> Text {
    Text::from([("da", "Vægten er steget"), ("en", "The weight has risen")])
}

fn finding() -> Finding {
    Finding {
        rule: "weight-3-days".parse().unwrap(),
        verdict: Verdict::Judged(Severity::Red),
        message: text(),
        evidence: vec![Evidence { id: "weight".to_owned(), time: NOW, value: 82.1 }],
        figures: vec![Figure {
            title: text(),
            value: 2.1,
            unit: "kg".to_owned(),
            decimals: 1,
            limit: Some("gain-3-days".parse().unwrap()),
        }],
    }
}

fn alert() -> Alert {
    Alert {
        id: AlertId(id(7)),
        citizen: citizen(),
        enrolment: EnrolmentId(id(2)),
        programme: "heart".parse().unwrap(),
        unit: "sor-1".parse().unwrap(),
        cause: AlertCause::Rule("weight-3-days".parse().unwrap()),
        severity: AlertSeverity::Red,
        state: AlertState::Open,
        opened: NOW,
        judged: NOW,
        findings: vec![(AssessmentId(id(6)), finding())],
        late: true,
        notes: vec![AlertNote { by: Actor::host(), at: NOW, text: "note".to_owned() }],
        missed: vec![],
        escalated: None,
    }
}

fn observation(n: u128, value: Value) -> Observation {
    Observation {
        id: ObservationId(id(n)),
        citizen: citizen(),
        field: "weight".parse().unwrap(),
        measured: NOW,
        received: NOW.plus(1000),
        value,
        unit: "kg".to_owned(),
        source: Source::Device("Demo Scale 1".to_owned()),
        supersedes: None,
        confirmed: true,
    }
}

fn component() -> ComponentRun {
    ComponentRun {
        programme: "heart".parse().unwrap(),
        version: "1.2.3".to_owned(),
        digest: digest(3),
        contract: "1.0.0".to_owned(),
    }
}

fn moment() -> LocalTime {
    LocalTime { time: NOW, offset: 60 }
}

/// Who did it: somebody of whom everything is known.
pub fn actor() -> Actor {
    Actor {
        account: "demo-nurse".to_owned(),
        role: Role::Clinician,
        unit: Some("sor-1".parse().unwrap()),
        citizen: Some(citizen()),
    }
}

/// Every event there is, each with the stream it belongs to.
pub fn events() -> Vec<(StreamId, Event)> {
    let of = StreamId::Citizen(citizen());
    let corrected = Observation {
        supersedes: Some(ObservationId(id(4))),
        ..observation(5, Value::Number(82.1))
    };
    let enrolment = EnrolmentId(id(2));
    let alert_id = AlertId(id(7));
    vec![
        (
            of,
            CitizenRegistered {
                citizen: Citizen {
                    id: citizen(),
                    number: "0101700001".parse().unwrap(),
                    name: "Demo Borger 1".to_owned(),
                    registered: NOW,
                },
                number_key: digest(1),
            }
            .into(),
        ),
        (
            StreamId::Installation,
            CitizenErased { citizen: CitizenId(id(99)), reason: "asked for it".to_owned() }.into(),
        ),
        (
            of,
            EnrolmentStarted {
                enrolment: Enrolment {
                    id: enrolment,
                    citizen: citizen(),
                    programme: "heart".parse().unwrap(),
                    unit: "sor-1".parse().unwrap(),
                    care_team: vec!["sor-2".parse().unwrap()],
                    start: NOW,
                    state: EnrolmentState::Planned,
                },
            }
            .into(),
        ),
        (
            of,
            EnrolmentPaused {
                enrolment,
                from: None,
                until: Some(NOW),
                reason: "holiday".to_owned(),
            }
            .into(),
        ),
        (of, EnrolmentResumed { enrolment, reason: "back".to_owned() }.into()),
        (
            of,
            EnrolmentEnded {
                enrolment,
                outcome: "completed".to_owned(),
                reason: "well again".to_owned(),
            }
            .into(),
        ),
        (
            of,
            SubmissionReceived {
                key: IdempotencyKey::parse("demo-1"),
                digest: digest(2),
                receipt: serde_json::json!({ "advice": [], "stored": 2 }),
            }
            .into(),
        ),
        (of, ObservationRecorded { observation: observation(4, Value::Number(80.0)) }.into()),
        (of, ObservationCorrected { observation: corrected, reason: "typo".to_owned() }.into()),
        (of, ResponseGiven { response: response() }.into()),
        (
            of,
            AssessmentMade {
                assessment: AssessmentId(id(6)),
                enrolment,
                component: component(),
                rules: vec!["weight-3-days".parse().unwrap()],
                judged: moment(),
                case: digest(4),
                limits: vec![LimitOrigin {
                    limit: "gain-3-days".parse().unwrap(),
                    value: Some(2.0),
                    layer: Some(LimitLayer::Citizen),
                    set_by: Some(17),
                }],
                output: Assessment {
                    findings: vec![finding()],
                    derived: vec![Derived {
                        field: "weight-change".parse().unwrap(),
                        time: NOW,
                        value: 2.1,
                    }],
                    advice: vec![Advice {
                        rule: "weight-3-days".parse().unwrap(),
                        urgency: Urgency::Now,
                        message: text(),
                    }],
                },
                fuel: 12_345,
                zone: "Europe/Copenhagen".to_owned(),
            }
            .into(),
        ),
        (
            of,
            AssessmentFailed {
                assessment: AssessmentId(id(8)),
                enrolment,
                component: component(),
                rules: vec!["weight-3-days".parse().unwrap()],
                judged: moment(),
                case: Some(digest(4)),
                kind: "fuel".to_owned(),
                message: "it used up its fuel".to_owned(),
            }
            .into(),
        ),
        (of, AlertOpened { alert: alert() }.into()),
        (
            of,
            AlertJoined {
                alert: alert_id,
                assessment: AssessmentId(id(8)),
                finding: Some(finding()),
                severity: AlertSeverity::Red,
                judged: NOW,
            }
            .into(),
        ),
        (of, AlertTaken { alert: alert_id }.into()),
        (of, AlertNoted { alert: alert_id, text: "called".to_owned() }.into()),
        (
            of,
            AlertHandedOver {
                alert: alert_id,
                unit: "sor-2".parse().unwrap(),
                note: "please look".to_owned(),
            }
            .into(),
        ),
        (
            of,
            AlertResolved {
                alert: alert_id,
                outcome: AlertOutcome { code: "contacted".to_owned(), note: "fine".to_owned() },
            }
            .into(),
        ),
        (
            of,
            LimitSet {
                setting: LimitSetting {
                    programme: "heart".parse().unwrap(),
                    limit: "gain-3-days".parse().unwrap(),
                    scope: LimitScope::Enrolment(enrolment),
                    value: Some(2.5),
                    relative: None,
                    reason: "agreed".to_owned(),
                    until: Some(NOW),
                },
            }
            .into(),
        ),
        (
            of,
            CitizenRenumbered {
                number: "0707610002".parse().unwrap(),
                number_key: digest(8),
                reason: "papers seen".to_owned(),
            }
            .into(),
        ),
        (
            of,
            CitizensMerged {
                from: CitizenId(id(98)),
                from_number_key: digest(9),
                into: citizen(),
                reason: "papers seen".to_owned(),
            }
            .into(),
        ),
        (of, AlertReopened { alert: alert_id, reason: "by mistake".to_owned() }.into()),
        (of, AlertEscalated { alert: alert_id, unit: Some("sor-3".parse().unwrap()) }.into()),
        (
            of,
            AlertMissedAgain {
                alert: alert_id,
                missed: vec![Missed { opens: NOW, closes: NOW, missing_from: NOW }],
            }
            .into(),
        ),
        (
            of,
            GreenAcknowledged { enrolment, through: 12, receipt: "all is well".to_owned() }.into(),
        ),
        (
            of,
            BaselineSet {
                baseline: Baseline {
                    citizen: citizen(),
                    field: "weight".parse().unwrap(),
                    value: Some(80.0),
                    reason: "dry weight".to_owned(),
                },
            }
            .into(),
        ),
        (of, goal_set().into()),
        (of, activity_planned().into()),
        (of, appointment_set().into()),
        (of, plan_item_ended().into()),
        (of, DiaryNoted { note: diary_note() }.into()),
        (of, MessageSent { message: message() }.into()),
        (of, MessagesRead { messages: vec![message().id] }.into()),
        (
            of,
            CommandDone {
                key: IdempotencyKey::parse("demo-2").unwrap(),
                digest: digest(2),
                answer: serde_json::json!({ "id": 1 }),
            }
            .into(),
        ),
        (
            of,
            RecordViewed {
                what: "overview".to_owned(),
                why: "visit".to_owned(),
                through: "page".to_owned(),
                under: vec!["care-team".to_owned()],
            }
            .into(),
        ),
        (
            StreamId::Installation,
            RecordsListed {
                what: "worklist".to_owned(),
                through: "page".to_owned(),
                citizens: vec![citizen()],
            }
            .into(),
        ),
        (
            StreamId::Installation,
            AccessSearched {
                account: Some("demo-nurse".to_owned()),
                from: Some(NOW),
                to: Some(NOW.plus(DAY)),
                why: "complaint".to_owned(),
            }
            .into(),
        ),
        (
            of,
            RelativeGranted {
                grant: RelativeGrant {
                    id: GrantId(id(41)),
                    relative: "demo-relative".to_owned(),
                    programme: "heart".parse().unwrap(),
                    may_enter: true,
                    until: Some(NOW.plus(30 * DAY)),
                },
            }
            .into(),
        ),
        (of, GrantWithdrawn { grant: GrantId(id(41)) }.into()),
        (
            of,
            BlockPlaced {
                block: Block {
                    id: BlockId(id(42)),
                    whom: Blocked::Unit { unit: "sor-1".parse().unwrap(), below: true },
                    programme: Some("heart".parse().unwrap()),
                    from: Some(NOW),
                    to: Some(NOW.plus(DAY)),
                },
            }
            .into(),
        ),
        (of, BlockWithdrawn { block: BlockId(id(42)) }.into()),
        (
            of,
            GlassBroken {
                glass: BrokenGlass {
                    id: GlassId(id(43)),
                    reason: "unconscious".to_owned(),
                    until: NOW.plus(HOUR),
                },
            }
            .into(),
        ),
        (
            StreamId::Programmes,
            ProgrammeLoaded {
                programme: "heart".parse().unwrap(),
                version: "1.2.3".to_owned(),
                digest: digest(3),
            }
            .into(),
        ),
        (
            StreamId::Programmes,
            ProgrammeActivated {
                programme: "heart".parse().unwrap(),
                version: "1.2.3".to_owned(),
                digest: digest(3),
                readings: vec![Reading {
                    by: "demo-operator".to_owned(),
                    at: NOW,
                    report: digest(4),
                }],
            }
            .into(),
        ),
        (
            StreamId::Programmes,
            ReportRead {
                programme: "heart".parse().unwrap(),
                version: "1.2.3".to_owned(),
                digest: digest(3),
                report: digest(4),
            }
            .into(),
        ),
        (
            StreamId::Programmes,
            ProgrammeWithdrawn {
                programme: "heart".parse().unwrap(),
                reason: "replaced".to_owned(),
            }
            .into(),
        ),
        (
            StreamId::Accounts,
            AccountAdded {
                account: "demo-nurse".to_owned(),
                name: "Demo Sygeplejerske 1".to_owned(),
                role: Role::Clinician,
                unit: Some("sor-1".parse().unwrap()),
                citizen: Some(citizen()),
                password: Some("$argon2id$demo".to_owned()),
            }
            .into(),
        ),
        (
            StreamId::Accounts,
            PasswordSet {
                account: "demo-nurse".to_owned(),
                citizen: Some(citizen()),
                password: "$argon2id$demo".to_owned(),
                temporary: true,
            }
            .into(),
        ),
        (
            StreamId::Accounts,
            SecondFactorSet {
                account: "demo-nurse".to_owned(),
                citizen: Some(citizen()),
                secret: Some("00ff".to_owned()),
            }
            .into(),
        ),
        (
            StreamId::Accounts,
            AccountClosed { account: "demo-nurse".to_owned(), citizen: Some(citizen()) }.into(),
        ),
        (
            StreamId::Accounts,
            TokenAdded {
                token: "demo-gateway".to_owned(),
                hash: digest(8),
                role: Role::Clinician,
                unit: Some("sor-1".parse().unwrap()),
                scopes: vec!["submit".to_owned()],
                expires: NOW.plus(1000),
            }
            .into(),
        ),
        (StreamId::Accounts, TokenRevoked { token: "demo-gateway".to_owned() }.into()),
        (
            StreamId::Accounts,
            UnitAdded {
                unit: Unit {
                    id: "sor-1".parse().unwrap(),
                    name: "Demo Enhed 1".to_owned(),
                    sector: Sector::Municipality,
                    looks: text(),
                    under: Some("sor-2".parse().unwrap()),
                },
            }
            .into(),
        ),
    ]
}

fn response() -> Response {
    let answer = |item: &str, value| Answer { item: item.parse().unwrap(), value };
    Response {
        id: ResponseId(id(9)),
        citizen: citizen(),
        programme: "heart".parse().unwrap(),
        questionnaire: "symptoms".parse().unwrap(),
        version: "1".to_owned(),
        answered: NOW,
        received: NOW.plus(1000),
        answers: vec![
            answer("breathless", Value::Flag(true)),
            answer("how-much", Value::Coded { code: "worse".to_owned(), value: 2.0 }),
            answer("since", Value::Date(NOW)),
            answer("words", Value::Text("mere end i går".to_owned())),
            answer("swelling", Value::Skipped { because: "cannot see".to_owned() }),
            answer("pillows", Value::Number(3.0)),
        ],
        scores: vec![Score { id: "sum".parse().unwrap(), value: 3.0 }],
        source: Source::Relative,
    }
}

fn goal_set() -> GoalSet {
    GoalSet {
        item: PlanItemId(id(20)),
        goal: Goal {
            text: "Gå en tur hver dag".to_owned(),
            target: Some(Target {
                field: "weight".parse().unwrap(),
                low: Some(70.5),
                high: Some(80.0),
                unit: "kg".to_owned(),
            }),
            by: Some(NOW.plus(DAY)),
        },
        reason: "agreed".to_owned(),
    }
}

fn activity_planned() -> ActivityPlanned {
    ActivityPlanned {
        item: PlanItemId(id(21)),
        activity: PlannedActivity {
            text: "Vejer sig hver morgen".to_owned(),
            who: Party::Unit("sor-1".parse().unwrap()),
            goal: Some(PlanItemId(id(20))),
            from: Some(NOW),
            until: Some(NOW.plus(DAY)),
        },
        reason: "agreed".to_owned(),
    }
}

fn appointment_set() -> AppointmentSet {
    AppointmentSet {
        item: PlanItemId(id(22)),
        appointment: Appointment {
            text: "Kontrol".to_owned(),
            unit: "sor-1".parse().unwrap(),
            starts: NOW.plus(DAY),
            ends: Some(NOW.plus(DAY + HOUR)),
            place: Place::Video("https://video.example/demo".to_owned()),
        },
        reason: "moved".to_owned(),
    }
}

fn plan_item_ended() -> PlanItemEnded {
    PlanItemEnded {
        item: PlanItemId(id(20)),
        outcome: PlanOutcome::Done,
        note: "well again".to_owned(),
    }
}

fn diary_note() -> DiaryNote {
    DiaryNote {
        id: DiaryNoteId(id(23)),
        citizen: citizen(),
        at: NOW,
        text: "Sov godt".to_owned(),
        value: Some(DiaryValue { what: "Søvn".to_owned(), number: 7.5, unit: "timer".to_owned() }),
    }
}

fn message() -> Message {
    Message {
        id: MessageId(id(24)),
        citizen: citizen(),
        unit: "sor-1".parse().unwrap(),
        from: MessageSide::Citizen,
        text: "Hvornår skal jeg måle?".to_owned(),
    }
}
