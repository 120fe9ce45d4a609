//! The values of records: one byte that names the format, then JSON, in which every secret is sealed.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tollgate_types::{Binding, Secret, Version, WorkerRecord};

use crate::key::Key;
use crate::seal::Keys;
use crate::{CertificateRecord, NamespaceRecord, StoreError};

/// Secrets in clear text: what the store wrote before it had a journal.
const OPEN: u8 = 1;
/// Secrets sealed.
pub(crate) const SEALED: u8 = 2;
/// Largest JSON before sealing, which adds a third to a secret. Metadata has room, and a page of such records still fits
/// into sled's log (`SEGMENT_BYTES` of the index).
pub(crate) const RECORD_BYTES: usize = 64 * 1024;

/// What is kept under a key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Record {
    Namespace(NamespaceRecord),
    Worker(Arc<WorkerRecord>),
    LastVersion(Version),
    /// Without the text of its secrets: a secret that was rotated or deleted is kept nowhere.
    Version(Arc<WorkerRecord>),
    Certificate(Arc<CertificateRecord>),
}

/// A value, refused as `json` refuses it.
pub(crate) fn encode(key: &Key, record: &Record, keys: &Keys) -> Result<Vec<u8>, StoreError> {
    let mut json = json(key, record)?;
    if has_secrets(key) {
        let mut value = serde_json::from_slice(&json).map_err(unreadable(key))?;
        each_secret(&key.encode(), &mut value, &mut |place, text| keys.seal(place, text))?;
        json = serde_json::to_vec(&value).map_err(unreadable(key))?;
    }
    json.insert(0, SEALED);
    Ok(json)
}

/// The JSON of a record with its secrets, refused if it is too large, or if it could not be read back: a worker whose
/// record cannot be read cannot run, so such a record must never be kept.
pub(crate) fn json(key: &Key, record: &Record) -> Result<Vec<u8>, StoreError> {
    match record {
        Record::Namespace(record) => json_of(key, record),
        Record::Worker(record) => json_of(key, &**record),
        Record::LastVersion(version) => json_of(key, version),
        Record::Version(record) => json_of(key, &without_secrets(record)),
        Record::Certificate(record) => json_of(key, &**record),
    }
}

fn json_of<T: Serialize + DeserializeOwned>(key: &Key, record: &T) -> Result<Vec<u8>, StoreError> {
    let json = serde_json::to_vec(record).map_err(unreadable(key))?;
    if json.len() >= RECORD_BYTES {
        return Err(StoreError::RecordTooLarge { what: key.to_string(), bytes: json.len() + 1, most: RECORD_BYTES });
    }
    serde_json::from_slice::<T>(&json).map_err(unreadable(key))?;
    Ok(json)
}

fn unreadable(key: &Key) -> impl Fn(serde_json::Error) -> StoreError {
    let what = key.to_string();
    move |error| StoreError::Unreadable { what: what.clone(), reason: error.to_string() }
}

/// The record of a value.
pub(crate) fn decode(key: &Key, bytes: &[u8], keys: &Keys) -> Result<Record, StoreError> {
    Ok(match key {
        Key::Namespace(_) => Record::Namespace(decode_json(key, bytes, keys)?),
        Key::Worker(_) => Record::Worker(Arc::new(decode_json(key, bytes, keys)?)),
        Key::LastVersion(_) => Record::LastVersion(decode_json(key, bytes, keys)?),
        Key::Version(..) => Record::Version(Arc::new(decode_json(key, bytes, keys)?)),
        Key::Certificate(_) => Record::Certificate(Arc::new(decode_json(key, bytes, keys)?)),
    })
}

fn decode_json<T: DeserializeOwned>(key: &Key, bytes: &[u8], keys: &Keys) -> Result<T, StoreError> {
    let json_error = |error: serde_json::Error| corrupt(key, error.to_string());
    let (is_sealed, json) = json_in(key, bytes)?;
    if !is_sealed {
        return serde_json::from_slice(json).map_err(json_error);
    }
    let mut value = serde_json::from_slice(json).map_err(json_error)?;
    each_secret(&key.encode(), &mut value, &mut |place, sealed| keys.open(place, sealed))?;
    serde_json::from_value(value).map_err(json_error)
}

