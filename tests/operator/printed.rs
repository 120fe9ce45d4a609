//! `tollgate wit` to its end: a dispatch worker that is built against what was printed gives values of these types.

use anyhow::{Result, ensure};
use tollgate_tests::{Host, Upload, language, root};

use crate::develop::shown;

#[tokio::test(flavor = "multi_thread")]
async fn a_dispatch_worker_gives_what_was_printed() -> Result<()> {
    if !language("rust")? {
        return Ok(());
    }
    let host = Host::start().await?;
    host.namespace("prod").await?;
    host.deploy("outbound", Upload::of("test-typed")).await?;
    host.deploy_in("prod", "user", Upload::of("test-user")).await?;
    // The project, and what is printed for it.
    let (source, folder) = (root().join("tests/operator/printed"), tempfile::tempdir()?);
    for part in ["src", "wit"] {
        std::fs::create_dir(folder.path().join(part))?;
    }
    for file in ["wrangler.toml", "Cargo.toml", "Cargo.lock", "src/main.rs"] {
        std::fs::copy(source.join(file), folder.path().join(file))?;
    }
    let printed = host.run(folder.path(), &["wit"]).await?;
    ensure!(printed.code == Some(0), "{printed}");
    std::fs::write(folder.path().join("wit/parameters.wit"), printed.stdout)?;
    let control = host.control_address().to_string();
    shown(folder.path(), &["deploy", "--control", &control, "--token", host.token()]).await?;

    let account = "Subscription { id: 18446744073709551615, plan: Plan::Paid, home-town: Some(\"Bern\"), \
                   rights: Rights { bits: 2 } }";
    let expected = [
        ("customer-name", "user"),
        ("account", account),
        ("ceiling", "Bound::AtMost(7)"),
        ("tags", "[\"a\", \"b\"]"),
        ("corner", "(-9223372036854775808, 0.5, 'x')"),
        ("region", "None"),
    ];
    for (function, said) in expected {
        let url = format!("http://outbound.test/{function}");
        let read = host.get("user.test", "/fetch", &[("x-target-url", &url)]).await?.text();
        assert_eq!(read, said, "{function}");
    }
    Ok(())
}
