//! The routes of the operator's workers, kept in step with the store.

use std::cmp::Reverse;
use std::sync::{PoisonError, RwLock};

use tollgate_store::Reader;
use tollgate_types::{Home, RoutePattern, WorkerName};

type Table = Vec<(RoutePattern, WorkerName)>;

/// Routes, most specific first, rebuilt when the store has changed.
pub(crate) struct Routes {
    reader: Reader,
    /// The store's change count that the table was read at.
    table: RwLock<(Option<u64>, Table)>,
}

impl Routes {
    pub(crate) fn new(reader: Reader) -> Self {
        Self { reader, table: RwLock::default() }
    }

    /// The worker that a request leads to.
    pub(crate) fn find(&self, host: &str, path: &str) -> Option<WorkerName> {
        let changes = *self.reader.changes().borrow();
        if self.table.read().unwrap_or_else(PoisonError::into_inner).0 != Some(changes) {
            let table = self.read();
            *self.table.write().unwrap_or_else(PoisonError::into_inner) = (Some(changes), table);
        }
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.1.iter().find(|(pattern, _)| pattern.matches(host, path)).map(|(_, worker)| worker.clone())
    }

    fn read(&self) -> Table {
        let workers = self.reader.workers(&Home::Operator).unwrap_or_else(|error| {
            tracing::error!(%error, "routes could not be read");
            Vec::new()
        });
        let mut table = Table::new();
        for (name, record) in &workers {
            table.extend(record.routes.iter().map(|pattern| (pattern.clone(), name.clone())));
        }
        table.sort_by_key(|(pattern, _)| Reverse(pattern.specificity()));
        table
    }
}
