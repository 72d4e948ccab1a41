//! Logging in with accounts of the installation itself: two steps, sessions, tokens for programs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_care::clock::{Clock as _, SystemClock};
use gtp_care::login::totp;
use gtp_model::Time;
use gtp_tests::oidc::{Walker, hidden};
use gtp_tests::{Api, Place, Server};
use reqwest::Method;
use serde_json::json;

const STAFF: &str = "[login]\nsecond-factor = \"staff\"\n";

fn place() -> Place {
    let place = Place::with_people(&[]);
    place.configure(STAFF);
    place
}

/// The secret that an authenticator app would keep, from the page that shows it.
fn secret_on(page: &str) -> [u8; 20] {
    let text = page.split("<code id=\"secret\">").nth(1).unwrap().split('<').next().unwrap();
    let mut bits = 0_u64;
    let (mut held, mut bytes) = (0, vec![]);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            _ => letter - b'2' + 26,
        };
        bits = bits << 5 | u64::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    assert!(page.contains(&format!("secret={text}&")), "the address for the app holds it too");
    bytes.try_into().unwrap()
}

/// A code that is none of those which hold now.
fn wrong(secret: &[u8; 20]) -> &'static str {
    let now = SystemClock.now();
    let good: Vec<String> =
        (-3..=3).map(|steps| totp::code(secret, Time(now.0 + steps * 30_000))).collect();
    ["000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777"]
        .into_iter()
        .find(|code| !good.iter().any(|own| own == code))
        .unwrap()
}

/// Logs in with a browser and sets up the second factor.
async fn set_up(server: &Server, walker: &mut Walker, account: &str) -> [u8; 20] {
    let form = [("account", account), ("password", Place::PASSWORD)];
    let page = walker.send(&format!("{}/login", server.address), &form).await;
    assert!(page.address.ends_with("/login/step"), "{}", page.address);
    let secret = secret_on(&page.text);
    let again = walker.send(&page.address, &[("code", wrong(&secret))]).await;
    assert_eq!(again.status.as_u16(), 422);
    let code = totp::code(&secret, SystemClock.now());
    let page = walker.send(&page.address, &[("code", &code)]).await;
    assert_eq!(page.status.as_u16(), 200, "{}", page.text);
    assert!(!page.address.contains("/login"), "{}", page.address);
    secret
}

#[tokio::test]
async fn staff_set_up_a_second_factor_and_then_no_password_alone_lets_them_in() {
    let server = place().serve();
    let nobody = Api::anonymous(&server);
    let right = json!({ "account": "nurse", "password": Place::PASSWORD });
    let unfinished = nobody.post("/api/v1/sessions", &right).await.expect(403);
    assert_eq!(unfinished.problem(), "login-unfinished");

    let mut walker = Walker::default();
    let secret = set_up(&server, &mut walker, "nurse").await;
    let asked = nobody.post("/api/v1/sessions", &right).await.expect(401);
    assert_eq!(asked.problem(), "second-factor");
    let with =
        |code: &str| json!({ "account": "nurse", "password": Place::PASSWORD, "code": code });
    let used = totp::code(&secret, SystemClock.now());
    let answer = nobody.post("/api/v1/sessions", &with(wrong(&secret))).await.expect(401);
    assert_eq!(answer.problem(), "wrong-login");
    // The next code is taken early, so that no test waits for it; the one that set it up is used.
    let next = totp::code(&secret, Time(SystemClock.now().0 + 30_000));
    let _ = nobody.post("/api/v1/sessions", &with(&next)).await.expect(201);
    for gone in [next, used] {
        let again = nobody.post("/api/v1/sessions", &with(&gone)).await.expect(401);
        assert_eq!(again.problem(), "wrong-login", "each code is good once");
    }

    // A lost telephone: the operator helps, while the host runs.
    let said = server.place().succeed(&["user", "reset", "nurse"], "");
    let password = said.trim().rsplit(' ').next().unwrap().to_owned();
    let mut other = Walker::default();
    let page = walker.go(&format!("{}/worklist", server.address)).await;
    assert!(page.address.ends_with("/login"), "the sessions of before are over");
    let form = [("account", "nurse"), ("password", password.as_str())];
    let page = other.send(&format!("{}/login", server.address), &form).await;
    let secret = secret_on(&page.text);
    let code = totp::code(&secret, SystemClock.now());
    let page = other.send(&page.address, &[("code", &code)]).await;
    assert!(page.text.contains("name=\"again\""), "the operator knew the password: {}", page.text);
    for (new, again) in
        [("kort", "kort"), ("123456789012", "123456789012"), ("en to tre fire fem", "x")]
    {
        let refused = other.send(&page.address, &[("password", new), ("again", again)]).await;
        assert_eq!(refused.status.as_u16(), 422, "{new}");
    }
    let new = "grønne sten i vejkanten";
    let page = other.send(&page.address, &[("password", new), ("again", new)]).await;
    assert!(page.address.ends_with("/worklist"), "{}: {}", page.address, page.text);
    assert!(!server.output().contains(&password) && !server.output().contains(new));
}

