//! `inspect`: a component's world, and which roles it can play.

use std::path::PathBuf;

use clap::Args;
use tollgate_build::{Indescribable, InspectError, inspect};
use tollgate_engine::{Engine, EngineError};

use crate::out::say;
use crate::report::{Hinted, told};

/// What to try with a component that WIT cannot describe.
pub(crate) const FROM_A_WORLD: &str =
    "build it from a WIT world: a component with a world imports and exports interfaces, functions and types alone";

#[derive(Args)]
pub(crate) struct Options {
    /// The component.
    component: PathBuf,
}

pub(crate) fn run(options: Options) -> anyhow::Result<()> {
    let at = options.component.display();
    let bytes = std::fs::read(&options.component)
        .map_err(|error| Hinted::usage(format!("cannot read {at}: {error}"), "name a component: a .wasm file"))?;
    let unsupported = Engine::unsupported_proposals(&bytes).map(|named| EngineError::Unsupported(named).to_string());
    let found = inspect(&bytes).map_err(|error| {
        // A proposal that is off has its own advice.
        let said = unsupported.clone().unwrap_or_else(|| error.to_string());
        Hinted::refused(format!("{at}: {said}"), hint(&error))
    })?;
    let version = found.wasi.map_or("no version of WASI's HTTP".to_owned(), |wasi| format!("WASI {}", wasi.name()));
    say!("{at}: a component for {version}, {} bytes\n\n{}", bytes.len(), told(found.world.trim_end()));
    say!();
    for (role, mut obstacles) in found.roles {
        obstacles.extend(unsupported.clone());
        let name = role.name();
        match obstacles.as_slice() {
            [] => say!("{name:9} yes"),
            [first, more @ ..] => {
                say!("{name:9} no: {}", told(first));
                more.iter().for_each(|obstacle| say!("{:13} {}", "", told(obstacle)));
            }
        }
    }
    Ok(())
}

/// What to try with a component that cannot be read.
fn hint(error: &InspectError) -> &'static str {
    match error {
        InspectError::Other(_) | InspectError::Indescribable(Indescribable::Package) => {
            "build it with `tollgate build`, or for wasm32-wasip2, or wrap it with `wasm-tools component new`"
        }
        InspectError::Indescribable(_) => FROM_A_WORLD,
    }
}
