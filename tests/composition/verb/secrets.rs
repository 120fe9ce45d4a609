//! No secret is told: of a file, of a project's configuration, of the environment; nor is one of an origin kept.

use anyhow::{Result, ensure};
use tokio::process::Command;
use tollgate_test::{Listener, Origin, Reply};
use tollgate_tests::{program, root, tollgate};

use super::{at, project};

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_a_project_or_of_the_environment_is_told() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    // A line shows the beginning of a body, which here ends within a secret.
    let sent = "{\"access_token\": \"acc3ss\", \"sent\": \"k3y/of-the-project d33p-in-a-table\", \"more\": \"";
    let reply = Reply::text(&format!("{sent}{} k3y/of-the-project\"}}", "-".repeat(190 - sent.len())));
    let reply = reply.header("set-cookie", "session=s3ssion")?;
    let origin = Listener::start(|_| Origin::new().reply("*", reply)).await?;
    std::fs::create_dir(path("guard"))?;
    let vars = "[vars]\nAPI_KEY = \"k3y/of-the-project\"\nDEEP = { password = \"d33p-in-a-table\" }\n";
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
    let secrets = ["k3y", "d33p", "fr0m-outside", "hunt3r", "acc3ss", "s3ssion"];
    for options in [&["test"][..], &["test", "--record"], &["test", "--json", "--junit", "report.xml"], &["test"]] {
        let (code, text) = told(run(options, Some("fr0m-outside"))?.await?);
        let report = std::fs::read_to_string(path("report.xml")).unwrap_or_default();
        ensure!(code == Some(1) && text.contains("x-sent: [redacted]"), "{options:?}: {text}");
        ensure!(secrets.iter().all(|secret| !text.contains(secret)), "{options:?}: {text}");
        ensure!(secrets.iter().all(|secret| !report.contains(secret)), "{options:?}: {report}");
        // It was answered, at first by nobody.
        let answered = text.contains("set-cookie: [redacted]") && text.contains("?passwd=*&author=bob");
        ensure!(answered || !path("one.test.cassette.json").exists(), "{options:?}: {text}");
    }
    ensure!(path("report.xml").exists(), "no report");
    let (_, text) = told(run(&["test"], Some("fr0m-outside"))?.await?);
    ensure!(text.contains("expected 299, found 200"), "it is replayed: {text}");
    let cassette = std::fs::read_to_string(path("one.test.cassette.json"))?;
    ensure!(secrets.iter().all(|secret| !cassette.contains(secret)), "{cassette}");
    ensure!(cassette.contains("?passwd=*&author=bob&e=*"), "{cassette}");
    ensure!(
        cassette.contains("{\\\"access_token\\\": \\\"[redacted]\\\", \\\"sent\\\": \\\"[redacted] [redacted]\\\""),
        "{cassette}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_told_of_a_contract() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let vars = "[vars]\nFAULT = \"11\"\nAPI_KEY = \"k3y-of-the-project\"\nDEEP = { pin = \"p1n-482913\" }\n";
    let bound = "[[services]]\nbinding = \"PRICES\"\nservice = \"prices\"\n";
    let guard = project(folder.path(), &format!("{vars}{bound}"))?;
    // The guard says for whom it asks, in a header; all parameters are told as they are attached.
    let options = [
        "--parameter=customer_name=k3y-of-the-project p1n-482913 t1ped-by-hand",
        "--parameter=plan=pro",
        "--parameter=session=t1ped-by-hand",
        "--parameter=otp=31",
    ];
    for format in [&[][..], &["--json"], &["--tap"]] {
        let options = [&["test", "--contract", &guard, "--junit", "report.xml"], &options[..], format].concat();
        let ran = tollgate(folder.path(), &options).await?;
        let report = std::fs::read_to_string(folder.path().join("report.xml"))?;
        let away = ["its binding \"PRICES\" leads to what is not here: it fails", "its binding \\\"PRICES\\\" leads"];
        ensure!(ran.code == Some(1) && away.iter().any(|away| ran.stdout.contains(away)), "{ran}");
        ensure!(report.contains("PRICES"), "{report}");
        for text in [ran.stdout, report] {
            let plain = text.replace("\\\"", "\"").replace("&quot;", "\"");
            ensure!(plain.contains("x-customer: \"[redacted] [redacted] [redacted]\""), "{format:?}: {text}");
            ensure!(plain.contains("otp=\"[redacted]\" plan=\"pro\" session=\"[redacted]\""), "{format:?}: {text}");
            for secret in ["k3y", "482913", "t1ped", "otp=31"] {
                ensure!(!text.contains(secret), "{format:?}: {secret}: {text}");
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_signs_is_not_told_of_a_contract() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let guard = project(folder.path(), "[vars]\nFAULT = \"33\"\n")?;
    for format in [&[][..], &["--json"], &["--tap"]] {
        let options = ["test", "--contract", &guard, "--parameter=customer_name=alice", "--junit", "report.xml"];
        let ran = tollgate(folder.path(), &[&options[..], format].concat()).await?;
        ensure!(ran.code == Some(1), "{ran}");
        for text in [ran.stdout, std::fs::read_to_string(folder.path().join("report.xml"))?] {
            let plain = text.replace("\\\"", "\"").replace("&quot;", "\"").replace("&amp;", "&");
            let found = "origin[0].url: expected \"https://origin.test/a\", found \"https://origin.test/a&sig=*\"";
            ensure!(plain.contains(found) && !text.contains("s1gn3d"), "{format:?}: {text}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_beside_a_secret_is_told_without_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    for (text, told) in [
        ("[workers.outbound]\nsecrets = { K = \"s3cret-text\" } x\n", "line 2, column 33: "),
        (
            "workers.outbound = { worker = \"o\", secrets = { K = \"s3cret-text\" }, limit = 1 }\n",
            "line 1, column 69: unknown field `limit`, expected one of `worker`",
        ),
        (
            "[workers.outbound]\nworker = \"o\"\nsecrets = \"s3cret-text\"\n",
            "line 3, column 11: invalid type: string, expected a map",
        ),
    ] {
        std::fs::write(path("one.test.toml"), text)?;
        for format in [&[][..], &["--json"], &["--tap"]] {
            let ran = tollgate(folder.path(), &[&["test", "--junit", "report.xml"][..], format].concat()).await?;
            ensure!(ran.code == Some(2), "{ran}");
            for text in [ran.to_string(), std::fs::read_to_string(path("report.xml"))?] {
                ensure!(text.contains(told) && !text.contains("s3cret"), "{format:?}: {told}: {text}");
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_a_secret_under_its_name() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    let answer = Reply::text("{\"pin\": 771188, \"token\": 12345678, \"echo\": 482913, \"n\": [1, 4829]}");
    let origin = Listener::start(|_| Origin::new().reply("*", answer)).await?;
    let url = format!("http://localhost:{}/?n=1", origin.port());
    let text = format!(
        "[workers]\nuser = {:?}\n[workers.outbound]\nworker = {:?}\nvariables = {{ API_KEY = \"\", LOGIN = {{ token = 12345678 }} }}\n\
         [parameters]\ncustomer_name = \"alice\"\npin = 482913\notp = 31\n[props]\nsession = \"0f-pr0ps\"\n[[scenario]]\nname = \"x\"\n\
         request = {{ url = \"http://user.test/fetch?0f-pr0ps\", headers = {{ x-target-url = {url:?} }} }}\n\
         expect = {{ status = 299 }}\n",
        at("test-user")?,
        at("test-outbound")?
    );
    std::fs::write(path("one.test.toml"), text)?;
    for options in [&["test", "--record"][..], &["test"]] {
        let ran = tollgate(folder.path(), options).await?;
        ensure!(
            ran.code == Some(1) && ran.stdout.contains("otp=\"[redacted]\" pin=\"[redacted]\""),
            "{options:?}: {ran}"
        );
        for secret in ["=482913", "771188", "12345678", "=31", "pr0ps"] {
            ensure!(!ran.stdout.contains(secret), "{options:?}: {secret}: {ran}");
        }
    }
    let cassette = std::fs::read_to_string(path("one.test.cassette.json"))?;
    ensure!(
        cassette.contains("{\\\"pin\\\": 0, \\\"token\\\": 0, \\\"echo\\\": 482913, \\\"n\\\": [1, 4829]}"),
        "{cassette}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_only_called_like_a_secret_spoils_no_cassette() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    let answer = "{\"enabled\": true, \"at\": \"http://localhost/x\", \"said\": \"tested\"}";
    let origin = Listener::start(|_| Origin::new().reply("*", Reply::text(answer))).await?;
    let url = format!("http://localhost:{}/", origin.port());
    let text = |status: u16| {
        let variables = "{ PASS = \"test\", AUTH_ENABLED = \"true\", AUTH_URL = \"http://localhost\" }";
        anyhow::Ok(format!(
            "[workers.user]\nworker = {:?}\nvariables = {variables}\n[[scenario]]\nname = \"x\"\n\
             request = {{ url = \"http://user.test/fetch\", headers = {{ x-target-url = {url:?} }} }}\n\
             expect = {{ status = {status}, body = {{ json = {{ enabled = true, at = \"http://localhost/x\", said = \"tested\" }} }} }}\n",
            at("test-user")?
        ))
    };
    std::fs::write(path("one.test.toml"), text(200)?)?;
    for options in [&["test", "--record"][..], &["test"]] {
        let ran = tollgate(folder.path(), options).await?;
        ensure!(ran.code == Some(0), "{options:?}: {ran}");
    }
    std::fs::write(path("one.test.toml"), text(299)?)?;
    let ran = tollgate(folder.path(), &["test"]).await?;
    ensure!(ran.code == Some(1) && ran.stdout.contains("x-target-url: http://localhost:"), "{ran}");
    Ok(())
}