#[tokio::test]
async fn sessions_survive_a_restart_and_are_ended_everywhere_at_once() {
    let server = Place::with_people(&[]).serve();
    let (one, two) = (Api::log_in(&server, "nurse").await, Api::log_in(&server, "nurse").await);
    let doctor = Api::log_in(&server, "doctor").await;
    let _ = one.send(one.request(Method::DELETE, "/api/v1/sessions/current")).await.expect(204);
    let three = Api::log_in(&server, "nurse").await;
    let folder = server.place().path("data");
    let kept = std::fs::read_to_string(folder.join("sessions")).unwrap();
    assert!(!kept.contains(two.token()), "a token is kept as its hash");

    let server = server.kill().serve();
    let (one, two) = (one.at(&server), two.at(&server));
    let (three, doctor) = (three.at(&server), doctor.at(&server));
    let _ = one.get("/api/v1/alerts").await.expect(401);
    let _ = two.get("/api/v1/alerts").await.expect(200);
    let list = two.get("/api/v1/sessions").await.expect(200).json();
    let sessions = list["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2, "{list}");
    assert_eq!(sessions.iter().filter(|own| own["current"] == true).count(), 1);
    let _ = two.send(two.request(Method::DELETE, "/api/v1/sessions")).await.expect(204);
    for ended in [&two, &three] {
        let _ = ended.get("/api/v1/alerts").await.expect(401);
    }
    let _ = doctor.get("/api/v1/alerts").await.expect(200);
}

#[tokio::test]
async fn people_change_their_own_password_and_every_other_session_ends() {
    let server = Place::with_people(&[]).serve();
    let other = Api::log_in(&server, "nurse").await;
    let mut walker = Walker::default();
    let form = [("account", "nurse"), ("password", Place::PASSWORD)];
    let _ = walker.send(&format!("{}/login", server.address), &form).await;
    let before = walker.cookie(&server.address, "gtp").unwrap().to_owned();
    let page = walker.go(&format!("{}/account", server.address)).await;
    let csrf = hidden(&page.text, "csrf");
    let change = format!("{}/account/password", server.address);
    let new = "grønne sten i vejkanten";
    let form = |csrf: &'static str, old: &'static str| {
        vec![("csrf", csrf), ("password", old), ("new", new), ("again", new)]
    };
    let foreign = walker.send(&change, &form("", Place::PASSWORD)).await;
    assert_eq!(foreign.status.as_u16(), 403, "without the session's secret");
    let csrf: &'static str = csrf.leak();
    let refused = walker.send(&change, &form(csrf, "not the password")).await;
    assert_eq!(refused.status.as_u16(), 422);
    let done = walker.send(&change, &form(csrf, Place::PASSWORD)).await;
    assert_eq!(done.status.as_u16(), 200, "{}", done.text);
    assert_ne!(walker.cookie(&server.address, "gtp"), Some(before.as_str()), "a new session");
    let _ = other.get("/api/v1/alerts").await.expect(401);
    let page = walker.go(&format!("{}/worklist", server.address)).await;
    assert!(page.address.ends_with("/worklist"));
    let old = json!({ "account": "nurse", "password": Place::PASSWORD });
    let _ = other.post("/api/v1/sessions", &old).await.expect(401);
}

#[tokio::test]
async fn a_program_reaches_as_far_as_its_tokens_scopes_and_until_it_is_revoked() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let place = server.place();
    let add = [
        "token",
        "add",
        "gateway",
        "--role",
        "clinician",
        "--unit",
        "home-care",
        "--scope",
        "submit",
    ];
    let said = place.succeed(&add, "");
    let token = said.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(token.starts_with("gtp_"), "{said}");
    assert_eq!(place.run(&add, "").code, 2, "a name is used once");

    let gateway = Api::anonymous(&server).showing(&token);
    let _ = gateway.measure(&citizen, "weight", "kg", 80.0, 0.1).await.expect(201);
    let path = format!("/api/v1/citizens/{citizen}/observations");
    assert_eq!(gateway.get(&path).await.expect(403).problem(), "scope");
    let all = gateway.send(gateway.request(Method::DELETE, "/api/v1/sessions")).await.expect(403);
    assert_eq!(all.problem(), "scope");
    let page = gateway.request(Method::GET, "/worklist").header("cookie", format!("gtp={token}"));
    assert_eq!(gateway.send(page).await.status.as_u16(), 303, "no token is a browser's session");

    let listed = place.succeed(&["token", "list"], "");
    assert!(listed.contains("gateway") && listed.contains("until") && !listed.contains(&token));
    place.succeed(&["token", "revoke", "gateway"], "");
    let again = gateway.measure(&citizen, "weight", "kg", 80.0, 0.05).await.expect(401);
    assert_eq!(again.problem(), "not-signed-in");
    assert!(!server.output().contains(&token));
    let everything: Vec<u8> = std::fs::read_dir(server.place().path("data/journal"))
        .unwrap()
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    let found = everything.windows(token.len()).any(|bytes| bytes == token.as_bytes());
    assert!(!found, "the record holds a token's hash alone");
}

