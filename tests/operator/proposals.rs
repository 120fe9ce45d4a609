//! WebAssembly proposals, as a person meets them who deploys a worker. (The engine's own tests have a component for each.)

use anyhow::Result;
use tollgate_tests::{Host, Upload, importing};

/// Items of a component, and the text that names the proposal and says what to do. No text if the proposal is on.
const CASES: [(&str, Option<&str>); 6] = [
    ("(core module (func $f (return_call $f)))", None),
    ("(core module (func (result v128) (v128.const i32x4 0 0 0 0)))", None),
    (
        "(core module (tag $e) (func (throw $e)))",
        Some("exception handling (build the worker without exceptions: `-fno-exceptions` for C and C++"),
    ),
    (
        "(core module (memory 1 1) (func (drop (i32.atomic.load (i32.const 0)))))",
        Some("threads (a worker has one thread: build it without `-pthread`"),
    ),
    (
        "(core module (type (struct (field i32))))",
        Some("garbage collection (this host has no garbage collector: build"),
    ),
    (
        r#"(core func (canon waitable-set.new))"#,
        Some(
            "async functions, streams and futures (only a worker for WASI 0.3 may use it: build the worker for WASI 0.3",
        ),
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_uses_a_proposal_that_is_off_is_refused_by_its_name() -> Result<()> {
    let host = Host::start().await?;
    let folder = tempfile::tempdir()?;
    let config = "name = \"it\"\nmain = \"it.wasm\"\n";
    std::fs::write(folder.path().join("wrangler.toml"), config)?;
    for (items, refused) in CASES {
        let component = importing(items)?;
        std::fs::write(folder.path().join("it.wasm"), &component)?;
        let inspected = host.run(folder.path(), &["inspect", "it.wasm"]).await?;
        let deployed = host.run(folder.path(), &["deploy"]).await?;
        let (status, envelope) = host.upload("scripts/it", Upload::made(component)).await?;
        let Some(named) = refused else {
            assert_eq!((deployed.code, status), (Some(0), 200), "{items}: {deployed}");
            assert!(
                inspected.stdout.lines().any(|line| line.starts_with("user") && line.ends_with("yes")),
                "{inspected}"
            );
            continue;
        };
        let message = envelope["errors"][0]["message"].as_str().unwrap_or_default();
        assert_eq!((deployed.code, status), (Some(1), 400), "{items}: {deployed}");
        assert!(message.starts_with("the worker cannot run here: it uses what this host does not run: "), "{message}");
        for text in [message, &deployed.stderr, &inspected.stdout] {
            assert!(text.contains(named), "{items}: {text}");
        }
        assert!(inspected.stdout.lines().all(|line| !line.ends_with("yes")), "{inspected}");
    }
    Ok(())
}
