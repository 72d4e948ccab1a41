//! How long a decision takes: the median of many, one by one, for each way in which access is decided. Anew, as when
//! nobody was in that position before, and known, as nearly all are: by citizens who all differ.
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

/// The median and the 99th percentile in microseconds.
fn measure(count: usize, mut one: impl FnMut()) -> [f64; 2] {
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        one();
        times.push(start.elapsed());
    }
    times.sort_unstable();
    [50, 99].map(|part| times[(times.len() - 1) * part / 100].as_nanos() as f64 / 1000.0)
}

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
        let anew = measure(count, || {
            let decision = policies.decide_anew(black_box(&who), deed, black_box(&what));
            assert_eq!(decision.allowed, expected, "{name}: {decision}");
        });
        // Each time another citizen: of those who are alike one decision is remembered, and not of each.
        let others: Vec<CitizenId> = (0..count).map(|_| CitizenId::new()).collect();
        let mut others = others.into_iter();
        let known = measure(count, || {
            let citizen = others.next().unwrap();
            let other = Relation { citizen, ..relation };
            let actor = Actor { citizen: actor.citizen.map(|_| citizen), ..(*actor).clone() };
            let who = Who { actor: &actor, ..who };
            let decision = policies.decide(black_box(&who), deed, black_box(&What::Record(&other)));
            assert_eq!(decision.allowed, expected, "{name}: {decision}");
        });
        println!(
            "{name:30} median {:6.2} µs, 99 % {:6.2} µs; anew {:6.2} µs, 99 % {:6.2} µs",
            known[0], known[1], anew[0], anew[1]
        );
    }
}
