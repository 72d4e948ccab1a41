//! From a measurement to an alert that a nurse can see, with the heart programme.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Api, Place, at};
use serde_json::{Value, json};

#[tokio::test]
async fn a_gain_of_2_1_kg_in_three_days_is_red_with_all_that_explains_it_and_2_0_is_not() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let heavy = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let steady = nurse.admit("080761-0002", "Demo Borger 2", "heart").await;
    for (citizen, gain) in [(&heavy, 2.1), (&steady, 2.0)] {
        for (days, weight) in [(2.9, 80.0), (1.9, 80.0 + gain - 1.2), (0.9, 80.0 + gain - 0.9)] {
            let _ = nurse.measure(citizen, "weight", "kg", weight, days).await.expect(201);
        }
        let receipt =
            nurse.measure(citizen, "weight", "kg", 80.0 + gain, 0.01).await.expect(201).json();
        assert_eq!(receipt["assessed"], true);
    }

    let alerts = nurse.alerts_of("weight-3-days").await;
    let [alert] = &alerts[..] else { panic!("one alert, not {alerts:#?}") };
    assert_eq!(alert["citizen"], heavy.as_str());
    assert_eq!(alert["citizen_name"], "Demo Borger 1");
    assert_eq!(alert["severity"], "red");
    assert_eq!(alert["state"], "open");

    let path = format!("/api/v1/alerts/{}", alert["id"].as_str().unwrap());
    let detail = nurse.get(&path).await.expect(200).json();
    let rule = &detail["rule"];
    assert!(rule["source"].as_str().unwrap().contains("heartfailurematters"), "{rule}");
    let limit = find(&detail["limits"], |limit| limit["unit"] == "kg");
    assert_eq!(limit["value"], 2.0);
    assert_eq!(limit["layer"], "programme");
    let finding = &detail["alert"]["findings"][0];
    assert_eq!(finding["verdict"], "red");
    let values: Vec<f64> = finding["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|evidence| evidence["id"] == "weight")
        .map(|evidence| evidence["value"].as_f64().unwrap())
        .collect();
    assert!(values.contains(&80.0) && values.contains(&82.1), "{values:?}");
    let gain = find(&finding["figures"], |figure| figure["limit"].is_string());
    assert!((gain["value"].as_f64().unwrap() - 2.1).abs() < 1e-9);
    assert!(!finding["message"].as_str().unwrap().is_empty());

    // Taken and resolved, it leaves the list.
    let taken = nurse.post(&format!("{path}/take"), &json!({})).await.expect(200).json();
    assert_eq!(taken["state"], "taken");
    assert_eq!(taken["by"], "nurse");
    let doctor = Api::log_in(&server, "doctor").await;
    assert_eq!(
        doctor.post(&format!("{path}/take"), &json!({})).await.expect(409).problem(),
        "alert-taken"
    );
    let note = json!({ "text": "Demo note" });
    let noted = nurse.post(&format!("{path}/notes"), &note).await.expect(200).json();
    assert_eq!(noted["notes"][0]["text"], "Demo note");
    let outcome = json!({ "code": "contacted", "note": "" });
    let resolved = nurse.post(&format!("{path}/resolution"), &outcome).await.expect(200).json();
    assert_eq!(resolved["outcome"]["code"], "contacted");
    assert!(nurse.alerts_of("weight-3-days").await.is_empty());
    assert_eq!(
        nurse.post(&format!("{path}/resolution"), &outcome).await.expect(409).problem(),
        "alert-resolved"
    );
}

fn find(list: &Value, which: impl Fn(&&Value) -> bool) -> Value {
    let found = list.as_array().unwrap().iter().find(which);
    found.unwrap_or_else(|| panic!("not in {list:#}")).clone()
}

