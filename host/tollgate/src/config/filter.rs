//! The log's filter in force: that of the environment if it is one, else that of the configuration.

use tollgate_types::config::LogConfig;
use tracing_subscriber::EnvFilter;

use super::LOG_VARIABLE;

/// Where the filter in force comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FilterSource {
    /// `TOLLGATE_LOG`.
    Environment,
    /// The configuration.
    Configuration {
        /// Whether `TOLLGATE_LOG` is set and is not a filter.
        ignored_variable: bool,
    },
}

/// The filter in force, and where it comes from.
pub(crate) fn filter_in_force(config: &LogConfig) -> (String, FilterSource) {
    choose(std::env::var(LOG_VARIABLE).ok(), config)
}

fn choose(variable: Option<String>, config: &LogConfig) -> (String, FilterSource) {
    let variable = variable.filter(|filter| !filter.is_empty());
    let ignored_variable = variable.is_some();
    match variable.filter(|filter| EnvFilter::try_new(filter).is_ok()) {
        Some(filter) => (filter, FilterSource::Environment),
        None => (config.filter.clone(), FilterSource::Configuration { ignored_variable }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_if_it_has_a_filter() {
        let chosen = |variable: Option<&str>| choose(variable.map(str::to_owned), &LogConfig::default());
        let configuration = |ignored_variable| ("info".to_owned(), FilterSource::Configuration { ignored_variable });
        assert_eq!(chosen(Some("request=debug")), ("request=debug".to_owned(), FilterSource::Environment));
        assert_eq!(chosen(Some("request=loud")), configuration(true));
        assert_eq!(chosen(Some("")), configuration(false));
        assert_eq!(chosen(None), configuration(false));
    }
}
