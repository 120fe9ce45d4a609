//! What a host holds: memory, files, connections, threads, instances and requests. After an attack it must be what it was before.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;
use tokio::time::{Instant, sleep};
use tollgate_tests::Host;

use super::finding::{Asked, Finding};
use crate::process::resident_mib;

/// Of the memory before an attack, how much there may be afterwards.
const MEMORY: f64 = 1.1;

/// What a host holds at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) memory_mib: f64,
    /// What each descriptor leads to.
    files: Vec<String>,
    threads: f64,
    instances: f64,
    /// Requests and subrequests that are served or wait for a share.
    requests: f64,
}

impl Held {
    /// Reads `/proc` and `/status`.
    pub(crate) async fn by(host: &Host) -> anyhow::Result<Self> {
        let (pid, status) = (host.pid().context("the host has ended")?, host.status().await?);
        let files = std::fs::read_dir(format!("/proc/{pid}/fd"))?
            .filter_map(|file| Some(std::fs::read_link(file.ok()?.path()).ok()?.to_string_lossy().into_owned()));
        let namespaces = status.get("namespaces").and_then(Value::as_array).cloned().unwrap_or_default();
        let of = |namespace: &Value| {
            let fields =
                ["requests", "subrequests", "waiting"].iter().filter_map(|field| namespace.get(field)?.as_f64());
            fields.sum::<f64>()
        };
        Ok(Self {
            memory_mib: resident_mib(pid)?,
            files: files.collect(),
            threads: std::fs::read_dir(format!("/proc/{pid}/task"))?.count() as f64,
            instances: status.get("instances").and_then(Value::as_f64).context("no instances in /status")?,
            requests: namespaces.iter().map(of).sum(),
        })
    }

    /// Each count with its name. A descriptor is a connection or a file.
    fn counts(&self) -> [(&'static str, f64); 5] {
        let Self { threads, instances, requests, .. } = *self;
        let connections = self.connections();
        [
            ("files", self.files.len() as f64 - connections),
            ("connections", connections),
            ("threads", threads),
            ("instances", instances),
            ("requests", requests),
        ]
    }

    pub(crate) fn connections(&self) -> f64 {
        self.files.iter().filter(|file| file.starts_with("socket:")).count() as f64
    }

    /// The files of which there are more than in `before`. Several have the same name.
    fn new_files(&self, before: &Self) -> BTreeSet<&str> {
        let count = |held: &Self, name: &str| held.files.iter().filter(|file| *file == name).count();
        let more = |name: &&str| !name.starts_with("socket:") && count(self, name) > count(before, name);
        self.files.iter().map(String::as_str).filter(more).collect()
    }

    fn is_back_to(&self, before: &Self) -> bool {
        self.memory_mib <= MEMORY * before.memory_mib
            && self.counts().iter().zip(before.counts()).all(|((_, now), (_, then))| *now <= then)
    }

    /// Waits until the host holds no more than before, but not longer than this. Gives what is left.
    pub(crate) async fn left(&self, name: &str, host: &Host, within: Duration) -> anyhow::Result<Vec<Finding>> {
        let ended = Instant::now();
        let mut after = Self::by(host).await?;
        while !after.is_back_to(self) && ended.elapsed() < within {
            sleep(Duration::from_millis(100)).await;
            after = Self::by(host).await?;
        }
        let mut findings = vec![
            Finding::new(
                format!("after/{name}/memory"),
                "of before",
                after.memory_mib / self.memory_mib,
                Asked::AtMost(MEMORY),
            ),
            Finding::new(format!("after/{name}/seconds"), "s", ended.elapsed().as_secs_f64(), Asked::Nothing),
        ];
        after.new_files(self).iter().for_each(|file| eprintln!("{name}: {file}"));
        for ((what, now), (_, then)) in after.counts().into_iter().zip(self.counts()) {
            let more = (now - then).max(0.0);
            findings.push(Finding::new(format!("after/{name}/{what}"), "more than before", more, Asked::AtMost(0.0)));
        }
        Ok(findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_more_memory_is_back_and_one_more_file_is_not() {
        let files = vec!["socket:[1]".to_owned(), "anon_inode:[eventpoll]".to_owned()];
        let before = Held { memory_mib: 100.0, files, threads: 9.0, instances: 0.0, requests: 0.0 };
        assert!(Held { memory_mib: 110.0, threads: 8.0, ..before.clone() }.is_back_to(&before));
        assert!(!Held { memory_mib: 111.0, ..before.clone() }.is_back_to(&before));
        for file in ["socket:[2]", "/memfd:code (deleted)"] {
            let mut after = before.clone();
            after.files.push(file.to_owned());
            assert!(!after.is_back_to(&before), "{file}");
        }
    }
}
