//! B: parameters.

use anyhow::Result;
use serde_json::{Value, json};
use tollgate_tests::Upload;

use crate::desk::{Desk, operators, user};
use crate::stage::{Stage, ascii};

const ANY: &str = r#"{"customer_name":"alice","url":null}"#;

#[test]
fn b01_a_declared_parameter_is_readable() -> Result<()> {
    let desk = Desk::set()?;
    for name in ["customer_name", "customer-name"] {
        assert_eq!(desk.fetch_outbound(&format!("/parameter/{name}"), &[])?.text(), "\"alice\"");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b02_concurrent_dispatches_never_mix() -> Result<()> {
    let stage = Stage::set().await?;
    let one = async |number: usize| {
        let given = json!({ "customer_name": format!("c{number}"), "url": number }).to_string();
        let answer = stage.fetch_outbound("/parameters", &[("x-parameters", &given)]).await?;
        anyhow::Ok(serde_json::from_str::<Value>(&answer.text())? == serde_json::from_str::<Value>(&given)?)
    };
    let all = futures::future::join_all((0..200).map(one)).await;
    for same in all {
        assert!(same?);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b03_parameters_are_invisible_to_the_user() -> Result<()> {
    let stage = Stage::set().await?;
    let environment = stage.user("/env", &[]).await?.text();
    assert!(!environment.contains("alice"), "{environment}");
    // A customer's worker that asks for them does not even link.
    let (status, envelope) =
        stage.host.upload("dispatch/namespaces/prod/scripts/curious", Upload::of("test-outbound")).await?;
    assert_eq!(status, 400);
    // The import that is named first is the toolchain's choice.
    let refused = "the component does not fit world \"user-worker\": component imports instance";
    assert!(envelope["errors"][0]["message"].as_str().unwrap().contains(refused), "{envelope}");
    Ok(())
}

#[test]
fn b04_every_json_value_survives() -> Result<()> {
    let desk = Desk::set()?;
    let values = [
        json!("text \"quoted\" \\ \u{e9}"),
        json!("one\u{0}two"),
        json!(9_007_199_254_740_993_i64),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(0.5),
        // A reader that is quick and not exact takes them for their neighbours.
        json!(449.491_064_788_738_13),
        json!([f64::MAX, f64::MIN_POSITIVE, 5e-324, 0.1 + 0.2, f64::EPSILON]),
        json!(true),
        json!(null),
        json!([1, "a", null]),
        json!({ "a": { "b": [] } }),
    ];
    for value in values {
        let given = ascii(&json!({ "customer_name": value, "url": 1 }).to_string());
        let answer = desk.fetch_outbound("/parameter/customer_name", &[("x-parameters", &given)])?;
        assert_eq!(serde_json::from_str::<Value>(&answer.text())?, value);
        // As text too: whoever reads the answer must not have the fault that the host has not.
        if value.is_f64() {
            assert_eq!(answer.text(), value.to_string());
        }
    }
    Ok(())
}

#[test]
fn b06_an_undeclared_parameter_is_named() -> Result<()> {
    let desk = Desk::set()?;
    let answer = desk.user("/hello", &[("x-parameters", r#"{"customer_name":1,"url":1,"plan":1}"#)])?;
    let expected = "parameter: parameter \"plan\" is not declared by the binding; declared: customer_name, url";
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (500, expected));
    Ok(())
}

#[test]
fn b07_a_missing_parameter_is_named() -> Result<()> {
    let params = json!({ "customer_name": "json", "plan": "option<string>" });
    let desk = Desk::with(&operators("test-outbound")?, params)?;
    let answer = desk.user("/hello", &[("x-parameters", "{}")])?;
    assert!(answer.text().contains("parameter \"customer_name\" is declared by the binding and was not given"));
    let given = r#"{"customer_name":"a"}"#;
    assert_eq!(desk.user("/hello", &[("x-parameters", given)])?.text(), "hello");
    Ok(())
}

#[test]
fn b08_an_object_is_read_whole() -> Result<()> {
    let desk = Desk::set()?;
    let given = r#"{"customer_name":{"id":7,"plan":{"name":"pro"}},"url":1}"#;
    let answer = desk.fetch_outbound("/parameter/customer_name", &[("x-parameters", given)])?;
    assert_eq!(serde_json::from_str::<Value>(&answer.text())?, json!({ "id": 7, "plan": { "name": "pro" } }));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b09_a_parameter_may_not_hide_a_variable() -> Result<()> {
    let outbound = Upload::of("test-outbound").variable("customer-name", "mine");
    let error = Stage::with(outbound, json!([{ "name": "customer_name" }])).await.err().unwrap().to_string();
    assert!(error.contains("customer_name") && error.contains("variable of the outbound worker"), "{error}");
    Ok(())
}

#[test]
fn b10_the_outbounds_variables_are_there_too() -> Result<()> {
    let outbound = operators("test-outbound")?.variable("REGION", "eu")?;
    let desk = Desk::with(&outbound, json!(["customer_name", "url"]))?;
    assert_eq!(desk.fetch_outbound("/env", &[])?.text(), "env REGION=eu");
    assert_eq!(desk.fetch_outbound("/parameter/customer_name", &[])?.text(), "\"alice\"");
    Ok(())
}

#[test]
fn b11_the_user_cannot_change_a_parameter() -> Result<()> {
    let user = user("test-user")?.variable("customer_name", "mallory")?;
    let desk = Desk::of(&user, Some(&operators("test-outbound")?), json!(["customer_name", "url"]))?;
    let forged = [("customer_name", "mallory"), ("x-customer-name", "mallory"), ("x-intercepted-for", "\"mallory\"")];
    let answer = desk.fetch_outbound("/parameter/customer_name?customer_name=mallory", &forged)?;
    assert_eq!(answer.text(), "\"alice\"");
    let run = desk.fetch_origin("/hello", &forged)?;
    assert_eq!(run.arrived[0].headers["x-intercepted-for"], "\"alice\"");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn b12_parameters_live_as_long_as_the_dispatch() -> Result<()> {
    let stage = Stage::set().await?;
    let url = stage.origin.url("/hello");
    stage.user("/background", &[("x-target-url", &url)]).await?;
    stage.origin.wait_for(1).await?;
    let bob = ("x-parameters", r#"{"customer_name":"bob","url":1}"#);
    stage.user("/background", &[("x-target-url", &url), bob]).await?;
    let seen = stage.origin.wait_for(2).await?;
    let names: Vec<_> = seen.iter().map(|one| one.headers["x-intercepted-for"].clone()).collect();
    assert_eq!(names, ["\"alice\"", "\"bob\""]);
    Ok(())
}

#[test]
fn b13_without_an_outbound_parameters_are_ignored() -> Result<()> {
    let desk = Desk::without_outbound()?;
    assert_eq!(desk.user("/hello", &[("x-parameters", ANY)])?.text(), "hello");
    Ok(())
}

#[test]
fn b14_the_wrong_shape_is_a_clear_error() -> Result<()> {
    let desk = Desk::set()?;
    let answer = desk.user("/hello", &[("x-props", "not json")])?;
    assert!(answer.text().starts_with("parameter: props are not JSON"), "{}", answer.text());
    let twice = r#"{"customer_name":1,"customer-name":2,"url":1}"#;
    let answer = desk.user("/hello", &[("x-parameters", twice)])?;
    assert!(answer.text().contains("is there twice"), "{}", answer.text());
    // A header holds less than the bound, so the dispatch worker makes the text up.
    assert_eq!(desk.user("/hello", &[("x-parameter-bytes", "60000")])?.text(), "hello");
    let answer = desk.user("/hello", &[("x-parameter-bytes", "70000")])?;
    assert!(answer.text().ends_with("at most 65536"), "{}", answer.text());
    Ok(())
}

#[test]
fn b15_a_binding_without_parameters_intercepts() -> Result<()> {
    let desk = Desk::with(&operators("test-outbound")?, json!([]))?;
    assert_eq!(desk.fetch_outbound("/parameters", &[("x-parameters", "{}")])?.text(), "{}");
    Ok(())
}

#[test]
fn b16_a_typed_parameter_refuses_another_type() -> Result<()> {
    let desk = Desk::with(&operators("test-outbound")?, json!({ "quota": "u32" }))?;
    let answer = desk.user("/hello", &[("x-parameters", r#"{"quota":"many"}"#)])?;
    assert_eq!(answer.text(), "parameter: parameter \"quota\" is declared u32 and cannot be \"many\"");
    let answer = desk.fetch_outbound("/parameter/quota", &[("x-parameters", r#"{"quota":7}"#)])?;
    assert_eq!(answer.text(), "7");
    Ok(())
}
