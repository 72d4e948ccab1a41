//! Programmes that come, and programmes that cannot.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Api, Place, component, until};

async fn programmes(api: &Api) -> Vec<String> {
    let answer = api.get("/api/v1/programmes").await.expect(200).json();
    let programmes = answer["programmes"].as_array().unwrap();
    programmes.iter().map(|programme| programme["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_component_that_is_dropped_in_makes_its_forms_appear_without_a_restart() {
    let server = Place::with_people(&[]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    assert!(programmes(&nurse).await.is_empty());
    assert_eq!(nurse.get("/api/v1/programmes/heart").await.expect(404).problem(), "not-found");

    server.place().drop_in(&component("heart"), "heart.wasm");
    until("the heart programme", async || (programmes(&nurse).await == ["heart"]).then_some(()))
        .await;

    let heart = nurse.get("/api/v1/programmes/heart").await.expect(200).json();
    assert_eq!(heart["digest"].as_str().unwrap().len(), 64);
    assert!(heart["definition"]["rules"].as_array().unwrap().len() >= 5);
    let schema = nurse.get("/api/v1/programmes/heart/schema").await.expect(200);
    assert_eq!(schema.header("content-type"), "application/schema+json");
    assert_eq!(schema.json()["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let _ = nurse.measure(&citizen, "weight", "kg", 80.0, 0.1).await.expect(201);
}

#[tokio::test]
async fn a_broken_component_is_named_with_its_reason_and_the_rest_serves() {
    let place = Place::with_people(&["heart"]);
    let whole = std::fs::read(component("heart")).unwrap();
    std::fs::write(place.path("programmes/broken.wasm"), &whole[..whole.len() / 2]).unwrap();
    std::fs::write(place.path("programmes/text.wasm"), "this is no component").unwrap();

    let checked = place.run(&["check", "programmes/broken.wasm", "programmes/heart.wasm"], "");
    assert_eq!(checked.code, 1);
    assert!(checked.out.contains("error[") && checked.out.contains("broken.wasm: does not pass"));
    assert!(checked.out.contains("heart.wasm: passes"), "{}", checked.out);
    assert_eq!(place.run(&["check", "programmes/heart.wasm"], "").code, 0);

    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    assert_eq!(programmes(&nurse).await, ["heart"]);
    let output = server.output();
    for file in ["broken.wasm", "text.wasm"] {
        let line = output.lines().find(|line| line.contains(file));
        assert!(
            line.is_some_and(|line| line.len() > 100),
            "{file} is named with a reason: {output}"
        );
    }
}
