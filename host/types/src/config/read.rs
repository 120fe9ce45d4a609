//! Reads a configuration file: every key is checked against its declaration, and every problem is reported at once.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

use ipnet::IpNet;
use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table};

use super::{Config, ConfigError, EngineConfig, Key, Kind, PlatformLimits, Problem, SECTIONS, keys};
use crate::excerpt;

/// A configuration, and the keys that its file sets.
#[derive(Debug, Clone)]
pub struct Read {
    /// The configuration.
    pub config: Config,
    /// The keys that the file sets, with their sections, and the line of each.
    pub set: BTreeMap<String, usize>,
}

/// How similar a key must be to be suggested, from 0 to 1.
const SIMILAR: f64 = 0.8;

/// Reads the text of a file. `more` are the checks of the crates that use the values: it gets the configuration, in which a key with
/// a wrong value has its default.
///
/// # Errors
/// Everything that is wrong with the file; if it is not TOML, only that.
pub fn read(text: &str, more: impl FnOnce(&Config) -> Vec<Problem>) -> Result<Read, ConfigError> {
    let table = DeTable::parse(text).map_err(|error| of_toml(text, &error))?;
    let mut reading = Reading { text, problems: Vec::new(), set: BTreeMap::new() };
    reading.file(table.get_ref());
    let config = reading.config()?;
    let mut found = if reading.compares() { config.contradictions() } else { Vec::new() };
    found.extend(more(&config));
    let line_of = |problem: &Problem| problem.line.or(reading.set.get(&problem.key).copied());
    reading.problems.extend(found.into_iter().map(|one| Problem { line: line_of(&one), ..one }));
    if !reading.problems.is_empty() {
        // Those that concern no line come last.
        reading.problems.sort_by_key(|problem| problem.line.unwrap_or(usize::MAX));
        return Err(ConfigError(reading.problems));
    }
    Ok(Read { config, set: reading.set })
}

/// An error of the TOML reader.
fn of_toml(text: &str, error: &toml::de::Error) -> Problem {
    let line = error.span().map(|span| line(text, span.start));
    Problem { line, ..Problem::of_file(error.message()) }
}

impl Problem {
    /// What serde found wrong with a part of the file that another crate reads.
    pub fn of_part(text: &str, error: &toml::de::Error) -> Self {
        of_toml(text, error)
    }
}

fn line(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

struct Reading<'t> {
    text: &'t str,
    problems: Vec<Problem>,
    set: BTreeMap<String, usize>,
}

impl Reading<'_> {
    /// The keys of the file that are right.
    fn config(&self) -> Result<Config, Problem> {
        let mut table: Table = toml::from_str(self.text).map_err(|error| of_toml(self.text, &error))?;
        table.retain(|name, value| match value.as_table_mut() {
            Some(section) if SECTIONS.iter().any(|one| one.name == name) => {
                section.retain(|key, _| self.set.contains_key(&format!("{name}.{key}")));
                true
            }
            _ => self.set.contains_key(name),
        });
        table.try_into().map_err(|error: toml::de::Error| Problem::of_file(error.message()))
    }

    /// Whether values can be compared with each other: if a section that is compared has a wrong key, its default may not be what
    /// the operator means.
    fn compares(&self) -> bool {
        let compared = |problem: &Problem| {
            let section = problem.key.split('.').next();
            section.is_some_and(|section| [PlatformLimits::SECTION.name, EngineConfig::SECTION.name].contains(&section))
        };
        !self.problems.iter().any(compared)
    }

    fn file(&mut self, file: &DeTable<'_>) {
        for (name, value) in file {
            let section = SECTIONS.iter().find(|section| !section.name.is_empty() && section.name == name.get_ref());
            match (section, value.get_ref()) {
                (None, _) => self.key("", name, value),
                (Some(section), DeValue::Table(table)) => {
                    table.iter().for_each(|(name, value)| self.key(section.name, name, value));
                }
                (Some(section), _) => {
                    let reason = format!("expected a section [{}], found {}", section.name, self.written(value));
                    self.report(section.name.to_owned(), value.span(), reason, None);
                }
            }
        }
    }

    fn key(&mut self, section: &str, name: &Spanned<impl AsRef<str>>, value: &Spanned<DeValue<'_>>) {
        let written = name.get_ref().as_ref();
        let Some(key) = keys().find(|key| key.section == section && key.name == written) else {
            let path = if section.is_empty() { excerpt(written) } else { format!("{section}.{}", excerpt(written)) };
            let hint = nearest(section, written).map(|path| format!("did you mean {path}?"));
            return self.report(path, name.span(), "unknown key".to_owned(), hint);
        };
        if fits(key.kind, value.get_ref()) {
            self.set.insert(key.path(), line(self.text, name.span().start));
        } else {
            let reason = format!("expected {}, found {}", key.kind, self.written(value));
            self.report(key.path(), value.span(), reason, None);
        }
    }

    fn report(&mut self, key: String, span: Range<usize>, reason: String, hint: Option<String>) {
        self.problems.push(Problem { line: Some(line(self.text, span.start)), key, reason, hint });
    }

    /// A value as the file has it, on one line.
    fn written(&self, value: &Spanned<DeValue<'_>>) -> String {
        let written = self.text.get(value.span()).unwrap_or_default();
        excerpt(&written.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// Whether a value is what its key may be.
fn fits(kind: Kind, value: &DeValue<'_>) -> bool {
    match kind {
        Kind::Number { min, max, .. } => value
            .as_integer()
            .and_then(|found| i128::from_str_radix(found.as_str(), found.radix()).ok())
            .is_some_and(|found| (i128::from(min)..=i128::from(max)).contains(&found)),
        Kind::Flag => value.is_bool(),
        Kind::Text => value.is_str(),
        Kind::OneOf(texts) => value.as_str().is_some_and(|found| texts.contains(&found)),
        Kind::Ranges => value.as_array().is_some_and(|all| all.iter().all(parses::<IpNet>)),
        Kind::Sockets => value.as_array().is_some_and(|all| all.iter().all(parses::<SocketAddr>)),
        Kind::Hosts => value.as_table().is_some_and(|all| all.iter().all(|(_, one)| parses::<IpAddr>(one))),
        Kind::Tables => value.as_array().is_some_and(|all| all.iter().all(|one| one.get_ref().is_table())),
    }
}

fn parses<T: std::str::FromStr>(value: &Spanned<DeValue<'_>>) -> bool {
    value.get_ref().as_str().is_some_and(|text| text.parse::<T>().is_ok())
}

/// The known key that is most like a wrong one: the same name in another section, else a similar one in this section, else a
/// similar section.
fn nearest(section: &str, name: &str) -> Option<String> {
    if let Some(key) = keys().find(|key| key.name == name) {
        return Some(key.path());
    }
    let own = keys().filter(|key| key.section == section).map(|key: &Key| (key.name, key.path()));
    let sections = SECTIONS.iter().filter(|one| section.is_empty() && !one.name.is_empty());
    let all = own.chain(sections.map(|one| (one.name, format!("[{}]", one.name))));
    let rated = all.map(|(known, path)| (strsim::jaro_winkler(known, name), path));
    rated.filter(|(rate, _)| *rate >= SIMILAR).max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, path)| path)
}
