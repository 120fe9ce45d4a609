//! A terminal: the binary as a person runs it, in a pseudo-terminal, with what it shows.

use std::io::{Read as _, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context as _;
use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

use crate::PATIENCE;
use crate::guest::{root, rustc};
use crate::verb::binary;

/// How wide it is: wide enough that no line of ours is broken.
const SIZE: PtySize = PtySize { rows: 50, cols: 400, pixel_width: 0, pixel_height: 0 };

/// A running verb; killed when dropped.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    /// Kept for as long as the terminal: it types a line's end, and Ctrl-D, when it is dropped.
    keyboard: Mutex<Box<dyn Write + Send>>,
    shown: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Terminal {
    /// Runs a verb in a folder.
    pub fn run(folder: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = CommandBuilder::new(binary()?);
        command.args(arguments);
        Self::start(folder, command)
    }

    /// Runs a verb by a shell's script, in which it is `"$0" "$@"`. The shell has the terminal before the verb and after it.
    pub fn script(folder: &Path, script: &str, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", script]);
        command.arg(binary()?);
        command.args(arguments);
        Self::start(folder, command)
    }

    fn start(folder: &Path, mut command: CommandBuilder) -> anyhow::Result<Self> {
        let pair = native_pty_system().openpty(SIZE)?;
        command.cwd(folder);
        // The kits are those that the binary carries, as people have them.
        command.env_remove("TOLLGATE_KITS");
        command.env("TOLLGATE_CACHE", root().join("target/kits"));
        command.env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"));
        // What a person's second build would find; and in CI a compiler of its own for Rust's guests.
        command.env("CARGO_TARGET_DIR", root().join("target/guests/work/rust/target"));
        command.env("RUSTC", rustc()?);
        let child = pair.slave.spawn_command(command)?;
        let shown = Arc::new(Mutex::new(Vec::new()));
        let mut from = pair.master.try_clone_reader()?;
        let to = shown.clone();
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read @ 1..) = from.read(&mut bytes) {
                to.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(bytes.get(..read).unwrap_or_default());
            }
        });
        let keyboard = Mutex::new(pair.master.take_writer()?);
        Ok(Self { child, keyboard, shown, reader })
    }

    /// Everything that it showed, without colours.
    pub fn shown(&self) -> String {
        let bytes = self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let text = String::from_utf8_lossy(&bytes).replace('\r', "");
        let mut plain = String::new();
        let mut parts = text.split("\u{1b}[");
        plain.push_str(parts.next().unwrap_or_default());
        for part in parts {
            // A control sequence ends with its first letter.
            let end = part.find(|letter: char| letter.is_ascii_alphabetic()).map_or(part.len(), |end| end + 1);
            plain.push_str(part.get(end..).unwrap_or_default());
        }
        plain
    }

    /// Waits until it has shown something, and gives everything that it showed until then.
    pub async fn wait_for(&self, text: &str) -> anyhow::Result<String> {
        let seen = async {
            loop {
                let shown = self.shown();
                if shown.contains(text) {
                    return shown;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let seen = tokio::time::timeout(PATIENCE, seen).await;
        seen.with_context(|| format!("{text:?} was not shown, but\n{}", self.shown()))
    }

    /// Types.
    pub fn write(&self, text: &str) -> anyhow::Result<()> {
        Ok(self.keyboard.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes())?)
    }

    /// Presses Ctrl-C.
    pub fn interrupt(&self) -> anyhow::Result<()> {
        self.write("\u{3}")
    }

    /// Asks it to end, as a supervisor does.
    pub fn terminate(&self) -> anyhow::Result<()> {
        self.signal("TERM")
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) -> anyhow::Result<()> {
        let id = self.child.process_id().context("it has ended")?;
        let status = std::process::Command::new("kill").args(["-s", name, &id.to_string()]).status()?;
        anyhow::ensure!(status.success(), "kill: {status}");
        Ok(())
    }

    /// Waits until it has ended, and gives its exit code.
    pub async fn ended(&mut self) -> anyhow::Result<u32> {
        let ended = tokio::time::timeout(PATIENCE, self.end()).await;
        ended.with_context(|| format!("it did not end in {PATIENCE:?}, and showed\n{}", self.shown()))?
    }

    async fn end(&mut self) -> anyhow::Result<u32> {
        loop {
            // What it said last is read when the terminal has no writer any more.
            if let Some(status) = self.child.try_wait()?
                && self.reader.is_finished()
            {
                return Ok(status.exit_code());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
