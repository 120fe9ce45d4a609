//! Records: what is kept of a namespace, a worker and a certificate, and how keys and values look in sled.
//!
//! Keys are `n<namespace>`, `w<namespace>/<worker>`, `v<namespace>/<worker>` (the counter of versions) and
//! `c<certificate>`; for the operator's own workers the namespace is empty, which no name can be. Values are a format
//! byte, then JSON.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tollgate_types::{
    Binding, BindingName, Bindings, CertificateId, Declaration, Home, Limits, NamespaceName, Reuse, RoutePattern,
    Secret, WorkerId, WorkerRecord,
};

use crate::StoreError;

/// The only format so far.
const FORMAT: u8 = 1;
/// Largest value: metadata has room, and a page of such records still fits into sled's log (`SEGMENT_BYTES`).
pub(crate) const RECORD_BYTES: usize = 64 * 1024;

/// What is kept of a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamespaceRecord {
    /// Its name.
    pub name: NamespaceName,
    /// A random UUID: tells a namespace from an earlier one of the same name.
    pub id: String,
    /// Whether its workers may ask that their instances be reused.
    #[serde(default)]
    pub reuse: bool,
    /// When it was created, in milliseconds since 1970-01-01T00:00Z.
    pub created_unix_ms: u64,
}

/// What is kept of a client certificate. It never changes: another certificate has another id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateRecord {
    /// A random UUID.
    pub id: CertificateId,
    /// What its owner calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// PEM: the certificate, then those between it and the root.
    pub certificates: String,
    /// PEM: the certificate's key.
    pub private_key: Secret,
    /// When it was uploaded, in milliseconds since 1970-01-01T00:00Z.
    pub uploaded_unix_ms: u64,
}

/// What an upload says about a client certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateDraft {
    /// What its owner calls it.
    pub name: Option<String>,
    /// PEM: the certificate, then those between it and the root.
    pub certificates: String,
    /// PEM: the certificate's key.
    pub private_key: Secret,
}

/// What a deploy says about a worker, beside its script.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// What it may use.
    pub bindings: Bindings,
    /// Ceilings of its own.
    pub limits: Limits,
    /// Route patterns that lead to it from the front door.
    pub routes: Vec<RoutePattern>,
    /// How far its instances are reused.
    pub reuse: Option<Reuse>,
    /// The parameters that it reads by type.
    pub reads: Vec<Declaration>,
    /// Kinds of bindings that stay as they were where this draft does not name them: a deploy knows no secrets.
    pub keep: Vec<String>,
}

impl Draft {
    /// The bindings of the version before of the kinds that stay.
    pub fn kept<'a>(
        &'a self,
        before: Option<&'a WorkerRecord>,
    ) -> impl Iterator<Item = (&'a BindingName, &'a Binding)> {
        let all = before.into_iter().flat_map(|before| &before.bindings);
        all.filter(|(_, binding)| self.keep.iter().any(|kind| kind == binding.kind()))
    }

    /// With the bindings of the version before that stay.
    pub fn keeping(mut self, before: Option<&WorkerRecord>) -> Self {
        let kept: Vec<_> = self.kept(before).map(|(name, binding)| (name.clone(), binding.clone())).collect();
        for (name, binding) in kept {
            self.bindings.entry(name).or_insert(binding);
        }
        self
    }
}

/// What a record is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Key {
    Namespace(NamespaceName),
    Worker(WorkerId),
    Versions(WorkerId),
    Certificate(CertificateId),
}

impl Key {
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::Namespace(name) => format!("n{name}"),
            Self::Worker(id) => format!("w{}", path_of(id)),
            Self::Versions(id) => format!("v{}", path_of(id)),
            Self::Certificate(id) => format!("c{id}"),
        }
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let parse = || {
            let text = std::str::from_utf8(bytes).ok()?;
            if let Some(name) = text.strip_prefix('n') {
                return Some(Self::Namespace(name.parse().ok()?));
            }
            if let Some(id) = text.strip_prefix('c') {
                return Some(Self::Certificate(id.parse().ok()?));
            }
            match text.strip_prefix('w') {
                Some(path) => id_of(path).map(Self::Worker),
                None => id_of(text.strip_prefix('v')?).map(Self::Versions),
            }
        };
        let reason = || "its key is none of ours".to_owned();
        parse().ok_or_else(|| StoreError::Corrupt { what: what(&bytes.escape_ascii().to_string()), reason: reason() })
    }
}

fn path_of(id: &WorkerId) -> String {
    match &id.home {
        Home::Operator => format!("/{}", id.name),
        Home::Namespace(namespace) => format!("{namespace}/{}", id.name),
    }
}

