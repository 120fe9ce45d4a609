//! Components that were built against each released version of the WIT (`README.md`): they still deploy and run. And components
//! for a version that this host does not have are refused with both versions.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tollgate_tests::{Host, Upload, importing, root};

/// The versions of WASI, and the first label of the dispatch worker's hosts.
const WASI: [(&str, &str); 2] = [("0.2", "two"), ("0.3", "three")];

/// A folder for each released version.
fn releases() -> Result<Vec<PathBuf>> {
    let mut releases = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/compatibility"))? {
        let path = entry?.path();
        if path.is_dir() {
            releases.push(path);
        }
    }
    Ok(releases)
}

/// A stored component.
fn stored(release: &Path, name: &str) -> Result<Upload> {
    let path = release.join(format!("{name}.wat"));
    Ok(Upload::made(wat::parse_file(&path).with_context(|| path.display().to_string())?))
}

/// A host with the components of a release: a dispatch worker and a user worker for each version of WASI.
async fn host(release: &Path) -> Result<Host> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    for (wasi, label) in WASI {
        let dispatch = stored(release, &format!("dispatch-{wasi}"))?.dispatches("prod", None);
        host.deploy(label, dispatch.route(&format!("*.{label}.test/*"))).await?;
        let user = stored(release, &format!("user-{wasi}"))?.variable("greeting", "hello");
        host.deploy_in("prod", label, user).await?;
    }
    Ok(host)
}

#[tokio::test(flavor = "multi_thread")]
async fn components_of_every_release_deploy_and_run() -> Result<()> {
    let releases = releases()?;
    assert!(!releases.is_empty());
    for release in releases {
        let host = host(&release).await?;
        for (_, dispatch) in WASI {
            for (_, user) in WASI {
                let answer = host.get(&format!("{user}.{dispatch}.test"), "/", &[]).await?;
                let told = "greeting=text\ngreeting is text\nprops {\"plan\":\"paid\"}";
                assert_eq!(
                    (answer.status.as_u16(), answer.text().as_str()),
                    (200, told),
                    "{release:?} {dispatch} {user}"
                );
            }
            let answer = host.get(&format!("missing.{dispatch}.test"), "/", &[]).await?;
            let told = "worker-not-found: Worker not found.";
            assert_eq!((answer.status.as_u16(), answer.text().as_str()), (404, told), "{release:?} {dispatch}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_for_another_platform_is_refused_with_both_versions() -> Result<()> {
    let host = Host::start().await?;
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("wrangler.toml"), "name = \"w\"\nmain = \"w.wasm\"\n")?;
    for needs in ["1.3.0", "2.0.0", "0.2.0"] {
        let import = format!("(import \"tollgate:platform/bindings@{needs}\" (instance (export \"later\" (func))))");
        let component = importing(&import)?;
        std::fs::write(folder.path().join("w.wasm"), &component)?;
        let told = format!("the component needs tollgate:platform {needs}; this host has 1.0.0");
        let (status, envelope) = host.upload("scripts/w", Upload::made(component)).await?;
        assert_eq!((status, &envelope["errors"][0]["code"]), (400, &100_204.into()));
        let deployed = host.run(folder.path(), &["deploy"]).await?;
        let hint =
            "hint: component and host must be of the same release: upgrade the host, or build the component again";
        assert_eq!(deployed.stderr, format!("error: the worker cannot run here: {told}\n{hint}\n"));
        let inspected = host.run(folder.path(), &["inspect", "w.wasm"]).await?.stdout;
        assert_eq!(inspected.matches(&format!(" no: {told}\n")).count(), 3, "{inspected}");
    }
    Ok(())
}
