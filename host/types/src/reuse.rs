//! How far a worker's instances are reused. Absent means that every request gets a fresh instance.

use serde::{Deserialize, Serialize};

/// Most requests that one instance may be let serve.
const REQUESTS: u32 = 100_000;

/// A worker's wish that its instances serve more than one request: its state then outlives a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reuse {
    /// Requests that one instance serves, one after another.
    #[serde(deserialize_with = "requests")]
    pub requests: u32,
}

fn requests<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let found = u64::deserialize(deserializer)?;
    match u32::try_from(found) {
        Ok(requests @ 1..=REQUESTS) => Ok(requests),
        _ => Err(serde::de::Error::custom(format!("reuse.requests: expected 1 to {REQUESTS}, found {found}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_of_requests_is_named() {
        let read = |text: &str| serde_json::from_str::<Reuse>(text).map_err(|error| error.to_string());
        assert_eq!(read(r#"{"requests":128}"#), Ok(Reuse { requests: 128 }));
        for wrong in ["0", "100001", "18446744073709551615"] {
            let error = read(&format!(r#"{{"requests":{wrong}}}"#)).err().unwrap_or_default();
            assert!(error.contains("reuse.requests: expected 1 to 100000"), "{error}");
        }
        assert!(read(r#"{"requests":1,"for_ever":true}"#).is_err());
    }
}
