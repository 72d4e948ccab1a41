//! Who is let in, and what somebody learns who is not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod access_support;

use access_support::Turned;
use gtp_care::clock::Clock as _;
use gtp_care::{NewToken, Scope};
use gtp_model::{Actor, DAY, HOUR, MINUTE, Role};
use gtp_tests::{Answer, Api, Place, at};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Instant;

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";
/// What stands in the record of the citizen that nobody else may hear of.
const MARKED: [&str; 4] = ["Zebrafink", "070761", "83.017", "giraf"];

#[tokio::test]
async fn a_citizen_of_others_looks_like_one_who_does_not_exist() {
    let place = Place::with_people(&["heart"]);
    place.succeed(&["unit", "add", "surgery", "--name", "surgery", "--sector", "hospital"], "");
    place.add_user("surgeon", &["--role", "clinician", "--unit", "surgery"], "");
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let other = nurse.admit("080761-0002", "Demo Borger 2", "heart").await;
    for (weight, days) in [(80.0, 2.0), (83.0, 0.1)] {
        let _ = nurse.measure(&citizen, "weight", "kg", weight, days).await.expect(201);
    }
    let alert = nurse.alerts().await[0]["id"].as_str().unwrap().to_owned();

    // A citizen's account needs the host to be down: the data folder belongs to one process.
    let (place, _) = server.stop();
    place.add_user("citizen-2", &["--role", "citizen", "--number-stdin"], "080761-0002\n");
    let server = place.serve();

    let nobody = "00000000-0000-7000-8000-000000000000";
    for account in ["surgeon", "citizen-2"] {
        let api = Api::log_in(&server, account).await;
        for tail in ["observations", "submissions"] {
            let ask = async |id: &str| {
                let path = format!("/api/v1/citizens/{id}/{tail}");
                if tail == "submissions" {
                    let body = json!({ "observations": [
                        { "field": "weight", "value": 80, "unit": "kg", "measured": at(0.05) }
                    ] });
                    api.post(&path, &body).await
                } else {
                    api.get(&path).await
                }
            };
            let (theirs, none) = (ask(&citizen).await, ask(nobody).await);
            assert_eq!(theirs.status.as_u16(), 404, "{account} {tail}: {}", theirs.text);
            assert_eq!(
                (theirs.status, &theirs.text),
                (none.status, &none.text),
                "{account} {tail}"
            );
        }
        let answer = api.get(&format!("/api/v1/alerts/{alert}")).await;
        assert_eq!(answer.status.as_u16(), 404, "{account}: {}", answer.text);
    }
    let citizen_2 = Api::log_in(&server, "citizen-2").await;
    let _ = citizen_2.get(&format!("/api/v1/citizens/{other}/observations")).await.expect(200);
    assert_eq!(citizen_2.get("/api/v1/alerts").await.expect(403).problem(), "denied");

    let operator = Api::log_in(&server, "operator").await;
    assert_eq!(operator.get("/api/v1/alerts").await.expect(403).problem(), "denied");
    let path = format!("/api/v1/citizens/{citizen}/observations");
    assert!(matches!(operator.get(&path).await.status.as_u16(), 403 | 404));
    let new = json!({ "number": "090761-0003", "name": "Demo Borger 3" });
    assert_eq!(operator.post("/api/v1/citizens", &new).await.expect(403).problem(), "denied");
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down_whether_or_not_the_account_exists() {
    let server = Place::with_people(&[]).serve();
    let api = Api::anonymous(&server);
    for account in ["nurse", "nobody-at-all"] {
        let wrong = json!({ "account": account, "password": "wrong" });
        for _ in 0..8 {
            assert_eq!(
                api.post("/api/v1/sessions", &wrong).await.expect(401).problem(),
                "wrong-login"
            );
        }
        let slowed = api.post("/api/v1/sessions", &wrong).await.expect(429);
        assert_eq!(slowed.problem(), "too-many-logins");
        assert!((1..=30).contains(&slowed.header("retry-after").parse::<u64>().unwrap()));
    }
    let right = json!({ "account": "nurse", "password": Place::PASSWORD });
    assert_eq!(api.post("/api/v1/sessions", &right).await.expect(429).problem(), "too-many-logins");
    let _ = Api::log_in(&server, "doctor").await;
    assert!(!server.output().contains("nobody-at-all"));
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_and_a_session_of_a_browser_is_none_for_the_api() {
    let server = Place::with_people(&[]).serve();
    let api = Api::anonymous(&server);
    let body = "account=nurse&password=a+long+test+password";
    let post = |origin: &str| {
        api.request(Method::POST, "/login")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", origin.to_owned())
            .body(body)
    };
    let foreign = api.send(post("https://evil.example")).await;
    assert_eq!(foreign.status.as_u16(), 403, "{}", foreign.text);
    let own = api.send(post(&server.address)).await;
    let cookie = own.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("gtp="), "{:?}", own.headers);
    let attributes = own.header("set-cookie");
    assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax"), "{attributes}");

    let with_cookie = |path: &str| api.request(Method::GET, path).header("cookie", cookie.clone());
    let page = api.send(with_cookie("/worklist")).await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    let refused = api.send(with_cookie("/api/v1/alerts")).await.expect(401);
    assert_eq!(refused.problem(), "not-signed-in");
}

/// A citizen with a value, an alert and words, all of them marked.
struct Marked {
    citizen: String,
    enrolment: String,
    alert: String,
}

impl Marked {
    async fn in_care_of(nurse: &Api) -> Self {
        let citizen = nurse.admit("070761-0001", "Zebrafink Markering", "heart").await;
        for (weight, days) in [(79.0, 2.0), (83.017, 0.1)] {
            let _ = nurse.measure(&citizen, "weight", "kg", weight, days).await.expect(201);
        }
        let alert = nurse.alerts().await[0]["id"].as_str().unwrap().to_owned();
        let note = json!({ "text": "giraf i hatten" });
        let _ = nurse.post(&format!("/api/v1/alerts/{alert}/notes"), &note).await.expect(200);
        let overview = nurse.get(&format!("/api/v1/citizens/{citizen}/overview")).await;
        let enrolment =
            overview.expect(200).json()["enrolments"][0]["id"].as_str().unwrap().to_owned();
        Self { citizen, enrolment, alert }
    }

    /// A documented path, once about this citizen and once about nobody.
    fn addresses(&self, path: &str) -> (String, String) {
        let id = match path {
            path if path.contains("/citizens/") => self.citizen.as_str(),
            path if path.contains("/enrolments/") => self.enrolment.as_str(),
            path if path.contains("/alerts/") => self.alert.as_str(),
            path if path.contains("/programmes/") => "heart",
            _ => NOBODY,
        };
        let filled = |id: &str| {
            path.replace("{id}", id)
                .replace("{item}", NOBODY)
                .replace("{field}", "weight")
                .replace("{limit}", "weight-gain-3-days")
                .replace("{programme}", "heart")
                .replace("{unit}", "home-care")
        };
        let nobody = if id == "heart" { "heart" } else { NOBODY };
        (filled(id), filled(nobody))
    }
}

/// Every operation of the document that one has to be logged in for, but for ending a session.
async fn guarded(api: &Api) -> Vec<(Method, String)> {
    let document = api.get("/openapi.json").await.expect(200).json();
    let mut all = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let ends = path.contains("/sessions") && method == Method::DELETE;
            if !operation["security"].is_null() && !ends && !path.ends_with("/live") {
                all.push((method, path.clone()));
            }
        }
    }
    assert!(all.len() > 40, "{all:?}");
    all
}

