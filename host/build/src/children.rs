//! What a build runs, for who may have to stop before it ends: each command leads a process group of its own, so that it can
//! be ended with everything that it started. Such a group is not the terminal's, whose Ctrl-C does not reach it, and who
//! turns to the terminal is stopped there, where nobody would see it: it gets nothing to read, and who opens the terminal by
//! its name is ended.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// The commands that run now. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Children(Arc<Mutex<Running>>);

#[derive(Debug, Default)]
struct Running {
    ended: bool,
    groups: Vec<Pid>,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) enum End {
    /// With this status.
    Status(ExitStatus),
    /// It was ended, because it turned to the terminal.
    AtTerminal,
    /// It was ended with all that ran, or not begun any more: whatever its status says, it is no verdict.
    Ended,
}

impl Children {
    /// Runs a command to its end.
    pub(crate) fn run(&self, mut command: Command) -> io::Result<End> {
        command.process_group(0).stdin(Stdio::null());
        let mut running = self.running();
        if running.ended {
            return Ok(End::Ended);
        }
        let mut child = command.spawn()?;
        let group = Pid::from_child(&child);
        running.groups.push(group);
        drop(running);
        let at_terminal = wait(group);
        let mut running = self.running();
        running.groups.retain(|other| *other != group);
        let status = child.wait();
        Ok(match (running.ended, at_terminal) {
            (true, _) => End::Ended,
            (false, true) => End::AtTerminal,
            (false, false) => End::Status(status?),
        })
    }

    /// Ends them, and lets no other begin. What they leave is no verdict ([`BuildError::Ended`](crate::BuildError::Ended)).
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

/// Waits until the command that leads a group has ended, and leaves it to be waited for: until then its number is nobody
/// else's. Says whether it was ended because it turned to the terminal.
fn wait(group: Pid) -> bool {
    let changed = WaitIdOptions::EXITED | WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT;
    let mut at_terminal = false;
    loop {
        let signal = match waitid(WaitId::Pid(group), changed) {
            Err(Errno::INTR) => continue,
            Ok(Some(status)) => status.stopping_signal(),
            Ok(None) | Err(_) => None,
        };
        let Some(signal) = signal else { return at_terminal };
        // This stop was seen; the next is another.
        let _seen = waitid(WaitId::Pid(group), WaitIdOptions::STOPPED | WaitIdOptions::NOHANG);
        // A person may stop it too, who lets it go on.
        if [Signal::TTIN, Signal::TTOU].iter().any(|terminals| terminals.as_raw() == signal) {
            // Who takes no notice of TERM is back at the terminal at once.
            let end = if at_terminal { Signal::KILL } else { Signal::TERM };
            let _gone = kill_process_group(group, end);
            let _gone = kill_process_group(group, Signal::CONT);
            at_terminal = true;
        }
    }
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
        // A status that looks well is no verdict either.
        command
            .args(["-c", "trap 'exit 0' TERM; sh -c 'touch begun; exec sleep 3600' & wait"])
            .current_dir(folder.path())
            .stdout(held);
        let running = children.clone();
        let ran = std::thread::spawn(move || running.run(command));
        while !begun.exists() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        children.end();
        assert!(matches!(ran.join().unwrap().unwrap(), End::Ended));
        assert_eq!(io::Read::read(&mut end, &mut [0]).unwrap(), 0);
        assert!(matches!(children.run(Command::new("true")).unwrap(), End::Ended));
    }
}
