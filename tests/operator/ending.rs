//! A build ends with who asked for it: at Ctrl-C, on TERM, and with its terminal, unless it is to outlive that.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tollgate_tests::{Terminal, guest_path, program};

use crate::develop::ANY;

/// A project with a command to build it.
fn built_by(folder: &Path, command: &str) -> Result<()> {
    let text = format!("name = \"shop\"\nmain = \"worker.wasm\"\n[build]\ncommand = {command:?}\n");
    Ok(std::fs::write(folder.join("wrangler.toml"), text)?)
}

/// A project whose build goes on for a minute, in two processes that say that they began, and that they were ended.
fn long(folder: &Path) -> Result<()> {
    let part = "(trap 'touch ended-too; exit 1' TERM; touch begun; for i in $(seq 600); do sleep 0.1; done)";
    built_by(folder, &format!("trap 'touch ended; exit 1' TERM; {part} & wait"))
}

async fn there(folder: &Path, names: &[&str]) -> Result<()> {
    let all = async {
        while names.iter().any(|name| !folder.join(name).exists()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(50), all).await.with_context(|| format!("{names:?} are not there"))
}

/// A scenario of the same project, which `test` builds.
fn tried(folder: &Path) -> Result<()> {
    let scenario = "[[scenario]]\nname = \"a\"\nrequest = { url = \"http://a/\" }\nexpect = { status = 200 }\n";
    Ok(std::fs::write(folder.join("it.test.toml"), format!("workers = {{ user = \".\" }}\n{scenario}"))?)
}

/// A build that is under way ends with who asked for it, and everything that it started. To who is told to stop it so, it
/// is no error, and to nobody is it the project's.
#[tokio::test(flavor = "multi_thread")]
async fn a_build_ends_with_who_asked_for_it() -> Result<()> {
    let ways: [fn(&Terminal) -> Result<()>; 2] = [Terminal::terminate, Terminal::interrupt];
    let dev = [&["dev"][..], &ANY].concat();
    for end in ways {
        let stopped = [&dev[..], &["test", "--watch"]].map(|arguments| (arguments, 0));
        let interrupted = [&["test"][..], &["build"], &["deploy"]].map(|arguments| (arguments, 1));
        for (arguments, code) in stopped.into_iter().chain(interrupted) {
            let folder = tempfile::tempdir()?;
            long(folder.path())?;
            tried(folder.path())?;
            let mut terminal = Terminal::run(folder.path(), arguments)?;
            there(folder.path(), &["begun"]).await?;
            end(&terminal)?;
            let (ended, shown) = (terminal.ended().await?, terminal.shown());
            assert_eq!((ended, shown.contains("error: interrupted")), (code, code == 1), "{arguments:?}: {shown}");
            let blamed = ["ended with", "broken", "could not be run"].iter().any(|blame| shown.contains(blame));
            assert!(!blamed, "{arguments:?}: {shown}");
            there(folder.path(), &["ended", "ended-too"]).await?;
        }
    }
    Ok(())
}

/// Nobody sees what git or ssh would ask there, and who asks is stopped until somebody answers.
#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_turns_to_the_terminal_is_ended() -> Result<()> {
    for command in ["read answer < /dev/tty", "stty -echo < /dev/tty", "trap '' TERM; read answer < /dev/tty"] {
        let folder = tempfile::tempdir()?;
        built_by(folder.path(), command)?;
        let mut terminal = Terminal::run(folder.path(), &["build"])?;
        let code = terminal.ended().await?;
        let told = format!(
            "error: the build command {command:?} turned to the terminal, where nobody answers a build, and was ended\n\
             hint: let an agent or a token answer; with GIT_TERMINAL_PROMPT=0 git says what it asks for\n"
        );
        assert_eq!((code, terminal.shown()), (1, told), "{command}");
    }
    Ok(())
}

/// Runs a verb in a terminal that is somebody's, who lets it go when killed: as a window that is closed, with what is in it.
fn in_a_window(folder: &Path, verb: &[&str]) -> Result<std::process::Child> {
    let window = "import pty, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_DFL); pty.spawn(sys.argv[1:])";
    let mut command = std::process::Command::new("python3");
    command.args(["-c", window]).arg(program("tollgate")?).args(verb).current_dir(folder);
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_ends_with_its_terminal() -> Result<()> {
    let dev = [&["dev"][..], &ANY].concat();
    for verb in [&dev[..], &["build"]] {
        let folder = tempfile::tempdir()?;
        long(folder.path())?;
        let mut window = in_a_window(folder.path(), verb)?;
        there(folder.path(), &["begun"]).await?;
        window.kill()?;
        window.wait()?;
        there(folder.path(), &["ended", "ended-too"]).await.with_context(|| format!("{verb:?}"))?;
    }
    Ok(())
}

/// `nohup` means it.
#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_is_to_outlive_its_terminal_does() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::copy(guest_path("hello-2")?, folder.path().join("hello"))?;
    let wait = "for i in $(seq 600); do test ! -e go || break; sleep 0.1; done";
    built_by(folder.path(), &format!("touch begun; {wait}; cp hello worker.wasm"))?;
    let mut terminal = Terminal::script(folder.path(), "trap '' HUP; exec \"$0\" \"$@\"", &["build"])?;
    there(folder.path(), &["begun"]).await?;
    terminal.signal("HUP")?;
    std::fs::write(folder.path().join("go"), "")?;
    assert_eq!(terminal.ended().await?, 0, "{}", terminal.shown());
    Ok(())
}
