//! Scripts that take the compiler gigabytes or minutes: each is refused or stopped by a limit that the answer names, in a process that
//! is not the host.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use tollgate_tests::{PATIENCE, Upload};

use crate::arena::Arena;
use crate::bomb::{EMPTY, carrying, contents, functions, loops, types, unknown};

/// What an upload may leave in the host for a while: the script, as it arrives and as it is sent on.
const HELD: u64 = 48 << 20;

/// Files that a process which compiles may have open: its pipes, and some for the file of functions that tests share.
const FILES: &str = "19";

/// A script that is compiled for minutes on any machine.
fn endless() -> Result<Upload> {
    carrying(&functions(200, &loops(220)))
}

impl Arena {
    async fn compiling(limits: &str) -> Result<Self> {
        Self::configured("hostile-random", &format!("[compile]\nnice = 0\n{limits}\n")).await
    }

    /// Deploys a script of the attacker's. Gives the status and the error.
    async fn bomb(&self, script: Upload) -> Result<(u16, String)> {
        let (status, envelope) = self.host.upload("dispatch/namespaces/evil/scripts/bomb", script).await?;
        let error = envelope.pointer("/errors/0/message").and_then(Value::as_str).unwrap_or_default();
        Ok((status, error.to_owned()))
    }

    /// Deploys a script that must be refused with this text, and take the host no memory beside the script's own.
    async fn refuses(&self, script: Upload, held: u64, expected: &str) -> Result<()> {
        let before = self.peak_memory()?;
        let (status, error) = self.bomb(script).await?;
        assert_eq!(status, 400, "{error}");
        assert!(error.contains(expected), "{error}\nnot: {expected}");
        let peak = self.peak_memory()?;
        assert!(peak < before + held, "{expected}: {peak} bytes, {before} before");
        let log = self.host.log()?;
        assert!(log.contains("namespace=\"evil\" worker=\"bomb\""), "{log}");
        self.neighbour().await
    }