fn id_of(path: &str) -> Option<WorkerId> {
    let (namespace, name) = path.split_once('/')?;
    let name = name.parse().ok()?;
    match namespace {
        "" => Some(WorkerId::operator(name)),
        namespace => Some(WorkerId::in_namespace(namespace.parse().ok()?, name)),
    }
}

fn what(key: &str) -> String {
    format!("record {key:?}")
}

/// A value for sled, refused if it is too large, or if it could not be read back: a host starts only where it can read
/// every record, so one that it could not must never be kept.
pub(crate) fn encode<T: Serialize + DeserializeOwned>(key: &Key, value: &T) -> Result<Vec<u8>, StoreError> {
    let mut bytes = vec![FORMAT];
    serde_json::to_writer(&mut bytes, value)
        .map_err(|error| StoreError::Corrupt { what: what(&key.encode()), reason: error.to_string() })?;
    if bytes.len() > RECORD_BYTES {
        return Err(StoreError::RecordTooLarge { what: name_of(key), bytes: bytes.len(), most: RECORD_BYTES });
    }
    match decode::<T>(key, &bytes) {
        Ok(_) => Ok(bytes),
        Err(StoreError::Corrupt { reason, .. }) => Err(StoreError::Unreadable { what: name_of(key), reason }),
        Err(other) => Err(other),
    }
}

/// The value that sled holds under a key.
pub(crate) fn decode<T: DeserializeOwned>(key: &Key, bytes: &[u8]) -> Result<T, StoreError> {
    let corrupt = |reason| StoreError::Corrupt { what: what(&key.encode()), reason };
    match bytes.split_first() {
        Some((&FORMAT, json)) => serde_json::from_slice(json).map_err(|error| corrupt(error.to_string())),
        Some((other, _)) => Err(corrupt(format!("format {other} is not known: written by a newer version?"))),
        None => Err(corrupt("it is empty".to_owned())),
    }
}

fn name_of(key: &Key) -> String {
    match key {
        Key::Namespace(name) => format!("namespace {name}"),
        Key::Worker(id) | Key::Versions(id) => format!("worker {id}"),
        Key::Certificate(id) => format!("certificate {id}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn keys() -> [Key; 5] {
        let own = WorkerId::operator("outbound".parse().unwrap());
        let theirs = WorkerId::in_namespace("prod".parse().unwrap(), "customer-1".parse().unwrap());
        let certificate = Key::Certificate("2458ce5a-0c35".parse().unwrap());
        let [namespace, versions] = [Key::Namespace("prod".parse().unwrap()), Key::Versions(theirs.clone())];
        [namespace, Key::Worker(own), Key::Worker(theirs), versions, certificate]
    }

    #[test]
    fn keys_there_and_back() {
        let texts = ["nprod", "w/outbound", "wprod/customer-1", "vprod/customer-1", "c2458ce5a-0c35"];
        assert_eq!(keys().map(|key| key.encode()), texts);
        assert_eq!(keys().map(|key| Key::decode(key.encode().as_bytes()).unwrap()), keys());
    }

    #[test]
    fn strange_keys_and_formats_are_named() {
        for key in [&b"x"[..], b"", b"wa", b"w../x/y", b"n\xff", b"c../x"] {
            assert!(matches!(Key::decode(key), Err(StoreError::Corrupt { .. })), "{key:?}");
        }
        let [key, ..] = keys();
        let error = decode::<NamespaceRecord>(&key, b"\x02{}").unwrap_err().to_string();
        assert_eq!(error, "record \"nprod\" is corrupt: format 2 is not known: written by a newer version?");
    }

    /// Written as text, and read as a number that is none.
    #[derive(Debug, Serialize, Deserialize)]
    struct OneWay(#[serde(serialize_with = "as_text")] u64);

    fn as_text<S: serde::Serializer>(value: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&value.to_string())
    }

    #[test]
    fn what_could_not_be_read_back_is_not_written() {
        let [_, worker, ..] = keys();
        let error = encode(&worker, &OneWay(7)).unwrap_err();
        assert!(matches!(error, StoreError::Unreadable { .. }), "{error}");
        let said = "the record of worker outbound could not be read back: invalid type: string \"7\"";
        assert!(error.to_string().starts_with(said), "{error}");
    }

    #[test]
    fn a_record_has_a_largest_size() {
        let [_, worker, ..] = keys();
        let fits = "x".repeat(RECORD_BYTES - 3); // two quotes and the format byte
        assert_eq!(encode(&worker, &fits).unwrap().len(), RECORD_BYTES);
        let error = encode(&worker, &(fits + "x")).unwrap_err().to_string();
        assert_eq!(error, "the record of worker outbound has 65537 bytes: at most 65536");
    }
}
