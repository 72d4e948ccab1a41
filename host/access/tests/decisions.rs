//! What the shipped policies say, and what is said of policies that are not in order.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use gtp_access::{Decision, Deed, Policies, PolicyFile, Relation, What, Who};
use gtp_model::*;

fn unit(name: &str) -> UnitId {
    name.parse().unwrap()
}

fn actor(role: Role, of: Option<&str>) -> Actor {
    Actor { account: "demo-somebody".into(), role, unit: of.map(unit), citizen: None }
}

fn nurse(of: &str) -> Actor {
    actor(Role::Clinician, Some(of))
}

fn enrolment(citizen: CitizenId, state: EnrolmentState) -> Enrolment {
    Enrolment {
        id: EnrolmentId::new(),
        citizen,
        programme: "heart".parse().unwrap(),
        unit: unit("home-care"),
        care_team: vec![unit("cardiology")],
        start: Time(0),
        state,
    }
}

fn block(whom: Blocked) -> Block {
    Block { id: BlockId::new(), whom, programme: None, from: None, to: None }
}

fn decide(actor: &Actor, deed: Deed, relation: &Relation<'_>) -> Decision {
    let above = [unit("hospital")];
    let who = Who { actor, sector: Some(Sector::Hospital), above: &above };
    Policies::shipped().unwrap().decide(&who, deed, &What::Record(relation))
}

#[test]
fn a_citizen_reaches_only_their_own_record() {
    let (own, other) = (CitizenId::new(), CitizenId::new());
    let actor = Actor { citizen: Some(own), ..actor(Role::Citizen, None) };
    let of = |citizen| Relation::of(citizen, &[], Time(0));
    let allowed = decide(&actor, Deed::View, &of(own));
    assert_eq!((allowed.allowed, allowed.policy()), (true, "own-record"));
    let refused = decide(&actor, Deed::View, &of(other));
    assert_eq!(refused.to_string(), "allowed by none of own-record");
    let never = decide(&actor, Deed::Triage, &of(own));
    assert_eq!(never.to_string(), "no policy lets anybody of this role do it");
}

#[test]
fn a_clinician_reaches_those_their_unit_cares_for_while_it_does() {
    let citizen = CitizenId::new();
    let decide_for = |of: &str, state| {
        let enrolments = [enrolment(citizen, state)];
        decide(&nurse(of), Deed::Triage, &Relation::of(citizen, &enrolments, Time(0))).allowed
    };
    assert!(decide_for("home-care", EnrolmentState::Active));
    assert!(decide_for("cardiology", EnrolmentState::Paused));
    assert!(!decide_for("surgery", EnrolmentState::Active));
    assert!(!decide_for("home-care", EnrolmentState::Ended));
    assert!(!decide_for("hospital", EnrolmentState::Active), "above the unit is not in the team");
}

#[test]
fn an_operator_and_an_auditor_see_no_citizen() {
    let citizen = CitizenId::new();
    let enrolments = [enrolment(citizen, EnrolmentState::Active)];
    let relation = Relation::of(citizen, &enrolments, Time(0));
    for role in [Role::Operator, Role::Auditor] {
        for deed in Deed::ALL {
            let reads_log = role == Role::Auditor && deed == Deed::ReadAccessLog;
            assert_eq!(decide(&actor(role, None), deed, &relation).allowed, reads_log, "{deed:?}");
        }
    }
    let policies = Policies::shipped().unwrap();
    let of = |role, deed| {
        policies.decide(&Who::only(&actor(role, None)), deed, &What::Installation).allowed
    };
    assert!(of(Role::Operator, Deed::Operate) && !of(Role::Operator, Deed::Worklist));
    assert!(of(Role::Auditor, Deed::Audit) && !of(Role::Operator, Deed::Audit));
}

#[test]
fn a_relative_does_what_was_granted_until_it_runs_out() {
    let citizen = CitizenId::new();
    let enrolments = [enrolment(citizen, EnrolmentState::Active)];
    let relative = actor(Role::Relative, None);
    let grant = |may_enter| RelativeGrant {
        id: GrantId::new(),
        relative: "demo-somebody".into(),
        programme: "heart".parse().unwrap(),
        may_enter,
        until: Some(Time(100)),
    };
    let asks = |grants: &[RelativeGrant], now, deed| {
        let relation = Relation { grants, ..Relation::of(citizen, &enrolments, Time(now)) };
        decide(&relative, deed, &relation).allowed
    };
    assert!(!asks(&[], 0, Deed::View));
    assert!(asks(&[grant(false)], 99, Deed::View));
    assert!(!asks(&[grant(false)], 99, Deed::Submit));
    assert!(asks(&[grant(true)], 99, Deed::Submit));
    assert!(!asks(&[grant(true)], 100, Deed::View), "it has run out");
    for deed in Deed::ALL.into_iter().filter(|deed| !matches!(deed, Deed::View | Deed::Submit)) {
        assert!(!asks(&[grant(true)], 0, deed), "{deed:?}");
    }
    let other = Actor { account: "somebody-else".into(), ..relative.clone() };
    let (grants, all) = ([grant(true)], &enrolments);
    let relation = Relation { grants: &grants, ..Relation::of(citizen, all, Time(0)) };
    assert!(!decide(&other, Deed::View, &relation).allowed);
}

