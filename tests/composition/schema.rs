//! The published schema against what the parser takes, by another's validator.

use std::path::{Path, PathBuf};
use std::process::Command;

use tollgate_tests::root;

/// Whether the schema takes each of these files, or why not.
pub(crate) fn taken(files: &[PathBuf]) -> Vec<Result<(), String>> {
    let output = Command::new("python3").arg(root().join("tests/composition/schema.py")).args(files).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout).unwrap();
    let verdicts: Vec<_> =
        told.lines().map(|line| line.strip_prefix("no: ").map_or(Ok(()), |why| Err(why.to_owned()))).collect();
    assert_eq!(verdicts.len(), files.len(), "{told}");
    verdicts
}

/// The same of texts.
pub(crate) fn takes(texts: &[String]) -> Vec<Result<(), String>> {
    let folder = tempfile::tempdir().unwrap();
    let write = |(place, text): (usize, &String)| {
        let path = folder.path().join(format!("{place}.test.toml"));
        std::fs::write(&path, text).unwrap();
        path
    };
    taken(&texts.iter().enumerate().map(write).collect::<Vec<_>>())
}

fn is_scenario(path: &Path) -> bool {
    path.to_string_lossy().ends_with(".test.toml")
}

#[test]
fn the_schema_takes_what_is_run_here() {
    let all = std::fs::read_dir(root().join("tests/composition")).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = all.filter(|path| is_scenario(path)).collect();
    assert!(files.len() >= 4, "{files:?}");
    for (file, verdict) in files.iter().zip(taken(&files)) {
        assert_eq!(verdict, Ok(()), "{}", file.display());
    }
    let url =
        |url: &str| format!("[[scenario]]\nname = \"x\"\nrequest = {{ url = {url:?} }}\nexpect = {{ status = 200 }}\n");
    for verdict in takes(&["HTTPS://a/", "{origin}/x", "ws+x://a"].map(url)) {
        assert_eq!(verdict, Ok(()));
    }
}

#[test]
fn the_schema_refuses_what_can_never_be_run() {
    let request = "[[scenario]]\nname = \"x\"\nrequest = { url = \"http://a/\" }\n";
    let (expected, whole) = ("expect = { status = 200 }\n", format!("{request}expect = {{ status = 200 }}\n"));
    let fault = |fault: &str| format!("{whole}fault = [{fault}]\n");
    let texts = [
        format!("{request}expect = {{}}\n"),
        format!("[[scenario]]\nname = \"x\"\nrequest = {{ url = \"/x\" }}\n{expected}"),
        format!("[[origin]]\nurl = \"example.com/*\"\n{whole}"),
        format!("[[origin]]\nurl = \"*\"\nstatus = 100\n{whole}"),
        fault("{ hop = \"outbound\", kind = \"refuse\", after_bytes = 1 }"),
        fault("{ hop = \"origin\", kind = \"trap\" }"),
        format!("[workers.outbound]\nworker = \"o.wasm\"\nname = \"o\"\n{whole}"),
    ];
    for (text, verdict) in texts.iter().zip(takes(&texts)) {
        assert!(verdict.is_err(), "{text}");
    }
    let fine = [
        whole.clone(),
        fault("{ hop = \"outbound\", kind = \"cut\", after_bytes = 1 }, { hop = \"outbound\", kind = \"trap\" }"),
        format!(
            "[workers]\nuser = {{ worker = \"u.wasm\", name = \"u\" }}\noutbound = {{ worker = \"o.wasm\" }}\n{whole}"
        ),
    ];
    for (text, verdict) in fine.iter().zip(takes(&fine)) {
        assert_eq!(verdict, Ok(()), "{text}");
    }
}
