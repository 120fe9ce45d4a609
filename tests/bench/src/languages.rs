//! What a language costs: to build a worker in it, to see a change of it, its size, its first request and every other one.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde::Serialize;
use tollgate_tests::{Host, Terminal, Upload, ask, guest_path, root};

use crate::load::{Load, Request};
use crate::measurement::median;
use crate::process::cpu_seconds;

/// A language: its name in the report, that of its folder, the suite's worker, the source of its example, and the version of
/// WASI.
const LANGUAGES: [(&str, &str, &str, &str, &str); 7] = [
    ("Rust", "rust", "test-user", "src/main.rs", "0.2"),
    ("Rust, 0.3", "rust", "test-user-3", "src/lib.rs", "0.3"),
    ("C", "c", "c/test-user", "src/worker.c", "0.2"),
    ("Go", "go", "go/test-user", "worker.go", "0.2"),
    ("JavaScript", "js", "js/test-user", "src/index.js", "0.2"),
    ("Python", "python", "python/test-user", "src/worker.py", "0.2"),
    ("Python, 0.3", "python", "python/test-user-3", "src/worker.py", "0.3"),
];

/// Connections kept open, and seconds of load.
const CONNECTIONS: u32 = 16;
const SECONDS: u64 = 3;

/// How long a change may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What one language was measured to cost.
#[derive(Serialize)]
pub(crate) struct Spoken {
    /// Its name, and the version of WASI where it has two.
    pub(crate) language: &'static str,
    /// Seconds of a build of the example, with the tools there and nothing else.
    pub(crate) build_s: f64,
    /// Seconds from a changed line to the changed answer, under `tollgate dev`.
    pub(crate) change_s: f64,
    /// The example's component.
    pub(crate) mib: f64,
    /// Milliseconds of a first request: the compiled code is on disk, and not in memory.
    pub(crate) cold_ms: f64,
    /// CPU time of the host for each request, each on an instance of its own.
    pub(crate) cpu_us: f64,
}

/// Measures every language; `turns` cold starts and changes of each, of which the median counts.
pub(crate) async fn run(load: &Load, turns: usize) -> anyhow::Result<Vec<Spoken>> {
    let mut host = Host::configured("[[dispatch]]\ndomain = \"test\"\nnamespace = \"spoken\"\n").await?;
    host.namespace("spoken").await?;
    for (place, (_, _, worker, ..)) in LANGUAGES.iter().enumerate() {
        host.deploy_in("spoken", &format!("user-{place}"), Upload::of(worker)).await?;
    }
    let mut cold = vec![Vec::new(); LANGUAGES.len()];
    for _ in 0..turns {
        host = host.restart().await?;
        // The first request of all opens the connection, and sets up what is set up once.
        host.get("nobody.test", "/hello", &[]).await?;
        for (place, times) in cold.iter_mut().enumerate() {
            times.push(first(&host, place).await?);
        }
    }
    let mut all = Vec::new();
    for ((place, (language, folder, _, main, wasi)), cold) in LANGUAGES.into_iter().enumerate().zip(cold) {
        let (build_s, change_s) = developed(folder, main, wasi, turns).await.with_context(|| language.to_owned())?;
        let built = guest_path(&format!("{folder}/user{}", if wasi == "0.3" { "-3" } else { "" }))?;
        let mib = std::fs::metadata(built)?.len() as f64 / f64::from(1 << 20);
        let cpu_us = cost(&host, load, place).await.with_context(|| language.to_owned())?;
        eprintln!("{language}");
        all.push(Spoken { language, build_s, change_s, mib, cold_ms: median(cold), cpu_us });
    }
    Ok(all)
}

async fn first(host: &Host, place: usize) -> anyhow::Result<f64> {
    let started = Instant::now();
    let answer = host.get(&format!("user-{place}.test"), "/hello", &[]).await?;
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    ensure!(answer.status == 200 && answer.text() == "hello", "{} {}", answer.status, answer.text());
    Ok(milliseconds)
}

async fn cost(host: &Host, load: &Load, place: usize) -> anyhow::Result<f64> {
    let host_name = Some(format!("user-{place}.test"));
    let request = Request { to: host.listen(), host: host_name, target: None, post_bytes: 0, connections: CONNECTIONS };
    let each = load.check(&request).await?;
    let pid = host.pid().context("the host has ended")?;
    let before = cpu_seconds(pid)?;
    let counted = load.rate(&request, SECONDS, each).await?;
    Ok((cpu_seconds(pid)? - before) * 1e6 / counted.requests)
}

/// Seconds of a build, and from a change to its answer: of a new project, as a person has it.
async fn developed(language: &str, main: &str, wasi: &str, turns: usize) -> anyhow::Result<(f64, f64)> {
    let folder = tempfile::tempdir_in(root().join("target"))?;
    shown(folder.path(), &["new", "--lang", language, "--wasi", wasi, "shop"]).await?;
    let project = folder.path().join("shop");
    // Once for what the language keeps between builds, such as its compiled dependencies.
    shown(&project, &["build"]).await?;
    let source = project.join(main);
    let text = std::fs::read_to_string(&source)?;
    ensure!(text.contains("user worker"), "{main} has no line to change: {text}");
    let mut builds = Vec::new();
    for turn in 0..turns {
        std::fs::write(&source, text.replace("user worker", &format!("user worker {turn}")))?;
        let started = Instant::now();
        shown(&project, &["build"]).await?;
        builds.push(started.elapsed().as_secs_f64());
    }
    let guard = guest_path("rust/outbound")?;
    std::fs::create_dir(folder.path().join("guard"))?;
    let config = format!("name = \"guard\"\nmain = {guard:?}\n[tollgate]\nrole = \"outbound\"\n");
    std::fs::write(folder.path().join("guard/wrangler.toml"), config)?;
    let parameter = "paramCustomerName={worker}";
    let listen = ["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"];
    let dev = Terminal::run(&project, &[&["dev", ".", "../guard", "--parameter", parameter][..], &listen].concat())?;
    let url = dev.wait_for("watching; Ctrl-C stops\n").await?;
    let (_, port) = url.split_once("http://shop.localhost:").context("no URL to try")?;
    let port = port.chars().take_while(char::is_ascii_digit).collect::<String>().parse()?;
    let mut changes = Vec::new();
    for turn in turns..2 * turns {
        let (words, started) = (format!("user worker {turn}"), Instant::now());
        std::fs::write(&source, text.replace("user worker", &words))?;
        let answered = async {
            while !ask(port, "shop.localhost", "/").await?.text().starts_with(&words) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, answered).await.with_context(|| dev.shown())??;
        changes.push(started.elapsed().as_secs_f64());
    }
    Ok((median(builds), median(changes)))
}

/// Runs a verb to its end.
async fn shown(folder: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let mut terminal = Terminal::run(folder, arguments)?;
    let code = terminal.ended().await?;
    ensure!(code == 0, "exit {code}: {}", terminal.shown());
    Ok(())
}
