//! `tollgate test --contract`: a worker keeps the contract of its role, or it is told what it breaks.

use anyhow::{Result, ensure};
use tollgate_tests::tollgate;

use super::{at, project};

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
async fn each_statement_has_its_own_time() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let ran = tollgate(folder.path(), &["test", "--contract", "--role", "outbound", "--json", &at("pass-3")?]).await?;
    let told: serde_json::Value = serde_json::from_str(&ran.stdout)?;
    let took: Vec<_> = told["outcomes"].as_array().into_iter().flatten().filter_map(|one| one["ms"].as_u64()).collect();
    // Megabytes both ways, and a few bytes: not all are the same.
    ensure!(took.len() == 5 && took.iter().any(|ms| *ms != took[0]), "{ran}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_sends_elsewhere_breaks_its_contract() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let parameters = ["--parameter", "customer_name=alice", "--parameter", "plan=pro"];
    for (fault, difference) in [
        ("", ""),
        ("11", "origin[0].url: expected \"https://origin.test/a\", found \"http://origin.test/a\""),
        ("12", "origin[0].url: expected \"http://origin.test:8080/a?b\", found \"http://origin.test/a?b\""),
    ] {
        let guard = project(folder.path(), &format!("[vars]\nFAULT = \"{fault}\"\nAPI_KEY = \"k\"\n"))?;
        let ran = tollgate(folder.path(), &[&["test", "--contract", &guard], &parameters[..]].concat()).await?;
        let failed = ran.stdout.lines().filter(|line| line.starts_with("failed")).count();
        ensure!(failed == usize::from(!fault.is_empty()), "{fault}: {ran}");
        ensure!(ran.stdout.contains(difference), "{fault}: {ran}");
    }
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
    // A component alone, by its binding's name.
    let alone = at("rust/dispatch")?;
    let options = ["test", "--contract", "--role", "dispatch", &alone];
    let ran = tollgate(folder.path(), &options).await?;
    ensure!(ran.code == Some(2) && ran.stdout.contains("hint: say --binding NAME"), "{ran}");
    let ran = tollgate(folder.path(), &[&options[..], &["--binding", "dispatcher"]].concat()).await?;
    ensure!(ran.code == Some(0) && ran.stdout.contains("4 passed, 0 did not"), "{ran}");
    // One that dispatches to nobody.
    std::fs::write(folder.path().join("wrangler.toml"), configuration(&at("hello-2")?, ""))?;
    let ran = tollgate(folder.path(), &["test", "--contract"]).await?;
    ensure!(ran.code == Some(1) && ran.stdout.contains("failed  C01"), "{ran}");
    Ok(())
}
