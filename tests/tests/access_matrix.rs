//! The authorisation matrix: `access_matrix.csv` says who may do what about one citizen, and every cell of it is
//! asked of a real host, by HTTP.
//!
//! `yes`: it is done. `hidden`: as if there were no such citizen. `denied`: refused in so many words. `blocked`:
//! refused, and said to be the citizen's block. `login`: first log in. `-`: would change who is who here.
//!
//! The citizen is looked after by `home-care` and `cardiology`. `reader` and `helper` are relatives with a grant,
//! `withdrawn` had one, `stranger` never had. `blocked` and `opened` are doctors of cardiology whom the citizen has
//! blocked; `opened` broke the glass, and so did `outsider`, a surgeon of a unit that looks after nobody here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Answer, Api, Place, Server, at};
use reqwest::Method;
use serde_json::{Value, json};
use std::cell::Cell;

const MATRIX: &str = include_str!("../access_matrix.csv");

struct World {
    _server: Server,
    people: Vec<(String, Api)>,
    citizen: String,
    enrolment: String,
    alert: String,
    grant: String,
    block: String,
    /// So that no two requests are the same.
    count: Cell<u32>,
}

impl World {
    async fn new() -> Self {
        let place = Place::with_people(&["heart"]);
        place.succeed(&["unit", "add", "surgery", "--name", "surgery", "--sector", "hospital"], "");
        for (account, unit) in [
            ("surgeon", "surgery"),
            ("outsider", "surgery"),
            ("blocked", "cardiology"),
            ("opened", "cardiology"),
        ] {
            place.add_user(account, &["--role", "clinician", "--unit", unit], "");
        }
        for relative in ["reader", "helper", "withdrawn", "stranger"] {
            place.add_user(relative, &["--role", "relative"], "");
        }
        place.add_user("auditor", &["--role", "auditor"], "");
        let server = place.serve();
        let nurse = Api::log_in(&server, "nurse").await;
        let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
        let _ = nurse.admit("080761-0002", "Demo Borger 2", "heart").await;
        for (weight, days) in [(80.0, 2.0), (83.0, 0.1)] {
            let _ = nurse.measure(&citizen, "weight", "kg", weight, days).await.expect(201);
        }
        let alert = nurse.alerts().await[0]["id"].as_str().unwrap().to_owned();
        // A citizen's account needs the host to be down: the data folder belongs to one process.
        let (place, _) = server.stop();
        for (account, number) in [("citizen", "070761-0001\n"), ("other", "080761-0002\n")] {
            place.add_user(account, &["--role", "citizen", "--number-stdin"], number);
        }
        let server = place.serve();
        let mut people = vec![("anonymous".to_owned(), Api::anonymous(&server))];
        for name in MATRIX.lines().next().unwrap().split(',').skip(1) {
            if name != "anonymous" {
                people.push((name.to_owned(), Api::log_in(&server, name).await));
            }
        }
        let mut world = Self {
            _server: server,
            people,
            citizen,
            enrolment: String::new(),
            alert,
            grant: "00000000-0000-7000-8000-000000000000".to_owned(),
            block: "00000000-0000-7000-8000-000000000000".to_owned(),
            count: Cell::new(0),
        };
        world.decide().await;
        world
    }

    /// What the citizen has decided, and what was done in spite of it.
    async fn decide(&mut self) {
        let own = self.api("citizen").clone();
        let overview = own.get(&self.path("overview")).await.expect(200).json();
        self.enrolment = overview["enrolments"][0]["id"].as_str().unwrap().to_owned();
        for (relative, may_enter) in [("reader", false), ("helper", true), ("withdrawn", true)] {
            let new = json!({ "relative": relative, "programme": "heart", "may_enter": may_enter });
            let grant = own.post(&self.path("relatives"), &new).await.expect(201).json();
            if relative == "withdrawn" {
                let path = self.path(&format!("relatives/{}", grant["id"].as_str().unwrap()));
                let _ = own.send(own.request(Method::DELETE, &path)).await.expect(204);
            }
        }
        for person in ["blocked", "opened"] {
            let new = json!({ "person": person });
            let _ = own.post(&self.path("blocks"), &new).await.expect(201);
        }
        for person in ["opened", "outsider"] {
            let broken = json!({ "citizen": self.citizen, "reason": "Bevidstløs" });
            let _ = self.api(person).post("/api/v1/break-glass", &broken).await.expect(201);
        }
    }

    fn api(&self, name: &str) -> &Api {
        &self.people.iter().find(|(own, _)| own == name).unwrap().1
    }

    fn path(&self, tail: &str) -> String {
        format!("/api/v1/citizens/{}/{tail}", self.citizen)
    }

