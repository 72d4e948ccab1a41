//! The plan that all sectors and the citizen share, the diary, and messages with their read marks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Answer, Api, Place, Server, at, conforms, days_ago, rfc3339};
use reqwest::Method;
use serde_json::{Value, json};

/// A nurse and a doctor of one citizen's care team, the citizen, and a surgeon who has nothing to do with them.
struct People {
    server: Server,
    nurse: Api,
    doctor: Api,
    own: Api,
    surgeon: Api,
    citizen: String,
    document: Value,
}

impl People {
    async fn new() -> Self {
        let place = Place::with_people(&["heart"]);
        place.succeed(&["unit", "add", "surgery", "--name", "surgery", "--sector", "hospital"], "");
        place.add_user("surgeon", &["--role", "clinician", "--unit", "surgery"], "");
        let server = place.serve();
        let nurse = Api::log_in(&server, "nurse").await;
        let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
        // A citizen's account needs the host to be down: the data folder belongs to one process.
        let (place, _) = server.stop();
        place.add_user("citizen", &["--role", "citizen", "--number-stdin"], "070761-0001\n");
        Self::of(place.serve(), citizen).await
    }

    async fn of(server: Server, citizen: String) -> Self {
        let log_in = async |account: &str| Api::log_in(&server, account).await;
        let (nurse, doctor) = (log_in("nurse").await, log_in("doctor").await);
        let (own, surgeon) = (log_in("citizen").await, log_in("surgeon").await);
        let document = nurse.get("/openapi.json").await.expect(200).json();
        Self { server, nurse, doctor, own, surgeon, citizen, document }
    }

    async fn restarted(self) -> Self {
        let (place, _) = self.server.stop();
        Self::of(place.serve(), self.citizen).await
    }

    fn path(&self, tail: &str) -> String {
        format!("/api/v1/citizens/{}/{tail}", self.citizen)
    }

    /// Sends something about the citizen and checks the answer's shape.
    async fn post(&self, api: &Api, tail: &str, body: &Value) -> Answer {
        let answer = api.post(&self.path(tail), body).await;
        conforms(&self.document, "post", &format!("/api/v1/citizens/{{id}}/{tail}"), &answer);
        answer
    }

    /// Reads something about the citizen and checks the answer's shape.
    async fn get(&self, api: &Api, tail: &str, query: &str) -> Answer {
        let answer = api.get(&format!("{}{query}", self.path(tail))).await;
        conforms(&self.document, "get", &format!("/api/v1/citizens/{{id}}/{tail}"), &answer);
        answer
    }

    async fn change(&self, api: &Api, id: &str, body: &Value) -> Answer {
        let path = format!("/api/v1/plan-items/{id}");
        let answer = api.send(api.request(Method::PUT, &path).json(body)).await;
        conforms(&self.document, "put", "/api/v1/plan-items/{id}", &answer);
        answer
    }

    async fn end(&self, api: &Api, id: &str, body: &Value) -> Answer {
        let answer = api.post(&format!("/api/v1/plan-items/{id}/ending"), body).await;
        conforms(&self.document, "post", "/api/v1/plan-items/{id}/ending", &answer);
        answer
    }

    async fn history(&self, api: &Api, id: &str) -> Value {
        let answer = api.get(&format!("/api/v1/plan-items/{id}")).await.expect(200);
        conforms(&self.document, "get", "/api/v1/plan-items/{id}", &answer);
        answer.json()["history"].clone()
    }

