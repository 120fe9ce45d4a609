//! `config show`: every value that `serve` would use and where it comes from. The output is a configuration file itself.

use clap::ArgMatches;
use clap::parser::ValueSource;
use tollgate_types::config::{Config, Key, SECTIONS};

use super::{File, LOG_VARIABLE, Options, load};
use crate::out::say;

pub(super) fn print(options: Options, matches: &ArgMatches) -> anyhow::Result<()> {
    let file = load(options.config.as_deref())?;
    print_place(&options, leaf(matches));
    let filter = std::env::var(LOG_VARIABLE).ok().filter(|filter| !filter.is_empty());
    for section in SECTIONS {
        if !section.name.is_empty() {
            say!("");
            say!("[{}]", section.name);
        }
        section.keys.iter().for_each(|key| print_key(key, &file, filter.as_deref()));
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

fn print_key(key: &Key, File { config, set, .. }: &File, filter: Option<&str>) {
    let path = key.path();
    if let ("log.filter", Some(filter)) = (path.as_str(), filter) {
        say!("filter = {}  # environment, {LOG_VARIABLE}", toml::Value::from(filter));
        return;
    }
    let source = if set.contains(&path) { "file" } else { "default" };
    match value(config, key) {
        Some(value) => say!("{} = {value}  # {source}", key.name),
        None => say!("# {} is unset  # {source}", key.name),
    }
}

fn value(config: &Config, key: &Key) -> Option<String> {
    config.value(key).map(|value| value.to_string())
}
