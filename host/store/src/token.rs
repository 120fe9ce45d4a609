//! The control token at rest: made at the first start, and sealed with the newest key of the key file, so that the data folder
//! without its key file does not give it away. Earlier versions kept it in clear text; the next start seals it.

use std::io;
use std::path::{Path, PathBuf};

use crate::key_file::{self, replace};
use crate::seal::{Keys, random};
use crate::{StoreError, Writer};

/// In the data folder.
const FILE: &str = "token";
/// The place that the token is sealed for: no record has such a key.
const PLACE: &str = "token";
const RANDOM_BYTES: usize = 32;
/// Digits of a token that differ, at least.
const DIFFERENT_DIGITS: usize = 8;

/// What the file holds.
enum Kept {
    /// Nothing, or there is no file.
    Nothing,
    /// A token in clear text.
    Clear(String),
    Sealed(String),
}

/// The token of a data folder, for verbs that speak to its host.
pub fn read_token(data: &Path, key_file: Option<&Path>) -> Result<String, StoreError> {
    // A rotation of the key may replace both files between the two reads; then the second try finds both.
    try_read(data, key_file).or_else(|_| try_read(data, key_file))
}

fn try_read(data: &Path, key_file: Option<&Path>) -> Result<String, StoreError> {
    let path = data.join(FILE);
    match look(&path)? {
        Kept::Nothing => Err(failed("read", &path)(io::ErrorKind::NotFound.into())),
        Kept::Clear(token) => Ok(token),
        Kept::Sealed(sealed) => {
            let open = |file| open(&path, &sealed, &key_file::at(key_file::path_in(data, file))?);
            // The environment may name the key file of another host, as for the data folder of `tollgate dev`.
            open(key_file).or_else(|error| match key_file {
                Some(_) => open(None).map_err(|_| error),
                None => Err(error),
            })
        }
    }
}

impl Writer {
    /// The control token of the data folder, and whether it was just made. A file without a token gets one; what is neither a
    /// token nor empty is refused.
    pub async fn token(&self) -> Result<(String, bool), StoreError> {
        let keys = self.ring.keys.lock().await;
        load_or_make(&self.ring.data, &keys)
    }
}

fn load_or_make(data: &Path, keys: &Keys) -> Result<(String, bool), StoreError> {
    let path = data.join(FILE);
    match look(&path)? {
        Kept::Sealed(sealed) => Ok((open(&path, &sealed, keys)?, false)),
        Kept::Clear(token) => {
            // A host on a disk that cannot be written serves all the same.
            if let Err(error) = write(&path, &token, keys) {
                tracing::warn!(error = %crate::durable::chain(&error), "the control token is still in clear text");
            }
            Ok((token, false))
        }
        Kept::Nothing => {
            let token: String = random::<RANDOM_BYTES>()?.iter().map(|byte| format!("{byte:02x}")).collect();
            write(&path, &token, keys)?;
            Ok((token, true))
        }
    }
}

/// Seals the token with the newest of these keys. A data folder without a token stays without.
pub(crate) fn seal_again(data: &Path, keys: &Keys) -> Result<(), StoreError> {
    let path = data.join(FILE);
    match look(&path)? {
        Kept::Nothing => Ok(()),
        Kept::Clear(token) => write(&path, &token, keys),
        Kept::Sealed(sealed) => write(&path, &open(&path, &sealed, keys)?, keys),
    }
}

fn look(path: &Path) -> Result<Kept, StoreError> {
    let bytes = match std::fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kept::Nothing),
        read => read.map_err(|error| unusable(path, error.to_string()))?,
    };
    let text = std::str::from_utf8(&bytes).unwrap_or("?").trim();
    match text {
        "" => Ok(Kept::Nothing),
        text if is_token(text) && !is_random(text) => {
            Err(unusable(path, "its digits are not random: anybody could guess it".to_owned()))
        }
        text if is_token(text) => Ok(Kept::Clear(text.to_owned())),
        text if text.contains(':') => Ok(Kept::Sealed(text.to_owned())),
        _ => Err(unusable(path, format!("its {} bytes are not what a host writes there", bytes.len()))),
    }
}

