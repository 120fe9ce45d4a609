//! What a project is bound to, in a scenario: whom a customer's worker calls, the file says; whom the operator's, nobody can.

use anyhow::{Result, ensure};
use tollgate_tests::tollgate;

use super::{at, project};

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operators_workers_are_bound_to_is_named_where_a_scenario_fails() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    project(folder.path(), "[[services]]\nbinding = \"PRICES\"\nservice = \"prices\"\n")?;
    std::fs::create_dir(path("pick"))?;
    let pick = format!(
        "name = \"pick\"\nmain = {:?}\n[[dispatch_namespaces]]\nbinding = \"dispatcher\"\nnamespace = \"prod\"\n\
         [[services]]\nbinding = \"LOGS\"\nservice = \"logs\"\n",
        at("test-dispatch")?
    );
    std::fs::write(path("pick/wrangler.toml"), pick)?;
    let scenario = |status: u16| {
        let dispatch = "{ worker = \"pick\", binding = \"dispatcher\", parameters = [\"customer_name\", \"plan\"] }";
        let parameters = r#"'{ "customer_name": "alice", "plan": "pro" }'"#;
        let text = format!(
            "[workers]\nuser = {:?}\noutbound = \"guard\"\ndispatch = {dispatch}\n[[origin]]\nurl = \"*\"\n\
             [[scenario]]\nname = \"x\"\nrequest.url = \"http://user.test/fetch\"\nrequest.headers = {{ \
             x-target-url = \"http://origin.test/\", x-worker = \"user\", x-parameters = {parameters} }}\n\
             expect = {{ status = {status} }}\n",
            at("test-user-3")?
        );
        anyhow::Ok(std::fs::write(path("one.test.toml"), text)?)
    };
    scenario(200)?;
    let ran = tollgate(folder.path(), &["test"]).await?;
    ensure!(ran.code == Some(0) && !ran.stdout.contains("leads to"), "{ran}");
    scenario(299)?;
    let away =
        |part: &str, name: &str| format!("the {part} worker's binding {name:?} leads to what is not here: it fails");
    let (prices, logs) = (away("outbound", "PRICES"), away("dispatch", "LOGS"));
    for options in [&["test"][..], &["test", "--record"]] {
        let ran = tollgate(folder.path(), options).await?;
        ensure!(ran.code == Some(1) && ran.stdout.contains("expected 299, found 200"), "{ran}");
        ensure!(ran.stdout.contains(&prices) && ran.stdout.contains(&logs), "{ran}");
        ensure!(ran.stdout.matches("leads to").count() == 2, "the customers' workers are here: {ran}");
    }
    // Another in the outbound worker's place has its own bindings.
    let ran = tollgate(folder.path(), &["test", "--outbound", &at("pass-3")?]).await?;
    ensure!(ran.code == Some(1) && ran.stdout.contains(&logs) && !ran.stdout.contains("PRICES"), "{ran}");
    Ok(())
}