/// Systolic 118, diastolic 87, pulse 93: the example of the Danish profile for home blood pressure. The high
/// number is well under its limits; the low one is 2 over the mean that Danish guidelines accept at home.
#[tokio::test]
async fn the_danish_home_blood_pressure_example_is_stored_and_its_mean_is_what_alerts() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let reading = |days: f64| {
        let measured = at(days);
        json!({ "observations": [
            { "field": "systolic", "value": 118, "unit": "mm[Hg]", "measured": measured },
            { "field": "diastolic", "value": 87, "unit": "mm[Hg]", "measured": measured },
            { "field": "pulse", "value": 93, "unit": "/min", "measured": measured },
        ] })
    };
    let receipt = nurse.submit(&citizen, &reading(4.0)).await.expect(201).json();
    assert_eq!(receipt["observations"].as_array().unwrap().len(), 3);
    assert!(nurse.alerts().await.is_empty(), "one reading is no reason for an alert");

    for (field, value, unit) in
        [("systolic", 118.0, "mm[Hg]"), ("diastolic", 87.0, "mm[Hg]"), ("pulse", 93.0, "/min")]
    {
        let stored = nurse.observations(&citizen, field).await;
        let [one] = &stored[..] else { panic!("{stored:#?}") };
        assert_eq!((one["value"].as_f64().unwrap(), one["unit"].as_str().unwrap()), (value, unit));
    }

    // Three days, morning and evening, two readings each: the period that the mean is taken over.
    for days in [3.0, 2.0, 1.0, 0.02] {
        for part in [0.5, 0.499, 0.001, 0.0] {
            let _ = nurse.submit(&citizen, &reading(days + part)).await.expect(201);
        }
    }
    let alerts = nurse.alerts_of("home-bp").await;
    let [alert] = &alerts[..] else { panic!("{alerts:#?}") };
    assert_eq!(alert["severity"], "yellow");
    let figures: Vec<f64> = alert["findings"].as_array().unwrap().last().unwrap()["figures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|figure| figure["value"].as_f64().unwrap())
        .collect();
    assert!(figures.contains(&87.0), "{figures:?}");
    assert!(
        nurse.alerts_of("systolic").await.is_empty() && nurse.alerts_of("pulse").await.is_empty()
    );
}

#[tokio::test]
async fn a_28_day_series_with_a_lost_day_a_late_entry_and_a_corrected_typo_is_judged_as_it_was() {
    let server = Place::with_people(&["heart"]).serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let weight_on = |day: u32| 80.0 + f64::from(day % 3) * 0.2;
    let (lost, late, typo) = (9, 17, 22);
    let mut mistyped = String::new();
    for day in (0..28).rev() {
        if day == lost || day == late {
            continue;
        }
        let weight = if day == typo { 83.9 } else { weight_on(day) };
        let receipt = nurse
            .measure(&citizen, "weight", "kg", weight, f64::from(day) + 0.1)
            .await
            .expect(201)
            .json();
        if day == typo {
            mistyped = receipt["observations"][0].as_str().unwrap().to_owned();
        }
    }
    let alerts = nurse.alerts_of("weight-3-days").await;
    let [alert] = &alerts[..] else { panic!("the typo alone is red: {alerts:#?}") };
    assert_eq!(alert["severity"], "red");

    // What comes days later is judged at the moment when it was measured.
    let _ = nurse
        .measure(&citizen, "weight", "kg", weight_on(late), f64::from(late) + 0.1)
        .await
        .expect(201);

    let correction = json!({ "observations": [{
        "field": "weight", "value": weight_on(typo), "unit": "kg",
        "measured": at(f64::from(typo) + 0.1), "corrects": mistyped, "reason": "Tastefejl",
    }] });
    let _ = nurse.submit(&citizen, &correction).await.expect(201);
    assert_eq!(
        nurse.submit(&citizen, &correction).await.status.as_u16() / 100,
        4,
        "the same correction a second time"
    );

    let stored = nurse.observations(&citizen, "weight").await;
    assert_eq!(stored.len(), 27, "a day is lost, the corrected value is left out");
    let moments: Vec<&str> = stored.iter().map(|one| one["measured"].as_str().unwrap()).collect();
    assert!(moments.is_sorted(), "in the order in which it was measured: {moments:?}");
    assert!(stored.iter().all(|one| one["value"].as_f64().unwrap() < 81.0));
    let corrected = stored.iter().find(|one| one["corrects"] == mistyped.as_str()).unwrap();
    assert_eq!(corrected["value"], weight_on(typo));

    // The alert that the typo opened is still there for a person to close: nothing goes silently.
    assert_eq!(nurse.alerts_of("weight-3-days").await.len(), 1);
}
