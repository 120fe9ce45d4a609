//! The sled folder: opened with care, read once, then written batch by batch, each synced.

use std::path::Path;
use std::sync::Arc;

use cap_std::fs::File;
use sled::Batch;
use tollgate_types::{Home, Version, WorkerId};

use crate::reader::State;
use crate::record::{Key, decode};
use crate::{Folder, StoreError};

const FOLDER: &str = "store";
/// sled's unit of log. Whatever exceeds a quarter of it goes to a file in `blobs/` that sled never syncs, and sled writes
/// whole pages: up to 20 records of `RECORD_BYTES` while two pages merge, 1.3 MB. A quarter of this is 2 MiB.
/// Not a setting: a folder keeps the size that it was created with; another one here would refuse to open it.
const SEGMENT_BYTES: usize = 8 * 1024 * 1024;

pub(crate) struct Records {
    tree: sled::Db,
    file: File,
}

impl Records {
    pub(crate) fn open(data: &Folder, cache_bytes: u64) -> Result<(Self, State), StoreError> {
        let folder = data.subfolder(FOLDER)?;
        folder.keep_for_owner()?;
        remove_unfinished_snapshots(&folder)?;
        let tree = config(folder.path(), cache_bytes).open().map_err(StoreError::sled("open"))?;
        let records = Self { tree, file: folder.open("db")? };
        records.sync()?;
        folder.sync("conf")?;
        folder.sync(".")?;
        let state = records.load()?;
        Ok((records, state))
    }

    /// Applies changes all together; once this returns they outlive a power cut.
    pub(crate) fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.tree.apply_batch(batch).map_err(StoreError::sled("change"))?;
        self.sync()
    }

    /// The version that a worker had last; 0 if there never was such a worker.
    pub(crate) fn last_version(&self, id: &WorkerId) -> Result<Version, StoreError> {
        let key = Key::Versions(id.clone());
        let value = self.tree.get(key.encode()).map_err(StoreError::sled("read"))?;
        value.map_or(Ok(Version(0)), |bytes| decode(&key, &bytes))
    }

    fn sync(&self) -> Result<(), StoreError> {
        self.tree.flush().map_err(StoreError::sled("flush"))?;
        let io = |source| StoreError::Sled { act: "sync", source: sled::Error::Io(source) };
        self.file.sync_all().map_err(io)
    }

    fn load(&self) -> Result<State, StoreError> {
        let mut state = State::default();
        for entry in self.tree.iter() {
            let (key, value) = entry.map_err(StoreError::sled("read"))?;
            let key = Key::decode(&key)?;
            match &key {
                Key::Namespace(_) => state.put_namespace(decode(&key, &value)?),
                Key::Worker(id) => {
                    homed(&state, id)?;
                    state.put_worker(id.clone(), Arc::new(decode(&key, &value)?));
                }
                Key::Certificate(_) => state.put_certificate(Arc::new(decode(&key, &value)?)),
                Key::Versions(_) => {}
            }
        }
        Ok(state)
    }
}

/// `n` sorts before `w`: by the time a worker is read, its namespace must have been.
fn homed(state: &State, id: &WorkerId) -> Result<(), StoreError> {
    match &id.home {
        Home::Namespace(name) if state.namespace(name).is_none() => Err(StoreError::Corrupt {
            what: format!("record of worker {id}"),
            reason: "its namespace does not exist".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Nothing is flushed by the clock: every commit flushes. sled's own cache would be 1 GiB; here every record is in memory already.
pub(crate) fn config(path: &Path, cache_bytes: u64) -> sled::Config {
    let config = sled::Config::new().path(path).cache_capacity(cache_bytes);
    config.segment_size(SEGMENT_BYTES).flush_every_ms(None)
}

fn remove_unfinished_snapshots(folder: &Folder) -> Result<(), StoreError> {
    let entries = folder.dir().entries().map_err(folder.failed("list", "."))?;
    for entry in entries {
        let name = entry.map_err(folder.failed("list", "."))?.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            folder.dir().remove_file(&*name).map_err(folder.failed("remove", &name))?;
            tracing::warn!(file = %name, "removed a snapshot that sled had not finished");
        }
    }
    Ok(())
}