    async fn unread(&self, api: &Api) -> Value {
        let answer = api.get("/api/v1/messages/unread").await.expect(200);
        conforms(&self.document, "get", "/api/v1/messages/unread", &answer);
        answer.json()
    }
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

/// So many days from now.
fn ahead(days: f64) -> String {
    rfc3339(days_ago(-days))
}

/// Each error's pointer and code.
fn errors(answer: &Answer) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

#[tokio::test]
async fn a_goal_is_set_by_one_sector_changed_by_another_and_seen_by_the_citizen_with_its_history() {
    let people = People::new().await;
    let weight = |high: f64| {
        json!({
            "kind": "goal", "text": "Ned i vægt", "reach_by": ahead(90.0),
            "target": { "field": "weight", "high": high, "unit": "kg" },
        })
    };
    let set = people.post(&people.nurse, "plan", &weight(82.0)).await.expect(201);
    let goal = id(&set.json());
    assert_eq!(set.header("location"), format!("/api/v1/plan-items/{goal}"));
    let activity = json!({
        "kind": "activity", "text": "Ringer hver mandag", "who": "unit", "unit": "home-care",
        "goal": goal, "from": ahead(1.0), "until": ahead(30.0),
    });
    let _ = people.post(&people.nurse, "plan", &activity).await.expect(201);

    let mut change = weight(80.0);
    change["reason"] = json!("Målet var for let");
    change["revision"] = json!(1);
    let changed = people.change(&people.doctor, &goal, &change).await.expect(200).json();
    assert_eq!((&changed["revision"], &changed["changed_by"]), (&json!(2), &json!("doctor")));
    let stale = people.change(&people.nurse, &goal, &change).await.expect(409);
    assert_eq!(stale.problem(), "conflict", "the nurse had not seen the doctor's change");

    let words = json!({ "kind": "goal", "text": "Gå en tur med mit barnebarn" });
    let wish = id(&people.post(&people.own, "plan", &words).await.expect(201).json());
    let plan = people.get(&people.own, "plan", "").await.expect(200).json();
    assert_eq!(plan["goals"].as_array().unwrap().len(), 2);
    assert_eq!(
        plan["goals"][0]["target"],
        json!({ "field": "weight", "high": 80.0, "unit": "kg" })
    );
    assert_eq!(plan["activities"][0]["goal"], goal.as_str());
    assert_eq!(people.get(&people.doctor, "plan", "").await.expect(200).json(), plan);

    // Citizens decide over their own goals, not over others'.
    assert_eq!(people.change(&people.own, &goal, &words).await.expect(403).problem(), "denied");
    let refused = people.post(&people.own, "plan", &weight(70.0)).await.expect(422);
    assert_eq!(errors(&refused), [("/target".into(), "may-not-enter".into())]);
    let done = json!({ "outcome": "done", "note": "Dejligt" });
    let _ = people.end(&people.own, &wish, &done).await.expect(200);
    let ended = people.end(&people.nurse, &wish, &done).await.expect(409);
    assert_eq!(ended.problem(), "plan-item-ended");

    // What has ended stays, also when the host was started again.
    let people = people.restarted().await;
    let plan = people.get(&people.nurse, "plan", "?ended=true").await.expect(200).json();
    assert_eq!(plan["goals"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&plan["ended"][0]["id"], &plan["ended"][0]["ending"]["outcome"]),
        (&json!(wish), &json!("done"))
    );
    let history = people.history(&people.own, &goal).await;
    let told: Vec<_> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|change| (change["by"].clone(), change["content"]["target"]["high"].clone()))
        .collect();
    assert_eq!(told, [(json!("nurse"), json!(82.0)), (json!("doctor"), json!(80.0))]);
    assert_eq!(history[1]["reason"], "Målet var for let");
    let history = people.history(&people.nurse, &wish).await;
    assert_eq!(
        (&history[1]["ending"]["by"], &history[1]["ending"]["note"]),
        (&json!("citizen"), &json!("Dejligt"))
    );
}

