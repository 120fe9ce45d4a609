//! The configuration of a host. `sections.rs` declares every key once: its type, unit, default, bounds and documentation.
//!
//! Everything else is derived from these declarations: the struct that the host uses, the checks of a file (`read.rs`), the
//! reference page, and what a reload may change. This module parses text; reading files is left to its caller.

mod contradiction;
mod key;
mod problem;
mod read;
mod section;
mod sections;

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

pub use contradiction::MEMORIES_PER_INSTANCE;
pub use key::{Key, Kind, Reload, Unit};
pub use problem::{ConfigError, Problem};
pub use read::{Read, read};
pub use sections::{
    CodeConfig, CompileConfig, ControlConfig, DEVELOPMENT_SHARED_FUNCTIONS_BYTES, EgressConfig, EngineConfig,
    FrontDoorConfig, LogConfig, LogFormat, PlatformLimits, SharesConfig, StoreConfig,
};

/// The sections of a file, and the keys above them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// Whether the operator's workers answer to `<worker>.localhost`.
    pub local_names: Option<bool>,
    /// Built-in dispatches, as they are written: the gateway reads them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dispatch: Vec<Table>,
    /// `[limits]`.
    pub limits: PlatformLimits,
    /// `[instances]`.
    pub instances: EngineConfig,
    /// `[shares]`.
    pub shares: SharesConfig,
    /// `[front_door]`.
    pub front_door: FrontDoorConfig,
    /// `[control]`.
    pub control: ControlConfig,
    /// `[egress]`.
    pub egress: EgressConfig,
    /// `[log]`.
    pub log: LogConfig,
    /// `[store]`.
    pub store: StoreConfig,
    /// `[code]`.
    pub code: CodeConfig,
    /// `[compile]`.
    pub compile: CompileConfig,
}

/// A section of the configuration file.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// Its name, without brackets; empty for the keys above all sections.
    pub name: &'static str,
    /// What it is about.
    pub doc: &'static str,
    /// Its keys, in the order of the reference.
    pub keys: &'static [Key],
}

/// Every section, in the order of the reference.
pub const SECTIONS: [Section; 11] = [
    sections::TOP,
    PlatformLimits::SECTION,
    EngineConfig::SECTION,
    SharesConfig::SECTION,
    FrontDoorConfig::SECTION,
    ControlConfig::SECTION,
    EgressConfig::SECTION,
    LogConfig::SECTION,
    StoreConfig::SECTION,
    CodeConfig::SECTION,
    CompileConfig::SECTION,
];

/// Every key.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    SECTIONS.iter().flat_map(|section| section.keys)
}

impl Config {
    /// The value of a key; none if it is unset and its default depends on the machine.
    pub fn value(&self, key: &Key) -> Option<Value> {
        value_in(&self.table(), key).cloned()
    }

    /// This configuration with every key of another that a reload applies.
    ///
    /// # Errors
    /// If the result contradicts itself: the other configuration needs a restart.
    pub fn reloaded(&self, newer: &Self) -> Result<Self, ConfigError> {
        let (mut table, newer) = (self.table(), newer.table());
        for key in keys().filter(|key| key.reload == Reload::Applied) {
            let section = match key.section {
                "" => &mut table,
                section => table
                    .entry(section)
                    .or_insert_with(|| Value::Table(Table::new()))
                    .as_table_mut()
                    .ok_or_else(|| Problem::new(key, "its section is not a table"))?,
            };
            match value_in(&newer, key) {
                Some(value) => drop(section.insert(key.name.to_owned(), value.clone())),
                None => drop(section.remove(key.name)),
            }
        }
        let merged: Self = table.try_into().map_err(|error: toml::de::Error| Problem::of_file(error.message()))?;
        merged.check()?;
        Ok(merged)
    }

    fn table(&self) -> Table {
        Table::try_from(self).unwrap_or_default()
    }
}

fn value_in<'a>(table: &'a Table, key: &Key) -> Option<&'a Value> {
    match key.section {
        "" => table.get(key.name),
        section => table.get(section)?.get(key.name),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
