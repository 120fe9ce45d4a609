//! How a verb that builds is asked to end, and what ends with it. A build leads a process group of its own (`Children`): neither
//! Ctrl-C nor the end of the terminal reaches it, and nobody would be left to stop it.

use std::fs;
use std::future::pending;
use std::io;
use std::thread::{self, JoinHandle};

use anyhow::Context as _;
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tollgate_build::Children;

use crate::err::tell;

/// Ctrl-C, a supervisor's TERM, or the end of the terminal: whichever comes first, from when this was made. One that was
/// ignored when this process began stays so (a shell says so of what it runs in the background, `nohup` of the terminal's end).
pub(crate) struct Asked([Option<Signal>; 3]);

impl Asked {
    pub(crate) fn new() -> io::Result<Self> {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let [interrupt, terminate, hangup] = kinds.map(unless_ignored);
        Ok(Self([interrupt?, terminate?, hangup?]))
    }

    pub(crate) async fn wait(&mut self) {
        let Self([interrupt, terminate, hangup]) = self;
        tokio::select! {
            () = came(interrupt) => {}
            () = came(terminate) => {}
            () = came(hangup) => {}
        }
    }
}

/// Handles a signal from now on, unless this process was started with it ignored.
pub(crate) fn unless_ignored(kind: SignalKind) -> io::Result<Option<Signal>> {
    let bit = u32::try_from(kind.as_raw_value() - 1).unwrap_or_default();
    let is_ignored = ignored().checked_shr(bit).is_some_and(|mask| mask & 1 == 1);
    (!is_ignored).then(|| signal(kind)).transpose()
}

/// Waits for a signal; for ever if it is not handled.
pub(crate) async fn came(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => pending().await,
    }
}

/// The signals that are ignored, a bit each; none where the system does not say.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

/// What it is to a verb to be asked to end.
#[derive(Clone, Copy)]
pub(crate) enum Ending {
    /// It was not done.
    Interrupted,
    /// It goes on until then.
    Stopped,
}

/// Waits for the end of a process that is asked to end, and has ended its builds. How it ends is said once, by who was asked
/// (`ends_with`): a build that was ended is neither a failure of the project's nor a verdict. Who ends builds and does not end
/// the process next must let nobody wait for one.
pub(crate) fn leave_to_the_ending() -> ! {
    loop {
        thread::park();
    }
}

/// Lets this process, once it is asked to end, end with everything that it started.
pub(crate) fn ends_with(children: Children, ending: Ending) -> anyhow::Result<()> {
    let begun = || -> io::Result<JoinHandle<()>> {
        let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
        let within = runtime.enter();
        let mut asked = Asked::new()?;
        drop(within);
        thread::Builder::new().name("asked-to-end".to_owned()).spawn(move || {
            runtime.block_on(asked.wait());
            children.end();
            std::process::exit(match ending {
                Ending::Stopped => 0,
                Ending::Interrupted => {
                    tell!("error: interrupted");
                    1
                }
            })
        })
    };
    begun().map(drop).context("nobody can be waited for who asks this to end")
}
