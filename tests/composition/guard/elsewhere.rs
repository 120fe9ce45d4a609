//! The ways that are not the library: the command line, a host that knows nothing of Tollgate, and Tollgate's host.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use bare_host::BareHost;
use serde_json::Value;
use tollgate_test::scenario::Scenario;
use tollgate_test::{Body, End, Listener, Received, Run, Sent};
use tollgate_tests::{Answer, Host, Upload, guest_path, send, tollgate};

use super::{Failed, Fault, UNSEEN, faults, file, only};

const GUARD: &str = "FAULT = \"\"";

#[tokio::test(flavor = "multi_thread")]
async fn by_tollgate_test() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let built = guest_path("guard-3")?.canonicalize()?;
    let built = built.parent().context("no folder")?.display().to_string();
    for fault in faults().chain([UNSEEN]) {
        let text = std::fs::read_to_string(file())?;
        let text = text.replace("../../target/guests/wasm32-wasip2/release", &built).replace(GUARD, &variable(fault));
        std::fs::write(folder.path().join("guard.test.toml"), text)?;
        let ran = tollgate(folder.path(), &["test", "--json"]).await?;
        ensure!(ran.code == Some(i32::from(fault > 0)), "fault {fault}: {ran}");
        let told: Value = serde_json::from_str(&ran.stdout)?;
        let outcomes = told["outcomes"].as_array().context("no outcomes")?;
        assert_eq!(outcomes.len(), 10);
        let failed = outcomes.iter().filter(|one| one["verdict"] == "failed");
        let failed: Failed = failed.map(|one| number(one["name"].as_str().unwrap_or_default())).collect();
        assert_eq!(failed, only(fault), "{ran}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn as_one_component_in_a_bare_host() -> Result<()> {
    let folder = tempfile::tempdir()?;
    for fault in faults() {
        compose(folder.path(), fault).await?;
        let host = BareHost::serve(&std::fs::read(folder.path().join("alone.wasm"))?)?;
        let failed = failed("127.0.0.1", host.address().port()).await?;
        assert_eq!(failed, only(fault), "fault {fault}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_running_host() -> Result<()> {
    let dispatch = "[[dispatch]]\ndomain = \"localhost\"\nnamespace = \"prod\"\n[dispatch.outbound]\nservice = \"guard\"\n\
                    parameters = { customer_name = \"{worker}\", plan = \"pro\" }\n";
    let host = Host::configured(dispatch).await?;
    host.namespace("prod").await?;
    host.deploy_in("prod", "alice", Upload::of("test-user-3")).await?;
    for fault in faults() {
        let guard = Upload::of("guard-3").variable("API_KEY", "key-123");
        host.deploy("guard", guard.variable("FAULT", &text(fault))).await?;
        let failed = failed("origin.test", host.listen().port()).await?;
        assert_eq!(failed, only(fault), "fault {fault}");
    }
    Ok(())
}

/// Which scenarios fail with who listens on a port, and reaches this machine under a name.
async fn failed(name: &str, port: u16) -> Result<Failed> {
    let url = |port: u16| format!("http://{name}:{port}");
    let script = |port| Scenario::read(&file(), &url(port)).unwrap().first().unwrap().origin().unwrap();
    let origin = Listener::start(script).await?;
    let mut failed = Failed::new();
    for scenario in Scenario::read(&file(), &url(origin.port()))? {
        let before = origin.arrived().len();
        let answer = send(scenario.request()?.elsewhere(&format!("127.0.0.1:{port}"))?).await?;
        let arrived = origin.arrived().split_off(before);
        if !seen(answer, arrived).differs(&scenario.expect).is_empty() {
            failed.insert(number(&scenario.name));
        }
    }
    Ok(failed)
}

/// What can be seen from outside.
fn seen(answer: Answer, arrived: Vec<Sent>) -> Run {
    let (failure, exchanges, printed, unused_faults) = (None, None, Vec::new(), Vec::new());
    let (response, lasted) = (received(answer), Duration::ZERO);
    Run { response, failure, exchanges, printed, unused_faults, arrived, lasted }
}

fn received(answer: Answer) -> Received {
    let Answer { status, headers, trailers, body } = answer;
    let body = Body { bytes: body.to_vec(), trailers, end: End::Whole, ..Body::default() };
    Received { status, headers, body }
}

/// `10 a customer may ask` is number 10.
fn number(name: &str) -> usize {
    name.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn text(fault: Fault) -> String {
    if fault == 0 { String::new() } else { fault.to_string() }
}

fn variable(fault: Fault) -> String {
    format!("FAULT = \"{}\"", text(fault))
}

async fn compose(folder: &Path, fault: Fault) -> Result<()> {
    let (user, guard) = (guest_path("test-user-3")?.canonicalize()?, guest_path("guard-3")?.canonicalize()?);
    let (user, guard) = (user.display().to_string(), guard.display().to_string());
    let fault = variable(fault).replace([' ', '"'], "");
    let arguments = [
        &["compose", "--user", user.as_str(), "--outbound", guard.as_str()][..],
        &["--parameter", "customer_name=alice", "--parameter", "plan=pro"],
        &["--outbound-variable", "API_KEY=key-123", "--outbound-variable", &fault, "-o", "alone.wasm"],
    ];
    let ran = tollgate(folder, &arguments.concat()).await?;
    ensure!(ran.code == Some(0), "{ran}");
    Ok(())
}
