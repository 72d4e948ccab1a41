//! How long a decision takes: the median of many, one by one, for each way in which access is decided.
//!
//! `cargo bench -p gtp-access`. The first argument is how many decisions of each kind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use gtp_access::{Deed, Policies, Relation, What, Who};
use gtp_model::*;
use std::hint::black_box;
use std::time::Instant;

/// As in `gtp` itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A name, who under which units does what to whom, and whether they may.
type Case<'a> = (&'a str, &'a Actor, &'a [UnitId], Deed, Relation<'a>, bool);

fn main() {
    let count = std::env::args().filter_map(|own| own.parse().ok()).next().unwrap_or(20_000);
    let policies = Policies::shipped().unwrap();
    let citizen = CitizenId::new();
    let unit = |name: &str| name.parse::<UnitId>().unwrap();
    let enrolment = |programme: &str| Enrolment {
        id: EnrolmentId::new(),
        citizen,
        programme: programme.parse().unwrap(),
        unit: unit("home-care"),
        care_team: vec![unit("cardiology"), unit("practice")],
        start: Time(0),
        state: EnrolmentState::Active,
    };
    let enrolments = [enrolment("heart"), enrolment("copd"), enrolment("diabetes")];
    let actor = |role, of: Option<&str>, own| Actor {
        account: "demo-somebody".into(),
        role,
        unit: of.map(unit),
        citizen: own,
    };
    let grant = RelativeGrant {
        id: GrantId::new(),
        relative: "demo-somebody".into(),
        programme: "heart".parse().unwrap(),
        may_enter: true,
        until: None,
    };
    let block = Block {
        id: BlockId::new(),
        whom: Blocked::Unit { unit: unit("hospital"), below: true },
        programme: None,
        from: None,
        to: None,
    };
    let plain = Relation::of(citizen, &enrolments, Time(0));
    let granted = Relation { grants: std::slice::from_ref(&grant), ..plain };
    let blocked = Relation { blocks: std::slice::from_ref(&block), ..plain };
    let opened = Relation { opened: true, ..blocked };
    let above = [unit("hospital")];
    let own = actor(Role::Citizen, None, Some(citizen));
    let relative = actor(Role::Relative, None, None);
    let nurse = actor(Role::Clinician, Some("home-care"), None);
    let doctor = actor(Role::Clinician, Some("cardiology"), None);
    let surgeon = actor(Role::Clinician, Some("surgery"), None);
    let cases: [Case<'_>; 8] = [
        ("citizen submits", &own, &[], Deed::Submit, plain, true),
        ("relative submits", &relative, &[], Deed::Submit, granted, true),
        ("relative without grant", &relative, &[], Deed::View, plain, false),
        ("nurse triages", &nurse, &[], Deed::Triage, plain, true),
        ("nurse views", &nurse, &[], Deed::View, plain, true),
        ("surgeon views", &surgeon, &[], Deed::View, plain, false),
        ("blocked doctor views", &doctor, &above, Deed::View, blocked, false),
        ("blocked doctor breaks glass", &doctor, &above, Deed::View, opened, true),
    ];
    for (name, actor, above, deed, relation, expected) in cases {
        let who = Who { actor, sector: Some(Sector::Hospital), above };
        let what = What::Record(&relation);
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let start = Instant::now();
            let decision = policies.decide(black_box(&who), deed, black_box(&what));
            times.push(start.elapsed());
            assert_eq!(decision.allowed, expected, "{name}: {decision}");
        }
        times.sort_unstable();
        let at = |part: usize| times[(times.len() - 1) * part / 100].as_nanos() as f64 / 1000.0;
        println!("{name:30} median {:6.2} µs   99 % {:6.2} µs", at(50), at(99));
    }
}
