//! Runs docs/testing.md as a reader does: writes the files that it shows, runs the commands, and compares what they print.
//!
//! A block of code after a line that ends in a file's name in backquotes and a colon is that file. In a block of console, what
//! follows a line with `$ ` is what the command prints; a line `…` is any number of lines. A block without `$ ` is not run.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;
use tollgate_tests::{language, program, root};

#[tokio::test(flavor = "multi_thread")]
async fn the_tutorial_is_true() -> Result<()> {
    if !language("rust")? {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let text = std::fs::read_to_string(root().join("docs/testing.md"))?;
    let mut ran = 0;
    for Block { kind, before, lines } in blocks(&text) {
        if kind == "console" {
            for (command, expected) in commands(&lines) {
                ran += 1;
                let printed = run(folder.path(), command).await?;
                ensure!(same(&expected, &printed), "$ {command}\nexpected\n{}\nfound\n{printed}", expected.join("\n"));
            }
        } else if let Some(file) = file(before) {
            std::fs::write(folder.path().join(file), lines.join("\n") + "\n")?;
        }
    }
    ensure!(ran == 8, "{ran} commands were run");
    Ok(())
}

struct Block<'a> {
    kind: &'a str,
    /// The last line of text before it.
    before: &'a str,
    lines: Vec<&'a str>,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let (mut all, mut open, mut before) = (Vec::new(), None::<Block<'_>>, "");
    for line in text.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => all.push(block),
            (Some(kind), None) => open = Some(Block { kind, before, lines: Vec::new() }),
            (None, Some(mut block)) => {
                block.lines.push(line);
                open = Some(block);
            }
            (None, None) if !line.is_empty() => before = line,
            (None, None) => {}
        }
    }
    all
}

fn file(before: &str) -> Option<&str> {
    before.strip_suffix("`:")?.rsplit_once('`').map(|(_, file)| file)
}

/// Commands, each with what it prints.
fn commands<'a>(lines: &[&'a str]) -> Vec<(&'a str, Vec<&'a str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in lines {
        match (line.strip_prefix("$ "), all.last_mut()) {
            (Some(command), _) => all.push((command, Vec::new())),
            (None, Some((_, printed))) => printed.push(line),
            (None, None) => {}
        }
    }
    all
}

/// Runs a command by the shell; gives what it printed, and the lines in which it complains of an error.
async fn run(folder: &Path, command: &str) -> Result<String> {
    let binary = program("tollgate")?;
    let path = std::env::var("PATH").unwrap_or_default();
    let beside = binary.parent().context("no folder")?.display().to_string();
    let mut shell = Command::new("sh");
    shell.current_dir(folder).arg("-c").arg(command).env("PATH", format!("{beside}:{path}"));
    shell.env("TOLLGATE_CACHE", root().join("target/kits")).env_remove("TOLLGATE_KITS");
    shell.env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"));
    // What a person's second build would find; and in CI a compiler of its own for Rust's guests.
    shell.env("CARGO_TARGET_DIR", root().join("target/guests/work/rust/target"));
    let rustc = Command::new(root().join("guests/toolchain.sh")).output().await?;
    shell.env("RUSTC", String::from_utf8(rustc.stdout)?.trim());
    let output = shell.output().await?;
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    let complaints: Vec<_> = err.lines().filter(|line| line.starts_with("error: ")).collect();
    Ok(out + &complaints.join("\n"))
}

fn same(expected: &[&str], printed: &str) -> bool {
    let printed: Vec<_> = printed.lines().collect();
    match expected.iter().position(|line| *line == "…") {
        None => expected == printed,
        Some(at) => {
            let (before, after) = (&expected[..at], &expected[at + 1..]);
            printed.starts_with(before) && printed.ends_with(after)
        }
    }
}
