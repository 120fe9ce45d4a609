//! B08 and B16 for an outbound worker that imports its parameters by type (guests/rust/test/test-typed/wit).

use anyhow::Result;
use serde_json::{Value, json};
use tollgate_tests::Upload;

use crate::stage::Stage;

/// All of them, as names alone: the worker has the types.
fn names() -> Value {
    json!([
        { "name": "customer_name" }, { "name": "account" }, { "name": "ceiling" },
        { "name": "tags" }, { "name": "corner" }, { "name": "region" },
    ])
}

fn values() -> Value {
    json!({
        "customer_name": "alice",
        "account": { "id": u64::MAX, "plan": "paid", "home_town": "Bern", "rights": ["write"] },
        "ceiling": { "at-most": 7 },
        "tags": ["a", "b"],
        "corner": [i64::MIN, 0.5, "x"],
        "region": null,
    })
}

async fn stage() -> Result<Stage> {
    Stage::with(Upload::of("test-typed"), names()).await
}

/// What the worker says when it read a parameter by its function.
async fn read(stage: &Stage, function: &str, given: &Value) -> Result<String> {
    let given = given.to_string();
    let url = format!("http://outbound.test/{function}");
    Ok(stage.user("/fetch", &[("x-parameters", &given), ("x-target-url", &url)]).await?.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn b08_values_are_read_by_type() -> Result<()> {
    let stage = stage().await?;
    let account = "Subscription { id: 18446744073709551615, plan: Plan::Paid, home-town: Some(\"Bern\"), \
                   rights: Rights { bits: 2 } }";
    let expected = [
        ("customer-name", "alice"),
        ("account", account),
        ("ceiling", "Bound::AtMost(7)"),
        ("tags", "[\"a\", \"b\"]"),
        ("corner", "(-9223372036854775808, 0.5, 'x')"),
        ("region", "None"),
    ];
    for (function, said) in expected {
        assert_eq!(read(&stage, function, &values()).await?, said, "{function}");
    }
    let generic = read(&stage, "generic", &values()).await?;
    assert_eq!(serde_json::from_str::<Value>(&generic)?, values()["account"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b08_every_spelling_is_one_name() -> Result<()> {
    let stage = stage().await?;
    let mut given = values();
    let name = given.as_object_mut().unwrap().remove("customer_name").unwrap();
    given["customerName"] = name;
    let town = given["account"].as_object_mut().unwrap().remove("home_town").unwrap();
    given["account"]["homeTown"] = town;
    given["ceiling"] = json!({ "atMost": 9 });
    assert_eq!(read(&stage, "customer-name", &given).await?, "alice");
    assert!(read(&stage, "account", &given).await?.contains("home-town: Some(\"Bern\")"));
    assert_eq!(read(&stage, "ceiling", &given).await?, "Bound::AtMost(9)");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b08_options_may_be_absent() -> Result<()> {
    let stage = stage().await?;
    let mut given = values();
    given.as_object_mut().unwrap().remove("region");
    given["account"].as_object_mut().unwrap().remove("home_town");
    given["account"]["rights"] = json!([]);
    given["ceiling"] = json!("none");
    assert_eq!(read(&stage, "region", &given).await?, "None");
    assert_eq!(read(&stage, "ceiling", &given).await?, "Bound::None");
    let account = read(&stage, "account", &given).await?;
    assert!(account.contains("home-town: None, rights: Rights { bits: 0 }"), "{account}");
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
            "variant { none, at-most(u32) } and cannot be {\"at-most\":-1}: ceiling.at-most: expected u32, found -1",
        ),
        ("corner", json!([1, 2]), "tuple<s64, f32, char> and cannot be [1,2]"),
    ];
    for (name, value, said) in wrong {
        let mut given = values();
        given[name] = value;
        let answer = stage.user("/hello", &[("x-parameters", &given.to_string())]).await?;
        let expected = format!("parameter: parameter \"{name}\" is declared {said}");
        assert_eq!((answer.status.as_u16(), answer.text()), (500, expected));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b16_a_binding_that_disagrees_is_refused_with_both_types() -> Result<()> {
    let mut params = names();
    params[0]["type"] = "u32".into();
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
