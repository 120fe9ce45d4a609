//! `tollgate test` as people and programs use it.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use tokio::process::Command;
use tollgate_test::scenario::schema;
use tollgate_test::{Listener, Origin, Reply};
use tollgate_tests::{Host, Ran, Terminal, Upload, guest_path, program, root, tollgate};

/// The path of a guest, as a scenario file can name it from anywhere.
fn at(name: &str) -> Result<String> {
    Ok(guest_path(name)?.canonicalize()?.display().to_string())
}

/// A folder with the guard's scenarios, and the guard with a fault.
fn guarded(fault: &str) -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    let text = std::fs::read_to_string(root().join("tests/composition/guard.test.toml"))?;
    let built = Path::new(&at("guard-3")?).parent().context("no folder")?.display().to_string();
    let text = text.replace("../../target/guests/wasm32-wasip2/release", &built);
    let text = text.replace("FAULT = \"\"", &format!("FAULT = \"{fault}\""));
    std::fs::write(folder.path().join("guard.test.toml"), text)?;
    Ok(folder)
}

/// A file with one scenario: the suite's user fetches a URL.
fn scenario(folder: &Path, name: &str, url: &str, more: &str) -> Result<()> {
    let (user, outbound) = (at("test-user")?, at("test-outbound")?);
    let text = format!(
        "[workers]\nuser = {user:?}\n[workers.outbound]\nworker = {outbound:?}\nsecrets = {{ API_KEY = \"k3y-of-the-operator\" }}\n\
         [[scenario]]\nname = {name:?}\n\
         request = {{ url = \"http://user.test/fetch\", headers = {{ x-target-url = {url:?} }} }}\n{more}\n"
    );
    Ok(std::fs::write(folder.join("one.test.toml"), text)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_told_what_differs_and_how_it_went() -> Result<()> {
    let folder = guarded("9")?;
    let ran = tollgate(folder.path(), &["test", "--filter", "9"]).await?;
    insta::assert_snapshot!(ran);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_scenario_is_named() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut seen = String::new();
    let wrong = [
        ("", ""),
        ("misspelt.test.toml", "[[senario]]\nname = \"x\"\n"),
        ("no-url.test.toml", "[[scenario]]\nname = \"x\"\nrequest = { method = \"GET\" }\n"),
        ("relative.test.toml", "[[scenario]]\nname = \"x\"\nrequest = { url = \"/x\" }\nexpect = { status = 200 }\n"),
        ("idle.test.toml", "[[scenario]]\nname = \"x\"\nrequest = { url = \"http://a/\" }\n"),
        (
            "two-keys.test.toml",
            "[[scenario]]\nname = \"x\"\nrequest = { url = \"http://a/\" }\nexpect = { body = { contains = \"a\", lacks = \"b\" } }\n",
        ),
        (
            "misspelt-key.test.toml",
            "[[scenario]]\nname = \"x\"\nrequest = { url = \"http://a/\" }\nexpect = { body = { contians = \"a\" } }\n",
        ),
        (
            "twice.test.toml",
            "[[scenario]]\nname = \"x\"\nrequest = { url = \"http://a/\" }\nexpect = { status = 200 }\n\
             [[scenario]]\nname = \"x\"\nrequest = { url = \"http://a/\" }\nexpect = { status = 200 }\n",
        ),
        (
            "alike.test.toml",
            "workers = { user = \"a.wasm\", more = [\"b.wasm\"] }\n\
             [[scenario]]\nname = \"x\"\nrequest = { url = \"http://a/\" }\nexpect = { status = 200 }\n",
        ),
        (
            "no-fault.test.toml",
            "[[scenario]]\nname = \"x\"\nrequest = { url = \"http://a/\" }\nexpect = { status = 200 }\n\
             fault = [{ hop = \"origin\", kind = \"stal\" }]\n",
        ),
        (
            "no-scheme.test.toml",
            "[[origin]]\nurl = \"example.com/*\"\n\
             [[scenario]]\nname = \"x\"\nrequest = { url = \"http://a/\" }\nexpect = { status = 200 }\n",
        ),
        (
            "no-file.test.toml",
            "workers = { user = \"gone.wasm\" }\n[[scenario]]\nname = \"x\"\nrequest = { url = \"http://a/\" }\nexpect = { status = 200 }\n",
        ),
    ];
    for (name, text) in wrong {
        if !name.is_empty() {
            std::fs::write(folder.path().join(name), text)?;
        }
        let ran = tollgate(folder.path(), &["test"]).await?;
        seen.push_str(&format!("$ tollgate test # {name}\n{ran}\n"));
        ensure!(ran.code == Some(2), "{name}: {ran}");
        if !name.is_empty() {
            std::fs::remove_file(folder.path().join(name))?;
        }
    }
    let good = "[[scenario]]\nname = \"x\"\nrequest = { url = \"http://a/\" }\nexpect = { status = 200 }\n";
    std::fs::write(folder.path().join("good.test.toml"), good)?;
    seen.push_str(&format!(
        "$ tollgate test --filter y\n{}\n",
        tollgate(folder.path(), &["test", "--filter", "y"]).await?
    ));
    std::fs::write(folder.path().join("good.test.cassette.json"), "{]")?;
    seen.push_str(&format!(
        "$ tollgate test # good.test.cassette.json\n{}\n",
        tollgate(folder.path(), &["test"]).await?
    ));
    insta::assert_snapshot!(seen);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_has_what_its_configuration_says() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("shop"))?;
    let configuration = |more: &str| {
        let text =
            format!("name = \"shop\"\nmain = {:?}\n[vars]\nREGION = \"eu\"\nPLAN = \"free\"\n{more}", at("test-user")?);
        std::fs::write(path("shop/wrangler.toml"), text).map_err(anyhow::Error::from)
    };
    configuration("[limits]\nwall_ms = 1_000\n")?;
    let text = "[workers.user]\nworker = \"shop\"\nvariables = { PLAN = \"paid\" }\n\
        [[scenario]]\nname = \"variables\"\nrequest = { url = \"http://shop/env\" }\n\
        expect = { body = { contains = \"env PLAN=paid\\nenv REGION=eu\" } }\n\
        [[scenario]]\nname = \"limits\"\nrequest = { url = \"http://shop/sleep?ms=2000\" }\n\
        expect = { failure = { contains = \"wall time limit of 1000 ms\" } }\n";
    std::fs::write(path("shop.test.toml"), text)?;
    let ran = tollgate(folder.path(), &["test"]).await?;
    ensure!(ran.code == Some(0) && ran.stdout.contains("2 passed, 0 did not"), "{ran}");
    configuration("[[services]]\nbinding = \"PRICES\"\nservice = \"prices\"\n")?;
    let ran = tollgate(folder.path(), &["test"]).await?;
    ensure!(ran.code == Some(2) && ran.stdout.contains("its binding PRICES leads to a service"), "{ran}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn prove_reads_the_tap() -> Result<()> {
    for (fault, passes) in [("", true), ("9", false)] {
        let folder = guarded(fault)?;
        let mut prove = Command::new("prove");
        prove.current_dir(folder.path()).arg("--exec").arg(format!("{} test --tap", program("tollgate")?.display()));
        prove.env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"));
        let output = prove.arg("guard.test.toml").output().await.context("prove is not there: it comes with Perl")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success() == passes, "{text}");
        ensure!(text.contains(if passes { "Files=1, Tests=10" } else { "Failed test:  9" }), "{text}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_junit_schema_takes_the_xml() -> Result<()> {
    let folder = guarded("9")?;
    std::fs::write(
        folder.path().join("broken.test.toml"),
        "workers = { user = \"gone.wasm\" }\n[[scenario]]\nname = \"<&\\\"'>\"\nrequest = { url = \"http://a/\" }\nexpect = { status = 200 }\n",
    )?;
    let ran = tollgate(folder.path(), &["test", "--junit", "report.xml"]).await?;
    ensure!(ran.code == Some(2), "{ran}");
    assert_eq!(junit(&folder.path().join("report.xml")).await?, "11 1 1 0 0");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_recorded_is_replayed_without_the_origin_and_holds_no_secret() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let reply = Reply::text("you sent k3y-of-the-operator").header("set-cookie", "session=s3ssion")?;
    let origin = Listener::start(|_| Origin::new().reply("*", reply)).await?;
    let url = format!("http://localhost:{}/page?token=t0ken&n=1", origin.port());
    // What arrives at the real origin counts as arrived, and nothing that is told has a secret in it.
    let expect = |credential: &str| {
        format!(
            "expect = {{ status = 200, body = {{ contains = \"you sent\" }}, origin = [{{ url = {url:?}, \
             headers = {{ authorization = {{ contains = {credential:?} }} }} }}] }}"
        )
    };
    scenario(folder.path(), "recorded", &url, &expect("nobody's"))?;
    let ran = tollgate(folder.path(), &["test", "--record"]).await?;
    ensure!(ran.code == Some(1) && ran.stdout.contains("authorization: Bearer [redacted]"), "{ran}");
    ensure!(!ran.stdout.contains("k3y"), "{ran}");
    std::fs::remove_file(folder.path().join("one.test.cassette.json"))?;
    scenario(folder.path(), "recorded", &url, &expect("k3y-of-the-operator"))?;
    let before = tollgate(folder.path(), &["test"]).await?;
    ensure!(before.code == Some(1), "nobody answers yet: {before}");
    let ran = tollgate(folder.path(), &["test", "--record"]).await?;
    ensure!(ran.code == Some(0) && ran.stdout.contains("recorded 1 answers into"), "{ran}");
    assert_eq!(origin.arrived().len(), 2);
    drop(origin);
    let cassette = std::fs::read_to_string(folder.path().join("one.test.cassette.json"))?;
    for secret in ["k3y-of-the-operator", "t0ken", "s3ssion"] {
        ensure!(!cassette.contains(secret), "{secret} is in {cassette}");
    }
    let ran = tollgate(folder.path(), &["test"]).await?;
    ensure!(ran.code == Some(0), "{ran}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_tested_at_once() -> Result<()> {
    let folder = guarded("")?;
    let terminal = Terminal::run(folder.path(), &["test", "--watch"])?;
    terminal.wait_for("10 passed, 0 did not\nwatching; Ctrl-C stops").await?;
    let path = folder.path().join("guard.test.toml");
    let text = std::fs::read_to_string(&path)?;
    std::fs::write(&path, text.replace("FAULT = \"\"", "FAULT = \"9\""))?;
    terminal.wait_for("9 passed, 1 did not").await?;
    drop(terminal);
    // And the worker in the place of the outbound worker.
    let (same, other) = (at("guard-3")?, at("pass-3")?);
    std::fs::write(&path, text)?;
    std::fs::copy(same, folder.path().join("new.wasm"))?;
    let terminal = Terminal::run(folder.path(), &["test", "--watch", "--outbound", "new.wasm"])?;
    terminal.wait_for("10 passed, 0 did not\nwatching; Ctrl-C stops").await?;
    std::fs::copy(other, folder.path().join("new.wasm"))?;
    terminal.wait_for("3 passed, 7 did not").await?;
    Ok(())
}

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
    let options =
        ["test", "--namespace", "prod", "--outbound", outbound, "--filter", filter, "--junit", "report.xml"];
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

/// A project of an outbound worker: the guard, with what its configuration says.
fn project(folder: &Path, more: &str) -> Result<String> {
    std::fs::create_dir_all(folder.join("guard"))?;
    let text = format!("name = \"guard\"\nmain = {:?}\n[tollgate]\nrole = \"outbound\"\n{more}", at("guard-3")?);
    std::fs::write(folder.join("guard/wrangler.toml"), text)?;
    Ok(folder.join("guard").display().to_string())
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
    // A parameter that hides a variable: the host refuses the deploy, and so does this.
    let hides = matrix(&host, &project(folder.path(), "[vars]\ncustomer_name = \"me\"\n")?, "").await?;
    ensure!(hides.code == Some(1), "{hides}");
    let refused = "the deploy would be refused: binding \"dispatcher\" of worker \"pick\": parameter \"customer_name\" has the \
        name of a variable of the outbound worker \"guard\"";
    ensure!(hides.stderr.contains(refused), "{hides}");
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
    host.deploy_in("prod", "alice", Upload::of("test-user-3").limits(json!({ "wall_ms": 1000 }))).await?;
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
         [[scenario]]\nname = \"secret\"\nrequest = {{ url = \"http://alice.test/hello?shell-of-a-test\" }}\nexpect = {{ body = \"shell-of-a-test\" }}\n"
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
    ensure!(!ran.stdout.contains("shell-of-a-test"), "{ran}");
    assert_eq!(junit(&folder.path().join("report.xml")).await?, "9 0 0 7 0");
    Ok(())
}

/// What a reader of JUnit's XML counts: cases, failures, errors, skipped, and what cases said.
async fn junit(report: &Path) -> Result<String> {
    let mut read = Command::new("python3");
    read.arg(root().join("tests/composition/junit.py")).arg(report);
    let output = read.output().await?;
    let [told, complaint] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    ensure!(output.status.success(), "{complaint}");
    Ok(told.trim().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_kept_or_not() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let kept =
        ["test-outbound", "test-outbound-3", "pass-2", "pass-3"].map(at).into_iter().collect::<Result<Vec<_>>>()?;
    let kept: Vec<_> = kept.iter().map(String::as_str).collect();
    let options = ["test", "--contract", "--role", "outbound", "--parameter", "customer_name=alice"];
    let ran = tollgate(folder.path(), &[&options[..], &kept].concat()).await?;
    ensure!(ran.code == Some(0) && ran.stdout.contains("20 passed, 0 did not"), "{ran}");
    let answers = at("hello-2")?;
    let ran = tollgate(folder.path(), &[&options[..], &[answers.as_str()]].concat()).await?;
    ensure!(ran.code == Some(1), "{ran}");
    insta::assert_snapshot!(ran.stdout.replace(&answers, "hello.wasm"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispatch_workers_contract_is_tried_by_its_project() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let configuration = |main: &str, more: &str| {
        format!(
            "name = \"pick\"\nmain = {main:?}\n[[dispatch_namespaces]]\nbinding = \"dispatcher\"\nnamespace = \"prod\"\n\
                 outbound = {{ service = \"guard\", parameters = [\"paramCustomerName\", \"account\"] }}\n{more}"
        )
    };
    std::fs::write(folder.path().join("wrangler.toml"), configuration(&at("rust/dispatch")?, ""))?;
    let ran = tollgate(folder.path(), &["test", "--contract"]).await?;
    ensure!(ran.code == Some(0) && ran.stdout.contains("4 passed, 0 did not"), "{ran}");
    // One that is always asked for the same worker, whatever the client wants.
    let ran = tollgate(folder.path(), &["test", "--contract", "--url", "http://somebody.localhost/"]).await?;
    ensure!(ran.code == Some(1), "{ran}");
    for id in ["C01", "C02", "C03", "C04"] {
        ensure!(ran.stdout.contains(&format!("failed  {id}")), "{ran}");
    }
    // One that dispatches to nobody.
    std::fs::write(folder.path().join("wrangler.toml"), configuration(&at("hello-2")?, ""))?;
    let ran = tollgate(folder.path(), &["test", "--contract"]).await?;
    ensure!(ran.code == Some(1) && ran.stdout.contains("failed  C01"), "{ran}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_composed_is_refused_with_a_way_out() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (user, outbound) = (at("test-user")?, at("test-outbound-3")?);
    let ran =
        tollgate(folder.path(), &["compose", "--user", &user, "--outbound", &outbound, "-o", "alone.wasm"]).await?;
    insta::assert_snapshot!(ran);
    Ok(())
}

#[test]
fn the_schema_is_published() {
    let published = std::fs::read_to_string(root().join("docs/scenario.schema.json")).unwrap_or_default();
    let now = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    assert!(published == now, "docs/scenario.schema.json is not what `tollgate test --schema` prints: write it anew");
}
