//! The kinds of attackers, each in a namespace of its own.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::arena::Arena;
use super::bombs::{Bomb, deploy_again_and_again};
use super::open_loop::{ask, client};
use super::peers;

/// The pause between two requests of one client that attacks: its own CPU time is not what is measured.
const PAUSE: Duration = Duration::from_millis(10);
/// How long an attack runs before anything is measured.
const UNDER_WAY: Duration = Duration::from_millis(500);
/// The name of the worker that prints, which no guest is.
pub(crate) const NOISE: &str = "noise";

/// A kind of attacker.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Its worker.
    pub(crate) guest: &'static str,
    how: How,
}

#[derive(Debug)]
enum How {
    /// So many clients ask for this path, again and again.
    Requests(&'static str, usize),
    /// The same to a worker that sends to this path of an origin.
    Sending(&'static str, &'static str, usize),
    /// Scripts that are compiled for long, or refused.
    Bombs,
    /// Slow heads, slow uploads, and closed windows.
    Peers,
}

impl Kind {
    const fn of(name: &'static str, guest: &'static str, path: &'static str, clients: usize) -> Self {
        Self { name, guest, how: How::Requests(path, clients) }
    }

    /// The host name of its worker.
    pub(crate) fn host(&self) -> String {
        format!("attacker.evil-{}.test", self.name)
    }
}

/// All kinds. The first one loops.
pub(crate) const KINDS: [Kind; 14] = [
    Kind::of("loops", "hostile-spins", "/loop", 10),
    Kind::of("bursts", "hostile-spins", "/bursts", 10),
    Kind::of("background", "hostile-spins", "/after", 4),
    Kind::of("fields", "hostile-holds", "/fields?n=5000", 4),
    Kind::of("fields-3", "hostile-holds-3", "/fields?n=5000", 4),
    Kind::of("bodies", "hostile-bodies", "/?n=3000", 4),
    Kind::of("random", "hostile-random", "/?n=62914560", 4),
    Kind::of("framing", "hostile-framing", "/?length=3&pieces=hello", 4),
    Kind::of("parked", "test-user", "/sleep?ms=3600000", 400),
    Kind::of("flood", "hello-2", "/", 64),
    Kind::of("log", NOISE, "/", 4),
    Kind { name: "subrequests", guest: "test-user", how: How::Sending("/fetch-many?n=50&parallel=1", "/never", 10) },
    Kind { name: "bombs", guest: "hello-2", how: How::Bombs },
    Kind { name: "peers", guest: "test-user", how: How::Peers },
];

/// Attackers that are at it.
pub(crate) struct Attack(Vec<JoinHandle<()>>);

impl Attack {
    /// Starts all of these.
    pub(crate) async fn start<'a>(arena: &Arena, kinds: impl IntoIterator<Item = &'a Kind>) -> anyhow::Result<Self> {
        let mut tasks = Vec::new();
        for kind in kinds {
            tasks.extend(kind.start(arena)?);
        }
        sleep(UNDER_WAY).await;
        Ok(Self(tasks))
    }

    /// So many requests that loop.
    pub(crate) async fn loops(arena: &Arena, count: usize) -> anyhow::Result<Self> {
        let [loops, ..] = &KINDS;
        let before = arena.moved().await?;
        let tasks = requests(arena, &loops.host(), "/loop", None, count)?;
        while arena.moved().await? < before + count as u64 {
            sleep(Duration::from_millis(50)).await;
        }
        Ok(Self(tasks))
    }

    /// The clients leave.
    pub(crate) async fn stop(self) {
        self.0.iter().for_each(JoinHandle::abort);
        for task in self.0 {
            drop(task.await);
        }
    }
}

impl From<Vec<JoinHandle<()>>> for Attack {
    fn from(tasks: Vec<JoinHandle<()>>) -> Self {
        Self(tasks)
    }
}

impl Kind {
    fn start(&self, arena: &Arena) -> anyhow::Result<Vec<JoinHandle<()>>> {
        match self.how {
            How::Requests(path, clients) => requests(arena, &self.host(), path, None, clients),
            How::Sending(path, to, clients) => {
                requests(arena, &self.host(), path, Some(&arena.origin.url(to)), clients)
            }
            How::Bombs => deploy_again_and_again(arena, &[Bomb::Endless, Bomb::Nested, Bomb::Functions]),
            How::Peers => {
                let (heads, uploads) = (peers::slow_heads(arena, 500)?, peers::slow_uploads(arena, 500)?);
                Ok([heads, uploads, peers::closed_windows(arena, 2)?].into_iter().flatten().collect())
            }
        }
    }
}

/// Clients that ask again as soon as they were answered.
fn requests(
    arena: &Arena,
    host: &str,
    path: &'static str,
    target: Option<&str>,
    clients: usize,
) -> anyhow::Result<Vec<JoinHandle<()>>> {
    let (client, listen) = (client(true), arena.listen());
    let start = |_| {
        let (client, host, target) = (client.clone(), host.to_owned(), target.map(str::to_owned));
        arena.attack(async move {
            loop {
                drop(ask(&client, listen, &host, path, target.as_deref()).await);
                sleep(PAUSE).await;
            }
        })
    };
    (0..clients).map(start).collect()
}
