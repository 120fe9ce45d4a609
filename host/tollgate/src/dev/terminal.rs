//! What `dev` shows: a line for what it does, for what workers print, for every request that comes or leaves, and for what
//! goes wrong. It is the host's log, read as it is written.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use serde_json::Value;
use tollgate_test::Plain;
use tollgate_types::WorkerName;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry};

use super::leftover::Leftover;
use crate::out::say;
use crate::report::told;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const QUIET: Style = Style::new().dimmed();

/// Shows the host's log from now on.
pub(super) fn listen() {
    let filter = EnvFilter::try_from_env("TOLLGATE_LOG").unwrap_or_else(|_| "warn,worker=info,request=debug".into());
    Registry::default().with(filter).with(Shown).init();
}

pub(super) fn changed(name: &WorkerName, file: &Path) {
    say!("{QUIET}changed{QUIET:#}   {name}: {}", Plain(&file.display().to_string()));
}

pub(super) fn deployed(name: &WorkerName, version: &Value, built: Duration, all: Duration) {
    let (built, all) = (built.as_secs_f64(), all.as_secs_f64());
    say!("{GOOD}deployed{GOOD:#}  {name}, version {version}: {all:.1} s, {built:.1} of them to build it");
}

pub(super) fn try_it(name: &WorkerName, how: &str) {
    say!("{QUIET}try{QUIET:#}       {name}: {how}");
}

pub(super) fn waiting() {
    say!("{QUIET}watching; Ctrl-C stops{QUIET:#}");
}

/// A worker that no project names.
pub(super) fn leftover(name: &WorkerName, left: &Leftover) {
    match left {
        Leftover::Deleted { secrets: 0 } => say!("{QUIET}deleted{QUIET:#}   {name}: no project names it"),
        Leftover::Deleted { secrets } => {
            say!("{BAD}deleted{BAD:#}   {name}, with its secrets ({secrets}): no project names it");
        }
        Leftover::HasSecrets => {
            say!("{QUIET}kept{QUIET:#}      {name}, which no project names: it has secrets, and no routes");
        }
        Leftover::Others => {
            say!("{BAD}kept{BAD:#}      {name}: no project names it, and `dev` did not make its data folder")
        }
    }
}

pub(super) fn failed(name: &WorkerName, error: &anyhow::Error) {
    say!("{BAD}failed{BAD:#}    {name}: {}", told(error));
    for cause in error.chain().skip(1) {
        say!("          caused by: {}", told(cause));
    }
    if let Some(hint) = crate::report::hint(error) {
        say!("          hint: {}", told(hint));
    }
}

/// Prints events.
struct Shown;

impl<S: Subscriber> Layer<S> for Shown {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut said = Said::default();
        event.record(&mut said);
        match event.metadata().target() {
            "worker" => say!("{QUIET}{} |{QUIET:#} {}", said.worker, Plain(&said.message)),
            "request" => said.request(),
            _ => said.other(*event.metadata().level()),
        }
    }
}

/// What an event says.
#[derive(Default)]
struct Said {
    message: String,
    worker: String,
    to: String,
    method: String,
    url: String,
    ms: String,
    answer: String,
    /// What it says beside.
    more: Vec<String>,
}

impl Said {
    /// A request: who sent it where, and what came back.
    fn request(&self) {
        let Self { worker, to, method, url, ms, answer, .. } = self;
        let good = answer.starts_with(['1', '2', '3']) && answer.len() == 3;
        let style = if good { GOOD } else { BAD };
        let (to, method, url, answer) = (Plain(to), Plain(method), Plain(url), Plain(answer));
        let from = if worker.is_empty() { String::new() } else { format!("{worker} → {to}  ") };
        say!("{from}{method} {url}  {style}{answer}{style:#}  {QUIET}{ms} ms{QUIET:#}");
    }

    /// What the host has to say itself.
    fn other(&self, level: Level) {
        let style = if level <= Level::WARN { BAD } else { QUIET };
        let Self { worker, message, .. } = self;
        let who = if worker.is_empty() { String::new() } else { format!("{worker}: ") };
        say!("{style}{who}{}{style:#}  {}", Plain(message), Plain(&self.more.join("  ")));
    }
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value.to_owned());
    }
}

impl Said {
    fn put(&mut self, name: &str, value: String) {
        match name {
            "message" => self.message = value,
            "worker" => self.worker = value,
            "to" => self.to = value,
            "method" => self.method = value,
            "url" => self.url = value,
            "ms" => self.ms = value,
            "answer" => self.answer = value,
            "error" => self.more.push(value),
            "namespace" | "version" | "stream" | "request_id" => {}
            _ => self.more.push(format!("{name}={value}")),
        }
    }
}
