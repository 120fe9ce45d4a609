//! The command line, as a person reads it.

use std::path::Path;

use anyhow::Result;
use tollgate_tests::{Authority, Host, Terminal, guest, importing, made, root};

/// A host, and a folder with a component in it.
async fn desk() -> Result<(Host, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("user.wasm"), guest("test-user")?)?;
    Ok((Host::start().await?, folder))
}

/// Runs verbs one after another, and puts down what a person would see. `VERB <<<LINE` gives it a line to read, as in bash.
async fn session(host: &Host, folder: &Path, verbs: &[&str]) -> Result<String> {
    let mut seen = String::new();
    for verb in verbs {
        let (run, input) = match verb.split_once(" <<<") {
            Some((run, line)) => (run, format!("{line}\n")),
            None => (*verb, String::new()),
        };
        let ran = host.run_reading(folder, &run.split(' ').collect::<Vec<_>>(), &input).await?;
        seen.push_str(&format!("$ tollgate {verb}\n{ran}\n"));
    }
    Ok(seen.replace(&host.control_address().to_string(), "CONTROL"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_is_deployed_listed_and_deleted() -> Result<()> {
    let (host, folder) = desk().await?;
    std::fs::write(folder.path().join("wrangler.toml"), "name = \"user\"\nmain = \"user.wasm\"\n")?;
    let verbs = [
        "namespace create prod",
        "namespace create prod",
        "deploy --dispatch-namespace prod",
        "deploy --dispatch-namespace prod",
        "deploy --name own",
        "worker list",
        "worker list --dispatch-namespace prod",
        "namespace list",
        "namespace delete prod",
        "worker delete user --dispatch-namespace prod",
        "worker delete user --dispatch-namespace prod",
        "namespace delete prod",
        "deploy --dispatch-namespace prod",
    ];
    insta::assert_snapshot!(session(&host, folder.path(), &verbs).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_configuration_is_named() -> Result<()> {
    let (host, folder) = desk().await?;
    host.namespace("n").await?;
    let base = "name = \"w\"\nmain = \"user.wasm\"\n";
    let binding = |outbound: &str| {
        format!("{base}[[dispatch_namespaces]]\nbinding = \"d\"\nnamespace = \"n\"\noutbound = {outbound}\n")
    };
    let wrong = [
        ("no-main.toml", "name = \"w\"\n".to_owned()),
        ("no-file.toml", "name = \"w\"\nmain = \"gone.wasm\"\n".to_owned()),
        ("no-toml.toml", "name = \n".to_owned()),
        ("no-binding.toml", format!("{base}[[dispatch_namespaces]]\nnamespace = \"n\"\n")),
        ("outbound-text.toml", binding("\"o\"")),
        ("outbound-no-service.toml", binding("{ parameters = [\"a\"] }")),
        ("outbound-service-number.toml", binding("{ service = 7 }")),
        ("outbound-parameters-text.toml", binding("{ service = \"o\", parameters = \"a\" }")),
        ("outbound-parameter-number.toml", binding("{ service = \"o\", parameters = [\"a\", 1] }")),
        ("outbound-nobody.toml", binding("{ service = \"nobody\" }")),
    ];
    let mut verbs = Vec::new();
    for (name, text) in &wrong {
        std::fs::write(folder.path().join(name), text)?;
        verbs.push(format!("deploy --config {name}"));
    }
    verbs.push("deploy --config gone.toml".to_owned());
    let verbs: Vec<_> = verbs.iter().map(String::as_str).collect();
    insta::assert_snapshot!(session(&host, folder.path(), &verbs).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_worker_is_refused_with_its_reason() -> Result<()> {
    let (host, folder) = desk().await?;
    std::fs::write(folder.path().join("text.wasm"), "not a component")?;
    std::fs::write(folder.path().join("outbound.wasm"), guest("test-outbound")?)?;
    for name in ["text", "outbound"] {
        let file = folder.path().join(format!("{name}.toml"));
        std::fs::write(file, format!("name = \"w\"\nmain = \"{name}.wasm\"\n"))?;
    }
    let verbs = [
        "namespace create prod",
        "deploy --config text.toml",
        "deploy --config outbound.toml --dispatch-namespace prod",
        "deploy --config outbound.toml --dispatch-namespace ../x",
        "worker list --token wrong",
    ];
    insta::assert_snapshot!(session(&host, folder.path(), &verbs).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_written_listed_and_deleted() -> Result<()> {
    let (host, folder) = desk().await?;
    std::fs::write(folder.path().join("wrangler.toml"), "name = \"user\"\nmain = \"user.wasm\"\n")?;
    let verbs = [
        "deploy",
        "secret put TOKEN",
        "secret put TOKEN <<<",
        "secret list",
        "secret put TOKEN <<<s3cret",
        "secret list",
        // A deploy knows no secrets: they stay.
        "deploy",
        "secret list --name user",
        "secret delete TOKEN",
        "secret delete TOKEN",
        "secret list",
        "secret list --name nobody",
        "namespace create prod",
        "deploy --name shop --dispatch-namespace prod",
        "secret put TOKEN --name shop <<<s3cret",
        "secret put TOKEN --dispatch-namespace prod <<<s3cret",
    ];
    insta::assert_snapshot!(session(&host, folder.path(), &verbs).await?);
    Ok(())
}

/// What is typed at a terminal is a secret there too.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_typed_is_not_shown() -> Result<()> {
    let (host, folder) = desk().await?;
    std::fs::write(folder.path().join("wrangler.toml"), "name = \"user\"\nmain = \"user.wasm\"\n")?;
    host.run(folder.path(), &["deploy"]).await?;
    let control = host.control_address().to_string();
    let put = ["secret", "put", "TOKEN", "--control", &control, "--token", host.token()];
    let mut terminal = Terminal::run(folder.path(), &put)?;
    terminal.wait_for("which is not shown, then Enter:\n").await?;
    // Enter, and the Ctrl-D of who is used to end a text so.
    terminal.write("s3cret\r\u{4}")?;
    assert_eq!(terminal.ended().await?, 0, "{}", terminal.shown());
    assert_eq!(terminal.shown(), "the secret's text, which is not shown, then Enter:\nwrote secret TOKEN of user\n");
    Ok(())
}

/// Whatever was typed before Ctrl-C, and with it; and a line that is empty. The terminal shows again what is typed.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_written_without_a_text() -> Result<()> {
    let (host, folder) = desk().await?;
    std::fs::write(folder.path().join("wrangler.toml"), "name = \"user\"\nmain = \"user.wasm\"\n")?;
    host.run(folder.path(), &["deploy"]).await?;
    let control = host.control_address().to_string();
    let put = ["secret", "put", "TOKEN", "--control", &control, "--token", host.token()];
    // A shell that outlives Ctrl-C, as the one at a prompt does. (A terminal that nobody has any more is as a new one.)
    let script = "trap : INT; \"$0\" \"$@\"; echo \"exit $?\"; stty -a";
    let interrupted = "error: interrupted: no secret was written\n";
    let empty = "error: the secret's text is empty: no secret was written\n\
                 hint: give its text, or take the secret away: tollgate secret delete TOKEN\n";
    let more = "error: the secret's text: expected one line, found more\nhint: say tollgate secret put … <FILE\n";
    let long = format!("s3cr{}\r", "x".repeat(5_000));
    let too_long =
        "error: the secret's text: expected a line of fewer than 4095 bytes, found one that the terminal cuts\n";
    let typed = [
        ("\u{3}", interrupted),
        ("s3cr\u{3}", interrupted),
        ("s3cr\u{3}et\r", interrupted),
        ("\r", empty),
        ("-----BEGIN KEY-----\rs3cr\r-----END KEY-----\r", more),
        // What waits without a line's end is a line too.
        ("s3cr\rs3cr", more),
        (&long, too_long),
    ];
    for (typed, told) in typed {
        let mut terminal = Terminal::script(folder.path(), script, &put)?;
        terminal.wait_for("which is not shown, then Enter:\n").await?;
        terminal.write(typed)?;
        assert_eq!(terminal.ended().await?, 0);
        let shown = terminal.shown();
        assert!(shown.contains(told) && shown.contains("\nexit 1\n"), "{typed:?}: {shown}");
        assert!(!shown.contains("s3cr"), "{typed:?}: {shown}");
        let words: Vec<_> = shown.split_whitespace().collect();
        assert!(["echo", "icanon"].iter().all(|mode| words.contains(mode)), "{typed:?}: {shown}");
        assert_eq!(host.run(folder.path(), &["secret", "list"]).await?.stdout, "", "{typed:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_uploaded_listed_and_deleted() -> Result<()> {
    let (host, folder) = desk().await?;
    let authority = Authority::new()?;
    let (alice, bob) = (authority.client("alice")?, authority.client("bob")?);
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text);
    write("alice.pem", &alice.certificates)?;
    write("alice.key", &alice.private_key)?;
    write("bob.key", &bob.private_key)?;
    let verbs = [
        "mtls-certificate upload --cert alice.pem --key alice.key --name shop",
        "mtls-certificate upload --cert alice.pem --key bob.key",
        "mtls-certificate upload --cert alice.pem --key gone.key",
        "mtls-certificate list",
    ];
    let mut seen = session(&host, folder.path(), &verbs).await?;
    let id = seen.split_whitespace().skip_while(|word| *word != "certificate").nth(1);
    let id = id.unwrap_or_default().trim_end_matches(',').to_owned();
    let config = |id: &str| {
        let certificates = format!("mtls_certificates = [{{ binding = \"CERT\", certificate_id = \"{id}\" }}]");
        write("wrangler.toml", &format!("name = \"user\"\nmain = \"user.wasm\"\n{certificates}\n"))
    };
    config("2458ce5a-0c35-4c7f-82c7-8e9487d3ff60")?;
    seen.push_str(&session(&host, folder.path(), &["deploy"]).await?);
    config(&id)?;
    let delete = format!("mtls-certificate delete {id}");
    let verbs = ["deploy", &delete, "worker delete user", &delete, &delete, "mtls-certificate list"];
    seen.push_str(&session(&host, folder.path(), &verbs).await?);
    insta::assert_snapshot!(seen.replace(&id, "ID"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_is_begun_from_an_example() -> Result<()> {
    let (host, folder) = desk().await?;
    let verbs = [
        "new shop",
        "new shop",
        "new --role outbound --lang js guard",
        "new --lang python --wasi 0.3 snake",
        "new --lang rust --wasi 0.3 --role dispatch crab",
        "new --lang js --wasi 0.3 late",
        "new --lang cobol old",
        "new --wasi 0.4 early",
        "new ../x",
    ];
    insta::assert_snapshot!(session(&host, folder.path(), &verbs).await?);
    assert!(folder.path().join("guard/wit/outbound.wit").exists());
    let config = |name: &str| std::fs::read_to_string(folder.path().join(name).join("wrangler.toml"));
    assert!(config("guard")?.starts_with("name = \"guard\"\n"), "{}", config("guard")?);
    assert!(config("snake")?.contains("\n[tollgate]\nwasi = \"0.3\"\n"), "{}", config("snake")?);
    assert!(config("crab")?.starts_with("name = \"crab\"\n") && config("crab")?.contains("wasi = \"0.3\""));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bindings_parameters_are_printed_as_wit() -> Result<()> {
    let (host, folder) = desk().await?;
    let config = |file: &str, text: &str| std::fs::write(folder.path().join(file), text);
    let outbound = root().join("target/guests/wasm32-wasip2/release/test_typed.wasm");
    config("outbound.toml", &format!("name = \"outbound\"\nmain = {outbound:?}\n"))?;
    let names = r#"["customer_name", "account", "ceiling", "tags", "corner", "region", "invoices", "quotas", "digest",
        "s8", "s16", "s32", "s64", "u8", "u16", "u32", "u64", "f32", "f64", "active", "mark", "tier", "may", "json", "free"]"#;
    let dispatch = |parameters: &str| {
        format!(
            "name = \"dispatch\"\nmain = \"user.wasm\"\n[[dispatch_namespaces]]\nbinding = \"d\"\n\
             outbound = {{ service = \"outbound\", parameters = {parameters} }}\n"
        )
    };
    config("wrangler.toml", &dispatch(names))?;
    config("wrong.toml", &dispatch(&names.replace("\"tags\", ", "")))?;
    config("user.toml", "name = \"user\"\nmain = \"user.wasm\"\n")?;
    let verbs = [
        "deploy --config outbound.toml",
        "wit",
        "wit --config wrong.toml",
        "wit --config user.toml",
        "wit --binding x",
    ];
    insta::assert_snapshot!(session(&host, folder.path(), &verbs).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_says_what_it_is() -> Result<()> {
    let (host, folder) = desk().await?;
    for name in ["hello-2", "test-typed", "rust/outbound-3", "test-dispatch-3"] {
        std::fs::write(folder.path().join(format!("{}.wasm", name.replace('/', "-"))), guest(name)?)?;
    }
    std::fs::write(folder.path().join("core.wasm"), b"\0asm\x01\0\0\0")?;
    std::fs::write(folder.path().join("text.wasm"), "text")?;
    let verbs = ["hello-2", "test-typed", "rust-outbound-3", "test-dispatch-3", "core", "text", "gone"];
    let verbs: Vec<_> = verbs.iter().map(|name| format!("inspect {name}.wasm")).collect();
    let seen = session(&host, folder.path(), &verbs.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    insta::assert_snapshot!(without_toolchain_details(&seen));
    Ok(())
}

/// Without what the guests' toolchain decides: sizes, patch versions of WASI, and which of its interfaces are imported.
fn without_toolchain_details(text: &str) -> String {
    let ours = |line: &&str| !line.starts_with("  import wasi:");
    let digits = |text: &str| text.len() - text.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
    let mut plain = String::new();
    for line in text.split_inclusive('\n').filter(ours) {
        let mut line = line.to_owned();
        if let Some(end) = line.find(" bytes") {
            let start = line[..end].trim_end_matches(|digit: char| digit.is_ascii_digit()).len();
            line.replace_range(start..end, "SIZE");
        }
        for version in ["@0.2.", "@0.3."] {
            let starts: Vec<_> = line.match_indices(version).map(|(at, _)| at + version.len()).collect();
            for start in starts.into_iter().rev() {
                let patch = digits(&line[start..]);
                line.replace_range(start..start + patch, "X");
            }
        }
        plain.push_str(&line);
    }
    plain
}

/// What `inspect` says of a component without a host is what a host says when it is deployed.
#[tokio::test(flavor = "multi_thread")]
async fn inspect_and_deploy_agree() -> Result<()> {
    let (host, folder) = desk().await?;
    host.namespace("prod").await?;
    let names = ["hello-2", "hello-3", "test-typed", "test-outbound-3", "test-dispatch", "middleware-3", "rust/user-3"];
    for name in names {
        std::fs::write(folder.path().join("it.wasm"), guest(name)?)?;
        let said = host.run(folder.path(), &["inspect", "it.wasm"]).await?.stdout;
        let says = |role: &str| said.lines().any(|line| line.starts_with(role) && line.ends_with("yes"));
        let upload = || tollgate_tests::Upload::of(name);
        let (customers, _) = host.upload("dispatch/namespaces/prod/scripts/it", upload()).await?;
        let (operators, _) = host.upload("scripts/it", upload()).await?;
        assert_eq!((says("user"), says("outbound")), (customers == 200, operators == 200), "{name}: {said}");
    }
    let items = [
        r#"(export "quota" (func (result u32)))"#,
        r#"(type $e (enum "tier-1" "tier-2")) (export "t" (type $t (eq $e))) (export "tier" (func (result $t)))"#,
        r#"(export "PLAN" (func (result u32)))"#,
        r#"(type $l (list u8)) (type $o (option $l)) (export "quota" (func (result $o)))"#,
        r#"(type $r (result u32)) (type $l (list $r)) (export "quota" (func (result $l)))"#,
        r#"(export "quota" (func (param "x" u32) (result u32)))"#,
        r#"(export "quota" (func))"#,
        &format!(r#"(export "{}" (func (result u32)))"#, "a".repeat(129)),
        &(0..65).map(|place| format!(r#"(export "p{place}" (func (result u32)))"#)).collect::<String>(),
        &format!(r#"(type $t (tuple {})) (export "wide" (func (result $t)))"#, "u8 ".repeat(1500)),
    ];
    let two = r#"(import "my:own/parameters" (instance (export "q" (func (result u8)))))
        (import "other:own/parameters" (instance (export "q" (func (result u8)))))"#;
    let made: Vec<_> = items.into_iter().map(made).chain([importing(two)]).collect::<Result<_>>()?;
    for component in made {
        std::fs::write(folder.path().join("it.wasm"), &component)?;
        let said = host.run(folder.path(), &["inspect", "it.wasm"]).await?.stdout;
        let (_, envelope) = host.upload("scripts/it", tollgate_tests::Upload::made(component)).await?;
        let message = envelope["errors"][0]["message"].as_str().unwrap_or_default();
        let reason = message.split_once("dispatch-worker\": ").map(|(_, reason)| reason);
        let yes = said.lines().any(|line| line.starts_with("outbound") && line.ends_with("yes"));
        assert_eq!(yes, envelope["success"] == true, "{envelope}: {said}");
        assert!(reason.map_or(yes, |reason| said.contains(reason)), "{envelope}: {said}");
    }
    Ok(())
}
