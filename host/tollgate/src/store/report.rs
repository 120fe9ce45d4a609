//! What the verbs of `store` print.

use std::path::Path;

use tollgate_store::{Checked, Cure, Manifest, Repaired};

use crate::out::say;
use crate::report::{Hinted, told};

/// Records of one kind that are listed. All are counted.
const MOST_LISTED: usize = 20;

/// What a backup holds, in a few words.
pub(super) fn contents(manifest: &Manifest) -> String {
    let Manifest { records, sequence, scripts, .. } = manifest;
    format!("{} up to entry {sequence}, {}", count(*records, "record"), count(scripts.len() as u64, "script"))
}

fn count(count: u64, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

/// A backup without a script is worth having, but somebody must learn of it.
pub(super) fn expect_no_missing_scripts(manifest: &Manifest) -> anyhow::Result<()> {
    let missing: Vec<_> = manifest.missing_scripts.iter().map(ToString::to_string).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let what = count(missing.len() as u64, "script");
    Err(Hinted::refused(
        format!("the backup lacks {what} that the host could not read: {}", missing.join(", ")),
        "everything else is in it; deploy the workers of these scripts again",
    ))
}

pub(super) fn check(data: &Path, checked: &Checked) -> anyhow::Result<()> {
    for note in &checked.notes {
        say!("{}", told(note));
    }
    for finding in &checked.findings {
        let cure = match &finding.cure {
            Cure::Start => "the next start of the host mends it, and nothing is lost",
            Cure::Upload => "deploy it again",
            Cure::NotNeeded => "no record needs it",
            Cure::Operator(what) => what,
        };
        say!("{}: {cure}", told(&finding.what));
    }
    let refused = checked.findings.iter().any(|finding| matches!(finding.cure, Cure::Operator(_)));
    let records = format!("{} up to entry {}", count(checked.records, "record"), checked.sequence);
    let records = if refused { "not all records".to_owned() } else { records };
    let found = checked.findings.len() as u64;
    let scripts = count(checked.scripts, "script");
    if found > 0 {
        let what = format!("{} has {}", data.display(), count(found, "finding"));
        return Err(Hinted::refused(format!("{what}; {records} and {scripts} are intact"), ""));
    }
    say!("{}: {records} and {scripts} are intact", data.display());
    Ok(())
}

pub(super) fn repair(repaired: &Repaired) {
    let Repaired { namespaces, workers, versions, certificates, .. } = repaired;
    say!("kept: namespaces {namespaces}, workers {workers}, versions {versions}, client certificates {certificates}");
    if let Some((sequence, records)) = repaired.newest {
        say!(
            "after entry {sequence}, the last that can be read, there were {records} records; {} are kept",
            repaired.records
        );
    }
    for range in &repaired.lost_entries {
        match (range.start(), range.end()) {
            (start, end) if start == end => say!("gone from the journal: entry {start}"),
            (start, end) => say!("gone from the journal: entries {start} to {end}"),
        }
    }
    list("gone from the journal's snapshot: records", &repaired.lost_keys, usize::MAX);
    list("lost:", &repaired.lost, usize::MAX);
    list("doubtful:", &repaired.doubtful, usize::MAX);
    list("only the journal had:", &repaired.only_in_journal, MOST_LISTED);
    list("only store/ had:", &repaired.only_in_index, MOST_LISTED);
    list("the damaged files are in", &repaired.aside, usize::MAX);
}

fn list(what: &str, lines: &[String], most: usize) {
    for line in lines.iter().take(most) {
        say!("{what} {}", told(line));
    }
    if lines.len() > most {
        say!("{what} {} more", lines.len() - most);
    }
}
