//! A secret's text: all of standard input, or a line from a terminal, which does not show it.

use std::io::{IsTerminal as _, Read as _, Stdin, stdin};

use anyhow::Context as _;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use crate::ending::Asked;
use crate::report::Hinted;

const UNREADABLE: &str = "cannot read the secret from standard input";
/// A terminal of Linux keeps 4,095 bytes of a line and throws away what is typed beyond (`n_tty`).
const LINE_BYTES: usize = 4_095;
/// What is pasted is all there by then.
const PASTED: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// The text, without the line's end that a terminal or `echo` puts there. At a terminal it is a line that is not shown.
pub(super) async fn read(asked: &mut Asked) -> anyhow::Result<String> {
    let terminal = stdin().is_terminal();
    let quiet = terminal.then(Quiet::new).transpose();
    let _quiet = quiet.context("the terminal cannot be kept from showing what is typed")?;
    if terminal {
        eprintln!("the secret's text, which is not shown, then Enter:");
    }
    // On a thread that nobody waits for: a read cannot be taken back.
    let (to, from) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _nobody_waits = to.send(if terminal { line() } else { whole() });
    });
    let read = async {
        let read = from.await;
        // Ctrl-C before a line is a signal that may not have been looked at when the line is there.
        tokio::task::yield_now().await;
        read
    };
    let text = tokio::select! {
        biased;
        () = asked.wait() => {
            return Err(Hinted::refused("interrupted: no secret was written".to_owned(), ""));
        }
        read = read => read.context("nothing was read")??,
    };
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

fn whole() -> anyhow::Result<String> {
    let mut text = String::new();
    stdin().read_to_string(&mut text).context(UNREADABLE)?;
    Ok(text)
}

/// What is typed, up to Enter. A key that is pasted has more lines than one, of which only the first would be the secret, and
/// the terminal itself cuts a line that is too long: neither may pass for the whole.
fn line() -> anyhow::Result<String> {
    let (input, mut text, mut more) = (stdin(), String::new(), String::new());
    input.read_line(&mut text).context(UNREADABLE)?;
    if text.len() >= LINE_BYTES {
        return Err(no_line(&format!(
            "expected a line of fewer than {LINE_BYTES} bytes, found one that the terminal cuts"
        )));
    }
    while waits(&input)? && input.read_line(&mut more).context(UNREADABLE)? > 0 {
        if !more.trim().is_empty() {
            return Err(no_line("expected one line, found more"));
        }
    }
    Ok(text)
}

fn no_line(error: &str) -> anyhow::Error {
    Hinted::refused(format!("the secret's text: {error}"), "say tollgate secret put … <FILE")
}

/// Whether another line is there, or comes at once, as it does where it is pasted.
fn waits(input: &Stdin) -> anyhow::Result<bool> {
    let mut looked_at = [PollFd::new(input, PollFlags::IN)];
    Ok(poll(&mut looked_at, Some(&PASTED)).context(UNREADABLE)? > 0)
}

/// A terminal that does not show what is typed, for as long as this lives.
struct Quiet(Termios);

impl Quiet {
    fn new() -> std::io::Result<Self> {
        let before = tcgetattr(stdin())?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(stdin(), OptionalActions::Flush, &quiet)?;
        Ok(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // What was typed beyond the line is nobody's: a shell would run it.
        let _gone = tcsetattr(stdin(), OptionalActions::Flush, &self.0);
    }
}
