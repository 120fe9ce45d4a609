//! The next version of a worker: by a deploy, and by a secret that is written or deleted.

use std::sync::Arc;

use tollgate_types::{
    Binding, BindingName, Home, MOST_BINDINGS, ScriptDigest, Version, WorkerId, WorkerRecord, expect_few_bindings,
    expect_secrets_kept,
};

use super::{Plan, Rules, delete, expect_namespace, put, references};
use crate::command::{Deployed, Done, Moment};
use crate::key::Key;
use crate::value::Record;
use crate::view::View;
use crate::{Draft, StoreError};

pub(super) fn deploy(
    view: &View<'_>,
    rules: &Rules,
    moment: &Moment,
    id: &WorkerId,
    script: ScriptDigest,
    draft: &Draft,
) -> Result<Plan, StoreError> {
    if let Home::Namespace(name) = &id.home {
        expect_namespace(view, name)?;
    }
    let before = view.worker(id)?;
    let before = before.as_deref();
    let kind = |(name, binding): (&BindingName, &Binding)| (name.clone(), binding.kind());
    let (given, kept): (Vec<_>, Vec<_>) =
        (draft.bindings.iter().map(kind).collect(), draft.kept(before).map(kind).collect());
    let text = |(name, kind): &(BindingName, &'static str)| (name.as_str().to_owned(), *kind);
    let (given, kept): (Vec<_>, Vec<_>) = (given.iter().map(text).collect(), kept.iter().map(text).collect());
    let given = given.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
    expect_secrets_kept(&given, kept.iter().map(|(name, kind)| (name.as_str(), *kind)))?;
    let draft = draft.clone().keeping(before);
    expect_few_bindings(draft.bindings.len())?;
    references::check(view, rules, id, &draft.bindings, &draft.reads)?;
    let record = WorkerRecord {
        version: next_version(view, id),
        script,
        bindings: draft.bindings,
        limits: draft.limits,
        egress: draft.egress,
        routes: draft.routes,
        reuse: draft.reuse,
        reads: draft.reads,
        deployed_unix_ms: moment.unix_ms,
    };
    next(view, rules, id, record)
}

pub(super) fn put_secret(
    view: &View<'_>,
    rules: &Rules,
    moment: &Moment,
    id: &WorkerId,
    name: &BindingName,
    secret: &Binding,
) -> Result<Plan, StoreError> {
    let mut record = existing(view, id)?;
    if let Some(other) = record.bindings.get(name).filter(|other| !matches!(other, Binding::SecretText { .. })) {
        let (name, kind) = (name.as_str().to_owned(), other.kind());
        return Err(StoreError::NotASecret { name, kind });
    }
    let before = record.bindings.insert(name.clone(), secret.clone());
    if before.is_none() && record.bindings.len() > MOST_BINDINGS {
        let (name, found) = (name.as_str().to_owned(), record.bindings.len());
        return Err(StoreError::TooManySecrets { name, found, most: MOST_BINDINGS });
    }
    references::check(view, rules, id, &record.bindings, &record.reads)?;
    record.version = next_version(view, id);
    record.deployed_unix_ms = moment.unix_ms;
    next(view, rules, id, record)
}

pub(super) fn delete_secret(
    view: &View<'_>,
    rules: &Rules,
    moment: &Moment,
    id: &WorkerId,
    name: &BindingName,
) -> Result<Plan, StoreError> {
    let mut record = existing(view, id)?;
    if !matches!(record.bindings.get(name), Some(Binding::SecretText { .. })) {
        return Err(StoreError::SecretNotFound { worker: id.clone(), name: name.as_str().to_owned() });
    }
    record.bindings.remove(name);
    record.version = next_version(view, id);
    record.deployed_unix_ms = moment.unix_ms;
    next(view, rules, id, record)
}

fn existing(view: &View<'_>, id: &WorkerId) -> Result<WorkerRecord, StoreError> {
    let record = view.worker(id)?.ok_or_else(|| StoreError::WorkerNotFound(id.clone()))?;
    Ok(WorkerRecord::clone(&record))
}

fn next_version(view: &View<'_>, id: &WorkerId) -> Version {
    Version(view.last_version(id).0 + 1)
}

/// The record; the one before becomes a version of its own, and the oldest of those that are too many go.
fn next(view: &View<'_>, rules: &Rules, id: &WorkerId, record: WorkerRecord) -> Result<Plan, StoreError> {
    let record = Arc::new(record);
    let mut changes = vec![put(Key::Worker(id.clone()), Record::Worker(record.clone()))];
    // From now on the worker's record has its number.
    changes.extend(view.has_number(id).then(|| delete(Key::LastVersion(id.clone()))));
    let (mut kept, before) = (view.versions(id), view.worker(id)?);
    let deployed = Deployed { record, before: before.as_ref().map(|before| before.version) };
    let before = before.filter(|before| !kept.contains(&before.version));
    kept.extend(before.as_ref().map(|before| before.version));
    let mut versions = kept.into_iter();
    let too_many = (versions.len() + 1).saturating_sub(rules.versions.max(1));
    for oldest in versions.by_ref().take(too_many) {
        if before.as_ref().is_none_or(|before| before.version != oldest) {
            changes.push(delete(Key::Version(id.clone(), oldest)));
        }
    }
    if let Some(before) = before.filter(|before| versions.any(|kept| kept == before.version)) {
        changes.push(put(Key::Version(id.clone(), before.version), Record::Version(before)));
    }
    Ok(Plan { changes, done: Done::Worker(deployed) })
}