/// The JSON of a value, and whether it has secrets that are sealed.
pub(crate) fn json_in<'a>(key: &Key, bytes: &'a [u8]) -> Result<(bool, &'a [u8]), StoreError> {
    match bytes.split_first() {
        Some((&SEALED, json)) => Ok((has_secrets(key), json)),
        Some((&OPEN, json)) => Ok((false, json)),
        Some((other, _)) => Err(corrupt(key, format!("format {other} is not known: written by a newer version?"))),
        None => Err(corrupt(key, "it is empty".to_owned())),
    }
}

pub(crate) fn corrupt(key: &Key, reason: String) -> StoreError {
    StoreError::Corrupt { what: format!("record {:?}", key.encode()), reason }
}

/// What seals or opens the secret at a place.
type Turn<'a> = &'a mut dyn FnMut(&str, &str) -> Result<String, StoreError>;

fn has_secrets(key: &Key) -> bool {
    matches!(key, Key::Worker(_) | Key::Certificate(_))
}

/// Replaces every secret of a record by what `turn` makes of it.
fn each_secret(key: &str, record: &mut Value, turn: Turn<'_>) -> Result<(), StoreError> {
    if let Some(private_key) = record.get_mut("private_key") {
        replace(&format!("{key} private_key"), private_key, turn)?;
    }
    let bindings = record.get_mut("bindings").and_then(Value::as_object_mut).into_iter().flatten();
    for (name, binding) in bindings {
        let is_secret = binding.get("type").and_then(Value::as_str) == Some("secret_text");
        if let Some(text) = binding.get_mut("text").filter(|_| is_secret) {
            replace(&format!("{key} {name}"), text, turn)?;
        }
    }
    Ok(())
}

fn replace(place: &str, text: &mut Value, turn: Turn<'_>) -> Result<(), StoreError> {
    if let Value::String(before) = text {
        *before = turn(place, before)?;
    }
    Ok(())
}

fn without_secrets(record: &WorkerRecord) -> WorkerRecord {
    let mut record = record.clone();
    for binding in record.bindings.values_mut() {
        if let Binding::SecretText { text } = binding {
            *text = Secret::from(String::new());
        }
    }
    record
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde::Deserialize;

    use super::*;

    fn worker() -> Key {
        Key::Worker(tollgate_types::WorkerId::operator("outbound".parse().unwrap()))
    }

    #[test]
    fn another_format_is_refused_by_its_number() {
        let key = Key::Namespace("prod".parse().unwrap());
        let error = decode(&key, b"\x03{}", &Keys::generate().unwrap()).unwrap_err().to_string();
        assert_eq!(error, "record \"nprod\" is corrupt: format 3 is not known: written by a newer version?");
    }

    /// Written as text, and read as a number, which the text is not.
    #[derive(Debug, Serialize, Deserialize)]
    struct OneWay(#[serde(serialize_with = "as_text")] u64);

    fn as_text<S: serde::Serializer>(value: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&value.to_string())
    }

    #[test]
    fn a_record_that_could_not_be_read_back_is_not_written() {
        let error = json_of(&worker(), &OneWay(7)).unwrap_err();
        assert!(matches!(error, StoreError::Unreadable { .. }), "{error}");
        let said = "the record of worker outbound could not be read back: invalid type: string \"7\"";
        assert!(error.to_string().starts_with(said), "{error}");
    }

    #[test]
    fn a_record_has_a_largest_size() {
        let fits = "x".repeat(RECORD_BYTES - 3); // two quotes and the format byte
        assert_eq!(json_of(&worker(), &fits).unwrap().len(), RECORD_BYTES - 1);
        let error = json_of(&worker(), &(fits + "x")).unwrap_err().to_string();
        assert_eq!(error, "the record of worker outbound has 65537 bytes: at most 65536");
    }
}
