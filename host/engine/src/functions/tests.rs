//! Functions between compilations and processes: what the file holds, and what bounds it.

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::*;

/// Room for a few of the tests' functions.
const BYTES: u64 = 8 << 20;

fn functions(folder: &tempfile::TempDir) -> Functions {
    bounded(folder, BYTES)
}

fn bounded(folder: &tempfile::TempDir, bytes: u64) -> Functions {
    Functions::new(&Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap(), bytes).unwrap()
}

fn large() -> Vec<u8> {
    vec![0; LARGE_SCRIPT_BYTES]
}

/// What Cranelift would do for a script of one function.
fn insert(functions: &Functions, key: u8) {
    assert!(functions.insert(&[key; KEY_BYTES], vec![key; WORTH_WRITING_BYTES]));
}

fn compile(functions: &Functions, key: u8) {
    let compiling = functions.while_compiling(&large()).unwrap();
    insert(functions, key);
    compiling.succeeded();
}

/// The function that is found while a large script is compiled.
fn found(functions: &Functions, key: u8) -> Option<Vec<u8>> {
    let _compiling = functions.while_compiling(&large());
    functions.get(&[key; KEY_BYTES]).map(Cow::into_owned)
}

fn names(folder: &tempfile::TempDir) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_next_process_has_the_functions_of_two_that_compiled_at_the_same_time() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two, next) = (functions(&folder), functions(&folder), functions(&folder));
    let compiling = [one.while_compiling(&large()).unwrap(), two.while_compiling(&large()).unwrap()];
    insert(&one, 1);
    insert(&two, 2);
    compiling.into_iter().for_each(Compiling::succeeded);
    for key in [1, 2] {
        assert_eq!(found(&next, key), Some(vec![key; WORTH_WRITING_BYTES]));
    }
    assert_eq!(found(&next, 3), None);
    assert_eq!(names(&folder), [file::NAME], "no temporary file is left");
}

#[test]
fn functions_of_a_refused_component_do_not_make_the_file_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let functions = functions(&folder);
    let refused = functions.while_compiling(&large());
    insert(&functions, 1);
    drop(refused);
    assert_eq!(names(&folder), [""; 0]);
    assert_eq!(found(&functions, 1), None);
}

#[test]
fn between_compilations_memory_holds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let functions = functions(&folder);
    compile(&functions, 1);
    assert_eq!(functions.get(&[1; KEY_BYTES]), None);
    assert!(functions.insert(&[1; KEY_BYTES], vec![1]));
    assert_eq!(functions.get(&[1; KEY_BYTES]), None);
}

#[test]
fn a_file_with_a_flipped_bit_or_an_end_cut_off_counts_as_absent() {
    let folder = tempfile::tempdir().unwrap();
    compile(&functions(&folder), 1);
    let path = folder.path().join(file::NAME);
    let whole = std::fs::read(&path).unwrap();
    assert!(found(&functions(&folder), 1).is_some());
    let flipped = |at: usize| {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        flipped
    };
    // Of the length, the code and the checksum.
    let flipped = [KEY_BYTES, KEY_BYTES + 3, 1_000, whole.len() - 1].map(flipped);
    let cut = [whole.len() - 1, whole.len() - 33, 10, 0].map(|length| whole[..length].to_vec());
    for wrong in flipped.into_iter().chain(cut) {
        std::fs::write(&path, wrong).unwrap();
        assert_eq!(found(&functions(&folder), 1), None);
    }
}

#[test]
fn small_scripts_do_not_touch_the_file() {
    let folder = tempfile::tempdir().unwrap();
    assert!(functions(&folder).while_compiling(b"small").is_none());
    assert_eq!(names(&folder), [""; 0]);
}

#[test]
fn the_file_is_bounded_and_a_larger_one_counts_as_absent() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = || std::fs::metadata(folder.path().join(file::NAME)).unwrap().len();
    for key in 0..20 {
        compile(&functions(&folder), key);
        assert!(bytes() <= BYTES, "{} after {key}", bytes());
    }
    assert!(found(&functions(&folder), 19).is_some());
    compile(&bounded(&folder, BYTES / 2), 30);
    assert!(bytes() <= BYTES / 2, "{}", bytes());
    std::fs::remove_file(folder.path().join(file::NAME)).unwrap();
    compile(&functions(&folder), 1);
    compile(&functions(&folder), 2);
    assert!(found(&bounded(&folder, bytes()), 1).is_some());
    assert_eq!(found(&bounded(&folder, bytes() - 1), 1), None);
}

#[test]
fn memory_is_bounded_and_what_is_used_stays() {
    let code: Arc<[u8]> = vec![0; 1_000].into();
    let mut kept = Kept::new(4 * file::entry_bytes(&code));
    for key in 0..20 {
        kept.insert([key; KEY_BYTES], code.clone());
        assert!(kept.get([0; KEY_BYTES]).is_some(), "forgotten after {key}");
    }
    assert!(kept.all().len() <= 8, "{}", kept.all().len());
    kept.insert([30; KEY_BYTES], vec![0; 5_000].into());
    assert!(!kept.has(&[30; KEY_BYTES]) && kept.has(&[0; KEY_BYTES]), "more than there is room for");
}

#[test]
fn a_start_removes_the_temporary_files_of_killed_hosts_only() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("functions.1.1"), b"stale").unwrap();
    std::fs::write(folder.path().join("functionality"), b"another file").unwrap();
    let written = std::fs::File::create(folder.path().join("functions.1.2")).unwrap();
    written.lock().unwrap();
    drop(functions(&folder));
    assert_eq!(names(&folder), ["functionality", "functions.1.2"]);
}