fn is_token(text: &str) -> bool {
    text.len() == 2 * RANDOM_BYTES && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether digits may have come from a random number. Fewer than 8 different digits come less than once in 10^18 times.
fn is_random(token: &str) -> bool {
    token.bytes().collect::<std::collections::BTreeSet<_>>().len() >= DIFFERENT_DIGITS
}

fn open(path: &Path, sealed: &str, keys: &Keys) -> Result<String, StoreError> {
    match keys.open(PLACE, sealed) {
        Ok(token) if is_token(&token) && is_random(&token) => Ok(token),
        Ok(_) => Err(unusable(path, "it holds something else".to_owned())),
        Err(StoreError::Unsealed { reason, .. }) => Err(unusable(path, reason)),
        Err(StoreError::UnknownKey { id, .. }) => {
            Err(unusable(path, format!("it was sealed with key {id}, which the key file does not have")))
        }
        Err(error) => Err(error),
    }
}

fn write(path: &Path, token: &str, keys: &Keys) -> Result<(), StoreError> {
    let sealed = keys.seal(PLACE, token)?;
    replace(path, &format!("{sealed}\n")).map_err(failed("write", path))
}

fn unusable(path: &Path, reason: String) -> StoreError {
    StoreError::Token { path: path.to_owned(), reason }
}

fn failed(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError + use<> {
    let path: PathBuf = path.to_owned();
    move |source| StoreError::Io { act, path, source }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    const CLEAR: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    fn folder() -> (tempfile::TempDir, Keys) {
        let (data, keys) = (tempfile::tempdir().unwrap(), Keys::generate().unwrap());
        fs::write(data.path().join("key"), keys.to_text()).unwrap();
        (data, keys)
    }

    #[test]
    fn a_token_is_made_once_and_only_its_sealed_form_is_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let (data, keys) = folder();
        let (token, true) = load_or_make(data.path(), &keys).unwrap() else { panic!("it was there") };
        assert_eq!(load_or_make(data.path(), &keys).unwrap(), (token.clone(), false));
        assert_eq!(read_token(data.path(), None).unwrap(), token);
        let file = data.path().join("token");
        assert!(!fs::read_to_string(&file).unwrap().contains(&token));
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let elsewhere = tempfile::tempdir().unwrap();
        fs::rename(data.path().join("key"), elsewhere.path().join("key")).unwrap();
        assert!(matches!(read_token(data.path(), None), Err(StoreError::KeyFileMissing(_))));
        assert_eq!(read_token(data.path(), Some(&elsewhere.path().join("key"))).unwrap(), token);
    }

    #[test]
    fn a_token_in_clear_text_is_kept_and_sealed() {
        let (data, keys) = folder();
        fs::write(data.path().join("token"), format!("{CLEAR}\n")).unwrap();
        assert_eq!(read_token(data.path(), None).unwrap(), CLEAR);
        assert_eq!(load_or_make(data.path(), &keys).unwrap(), (CLEAR.to_owned(), false));
        assert!(!fs::read_to_string(data.path().join("token")).unwrap().contains(CLEAR));
        assert_eq!(read_token(data.path(), None).unwrap(), CLEAR);
    }

    #[test]
    fn an_empty_file_gets_a_token_and_any_other_text_is_refused() {
        let (data, keys) = folder();
        let file = data.path().join("token");
        for empty in ["", " \n"] {
            fs::write(&file, empty).unwrap();
            assert!(load_or_make(data.path(), &keys).unwrap().1);
        }
        let foreign = Keys::generate().unwrap().seal(PLACE, CLEAR).unwrap();
        let other_place = keys.seal("elsewhere", CLEAR).unwrap();
        let no_token = keys.seal(PLACE, "x").unwrap();
        let guessed = "01".repeat(RANDOM_BYTES);
        for text in ["x", &guessed, &CLEAR[1..], "\u{fffd}", ":", &foreign, &other_place, &no_token] {
            fs::write(&file, text).unwrap();
            let error = load_or_make(data.path(), &keys).unwrap_err();
            assert!(matches!(&error, StoreError::Token { path, .. } if *path == file), "{text:?}: {error}");
            assert!(error.hint().unwrap().contains(file.to_str().unwrap()));
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
        }
        fs::write(&file, [0xff]).unwrap();
        assert!(load_or_make(data.path(), &keys).unwrap_err().to_string().contains("its 1 bytes"));
    }
}
