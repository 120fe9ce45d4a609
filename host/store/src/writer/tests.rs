//! The store as its users see it: real sled, real files, opened again and again.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use cap_std::{ambient_authority, fs::Dir};
use serde_json::json;

use super::*;
use crate::Reader;
use crate::{Setup, StoreConfig, Writes};
use tollgate_types::{Home, Tag, Version};

fn open(data: &Path) -> (Reader, Writer) {
    try_open(data).unwrap()
}

fn try_open(data: &Path) -> Result<(Reader, Writer), StoreError> {
    crate::open(Setup::default(), dir(data), data)
}

fn dir(data: &Path) -> Dir {
    Dir::open_ambient_dir(data, ambient_authority()).unwrap()
}

fn prod() -> NamespaceName {
    "prod".parse().unwrap()
}

fn customer(name: &str) -> WorkerId {
    WorkerId::in_namespace(prod(), name.parse().unwrap())
}

fn secret(text: &str) -> serde_json::Value {
    json!({ "type": "secret_text", "text": text })
}

fn draft() -> Draft {
    let bindings = json!({ "PLAN": { "type": "plain_text", "text": "free" }, "KEY": secret("s3cret-value") });
    Draft {
        bindings: serde_json::from_value(bindings).unwrap(),
        routes: vec!["*.example.com/*".parse().unwrap()],
        ..Draft::default()
    }
}

#[tokio::test]
async fn what_was_answered_is_there_after_opening_again() {
    let data = tempfile::tempdir().unwrap();
    let own = WorkerId::operator("outbound".parse().unwrap());
    let (namespace, theirs, ours) = {
        let (_, writer) = open(data.path());
        let namespace = writer.create_namespace(prod(), false).await.unwrap();
        let theirs = writer.put_worker(customer("a"), b"one".to_vec(), draft()).await.unwrap().record;
        let ours = writer.put_worker(own.clone(), b"two".to_vec(), Draft::default()).await.unwrap().record;
        (namespace, theirs, ours)
    };
    let (reader, _) = open(data.path());
    assert_eq!(reader.namespace(&prod()).unwrap(), Some(namespace.clone()));
    assert_eq!(reader.namespaces().unwrap(), [namespace]);
    assert_eq!(reader.worker(&customer("a")).unwrap().unwrap(), theirs);
    assert_eq!(reader.workers(&Home::Operator).unwrap(), [(own.name, ours)]);
    assert_eq!(reader.script(&theirs.script).unwrap(), b"one");
}

/// What an earlier version took, and this one would not: a host must start all the same, with what it had.
#[tokio::test]
async fn a_declaration_that_is_refused_by_now_is_there_after_opening_again() {
    let data = tempfile::tempdir().unwrap();
    let types = [("user_id", "record { user-id: u8, userid: u8 }"), ("userid", "enum { at-most, atmost }")];
    let declared = types.map(|(name, kind)| json!({ "name": name, "type": kind }));
    assert!(types.iter().all(|(_, kind)| kind.parse::<tollgate_types::ParameterType>().is_err()));
    let bindings = json!({ "dispatcher": { "type": "dispatch_namespace", "namespace": "prod",
        "outbound": { "service": "outbound", "parameters": { "declared": declared } } } });
    let draft = Draft {
        bindings: serde_json::from_value(bindings.clone()).unwrap(),
        reads: serde_json::from_value(declared.to_vec().into()).unwrap(),
        ..Draft::default()
    };
    let own = WorkerId::operator("dispatch".parse().unwrap());
    let (_, writer) = open(data.path());
    writer.create_namespace(prod(), false).await.unwrap();
    writer
        .put_worker(WorkerId::operator("outbound".parse().unwrap()), b"one".to_vec(), Draft::default())
        .await
        .unwrap();
    writer.put_worker(own.clone(), b"one".to_vec(), draft).await.unwrap();
    drop(writer);
    let (reader, _) = open(data.path());
    let kept = reader.worker(&own).unwrap().unwrap();
    assert_eq!(serde_json::to_value(&kept.reads).unwrap(), json!(declared));
    let kept = serde_json::to_value(&kept.bindings).unwrap();
    assert_eq!(kept.pointer("/dispatcher/outbound/parameters/declared"), Some(&json!(declared)));
}