#[tokio::test]
async fn an_appointment_makes_what_a_programme_expects_before_a_visit_come_due_and_takes_it_back() {
    let people = People::new().await;
    let video = |days: f64| {
        json!({
            "kind": "appointment", "text": "Kontrol", "unit": "cardiology",
            "starts": ahead(days), "video": "https://video.example/demo",
        })
    };
    let insecure = json!({
        "kind": "appointment", "text": "Kontrol", "starts": ahead(12.0), "video": "http://video.example/demo",
    });
    let refused = people.post(&people.nurse, "plan", &insecure).await.expect(422);
    assert_eq!(errors(&refused), [("/video".into(), "not-https".into())]);

    let made = people.post(&people.nurse, "plan", &video(12.0)).await.expect(201).json();
    let opens = async || -> Vec<String> {
        let plan = people.get(&people.own, "plan", "").await.expect(200).json();
        let all = plan["before_appointments"].as_array().unwrap().clone();
        for one in &all {
            assert_eq!(one["appointment"], made["id"]);
            assert_eq!(one["activity"], "home-bp-period");
            assert!(one["fields"].as_array().unwrap().contains(&json!("systolic")));
        }
        all.iter().map(|one| one["opens"].as_str().unwrap().to_owned()).collect()
    };
    let first = opens().await;
    assert!(!first.is_empty());
    assert!(first.iter().all(|opens| *opens > at(0.0) && *opens < ahead(12.0)), "{first:?}");

    let appointment = id(&made);
    let _ = people.change(&people.doctor, &appointment, &video(20.0)).await.expect(200);
    let moved = opens().await;
    assert_eq!(moved.len(), first.len());
    assert!(moved[0] > first[first.len() - 1], "{first:?} {moved:?}");

    let off = json!({ "outcome": "cancelled", "note": "Sygdom" });
    let _ = people.end(&people.nurse, &appointment, &off).await.expect(200);
    assert!(opens().await.is_empty());

    // Of what goes before an appointment tomorrow, a week's warning cannot be given any more.
    let tomorrow = json!({ "kind": "appointment", "text": "Akut", "starts": ahead(1.0), "place": "Demovej 1" });
    let made = people.post(&people.doctor, "plan", &tomorrow).await.expect(201).json();
    assert_eq!((&made["unit"], &made["place"]), (&json!("cardiology"), &json!("Demovej 1")));
    let plan = people.get(&people.own, "plan", "").await.expect(200).json();
    let late: Vec<_> = plan["before_appointments"].as_array().unwrap().clone();
    assert!(late.iter().all(|one| one["closes"].as_str().unwrap() > at(0.0).as_str()), "{late:#?}");
}

#[tokio::test]
async fn what_is_wrong_with_an_item_is_said_in_both_languages_and_nothing_is_stored() {
    let people = People::new().await;
    let later = ahead(3.0);
    let cases = [
        (json!({ "text": "x" }), vec![("", "absent")]),
        (json!({ "kind": "wish", "text": "x" }), vec![("/kind", "no-such-choice")]),
        (json!({ "kind": "goal" }), vec![("", "absent")]),
        (json!({ "kind": "goal", "text": "  " }), vec![("/text", "empty")]),
        (json!({ "kind": "goal", "text": "x".repeat(2_001) }), vec![("/text", "too-long")]),
        (json!({ "kind": "goal", "text": "x", "starts": later }), vec![("", "unexpected")]),
        (json!({ "kind": "goal", "text": "x", "reach_by": "soon" }), vec![("/reach_by", "form")]),
        (
            json!({ "kind": "goal", "text": "x", "reach_by": at(1.0) }),
            vec![("/reach_by", "in-the-past")],
        ),
        (
            json!({ "kind": "goal", "target": { "field": "weight", "low": 500, "unit": "lb" } }),
            vec![("/target/unit", "wrong-unit"), ("/target/low", "out-of-range")],
        ),
        (
            json!({ "kind": "goal", "target": { "field": "weight", "low": 90, "high": 80, "unit": "kg" } }),
            vec![("/target/low", "not-less")],
        ),
        (
            json!({ "kind": "goal", "target": { "field": "glucose", "high": 8, "unit": "mmol/L" } }),
            vec![("/target/field", "unknown-field")],
        ),
        (
            json!({ "kind": "goal", "target": { "field": "weight", "unit": "kg" } }),
            vec![("/target", "empty")],
        ),
        (
            json!({ "kind": "goal", "target": 80 }),
            vec![
                ("/target", "form"),
                ("/target", "absent"),
                ("/target", "absent"),
                ("/target/field", "unknown-field"),
            ],
        ),
        (
            json!({ "kind": "activity", "text": "x", "who": "nobody" }),
            vec![("/who", "no-such-choice")],
        ),
        (
            json!({ "kind": "activity", "text": "x", "who": "unit", "unit": "nowhere" }),
            vec![("/unit", "unknown")],
        ),
        (
            json!({ "kind": "activity", "text": "x", "who": "citizen", "from": later, "until": ahead(2.0) }),
            vec![("/until", "ends-before-it-begins")],
        ),
        (
            json!({ "kind": "activity", "text": "x", "who": "citizen", "goal": people.citizen }),
            vec![("/goal", "unknown")],
        ),
        (json!({ "kind": "appointment", "text": "x", "starts": later }), vec![("", "absent")]),
        (
            json!({ "kind": "appointment", "text": "x", "starts": later, "place": "a", "video": "https://a.example" }),
            vec![("/video", "unexpected")],
        ),
        (
            json!({ "kind": "appointment", "text": "x", "starts": ahead(4_000.0), "place": "a" }),
            vec![("/starts", "too-far-ahead")],
        ),
    ];
    for (body, expected) in cases {
        let answer = people.post(&people.nurse, "plan", &body).await.expect(422);
        assert_eq!(answer.problem(), "invalid");
        let mut found = errors(&answer);
        let mut expected: Vec<_> = expected
            .into_iter()
            .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()))
            .collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{body}");
        let request = people.nurse.request(Method::POST, &people.path("plan")).json(&body);
        let english = people.nurse.send(request.header("accept-language", "en")).await.expect(422);
        let details = |answer: &Answer| -> Vec<Value> {
            let errors = answer.json()["errors"].as_array().unwrap().clone();
            errors.into_iter().map(|error| error["detail"].clone()).collect()
        };
        for (danish, english) in details(&answer).iter().zip(details(&english)) {
            let words = english.as_str().unwrap();
            assert!(*danish != english && words.ends_with('.'), "{body}: {danish} {english}");
        }
    }
    let plan = people.get(&people.nurse, "plan", "?ended=true").await.expect(200).json();
    assert_eq!(plan["goals"], json!([]));
    assert_eq!(
        people.get(&people.nurse, "plan", "?ended=maybe").await.expect(400).problem(),
        "bad-query"
    );
}

