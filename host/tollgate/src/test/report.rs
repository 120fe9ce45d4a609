//! Tells outcomes: to people, as JSON, as TAP, and as JUnit's XML.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};
use tollgate_test::Plain;

use super::telling::Telling;
use super::{Outcome, Verdict};
use crate::out::{self, say};

/// How to tell.
#[derive(Args)]
pub(super) struct Output {
    /// Tell it as JSON.
    #[arg(long, conflicts_with = "tap")]
    json: bool,
    /// Tell it as TAP, version 13: for `prove`.
    #[arg(long)]
    tap: bool,
    /// Write JUnit's XML into a file too.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl Output {
    /// To people, outcomes are told as they come.
    pub(super) fn telling(&self) -> Telling {
        Telling::new(!self.json && !self.tap)
    }

    /// Takes away what an earlier run told: whoever finds the file finds it of this run.
    pub(super) fn begin(&self) -> anyhow::Result<()> {
        let Some(path) = &self.junit else { return Ok(()) };
        match std::fs::symlink_metadata(path) {
            Ok(found) if found.is_file() => {
                std::fs::remove_file(path).with_context(|| format!("cannot replace {}", path.display()))
            }
            // A device or a pipe keeps nothing.
            _ => Ok(()),
        }
    }

    /// Tells what is told when all is done.
    pub(super) fn write(&self, outcomes: &[Outcome], summary: &[String]) -> anyhow::Result<()> {
        match (self.json, self.tap) {
            (true, _) => say!("{}", serde_json::to_string_pretty(&as_json(outcomes, summary))?),
            (_, true) => out::write(format_args!("{}", as_tap(outcomes, summary))),
            _ => to_people(outcomes, summary),
        }
        let Some(path) = &self.junit else { return Ok(()) };
        let text = for_jenkins(&as_junit(outcomes).to_string()?);
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// What there is to say beside the outcomes.
fn to_people(outcomes: &[Outcome], summary: &[String]) {
    summary.iter().for_each(|line| say!("{}", Plain(line)));
    let count = |wanted: fn(&Verdict) -> bool| outcomes.iter().filter(|one| wanted(&one.verdict)).count();
    let (passed, idle) = (count(|one| matches!(one, Verdict::Passed)), count(Verdict::is_idle));
    let mended = count(|one| matches!(one, Verdict::Mended(_)));
    let more = |some: usize, what: &str| if some == 0 { String::new() } else { format!(", {some} {what}") };
    let (now, nothing) = (more(mended, "as expected from now on"), more(idle, "idle"));
    say!("{passed} passed, {} did not{now}{nothing}", outcomes.len() - passed - mended - idle);
}

fn as_json(outcomes: &[Outcome], summary: &[String]) -> Value {
    let one = |one: &Outcome| {
        let (verdict, differences, run) = match &one.verdict {
            Verdict::Passed => ("passed", Vec::new(), None),
            Verdict::Mended(differences) => ("mended", differences.clone(), None),
            Verdict::Idle(differences) => ("idle", differences.clone(), None),
            Verdict::Untried(reason) => ("idle", vec![reason.clone()], None),
            Verdict::Failed { differences, run } => ("failed", differences.clone(), Some(run)),
            Verdict::Broken(reason) => ("broken", vec![reason.clone()], None),
        };
        let ms = u64::try_from(one.took.as_millis()).unwrap_or(u64::MAX);
        json!({
            "suite": one.suite, "name": one.name, "verdict": verdict, "ms": ms,
            "differences": differences, "run": run, "notes": one.notes,
        })
    };
    let count = |wanted: fn(&Verdict) -> bool| outcomes.iter().filter(|one| wanted(&one.verdict)).count();
    let (passed, idle) = (count(|one| matches!(one, Verdict::Passed)), count(Verdict::is_idle));
    let mended = count(|one| matches!(one, Verdict::Mended(_)));
    let list: Vec<_> = outcomes.iter().map(one).collect();
    json!({
        "passed": passed, "mended": mended, "idle": idle, "not_passed": outcomes.len() - passed - mended - idle,
        "summary": summary, "outcomes": list,
    })
}

fn as_tap(outcomes: &[Outcome], summary: &[String]) -> String {
    let mut text = format!("TAP version 13\n1..{}\n", outcomes.len());
    for (place, one) in outcomes.iter().enumerate() {
        let verdict = match &one.verdict {
            Verdict::Passed | Verdict::Mended(_) | Verdict::Idle(_) | Verdict::Untried(_) => "ok",
            Verdict::Failed { .. } | Verdict::Broken(_) => "not ok",
        };
        let directive = match &one.verdict {
            Verdict::Idle(_) => " # SKIP not as expected today either",
            Verdict::Untried(_) => " # SKIP not tried",
            _ => "",
        };
        // A hash begins a directive.
        let name = Plain(&format!("{}: {}", one.suite, one.name)).to_string();
        let name = name.replace('\\', "\\\\").replace('#', "\\#");
        text.push_str(&format!("{verdict} {} - {name}{directive}\n", place + 1));
        for line in one.details() {
            text.push_str(&format!("# {line}\n"));
        }
    }
    summary.iter().for_each(|line| text.push_str(&format!("# {}\n", Plain(line))));
    text
}

fn as_junit(outcomes: &[Outcome]) -> Report {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for one in outcomes {
        let status = match &one.verdict {
            Verdict::Passed | Verdict::Mended(_) => TestCaseStatus::success(),
            Verdict::Idle(_) | Verdict::Untried(_) => {
                let mut status = TestCaseStatus::skipped();
                status.set_message(one.details().join("\n"));
                status
            }
            Verdict::Failed { differences, .. } => unlucky(NonSuccessKind::Failure, differences.join("\n"), one),
            Verdict::Broken(reason) => unlucky(NonSuccessKind::Error, reason.clone(), one),
        };
        let mut case = TestCase::new(one.name.as_str(), status);
        case.set_classname(one.suite.as_str()).set_time(one.took);
        match &one.verdict {
            Verdict::Mended(_) => {
                case.set_system_out(one.details().join("\n"));
            }
            _ if !one.notes.is_empty() => {
                case.set_system_out(one.notes.join("\n"));
            }
            _ => {}
        }
        let suite = suites.entry(one.suite.as_str()).or_insert_with(|| TestSuite::new(one.suite.as_str()));
        suite.add_test_case(case);
    }
    let mut report = Report::new("tollgate test");
    report.add_test_suites(suites.into_values());
    report
}

/// Jenkins' schema knows the number of a suite's skipped cases as `skipped`, which the writer calls `disabled`; of the whole it
/// has none.
fn for_jenkins(text: &str) -> String {
    let line = |line: &str| {
        let Some((before, after)) =
            line.split_once(" disabled=\"").filter(|_| line.trim_start().starts_with("<testsuite"))
        else {
            return line.to_owned();
        };
        match line.trim_start().starts_with("<testsuites") {
            true => before.to_owned() + after.split_once('"').map_or("", |(_, rest)| rest),
            false => format!("{before} skipped=\"{after}"),
        }
    };
    text.lines().map(|one| line(one) + "\n").collect()
}

fn unlucky(kind: NonSuccessKind, message: String, one: &Outcome) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message).set_description(one.details().join("\n"));
    status
}
