//! A host with a citizen whose pages all have something on them: measurements, a plan, notes, messages, a relative,
//! a block and a broken glass.

use gtp_tests::{Api, Place, Server, at, days_ago, rfc3339};
use reqwest::Method;
use serde_json::{Value, json};

pub struct World {
    pub server: Server,
    pub citizen: String,
    pub nurse: Api,
    pub own: Api,
    pub alert: String,
    pub enrolment: String,
    pub goal: String,
    pub limit: String,
}

/// The key of a submission of the citizen, and of one of the relative.
pub const KEY: &str = "receipt-of-the-citizen";
pub const RELATIVES_KEY: &str = "receipt-of-the-relative";

/// So many days from now.
pub fn ahead(days: f64) -> String {
    rfc3339(days_ago(-days))
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

impl World {
    pub async fn new() -> Self {
        Self::called("Demo Borger 1").await
    }

    /// With a citizen of this name.
    pub async fn called(name: &str) -> Self {
        let place = Place::with_people(&["heart"]);
        place.succeed(&["unit", "add", "surgery", "--name", "surgery", "--sector", "hospital"], "");
        place.add_user("surgeon", &["--role", "clinician", "--unit", "surgery"], "");
        place.add_user("relative", &["--role", "relative"], "");
        place.add_user("auditor", &["--role", "auditor"], "");
        let server = place.serve();
        let nurse = Api::log_in(&server, "nurse").await;
        let citizen = nurse.admit("070761-0001", name, "heart").await;
        for (weight, days) in [(80.0, 3.0), (80.4, 2.0), (83.0, 0.2)] {
            let _ = nurse.measure(&citizen, "weight", "kg", weight, days).await.expect(201);
        }
        let alert = id(&nurse.alerts().await[0]);
        // A citizen's account needs the host to be down: the data folder belongs to one process.
        let (place, _) = server.stop();
        place.add_user("citizen", &["--role", "citizen", "--number-stdin"], "070761-0001\n");
        let server = place.serve();
        let nurse = Api::log_in(&server, "nurse").await;
        let own = Api::log_in(&server, "citizen").await;
        let overview = own.get(&format!("/api/v1/citizens/{citizen}/overview")).await;
        let enrolment = id(&overview.expect(200).json()["enrolments"][0]);
        let mut world = Self {
            server,
            citizen,
            nurse,
            own,
            alert,
            enrolment,
            goal: String::new(),
            limit: String::new(),
        };
        world.live().await;
        world
    }

    pub fn path(&self, tail: &str) -> String {
        format!("/api/v1/citizens/{}/{tail}", self.citizen)
    }

    async fn live(&mut self) {
        let plan = self.path("plan");
        let goal = json!({
            "kind": "goal", "text": "Ned i vægt", "reach_by": ahead(90.0),
            "target": { "field": "weight", "high": 81.0, "unit": "kg" },
        });
        let goal = self.nurse.post(&plan, &goal).await.expect(201).json();
        self.goal = id(&goal);
        for item in [
            json!({ "kind": "activity", "text": "Ringer hver mandag", "who": "unit", "unit": "home-care" }),
            json!({ "kind": "appointment", "text": "Kontrol", "starts": ahead(2.0), "video": "https://video.example/room/1" }),
            json!({ "kind": "appointment", "text": "Samtale", "starts": ahead(9.0), "place": "Ambulatoriet, indgang 3" }),
        ] {
            let _ = self.nurse.post(&plan, &item).await.expect(201);
        }
        let own_goal = json!({ "kind": "goal", "text": "Gå tur med hunden igen" });
        let own_goal = self.own.post(&plan, &own_goal).await.expect(201).json();
        let end = json!({ "outcome": "done", "note": "Hver dag nu." });
        let path = format!("/api/v1/plan-items/{}/ending", id(&own_goal));
        let _ = self.own.post(&path, &end).await.expect(200);
        let note = json!({ "text": "Vågnede to gange.", "at": at(1.0),
            "value": { "what": "Søvn", "number": 6.5, "unit": "timer" } });
        let _ = self.own.post(&self.path("diary"), &note).await.expect(201);
        let asked = json!({ "text": "Hvornår skal jeg måle?", "unit": "home-care" });
        let _ = self.own.post(&self.path("messages"), &asked).await.expect(201);
        let answered = json!({ "text": "Hver morgen før morgenmaden." });
        let _ = self.nurse.post(&self.path("messages"), &answered).await.expect(201);
        let grant = json!({ "relative": "relative", "programme": "heart", "may_enter": true });
        let _ = self.own.post(&self.path("relatives"), &grant).await.expect(201);
        let block = json!({ "unit": "surgery", "below": true });
        let _ = self.own.post(&self.path("blocks"), &block).await.expect(201);
        let surgeon = Api::log_in(&self.server, "surgeon").await;
        let broken = json!({ "citizen": self.citizen, "reason": "Bevidstløs i modtagelsen" });
        let _ = surgeon.post("/api/v1/break-glass", &broken).await.expect(201);
        let _ = surgeon.get(&self.path("overview")).await.expect(200);
        let relative = Api::log_in(&self.server, "relative").await;
        for (api, key, days) in [(&self.own, KEY, 0.1), (&relative, RELATIVES_KEY, 0.05)] {
            let body = json!({ "observations": [
                { "field": "weight", "value": 82.5, "unit": "kg", "measured": at(days) }
            ] });
            let _ = api.post_with_key(&self.path("submissions"), &body, key).await.expect(201);
        }
        let limits = self.nurse.request(Method::GET, &self.path("overview"));
        let overview = self.nurse.send(limits).await.expect(200).json();
        let mut limits = overview["fields"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|field| field["limits"].as_array().cloned().unwrap_or_default());
        let limit = limits.next().map(|own| own["id"].as_str().unwrap_or("").to_owned());
        self.limit = limit.unwrap_or_default();
        self.replay().await;
    }

    /// A report on what another limit would have meant.
    async fn replay(&self) {
        let operator = Api::log_in(&self.server, "operator").await;
        let all = operator.get("/api/v1/programmes").await.expect(200).json();
        let digest = &all["programmes"][0]["digest"];
        let limits = json!({ "weight-gain-3-days": 1.0 });
        let ask = json!({ "programme": "heart", "digest": digest, "limits": limits });
        let _ = operator.post("/api/v1/replays", &ask).await.expect(202);
        let until = std::time::Instant::now() + gtp_tests::PATIENCE;
        while operator.get("/api/v1/replays/1").await.expect(200).json()["stage"] != "done" {
            assert!(std::time::Instant::now() < until, "the replay never ended");
            tokio::task::yield_now().await;
        }
    }

    /// An address with what stands in it filled in.
    pub fn fill(&self, route: &str) -> String {
        let own = if route.starts_with("/alerts") {
            &self.alert
        } else if route.starts_with("/plan") {
            &self.goal
        } else if route.starts_with("/enrolments") {
            &self.enrolment
        } else if route.starts_with("/programmes") {
            "heart"
        } else {
            &self.citizen
        };
        let key = if route.starts_with("/citizen/") { KEY } else { RELATIVES_KEY };
        route
            .replace("{id}", own)
            .replace("{key}", key)
            .replace("{n}", "1")
            .replace("{number}", "1")
            .replace("{limit}", &self.limit)
    }
}
