//! What the host and the process that compiles say to each other, once each way: an order, and an answer.
//!
//! Numbers are 8 bytes, little end first. Texts, scripts and compiled code have their length before them. Both ends are the same
//! binary, so the format has no version; the answer names the engine that compiled, and the host compares it with its own.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;

use crate::engine_hash::EngineHash;
use crate::{EngineError, Version};

/// The longest reason of a refusal that crosses. wasmtime's are shorter.
const REASON_BYTES: u64 = 64 << 10;

/// The file of compiled functions that components have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedFunctions {
    /// The folder of compiled code, which has it.
    pub folder: PathBuf,
    /// The most that it may have.
    pub bytes: u64,
}

/// What the process that compiles needs to know before it reads the script.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) version: Version,
    pub(super) memory_bytes: u64,
    pub(super) cpu_seconds: u64,
    pub(super) nice: u64,
    pub(super) shared_functions: Option<SharedFunctions>,
}

impl Order {
    pub(super) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let version = match self.version {
            Version::P2 => 2,
            Version::P3 => 3,
        };
        let shared = self.shared_functions.as_ref();
        let shared_bytes = shared.map_or(0, |shared| shared.bytes);
        for number in [version, self.memory_bytes, self.cpu_seconds, self.nice, shared_bytes] {
            write_number(to, number)?;
        }
        write_bytes(to, shared.map_or(&[], |shared| shared.folder.as_os_str().as_bytes()))
    }

    pub(super) fn read(from: &mut impl Read) -> io::Result<Self> {
        let version = match read_number(from)? {
            2 => Version::P2,
            3 => Version::P3,
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        let (memory_bytes, cpu_seconds, nice) = (read_number(from)?, read_number(from)?, read_number(from)?);
        let (bytes, folder) = (read_number(from)?, read_bytes(from)?);
        let folder = PathBuf::from(OsStr::from_bytes(&folder));
        let shared_functions = (bytes > 0).then_some(SharedFunctions { folder, bytes });
        Ok(Self { version, memory_bytes, cpu_seconds, nice, shared_functions })
    }
}

/// What became of a script.
pub(super) type Compiled = Result<Vec<u8>, EngineError>;

/// Writes the answer of the process that compiles.
pub(super) fn write_answer(to: &mut impl Write, engine: EngineHash, compiled: &Compiled) -> io::Result<()> {
    let (kind, bytes) = match compiled {
        Ok(code) => (0, code.as_slice()),
        Err(EngineError::Compile(reason)) => (1, reason.as_bytes()),
        Err(EngineError::Unsupported(reason)) => (2, reason.as_bytes()),
        Err(EngineError::TooComplex(reason)) => (3, reason.as_bytes()),
        Err(EngineError::Compiler(error)) => return Err(io::Error::new(error.kind(), error.to_string())),
        Err(other) => return Err(io::Error::other(other.to_string())),
    };
    write_number(to, kind)?;
    write_number(to, engine.number())?;
    write_bytes(to, bytes)
}

/// Reads an answer whose code has at most so many bytes. An error if there is no whole answer.
pub(super) fn read_answer(from: &mut impl Read, engine: EngineHash, most: u64) -> io::Result<Compiled> {
    let (kind, own) = (read_number(from)?, read_number(from)? == engine.number());
    let length = read_number(from)?;
    let refusal = match kind {
        0 if !own => return Err(io::Error::other("another build of the host compiled it")),
        0 if length > most => {
            let limit = format!("{} MiB of compiled code (compile.code_mib)", most >> 20);
            return Ok(Err(EngineError::CompileLimit(limit)));
        }
        0 => return read_exactly(from, length).map(Ok),
        1 => EngineError::Compile,
        2 => EngineError::Unsupported,
        3 => EngineError::TooComplex,
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    let reason = read_exactly(from, length.min(REASON_BYTES))?;
    Ok(Err(refusal(String::from_utf8_lossy(&reason).into_owned())))
}

fn write_number(to: &mut impl Write, number: u64) -> io::Result<()> {
    to.write_all(&number.to_le_bytes())
}

fn read_number(from: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    from.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

pub(super) fn write_bytes(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    write_number(to, bytes.len() as u64)?;
    to.write_all(bytes)?;
    to.flush()
}

pub(super) fn read_bytes(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let length = read_number(from)?;
    read_exactly(from, length)
}

/// Reserves as the bytes arrive: a length alone takes nothing.
fn read_exactly(from: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    const ENGINE: EngineHash = EngineHash::of_number(7);

    fn answer(compiled: &Compiled) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_answer(&mut bytes, ENGINE, compiled).unwrap();
        bytes
    }

    fn read(bytes: &[u8], most: u64) -> io::Result<Result<Vec<u8>, String>> {
        let read = read_answer(&mut &bytes[..], ENGINE, most)?;
        Ok(read.map_err(|error| error.to_string()))
    }

    #[test]
    fn an_order_arrives_as_it_was_given() {
        let shared = SharedFunctions { folder: "/a folder".into(), bytes: 5 };
        for (version, shared_functions) in [(Version::P2, None), (Version::P3, Some(shared))] {
            let order = Order { version, memory_bytes: 1, cpu_seconds: 2, nice: 3, shared_functions };
            let mut bytes = Vec::new();
            order.write(&mut bytes).unwrap();
            assert_eq!(Order::read(&mut &bytes[..]).unwrap(), order);
        }
    }

    #[test]
    fn an_answer_arrives_as_it_was_given() {
        assert_eq!(read(&answer(&Ok(b"code".to_vec())), 4).unwrap().unwrap(), b"code");
        for refusal in [EngineError::Compile, EngineError::Unsupported, EngineError::TooComplex] {
            let refused = Err(refusal("it has a reason".to_owned()));
            assert_eq!(read(&answer(&refused), 4).unwrap(), refused.map_err(|error| error.to_string()));
        }
    }

    #[test]
    fn code_beyond_the_limit_is_refused_with_its_name() {
        let large = answer(&Ok(vec![0; (1 << 20) + 1]));
        let expected = "compiling it took more than 1 MiB of compiled code (compile.code_mib)";
        assert_eq!(read(&large, 1 << 20).unwrap().unwrap_err(), expected);
    }

    #[test]
    fn half_an_answer_is_none_and_neither_is_that_of_another_engine() {
        let whole = answer(&Ok(b"code".to_vec()));
        for length in 0..whole.len() {
            assert!(read(&whole[..length], 4).is_err(), "{length}");
        }
        let other = read_answer(&mut &whole[..], EngineHash::of_number(8), 4);
        assert_eq!(other.err().unwrap().to_string(), "another build of the host compiled it");
    }
}