#[tokio::test]
async fn somebody_outside_the_care_team_learns_nothing_of_plan_diary_and_messages() {
    let people = People::new().await;
    let goal = json!({ "kind": "goal", "text": "Gå" });
    let item = id(&people.post(&people.nurse, "plan", &goal).await.expect(201).json());
    let nobody = "00000000-0000-7000-8000-000000000000";
    for tail in ["plan", "diary", "messages"] {
        let theirs = people.surgeon.get(&people.path(tail)).await.expect(404);
        let none = people.surgeon.get(&format!("/api/v1/citizens/{nobody}/{tail}")).await;
        assert_eq!(theirs.text, none.text, "{tail}");
        let body = json!({ "text": "x" });
        let written = people.surgeon.post(&people.path(tail), &body).await;
        assert!(matches!(written.status.as_u16(), 404 | 422), "{tail}: {}", written.text);
    }
    let theirs = people.surgeon.get(&format!("/api/v1/plan-items/{item}")).await.expect(404);
    let none = people.surgeon.get(&format!("/api/v1/plan-items/{nobody}")).await;
    assert_eq!(theirs.text, none.text);
    assert_eq!(people.change(&people.surgeon, &item, &goal).await.expect(404).text, none.text);
    assert_eq!(people.unread(&people.surgeon).await["count"], 0);
}

