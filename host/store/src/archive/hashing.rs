//! Bytes that are counted and hashed while they are read, and so written to an archive.

use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

/// Counts and hashes what is read.
pub(crate) struct Hashing<R> {
    inner: R,
    bytes: u64,
    hash: Sha256,
}

impl<R: Read> Hashing<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, bytes: 0, hash: Sha256::new() }
    }

    /// Reads what is left; then the number of bytes, and their SHA-256 in hexadecimal digits.
    pub(crate) fn finish(mut self) -> io::Result<(u64, String)> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.so_far())
    }

    pub(crate) fn so_far(self) -> (u64, String) {
        (self.bytes, self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(to)?;
        self.hash.update(to.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}

/// Appends a file to an archive. It must have this many bytes.
pub(crate) fn append<W: Write, R: Read>(
    archive: &mut tar::Builder<W>,
    path: &str,
    bytes: u64,
    from: R,
) -> io::Result<String> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes);
    header.set_mode(0o600);
    let mut reader = Hashing::new(from.take(bytes));
    archive.append_data(&mut header, path, &mut reader)?;
    match reader.so_far() {
        (read, sha256) if read == bytes => Ok(sha256),
        (read, _) => Err(io::Error::other(format!("{path} has {read} bytes, and {bytes} were expected"))),
    }
}
