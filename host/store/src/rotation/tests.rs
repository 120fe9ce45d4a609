//! Rotation of the key, ended after each of its steps; and what files hold of secrets that are gone.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::Path;

use cap_std::{ambient_authority, fs::Dir};
use tollgate_types::{Binding, BindingName, WorkerId};

use crate::{CertificateDraft, Draft, Keys, Reader, Setup, Writer};

fn open(data: &Path) -> (Reader, Writer) {
    let dir = Dir::open_ambient_dir(data, ambient_authority()).unwrap();
    crate::open(Setup::default(), dir, data).unwrap()
}

fn worker(number: usize) -> WorkerId {
    WorkerId::operator(format!("w{number}").parse().unwrap())
}

fn name() -> BindingName {
    "KEY".parse().unwrap()
}

/// Eight workers, seven of them with a secret, and a certificate.
async fn fill(writer: &Writer) {
    for number in 0..8 {
        writer.put_worker(worker(number), b"one".to_vec(), Draft::default()).await.unwrap();
    }
    for number in 0..7 {
        writer.put_secret(worker(number), name(), format!("s3cret-{number}").into()).await.unwrap();
    }
    let (certificates, private_key) = ("a chain".to_owned(), "s3cret-key".to_owned().into());
    writer.put_certificate(CertificateDraft { name: None, certificates, private_key }).await.unwrap();
}

fn expect_secrets(reader: &Reader) {
    for number in 0..7 {
        let record = reader.worker(&worker(number)).unwrap().unwrap();
        let expected = Binding::SecretText { text: format!("s3cret-{number}").into() };
        assert_eq!(record.bindings.get(&name()), Some(&expected));
    }
    let certificates = reader.certificates().unwrap();
    assert_eq!(certificates[0].private_key, "s3cret-key".to_owned().into());
}

fn keys(data: &Path) -> Keys {
    crate::key_file::at(data.join("key")).unwrap()
}

/// The files that hold a text, but for the key file.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, text));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|part| part == text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found.retain(|path| !path.ends_with("/key"));
    found
}

#[tokio::test]
async fn a_rotation_seals_everything_with_the_new_key_and_removes_the_old_one() {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(data.path());
    let token = writer.token().await.unwrap().0;
    fill(&writer).await;
    let old = keys(data.path());
    let sealed_with_old = format!("{}:", old.id());
    assert!(!holding(&data.path().join("journal"), &sealed_with_old).is_empty());
    let before = writer.shared.read(|state| state.sequence);
    let rotated = writer.rotate_key().await.unwrap();
    let after = writer.shared.read(|state| state.sequence);
    let new = keys(data.path());
    assert_eq!((rotated.key.as_str(), rotated.records, rotated.file), (new.id(), 8, data.path().join("key")));
    assert_eq!(after - before, 3 + 2, "groups of three, and an entry for each snapshot");
    assert_ne!(new.id(), old.id());
    assert_eq!(new.to_text().lines().count(), 1);
    assert_eq!(holding(&data.path().join("journal"), &sealed_with_old), [""; 0]);
    assert!(!fs::read_to_string(data.path().join("token")).unwrap().contains(&sealed_with_old));
    assert_eq!(crate::read_token(data.path(), None).unwrap(), token);
    // What comes afterwards is sealed with the new key.
    writer.put_secret(worker(7), name(), "s3cret-7".to_owned().into()).await.unwrap();
    drop(writer);
    let (reader, writer) = open(data.path());
    expect_secrets(&reader);
    assert_eq!(writer.token().await.unwrap(), (token, false));
}

/// As if the process were killed after each step: the next start has everything, and the next rotation ends the work.
#[tokio::test]
async fn a_rotation_that_ends_after_any_step_loses_nothing_and_the_next_one_finishes_it() {
    for steps in 1..=7 {
        let data = tempfile::tempdir().unwrap();
        let (_, writer) = open(data.path());
        let token = writer.token().await.unwrap().0;
        fill(&writer).await;
        let old = keys(data.path());
        let both = writer.ring.write(old.rotated().unwrap()).await.unwrap();
        if steps > 1 {
            writer.seal_with(both.clone()).await.unwrap();
        }
        if steps > 2 {
            let records = writer.shared.read(|state| state.with_secrets());
            writer.seal_group(&records[..3]).await.unwrap();
        }
        if steps > 3 {
            writer.seal_again(both.clone()).await.unwrap();
        }
        if steps > 4 {
            writer.compact().await.unwrap();
        }
        if steps > 5 {
            writer.purge().await.unwrap();
        }
        if steps > 6 {
            writer.ring.write(both.newest()).await.unwrap();
        }
        drop(writer);
        let (reader, writer) = open(data.path());
        expect_secrets(&reader);
        assert_eq!(writer.token().await.unwrap(), (token.clone(), false), "{steps} steps");
        let found = reader.health().report();
        assert_eq!((found.findings.len(), found.index_off), (0, None), "{steps} steps");
        writer.rotate_key().await.unwrap();
        let newest = keys(data.path());
        assert_eq!(newest.to_text().lines().count(), 1, "{steps} steps");
        for before in both.to_text().lines() {
            let id = before.split(' ').nth(1).unwrap();
            assert_eq!(holding(&data.path().join("journal"), &format!("{id}:")), [""; 0], "{steps} steps");
        }
        drop((reader, writer));
        let (reader, writer) = open(data.path());
        expect_secrets(&reader);
        assert_eq!(writer.token().await.unwrap(), (token, false), "{steps} steps");
    }
}

#[tokio::test]
async fn a_key_file_that_cannot_be_written_leaves_everything_as_it_was() {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(data.path());
    fill(&writer).await;
    let (old, blocked) = (keys(data.path()), data.path().join("key.unfinished"));
    fs::create_dir(&blocked).unwrap();
    let error = writer.rotate_key().await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot write {}", data.path().join("key").display()));
    assert_eq!(keys(data.path()).to_text(), old.to_text());
    fs::remove_dir(&blocked).unwrap();
    writer.rotate_key().await.unwrap();
    drop(writer);
    expect_secrets(&open(data.path()).0);
}

#[tokio::test]
async fn secrets_that_were_rotated_and_deleted_are_in_no_file_once_the_store_is_compacted() {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(data.path());
    writer.put_worker(worker(0), b"one".to_vec(), Draft::default()).await.unwrap();
    let names: Vec<BindingName> = (0..20).map(|number| format!("KEY_{number}").parse().unwrap()).collect();
    for generation in ["first", "second"] {
        for name in &names {
            writer.put_secret(worker(0), name.clone(), format!("s3cret-{generation}").into()).await.unwrap();
        }
        assert_eq!(holding(data.path(), "s3cret"), [""; 0]);
    }
    writer.compact().await.unwrap();
    for name in names {
        writer.delete_secret(worker(0), name).await.unwrap();
    }
    let (journal, sealed) = (data.path().join("journal"), format!("{}:", keys(data.path()).id()));
    assert!(!holding(&journal, &sealed).is_empty());
    writer.purge().await.unwrap();
    assert_eq!(holding(&journal, &sealed), [""; 0]);
    assert_eq!(holding(data.path(), "s3cret"), [""; 0]);
    drop(writer);
    drop(open(data.path()));
    assert_eq!(holding(data.path(), "s3cret"), [""; 0]);
}
