//! Typed parameters of components that mean no good, or that come at the wrong moment: whatever is taken must be there after
//! the next start, and fit what names it.

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use tollgate_tests::{Host, Upload, importing, made};

const QUOTA: &str = r#"(export "quota" (func (result u32)))"#;
/// Words of WIT may begin with a digit, but for the first.
const DIGIT: &str = r#"(type $e (enum "tier-1" "tier-2")) (export "plan" (type $plan (eq $e)))
    (export "tier" (func (result $plan)))"#;

fn deep() -> String {
    let lists = (1..20).map(|level| format!("(type $t{level} (list $t{}))", level - 1));
    format!("(type $t0 (list u8)) {} (export \"deep\" (func (result $t19)))", lists.collect::<String>())
}

fn wide() -> String {
    let names: String = (0..220).map(|place| format!("\"country-code-number-{place}\" ")).collect();
    format!("(type $e (enum {names})) (export \"country\" (type $c (eq $e))) (export \"where\" (func (result $c)))")
}

/// 20 KB that spell a type of 200 MB.
fn bomb() -> String {
    let record =
        format!("(type $r0 (record (field \"{}\" u8))) (export \"rec\" (type $r (eq $r0)))", "a".repeat(20_000));
    let tuples = format!("(type $t1 (tuple {})) (type $t2 (tuple {}))", " $r".repeat(100), " $t1".repeat(100));
    format!("{record} {tuples} (export \"bomb\" (func (result $t2)))")
}

fn many() -> String {
    (0..65).map(|place| format!("(export \"p{place}\" (func (result u8)))")).collect()
}

