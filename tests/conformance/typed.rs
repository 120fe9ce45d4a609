//! B08 and B16 for an outbound worker that imports its parameters by type (guests/rust/test/test-typed/wit). Each language
//! has one, which answers what it read as JSON.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tollgate_tests::Upload;

use crate::stage::{Stage, ascii};

/// All of them, as names alone: the worker has the types.
fn names() -> Value {
    least().as_object().unwrap().keys().map(|name| json!({ "name": name })).collect()
}

/// The least that each type has. (Floats that are whole are left out: a language may write them as integers.)
fn least() -> Value {
    let nobody = json!({ "id": 0, "plan": "free", "home-town": null, "rights": [] });
    let invoice = json!({
        "signed": [i8::MIN, i16::MIN, i32::MIN, i64::MIN],
        "unsigned": [0, 0, 0, 0],
        "paid": false,
        "rate": f32::MIN_POSITIVE,
        "total": 5e-324,
        "mark": '\u{0}',
        "holder": nobody,
        "until": "none",
    });
    json!({
        "customer_name": "",
        "account": nobody,
        "ceiling": "none",
        "tags": [],
        "corner": [i64::MIN, f32::MIN, '\u{0}'],
        "region": null,
        "partner": null,
        "invoices": [invoice],
        "quotas": [],
        "digest": [],
        "s8": i8::MIN,
        "s16": i16::MIN,
        "s32": i32::MIN,
        "s64": i64::MIN,
        "u8": 0,
        "u16": 0,
        "u32": 0,
        "u64": 0,
        "f32": f32::MIN,
        "f64": f64::MIN,
        "active": false,
        "mark": '\u{0}',
        "tier": "free",
        "may": [],
        "json": "",
    })
}

/// The most, and every case that `least` leaves out.
fn most() -> Value {
    let alice = json!({ "id": u64::MAX, "plan": "paid", "home-town": "Z\u{fc}rich", "rights": ["write", "hand-on"] });
    let invoice = |until: Value| {
        json!({
            "signed": [i8::MAX, i16::MAX, i32::MAX, i64::MAX],
            "unsigned": [u8::MAX, u16::MAX, u32::MAX, u64::MAX],
            "paid": true,
            "rate": f32::MAX,
            "total": 449.491_064_788_738_13,
            "mark": char::MAX,
            "holder": alice,
            "until": until,
        })
    };
    json!({
        "customer_name": "alice \"\u{e9}\u{1f980}\\",
        "account": alice,
        "ceiling": { "at-most": u32::MAX },
        "tags": ["a", "", "\u{20ac}"],
        "corner": [i64::MAX, 0.5, '\u{1f980}'],
        "region": "eu",
        "partner": alice,
        "invoices": [invoice(json!({ "at-most": 0 })), invoice(json!({ "within": [i64::MIN, i64::MAX] }))],
        "quotas": [null, u16::MAX, 0],
        "digest": [0, 127, 128, u8::MAX],
        "s8": i8::MAX,
        "s16": i16::MAX,
        "s32": i32::MAX,
        "s64": i64::MAX,
        "u8": u8::MAX,
        "u16": u16::MAX,
        "u32": u32::MAX,
        "u64": u64::MAX,
        "f32": f32::MAX,
        "f64": 0.1 + 0.2,
        "active": true,
        "mark": char::MAX,
        "tier": "paid",
        "may": ["read", "write", "hand-on"],
        "json": "{}",
    })
}

async fn stage() -> Result<Stage> {
    Stage::with(Upload::of("test-typed"), names()).await
}

