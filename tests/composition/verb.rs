//! `tollgate test` as people and programs use it.

mod bound;
mod compose;
mod contract;
mod files;
mod record;
mod report;
mod secrets;

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use tollgate_test::scenario::schema;
use tollgate_test::{Listener, Origin, Reply};
use tollgate_tests::{Terminal, guest_path, root, tollgate};

pub(crate) use report::{junit, proved};

/// The path of a guest, as a scenario file can name it from anywhere.
pub(crate) fn at(name: &str) -> Result<String> {
    Ok(guest_path(name)?.canonicalize()?.display().to_string())
}

/// A folder with the guard's scenarios, and the guard with a fault.
pub(crate) fn guarded(fault: &str) -> Result<tempfile::TempDir> {
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
    // It stops nobody else, and programs are told of it as of any other.
    let mut folder = guarded("")?;
    std::fs::write(folder.path().join("misspelt.test.toml"), "[[senario]]\nname = \"x\"\n")?;
    let ran = tollgate(folder.path(), &["test", "--json", "--junit", "report.xml"]).await?;
    let told: serde_json::Value = serde_json::from_str(&ran.stdout)?;
    ensure!(ran.code == Some(2) && told["passed"] == 10 && told["not_passed"] == 1, "{ran}");
    assert_eq!(junit(&folder.path().join("report.xml")).await?, "11 0 1 0 0");
    folder = tempfile::tempdir()?;
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
    ensure!(["k3y", "t0ken", "s3ssion"].iter().all(|secret| !ran.stdout.contains(secret)), "{ran}");
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
async fn a_difference_shows_what_is_not_seen() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut seen = String::new();
    for (body, expect) in [
        ("hello\\n", "hello"),
        ("a\\r\\nb\\r\\n", "a\\nb\\n"),
        ("a \\nb", "a\\nb"),
        ("\\u001b[31mred\\u009b0m\\rnot ok 9", "red"),
    ] {
        let more = format!("expect = {{ body = \"{expect}\" }}\n[[origin]]\nurl = \"*\"\nbody = \"{body}\"");
        scenario(folder.path(), "x", "http://a.test/", &more)?;
        for options in [&["test"][..], &["test", "--tap"]] {
            let ran = tollgate(folder.path(), options).await?;
            ensure!(!ran.stdout.contains(|one: char| one.is_control() && one != '\n'), "{:?}", ran.stdout);
            let lines = ran.stdout.lines().skip_while(|line| !line.contains("body:"));
            let lines: Vec<_> = lines.take_while(|line| !line.contains("the run:")).collect();
            seen.push_str(&format!("{}\n", lines.join("\n")));
        }
    }
    insta::assert_snapshot!(seen);
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
    // And what was recorded, however it is written.
    std::fs::write(folder.path().join("guard.test.cassette.json"), "{]")?;
    terminal.wait_for("guard.test.cassette.json is not a cassette").await?;
    std::fs::write(folder.path().join("guard.test.cassette.json"), "[1]")?;
    terminal.wait_for("invalid type: sequence").await?;
    std::fs::remove_file(folder.path().join("guard.test.cassette.json"))?;
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

/// A project of an outbound worker: the guard, with what its configuration says.
pub(crate) fn project(folder: &Path, more: &str) -> Result<String> {
    std::fs::create_dir_all(folder.join("guard"))?;
    let text = format!("name = \"guard\"\nmain = {:?}\n[tollgate]\nrole = \"outbound\"\n{more}", at("guard-3")?);
    std::fs::write(folder.join("guard/wrangler.toml"), text)?;
    Ok(folder.join("guard").display().to_string())
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