#[tokio::test]
async fn a_reader_sees_a_write_as_soon_as_it_is_answered() {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(data.path());
    let changes = reader.changes();
    writer.create_namespace(prod(), false).await.unwrap();
    for name in ["b", "a", "c"] {
        let written = writer.put_worker(customer(name), name.into(), draft()).await.unwrap();
        assert_eq!(reader.worker(&customer(name)).unwrap().unwrap(), written.record);
    }
    let home = Home::Namespace(prod());
    let names: Vec<_> = reader.workers(&home).unwrap().into_iter().map(|(name, _)| name.to_string()).collect();
    assert_eq!((names.join(" ").as_str(), *changes.borrow()), ("a b c", 4));
    writer.delete_worker(customer("b")).await.unwrap();
    assert_eq!((reader.worker(&customer("b")).unwrap(), *changes.borrow()), (None, 5));
}

#[tokio::test]
async fn a_version_number_is_never_used_twice() {
    let data = tempfile::tempdir().unwrap();
    let mut versions = vec![];
    for round in 0..2 {
        let (_, writer) = open(data.path());
        writer.create_namespace(prod(), false).await.unwrap();
        for _ in 0..2 {
            versions.push(writer.put_worker(customer("a"), b"same".to_vec(), draft()).await.unwrap().record.version.0);
        }
        if round == 0 {
            writer.delete_worker(customer("a")).await.unwrap();
            versions.push(writer.put_worker(customer("a"), b"same".to_vec(), draft()).await.unwrap().record.version.0);
        }
        writer.delete_namespace(prod(), true).await.unwrap();
    }
    assert_eq!(versions, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_change_tells_which_version_it_replaced() {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(data.path());
    writer.create_namespace(prod(), false).await.unwrap();
    let put = || writer.put_worker(customer("a"), b"one".to_vec(), draft());
    let versions = |deployed: Deployed| (deployed.before.map(|before| before.0), deployed.record.version.0);
    assert_eq!(versions(put().await.unwrap()), (None, 1));
    assert_eq!(versions(put().await.unwrap()), (Some(1), 2));
    let deleted = writer.delete_secret(customer("a"), "KEY".parse().unwrap()).await.unwrap();
    assert_eq!(versions(deleted), (Some(2), 3));
    assert_eq!(writer.delete_worker(customer("a")).await.unwrap(), Version(3));
    assert_eq!(versions(put().await.unwrap()), (None, 4));
    assert_eq!(writer.delete_namespace(prod(), true).await.unwrap(), 1);
}

#[tokio::test]
async fn a_change_whose_condition_does_not_hold_is_refused_and_stores_nothing() {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(data.path());
    let namespace = writer.create_namespace(prod(), false).await.unwrap();
    let only_if = |condition: Condition| writer.only_if(vec![condition]);
    let put = async |writer: Writer, script: &[u8]| writer.put_worker(customer("a"), script.to_vec(), draft()).await;
    let is = |number| Condition::Is(vec![Tag::from(Version(number))]);
    let refused = |result: Result<Deployed, StoreError>| result.unwrap_err().to_string();
    let none = refused(put(only_if(Condition::Exists), b"none").await);
    assert_eq!(none, "worker prod/a: expected that it exists, found that it does not exist");
    assert_eq!(put(only_if(Condition::Absent), b"one").await.unwrap().record.version, Version(1));
    let absent = refused(put(only_if(Condition::Absent), b"none").await);
    assert_eq!(absent, "worker prod/a: expected that it does not exist, found version 1");
    assert_eq!(refused(put(only_if(is(2)), b"none").await), "worker prod/a: expected \"2\", found version 1");
    let both = writer.only_if(vec![Condition::Exists, is(2)]);
    assert!(both.delete_secret(customer("a"), "KEY".parse().unwrap()).await.is_err());
    assert!(only_if(is(2)).delete_worker(customer("a")).await.is_err());
    assert!(!data.path().join("scripts/sha256").read_dir().unwrap().any(|shelf| {
        let digest = ScriptDigest::of(b"none").to_string();
        shelf.unwrap().path().join(digest).exists()
    }));
    assert_eq!(put(only_if(is(1)), b"two").await.unwrap().record.version, Version(2));
    // What would be refused without a condition is refused as it would be then.
    let error = only_if(is(1)).delete_worker(customer("b")).await.unwrap_err();
    assert_eq!(error.to_string(), "worker prod/b does not exist");
    let other = Condition::Is(vec![Tag::new("another-id")]);
    let error = only_if(other).delete_namespace(prod(), true).await.unwrap_err().to_string();
    let found = format!("the namespace with the id {}", namespace.id);
    assert_eq!(error, format!("namespace prod: expected \"another-id\", found {found}"));
    only_if(Condition::Is(vec![Tag::new(namespace.id)])).delete_namespace(prod(), true).await.unwrap();
    assert!(reader.namespace(&prod()).unwrap().is_none());
}

#[tokio::test]
async fn of_changes_at_once_that_expect_one_version_one_is_made() {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(data.path());
    writer.put_worker(WorkerId::operator("a".parse().unwrap()), b"one".to_vec(), draft()).await.unwrap();
    for version in 1..=20 {
        let writer = writer.only_if(vec![Condition::Is(vec![Tag::from(Version(version))])]);
        let put = |text: &str| {
            let (id, text) = (WorkerId::operator("a".parse().unwrap()), Secret::from(text.to_owned()));
            writer.put_secret(id, "KEY".parse().unwrap(), text)
        };
        let (one, two, three) = tokio::join!(put("one"), put("two"), put("three"));
        let made = [one, two, three].into_iter().filter(Result::is_ok).count();
        assert_eq!(made, 1);
    }
    let record = reader.worker(&WorkerId::operator("a".parse().unwrap())).unwrap().unwrap();
    assert_eq!(record.version, Version(21));
}

#[tokio::test]
async fn a_namespace_with_workers_is_deleted_only_by_force() {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(data.path());
    let first = writer.create_namespace(prod(), false).await.unwrap();
    writer.put_worker(customer("a"), b"one".to_vec(), draft()).await.unwrap();
    writer.put_worker(customer("b"), b"one".to_vec(), draft()).await.unwrap();
    let refused = writer.delete_namespace(prod(), false).await.unwrap_err();
    assert_eq!(refused.to_string(), "namespace prod is not empty: it holds 2 worker(s)");
    writer.delete_namespace(prod(), true).await.unwrap();
    assert_eq!((reader.namespaces().unwrap(), reader.worker(&customer("a")).unwrap()), (vec![], None));
    drop((reader, writer));
    let (reader, writer) = open(data.path());
    assert_ne!(writer.create_namespace(prod(), false).await.unwrap().id, first.id);
    assert_eq!(reader.workers(&Home::Namespace(prod())).unwrap(), []);
    writer.delete_namespace(prod(), false).await.unwrap();
}

#[tokio::test]
async fn refusals_name_what_is_missing_and_change_nothing() {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(data.path());
    let put = writer.put_worker(customer("a"), b"one".to_vec(), draft()).await;
    assert_eq!(put.unwrap_err().to_string(), "namespace prod does not exist");
    assert_eq!(writer.delete_namespace(prod(), true).await.unwrap_err().to_string(), "namespace prod does not exist");
    let id = writer.create_namespace(prod(), false).await.unwrap().id;
    assert_eq!(writer.create_namespace(prod(), false).await.unwrap_err().to_string(), "namespace prod exists already");
    assert_eq!(writer.delete_worker(customer("a")).await.unwrap_err().to_string(), "worker prod/a does not exist");
    let large = Draft { routes: vec!["x".repeat(1_000).parse().unwrap(); 70], ..Draft::default() };
    let put = writer.put_worker(customer("a"), b"one".to_vec(), large).await;
    assert!(matches!(put, Err(StoreError::RecordTooLarge { .. })));
    assert!(reader.script(&ScriptDigest::of(b"one")).is_err());
    assert_eq!((reader.namespaces().unwrap().pop().unwrap().id, *reader.changes().borrow()), (id, 1));
}

fn certificate(name: &str) -> CertificateDraft {
    let (certificates, private_key) = ("a chain".to_owned(), "s3cret".to_owned().into());
    CertificateDraft { name: Some(name.to_owned()), certificates, private_key }
}

fn bound_to(id: &CertificateId) -> Draft {
    let bindings = json!({ "CERT": { "type": "mtls_certificate", "certificate_id": id } });
    Draft { bindings: serde_json::from_value(bindings).unwrap(), ..Draft::default() }
}

#[tokio::test]
async fn a_certificate_is_there_after_opening_again_and_gone_when_it_was_deleted() {
    let data = tempfile::tempdir().unwrap();
    let (kept, deleted) = {
        let (reader, writer) = open(data.path());
        let kept = writer.put_certificate(certificate("kept")).await.unwrap();
        let deleted = writer.put_certificate(certificate("deleted")).await.unwrap();
        assert_eq!(reader.certificates().unwrap().len(), 2);
        writer.delete_certificate(deleted.id.clone()).await.unwrap();
        let again = writer.delete_certificate(deleted.id.clone()).await.unwrap_err();
        assert_eq!(again.to_string(), format!("certificate {} does not exist", deleted.id));
        (kept, deleted)
    };
    let (reader, _) = open(data.path());
    assert_eq!(reader.certificate(&kept.id).unwrap(), Some(kept.clone()));
    assert_eq!(reader.certificate(&deleted.id).unwrap(), None);
    assert_eq!(reader.certificates().unwrap().len(), 1);
    assert!(!format!("{kept:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_worker_and_its_certificate_are_there_together() {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(data.path());
    writer.create_namespace(prod(), false).await.unwrap();
    let id = writer.put_certificate(certificate("a")).await.unwrap().id.clone();
    let unknown = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60".parse().unwrap();
    let refused = writer.put_worker(customer("a"), b"one".to_vec(), bound_to(&unknown)).await.unwrap_err().to_string();
    assert_eq!(
        refused,
        format!("binding \"CERT\": certificate_id: expected an uploaded certificate, found \"{unknown}\"")
    );
    assert_eq!(reader.worker(&customer("a")).unwrap(), None);
    for name in ["b", "a"] {
        writer.put_worker(customer(name), b"one".to_vec(), bound_to(&id)).await.unwrap();
    }
    let refused = writer.delete_certificate(id.clone()).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("certificate {id} is in use: prod/a is bound to it"));
    // What a deploy keeps is bound as before; what it does not is free.
    let keeping = Draft { keep: vec!["mtls_certificate".to_owned()], ..Draft::default() };
    writer.put_worker(customer("a"), b"one".to_vec(), keeping).await.unwrap();
    writer.put_worker(customer("b"), b"one".to_vec(), Draft::default()).await.unwrap();
    assert!(matches!(writer.delete_certificate(id.clone()).await, Err(StoreError::CertificateInUse { .. })));
    writer.delete_namespace(prod(), true).await.unwrap();
    writer.delete_certificate(id).await.unwrap();
}

#[tokio::test]
async fn certificates_are_bounded() {
    let data = tempfile::tempdir().unwrap();
    let setup = Setup { config: StoreConfig { certificates: 2, ..StoreConfig::default() }, ..Setup::default() };
    let (_, writer) = crate::open(setup, dir(data.path()), data.path()).unwrap();
    let first = writer.put_certificate(certificate("first")).await.unwrap();
    writer.put_certificate(certificate("second")).await.unwrap();
    let refused = writer.put_certificate(certificate("more")).await.unwrap_err();
    assert_eq!(refused.to_string(), "there are 2 certificates already, and may be no more");
    writer.delete_certificate(first.id.clone()).await.unwrap();
    writer.put_certificate(certificate("more")).await.unwrap();
}

#[tokio::test]
async fn records_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = tempfile::tempdir().unwrap();
    drop(open(data.path()));
    fs::set_permissions(data.path().join("store"), fs::Permissions::from_mode(0o755)).unwrap();
    let _open = open(data.path());
    assert_eq!(fs::metadata(data.path().join("store")).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn a_snapshot_that_sled_left_unfinished_does_not_stop_the_opening() {
    let data = tempfile::tempdir().unwrap();
    open(data.path()).1.create_namespace(prod(), false).await.unwrap();
    let left = data.path().join("store/snap.00000000000000AA.generating");
    fs::write(&left, b"half").unwrap();
    let alone = sled::Config::new().path(data.path().join("store")).segment_size(8 << 20).open();
    assert!(matches!(alone, Err(sled::Error::Corruption { .. })), "sled has learned to bear it: {alone:?}");
    drop(alone);
    let (reader, _writer) = open(data.path());
    assert!(reader.namespace(&prod()).unwrap().is_some() && !left.exists());
}

#[tokio::test]
async fn a_script_that_cannot_be_stored_is_refused_and_the_next_write_is_taken() {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(data.path());
    writer.create_namespace(prod(), false).await.unwrap();
    let (folder, elsewhere) = (data.path().join("scripts/sha256"), data.path().join("elsewhere"));
    fs::rename(&folder, &elsewhere).unwrap();
    fs::write(&folder, b"a file in the way").unwrap();
    let put = || writer.put_worker(customer("a"), b"one".to_vec(), draft());
    assert!(matches!(put().await, Err(StoreError::Io { .. })));
    assert_eq!(reader.worker(&customer("a")).unwrap(), None);
    assert!(matches!(reader.health().report().writes, Writes::Refused(_)));
    fs::remove_file(&folder).unwrap();
    fs::rename(&elsewhere, &folder).unwrap();
    assert_eq!(put().await.unwrap().record.version, Version(1));
    assert_eq!(reader.health().report().writes, Writes::Accepted);
}

#[tokio::test]
async fn many_of_the_largest_records_stay_in_the_log_that_is_synced() {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(data.path());
    writer.create_namespace(prod(), false).await.unwrap();
    let large = Draft { routes: vec!["x".repeat(1_000).parse().unwrap(); 65], ..Draft::default() };
    for number in 0..120 {
        writer.put_worker(customer(&format!("w{}", number % 60)), vec![], large.clone()).await.unwrap();
    }
    for number in 0..50 {
        writer.delete_worker(customer(&format!("w{number}"))).await.unwrap();
    }
    drop(writer);
    let (reader, _writer) = open(data.path());
    assert_eq!(reader.workers(&Home::Namespace(prod())).unwrap().len(), 10);
    assert_eq!(fs::read_dir(data.path().join("store/blobs")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_second_process_is_refused_by_name() {
    let data = tempfile::tempdir().unwrap();
    let _open = open(data.path());
    let error = try_open(data.path()).map(drop).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the data folder is in use by another process: {} is locked", data.path().join("lock").display())
    );
}

#[tokio::test]
async fn the_newest_versions_are_kept_and_a_deleted_worker_has_none() {
    let data = tempfile::tempdir().unwrap();
    let setup = Setup { config: StoreConfig { versions: 3, ..StoreConfig::default() }, ..Setup::default() };
    let (reader, writer) = crate::open(setup, dir(data.path()), data.path()).unwrap();
    writer.create_namespace(prod(), false).await.unwrap();
    for script in [b"1", b"2", b"3", b"4", b"5"] {
        writer.put_worker(customer("a"), script.to_vec(), draft()).await.unwrap();
    }
    let kept: Vec<_> =
        reader.versions(&customer("a")).into_iter().map(|(version, script)| (version.0, script)).collect();
    let digest = |script: &[u8]| ScriptDigest::of(script);
    assert_eq!(kept, [(3, digest(b"3")), (4, digest(b"4")), (5, digest(b"5"))]);
    writer.delete_worker(customer("a")).await.unwrap();
    assert_eq!(reader.versions(&customer("a")), []);
}

#[tokio::test]
async fn no_file_has_a_secret_in_clear_text() {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(data.path());
    writer.create_namespace(prod(), false).await.unwrap();
    writer.put_worker(customer("a"), b"one".to_vec(), draft()).await.unwrap();
    writer.put_certificate(certificate("a")).await.unwrap();
    writer.put_secret(customer("a"), "KEY".parse().unwrap(), "s3cret-rotated".to_owned().into()).await.unwrap();
    writer.compact().await.unwrap();
    drop(writer);
    let (reader, _writer) = open(data.path());
    let record = reader.worker(&customer("a")).unwrap().unwrap();
    let key = record.bindings.get(&"KEY".parse::<BindingName>().unwrap());
    assert_eq!(key, Some(&Binding::SecretText { text: "s3cret-rotated".to_owned().into() }));
    for file in files(data.path()) {
        let bytes = fs::read(&file).unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"s3cret"), "{}", file.display());
    }
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
