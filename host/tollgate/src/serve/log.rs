//! The host's log on standard error, whose filter a reload changes.

mod writer;

use std::sync::Arc;

use anyhow::Context as _;
use tollgate_control::LogQueue;
use tollgate_types::config::{LogConfig, LogFormat};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry, fmt, reload};

use crate::config::{FilterSource, LOG_VARIABLE, filter_in_force};
use writer::Writer;

/// The log of this process.
pub(super) struct Log {
    filter: reload::Handle<EnvFilter, Registry>,
    writer: Writer,
}

impl Log {
    /// Starts the log.
    pub(super) fn start(config: &LogConfig) -> anyhow::Result<Self> {
        let (filter, source) = filter_in_force(config);
        let (filter, handle) = reload::Layer::new(EnvFilter::try_new(filter)?);
        let writer = Writer::start(std::io::stderr(), config.format).context("cannot start the log's thread")?;
        // A line that cannot be written would be reported on the same stream, by a macro that panics: the host goes on without a
        // log instead.
        let lines = fmt::layer().with_writer(writer.clone()).log_internal_errors(false);
        let colour = std::io::IsTerminal::is_terminal(&std::io::stderr());
        let lines = match config.format {
            LogFormat::Text => lines.with_ansi(colour).boxed(),
            LogFormat::Json => lines.json().boxed(),
        };
        tracing_subscriber::registry().with(filter).with(lines).try_init().context("cannot start the log")?;
        if source == (FilterSource::Configuration { ignored_variable: true }) {
            tracing::warn!("{LOG_VARIABLE} is ignored: it is not a log filter");
        }
        Ok(Self { filter: handle, writer })
    }

    /// What waits for the reader of the log, and what was dropped.
    pub(super) fn queue(&self) -> Arc<LogQueue> {
        self.writer.queue().clone()
    }

    /// Replaces the filter.
    pub(super) fn set(&self, filter: &str) {
        let set = EnvFilter::try_new(filter).map(|filter| self.filter.reload(filter));
        if !matches!(set, Ok(Ok(()))) {
            tracing::error!(filter, "the log's filter could not be replaced");
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.writer.flush();
    }
}
