//! A secret's text: all of standard input, or a line from a terminal, which does not show it.

use std::io::{BufRead as _, IsTerminal as _, Read as _, stdin};

use anyhow::Context as _;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

use crate::ending::Asked;
use crate::err::tell;
use crate::report::Hinted;

const UNREADABLE: &str = "cannot read the secret from standard input";
/// A terminal of Linux keeps 4,095 bytes of a line and throws away what is typed beyond (`n_tty`).
const LINE_BYTES: usize = 4_095;
/// What is pasted is all there by then.
const PASTED: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// The text, without the line's end that a terminal or `echo` puts there. At a terminal it is a line that is not shown.
pub(super) async fn read(asked: &mut Asked) -> anyhow::Result<String> {
    let text = if stdin().is_terminal() { typed(asked).await? } else { unless(asked, whole).await? };
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

/// What is typed, up to Enter. A key that is pasted has more lines than one, of which only the first would be the secret:
/// that may not pass for the whole.
async fn typed(asked: &mut Asked) -> anyhow::Result<String> {
    let quiet = Quiet::new().context("the terminal cannot be kept from showing what is typed")?;
    tell!("the secret's text, which is not shown, then Enter:");
    let text = unless(asked, line).await?;
    // Not on the thread that reads, which may go on when the terminal is as before.
    quiet.unbuffer().context(UNREADABLE)?;
    unless(asked, nothing_more).await?;
    Ok(text)
}

/// What is read, unless this is asked to end before: on a thread that nobody waits for, as a read cannot be taken back.
async fn unless<R: Send + 'static>(asked: &mut Asked, read: fn() -> anyhow::Result<R>) -> anyhow::Result<R> {
    let (to, from) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _nobody_waits = to.send(read());
    });
    let read = async {
        let read = from.await;
        // Ctrl-C before a line is a signal that may not have been looked at when the line is there.
        tokio::task::yield_now().await;
        read
    };
    tokio::select! {
        biased;
        () = asked.wait() => Err(Hinted::refused("interrupted: no secret was written".to_owned(), "")),
        read = read => read.context("nothing was read")?,
    }
}

fn whole() -> anyhow::Result<String> {
    let mut text = String::new();
    stdin().read_to_string(&mut text).context(UNREADABLE)?;
    Ok(text)
}

/// A line of a terminal, which itself cuts one that is too long.
fn line() -> anyhow::Result<String> {
    let mut text = String::new();
    stdin().read_line(&mut text).context(UNREADABLE)?;
    if text.len() >= LINE_BYTES {
        return Err(no_line(&format!(
            "expected a line of fewer than {LINE_BYTES} bytes, found one that the terminal cuts"
        )));
    }
    Ok(text)
}

/// That nothing but blanks waits behind the line, or comes at once, as it does where it is pasted.
fn nothing_more() -> anyhow::Result<()> {
    let input = stdin();
    while poll(&mut [PollFd::new(&input, PollFlags::IN)], Some(&PASTED)).context(UNREADABLE)? > 0 {
        let mut input = input.lock();
        let more = input.fill_buf().context(UNREADABLE)?;
        match more.len() {
            0 => break,
            _ if !more.iter().all(is_blank) => return Err(no_line("expected one line, found more")),
            read => input.consume(read),
        }
    }
    Ok(())
}

/// A blank, or the Ctrl-D that ends what is typed, which a terminal keeps as zero.
fn is_blank(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, 0 | 4)
}

fn no_line(error: &str) -> anyhow::Error {
    Hinted::refused(format!("the secret's text: {error}"), "say tollgate secret put … <FILE")
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

    /// Gives out from now on what is typed as it comes, and what waits of a line that has no end yet.
    fn unbuffer(&self) -> std::io::Result<()> {
        let mut quiet = self.0.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
        quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
        Ok(tcsetattr(stdin(), OptionalActions::Now, &quiet)?)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // What was typed beyond the line is nobody's: a shell would run it.
        let _gone = tcsetattr(stdin(), OptionalActions::Flush, &self.0);
    }
}