#[tokio::test]
async fn a_diary_note_with_or_without_a_value_is_written_once_and_read_by_the_care_team() {
    let people = People::new().await;
    let note = json!({
        "at": at(1.0), "text": "Vågnede to gange",
        "value": { "what": "Søvn", "number": 6.5, "unit": "timer" },
    });
    let path = people.path("diary");
    let first = people.own.post_with_key(&path, &note, "night-1").await.expect(201).json();
    let again = people.own.post_with_key(&path, &note, "night-1").await.expect(201).json();
    assert_eq!(first, again);
    let other = json!({ "text": "Noget andet" });
    let reused = people.own.post_with_key(&path, &other, "night-1").await.expect(409);
    assert_eq!(reused.problem(), "key-reused");
    let _ = people.post(&people.nurse, "diary", &other).await.expect(201);
    for (bad, pointer) in [
        (json!({}), ""),
        (json!({ "text": "" }), "/text"),
        (json!({ "text": "x", "at": ahead(1.0) }), "/at"),
        (json!({ "value": { "what": "Søvn", "number": "seks" } }), "/value/number"),
        (json!({ "value": { "what": "Søvn" } }), "/value"),
        (json!({ "value": { "what": "", "number": 1 } }), "/value/what"),
    ] {
        let answer = people.post(&people.own, "diary", &bad).await.expect(422);
        assert_eq!(errors(&answer)[0].0, pointer, "{bad}: {}", answer.text);
    }

    let diary = people.get(&people.doctor, "diary", "").await.expect(200).json();
    let notes = diary["notes"].as_array().unwrap();
    assert_eq!(notes.len(), 2);
    assert_eq!(
        (&notes[0]["role"], &notes[0]["text"]),
        (&json!("clinician"), &json!("Noget andet"))
    );
    assert_eq!(notes[1]["value"], json!({ "what": "Søvn", "number": 6.5, "unit": "timer" }));
    let old =
        people.get(&people.own, "diary", &format!("?to={}", at(0.5))).await.expect(200).json();
    assert_eq!(old["notes"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn messages_go_both_ways_and_show_who_read_them() {
    let people = People::new().await;
    let say = |text: &str| json!({ "text": text });
    let sent = people.post(&people.own, "messages", &say("Hvornår skal jeg måle?")).await;
    let first = sent.expect(201).json();
    assert_eq!((&first["unit"], &first["from"]), (&json!("home-care"), &json!("citizen")));
    assert!(
        !first["looked_at"].as_str().unwrap().is_empty(),
        "the citizen is told when somebody looks"
    );
    let second = people.post(&people.own, "messages", &say("Og hvordan?")).await.expect(201).json();
    let stranger = json!({ "text": "Hej", "unit": "surgery" });
    let refused = people.post(&people.own, "messages", &stranger).await.expect(422);
    assert_eq!(errors(&refused), [("/unit".into(), "not-in-care-team".into())]);

    let waiting = people.unread(&people.nurse).await;
    assert_eq!((&waiting["count"], &waiting["more"]), (&json!(2), &json!(false)));
    assert_eq!(waiting["citizens"][0]["citizen_name"], "Demo Borger 1");
    assert_eq!(people.unread(&people.doctor).await["count"], 0, "they were sent to another unit");

    // The doctor may read along, but it is the nurse's unit that has to.
    let all = people.get(&people.doctor, "messages", "").await.expect(200).json();
    assert_eq!(all["messages"][0]["id"], second["id"]);
    let mark = async |api: &Api, body: Value| -> Value {
        people.post(api, "messages/read", &body).await.expect(200).json()["marked"].clone()
    };
    assert_eq!(mark(&people.doctor, json!({})).await, 0);
    assert_eq!(mark(&people.nurse, json!({ "through": first["id"] })).await, 1);
    assert_eq!(people.unread(&people.nurse).await["count"], 1);

    let reply =
        people.post(&people.nurse, "messages", &say("Hver morgen.")).await.expect(201).json();
    assert_eq!((&reply["from"], &reply["looked_at"]), (&json!("unit"), &json!("")));
    assert_eq!(people.unread(&people.own).await["count"], 1);
    assert_eq!(mark(&people.own, json!({})).await, 1);

    let people = people.restarted().await;
    assert_eq!(people.unread(&people.own).await["count"], 0);
    assert_eq!(people.unread(&people.nurse).await["count"], 1);
    let all = people.get(&people.own, "messages", "").await.expect(200).json();
    let read: Vec<&Value> =
        all["messages"].as_array().unwrap().iter().map(|one| &one["read"]["by"]).collect();
    assert_eq!(read, [&json!("citizen"), &Value::Null, &json!("nurse")]);
    let before = format!("?before={}&newest=1", second["id"].as_str().unwrap());
    let page = people.get(&people.own, "messages", &before).await.expect(200).json();
    assert_eq!(page["messages"][0]["id"], first["id"]);
    assert_eq!(page["messages"].as_array().unwrap().len(), 1);
}
