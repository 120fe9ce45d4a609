//! The host's side of a process that compiles: starts it, hands it the script, takes the code, and says what ended it.

use std::io::{self, Read, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, waitid};
use tollgate_types::config::CompileConfig;

use super::wire::{self, Compiled, Order, SharedFunctions};
use crate::engine_hash::EngineHash;
use crate::{EngineError, Version};

/// Threads that one script is compiled on. More would make its memory depend on the machine.
const THREADS: &str = "4";
/// mimalloc reserves memory ahead. It must not count as used, or the limit is reached before anything is compiled.
const NO_MEMORY_AHEAD: (&str, &str) = ("MIMALLOC_ARENA_EAGER_COMMIT", "0");
/// Bytes of what the process prints that are kept for an error.
const PRINTED_BYTES: u64 = 4 << 10;
/// How Rust reports that memory could not be had: as the process ends, or as an error.
const NO_MEMORY: [&str; 2] = ["memory allocation of", "out of memory"];

/// Compiles each script in a process of its own.
#[derive(Debug)]
pub struct Apart {
    program: PathBuf,
    verb: &'static str,
    config: CompileConfig,
    shared_functions: Option<SharedFunctions>,
    running: Mutex<Running>,
}

/// The processes that compile now.
#[derive(Debug, Default)]
struct Running {
    closed: bool,
    processes: Vec<Weak<Mutex<Child>>>,
}

/// What ended a process that gave no whole answer.
struct Ended {
    status: ExitStatus,
    late: bool,
    printed: String,
}

impl Apart {
    /// Starts `program` with the argument `verb`, which calls [`compile_script`](crate::compile_script).
    pub fn new(
        program: PathBuf,
        verb: &'static str,
        config: CompileConfig,
        shared_functions: Option<SharedFunctions>,
    ) -> Self {
        Self { program, verb, config, shared_functions, running: Mutex::default() }
    }

    pub(crate) fn config(&self) -> CompileConfig {
        self.config
    }

    /// The compiled code of a script, for an engine like this one. Blocks.
    pub(crate) fn compile(&self, version: Version, engine: EngineHash, script: &[u8]) -> Compiled {
        let mut process = self.start().map_err(EngineError::Compiler)?;
        let pipes = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let (Some(stdin), Some(mut stdout), Some(stderr)) = pipes else {
            return Err(EngineError::Compiler(io::ErrorKind::BrokenPipe.into()));
        };
        let process = Arc::new(Mutex::new(process));
        self.enter(&process);
        let most = u64::from(self.config.code_mib.get()) << 20;
        let answered = thread::scope(|scope| {
            let (done, ended) = channel();
            let late = scope.spawn(|| self.watch(&process, ended));
            let printed = scope.spawn(move || printed(stderr));
            // If the process ends early, its end says why.
            let _ = self.tell(stdin, version, script);
            let answer = wire::read_answer(&mut stdout, engine, most);
            drop(stdout);
            if answer.is_err() {
                exited(&process);
            }
            drop(done);
            let late = late.join().unwrap_or_default();
            let status = end(&process)?;
            let printed = printed.join().unwrap_or_default();
            answer.map_err(|error| self.reason(error, &Ended { status, late, printed }))
        });
        answered?
    }

    /// Ends what is being compiled, and starts nothing more.
    pub(crate) fn close(&self) {
        let mut running = self.running();
        running.closed = true;
        running.processes.iter().filter_map(Weak::upgrade).for_each(|process| kill(&process));
    }

    fn start(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        // A group of its own: Ctrl-C at a terminal ends the host, which ends this.
        command.arg(self.verb).process_group(0);
        command.env_clear().env("RAYON_NUM_THREADS", THREADS).env(NO_MEMORY_AHEAD.0, NO_MEMORY_AHEAD.1);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }

    fn enter(&self, process: &Arc<Mutex<Child>>) {
        let mut running = self.running();
        running.processes.retain(|process| process.strong_count() > 0);
        running.processes.push(Arc::downgrade(process));
        if running.closed {
            kill(process);
        }
    }

    fn tell(&self, mut stdin: ChildStdin, version: Version, script: &[u8]) -> io::Result<()> {
        let order = Order {
            version,
            memory_bytes: u64::from(self.config.memory_mib.get()) << 20,
            cpu_seconds: self.config.cpu_seconds.into(),
            nice: self.config.nice.into(),
            shared_functions: self.shared_functions.clone(),
        };
        order.write(&mut stdin)?;
        stdin.flush()?;
        wire::write_bytes(&mut stdin, script)
    }

    /// Ends the process if it is not done in time. Says whether it did.
    fn watch(&self, process: &Mutex<Child>, done: Receiver<()>) -> bool {
        let late = done.recv_timeout(Duration::from_secs(self.config.seconds.into())) == Err(RecvTimeoutError::Timeout);
        if late {
            kill(process);
        }
        late
    }

    /// Why there is no answer.
    fn reason(&self, error: io::Error, ended: &Ended) -> EngineError {
        let limit = |limit: String| EngineError::CompileLimit(limit);
        let CompileConfig { memory_mib, cpu_seconds, seconds, .. } = self.config;
        let signal = ended.status.signal();
        let by = |expected: Signal| signal == Some(expected.as_raw());
        match ended.status.success() {
            _ if self.running().closed => EngineError::Compiler(io::Error::other("the host is stopping")),
            _ if ended.late => limit(format!("{seconds} s (compile.seconds)")),
            _ if by(Signal::XCPU) => limit(format!("{cpu_seconds} s of CPU time (compile.cpu_seconds)")),
            _ if NO_MEMORY.iter().any(|text| ended.printed.contains(text)) => {
                limit(format!("{memory_mib} MiB of memory (compile.memory_mib)"))
            }
            _ if by(Signal::KILL) => EngineError::Compiler(io::Error::other("the system ended it: too little memory?")),
            _ if signal.is_some() => EngineError::Crashed(format!("{}: {}", ended.status, first_line(&ended.printed))),
            true => EngineError::Compiler(error),
            false => EngineError::Compiler(io::Error::other(format!("{}: {}", ended.status, ended.printed.trim()))),
        }
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn first_line(printed: &str) -> &str {
    printed.trim().lines().next().unwrap_or_default()
}

fn lock(process: &Mutex<Child>) -> MutexGuard<'_, Child> {
    process.lock().unwrap_or_else(PoisonError::into_inner)
}

fn kill(process: &Mutex<Child>) {
    // It may have ended.
    let _ = lock(process).kill();
}

/// Waits for the end of a process, whose number stays taken, so that it can still be ended by another thread.
fn exited(process: &Mutex<Child>) {
    let number = lock(process).id();
    if let Some(pid) = i32::try_from(number).ok().and_then(Pid::from_raw) {
        let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(waitid(WaitId::Pid(pid), ended), Err(Errno::INTR)) {}
    }
}

/// Ends a process, if it has not ended, and gives its status.
fn end(process: &Mutex<Child>) -> Result<ExitStatus, EngineError> {
    let mut process = lock(process);
    let _ = process.kill();
    process.wait().map_err(EngineError::Compiler)
}

/// The beginning of what a process prints. The rest is read too, so that the process never waits for a reader.
fn printed(mut from: ChildStderr) -> String {
    let mut kept = Vec::new();
    let _ = from.by_ref().take(PRINTED_BYTES).read_to_end(&mut kept);
    let _ = io::copy(&mut from, &mut io::sink());
    String::from_utf8_lossy(&kept).into_owned()
}
