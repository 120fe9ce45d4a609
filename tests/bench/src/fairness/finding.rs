//! A figure of the report, with its unit and what the project asks of it.

use std::fmt::Write as _;

use serde::Serialize;

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Finding {
    /// What was measured, such as `neighbour-500/loops/p99`.
    name: String,
    unit: &'static str,
    measured: f64,
    #[serde(skip_serializing_if = "Asked::is_nothing")]
    asked: Asked,
}

/// What the project asks of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Asked {
    AtMost(f64),
    AtLeast(f64),
    /// The figure is only reported.
    Nothing,
}

impl Asked {
    /// A figure that is no number, because nothing could be measured, does not meet it.
    fn is_met_by(self, measured: f64) -> bool {
        match self {
            Self::AtMost(most) => measured <= most,
            Self::AtLeast(least) => measured >= least,
            Self::Nothing => true,
        }
    }

    fn is_nothing(&self) -> bool {
        *self == Self::Nothing
    }

    fn text(self) -> String {
        match self {
            Self::AtMost(most) => format!("≤ {most:.2}"),
            Self::AtLeast(least) => format!("≥ {least:.2}"),
            Self::Nothing => String::new(),
        }
    }
}

impl Finding {
    pub(crate) fn new(name: String, unit: &'static str, measured: f64, asked: Asked) -> Self {
        let finding = Self { name, unit, measured, asked };
        eprintln!("{}", finding.row());
        finding
    }

    fn is_met(&self) -> bool {
        self.asked.is_met_by(self.measured)
    }

    fn row(&self) -> String {
        let Self { name, unit, measured, asked } = self;
        let verdict = if self.is_met() { "" } else { " (not reached)" };
        format!("| {name} | {measured:.2}{verdict} | {} | {unit} |", asked.text())
    }
}

/// The table of the report, with a summary above it; empty if nothing was measured.
pub(crate) fn table(findings: &[Finding]) -> anyhow::Result<String> {
    let mut text = String::new();
    if findings.is_empty() {
        return Ok(text);
    }
    let asked = findings.iter().filter(|finding| !finding.asked.is_nothing()).count();
    let missed: Vec<&str> = findings.iter().filter(|finding| !finding.is_met()).map(|one| one.name.as_str()).collect();
    writeln!(
        text,
        "\nFairness: {} of {asked} figures are as asked. Not reached: {}.",
        asked - missed.len(),
        match missed.as_slice() {
            [] => "none".to_owned(),
            names => names.join(", "),
        }
    )?;
    text.push_str("\n| fairness | measured | asked | unit |\n| --- | ---: | ---: | --- |\n");
    for finding in findings {
        writeln!(text, "{}", finding.row())?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(measured: f64, asked: Asked) -> Finding {
        Finding::new("a/b".to_owned(), "of quiet", measured, asked)
    }

    #[test]
    fn a_figure_is_compared_with_what_is_asked() {
        assert!(finding(3.0, Asked::AtMost(3.0)).is_met() && !finding(3.1, Asked::AtMost(3.0)).is_met());
        assert!(finding(0.9, Asked::AtLeast(0.9)).is_met() && !finding(0.8, Asked::AtLeast(0.9)).is_met());
        assert!(!finding(f64::NAN, Asked::AtMost(3.0)).is_met());
        assert!(finding(f64::NAN, Asked::Nothing).is_met());
    }

    #[test]
    fn the_table_begins_with_what_was_not_reached() {
        let findings =
            [finding(4.0, Asked::AtMost(3.0)), finding(1.0, Asked::AtMost(3.0)), finding(7.0, Asked::Nothing)];
        let table = table(&findings).unwrap_or_default();
        assert!(table.contains("1 of 2 figures are as asked. Not reached: a/b."), "{table}");
        assert!(table.contains("| a/b | 4.00 (not reached) | ≤ 3.00 | of quiet |"), "{table}");
    }
}
