//! What a build runs, for who may have to stop before it ends: each command leads a process group of its own, so that it can
//! be ended with everything that it started. Such a group is not the terminal's, whose Ctrl-C does not reach it, and who
//! reads from there would be stopped: it gets nothing to read.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// The commands that run now. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Children(Arc<Mutex<Running>>);

#[derive(Debug, Default)]
struct Running {
    ended: bool,
    groups: Vec<Pid>,
}

impl Children {
    /// Runs a command to its end.
    pub(crate) fn run(&self, mut command: Command) -> io::Result<ExitStatus> {
        command.process_group(0).stdin(Stdio::null());
        let mut running = self.running();
        if running.ended {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let mut child = command.spawn()?;
        let group = Pid::from_child(&child);
        running.groups.push(group);
        drop(running);
        // While it is not waited for, its number is nobody else's.
        while waitid(WaitId::Pid(group), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).is_err_and(is_interrupted) {}
        let mut running = self.running();
        running.groups.retain(|other| *other != group);
        child.wait()
    }

    /// Ends them, and lets no other begin.
    pub fn end(&self) {
        let mut running = self.running();
        running.ended = true;
        for group in &running.groups {
            let _gone = kill_process_group(*group, Signal::TERM);
        }
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_interrupted(error: rustix::io::Errno) -> bool {
    error == rustix::io::Errno::INTR
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_started_ends_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let begun = folder.path().join("begun");
        let children = Children::default();
        let mut command = Command::new("sh");
        // Who waits for the pipe waits for everybody who holds it.
        let (mut end, held) = io::pipe().unwrap();
        command.args(["-c", "sleep 600 & touch begun; wait"]).current_dir(folder.path()).stdout(held);
        let running = children.clone();
        let ran = std::thread::spawn(move || running.run(command));
        while !begun.exists() {
            std::thread::yield_now();
        }
        children.end();
        assert!(!ran.join().unwrap().unwrap().success());
        assert_eq!(io::Read::read(&mut end, &mut [0]).unwrap(), 0);
        assert!(children.run(Command::new("true")).is_err());
    }
}
