//! Conditions of a command: whether what it changes is in the state that its caller expects.

use tollgate_types::{Condition, Tag, Version};

use crate::StoreError;
use crate::command::Command;
use crate::view::View;

/// What a command changes.
struct Subject {
    name: String,
    /// The tag of its state and the words for it; `None` if it does not exist.
    there: Option<(Tag, String)>,
}

/// All conditions hold for what the command changes, or the first that does not is reported.
pub(super) fn expect(conditions: &[Condition], command: &Command, view: &View<'_>) -> Result<(), StoreError> {
    let Subject { name, there } = subject(command, view);
    let tag = there.as_ref().map(|(tag, _)| tag);
    let Some(failed) = conditions.iter().find(|condition| !condition.holds(tag)) else { return Ok(()) };
    let found = there.map_or_else(|| "that it does not exist".to_owned(), |(_, words)| words);
    Err(StoreError::ConditionFailed { what: name, expected: failed.clone(), found })
}

fn subject(command: &Command, view: &View<'_>) -> Subject {
    match command {
        Command::Deploy { id, .. }
        | Command::PutSecret { id, .. }
        | Command::DeleteSecret { id, .. }
        | Command::DeleteWorker { id } => {
            let there = view.version(id);
            let words = |version: Version| (Tag::from(version), format!("version {}", version.0));
            Subject { name: format!("worker {id}"), there: there.map(words) }
        }
        Command::CreateNamespace { name, .. } | Command::DeleteNamespace { name, .. } => {
            let there = view.namespace(name);
            let words = |id: &str| (Tag::new(id), format!("the namespace with the id {id}"));
            Subject { name: format!("namespace {name}"), there: there.map(|record| words(&record.id)) }
        }
        Command::DeleteCertificate { id } => {
            let there = view.certificate(id);
            let words = || (Tag::new(id.as_str()), "this certificate".to_owned());
            Subject { name: format!("certificate {id}"), there: there.map(|_| words()) }
        }
        Command::OnlyIf { command, .. } => subject(command, view),
        Command::PutCertificate { .. } => Subject { name: "the new certificate".to_owned(), there: None },
        Command::Reseal(_) | Command::Advance => Subject { name: "the store".to_owned(), there: None },
    }
}