#[test]
fn a_block_keeps_out_whom_it_names_until_they_break_the_glass() {
    let citizen = CitizenId::new();
    let enrolments = [enrolment(citizen, EnrolmentState::Active)];
    let nurse = nurse("home-care");
    let asks = |whom: Blocked, opened: bool| {
        let blocks = [block(whom)];
        let relation =
            Relation { blocks: &blocks, opened, ..Relation::of(citizen, &enrolments, Time(0)) };
        decide(&nurse, Deed::View, &relation)
    };
    let of = |name: &str, below| Blocked::Unit { unit: unit(name), below };
    let person = |account: &str| Blocked::Person { account: account.into() };
    for whom in [
        of("home-care", false),
        of("home-care", true),
        of("hospital", true),
        person("demo-somebody"),
        Blocked::Everyone,
    ] {
        let refused = asks(whom.clone(), false);
        assert_eq!(refused.to_string(), "forbidden by citizens-block", "{whom:?}");
        assert!(asks(whom.clone(), true).allowed, "{whom:?}");
    }
    for whom in [of("hospital", false), of("cardiology", true), person("somebody-else")] {
        assert!(asks(whom.clone(), false).allowed, "{whom:?}");
    }
}

#[test]
fn whoever_breaks_the_glass_reads_and_does_no_more() {
    let citizen = CitizenId::new();
    let relation = Relation { opened: true, ..Relation::of(citizen, &[], Time(0)) };
    let surgeon = nurse("surgery");
    for deed in Deed::ALL {
        let expected = matches!(deed, Deed::View | Deed::SeePlan | Deed::BreakGlass);
        assert_eq!(decide(&surgeon, deed, &relation).allowed, expected, "{deed:?}");
    }
}

#[test]
fn a_block_of_a_part_hides_that_part_alone() {
    let citizen = CitizenId::new();
    let part = Block { programme: Some("heart".parse().unwrap()), ..block(Blocked::Everyone) };
    let enrolments = [enrolment(citizen, EnrolmentState::Active)];
    let blocks = [part.clone()];
    let relation = Relation { blocks: &blocks, ..Relation::of(citizen, &enrolments, Time(0)) };
    let policies = Policies::shipped().unwrap();
    let nurse = nurse("home-care");
    let behind = |relation: &Relation<'_>| {
        let what = What::Block(&part, relation);
        policies.decide(&Who::only(&nurse), Deed::SeeBehind, &what).to_string()
    };
    assert!(decide(&nurse, Deed::View, &relation).allowed);
    assert_eq!(behind(&relation), "forbidden by citizens-block-of-a-part");
    assert_eq!(behind(&Relation { opened: true, ..relation }), "allowed by not-blocked");
}

fn with(text: &str) -> Result<Policies, gtp_access::PolicyError> {
    Policies::with(&[PolicyFile { name: "region.cedar".into(), text: text.into() }])
}

#[test]
fn a_region_forbids_more() {
    let policies = with(
        r#"@id("municipalities-set-no-limits")
        forbid (principal is Clinician, action == Action::"set-limit", resource is Record)
        when { principal has sector && principal.sector == "municipality" };"#,
    )
    .unwrap();
    let citizen = CitizenId::new();
    let enrolments = [enrolment(citizen, EnrolmentState::Active)];
    let relation = Relation::of(citizen, &enrolments, Time(0));
    let nurse = nurse("home-care");
    let of = |sector| {
        let who = Who { actor: &nurse, sector: Some(sector), above: &[] };
        policies.decide(&who, Deed::SetLimit, &What::Record(&relation)).to_string()
    };
    assert_eq!(of(Sector::Hospital), "allowed by care-team");
    assert_eq!(of(Sector::Municipality), "forbidden by municipalities-set-no-limits");
}