async fn ask(api: &Api, method: &Method, path: &str) -> Answer {
    let request = api.request(method.clone(), path);
    let body = matches!(*method, Method::POST | Method::PUT | Method::PATCH);
    api.send(if body { request.json(&json!({})) } else { request }).await
}

fn holds_nothing(answer: &Answer, what: &str) {
    for mark in MARKED {
        assert!(!answer.text.contains(mark), "{what}: {}", answer.text);
    }
}

#[tokio::test]
async fn on_no_route_does_it_matter_to_a_stranger_whether_a_citizen_exists() {
    let host = Turned::new().await;
    let nurse = host.log_in("nurse").await;
    let marked = Marked::in_care_of(&nurse).await;
    let other = nurse.admit("080761-0002", "Demo Borger 2", "heart").await;
    host.add("other", Role::Citizen, None, Some(&other)).await;
    host.add("own", Role::Citizen, None, Some(&marked.citizen)).await;
    let own = host.log_in("own").await;
    let let_in = json!({ "relative": "anna", "programme": "heart", "may_enter": true });
    let relatives = format!("/api/v1/citizens/{}/relatives", marked.citizen);
    let grant = own.post(&relatives, &let_in).await.expect(201).json();
    let anna = host.log_in("anna").await;
    let overview = format!("/api/v1/citizens/{}/overview", marked.citizen);
    let _ = anna.get(&overview).await.expect(200);
    let grant = format!("{relatives}/{}", grant["id"].as_str().unwrap());
    let _ = own.send(own.request(Method::DELETE, &grant)).await.expect(204);

    let surgeon = host.log_in("surgeon").await;
    let people = [
        ("the wrong citizen", host.log_in("other").await),
        ("the wrong unit", surgeon),
        ("a relative whose grant was withdrawn", anna),
    ];
    for (method, path) in guarded(&nurse).await {
        for (who, api) in &people {
            let (theirs, nobodys) = marked.addresses(&path);
            let what = format!("{who}: {method} {path}");
            let (theirs, nobodys) =
                (ask(api, &method, &theirs).await, ask(api, &method, &nobodys).await);
            assert_eq!((theirs.status, &theirs.text), (nobodys.status, &nobodys.text), "{what}");
            assert_ne!(theirs.status.as_u16(), 500, "{what}: {}", theirs.text);
            holds_nothing(&theirs, &what);
        }
    }
}

