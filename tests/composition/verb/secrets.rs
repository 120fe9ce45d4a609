//! No secret is told: of a file, of a project's configuration, of the environment; nor is one of an origin kept.

use anyhow::{Result, ensure};
use tokio::process::Command;
use tollgate_test::{Listener, Origin, Reply};
use tollgate_tests::{program, root};

use super::at;

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_a_project_or_of_the_environment_is_told() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    // A line shows the beginning of a body, which here ends within a secret.
    let sent = "{\"access_token\": \"acc3ss\", \"sent\": \"k3y/of-the-project d33p\", \"more\": \"";
    let reply = Reply::text(&format!("{sent}{} k3y/of-the-project\"}}", "-".repeat(190 - sent.len())));
    let origin = Listener::start(|_| Origin::new().reply("*", reply)).await?;
    std::fs::create_dir(path("guard"))?;
    let vars = "[vars]\nAPI_KEY = \"k3y/of-the-project\"\nDEEP = { password = \"d33p\" }\n";
    std::fs::write(
        path("guard/wrangler.toml"),
        format!("name = \"guard\"\nmain = {:?}\n{vars}", at("test-outbound")?),
    )?;
    let url = format!("http://localhost:{}/?passwd=hunt3r&author=bob&e=k3y%2Fof%2dthe-project", origin.port());
    let text = format!(
        "[workers.user]\nworker = {:?}\nsecrets = {{ OWN = {{ env = \"TOLLGATE_TEST_OWN\" }} }}\n\
         [workers.outbound]\nworker = \"guard\"\n[parameters]\ncustomer_name = \"alice\"\n[[scenario]]\nname = \"x\"\n\
         request = {{ url = \"http://user.test/fetch\", headers = {{ x-target-url = {url:?}, x-sent = \"fr0m-outside\" }} }}\n\
         expect = {{ status = 299 }}\n",
        at("test-user")?
    );
    std::fs::write(path("one.test.toml"), text)?;
    let run = |options: &[&str], own: Option<&str>| {
        let mut command = Command::new(program("tollgate")?);
        command
            .current_dir(folder.path())
            .args(options)
            .env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"));
        command.envs(own.map(|own| ("TOLLGATE_TEST_OWN", own)));
        anyhow::Ok(command.output())
    };
    let told = |output: std::process::Output| {
        let [told, complaint] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        (output.status.code(), told + &complaint)
    };
    let (code, text) = told(run(&["test"], None)?.await?);
    let missing =
        "one.test.toml: workers.user.secrets.OWN: expected its text in the environment variable TOLLGATE_TEST_OWN";
    ensure!(code == Some(2) && text.contains(missing), "{text}");
    let secrets = ["k3y", "d33p", "fr0m-outside"];
    for options in [&["test"][..], &["test", "--record"], &["test"]] {
        let (code, text) = told(run(options, Some("fr0m-outside"))?.await?);
        ensure!(code == Some(1) && text.contains("x-sent: [redacted]"), "{options:?}: {text}");
        ensure!(secrets.iter().all(|secret| !text.contains(secret)), "{options:?}: {text}");
    }
    let (_, text) = told(run(&["test"], Some("fr0m-outside"))?.await?);
    ensure!(text.contains("expected 299, found 200"), "it is replayed: {text}");
    let cassette = std::fs::read_to_string(path("one.test.cassette.json"))?;
    ensure!(secrets.iter().chain(&["hunt3r", "acc3ss"]).all(|secret| !cassette.contains(secret)), "{cassette}");
    ensure!(cassette.contains("?passwd=*&author=bob&e=*"), "{cassette}");
    ensure!(
        cassette.contains("{\\\"access_token\\\": \\\"[redacted]\\\", \\\"sent\\\": \\\"[redacted] [redacted]\\\""),
        "{cassette}"
    );
    Ok(())
}
