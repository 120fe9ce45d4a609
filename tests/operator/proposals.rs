//! WebAssembly proposals, as a person meets them who deploys a worker: a use of each, for each version of WASI.

use std::path::Path;

use anyhow::Result;
use serde_json::Value;
use tollgate_tests::{Host, Ran, Upload, importing, importing_3};

#[path = "../../host/engine/src/proposals/uses.rs"]
mod uses;

/// What the author of a worker is told to do about some of the proposals.
const ADVICE: [(&str, &str); 4] = [
    ("exception handling", "(build the worker without exceptions: `-fno-exceptions` for C and C++"),
    ("threads", "(a worker has one thread: build it without `-pthread`"),
    ("garbage collection", "(this host has no garbage collector: build"),
    (
        "the component model's async functions, streams and futures",
        "(only a worker for WASI 0.3 may use it: build the worker for WASI 0.3",
    ),
];

/// Proposals that WIT cannot describe. `inspect` does not read such a component, and its error names the proposal.
const UNREADABLE: [&str; 2] = ["the component model's values", "the component model's nested names"];

/// What a host and its command line say of one component.
struct Said {
    inspected: Ran,
    deployed: Ran,
    status: u16,
    envelope: Value,
}

impl Said {
    async fn of(host: &Host, folder: &Path, component: Vec<u8>) -> Result<Self> {
        std::fs::write(folder.join("it.wasm"), &component)?;
        let inspected = host.run(folder, &["inspect", "it.wasm"]).await?;
        let deployed = host.run(folder, &["deploy"]).await?;
        let (status, envelope) = host.upload("scripts/it", Upload::made(component)).await?;
        Ok(Self { inspected, deployed, status, envelope })
    }

    /// Whether `inspect` says for which roles the component can be a worker.
    fn fits(&self) -> bool {
        self.inspected.stdout.lines().any(|line| line.ends_with("yes"))
    }

    fn accepted(&self, what: &str) {
        let Self { deployed, envelope, .. } = self;
        assert_eq!((deployed.code, self.status), (Some(0), 200), "{what}: {deployed}\n{envelope}");
        assert!(self.fits(), "{what}: {}", self.inspected);
    }

    fn refused(&self, what: &str, named: &str) {
        let Self { deployed, envelope, .. } = self;
        assert_eq!((deployed.code, self.status), (Some(1), 400), "{what}: {deployed}\n{envelope}");
        assert!(!self.fits(), "{what}: {}", self.inspected);
        let message = envelope["errors"][0]["message"].as_str().unwrap_or_default();
        let start = "the worker cannot run here: it uses what this host does not run: ";
        assert!(message.starts_with(start), "{what}: {message}");
        for text in [message, &deployed.stderr] {
            assert!(text.contains(named), "{what}: {text}");
        }
        if UNREADABLE.iter().any(|proposal| what.starts_with(proposal)) {
            let Ran { code, stderr, .. } = &self.inspected;
            let error = format!("error: it.wasm: it uses what this host does not run: {named}");
            assert!(*code == Some(1) && stderr.starts_with(&error), "{what}: {}", self.inspected);
            assert!(stderr.contains("\nhint: "), "{what}: {}", self.inspected);
        } else {
            assert!(self.inspected.stdout.contains(named), "{what}: {}", self.inspected);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_uses_a_proposal_that_is_off_is_refused_by_its_name() -> Result<()> {
    let host = Host::start().await?;
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("wrangler.toml"), "name = \"it\"\nmain = \"it.wasm\"\n")?;
    for used in uses::USES {
        for (wasi, component) in [("0.2", importing(used.items)?), ("0.3", importing_3(used.items)?)] {
            let (what, said) = (format!("{} {wasi}", used.proposal), Said::of(&host, folder.path(), component).await?);
            if used.on.contains(&wasi) {
                said.accepted(&what);
            } else {
                let advice =
                    ADVICE.iter().find(|(proposal, _)| *proposal == used.proposal).map_or("(", |(_, advice)| advice);
                said.refused(&what, &format!("{} {advice}", used.proposal));
            }
        }
    }
    Ok(())
}