#[test]
fn policies_that_are_not_in_order_are_refused_and_it_is_said_why() {
    let why = |text: &str| with(text).unwrap_err().to_string();
    let broken = why("permit (principal, action resource);");
    assert!(broken.starts_with("region.cedar is not written as policies are"), "{broken}");
    let nameless = why("permit (principal, action, resource);");
    assert!(nameless.contains("@id("), "{nameless}");
    let twice = why(r#"@id("care-team") forbid (principal, action, resource);"#);
    assert!(twice.contains("second policy “care-team”"), "{twice}");
    let unknown = why(
        r#"@id("x") forbid (principal, action == Action::"viev", resource) when { principal.age > 5 };"#,
    );
    assert!(unknown.contains("viev"), "{unknown}");
    let attribute = why(
        r#"@id("x") forbid (principal is Citizen, action == Action::"view", resource is Record) when { resource.cpr == "1" };"#,
    );
    assert!(attribute.contains("cpr"), "{attribute}");
}

/// A small generator of its own: the same seed gives the same cases.
struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % below
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

#[test]
fn a_decision_that_is_remembered_is_the_one_that_is_made_anew() {
    let seed =
        std::env::var("GTP_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_801);
    println!("GTP_SEED={seed}");
    let mut random = Random(seed);
    let region = PolicyFile {
        name: "region.cedar".into(),
        text: r#"@id("not-this-one")
            forbid (principal == Clinician::"anna", action == Action::"triage", resource is Record);
            @id("no-glass-for-practices")
            forbid (principal is Clinician, action == Action::"break-glass", resource)
            when { principal has sector && principal.sector == "general-practice" };"#
            .into(),
    };
    let names = ["anna", "berta", "carl"];
    let units = ["a", "b", "c", "d"].map(unit);
    let citizens: Vec<CitizenId> = (0..3).map(|_| CitizenId::new()).collect();
    for policies in [Policies::shipped().unwrap(), Policies::with(&[region]).unwrap()] {
        let (mut allowed, mut decided) = (0, 0);
        for round in 0..20_000 {
            let citizen = random.pick(&citizens);
            let count = random.below(3);
            let enrolments: Vec<Enrolment> = (0..count)
                .map(|_| Enrolment {
                    unit: random.pick(&units),
                    care_team: vec![random.pick(&units)],
                    ..enrolment(
                        citizen,
                        random.pick(&[EnrolmentState::Active, EnrolmentState::Ended]),
                    )
                })
                .collect();
            let count = random.below(3);
            let blocks: Vec<Block> = (0..count)
                .map(|_| Block {
                    programme: random.pick(&[None, Some("heart".parse().unwrap())]),
                    ..block(match random.below(4) {
                        0 => Blocked::Everyone,
                        1 => Blocked::Person { account: random.pick(&names).into() },
                        own => Blocked::Unit { unit: random.pick(&units), below: own == 2 },
                    })
                })
                .collect();
            let count = random.below(3);
            let grants: Vec<RelativeGrant> = (0..count)
                .map(|_| RelativeGrant {
                    id: GrantId::new(),
                    relative: random.pick(&names).into(),
                    programme: "heart".parse().unwrap(),
                    may_enter: random.below(2) == 0,
                    until: random.pick(&[None, Some(Time(50))]),
                })
                .collect();
            let roles = [Role::Citizen, Role::Relative, Role::Clinician, Role::Auditor];
            let who = Actor {
                account: random.pick(&names).into(),
                role: random.pick(&roles),
                unit: Some(random.pick(&units)).filter(|_| random.below(3) > 0),
                citizen: Some(random.pick(&citizens)).filter(|_| random.below(3) > 0),
            };
            let above = [random.pick(&units)];
            let sector =
                random.pick(&[None, Some(Sector::Hospital), Some(Sector::GeneralPractice)]);
            let who = Who { actor: &who, sector, above: &above[..random.below(2)] };
            let relation = Relation {
                grants: &grants,
                blocks: &blocks,
                opened: random.below(4) == 0,
                ..Relation::of(citizen, &enrolments, Time(random.below(100) as i64))
            };
            let deed = random.pick(&Deed::ALL);
            let what = match blocks.first() {
                Some(block) if random.below(4) == 0 => What::Block(block, &relation),
                _ if random.below(10) == 0 => What::Installation,
                _ => What::Record(&relation),
            };
            let (known, anew) =
                (policies.decide(&who, deed, &what), policies.decide_anew(&who, deed, &what));
            assert_eq!(known, anew, "round {round} of seed {seed}: {who:?} {deed:?} {what:?}");
            assert_eq!(policies.decide(&who, deed, &what), anew, "round {round} of seed {seed}");
            decided += 1;
            allowed += u32::from(anew.allowed);
        }
        assert!(allowed > decided / 50 && allowed < decided, "{allowed} of {decided}");
    }
}