#[tokio::test]
async fn on_no_route_is_anybody_let_in_whose_session_or_token_is_over() {
    let host = Turned::new().await;
    let nurse = host.log_in("nurse").await;
    let marked = Marked::in_care_of(&nurse).await;
    let routes = guarded(&nurse).await;
    let token = |name: &str| NewToken {
        token: name.to_owned(),
        role: Role::Clinician,
        unit: Some("home-care".parse().unwrap()),
        scopes: Scope::ALL.to_vec(),
        expires: host.began.plus(DAY),
    };
    let mut tokens = vec![];
    for name in ["revoked", "lapsed"] {
        let shown = host.care.add_token(&Actor::host(), token(name)).await.unwrap();
        tokens.push(host.nobody().showing(&shown));
    }
    let overview = format!("/api/v1/citizens/{}/overview", marked.citizen);
    for api in &tokens {
        let _ = api.get(&overview).await.expect(200);
    }
    let out = host.log_in("nurse").await;
    let _ = out.send(out.request(Method::DELETE, "/api/v1/sessions/current")).await.expect(204);
    host.care.revoke_token(&Actor::host(), "revoked").await.unwrap();
    let walk = async |who: &str, api: &Api| {
        for (method, path) in &routes {
            let (theirs, nobodys) = marked.addresses(path);
            let what = format!("{who}: {method} {path}");
            for address in [theirs, nobodys] {
                let answer = ask(api, method, &address).await;
                assert_eq!(answer.status.as_u16(), 401, "{what}: {}", answer.text);
                holds_nothing(&answer, &what);
            }
        }
    };
    walk("nobody", &host.nobody()).await;
    walk("logged out", &out).await;
    walk("a revoked token", &tokens[0]).await;
    let _ = tokens[1].get(&overview).await.expect(200);
    let idle = host.log_in("nurse").await;
    host.turn(2 * HOUR);
    walk("idle for too long", &idle).await;
    host.turn(DAY + MINUTE);
    walk("a token after its day", &tokens[1]).await;
}

#[tokio::test]
async fn a_refusal_reads_the_same_of_the_record_whether_or_not_the_citizen_exists() {
    let host = Turned::new().await;
    let nurse = host.log_in("nurse").await;
    let marked = Marked::in_care_of(&nurse).await;
    let other = nurse.admit("080761-0002", "Demo Borger 2", "heart").await;
    host.add("other", Role::Citizen, None, Some(&other)).await;
    for account in ["other", "surgeon", "anna", "auditor"] {
        let api = host.log_in(account).await;
        for tail in ["overview", "observations", "plan", "diary", "messages", "submissions"] {
            let reads = async |id: &str| {
                let method = if tail == "submissions" { Method::POST } else { Method::GET };
                // The first answer may fill what is remembered; the second is measured.
                let path = format!("/api/v1/citizens/{id}/{tail}");
                let _ = ask(&api, &method, &path).await;
                host.store.reads();
                let answer = ask(&api, &method, &path).await;
                (answer.status.as_u16(), host.store.reads())
            };
            let (theirs, nobodys) = (reads(&marked.citizen).await, reads(NOBODY).await);
            assert_eq!(theirs, nobodys, "{account} {tail}");
            assert_eq!(theirs.0, 404, "{account} {tail}");
        }
    }
}