/// The words of a command line; double quotes hold words together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![];
    for (number, part) in line.split('"').enumerate() {
        if number % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn the_commands_of_the_documentation_work() {
    let text = include_str!("../../docs/login.md");
    let place = Place::with_people(&[]);
    let blocks = text.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    let commands: Vec<&str> = blocks.flat_map(str::lines).collect();
    assert_eq!(commands.len(), 7, "{commands:?}");
    for command in commands {
        let words = words(command.strip_prefix("gtp ").unwrap());
        place.succeed(&words.iter().map(String::as_str).collect::<Vec<_>>(), "");
    }
    let service = text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    std::fs::write(place.path("region.secret"), "a secret").unwrap();
    place.configure(&format!("[login]\nsecond-factor = \"staff\"\n{service}"));
    let server = place.serve();
    drop(server);
}

#[tokio::test]
async fn made_up_people_are_shown_to_this_machine_alone() {
    let place = Place::new(&[]);
    let refused = place.run(&["serve", "--demo", "--listen", "0.0.0.0:0"], "");
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("--demo"), "{}", refused.err);
}

#[tokio::test]
async fn a_closed_account_lets_nobody_in_and_an_existing_one_takes_as_long_as_none() {
    let server = Place::with_people(&[]).serve();
    server.place().succeed(&["user", "close", "doctor"], "");
    let nobody = Api::anonymous(&server);
    let closed = json!({ "account": "doctor", "password": Place::PASSWORD });
    let closed = nobody.post("/api/v1/sessions", &closed).await.expect(401);
    let wrong = json!({ "account": "nurse", "password": "wrong" });
    let wrong = nobody.post("/api/v1/sessions", &wrong).await.expect(401);
    let none = json!({ "account": "nobody-at-all", "password": "wrong" });
    let none = nobody.post("/api/v1/sessions", &none).await.expect(401);
    assert_eq!((&closed.text, &wrong.text), (&none.text, &none.text));
    let _ = nobody;
    // The time is that of one hash in all three cases; the fastest of a few is compared, since machines that
    // run tests are busy.
    let fastest = async |account: &str| {
        let mut best = std::time::Duration::MAX;
        for _ in 0..5 {
            let began = std::time::Instant::now();
            let body = json!({ "account": account, "password": "wrong" });
            let _ = Api::anonymous(&server).post("/api/v1/sessions", &body).await.expect(401);
            best = best.min(began.elapsed());
        }
        best.as_secs_f64()
    };
    let (known, unknown) = (fastest("operator").await, fastest("another-nobody").await);
    assert!((0.5..2.0).contains(&(known / unknown)), "{known} s against {unknown} s");
}
