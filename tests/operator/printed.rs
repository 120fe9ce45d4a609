//! `tollgate wit` to its end: a dispatch worker that is built against what was printed gives values of these types.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
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

    let account = json!({ "id": u64::MAX, "plan": "paid", "home-town": "Bern", "rights": ["write"] });
    let holder = json!({ "id": 0, "plan": "free", "home-town": null, "rights": [] });
    let invoice = json!({
        "signed": [-1, -2, -3, -4], "unsigned": [1, 2, 3, 4], "paid": true, "rate": 0.5, "total": 1.5, "mark": "m",
        "holder": holder, "until": { "within": [-1, 1] },
    });
    let expected = json!({
        "customer-name": "user", "account": account, "ceiling": { "at-most": 7 }, "tags": ["a", "b"],
        "corner": [i64::MIN, 0.5, "x"], "region": null, "partner": null, "invoices": [invoice], "quotas": [1, null],
        "digest": [0, 255], "s8": i8::MIN, "s16": i16::MIN, "s32": i32::MIN, "s64": i64::MIN, "u8": u8::MAX,
        "u16": u16::MAX, "u32": u32::MAX, "u64": u64::MAX, "f32": 0.25, "f64": 0.1, "active": true, "mark": "é",
        "tier": "paid", "may": ["read", "hand-on"], "json": "[]",
    });
    for (function, said) in expected.as_object().into_iter().flatten() {
        let url = format!("http://outbound.test/{function}");
        let read = host.get("user.test", "/fetch", &[("x-target-url", &url)]).await?.text();
        assert_eq!(serde_json::from_str::<Value>(&read).ok().as_ref(), Some(said), "{function}: {read}");
    }
    Ok(())
}
