//! Names on the command line: none becomes another path.

use anyhow::Result;
use tollgate_tests::{Host, guest};

#[tokio::test(flavor = "multi_thread")]
async fn a_name_with_a_path_in_it_is_refused_before_anything_is_sent() -> Result<()> {
    let (host, folder) = (Host::start().await?, tempfile::tempdir()?);
    host.namespace("prod").await?;
    std::fs::write(folder.path().join("user.wasm"), guest("test-user")?)?;
    std::fs::write(folder.path().join("wrangler.toml"), "name = \"user\"\nmain = \"user.wasm\"\n")?;
    std::fs::write(folder.path().join("path.toml"), "name = \"../x\"\nmain = \"user.wasm\"\n")?;
    let path = "../dispatch/namespaces/prod/scripts/x";
    for (verb, what) in [
        (&["deploy", "--name", path][..], "worker"),
        (&["deploy", "--dispatch-namespace", path], "namespace"),
        (&["worker", "delete", path], "worker"),
        (&["worker", "list", "--dispatch-namespace", path], "namespace"),
        (&["worker", "delete", "x", "--dispatch-namespace", path], "namespace"),
        (&["namespace", "create", path], "namespace"),
        (&["namespace", "delete", path], "namespace"),
    ] {
        let ran = host.run(folder.path(), verb).await?;
        assert_eq!(ran.code, Some(2), "{verb:?}: {ran}");
        assert!(ran.stderr.contains(&format!("invalid {what} name \"{path}\"")), "{verb:?}: {ran}");
    }
    let ran = host.run(folder.path(), &["deploy", "--config", "path.toml"]).await?;
    assert!(ran.code == Some(1) && ran.stderr.contains("invalid worker name \"../x\""), "{ran}");
    let ran = host.run(folder.path(), &["worker", "list", "--dispatch-namespace", "prod"]).await?;
    assert_eq!(ran.stdout, "", "something was deployed");
    Ok(())
}
