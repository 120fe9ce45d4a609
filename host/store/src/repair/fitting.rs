//! What is kept of a damaged store, made to fit together: no worker without its namespace, no version without its worker, and no
//! number that is given twice as far as an earlier version or a deletion tells.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use tollgate_types::{Binding, Home, NamespaceName, ScriptDigest, Version, WorkerId};

use super::copies::Kept;
use super::merge::Merged;
use super::report::Repaired;
use crate::StoreError;
use crate::key::Key;
use crate::seal::Keys;
use crate::value::{Record, encode};

/// What is kept, while it is made to fit together.
pub(super) struct Fitting {
    pub(super) kept: BTreeMap<String, (Key, Kept)>,
    pub(super) report: Repaired,
}

impl Fitting {
    fn keys(&self) -> Vec<Key> {
        self.kept.values().map(|(key, _)| key.clone()).collect()
    }

    fn record(&self, key: &Key) -> Option<&Record> {
        self.kept.get(&key.encode()).map(|(_, (record, _))| record)
    }

    fn drop(&mut self, key: &Key) {
        self.kept.remove(&key.encode());
    }

    fn put(&mut self, key: Key, record: Record, keys: &Keys) -> Result<(), StoreError> {
        let value = encode(&key, &record, keys)?;
        self.kept.insert(key.encode(), (key, (record, value)));
        Ok(())
    }

    /// A worker without its namespace has no name.
    pub(super) fn drop_homeless(&mut self) {
        let namespaces: HashSet<NamespaceName> = self
            .keys()
            .into_iter()
            .filter_map(|key| if let Key::Namespace(name) = key { Some(name) } else { None })
            .collect();
        for key in self.keys() {
            let (Key::Worker(id) | Key::Version(id, _)) = &key else { continue };
            let Home::Namespace(namespace) = &id.home else { continue };
            if namespaces.contains(namespace) {
                continue;
            }
            if let Some(Record::Worker(record)) = self.record(&key) {
                let (version, script) = (record.version.0, record.script);
                self.report.lost.push(format!(
                    "{key} is left out, since the record of its namespace is lost: version {version}, script {script}"
                ));
            }
            self.drop(&key);
        }
    }

    /// Versions of a worker that is lost name its script, but not its secrets.
    pub(super) fn drop_versions_without_worker(&mut self, keys: &Keys) -> Result<(), StoreError> {
        let mut last: BTreeMap<String, (WorkerId, Version, ScriptDigest)> = BTreeMap::new();
        for key in self.keys() {
            let Key::Version(id, version) = &key else { continue };
            if self.record(&Key::Worker(id.clone())).is_some() {
                continue;
            }
            if let Some(Record::Version(record)) = self.record(&key) {
                last.insert(id.to_string(), (id.clone(), *version, record.script));
            }
            self.drop(&key);
        }
        for (id, version, script) in last.into_values() {
            let number = version.0;
            self.report.lost.push(format!("worker {id}: its version {number} ran script {script}; deploy it again"));
            self.count_lost(id, version, keys)?;
        }
        Ok(())
    }

    /// A version gets a record of its own when the next one is deployed: that one was lost, and its number is not used again.
    fn count_lost(&mut self, id: WorkerId, earlier: Version, keys: &Keys) -> Result<(), StoreError> {
        let key = Key::LastVersion(id);
        let counter = match self.record(&key) {
            Some(Record::LastVersion(version)) => *version,
            _ => Version(0),
        };
        self.put(key, Record::LastVersion(counter.max(Version(earlier.0 + 1))), keys)
    }

    /// Every worker has a counter if a later version of it was lost.
    pub(super) fn count_on(&mut self, keys: &Keys, is_deleted: &dyn Fn(&WorkerId) -> bool) -> Result<(), StoreError> {
        for key in self.keys() {
            match &key {
                Key::Worker(id) => self.count_worker(id, keys)?,
                Key::LastVersion(id) if self.record(&Key::Worker(id.clone())).is_none() && !is_deleted(id) => {
                    let lost = format!("worker {id}: it was deployed once, and is deleted or lost");
                    if !self.report.lost.iter().any(|line| line.starts_with(&format!("worker {id}"))) {
                        self.report.lost.push(lost);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn versions_of(&self, id: &WorkerId) -> impl Iterator<Item = Version> {
        let (first, last) = (Key::Version(id.clone(), Version(0)), Key::Version(id.clone(), Version(u64::MAX)));
        self.kept.range(first.encode()..=last.encode()).filter_map(|(_, (key, _))| match key {
            Key::Version(_, version) => Some(*version),
            _ => None,
        })
    }

    fn count_worker(&mut self, id: &WorkerId, keys: &Keys) -> Result<(), StoreError> {
        let Some(Record::Worker(record)) = self.record(&Key::Worker(id.clone())).cloned() else { return Ok(()) };
        // A version gets a record of its own when the next one is deployed.
        let earlier = self.versions_of(id).last().map_or(Version(0), |earlier| Version(earlier.0 + 1));
        let counter = match self.record(&Key::LastVersion(id.clone())) {
            Some(Record::LastVersion(version)) => *version,
            _ => Version(0),
        };
        let last = counter.max(earlier).max(record.version);
        if last > record.version {
            self.report.doubtful.push(format!(
                "worker {id}: version {} is kept; version {} was deployed later and is lost",
                record.version.0, last.0
            ));
        }
        if last > record.version && last != counter {
            self.put(Key::LastVersion(id.clone()), Record::LastVersion(last), keys)?;
        }
        Ok(())
    }

    pub(super) fn note_lost_certificates(&mut self) {
        let mut lines = vec![];
        for (key, (record, _)) in self.kept.values() {
            let (Key::Worker(_), Record::Worker(record)) = (key, record) else { continue };
            for binding in record.bindings.values() {
                let Binding::MtlsCertificate(bound) = binding else { continue };
                if self.record(&Key::Certificate(bound.certificate_id.clone())).is_none() {
                    lines.push(format!("{key} is bound to certificate {}, which is lost", bound.certificate_id));
                }
            }
        }
        self.report.doubtful.extend(lines);
    }

    /// A damaged entry cannot be believed, but an operator who deploys again wants to know what it was about.
    pub(super) fn note_likely(&mut self, keys: &BTreeSet<String>) {
        for key in keys.iter().filter_map(|key| Key::decode(key).ok()) {
            let (Key::Namespace(_) | Key::Worker(_) | Key::Certificate(_)) = &key else { continue };
            let name = key.to_string();
            match self.record(&key) {
                Some(_) => self.report.doubtful.push(format!("{name}: a damaged entry seems to change it")),
                None if self.report.lost.iter().any(|line| line.starts_with(&format!("{name}:"))) => {}
                None => {
                    self.report.lost.push(format!("{name}: a damaged entry seems to change it, and no copy has it"))
                }
            }
        }
    }

    pub(super) fn merged(self) -> Merged {
        let mut report = self.report;
        let mut scripts = vec![];
        for (key, (record, _)) in self.kept.values() {
            match (key, record) {
                (Key::Namespace(_), _) => report.namespaces += 1,
                (Key::Worker(id), Record::Worker(record)) => {
                    report.workers += 1;
                    scripts.push((id.clone(), record.script));
                }
                (Key::Version(..), _) => report.versions += 1,
                (Key::Certificate(_), _) => report.certificates += 1,
                _ => {}
            }
        }
        report.records = self.kept.len();
        let records = self.kept.into_iter().map(|(text, (_, (_, value)))| (text, value)).collect();
        Merged { records, scripts, report }
    }
}
