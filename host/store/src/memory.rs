//! A store in memory: for whoever runs workers without a data folder, as tests do. It is filled once, read, and never written.

use std::collections::HashMap;
use std::sync::Arc;

use tollgate_types::{ScriptDigest, WorkerId, WorkerRecord};

use crate::digest::Mark;
use crate::key::Key;
use crate::reader::{Shared, Source};
use crate::records::Records;
use crate::state::{Marked, State};
use crate::value::Record;
use crate::{Health, NamespaceRecord, Reader};

/// What a reader will see.
#[derive(Default)]
pub struct Memory {
    state: State,
    scripts: HashMap<ScriptDigest, Arc<[u8]>>,
}

impl Memory {
    /// With a namespace.
    pub fn namespace(mut self, record: NamespaceRecord) -> Self {
        let key = Key::Namespace(record.name.clone());
        self.put(key, Record::Namespace(record));
        self
    }

    /// With a worker, and the script that its record names.
    pub fn worker(mut self, id: WorkerId, record: Arc<WorkerRecord>, script: Arc<[u8]>) -> Self {
        self.scripts.insert(record.script, script);
        self.put(Key::Worker(id), Record::Worker(record));
        self
    }

    /// The reader.
    pub fn reader(self) -> Reader {
        Reader::new(Arc::new(Shared::new(
            self.state,
            Records::default(),
            Source::Memory(self.scripts),
            Health::default(),
        )))
    }

    /// Nothing is compared with this state, so that any mark does.
    fn put(&mut self, key: Key, record: Record) {
        let mark = Mark::of(&key.encode(), &[]);
        self.state.put(key, Marked { record, mark, bytes: 0 });
    }
}
