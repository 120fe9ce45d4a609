//! `tollgate compose` refuses what a deploy and `tollgate test` refuse.

use anyhow::{Result, ensure};
use tollgate_tests::tollgate;

use super::at;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_deploy_refuses_is_not_composed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (user, outbound) = (at("test-user-3")?, at("test-outbound-3")?);
    let named = "expected 1 to 128 letters, digits, `-` or `_`";
    let cases: [(&[&str], &str); 4] = [
        (
            &["--parameter", "API_KEY=1", "--outbound-variable", "API_KEY=x"],
            "parameter \"API_KEY\" has the name of a variable of the outbound worker",
        ),
        (
            &["--parameter", "api-key=1", "--outbound-variable", "api_key=x"],
            "parameter \"api-key\" has the name of a variable of the outbound worker",
        ),
        (&["--variable", "=x"], named),
        (&["--outbound-variable", "a b=x"], named),
    ];
    for (more, told) in cases {
        let options = ["compose", "--user", &user, "--outbound", &outbound, "-o", "alone.wasm"];
        let ran = tollgate(folder.path(), &[&options[..], more].concat()).await?;
        ensure!(ran.code == Some(1) && ran.stderr.contains(told), "{more:?}: {ran}");
        ensure!(!folder.path().join("alone.wasm").exists(), "{more:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_is_typed_as_for_a_contract() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (user, outbound) = (at("test-user-3")?, at("rust/outbound-3")?);
    let options = ["compose", "--user", &user, "--outbound", &outbound, "-o", "alone.wasm"];
    let parameters = ["--parameter=account={\"id\": 1, \"plan\": \"paid\"}", "--parameter=paramCustomerName=123"];
    let ran = tollgate(folder.path(), &[&options[..], &parameters].concat()).await?;
    ensure!(ran.code == Some(0), "{ran}");
    let ran = tollgate(folder.path(), &[&options[..], &parameters[..1]].concat()).await?;
    ensure!(ran.code == Some(1) && ran.stderr.contains("none was given; given: account"), "{ran}");
    Ok(())
}
