//! What `dev` does with what is in its data folder from an earlier time.

use anyhow::{Result, ensure};
use tollgate_tests::Terminal;

use crate::develop::{answers, port, prebuilt, shown, watching};

/// The data folder stays for the next time; what is in it of projects that are named no more must not.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_time_left_takes_no_requests() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let binding = "routes = [\"*.localhost/*\"]\n[[dispatch_namespaces]]\nbinding = \"dispatcher\"\n\
                   namespace = \"prod\"\noutbound = { service = \"guard\", parameters = [\"a\"] }\n";
    prebuilt(folder, "pick", "rust/dispatch", binding)?;
    prebuilt(folder, "guard", "hello-2", "[tollgate]\nrole = \"outbound\"\n")?;
    prebuilt(folder, "shop", "rust/user", "")?;
    let (mut terminal, shown) = watching(folder, &["shop", "guard", "pick"]).await?;
    ensure!(!shown.contains("failed"), "{shown}");
    terminal.interrupt()?;
    assert_eq!(terminal.ended().await?, 0);

    // Another shop, without a dispatch worker; and an outbound worker that does not fit the one that is gone.
    prebuilt(folder, "shop", "hello-2", "")?;
    prebuilt(folder, "guard", "hello-2", "vars = { a = \"mine\" }\n[tollgate]\nrole = \"outbound\"\n")?;
    let (mut terminal, shown) = watching(folder, &["shop", "guard"]).await?;
    ensure!(shown.contains("deleted   pick: no project names it\n"), "{shown}");
    // A customer's worker takes no requests by itself, and it may have secrets.
    ensure!(!shown.contains("deleted   shop"), "{shown}");
    ensure!(shown.contains("deployed  guard, version 2") && !shown.contains("failed"), "{shown}");
    answers(port(&shown)?, "hello").await?;
    terminal.interrupt()?;
    assert_eq!(terminal.ended().await?, 0);

    // The same projects again: they go on from where they were, with the secrets that they have.
    let (_terminal, shown) = watching(folder, &["shop", "guard"]).await?;
    ensure!(shown.contains("deployed  shop, version 2") && !shown.contains("deleted"), "{shown}");
    Ok(())
}

/// An outbound worker takes no requests by itself: its secrets stay for the next time that it is named.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_stay_while_their_worker_is_not_named() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    prebuilt(folder, "shop", "hello-2", "")?;
    prebuilt(folder, "guard", "hello-2", "[tollgate]\nrole = \"outbound\"\n")?;
    prebuilt(folder, "pick", "rust/dispatch", "routes = [\"*.localhost/*\"]\n[tollgate]\nrole = \"dispatch\"\n")?;
    // Nobody else here listens at this address, so that the port stays free between one host and the next.
    let free = std::net::TcpListener::bind("127.0.0.2:0")?.local_addr()?.to_string();
    let dev = async |projects: &[&str]| {
        let address = ["--listen", "127.0.0.1:0", "--control", &free];
        let terminal = Terminal::run(folder, &[&["dev", "--data", "data"][..], projects, &address].concat())?;
        let shown = terminal.wait_for("watching; Ctrl-C stops\n").await?;
        anyhow::Ok((terminal, shown))
    };
    let of = ["--data", "data", "--control", &free];
    let (mut terminal, _) = dev(&["shop", "guard", "pick"]).await?;
    for name in ["guard", "pick"] {
        let mut put = Terminal::run(folder, &[&["secret", "put", "API_KEY", "--name", name][..], &of].concat())?;
        put.wait_for("then Enter:\n").await?;
        put.write("s3cret\r")?;
        assert_eq!(put.ended().await?, 0, "{}", put.shown());
    }
    // They are nobody else's: not git's either.
    assert_eq!(std::fs::read_to_string(folder.join("data/.gitignore"))?, "*\n");
    terminal.interrupt()?;
    assert_eq!(terminal.ended().await?, 0);

    let (mut terminal, seen) = dev(&["shop"]).await?;
    ensure!(seen.contains("kept      guard, which no project names: it has secrets, and no routes\n"), "{seen}");
    ensure!(seen.contains("deleted   pick, with its secrets (1): no project names it\n"), "{seen}");
    terminal.interrupt()?;
    assert_eq!(terminal.ended().await?, 0);

    let (_terminal, _) = dev(&["shop", "guard"]).await?;
    let listed = shown(folder, &[&["secret", "list", "--name", "guard"][..], &of].concat()).await?;
    assert_eq!(listed, "API_KEY\tsecret_text\n");
    Ok(())
}

/// Another's data folder is not tidied.
#[tokio::test(flavor = "multi_thread")]
async fn the_workers_of_a_folder_that_dev_did_not_make_stay() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    prebuilt(folder, "shop", "hello-2", "")?;
    prebuilt(folder, "stock", "hello-2", "[tollgate]\nrole = \"outbound\"\n")?;
    let (mut terminal, _) = watching(folder, &["stock"]).await?;
    terminal.interrupt()?;
    assert_eq!(terminal.ended().await?, 0);
    std::fs::remove_file(folder.join("data/made-by-dev"))?;
    let (_terminal, shown) = watching(folder, &["shop"]).await?;
    ensure!(shown.contains("kept      stock: no project names it"), "{shown}");
    Ok(())
}