/// Medians of requests that take turns: what the machine does meanwhile meets both.
#[tokio::test]
async fn a_refusal_takes_as_long_whether_or_not_the_citizen_exists() {
    let host = Turned::new().await;
    let nurse = host.log_in("nurse").await;
    let marked = Marked::in_care_of(&nurse).await;
    let surgeon = host.log_in("surgeon").await;
    let mut taken = [vec![], vec![]];
    for _ in 0..400 {
        for (id, taken) in [marked.citizen.as_str(), NOBODY].into_iter().zip(&mut taken) {
            let began = Instant::now();
            let _ = surgeon.get(&format!("/api/v1/citizens/{id}/overview")).await.expect(404);
            taken.push(began.elapsed().as_secs_f64());
        }
    }
    let [theirs, nobodys] = taken.map(|mut taken| {
        taken.sort_by(f64::total_cmp);
        taken[taken.len() / 2]
    });
    let ratio = theirs / nobodys;
    assert!((0.7..1.4).contains(&ratio), "{theirs} s against {nobodys} s");
}

#[tokio::test]
async fn broken_glass_closes_by_itself() {
    let host = Turned::new().await;
    let nurse = host.log_in("nurse").await;
    let marked = Marked::in_care_of(&nurse).await;
    host.add("own", Role::Citizen, None, Some(&marked.citizen)).await;
    let own = host.log_in("own").await;
    let overview = format!("/api/v1/citizens/{}/overview", marked.citizen);
    let block = json!({ "person": "doctor" });
    let _ =
        own.post(&format!("/api/v1/citizens/{}/blocks", marked.citizen), &block).await.expect(201);
    let broken = json!({ "citizen": marked.citizen, "reason": "Bevidstløs" });
    for (account, closed) in [("doctor", 403), ("surgeon", 404)] {
        host.turn(0);
        let api = host.log_in(account).await;
        let _ = api.get(&overview).await.expect(closed);
        let opened = api.post("/api/v1/break-glass", &broken).await.expect(201).json();
        let until = opened["until"].as_str().unwrap().to_owned();
        assert_eq!(until, gtp_tests::rfc3339(host.began.plus(HOUR)), "as it says");
        let _ = api.get(&overview).await.expect(200);
        host.turn(HOUR - 1);
        let api = host.log_in(account).await;
        let _ = api.get(&overview).await.expect(200);
        host.turn(HOUR);
        let _ = api.get(&overview).await.expect(closed);
        host.turn(HOUR + DAY);
        let api = host.log_in(account).await;
        let _ = api.get(&overview).await.expect(closed);
    }
}

async fn unusual(host: &Turned) -> Vec<(String, String, u64)> {
    // What happened in this moment is not over yet.
    host.clock.set(host.clock.now().plus(MINUTE));
    let auditor = host.log_in("auditor").await;
    let found = auditor.get("/api/v1/audit/unusual").await.expect(200).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = found["unusual"].as_array().unwrap().iter();
    all.map(|one| (text(&one["account"]), text(&one["kind"]), one["citizens"].as_u64().unwrap()))
        .collect()
}

#[tokio::test]
async fn whoever_opens_many_records_in_a_short_time_is_listed_and_whoever_works_through_a_day_is_not()
 {
    let host = Turned::new().await;
    let nurse = host.log_in("nurse").await;
    let mut citizens = vec![];
    for number in 0..52 {
        // Replacement numbers of a region: they are nobody's.
        let letter = char::from(b'A' + (number / 10) as u8);
        let number = format!("0101605A{letter}{}", number % 10);
        citizens.push(nurse.admit(&number, "Demo Borger", "heart").await);
    }
    let overview = |id: &String| format!("/api/v1/citizens/{id}/overview");
    // The doctor sees as many, but over the whole day.
    let mut doctor = host.log_in("doctor").await;
    for (number, citizen) in citizens.iter().enumerate() {
        host.turn(number as i64 * 10 * MINUTE);
        if number % 4 == 0 {
            doctor = host.log_in("doctor").await;
        }
        let _ = doctor.get(&overview(citizen)).await.expect(200);
    }
    let nurse = host.log_in("nurse").await;
    for citizen in citizens.iter().take(50) {
        let _ = nurse.get(&overview(citizen)).await.expect(200);
    }
    let _ = nurse.get("/api/v1/green").await.expect(200);
    assert_eq!(unusual(&host).await, [], "a list is what a unit works from");
    for citizen in citizens.iter().skip(50) {
        let _ = nurse.get(&overview(citizen)).await.expect(200);
    }
    assert_eq!(unusual(&host).await, [("nurse".to_owned(), "many-citizens".to_owned(), 52)]);
}