fn message(envelope: &Value) -> String {
    envelope["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
}

/// A dispatcher for `*.test` whose outbound worker is `outbound`, with parameters of these types.
fn dispatcher(parameters: &[(&str, &str)]) -> Upload {
    let params: Vec<_> = parameters.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect();
    Upload::of("test-dispatch").dispatches("prod", Some(("outbound", params.into()))).route("*.test/*")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deployed_is_there_after_the_next_start() -> Result<()> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    host.deploy_in("prod", "user", Upload::of("test-user")).await?;
    host.deploy("outbound", Upload::made(made(DIGIT)?)).await?;
    host.deploy("dispatch", dispatcher(&[("tier", "json")])).await?;
    let refused = [
        (
            deep(),
            "\"deep\" is a function that gives what cannot be declared (a parameter's type nested more than 16 deep",
        ),
        (
            wide(),
            "\"where\" is a function that gives what cannot be declared (a parameter's type of more than 4096 bytes",
        ),
        (
            bomb(),
            "\"bomb\" is a function that gives what cannot be declared (a parameter's type of more than 4096 bytes",
        ),
        (many(), "65 functions: at most 64"),
    ];
    for (parameters, reason) in refused {
        let (status, envelope) = host.upload("scripts/other", Upload::made(made(&parameters)?)).await?;
        assert!(status == 400 && message(&envelope).contains(reason), "{envelope}");
    }
    // As long as it may be as it is written, and longer as it would be kept.
    let tight = format!("enum{{{}}}", (0..830).map(|place| format!("n{place}")).collect::<Vec<_>>().join(","));
    let (status, envelope) = host.upload("scripts/tight", dispatcher(&[("country", &tight)])).await?;
    assert!(status == 400 && message(&envelope).contains("too long"), "{envelope}");
    let host = host.restart().await?;
    let tier = async |tier: &str| {
        let given = json!({ "tier": tier }).to_string();
        anyhow::Ok(host.get("user.test", "/hello", &[("x-parameters", &given)]).await?.text())
    };
    assert_eq!(tier("tier-2").await?, "hello");
    assert_eq!(tier("tier2").await?, "hello");
    let expected = "parameter: parameter \"tier\" is declared enum { tier-1, tier-2 } and cannot be \"tier-3\"";
    assert_eq!(tier("tier-3").await?, expected);
    Ok(())
}

/// A record's fields that are left out take no room in what a dispatch gives, and all the more in what is read.
#[tokio::test(flavor = "multi_thread")]
async fn few_bytes_do_not_become_many() -> Result<()> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    host.deploy_in("prod", "user", Upload::of("test-user")).await?;
    let fields: String = (0..220).map(|place| format!("(field \"f{place}\" $o) ")).collect();
    let rows = format!(
        "(type $o (option u8)) (type $r (record {fields})) (export \"row\" (type $row (eq $r))) (type $l (list $row)) \
         (export \"rows\" (func (result $l)))"
    );
    host.deploy("outbound", Upload::made(made(&rows)?)).await?;
    host.deploy("dispatch", dispatcher(&[("rows", "json")])).await?;
    let rows = async |count: usize| {
        let given = json!({ "rows": vec![json!({}); count] }).to_string();
        anyhow::Ok(host.get("user.test", "/hello", &[("x-parameters", &given)]).await?.text())
    };
    let expected = "parameter: parameter \"rows\" would be 298280064 bytes as it is read, with the fields that are left out: \
                    at most 4194304";
    assert_eq!(rows(20_000).await?, expected);
    assert_eq!(rows(200).await?, "hello");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_deploys_at_once_that_do_not_fit_one_is_refused() -> Result<()> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    let reads = made(QUOTA)?;
    host.deploy("warm", Upload::made(reads.clone())).await?;
    for round in 0..20 {
        host.deploy("dispatch", Upload::of("test-dispatch")).await?;
        host.deploy("outbound", Upload::of("test-outbound")).await?;
        let (one, other) = tokio::join!(
            host.upload("scripts/outbound", Upload::made(reads.clone())),
            host.upload("scripts/dispatch", dispatcher(&[("quota", "string")])),
        );
        let (one, other) = (one?, other?);
        assert_ne!(one.0 == 200, other.0 == 200, "round {round}: {one:?} {other:?}");
        host.deploy("dispatch", Upload::of("test-dispatch")).await?;
        host.deploy("outbound", Upload::of("test-outbound")).await?;
        let secret = json!({ "name": "quota", "text": "s3cret", "type": "secret_text" });
        let (one, other) = tokio::join!(
            host.control(Method::PUT, "scripts/outbound/secrets", Some(secret)),
            host.upload("scripts/dispatch", dispatcher(&[("quota", "string")])),
        );
        let (one, other) = (one?, other?);
        assert_ne!(one.0 == 200, other.0 == 200, "round {round}: {one:?} {other:?}");
        host.control(Method::DELETE, "scripts/outbound/secrets/quota", None).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configured_dispatch_gives_what_its_outbound_worker_reads() -> Result<()> {
    let configuration = "[[dispatch]]\ndomain = \"apps.test\"\nnamespace = \"prod\"\n\
                         outbound = { service = \"outbound\", parameters = { quota = \"{worker}\" } }\n";
    let host = Host::configured(configuration).await?;
    host.namespace("prod").await?;
    host.deploy_in("prod", "7", Upload::of("test-user")).await?;
    host.deploy_in("prod", "many", Upload::of("test-user")).await?;
    host.deploy("outbound", Upload::made(made(QUOTA)?)).await?;
    assert_eq!(host.get("7.apps.test", "/hello", &[]).await?.text(), "hello");
    assert_eq!(host.get("many.apps.test", "/hello", &[]).await?.status, 500);
    let log = host.log()?;
    assert!(log.contains("parameter \"quota\": expected u32, found the text \"many\""), "{log}");
    let list = r#"(type $l (list u8)) (export "quota" (func (result $l)))"#;
    for (parameters, reason) in [
        (list, "\"quota\": the worker reads list<u8>, and a template gives text"),
        (r#"(export "plan" (func (result u32)))"#, "\"plan\": the worker reads u32, the binding declares only quota"),
    ] {
        let (status, envelope) = host.upload("scripts/outbound", Upload::made(made(parameters)?)).await?;
        assert!(status == 400 && message(&envelope).contains(reason), "{envelope}");
        assert!(message(&envelope).contains("[[dispatch]] of the host's configuration"), "{envelope}");
    }
    // A configuration that is changed is nothing that a deploy could refuse.
    let config = host.data().join("tollgate.toml");
    std::fs::write(&config, std::fs::read_to_string(&config)?.replace("quota =", "plan ="))?;
    let log = host.restart().await?.log()?;
    assert!(log.contains("[[dispatch]] of the host's configuration does not fit its outbound worker"), "{log}");
    assert!(log.contains("\"quota\": the worker reads u32, the binding declares only plan"), "{log}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn types_that_tollgate_wit_printed_ask_for_nothing() -> Result<()> {
    let host = Host::start().await?;
    let types = r#"(import "tollgate:parameters/dispatch" (instance
        (type $e (enum "free" "paid")) (export "account-plan-value" (type (eq $e)))))"#;
    host.deploy("dispatch", Upload::made(importing(types)?)).await
}
