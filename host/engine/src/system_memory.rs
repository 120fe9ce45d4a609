//! How much memory the machine lets this process have.

use std::fs::read_to_string;
use std::path::{Path, PathBuf};

/// The part of it that workers may have, in percent. The rest is for the host itself, compiled code, connections, and the kernel.
const PERCENT: u64 = 80;

/// What workers may have, in bytes, if the operator does not say.
pub(crate) fn for_workers() -> u64 {
    let limits = group_limits(&read_to_string("/proc/self/cgroup").unwrap_or_default());
    let most = limits.into_iter().chain(total()).min().unwrap_or(u64::MAX);
    most / 100 * PERCENT
}

/// All memory of the machine.
fn total() -> Option<u64> {
    let text = read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? << 10)
}

/// The limits of the memory cgroup and of all above it. In a container, the path may not be visible, and its own group is the root.
fn group_limits(groups: &str) -> Vec<u64> {
    groups.lines().filter_map(group).flat_map(|(root, path, file)| limits_along(root, path, file)).collect()
}

/// Where a line of `/proc/self/cgroup` leads, if it is of memory: of version 2, or version 1.
fn group(line: &str) -> Option<(&'static Path, &str, &'static str)> {
    let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
    match controllers {
        "" => Some((Path::new("/sys/fs/cgroup"), path, "memory.max")),
        _ if controllers.split(',').any(|name| name == "memory") => {
            Some((Path::new("/sys/fs/cgroup/memory"), path, "memory.limit_in_bytes"))
        }
        _ => None,
    }
}

fn limits_along(root: &Path, path: &str, file: &str) -> Vec<u64> {
    let own: PathBuf = root.join(path.trim_start_matches('/'));
    let folders = own.ancestors().take_while(|folder| folder.starts_with(root));
    folders.filter_map(|folder| read_to_string(folder.join(file)).ok()?.trim().parse().ok()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn both_versions_of_cgroups_are_read() {
        assert_eq!(group("0::/a/b").unwrap().1, "/a/b");
        assert_eq!(group("9:cpu,memory:/a").unwrap().2, "memory.limit_in_bytes");
        assert!(group("3:cpuset:/a").is_none());
    }

    #[test]
    fn the_limits_of_all_groups_above_count() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("a/b")).unwrap();
        std::fs::write(root.path().join("a/memory.max"), "4096\n").unwrap();
        std::fs::write(root.path().join("a/b/memory.max"), "max\n").unwrap();
        assert_eq!(limits_along(root.path(), "/a/b", "memory.max"), [4096]);
    }
}
