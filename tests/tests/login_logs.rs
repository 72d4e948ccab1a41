//! Nothing of what people are, send or show is in what the host prints and logs, however much it logs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::oidc::{Walker, hidden};
use gtp_tests::{Api, Place, at};
use reqwest::Method;
use serde_json::json;

/// What is looked for. Numbers that nobody else would write.
const NUMBER: &str = "070761-0001";
const NAME: &str = "Zebrafink Markering";
const VALUE: f64 = 83.017;
const WORDS: &str = "giraf i hatten";
const PASSWORD: &str = "blyanter under sofaen";

#[tokio::test]
async fn marked_data_goes_through_every_path_and_comes_out_of_none_of_the_logs() {
    let place = Place::with_people(&["heart"]);
    place.configure("[log]\nlevel = \"trace\"\nformat = \"json\"\n");
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let host = &server.address;
    let new = json!({ "number": NUMBER, "name": NAME });
    let citizen = nurse.post("/api/v1/citizens", &new).await.expect(201).json();
    let id = citizen["id"].as_str().unwrap().to_owned();
    let _ = nurse.post("/api/v1/citizens", &new).await.expect(409);
    let start = json!({ "programme": "heart", "unit": "home-care", "start": at(30.0) });
    let own = format!("/api/v1/citizens/{id}");
    let _ = nurse.post(&format!("{own}/enrolments"), &start).await.expect(201);
    let add = [
        "user",
        "add",
        "zebra",
        "--name",
        NAME,
        "--role",
        "citizen",
        "--number-stdin",
        "--password-stdin",
    ];
    server.place().succeed(&add, &format!("{NUMBER}\n{PASSWORD}\n"));
    let said = server.place().succeed(
        &[
            "token",
            "add",
            "gateway",
            "--role",
            "clinician",
            "--unit",
            "home-care",
            "--scope",
            "submit",
        ],
        "",
    );
    let token = said.trim().rsplit(' ').next().unwrap().to_owned();

    // What is right, and makes an alert.
    let _ = nurse.measure(&id, "weight", "kg", 79.0, 2.0).await.expect(201);
    let _ = Api::anonymous(&server).showing(&token).measure(&id, "weight", "kg", VALUE, 0.2).await;
    let _ = nurse.get(&format!("{own}/observations")).await.expect(200);
    for alert in nurse.alerts().await {
        let alert = format!("/api/v1/alerts/{}", alert["id"].as_str().unwrap());
        let _ = nurse.post(&format!("{alert}/notes"), &json!({ "text": WORDS })).await;
        let _ = nurse.get(&alert).await;
    }
    let note = json!({ "text": WORDS });
    for tail in ["diary", "messages", "plan"] {
        let _ = nurse.post(&format!("{own}/{tail}"), &note).await;
        let _ = nurse.get(&format!("{own}/{tail}")).await;
    }

    // What is wrong: no JSON, wrong shapes, data where it does not belong.
    for body in [format!("{{\"name\": \"{NAME}\""), format!("[{VALUE}, \"{WORDS}\", \"{NUMBER}\"]")]
    {
        for path in ["/api/v1/citizens", &format!("{own}/submissions"), "/api/v1/sessions"] {
            let request =
                nurse.request(Method::POST, path).header("content-type", "application/json");
            let answer = nurse.send(request.body(body.clone())).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.text);
            assert!(!answer.text.contains(WORDS) && !answer.text.contains(NAME), "{}", answer.text);
        }
    }
    let wrong = json!({ "observations": [{ "field": WORDS, "value": WORDS, "unit": NAME, "measured": NUMBER }] });
    let _ = nurse.submit(&id, &wrong).await;
    let wrong = json!({ "observations": [{ "field": "weight", "value": 8301.7, "unit": "kg", "measured": at(0.1) }] });
    let _ = nurse.submit(&id, &wrong).await;
    for path in [
        format!("/api/v1/citizens/{NUMBER}"),
        format!("/citizens/{NUMBER}?name=Zebrafink%20Markering"),
        format!("/api/v1/alerts?{NUMBER}={VALUE}"),
        format!("/language?to={NUMBER}&next={NUMBER}"),
    ] {
        let _ = nurse.get(&path).await;
    }
    let headers = nurse.request(Method::GET, &format!("{own}/observations"));
    let _ =
        nurse.send(headers.header("access-reason", WORDS).header("idempotency-key", NUMBER)).await;

    // Logging in, with everything in the wrong box too.
    let mut walker = Walker::default();
    for (account, password) in [(PASSWORD, NUMBER), (NUMBER, PASSWORD), ("zebra", "wrong")] {
        let _ = walker
            .send(&format!("{host}/login"), &[("account", account), ("password", password)])
            .await;
        let body = json!({ "account": account, "password": password, "code": NUMBER });
        let _ = nurse.post("/api/v1/sessions", &body).await;
    }
    let form = [("account", "zebra"), ("password", PASSWORD)];
    let page = walker.send(&format!("{host}/login"), &form).await;
    assert!(page.address.ends_with("/citizen"), "{}", page.address);
    for path in ["/citizen", "/citizen/form", "/citizen/values", "/account"] {
        let _ = walker.go(&format!("{host}{path}")).await;
    }
    let page = walker.go(&format!("{host}/citizen/form")).await;
    let csrf = hidden(&page.text, "csrf");
    let form = [("csrf", csrf.as_str()), ("v.weight", WORDS), ("v.pulse", "83017")];
    let _ = walker.send(&format!("{host}/citizen/form"), &form).await;
    let cookie = walker.cookie(host, "gtp").unwrap().to_owned();
    let _ =
        walker.go(&format!("{host}/login/with/{NUMBER}/back?code={token}&state={PASSWORD}")).await;

    // What looks after the record: also its own words, but for what an export is there to give.
    let place = server.place();
    let mut said = String::new();
    for command in [
        vec!["backup", "marked.tar"],
        vec!["key", "show"],
        vec!["key", "rotate"],
        vec!["journal", "verify"],
        vec!["erase", "--citizen", NUMBER, "--reason", WORDS, "--yes"],
        vec!["export", "--citizen", NUMBER],
    ] {
        let done = place.run(&command, "");
        // A number in the place of an id is repeated to whoever typed it, and to nobody else.
        let typed = command.contains(&NUMBER);
        said.push_str(if typed { "" } else { &done.err });
        said.push_str(&done.out);
    }
    let exported = place.run(&["export", "--citizen", &id, "--reason", WORDS], "");
    assert!(exported.code == 0 && exported.out.contains(NAME) && exported.out.contains("83.017"));
    said.push_str(&exported.err);
    for mark in [NUMBER, "Zebrafink", "83.017", "giraf", PASSWORD, &token] {
        assert!(!anywhere(&place.path("data"), mark), "{mark} stands in a file of the record");
        assert!(!file_holds(&place.path("marked.tar"), mark), "{mark} stands in the backup");
    }
    let other = Place::new(&["heart"]);
    let _ = other.run(&["journal", "verify"], "");
    let key = other.path("gtp.key");
    std::fs::copy(place.path("data/record.key"), &key).unwrap();
    other.configure("[record]\nkey = \"gtp.key\"\n");
    // The key that was exchanged since lies beside it under its name.
    for entry in std::fs::read_dir(place.path("data")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(older) = name.strip_prefix("record.key.") {
            let to = other.path(&format!("gtp.key.{older}"));
            std::fs::copy(place.path(&format!("data/{name}")), to).unwrap();
        }
    }
    let file = place.path("marked.tar");
    let restored = other.run(&["restore", file.to_str().unwrap()], "");
    assert_eq!(restored.code, 0, "{}", restored.err);
    said.push_str(&format!("{}{}", restored.out, restored.err));
    let erase = ["erase", "--citizen", &id, "--reason", "ønsket", "--yes"];
    let erased = place.run(&erase, "");
    assert_eq!(erased.code, 0, "{}", erased.err);
    said.push_str(&format!("{}{}", erased.out, erased.err));

    let (bearer, csrf) = (nurse.token().to_owned(), csrf);
    let (_, output) = server.stop();
    let output = format!("{output}{said}");
    assert!(output.lines().count() > 50, "it logs: {output}");
    let marked = [
        NUMBER,
        "0707610001",
        "Zebrafink",
        "Markering",
        "83.017",
        "8301.7",
        "giraf",
        "hatten",
        "blyanter",
        "sofaen",
        Place::PASSWORD,
        &token,
        &cookie,
        &bearer,
        &csrf,
    ];
    for mark in marked {
        let line = output.lines().find(|line| line.contains(mark));
        assert_eq!(line, None, "{mark} is in the log");
    }
}

fn file_holds(path: &std::path::Path, text: &str) -> bool {
    let bytes = std::fs::read(path).unwrap_or_default();
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Whether a text stands in a file under this folder.
fn anywhere(folder: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { anywhere(&path, text) } else { file_holds(&path, text) }
    })
}
