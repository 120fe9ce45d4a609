//! The host's log on standard error, whose filter a reload changes.

use anyhow::Context as _;
use tollgate_types::config::{LogConfig, LogFormat};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry, fmt, reload};

use crate::config::LOG_VARIABLE;

/// The log of this process.
pub(super) struct Log {
    filter: reload::Handle<EnvFilter, Registry>,
    from_environment: bool,
}

impl Log {
    /// Starts the log.
    pub(super) fn start(config: &LogConfig) -> anyhow::Result<Self> {
        let said = std::env::var(LOG_VARIABLE).ok().filter(|filter| !filter.is_empty());
        let from_environment = said.as_deref().map(EnvFilter::try_new);
        let (filter, wrong) = match from_environment {
            Some(Ok(filter)) => (filter, None),
            Some(Err(error)) => (EnvFilter::try_new(&config.filter)?, Some(error)),
            None => (EnvFilter::try_new(&config.filter)?, None),
        };
        let from_environment = said.is_some() && wrong.is_none();
        let (filter, handle) = reload::Layer::new(filter);
        // A line that cannot be written would be reported on the same stream, by a macro that panics: the host goes on without a
        // log instead.
        let lines = fmt::layer().with_writer(std::io::stderr).log_internal_errors(false);
        let colour = std::io::IsTerminal::is_terminal(&std::io::stderr());
        let lines = match config.format {
            LogFormat::Text => lines.with_ansi(colour).boxed(),
            LogFormat::Json => lines.json().boxed(),
        };
        tracing_subscriber::registry().with(filter).with(lines).try_init().context("cannot start the log")?;
        if let Some(error) = wrong {
            tracing::warn!(%error, "{LOG_VARIABLE} is ignored: it is not a log filter");
        }
        Ok(Self { filter: handle, from_environment })
    }

    /// Replaces the filter, unless the environment sets it.
    pub(super) fn set(&self, filter: &str) {
        if self.from_environment {
            return tracing::warn!("{LOG_VARIABLE} wins over log.filter: the filter stays");
        }
        let set = EnvFilter::try_new(filter).map(|filter| self.filter.reload(filter));
        if !matches!(set, Ok(Ok(()))) {
            tracing::error!(filter, "the log's filter could not be replaced");
        }
    }
}