#[tokio::test]
async fn a_look_without_a_treatment_relation_is_listed() {
    let host = Turned::new().await;
    let nurse = host.log_in("nurse").await;
    let new = json!({ "number": "070761-0001", "name": "Demo Borger 1" });
    let citizen = nurse.post("/api/v1/citizens", &new).await.expect(201).json();
    let citizen = citizen["id"].as_str().unwrap().to_owned();
    // Looks that no policy of today allows: as from a version with other policies, or through a command.
    let event = gtp_record::event::access::RecordViewed {
        what: "overview".to_owned(),
        why: "nysgerrig".to_owned(),
        through: "api".to_owned(),
        under: vec![],
    };
    let surgeon = Actor {
        account: "surgeon".to_owned(),
        role: Role::Clinician,
        unit: Some("surgery".parse().unwrap()),
        citizen: None,
    };
    let stream = gtp_record::event::StreamId::Citizen(citizen.parse().unwrap());
    let commit = gtp_record::Commit::new(surgeon, host.began)
        .stream(stream, gtp_record::Expected::Any)
        .event(event);
    let _ = gtp_record::Store::commit(&*host.store, commit).await.unwrap();
    assert_eq!(unusual(&host).await, [("surgeon".to_owned(), "no-relation".to_owned(), 1)]);
}

#[tokio::test]
async fn everybody_on_a_list_is_in_the_access_log_before_the_list_leaves() {
    let host = Turned::new().await;
    let nurse = host.log_in("nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    host.add("own", Role::Citizen, None, Some(&citizen)).await;
    let own = host.log_in("own").await;
    let log = async || -> Vec<String> {
        let lines =
            own.get(&format!("/api/v1/citizens/{citizen}/access-log")).await.expect(200).json();
        let all = lines["lines"].as_array().unwrap().iter();
        all.map(|line| line["code"].as_str().unwrap().to_owned()).collect()
    };
    let count = async |code: &str| log().await.iter().filter(|own| *own == code).count();
    let _ = own.measure(&citizen, "weight", "kg", 80.0, 2.0).await.expect(201);
    let message = json!({ "text": "Hej", "unit": "home-care" });
    let _ = own.post(&format!("/api/v1/citizens/{citizen}/messages"), &message).await.expect(201);
    for (path, code) in
        [("/api/v1/green", "green-list"), ("/api/v1/messages/unread", "unread-list")]
    {
        assert_eq!(count(code).await, 0);
        let seen = nurse.get(path).await.expect(200);
        assert!(seen.text.contains(&citizen), "{path}: {}", seen.text);
        assert_eq!(count(code).await, 1, "{code}");
        let _ = nurse.get(path).await.expect(200);
        assert_eq!(count(code).await, 1, "the same list again is the same look");
    }
    host.turn(20 * MINUTE);
    let _ = nurse.get("/api/v1/green").await.expect(200);
    assert_eq!(count("green-list").await, 2);
    let _ = own.get("/api/v1/messages/unread").await.expect(200);
    assert_eq!(count("unread-list").await, 1, "what they see of themselves is not on it");

    // Somebody comes onto the list while it is followed.
    let mut live = nurse.request(Method::GET, "/api/v1/alerts/live").send().await.unwrap();
    assert_eq!(count("worklist").await, 0);
    let _ = own.measure(&citizen, "weight", "kg", 84.0, 0.1).await.expect(201);
    let mut heard = String::new();
    while !heard.contains(&citizen) {
        heard.push_str(std::str::from_utf8(&live.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert_eq!(count("worklist").await, 1);
}
