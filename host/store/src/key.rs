//! The keys of records.
//!
//! | key | record |
//! | --- | --- |
//! | `n<namespace>` | a namespace |
//! | `w<namespace>/<worker>` | the deployed version of a worker |
//! | `v<namespace>/<worker>` | the number of the last version of a worker that was deleted |
//! | `h<namespace>/<worker>/<number>` | one of its earlier versions, without the text of its secrets |
//! | `c<certificate>` | a client certificate |
//!
//! For the operator's own workers the namespace is empty, which no name can be.

use std::fmt;

use tollgate_types::{CertificateId, Home, NamespaceName, Version, WorkerId};

use crate::StoreError;

/// What a record is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Namespace(NamespaceName),
    Worker(WorkerId),
    LastVersion(WorkerId),
    Version(WorkerId, Version),
    Certificate(CertificateId),
}

impl Key {
    pub(crate) fn encode(&self) -> String {
        match self {
            Self::Namespace(name) => format!("n{name}"),
            Self::Worker(id) => format!("w{}", path_of(id)),
            Self::LastVersion(id) => format!("v{}", path_of(id)),
            Self::Version(id, Version(number)) => format!("h{}/{number:020}", path_of(id)),
            Self::Certificate(id) => format!("c{id}"),
        }
    }

    pub(crate) fn decode(text: &str) -> Result<Self, StoreError> {
        parse(text).ok_or_else(|| StoreError::Corrupt {
            what: format!("record {text:?}"),
            reason: "this version of the store has no such key".to_owned(),
        })
    }
}

fn parse(text: &str) -> Option<Key> {
    let (kind, rest) = text.split_at_checked(1)?;
    match kind {
        "n" => Some(Key::Namespace(rest.parse().ok()?)),
        "c" => Some(Key::Certificate(rest.parse().ok()?)),
        "w" => id_of(rest).map(Key::Worker),
        "v" => id_of(rest).map(Key::LastVersion),
        "h" => {
            let (path, number) = rest.rsplit_once('/')?;
            Some(Key::Version(id_of(path)?, Version(number.parse().ok()?)))
        }
        _ => None,
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

/// As a person calls what the record is about.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Namespace(name) => write!(f, "namespace {name}"),
            Self::Worker(id) | Self::LastVersion(id) => write!(f, "worker {id}"),
            Self::Version(id, Version(number)) => write!(f, "version {number} of worker {id}"),
            Self::Certificate(id) => write!(f, "certificate {id}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn keys_there_and_back() {
        let own = WorkerId::operator("outbound".parse().unwrap());
        let theirs = WorkerId::in_namespace("prod".parse().unwrap(), "customer-1".parse().unwrap());
        for (key, text) in [
            (Key::Namespace("prod".parse().unwrap()), "nprod"),
            (Key::Worker(own.clone()), "w/outbound"),
            (Key::Worker(theirs.clone()), "wprod/customer-1"),
            (Key::LastVersion(theirs.clone()), "vprod/customer-1"),
            (Key::Version(theirs, Version(7)), "hprod/customer-1/00000000000000000007"),
            (Key::Version(own, Version(7)), "h/outbound/00000000000000000007"),
            (Key::Certificate("2458ce5a-0c35".parse().unwrap()), "c2458ce5a-0c35"),
        ] {
            assert_eq!(key.encode(), text);
            assert_eq!(Key::decode(text).unwrap(), key);
        }
    }

    #[test]
    fn other_keys_are_refused_by_name() {
        for key in ["x", "", "wa", "w../x/y", "nö", "c../x", "hprod/a", "hprod/a/x"] {
            let error = Key::decode(key).unwrap_err().to_string();
            assert_eq!(error, format!("record {key:?} is corrupt: this version of the store has no such key"));
        }
    }
}