/// What the worker read by a parameter's function.
async fn read(stage: &Stage, parameter: &str, given: &Value) -> Result<Value> {
    let (given, function) = (ascii(&given.to_string()), parameter.replace('_', "-"));
    let url = format!("http://outbound.test/{function}");
    let text = stage.user("/fetch", &[("x-parameters", &given), ("x-target-url", &url)]).await?.text();
    serde_json::from_str(&text).with_context(|| format!("{function}: {text}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn b08_values_are_read_by_type() -> Result<()> {
    let stage = stage().await?;
    for given in [least(), most()] {
        for (parameter, value) in given.as_object().unwrap() {
            assert_eq!(read(&stage, parameter, &given).await?, *value, "{parameter}");
        }
        assert_eq!(read(&stage, "generic", &given).await?, given["account"]);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b08_every_spelling_is_one_name() -> Result<()> {
    let stage = stage().await?;
    let mut given = most();
    let name = given.as_object_mut().unwrap().remove("customer_name").unwrap();
    given["customerName"] = name;
    let town = given["account"].as_object_mut().unwrap().remove("home-town").unwrap();
    given["account"]["homeTown"] = town;
    given["account"]["rights"] = json!(["hand_on"]);
    given["ceiling"] = json!({ "atMost": 9 });
    assert_eq!(read(&stage, "customer_name", &given).await?, most()["customer_name"]);
    let account = read(&stage, "account", &given).await?;
    assert_eq!((&account["home-town"], &account["rights"]), (&most()["account"]["home-town"], &json!(["hand-on"])));
    assert_eq!(read(&stage, "ceiling", &given).await?, json!({ "at-most": 9 }));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b08_options_may_be_absent() -> Result<()> {
    let stage = stage().await?;
    let mut given = most();
    for option in ["region", "partner"] {
        given.as_object_mut().unwrap().remove(option);
    }
    given["account"].as_object_mut().unwrap().remove("home-town");
    assert_eq!(read(&stage, "region", &given).await?, Value::Null);
    assert_eq!(read(&stage, "partner", &given).await?, Value::Null);
    assert_eq!(read(&stage, "account", &given).await?["home-town"], Value::Null);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_a_dispatch_gives_values_of_the_workers_types() -> Result<()> {
    let stage = stage().await?;
    let wrong = [
        ("customer_name", json!(1), "string and cannot be 1"),
        ("tags", json!(["a", 2]), "list<string> and cannot be [\"a\",2]: tags[1]: expected string, found 2"),
        (
            "ceiling",
            json!({ "at-most": -1 }),
            "variant { none, at-most(u32), within(tuple<s64, s64>) } and cannot be {\"at-most\":-1}: ceiling.at-most: expected u32, found -1",
        ),
        ("corner", json!([1, 2]), "tuple<s64, f32, char> and cannot be [1,2]"),
    ];
    for (name, value, said) in wrong {
        let mut given = most();
        given[name] = value;
        let answer = stage.user("/hello", &[("x-parameters", &ascii(&given.to_string()))]).await?;
        let expected = format!("parameter: parameter \"{name}\" is declared {said}");
        assert_eq!((answer.status.as_u16(), answer.text()), (500, expected));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_a_binding_that_disagrees_is_refused_with_both_types() -> Result<()> {
    let mut params = names();
    let name = params.as_array_mut().unwrap().iter_mut().find(|one| one["name"] == "customer_name").unwrap();
    name["type"] = "u32".into();
    let error = Stage::with(Upload::of("test-typed"), params).await.err().unwrap().to_string();
    let said = "the outbound worker \"outbound\" and the binding do not have the same parameters: \
                \\\"customer-name\\\": the worker reads string, the binding declares u32";
    let plain = error.replace("\\\"", "\"");
    assert!(plain.contains(&said.replace("\\\"", "\"")), "{error}");
    let error = Stage::with(Upload::of("test-typed"), json!([{ "name": "tags" }])).await.err().unwrap().to_string();
    assert!(error.contains("the worker reads tuple<s64, f32, char>, the binding declares only tags"), "{error}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_an_outbound_that_disagrees_is_refused_when_it_is_deployed() -> Result<()> {
    let stage = Stage::set().await?;
    let (status, envelope) = stage.host.upload("scripts/outbound", Upload::of("test-typed")).await?;
    let message = envelope["errors"][0]["message"].as_str().unwrap_or_default();
    assert_eq!(status, 400, "{envelope}");
    assert!(message.contains("binding \"dispatcher\" of worker \"dispatch\":"), "{message}");
    assert!(message.contains("\"tags\": the worker reads list<string>, the binding declares only"), "{message}");
    // The one that was there goes on.
    assert_eq!(stage.fetch_outbound("/count", &[]).await?.text(), "counted");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b03_typed_parameters_are_not_for_customers() -> Result<()> {
    let stage = Stage::set().await?;
    let path = "dispatch/namespaces/prod/scripts/curious";
    let (status, envelope) = stage.host.upload(path, Upload::of("test-typed")).await?;
    assert_eq!(status, 400, "{envelope}");
    let message = envelope["errors"][0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("does not fit world \"user-worker\""), "{message}");
    Ok(())
}
