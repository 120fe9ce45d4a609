//! A check names what is damaged and what mends it, and changes nothing.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::PathBuf;

use cap_std::ambient_authority;

use super::*;
use crate::recovery::tests::{copies, copy, files, flip, open, store};

fn check(data: &Path) -> Result<Checked, StoreError> {
    super::check(Setup::default(), Dir::open_ambient_dir(data, ambient_authority()).unwrap(), data)
}

/// Checks a damaged copy, and that the check leaves it as it is.
fn check_of(data: &Path, damage: impl FnOnce(&Path)) -> Checked {
    let copy = copy(data);
    damage(copy.path());
    let all = || -> Vec<(PathBuf, Vec<u8>)> {
        files(copy.path()).into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect()
    };
    let before = all();
    let checked = check(copy.path()).unwrap();
    assert!(all() == before, "the check changed a file");
    checked
}

fn only_finding(checked: &Checked) -> (&str, &Cure) {
    assert_eq!(checked.findings.len(), 1, "{:?}", checked.findings);
    (&checked.findings[0].what, &checked.findings[0].cure)
}

#[tokio::test]
async fn an_intact_store_has_no_finding() {
    for restarts in [0, 2] {
        let (data, _) = store(restarts).await;
        let checked = check_of(data.path(), |_| {});
        assert_eq!(checked.findings, []);
        assert_eq!((checked.scripts, checked.sequence > 26, checked.records > 26), (5, true, true), "{checked:?}");
    }
}

#[tokio::test]
async fn damage_to_one_copy_is_mended_by_the_next_start() {
    let (data, _) = store(0).await;
    let intact = check_of(data.path(), |_| {});
    let checked = check_of(data.path(), |data| flip(&data.join("journal/segment-00000000000000000001"), 3_000));
    let (what, cure) = only_finding(&checked);
    assert!(what.starts_with("journal/segment-00000000000000000001 is damaged at byte "), "{what}");
    assert_eq!((cure, checked.records), (&Cure::Start, intact.records));
    let checked = check_of(data.path(), |data| fs::remove_dir_all(data.join("store")).unwrap());
    assert_eq!(only_finding(&checked), ("store/: store/ is corrupt: it is not there", &Cure::Start));
    let checked = check_of(data.path(), |data| fs::remove_dir_all(data.join("journal")).unwrap());
    assert_eq!(only_finding(&checked), ("journal/ is missing; store/ has every record", &Cure::Start));
}

#[tokio::test]
async fn damage_to_both_copies_needs_a_repair() {
    let (data, _) = store(0).await;
    let checked = check_of(data.path(), |data| {
        for file in copies(data) {
            if file.ends_with("db") || file.to_string_lossy().contains("journal/") {
                flip(&file, 3_000);
            }
        }
    });
    let (what, cure) = only_finding(&checked);
    assert!(what.contains("are both damaged"), "{what}");
    assert!(matches!(cure, Cure::Operator(hint) if hint.contains("tollgate store repair --data")), "{cure:?}");
}

#[tokio::test]
async fn a_damaged_script_is_named_with_its_worker() {
    let (data, _) = store(0).await;
    for (damage, expected) in [
        ((|file: &Path| flip(file, 1)) as fn(&Path), "is damaged: its digest is"),
        (|file: &Path| fs::remove_file(file).unwrap(), "is missing ("),
    ] {
        let checked = check_of(data.path(), |data| damage(&files(&data.join("scripts"))[0]));
        let (what, cure) = only_finding(&checked);
        assert!(what.contains(expected) && what.contains("worker ns-0/w-") && *cure == Cure::Upload, "{what}");
        assert_eq!(checked.scripts, 4);
    }
}

#[tokio::test]
async fn a_store_that_a_host_has_open_is_not_checked() {
    let (data, _) = store(0).await;
    let _open = open(data.path()).unwrap();
    assert!(matches!(check(data.path()).unwrap_err(), StoreError::InUse(_)));
}
