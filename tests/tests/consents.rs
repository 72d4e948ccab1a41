//! What citizens decide about who sees their record, and what they are told of who did.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Answer, Api, Place, Server, at};
use reqwest::Method;
use serde_json::{Value, json};

struct World {
    server: Server,
    nurse: Api,
    doctor: Api,
    own: Api,
    relative: Api,
    auditor: Api,
    citizen: String,
}

impl World {
    /// A citizen in these programmes, their accounts, a relative and an auditor.
    async fn new(programmes: &[&str]) -> Self {
        let place = Place::new(programmes);
        for (unit, under) in
            [("region", None), ("hospital", Some("region")), ("cardiology", Some("hospital"))]
        {
            let mut all = vec!["unit", "add", unit, "--name", unit, "--sector", "hospital"];
            all.extend(under.iter().flat_map(|under| ["--under", under]));
            place.succeed(&all, "");
        }
        place.succeed(
            &["unit", "add", "home-care", "--name", "Hjemmeplejen", "--sector", "municipality"],
            "",
        );
        place.succeed(&["unit", "add", "surgery", "--name", "Kirurgi", "--sector", "hospital"], "");
        for (account, unit) in
            [("nurse", "home-care"), ("doctor", "cardiology"), ("surgeon", "surgery")]
        {
            place.add_user(account, &["--role", "clinician", "--unit", unit], "");
        }
        place.add_user("anna", &["--role", "relative"], "");
        place.add_user("auditor", &["--role", "auditor"], "");
        let server = place.serve();
        let nurse = Api::log_in(&server, "nurse").await;
        let citizen = nurse.admit("070761-0001", "Demo Borger 1", programmes[0]).await;
        for programme in &programmes[1..] {
            let body = json!({
                "programme": programme, "unit": "home-care", "care_team": ["cardiology"], "start": at(60.0),
            });
            let _ = nurse
                .post(&format!("/api/v1/citizens/{citizen}/enrolments"), &body)
                .await
                .expect(201);
        }
        let (place, _) = server.stop();
        place.add_user("citizen", &["--role", "citizen", "--number-stdin"], "070761-0001\n");
        let server = place.serve();
        let log_in = async |account: &str| Api::log_in(&server, account).await;
        let (nurse, doctor, own) =
            (log_in("nurse").await, log_in("doctor").await, log_in("citizen").await);
        let (relative, auditor) = (log_in("anna").await, log_in("auditor").await);
        Self { nurse, doctor, own, relative, auditor, citizen, server }
    }

    fn path(&self, tail: &str) -> String {
        format!("/api/v1/citizens/{}/{tail}", self.citizen)
    }

    async fn get(&self, api: &Api, tail: &str) -> Answer {
        api.get(&self.path(tail)).await
    }

    async fn let_in(&self, body: &Value) -> String {
        let grant = self.own.post(&self.path("relatives"), body).await.expect(201).json();
        grant["id"].as_str().unwrap().to_owned()
    }

    async fn block(&self, body: &Value) -> String {
        let block = self.own.post(&self.path("blocks"), body).await.expect(201).json();
        block["id"].as_str().unwrap().to_owned()
    }

    async fn withdraw(&self, tail: &str) {
        let _ = self.own.send(self.own.request(Method::DELETE, &self.path(tail))).await.expect(204);
    }

    /// The fields that somebody sees, and how many values of each.
    async fn fields(&self, api: &Api) -> Vec<String> {
        let seen = self.get(api, "overview").await.expect(200).json();
        let fields = seen["fields"].as_array().unwrap().iter();
        fields.map(|field| field["id"].as_str().unwrap().to_owned()).collect()
    }