    /// Does a deed as somebody.
    async fn ask(&self, deed: &str, api: &Api) -> Answer {
        self.count.set(self.count.get() + 1);
        let n = self.count.get();
        let put = async |path: &str, body: Value| {
            api.send(api.request(Method::PUT, path).json(&body)).await
        };
        let delete = async |path: &str| api.send(api.request(Method::DELETE, path)).await;
        let limit = json!({ "value": 3, "reason": "aftalt" });
        match deed {
            "register" => {
                let number =
                    format!("{:02}{:02}{:02}-{:04}", n % 28 + 1, n % 12 + 1, 40 + n % 50, n);
                api.post("/api/v1/citizens", &json!({ "number": number, "name": "Demo Ny" })).await
            }
            "enrol" => {
                let unit = "home-care";
                let body = json!({ "programme": "heart", "unit": unit, "care_team": ["cardiology", "surgery"] });
                api.post(&self.path("enrolments"), &body).await
            }
            "submit" => {
                let measured = at(1.0 + f64::from(n) / 1440.0);
                let body = json!({ "observations": [
                    { "field": "weight", "value": 80, "unit": "kg", "measured": measured }
                ] });
                api.post(&self.path("submissions"), &body).await
            }
            "observations" => api.get(&self.path("observations")).await,
            "overview" => api.get(&self.path("overview")).await,
            "expected" => api.get(&self.path("expected")).await,
            "enrolment" => api.get(&format!("/api/v1/enrolments/{}", self.enrolment)).await,
            "limits" => api.get(&format!("/api/v1/enrolments/{}/limits", self.enrolment)).await,
            "set-limit" => {
                put(
                    &format!("/api/v1/enrolments/{}/limits/weight-gain-3-days", self.enrolment),
                    limit,
                )
                .await
            }
            "set-baseline" => {
                let body = json!({ "value": 80, "reason": "aftalt" });
                put(&self.path("baselines/weight"), body).await
            }
            "set-unit-limit" => {
                put("/api/v1/units/home-care/programmes/heart/limits/weight-gain-3-days", limit)
                    .await
            }
            "set-region-limit" => {
                put("/api/v1/programmes/heart/limits/weight-gain-3-days", limit).await
            }
            "change" => {
                let path = format!("/api/v1/enrolments/{}/resume", self.enrolment);
                api.post(&path, &json!({ "reason": "hjemme" })).await
            }
            "read-plan" => api.get(&self.path("plan")).await,
            "set-goal" => {
                let body = json!({ "kind": "goal", "text": format!("Mål {n}") });
                api.post(&self.path("plan"), &body).await
            }
            "read-diary" => api.get(&self.path("diary")).await,
            "write-diary" => api.post(&self.path("diary"), &json!({ "text": "En note" })).await,
            "read-messages" => api.get(&self.path("messages")).await,
            "send-message" => {
                api.post(&self.path("messages"), &json!({ "text": "Hej", "unit": "home-care" }))
                    .await
            }
            "count-unread" => api.get("/api/v1/messages/unread").await,
            "worklist" => api.get("/api/v1/alerts").await,
            "green" => api.get("/api/v1/green").await,
            "alert" => api.get(&format!("/api/v1/alerts/{}", self.alert)).await,
            "note-alert" => {
                let path = format!("/api/v1/alerts/{}/notes", self.alert);
                api.post(&path, &json!({ "text": "ringet" })).await
            }
            "read-relatives" => api.get(&self.path("relatives")).await,
            "let-in" => {
                let body = json!({ "relative": format!("somebody-{n}"), "programme": "heart" });
                api.post(&self.path("relatives"), &body).await
            }
            "withdraw-grant" => delete(&self.path(&format!("relatives/{}", self.grant))).await,
            "list-let-in" => api.get("/api/v1/let-in").await,
            "read-blocks" => api.get(&self.path("blocks")).await,
            "block" => {
                let body = json!({ "person": format!("somebody-{n}") });
                api.post(&self.path("blocks"), &body).await
            }
            "withdraw-block" => delete(&self.path(&format!("blocks/{}", self.block))).await,
            "access-log" => api.get(&self.path("access-log")).await,
            "access-log-file" => api.get(&self.path("access-log.csv")).await,
            "search-looks" => api.get("/api/v1/audit/looks").await,
            "unusual-access" => api.get("/api/v1/audit/unusual").await,
            "components" => api.get("/api/v1/components").await,
            "replays" => api.get("/api/v1/replays").await,
            "ask-replay" => api.post("/api/v1/replays", &json!({ "programme": "heart" })).await,
            "shadows" => api.get("/api/v1/shadows").await,
            "begin-shadow" => api.post("/api/v1/programmes/heart/shadow", &json!({})).await,
            "alert-rates" => api.get("/api/v1/alert-rates").await,
            "why" => api.get(&format!("/api/v1/alerts/{}/why", self.alert)).await,
            "break-glass" => {
                let body = json!({ "citizen": self.citizen, "reason": "Nødsituation" });
                api.post("/api/v1/break-glass", &body).await
            }
            other => panic!("the matrix has the deed “{other}”, which nobody knows how to do"),
        }
    }
}

