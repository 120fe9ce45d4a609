//! The housekeeper on real files.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Waker};

use cap_std::{ambient_authority, fs::Dir};
use tollgate_types::{NamespaceName, ScriptDigest, WorkerId};

use super::*;
use crate::command::Command;
use crate::{Draft, Reader, Setup, Writer, Writes};

const HOUR: Duration = Duration::from_secs(3_600);
/// Nothing happens by itself.
const NEVER: Pace = Pace {
    grace: Duration::ZERO,
    collect_after: HOUR,
    collect_every: HOUR,
    scrub_after: HOUR,
    scrub_every: HOUR,
    scrub_bytes_per_second: u64::MAX,
};
const AT_ONCE: Duration = Duration::from_millis(1);

fn open(pace: Pace, data: &Path, versions: u32) -> (Reader, Writer) {
    let dir = Dir::open_ambient_dir(data, ambient_authority()).unwrap();
    let config = StoreConfig { versions, ..StoreConfig::default() };
    crate::open_at(pace, Setup { config, ..Setup::default() }, dir, data).unwrap()
}

fn prod() -> NamespaceName {
    "prod".parse().unwrap()
}

fn worker(name: &str) -> WorkerId {
    WorkerId::in_namespace(prod(), name.parse().unwrap())
}

async fn put(writer: &Writer, name: &str, script: &[u8]) -> ScriptDigest {
    writer.put_worker(worker(name), script.to_vec(), Draft::default()).await.unwrap().record.script
}

fn file(data: &Path, digest: &ScriptDigest) -> PathBuf {
    let digest = digest.to_string();
    data.join("scripts/sha256").join(&digest[..2]).join(digest)
}

fn scripts(data: &Path) -> BTreeSet<String> {
    let shelves = fs::read_dir(data.join("scripts/sha256")).unwrap().map(|shelf| shelf.unwrap().path());
    let files = shelves.flat_map(|shelf| fs::read_dir(shelf).unwrap());
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

fn texts<'a>(digests: impl IntoIterator<Item = &'a ScriptDigest>) -> BTreeSet<String> {
    digests.into_iter().map(ToString::to_string).collect()
}

