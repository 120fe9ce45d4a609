//! `tollgate test --namespace`: every customer's worker of a running host against another outbound worker.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tollgate_tests::{Host, Ran, Upload};

use crate::verb::{at, guarded, junit, project, proved};

/// A host with two customers: one whose worker fetches what it is told, and one that does something else.
async fn prod() -> Result<Host> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    host.deploy_in("prod", "alice", Upload::of("test-user-3")).await?;
    host.deploy_in("prod", "bob", Upload::of("hello-3")).await?;
    let guard = Upload::of("guard-3").variable("API_KEY", "key-123");
    host.deploy("guard", guard).await?;
    let parameters = json!([{ "name": "customer_name" }, { "name": "plan" }]);
    host.deploy("pick", Upload::of("test-dispatch").dispatches("prod", Some(("guard", parameters)))).await?;
    Ok(host)
}

async fn matrix(host: &Host, outbound: &str, filter: &str) -> Result<Ran> {
    let folder = guarded("")?;
    let options = ["test", "--namespace", "prod", "--outbound", outbound, "--filter", filter, "--junit", "report.xml"];
    let ran = host.run(folder.path(), &options).await?;
    if let Ok(text) = std::fs::read_to_string(folder.path().join("report.xml")) {
        // What changed is in the file too, and the schema takes it.
        ensure!(text.contains("<system-out>") == ran.stdout.contains("changed:"), "{text}");
        junit(&folder.path().join("report.xml")).await?;
    }
    Ok(Ran { stdout: ran.stdout.replace(outbound, "NEW"), ..ran })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_outbound_worker_is_tried_with_every_customer() -> Result<()> {
    let host = prod().await?;
    let same = matrix(&host, &at("guard-3")?, "").await?;
    ensure!(same.code == Some(0) && same.stdout.contains("11 passed, 0 did not, 9 idle"), "{same}");
    ensure!(!same.stdout.contains("changed"), "{same}");
    let other = matrix(&host, &at("pass-3")?, "").await?;
    ensure!(other.code == Some(1), "{other}");
    insta::assert_snapshot!(other);
    let unknown = matrix(&host, &format!("nobody={}", at("pass-3")?), "").await?;
    ensure!(unknown.code == Some(1), "{unknown}");
    // It reads parameters that the deployed binding does not declare.
    let refused = matrix(&host, &at("test-typed-3")?, "").await?;
    ensure!(refused.code == Some(1) && refused.stderr.contains("the deploy would be refused"), "{refused}");
    // Nothing is compared where nothing holds today.
    host.delete_in("prod", "alice").await?;
    let idle = matrix(&host, &at("pass-3")?, "credential").await?;
    ensure!(idle.code == Some(1) && idle.stderr.contains("nothing was compared"), "{idle}");
    ensure!(idle.stdout.contains("origin: expected 1 request, found 0 requests"), "{idle}");
    ensure!(idle.stdout.contains("bob: nothing was compared: none of 1 scenarios is as expected today"), "{idle}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_outbound_project_has_its_own_configuration() -> Result<()> {
    let host = prod().await?;
    // As it is deployed but for what its own configuration says; the secret stays.
    let secret = json!({ "type": "secret_text", "name": "API_KEY", "text": "key-123" });
    host.deploy("guard", Upload::of("guard-3").variable("FAULT", "").binding(secret)).await?;
    let folder = tempfile::tempdir()?;
    let same = matrix(&host, &project(folder.path(), "")?, "credential").await?;
    ensure!(same.stdout.contains("idle    alice (1"), "the secret's text is not known, and is the same: {same}");
    ensure!(!same.stdout.contains("changed"), "{same}");
    let mutant = matrix(&host, &project(folder.path(), "[vars]\nFAULT = \"9\"\n")?, "").await?;
    ensure!(mutant.code == Some(1) && mutant.stdout.contains("failed  alice (9 old paths"), "{mutant}");
    // One that asks where nobody did before: no known origin sees it, and it is told.
    let elsewhere = matrix(&host, &project(folder.path(), "[vars]\nFAULT = \"13\"\n")?, "").await?;
    let asks = "+to network: GET http://elsewhere.test/forbidden => error: DNS error";
    ensure!(elsewhere.code == Some(1) && elsewhere.stdout.contains(asks), "{elsewhere}");
    ensure!(
        elsewhere.stdout.contains("alice: 1 of 10 scenarios change, 1 are not as expected any more"),
        "{elsewhere}"
    );
    // A parameter that hides a variable: the host refuses the deploy, and so does this.
    let hides = matrix(&host, &project(folder.path(), "[vars]\ncustomer_name = \"me\"\n")?, "").await?;
    ensure!(hides.code == Some(1), "{hides}");
    let refused = "the deploy would be refused: binding \"dispatcher\" of worker \"pick\": parameter \"customer_name\" has the \
        name of a variable of the outbound worker \"guard\"";
    ensure!(hides.stderr.contains(refused), "{hides}");
    Ok(())
}

/// The host's own words for refusing a deploy.
async fn refusal(host: &Host, name: &str, upload: Upload) -> Result<String> {
    let (status, envelope) = host.upload(&format!("scripts/{name}"), upload).await?;
    ensure!(status == 400, "{envelope}");
    let message = envelope.pointer("/errors/0/message").and_then(Value::as_str);
    Ok(message.and_then(|message| message.strip_prefix("metadata: ")).with_context(|| envelope.to_string())?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispatch_of_the_hosts_configuration_is_a_binding_too() -> Result<()> {
    let host = Host::configured(
        "[[dispatch]]\ndomain = \"apps.test\"\nnamespace = \"prod\"\n\
         outbound = { service = \"guard\", parameters = { customer_name = \"{worker}\", plan = \"pro\" } }\n\
         [[dispatch]]\ndomain = \"more.test\"\nnamespace = \"more\"\n[dispatch.outbound]\nservice = \"typed\"\n\
         parameters = { paramCustomerName = \"{worker}\", account = \"a\" }\n",
    )
    .await?;
    host.namespace("prod").await?;
    host.deploy_in("prod", "alice", Upload::of("test-user-3")).await?;
    for name in ["guard", "typed"] {
        host.deploy(name, Upload::of("guard-3").variable("API_KEY", "key-123")).await?;
    }
    let same = matrix(&host, &at("guard-3")?, "").await?;
    ensure!(same.code == Some(0) && same.stdout.contains("10 passed, 0 did not"), "{same}");
    // Whatever the host would refuse to deploy is refused here, in the same words.
    let hides = Upload::of("guard-3").variable("customer_name", "me");
    let folder = tempfile::tempdir()?;
    let project = project(folder.path(), "[vars]\ncustomer_name = \"me\"\n")?;
    let typed = "rust/outbound-3";
    for (outbound, name, upload, words) in [
        (project, "guard", hides, "has the name of a variable"),
        (at(typed)?, "guard", Upload::of(typed), "the binding declares only"),
        (format!("typed={}", at(typed)?), "typed", Upload::of(typed), "a template gives text"),
    ] {
        let refused = refusal(&host, name, upload).await?;
        ensure!(refused.contains(words), "{refused}");
        let ran = matrix(&host, &outbound, "credential").await?;
        ensure!(ran.code == Some(1), "{ran}");
        ensure!(ran.stderr.contains(&format!("the deploy would be refused: {refused}")), "{refused}: {ran}");
    }
    Ok(())
}

/// What a deploy keeps of the version before is checked as the host checks it, in the same words.
#[tokio::test(flavor = "multi_thread")]
async fn a_deploy_that_would_lose_a_secret_is_refused() -> Result<()> {
    let host = prod().await?;
    let secret = json!({ "type": "secret_text", "name": "API_KEY", "text": "key-123" });
    host.deploy("guard", Upload::of("guard-3").binding(secret)).await?;
    let many = |most: usize| (0..most).map(|place| format!("V{place} = \"\"\n")).collect::<String>();
    for (variables, words) in [
        (
            "API_KEY = \"x\"\n".to_owned(),
            "\"API_KEY\" is a secret of the worker, and a plain_text binding in its place",
        ),
        (many(128), "bindings: expected at most 128, found 129"),
        (many(130), "bindings: expected at most 128, found 130"),
    ] {
        let folder = tempfile::tempdir()?;
        let new = project(folder.path(), &format!("[vars]\n{variables}"))?;
        let deploy = host.run(&folder.path().join("guard"), &["deploy"]).await?;
        let refused = deploy.stderr.lines().next().and_then(|line| line.strip_prefix("error: "));
        let refused =
            refused.map(|error| error.trim_start_matches("metadata: ")).with_context(|| deploy.to_string())?;
        ensure!(deploy.code == Some(1) && refused.contains(words), "{deploy}");
        let ran = matrix(&host, &new, "credential").await?;
        ensure!(ran.code == Some(1), "{ran}");
        ensure!(ran.stderr.contains(&format!("the deploy would be refused: {refused}\n")), "{refused}: {ran}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_those_that_the_deployed_binding_declares() -> Result<()> {
    let host = prod().await?;
    let bind = |outbound: Value| {
        Upload::of("test-dispatch").binding(json!({
            "type": "dispatch_namespace", "name": "dispatcher", "namespace": "prod", "outbound": outbound
        }))
    };
    let (guard, new) = (json!({ "service": "guard" }), at("guard-3")?);
    for (params, unknown, told) in [
        (json!([{ "name": "customer_name" }]), "refuse", "\"plan\" is not declared by the binding"),
        (json!([{ "name": "customer_name" }, { "name": "plan" }, { "name": "tier" }]), "refuse", "\"tier\""),
        (json!([{ "name": "customer_name" }, { "name": "plan", "type": "u32" }]), "refuse", "u32"),
    ] {
        host.deploy("pick", bind(json!({ "worker": guard, "params": params, "unknown_parameters": unknown }))).await?;
        let ran = matrix(&host, &new, "credential").await?;
        ensure!(ran.code == Some(2) && ran.stdout.contains("broken  alice (1"), "{ran}");
        let at = "the dispatch would be refused: binding \"dispatcher\" of worker \"pick\": ";
        ensure!(ran.stdout.contains(at) && ran.stdout.contains(told), "{told}: {ran}");
    }
    // What the binding drops does not arrive here either.
    let params = json!([{ "name": "customer_name" }]);
    host.deploy("pick", bind(json!({ "worker": guard, "params": params, "unknown_parameters": "ignore" }))).await?;
    let ran = matrix(&host, &new, "plan").await?;
    ensure!(ran.stdout.contains("idle    alice (10 a customer may ask for the plan)"), "{ran}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_as_expected_from_now_on_is_told() -> Result<()> {
    let host = prod().await?;
    host.deploy("guard", Upload::of("guard-3").variable("API_KEY", "key-123").variable("FAULT", "9")).await?;
    let folder = tempfile::tempdir()?;
    let new = project(folder.path(), "[vars]\nAPI_KEY = \"key-123\"\nFAULT = \"\"\n")?;
    let ran = matrix(&host, &new, "").await?;
    ensure!(ran.code == Some(0) && ran.stdout.contains("mended  alice (9 old paths lead to new ones)"), "{ran}");
    ensure!(ran.stdout.contains("it is as expected from now on; today it is not:\n        origin[0].url: "), "{ran}");
    ensure!(ran.stdout.contains("10 passed, 0 did not, 1 as expected from now on, 9 idle"), "{ran}");
    let line = "alice: 1 of 10 scenarios change, 0 are not as expected any more, 1 are as expected from now on\n";
    ensure!(ran.stdout.contains(line), "{ran}");
    // Programs are told too, and `prove` reads it: what says nothing is skipped.
    let scenarios = guarded("")?;
    let options = ["test", "--namespace", "prod", "--outbound", &new];
    let told: Value =
        serde_json::from_str(&host.run(scenarios.path(), &[&options[..], &["--json"]].concat()).await?.stdout)?;
    assert_eq!((&told["passed"], &told["mended"], &told["idle"]), (&json!(10), &json!(1), &json!(9)));
    let tap = host.run(scenarios.path(), &[&options[..], &["--tap"]].concat()).await?.stdout;
    assert_eq!(proved(&tap).await?, "20 passed, 0 failed, 9 skipped, 0 errors");
    Ok(())
}

/// The binding of a customer's worker to another of its namespace.
fn service(name: &str, service: &str) -> serde_json::Value {
    json!({ "type": "service", "name": name, "service": service, "dispatch_namespace": "prod" })
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_tried_with_their_limits_and_with_whom_they_call() -> Result<()> {
    let host = prod().await?;
    let away = json!({ "type": "service", "name": "AWAY", "service": "guard" });
    let login = json!({ "type": "json", "name": "LOGIN", "json": { "pin": "p1n-482913" } });
    let alice = Upload::of("test-user-3").limits(json!({ "wall_ms": 1000 })).binding(login);
    host.deploy_in("prod", "alice", alice).await?;
    host.deploy_in("prod", "bob", Upload::of("test-user-3").binding(service("SHOP", "alice"))).await?;
    host.deploy_in("prod", "eve", Upload::of("test-user-3").binding(away)).await?;
    let folder = tempfile::tempdir()?;
    let (user, outbound) = (at("test-user-3")?, at("guard-3")?);
    let text = format!(
        "[workers]\noutbound = {outbound:?}\n[workers.user]\nworker = {user:?}\nname = \"alice\"\nsecrets = {{ MY = \"shell-of-a-test\" }}\n\
         [parameters]\ncustomer_name = \"{{worker}}\"\nplan = \"pro\"\n\
         [[scenario]]\nname = \"slow\"\nrequest = {{ url = \"http://alice.test/sleep?ms=2000\" }}\nexpect = {{ status = 200 }}\n\
         [[scenario]]\nname = \"calls\"\n\
         request = {{ url = \"http://alice.test/fetch\", headers = {{ x-target-url = \"http://shop.test/hello\", x-service = \"SHOP\" }} }}\n\
         expect = {{ status = 200, body = \"hello\" }}\n\
         [[scenario]]\nname = \"secret\"\nrequest = {{ url = \"http://alice.test/hello?shell-of-a-test\" }}\nexpect = {{ body = \"shell-of-a-test p1n-482913\" }}\n"
    );
    std::fs::write(folder.path().join("one.test.toml"), text)?;
    let options = ["test", "--namespace", "prod", "--outbound", &outbound, "--junit", "report.xml"];
    let ran = host.run(folder.path(), &options).await?;
    ensure!(ran.code == Some(0), "{ran}");
    for line in [
        "idle    alice (slow)",
        "ok      bob (slow)",
        "ok      bob (calls)",
        "idle    eve (slow)",
        "it is not tried: the binding \"AWAY\" (service) of eve leads to what is not here",
        "eve: not tried: the binding \"AWAY\"",
    ] {
        ensure!(ran.stdout.contains(line), "{line}: {ran}");
    }
    ensure!(!ran.stdout.contains("shell-of-a-test") && !ran.stdout.contains("482913"), "{ran}");
    assert_eq!(junit(&folder.path().join("report.xml")).await?, "9 0 0 7 0");
    for gone in ["alice", "bob"] {
        host.delete_in("prod", gone).await?;
    }
    let ran = host.run(folder.path(), &options).await?;
    ensure!(ran.code == Some(1) && ran.stderr.contains("no worker could be tried"), "{ran}");
    ensure!(!ran.stdout.contains("as expected today"), "{ran}");
    Ok(())
}
