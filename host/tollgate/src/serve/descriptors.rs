//! Connections and name look-ups that fit the files which the process may open. Each purpose has a share, so that none takes the files
//! of another: what connects to the control listener never closes the front door.
//!
//! Loaded code may hold a quarter of the files (`[code] workers`). What the shares leave is for the store, the log and connections that
//! are being accepted.

use tollgate_types::config::Config;

/// Thirty-seconds of the files, for each purpose.
const FRONT_DOOR: u64 = 12;
const EGRESS: u64 = 8;
const CONTROL: u64 = 1;
const LOOKUPS: u64 = 1;

/// Sockets of one look-up: one for IPv4 addresses, one for IPv6.
const LOOKUP_FILES: u64 = 2;

/// The configuration with as many connections and look-ups as fit. Logs each key that it lowers.
pub(super) fn fitting(config: &Config) -> Config {
    let mut fitting = config.clone();
    if let Some(files) = rustix::process::getrlimit(rustix::process::Resource::Nofile).current {
        fit(&mut fitting, files);
    }
    fitting
}

fn fit(config: &mut Config, files: u64) {
    lower("front_door.connections", &mut config.front_door.connections, files, FRONT_DOOR);
    lower("egress.connections", &mut config.egress.connections, files, EGRESS);
    lower("control.connections", &mut config.control.connections, files, CONTROL);
    lower("egress.lookups", &mut config.egress.lookups, files / LOOKUP_FILES, LOOKUPS);
}

/// Lowers a count to a share of the files, if each takes one.
fn lower(key: &str, count: &mut u32, files: u64, share: u64) {
    let most = u32::try_from((files.saturating_mul(share) / 32).max(1)).unwrap_or(u32::MAX);
    if *count > most {
        tracing::info!(key, found = *count, used = most, "lowered: the process may open too few files");
        *count = most;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_lowered_to_its_share_and_a_smaller_one_stays() {
        let mut connections = 16_384;
        lower("key", &mut connections, 20_000, FRONT_DOOR);
        assert_eq!(connections, 7_500);
        lower("key", &mut connections, 1 << 20, CONTROL);
        assert_eq!(connections, 7_500);
        lower("key", &mut connections, 8, CONTROL);
        assert_eq!(connections, 1);
    }

    #[test]
    fn each_purpose_has_a_share_and_some_files_are_left() {
        let all = FRONT_DOOR + EGRESS + CONTROL + LOOKUPS;
        assert!(all + 8 < 32, "a quarter is for loaded code, and something must be left");
        let mut config = Config::default();
        fit(&mut config, 1_024);
        assert_eq!((config.front_door.connections, config.egress.connections), (384, 256));
        assert_eq!((config.control.connections, config.egress.lookups), (32, 16), "a look-up has two sockets");
        fit(&mut config, 1 << 20);
        assert_eq!(config.egress.lookups, 16, "a smaller count stays");
    }
}
