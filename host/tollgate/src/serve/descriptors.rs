//! Connections that fit the files which the process may open. Each purpose has a share, so that none takes the files of another: what
//! connects to the control listener never closes the front door.
//!
//! Loaded code may hold a quarter of the files (`[code] workers`). What the shares leave is for the store, the log and connections that
//! are being accepted.

use tollgate_types::config::Config;

/// Thirty-seconds of the files, for each purpose.
const FRONT_DOOR: u64 = 12;
const EGRESS: u64 = 8;
const CONTROL: u64 = 1;

/// The configuration with as many connections as fit. Logs each key that it lowers.
pub(super) fn fitting(config: &Config) -> Config {
    let mut fitting = config.clone();
    if let Some(files) = rustix::process::getrlimit(rustix::process::Resource::Nofile).current {
        lower("front_door.connections", &mut fitting.front_door.connections, files, FRONT_DOOR);
        lower("egress.connections", &mut fitting.egress.connections, files, EGRESS);
        lower("control.connections", &mut fitting.control.connections, files, CONTROL);
    }
    fitting
}

fn lower(key: &str, connections: &mut u32, files: u64, share: u64) {
    let most = u32::try_from((files.saturating_mul(share) / 32).max(1)).unwrap_or(u32::MAX);
    if *connections > most {
        tracing::info!(key, found = *connections, used = most, "lowered: the process may open {files} files");
        *connections = most;
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
        let all = FRONT_DOOR + EGRESS + CONTROL;
        assert!(all + 8 < 32, "a quarter is for loaded code, and something must be left");
    }
}
