//! Code that is not the code of the script that asks for it never runs: the script is compiled again, and the file is replaced.

mod host;

use std::fs;

use super::*;
use host::{Host, Script, dir};

const DAMAGED: &str = "its checksum is wrong: it is damaged or truncated";
const UNKNOWN: &str = "it does not begin like compiled code of this release";

/// Bytes before the code.
const HEAD_BYTES: usize = 20 + 65 + 17 + 32;

#[test]
fn a_script_never_runs_the_code_of_another() {
    let (host, one, other) = (Host::new(), Script::of("one"), Script::of("other"));
    let (file, beside) = (host.compiled(&one), host.compiled(&other));
    let between = file.with_extension("between");
    for (from, to) in [(&file, &between), (&beside, &file), (&between, &beside)] {
        fs::rename(from, to).unwrap();
    }
    host.replaces(&one, &file, "WARN", "it belongs to another script");
    host.replaces(&other, &beside, "WARN", "it belongs to another script");
}

#[test]
fn a_flipped_bit_is_found_wherever_it_is() {
    let (host, script) = (Host::new(), Script::of("one"));
    let file = host.compiled(&script);
    let whole = fs::read(&file).unwrap();
    let code = [HEAD_BYTES, HEAD_BYTES + 1, usize::midpoint(HEAD_BYTES, whole.len()), whole.len() - 1];
    for (nth, byte) in [0, 18, 20, 83, 85, 100, 102, 133].into_iter().chain(code).enumerate() {
        let mut flipped = whole.clone();
        flipped[byte] ^= 1 << (nth % 8);
        fs::write(&file, &flipped).unwrap();
        host.replaces(&script, &file, "WARN", if byte < 20 { UNKNOWN } else { DAMAGED });
    }
}

#[test]
fn every_bit_of_the_head_counts() {
    let (script, engine, code) = (ScriptDigest::of(b"script"), EngineHash::of_number(7), b"code");
    let whole = [&file::head(&script, engine, code)[..], code].concat();
    assert_eq!(whole.len(), HEAD_BYTES + code.len());
    assert!(whole.starts_with(format!("tollgate compiled 2\n{script}\n0000000000000007\n").as_bytes()));
    assert_eq!(file::code(&whole, &script, engine).unwrap(), code);
    for bit in 0..whole.len() * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(file::code(&flipped, &script, engine).is_err(), "bit {bit}");
    }
}

#[test]
fn a_truncated_or_empty_file_is_replaced() {
    let (host, script) = (Host::new(), Script::of("one"));
    let file = host.compiled(&script);
    let whole = fs::read(&file).unwrap();
    let header = "its header is truncated";
    for (bytes, reason) in [
        (0, "it is empty"),
        (1, UNKNOWN),
        (20, header),
        (HEAD_BYTES - 1, header),
        (HEAD_BYTES, DAMAGED),
        (whole.len() - 1, DAMAGED),
    ] {
        fs::write(&file, &whole[..bytes]).unwrap();
        host.replaces(&script, &file, "WARN", reason);
    }
}

#[test]
fn the_code_of_another_engine_is_replaced() {
    let (host, script) = (Host::new(), Script::of("one"));
    let file = host.compiled(&script);
    let whole = fs::read(&file).unwrap();
    let code = &whole[HEAD_BYTES..];
    fs::write(&file, [&file::head(&script.digest, EngineHash::of_number(7), code)[..], code].concat()).unwrap();
    host.replaces(&script, &file, "WARN", "it belongs to another engine");
}

#[test]
fn what_wasmtime_refuses_is_replaced() {
    let (host, script) = (Host::new(), Script::of("one"));
    let file = host.compiled(&script);
    let whole = fs::read(&file).unwrap();
    let engine = u64::from_str_radix(str::from_utf8(&whole[85..101]).unwrap(), 16).unwrap();
    fs::write(&file, [&file::head(&script.digest, EngineHash::of_number(engine), b"text")[..], b"text"].concat())
        .unwrap();
    host.replaces(&script, &file, "WARN", "wasmtime refuses it");
}

#[test]
fn a_file_of_an_older_release_is_no_fault() {
    let (host, script) = (Host::new(), Script::of("one"));
    let file = host.compiled(&script);
    let whole = fs::read(&file).unwrap();
    let code = &whole[HEAD_BYTES..];
    fs::write(&file, [ScriptDigest::of(code).to_string().as_bytes(), code].concat()).unwrap();
    host.replaces(&script, &file, "INFO", "it was written by an older release");
}

#[test]
fn a_link_out_of_the_folder_is_replaced_and_not_followed() {
    let (host, script, elsewhere) = (Host::new(), Script::of("one"), tempfile::tempdir().unwrap());
    let (file, target) = (host.compiled(&script), elsewhere.path().join("target"));
    fs::rename(&file, &target).unwrap();
    std::os::unix::fs::symlink(&target, &file).unwrap();
    let before = fs::read(&target).unwrap();
    host.replaces(&script, &file, "WARN", "it cannot be read");
    assert!(fs::symlink_metadata(&file).unwrap().is_file());
    assert_eq!(fs::read(&target).unwrap(), before);
}

#[test]
fn nothing_is_left_of_compiled_code_that_could_not_be_kept() {
    let (host, script) = (Host::new(), Script::of("one"));
    let file = host.compiled(&script);
    fs::remove_file(&file).unwrap();
    // A folder where the file belongs.
    fs::create_dir(&file).unwrap();
    assert!(host.loads(&script));
    let lines = host.log.taken();
    let says = |text: &str| lines.iter().filter(|line| line.contains(text)).count();
    assert_eq!((says("it cannot be read"), says("could not be kept"), lines.len()), (1, 1, 2), "{lines:?}");
    let names: Vec<_> = fs::read_dir(file.parent().unwrap()).unwrap().map(|name| name.unwrap().path()).collect();
    assert_eq!(names, [file]);
}

#[test]
fn the_code_of_other_engines_is_removed_and_nothing_else() {
    let (host, script, elsewhere) = (Host::new(), Script::of("one"), tempfile::tempdir().unwrap());
    let kept = host.compiled(&script);
    let (folder, secret) = (host.folder.path(), elsewhere.path().join("secret"));
    fs::write(&secret, "secret").unwrap();
    for (name, bytes) in [("p2-0123456789abcdef", 10), ("p3-0123456789abcdef", 20)] {
        fs::create_dir(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("code"), vec![0; bytes]).unwrap();
    }
    std::os::unix::fs::symlink(elsewhere.path(), folder.join("p2-0123456789abcdef/link")).unwrap();
    let others = ["p2-0123456789abcdeg", "p2-0123", "p4-0123456789abcdef", "functions"].map(|name| folder.join(name));
    others.iter().for_each(|other| fs::create_dir(other).unwrap());
    let link = folder.join("p3-00000000000000aa");
    std::os::unix::fs::symlink(elsewhere.path(), &link).unwrap();

    let removed = host.engine.remove_foreign_code(&dir(folder)).unwrap();
    assert_eq!(removed.folders, 2);
    let of_link = elsewhere.path().as_os_str().len() as u64;
    assert_eq!(removed.bytes, 30 + of_link);
    assert!(kept.exists() && secret.exists() && fs::symlink_metadata(&link).is_ok());
    assert!(others.iter().all(|other| other.exists()) && !host.loads(&script));
    assert_eq!(host.engine.remove_foreign_code(&dir(folder)).unwrap(), Removed::default());
    assert_eq!(host.log.taken(), [""; 0]);
}