    async fn log(&self, language: &str) -> Vec<Value> {
        let request = self.own.request(Method::GET, &self.path("access-log"));
        let answer = self.own.send(request.header("accept-language", language)).await;
        answer.expect(200).json()["lines"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn a_relative_sees_and_enters_what_was_granted_and_nothing_when_it_is_taken_back() {
    let world = World::new(&["heart", "diabetes"]).await;
    let anna = &world.relative;
    let _ = world.own.measure(&world.citizen, "weight", "kg", 80.0, 1.0).await.expect(201);
    assert_eq!(world.get(anna, "overview").await.expect(404).problem(), "not-found");
    assert_eq!(anna.get("/api/v1/let-in").await.expect(200).json()["citizens"], json!([]));

    let reading = world.let_in(&json!({ "relative": "anna", "programme": "heart" })).await;
    let let_in = anna.get("/api/v1/let-in").await.expect(200).json();
    assert_eq!(let_in["citizens"][0]["name"], "Demo Borger 1");
    assert_eq!(let_in["citizens"][0]["grants"][0]["programme"], "heart");
    let seen = world.get(anna, "overview").await.expect(200).json();
    assert_eq!(seen["enrolments"].as_array().unwrap().len(), 1, "{seen:#}");
    assert_eq!(seen["enrolments"][0]["programme"], "heart");
    assert!(
        seen["alerts"].as_array().unwrap().is_empty()
            && seen["plan"].as_array().unwrap().is_empty()
    );
    assert_eq!(anna.observations(&world.citizen, "weight").await.len(), 1);
    // Reading is not entering, and one programme is not another.
    let refused = anna.measure(&world.citizen, "weight", "kg", 81.0, 0.5).await;
    assert_eq!(refused.expect(404).problem(), "not-found");
    assert!(!world.fields(anna).await.iter().any(|field| field.contains("glucose")));

    let entering =
        world.let_in(&json!({ "relative": "anna", "programme": "heart", "may_enter": true })).await;
    let _ = anna.measure(&world.citizen, "weight", "kg", 81.0, 0.5).await.expect(201);
    let weights = world.own.observations(&world.citizen, "weight").await;
    assert_eq!(weights.last().unwrap()["source"], "relative", "{weights:#?}");

    world.withdraw(&format!("relatives/{entering}")).await;
    let refused = anna.measure(&world.citizen, "weight", "kg", 82.0, 0.4).await;
    assert_eq!(refused.expect(404).problem(), "not-found");
    world.withdraw(&format!("relatives/{reading}")).await;
    assert_eq!(world.get(anna, "overview").await.expect(404).problem(), "not-found");
    let past = json!({ "relative": "anna", "programme": "heart", "until": at(1.0) });
    let wrong = world.own.post(&world.path("relatives"), &past).await.expect(422).json();
    assert_eq!(wrong["errors"][0]["pointer"], "/until");
}

#[tokio::test]
async fn a_block_keeps_a_unit_a_branch_or_a_person_out_until_it_is_taken_back() {
    let world = World::new(&["heart"]).await;
    for (weight, days) in [(80.0, 2.0), (83.0, 0.1)] {
        let _ = world.own.measure(&world.citizen, "weight", "kg", weight, days).await.expect(201);
    }
    let alert = world.nurse.alerts().await[0]["id"].as_str().unwrap().to_owned();
    let alert = format!("/api/v1/alerts/{alert}");
    for (block, keeps_out) in [
        (json!({ "unit": "cardiology" }), true),
        (json!({ "unit": "region", "below": true }), true),
        (json!({ "unit": "region" }), false),
        (json!({ "person": "doctor" }), true),
        (json!({ "person": "nurse" }), false),
    ] {
        let id = world.block(&block).await;
        let answer = world.get(&world.doctor, "overview").await;
        if keeps_out {
            assert_eq!(answer.expect(403).problem(), "blocked", "{block}");
            assert_eq!(world.doctor.get(&alert).await.expect(403).problem(), "blocked");
        } else {
            let _ = answer.expect(200);
        }
        world.withdraw(&format!("blocks/{id}")).await;
        let _ = world.get(&world.doctor, "overview").await.expect(200);
    }
    // Whoever is kept out does not meet the citizen on a list either, and the rules go on.
    let id = world.block(&json!({ "everyone": true })).await;
    assert!(world.nurse.alerts().await.is_empty());
    let _ = world.own.measure(&world.citizen, "weight", "kg", 84.0, 0.05).await.expect(201);
    world.withdraw(&format!("blocks/{id}")).await;
    assert!(!world.nurse.alerts().await.is_empty());
}

#[tokio::test]
async fn a_block_of_a_programme_or_a_period_hides_just_that() {
    let world = World::new(&["heart", "diabetes"]).await;
    for (weight, days) in [(80.0, 20.0), (81.0, 10.0), (82.0, 1.0)] {
        let _ = world.own.measure(&world.citizen, "weight", "kg", weight, days).await.expect(201);
    }
    let id = world.block(&json!({ "person": "doctor", "programme": "diabetes" })).await;
    let fields = world.fields(&world.doctor).await;
    assert!(fields.iter().any(|field| field == "weight"), "{fields:?}");
    assert!(!fields.iter().any(|field| field.contains("glucose")), "{fields:?}");
    assert!(world.fields(&world.nurse).await.iter().any(|field| field.contains("glucose")));
    world.withdraw(&format!("blocks/{id}")).await;

    let _ = world.block(&json!({ "person": "doctor", "from": at(15.0), "to": at(5.0) })).await;
    let seen = |rows: Vec<Value>| -> Vec<f64> {
        rows.iter().map(|row| row["value"].as_f64().unwrap()).collect()
    };
    assert_eq!(seen(world.doctor.observations(&world.citizen, "weight").await), [80.0, 82.0]);
    assert_eq!(seen(world.nurse.observations(&world.citizen, "weight").await), [80.0, 81.0, 82.0]);
}

#[tokio::test]
async fn broken_glass_opens_a_record_and_the_citizen_and_the_auditor_see_it() {
    let world = World::new(&["heart"]).await;
    let _ = world.own.measure(&world.citizen, "weight", "kg", 80.0, 1.0).await.expect(201);
    let _ = world.block(&json!({ "unit": "hospital", "below": true })).await;
    let _ = world.get(&world.doctor, "overview").await.expect(403);
    let nothing = json!({ "citizen": world.citizen, "reason": " " });
    let wrong = world.doctor.post("/api/v1/break-glass", &nothing).await.expect(422).json();
    assert_eq!(wrong["errors"][0]["pointer"], "/reason");
    let broken = json!({ "citizen": world.citizen, "reason": "Bevidstløs i modtagelsen" });
    let _ = world.doctor.post("/api/v1/break-glass", &broken).await.expect(201);
    let _ = world.get(&world.doctor, "overview").await.expect(200);

    // Somebody whose unit looks after nobody here: by number, to read and no more.
    let surgeon = Api::log_in(&world.server, "surgeon").await;
    let _ = world.get(&surgeon, "overview").await.expect(404);
    let broken = json!({ "number": "070761-0001", "reason": "Akut operation" });
    let opened = surgeon.post("/api/v1/break-glass", &broken).await.expect(201).json();
    assert_eq!(opened["citizen"], world.citizen.as_str());
    let _ = world.get(&surgeon, "overview").await.expect(200);
    let refused = surgeon.measure(&world.citizen, "weight", "kg", 80.0, 0.5).await;
    assert_eq!(refused.expect(404).problem(), "not-found");
    let nobody = json!({ "number": "090761-0009", "reason": "Akut" });
    assert_eq!(
        surgeon.post("/api/v1/break-glass", &nobody).await.expect(404).problem(),
        "not-found"
    );

    let blocks = world.get(&world.own, "blocks").await.expect(200).json();
    let reasons: Vec<_> = blocks["broken_glass"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["reason"].clone())
        .collect();
    assert_eq!(reasons, ["Bevidstløs i modtagelsen", "Akut operation"]);
    let log = world.log("da").await;
    let broke = log
        .iter()
        .find(|line| line["code"] == "glass-broken" && line["account"] == "surgeon")
        .unwrap();
    assert_eq!(broke["what"], "Åbnede oplysningerne i en nødsituation");
    assert_eq!(broke["why"], "Akut operation");
    assert_eq!(broke["who"], "surgeon (sundhedsfaglig, Kirurgi)");

    let unusual = world.auditor.get("/api/v1/audit/unusual").await.expect(200).json();
    let accounts: Vec<_> = unusual["unusual"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["kind"] == "break-glass")
        .map(|one| one["account"].clone())
        .collect();
    assert_eq!(accounts, ["doctor", "surgeon"], "{unusual:#}");
}

#[tokio::test]
async fn the_access_log_says_in_plain_words_who_saw_and_changed_what() {
    let world = World::new(&["heart"]).await;
    let _ = world.own.measure(&world.citizen, "weight", "kg", 80.0, 1.0).await.expect(201);
    let request = world.nurse.request(Method::GET, &world.path("overview"));
    let _ = world.nurse.send(request.header("access-reason", "f%C3%B8lger%20op")).await.expect(200);
    let _ = world.nurse.measure(&world.citizen, "weight", "kg", 83.0, 0.1).await.expect(201);
    let _ = world.nurse.alerts().await;

    let danish = world.log("da").await;
    let look = danish.iter().find(|line| line["code"] == "overview").unwrap();
    assert_eq!(look["what"], "Så overblikket");
    assert_eq!(look["why"], "følger op");
    assert_eq!(look["who"], "nurse (sundhedsfaglig, Hjemmeplejen)");
    assert_eq!(look["grounds"], "enheden behandler borgeren");
    assert_eq!((&look["through"], &look["changed"]), (&json!("api"), &json!(false)));
    let sent: Vec<_> = danish.iter().filter(|line| line["code"] == "submission-received").collect();
    assert_eq!(sent.len(), 2, "{danish:#?}");
    assert_eq!(sent[0]["what"], "Sendte målinger eller svar");
    assert_eq!((&sent[0]["role"], &sent[1]["role"]), (&json!("clinician"), &json!("citizen")));
    assert!(danish.iter().any(|line| line["code"] == "worklist"), "{danish:#?}");
    assert_eq!(danish.last().unwrap()["code"], "citizen-registered");
    let english = world.log("en").await;
    let look = english.iter().find(|line| line["code"] == "overview").unwrap();
    assert_eq!(look["what"], "Saw the overview");

    // Page by page, it is the same.
    let (mut pages, mut before) = (vec![], String::new());
    loop {
        let page =
            world.get(&world.own, &format!("access-log?limit=2{before}")).await.expect(200).json();
        pages.extend(page["lines"].as_array().unwrap().clone());
        let Some(next) = page["before"].as_u64() else { break };
        before = format!("&before={next}");
    }
    let numbers = |lines: &[Value]| {
        lines.iter().map(|line| line["event"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&pages), numbers(&danish));

    let file = world.get(&world.own, "access-log.csv").await.expect(200);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert_eq!(file.text.lines().count(), danish.len() + 1);
    assert!(file.text.starts_with("\"Tidspunkt\",\"Hvem\",\"Hvad\""), "{}", file.text);

    // Whoever watches over access finds it too, and is seen to have looked.
    let looks = world.auditor.get("/api/v1/audit/looks?account=nurse").await.expect(200).json();
    let looks = looks["looks"].as_array().unwrap().clone();
    assert!(
        looks.iter().any(|look| look["what"] == "overview" && look["under"][0] == "care-team"),
        "{looks:#?}"
    );
    assert!(looks.iter().all(|look| look["account"] == "nurse"));
    let _ = world.get(&world.auditor, "access-log").await.expect(200);
    assert_eq!(world.log("da").await[0]["what"], "Læste adgangsloggen");
}

/// What the programme keeps from an audience reaches it by no way: values, the overview, what a form says is wrong.
#[tokio::test]
async fn a_field_that_is_shown_after_review_is_shown_then_and_one_that_is_not_never() {
    let world = World::new(&["early-detection"]).await;
    let _ = world
        .let_in(&json!({ "relative": "anna", "programme": "early-detection", "may_enter": true }))
        .await;
    let one = |field: &str, value: Value, unit: &str| {
        let mut own = json!({ "field": field, "value": value, "measured": at(0.02) });
        if !unit.is_empty() {
            own["unit"] = json!(unit);
        }
        own
    };
    let body = json!({ "observations": [
        one("respiration-rate", json!(16), "/min"),
        one("spo2", json!(97), "%"),
        one("supplemental-oxygen", json!(false), ""),
        one("systolic", json!(128), "mm[Hg]"),
        one("diastolic", json!(74), "mm[Hg]"),
        one("pulse", json!(76), "/min"),
        one("consciousness", json!("alert"), ""),
        one("temperature", json!(36.8), "Cel"),
    ] });
    let _ = world.nurse.submit(&world.citizen, &body).await.expect(201);
    let sees = async |api: &Api| {
        let values = api.observations(&world.citizen, "news2").await.len();
        let overview = world.get(api, "overview").await.expect(200).json();
        let field =
            overview["fields"].as_array().unwrap().iter().find(|own| own["id"] == "news2").cloned();
        let shown = field.is_some_and(|field| field["newest"].is_object());
        assert_eq!(shown, values > 0, "the overview and the observations say the same");
        values
    };
    assert_eq!(sees(&world.nurse).await, 1);
    assert_eq!(sees(&world.own).await, 0, "nobody has looked at it yet");
    assert_eq!(sees(&world.relative).await, 0);
    assert_eq!(world.own.observations(&world.citizen, "pulse").await.len(), 1);

    let green = world.nurse.get("/api/v1/green").await.expect(200).json();
    let seen: Vec<Value> = green["green"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| json!({ "enrolment": own["enrolment"], "through": own["through"] }))
        .collect();
    assert_eq!(seen.len(), 1, "{green:#}");
    let _ = world
        .nurse
        .post("/api/v1/green/acknowledgement", &json!({ "seen": seen }))
        .await
        .expect(200);
    assert_eq!(sees(&world.own).await, 1, "it was reviewed");
    assert_eq!(sees(&world.relative).await, 0, "relatives never see it");
    let _ = &world.doctor;
}

#[test]
fn a_policy_that_is_not_in_order_keeps_the_host_from_starting_and_it_is_said_why() {
    let place = Place::new(&[]);
    std::fs::create_dir(place.path("policies")).unwrap();
    std::fs::write(
        place.path("policies/own.cedar"),
        "@id(\"own\")\nforbid (principal, action == Action::\"fly\", resource);",
    )
    .unwrap();
    place.configure("[access]\npolicies = \"policies\"\n");
    let finished = place.run(&["serve", "--config", "gtp.toml"], "");
    assert_eq!(finished.code, 2, "{}{}", finished.out, finished.err);
    assert!(
        finished.err.contains("access.policies") && finished.err.contains("fly"),
        "{}",
        finished.err
    );
}
