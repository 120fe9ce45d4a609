//! `config show`: every value that `serve` would use and where it comes from. The output is a configuration file itself.

use clap::ArgMatches;
use clap::parser::ValueSource;
use tollgate_types::config::{Config, Key, SECTIONS};

use super::{File, FilterSource, LOG_VARIABLE, Options, filter_in_force, load};
use crate::out::say;

pub(super) fn print(options: Options, matches: &ArgMatches) -> anyhow::Result<()> {
    let file = load(options.config.as_deref())?;
    print_place(&options, leaf(matches));
    for section in SECTIONS {
        if !section.name.is_empty() {
            say!("");
            say!("[{}]", section.name);
        }
        section.keys.iter().for_each(|key| print_key(key, &file));
    }
    Ok(())
}

/// What the command line and the environment set, and a file cannot.
fn print_place(options: &Options, matches: &ArgMatches) {
    let Options { place, config } = options;
    let compiled = place.compiled.clone().unwrap_or_else(|| place.data.join("compiled"));
    let config = config.as_ref().map_or_else(|| "none".to_owned(), |path| path.display().to_string());
    let values = [
        ("listen", place.listen.to_string()),
        ("control", place.control.to_string()),
        ("data", place.data.display().to_string()),
        ("compiled", compiled.display().to_string()),
        ("config", config),
    ];
    for (name, value) in values {
        say!("# --{name} {value} ({})", source(matches, name));
    }
    say!("");
}

fn source(matches: &ArgMatches, name: &str) -> &'static str {
    match matches.value_source(name) {
        Some(ValueSource::CommandLine) => "command line",
        Some(ValueSource::EnvVariable) => "environment",
        _ => "default",
    }
}

/// The arguments of the innermost verb.
fn leaf(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, inner)| leaf(inner))
}

fn print_key(key: &Key, File { config, set, .. }: &File) {
    let path = key.path();
    let source = if set.contains_key(&path) { "file" } else { "default" };
    if path == "log.filter" {
        let (filter, from) = filter_in_force(&config.log);
        let source = match from {
            FilterSource::Environment => format!("environment, {LOG_VARIABLE}"),
            FilterSource::Configuration { ignored_variable: false } => source.to_owned(),
            FilterSource::Configuration { ignored_variable: true } => {
                format!("{source}; {LOG_VARIABLE} is ignored: it is not a log filter")
            }
        };
        say!("filter = {}  # {source}", toml::Value::from(filter));
        return;
    }
    match value(config, key) {
        Some(value) => say!("{} = {value}  # {source}", key.name),
        None => say!("# {} is unset  # {source}", key.name),
    }
}

fn value(config: &Config, key: &Key) -> Option<String> {
    config.value(key).map(|value| value.to_string())
}
