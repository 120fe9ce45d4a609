//! Bars as SVG.

use std::path::Path;

use anyhow::anyhow;
use plotters::prelude::{BLUE, Color as _, IntoDrawingArea as _, IntoFont as _, Rectangle, SVGBackend, Text, WHITE};

/// Height of a bar with its space, and width of the names, in pixels.
const BAR: i32 = 22;
const NAMES: i32 = 220;
const WIDTH: i32 = 900;

/// Draws one bar a value.
pub(crate) fn bars(file: &Path, title: &str, values: &[(&str, f64)]) -> anyhow::Result<()> {
    let largest = values.iter().map(|(_, value)| *value).fold(1.0, f64::max);
    let height = BAR * (i32::try_from(values.len())? + 2);
    let root = SVGBackend::new(file, (WIDTH.unsigned_abs(), height.unsigned_abs())).into_drawing_area();
    let failed = |error: &dyn std::fmt::Display| anyhow!("cannot draw {}: {error}", file.display());
    root.fill(&WHITE).map_err(|error| failed(&error))?;
    let font = || ("sans-serif", 13).into_font();
    root.draw(&Text::new(title.to_owned(), (NAMES, 4), font())).map_err(|error| failed(&error))?;
    let mut top = BAR + 4;
    for (name, value) in values {
        let length = plain(value / largest * f64::from(WIDTH - NAMES - 90));
        let bar = Rectangle::new([(NAMES, top), (NAMES + length, top + BAR - 6)], BLUE.mix(0.6).filled());
        root.draw(&bar).map_err(|error| failed(&error))?;
        root.draw(&Text::new((*name).to_owned(), (6, top + 1), font())).map_err(|error| failed(&error))?;
        let figure = Text::new(format!("{value:.0}"), (NAMES + length + 6, top + 1), font());
        root.draw(&figure).map_err(|error| failed(&error))?;
        top += BAR;
    }
    root.present().map_err(|error| failed(&error))
}

/// Pixels of a length, which is small and not negative.
#[allow(clippy::cast_possible_truncation, reason = "a length on a picture of 900 pixels")]
fn plain(length: f64) -> i32 {
    length.round() as i32
}