    /// The processes that compile for the host.
    fn compilers(&self) -> Result<Vec<String>> {
        let host = self.host.pid().context("the host has died")?;
        let tasks = std::fs::read_dir(format!("/proc/{host}/task"))?;
        let children = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
        Ok(children.flat_map(|pids| pids.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect())
    }

    /// Waits until so many processes compile, and have given up their rights.
    async fn wait_for_compilers(&self, count: usize) -> Result<Vec<String>> {
        let confined = |pid: &String| limit(pid, "Max open files").is_ok_and(|most| most == FILES);
        let found = async {
            loop {
                let compilers = self.compilers()?;
                if compilers.len() == count && compilers.iter().all(confined) {
                    return anyhow::Ok(compilers);
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, found).await?
    }

    /// Does something while a script of the attacker's is compiled. Gives what became of the script.
    async fn while_compiling(&self, work: impl AsyncFnOnce(&str) -> Result<()>) -> Result<(u16, String)> {
        let work = async {
            let compilers = self.wait_for_compilers(1).await?;
            work(&compilers[0]).await?;
            ensure!(self.compilers()? == compilers, "the script was compiled too soon");
            let ended = tokio::process::Command::new("kill").args(["-KILL", &compilers[0]]).status().await?;
            ensure!(ended.success(), "kill: {ended}");
            Ok(())
        };
        let (bombed, worked) = tokio::join!(self.bomb(endless()?), work);
        worked?;
        bombed
    }
}

/// A limit of a process, as the kernel has it.
fn limit(pid: &str, name: &str) -> Result<String> {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits"))?;
    let line = limits.lines().find_map(|line| line.strip_prefix(name)).context("no such limit")?;
    Ok(line.split_whitespace().next().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_that_are_too_complex_are_refused_before_they_are_compiled() -> Result<()> {
    let arena = Arena::compiling("").await?;
    let bombs = [
        (functions(1, &loops(1_600)), "copies of locals in loops"),
        (functions(1, &loops(3_200)), "blocks inside each other"),
        (functions(100_000, EMPTY), "it has 50001 functions, and the limit is 50000"),
        (types(1_000_000), "types, and the limit is 100000"),
    ];
    for (module, expected) in bombs {
        arena.refuses(carrying(&module)?, HELD, expected).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_takes_too_much_memory_to_compile_is_refused() -> Result<()> {
    let arena = Arena::compiling("memory_mib = 128").await?;
    let expected = "compiling it took more than 128 MiB of memory (compile.memory_mib)";
    // The script is in the host as it arrives, and once more as a module of the upload.
    arena.refuses(carrying(&contents(50))?, 4 * (50 << 20), expected).await?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_takes_too_much_cpu_time_to_compile_is_refused() -> Result<()> {
    let arena = Arena::compiling("cpu_seconds = 1").await?;
    let expected = "compiling it took more than 1 s of CPU time (compile.cpu_seconds)";
    arena.refuses(endless()?, HELD, expected).await?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_takes_too_long_to_compile_is_refused() -> Result<()> {
    let arena = Arena::compiling("seconds = 2").await?;
    arena.refuses(endless()?, HELD, "compiling it took more than 2 s (compile.seconds)").await?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_with_too_much_compiled_code_is_refused() -> Result<()> {
    let arena = Arena::compiling("code_mib = 1").await?;
    let expected = "compiling it took more than 1 MiB of compiled code (compile.code_mib)";
    arena.refuses(carrying(&contents(2))?, HELD, expected).await?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_compiles_gives_way_to_requests() -> Result<()> {
    let arena = Arena::configured("hostile-random", "[compile]\nnice = 7\n").await?;
    let compiles = async |compiler: &str| {
        let stat = std::fs::read_to_string(format!("/proc/{compiler}/stat"))?;
        let (_, behind_name) = stat.rsplit_once(')').context("no name")?;
        let own = std::fs::read_to_string("/proc/self/stat")?;
        let nice = |fields: &str| fields.split_whitespace().nth(16).and_then(|nice| nice.parse::<i32>().ok());
        let (_, own) = own.rsplit_once(')').context("no name")?;
        assert_eq!(nice(behind_name), nice(own).map(|own| (own + 7).min(19)));
        arena.neighbour().await
    };
    arena.while_compiling(compiles).await?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn another_customer_deploys_while_a_bomb_is_compiled() -> Result<()> {
    let arena = Arena::compiling("queue = 0\nprocesses = 2").await?;
    let (status, error) = arena
        .while_compiling(async |compiler| {
            assert_eq!(limit(compiler, "Max data size")?, (2_048_u64 << 20).to_string());
            assert_eq!(limit(compiler, "Max core file size")?, "0");
            let open = std::fs::read_dir(format!("/proc/{compiler}/fd"))?.count();
            assert_eq!(open, 4, "its pipes, and the folder of the functions that tests share");
            let (status, busy) = arena.bomb(unknown()?).await?;
            assert_eq!((status, busy.contains("compile.queue")), (429, true), "{busy}");
            arena.host.deploy_in("good", "second", unknown()?).await?;
            let second = arena.host.get("second.good.test", "/", &[]).await?;
            assert_eq!(second.status, 200, "{}", second.text());
            arena.neighbour().await
        })
        .await?;
    assert_eq!(status, 500, "{error}");
    assert!(error.contains("the system ended it"), "{error}");
    let (status, error) = arena.bomb(unknown()?).await?;
    assert_eq!(status, 200, "the namespace can deploy again: {error}");
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_ends_leaves_no_compiler_behind() -> Result<()> {
    // The upload is a request in flight.
    let arena = Arena::compiling("[control]\ndrain_seconds = 0").await?;
    let ends = async {
        let compilers = arena.wait_for_compilers(1).await?;
        arena.host.terminate().await?;
        let gone = async {
            while std::path::Path::new(&format!("/proc/{}", compilers[0])).exists() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        anyhow::Ok(tokio::time::timeout(PATIENCE, gone).await?)
    };
    let (_, ended) = tokio::join!(arena.bomb(endless()?), ends);
    ended
}