/// What became of a request, in the matrix's words.
fn became(answer: &Answer) -> String {
    match answer.status.as_u16() {
        200..=299 => "yes".to_owned(),
        // It was let in and found that it is so already, or that a unit is not one's own.
        409 | 422 => "yes".to_owned(),
        401 => "login".to_owned(),
        404 => "hidden".to_owned(),
        403 => answer.problem(),
        other => format!("{other}"),
    }
}

#[tokio::test]
async fn everybody_may_do_what_the_matrix_says_and_nothing_else() {
    let world = World::new().await;
    let mut lines = MATRIX.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').skip(1).collect();
    let (mut wrong, mut asked) = (vec![], 0);
    for line in lines {
        let mut cells = line.split(',');
        let deed = cells.next().unwrap();
        for (name, expected) in names.iter().zip(cells) {
            if expected == "-" {
                continue;
            }
            let answer = world.ask(deed, world.api(name)).await;
            asked += 1;
            if became(&answer) != expected {
                wrong.push(format!(
                    "{name} {deed}: {} and not {expected}: {}",
                    became(&answer),
                    answer.text
                ));
            }
            // Who is not let in learns nothing of the citizen, nor of their values.
            if expected != "yes" {
                for told in ["Demo Borger", "070761", "home-care", "heart"] {
                    assert!(!answer.text.contains(told), "{name} {deed} is told: {}", answer.text);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "of {asked}:\n{}", wrong.join("\n"));
    assert!(asked > 500, "only {asked} cells were asked");
    // A denial names its policy in the log, and no log names the citizen.
    let log = world._server.output();
    for policy in ["citizens-block", "care-team", "relatives-grant"] {
        assert!(log.contains(policy), "no denial by {policy} is in the log");
    }
    assert!(!log.contains("Demo Borger") && !log.contains("070761"), "{log}");
}

/// Every route, with whatever stands for the parts of its path.
async fn routes(api: &Api) -> Vec<(Method, String)> {
    let document = api.get("/openapi.json").await.expect(200).json();
    let mut routes = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "delete"] {
            if item.get(method).is_some() {
                routes.push((method.to_uppercase().parse().unwrap(), path.clone()));
            }
        }
    }
    routes
}

#[tokio::test]
async fn on_no_route_can_anybody_tell_whether_a_citizen_exists() {
    let world = World::new().await;
    let nobody = "00000000-0000-7000-8000-000000000000";
    // What needs no login, logs out, or follows for ever.
    let open = [
        "/api/v1/checkpoint",
        "/api/v1/sessions",
        "/api/v1/alerts/live",
        "/health",
        "/api/v1/programmes",
    ];
    let mut walked = 0;
    for (method, path) in routes(world.api("anonymous")).await {
        if !path.starts_with("/api/")
            || open.iter().any(|start| path.starts_with(start) && !path.contains("/limits/"))
        {
            continue;
        }
        let of = |id: &str, alert: &str, enrolment: &str| {
            let own = if path.starts_with("/api/v1/alerts/") {
                alert
            } else if path.starts_with("/api/v1/enrolments/") {
                enrolment
            } else {
                id
            };
            let path =
                path.replace("{id}", own).replace("{item}", nobody).replace("{unit}", "surgery");
            path.replace("{programme}", "heart")
                .replace("{limit}", "weight-gain-3-days")
                .replace("{field}", "weight")
        };
        let theirs = of(&world.citizen, &world.alert, &world.enrolment);
        let none = of(nobody, nobody, nobody);
        let ask = async |api: &Api, path: &str| {
            let request = api.request(method.clone(), path);
            let request = if method == Method::GET { request } else { request.json(&json!({})) };
            api.send(request).await
        };
        let refused = ask(world.api("anonymous"), &theirs).await;
        assert_eq!(refused.status.as_u16(), 401, "{method} {path}: {}", refused.text);
        for name in ["other", "stranger", "withdrawn", "surgeon", "operator", "auditor"] {
            // Whoever watches over access reads the log of every citizen; whoever enrols says whom.
            let may = (name == "auditor" && path.contains("access-log"))
                || (name == "surgeon" && path.ends_with("/enrolments"));
            if theirs == none || may {
                continue;
            }
            let api = world.api(name);
            let (one, other) = (ask(api, &theirs).await, ask(api, &none).await);
            assert_eq!(
                (one.status, &one.text),
                (other.status, &other.text),
                "{name} can tell by {method} {path}"
            );
            assert!(!one.status.is_success(), "{name} {method} {path}: {}", one.text);
            walked += 1;
        }
    }
    assert!(walked > 150, "only {walked}");
}