/// Waits for a state that the housekeeper brings about. A state that does not come is a failure, not a hang.
fn wait_for(state: impl Fn() -> bool) {
    let begun = Instant::now();
    while !state() {
        assert!(begun.elapsed() < Duration::from_secs(120), "the state did not come");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn sweep(collector: &mut Collector, writer: &Writer) {
    collector.sweep(&writer.scripts, &writer.shared, &|| false);
}

#[tokio::test(flavor = "multi_thread")]
async fn redeploys_leave_the_scripts_of_the_kept_versions_and_deletions_leave_none() {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(Pace { collect_after: AT_ONCE, collect_every: AT_ONCE, ..NEVER }, data.path(), 5);
    writer.create_namespace(prod(), false).await.unwrap();
    let mut deployed = vec![];
    for number in 0..300 {
        deployed.push(put(&writer, "a", format!("script {number}").as_bytes()).await);
    }
    let other = put(&writer, "b", b"script 299").await;
    wait_for(|| scripts(data.path()) == texts(&deployed[295..]));
    writer.delete_worker(worker("a")).await.unwrap();
    wait_for(|| scripts(data.path()) == texts([&other]));
    writer.delete_namespace(prod(), true).await.unwrap();
    wait_for(|| scripts(data.path()).is_empty());
}

#[tokio::test]
async fn a_script_is_kept_for_the_grace_period_after_its_last_version_has_gone() {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(NEVER, data.path(), 1);
    writer.create_namespace(prod(), false).await.unwrap();
    let old = put(&writer, "a", b"one").await;
    let long_ago = std::time::SystemTime::now() - 2 * HOUR;
    fs::File::open(file(data.path(), &old)).unwrap().set_modified(long_ago).unwrap();
    let mut collector = Collector::new(HOUR);
    sweep(&mut collector, &writer);
    let new = put(&writer, "a", b"two").await;
    sweep(&mut collector, &writer);
    sweep(&mut collector, &writer);
    assert_eq!(scripts(data.path()), texts([&old, &new]), "unnamed for less than an hour, however old its file is");
    // Another process begins the period again: after a repair, there must be time to deploy what the records lost.
    sweep(&mut Collector::new(HOUR), &writer);
    assert_eq!(scripts(data.path()), texts([&old, &new]));
    sweep(&mut Collector::new(Duration::ZERO), &writer);
    assert_eq!(scripts(data.path()), texts([&new]));
}

#[tokio::test]
async fn what_a_refused_upload_left_is_collected_and_other_files_are_not() {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(NEVER, data.path(), 1);
    let refused = writer.put_worker(worker("a"), b"one".to_vec(), Draft::default()).await;
    assert!(refused.is_err() && scripts(data.path()).is_empty(), "refused before its script was stored");
    let digest = ScriptDigest::of(b"two");
    let pinned = writer.scripts.put(&digest, b"two").unwrap();
    let mut collector = Collector::new(Duration::ZERO);
    sweep(&mut collector, &writer);
    assert_eq!(scripts(data.path()), texts([&digest]), "an upload uses it");
    fs::write(file(data.path(), &digest).with_file_name("notes"), b"an operator's").unwrap();
    drop(pinned);
    sweep(&mut collector, &writer);
    assert_eq!(scripts(data.path()), ["notes".to_owned()].into());
}

/// The script of every record is there, whatever is collected between an upload and its record.
#[tokio::test(flavor = "multi_thread")]
async fn no_script_is_collected_that_a_record_is_about_to_name() {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(NEVER, data.path(), 1);
    writer.create_namespace(prod(), false).await.unwrap();
    let (sweeping, ended) = (writer.clone(), Arc::new(AtomicBool::new(false)));
    let end = ended.clone();
    let sweeper = std::thread::spawn(move || {
        let mut collector = Collector::new(Duration::ZERO);
        while !end.load(Ordering::Relaxed) {
            sweep(&mut collector, &sweeping);
        }
    });
    let mut lost = vec![];
    for number in 0..100 {
        let script: &[u8] = if number % 2 == 0 { b"even" } else { b"odd" };
        let digest = put(&writer, "a", script).await;
        lost.extend(reader.script(&digest).is_err().then_some(number));
    }
    ended.store(true, Ordering::Relaxed);
    sweeper.join().unwrap();
    assert_eq!(lost, [0; 0], "deploys without their script");
}

/// As if the record had become visible after the round had looked at the state.
#[tokio::test]
async fn a_script_that_was_named_since_the_round_began_is_not_deleted() {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(NEVER, data.path(), 1);
    writer.create_namespace(prod(), false).await.unwrap();
    let digest = put(&writer, "a", b"one").await;
    assert!(!collect::delete(&writer.scripts, &writer.shared, &digest).unwrap());
    writer.delete_worker(worker("a")).await.unwrap();
    assert!(collect::delete(&writer.scripts, &writer.shared, &digest).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_goes_away_leaves_the_script_pinned_until_its_record_is_visible() {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(NEVER, data.path(), 1);
    writer.create_namespace(prod(), false).await.unwrap();
    let digest = ScriptDigest::of(b"one");
    let command = Command::Deploy { id: worker("a"), script: digest, draft: Draft::default() };
    let pinned = writer.scripts.put(&digest, b"one").unwrap();
    // No record becomes visible while the state is read.
    writer.shared.read(|_| {
        let mut asking = Box::pin(writer.change_pinned(command, Some(pinned)));
        assert!(asking.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(asking);
        assert!(!writer.scripts.remove_unless(&digest, || false).unwrap());
    });
    wait_for(|| reader.worker(&worker("a")).unwrap().is_some());
    sweep(&mut Collector::new(Duration::ZERO), &writer);
    assert_eq!(reader.script(&digest).unwrap(), b"one");
}

/// After a failed sync the disk may have a record that the state does not.
#[tokio::test]
async fn nothing_is_collected_once_the_writer_has_stopped() {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(NEVER, data.path(), 1);
    let digest = ScriptDigest::of(b"one");
    drop(writer.scripts.put(&digest, b"one").unwrap());
    reader.health().update(|report| report.writes = Writes::Stopped("a sync failed".to_owned()));
    let mut collector = Collector::new(Duration::ZERO);
    sweep(&mut collector, &writer);
    assert_eq!(scripts(data.path()), texts([&digest]));
    reader.health().update(|report| report.writes = Writes::Accepted);
    sweep(&mut collector, &writer);
    assert!(scripts(data.path()).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_scrub_reports_damage_once_and_takes_it_back_when_the_script_is_intact() {
    let data = tempfile::tempdir().unwrap();
    let pace = Pace { scrub_after: Duration::ZERO, scrub_every: AT_ONCE, ..NEVER };
    let (reader, writer) = open(pace, data.path(), 1);
    writer.create_namespace(prod(), false).await.unwrap();
    let (one, two) = (put(&writer, "a", b"one").await, put(&writer, "b", b"two").await);
    writer.scrub().await.unwrap();
    let report = || reader.health().report();
    assert_eq!(report().damaged_scripts.len(), 0);
    fs::write(file(data.path(), &one), b"onf").unwrap();
    fs::remove_file(file(data.path(), &two)).unwrap();
    let damaged = || report().damaged_scripts.into_iter().collect::<BTreeSet<_>>();
    wait_for(|| damaged() == texts([&one, &two]));
    writer.scrub().await.unwrap();
    let findings = report().findings;
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(findings.iter().any(|finding| finding.contains(&one.to_string()) && finding.contains("digest")));
    assert!(findings.iter().any(|finding| finding.contains(&two.to_string()) && finding.contains("missing")));
    for (digest, script) in [(&one, b"one"), (&two, b"two")] {
        fs::write(file(data.path(), digest), script).unwrap();
    }
    wait_for(|| damaged().is_empty());
}

#[tokio::test]
async fn damage_ends_with_an_upload_of_the_script_and_with_its_last_version() {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(NEVER, data.path(), 1);
    writer.create_namespace(prod(), false).await.unwrap();
    let one = put(&writer, "a", b"one").await;
    for _ in 0..2 {
        assert_eq!(reader.health().report().damaged_scripts.len(), 0);
        fs::remove_file(file(data.path(), &one)).unwrap();
        writer.scrub().await.unwrap();
        assert_eq!(reader.health().report().damaged_scripts, [one.to_string()]);
        put(&writer, "a", b"one").await;
    }
    fs::remove_file(file(data.path(), &one)).unwrap();
    writer.scrub().await.unwrap();
    writer.delete_worker(worker("a")).await.unwrap();
    writer.scrub().await.unwrap();
    assert_eq!(reader.health().report().damaged_scripts.len(), 0);
}

#[tokio::test]
async fn the_scrub_reads_no_more_in_a_second_than_it_may() {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(NEVER, data.path(), 1);
    writer.create_namespace(prod(), false).await.unwrap();
    put(&writer, "a", &vec![7; 3 << 20]).await;
    let pace = Pace { scrub_bytes_per_second: 1 << 20, ..NEVER };
    let (mut scrub, mut waited) = (Scrub::default(), Duration::ZERO);
    loop {
        match scrub.step(&writer.scripts, &writer.shared, &pace) {
            HOUR => break,
            wait => waited += wait,
        }
    }
    // Beside the script it reads the records, which are some hundred bytes.
    assert_eq!(waited.as_secs(), 3);
    assert!(waited < Duration::from_secs(3) + Duration::from_millis(10), "{waited:?}");
}

#[tokio::test]
async fn the_health_has_the_disk_from_the_start() {
    let data = tempfile::tempdir().unwrap();
    let (reader, _writer) = open(NEVER, data.path(), 1);
    let disk = reader.health().report().disk.unwrap();
    assert!(disk.total_bytes >= disk.free_bytes && disk.total_bytes > 0, "{disk:?}");
}
