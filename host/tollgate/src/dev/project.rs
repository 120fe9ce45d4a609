//! One of the projects: what it is, when it changed, and how it gets to the host.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tollgate_build::{Kits, Role};
use tollgate_types::WorkerName;

use super::Host;
use super::terminal;
use crate::author;
use crate::deploy::{OnlyIf, upload};
use crate::report::Hinted;
use crate::watch::{Look, Watched, Written};
use crate::wrangler::Wrangler;

pub(super) struct Project {
    config: PathBuf,
    folder: PathBuf,
    name: WorkerName,
    wrangler: Wrangler,
    /// As the files were when they were built last; none before the first time, and while they cannot be looked at.
    built: Option<Look>,
    written: Written,
    /// Whether it was said that they cannot be looked at.
    lost: bool,
    state: State,
    /// Whether what to try was said.
    shown: bool,
}

/// How far a change has come.
enum State {
    /// It is not built.
    Changed,
    /// It is built, in this time, and no host has taken it yet.
    Built { component: PathBuf, took: Duration },
    /// It is deployed, or it cannot be built.
    Done,
}

impl Project {
    /// The project of a folder, or of a configuration.
    pub(super) fn read(path: PathBuf) -> anyhow::Result<Self> {
        let config = if path.is_dir() { path.join("wrangler.toml") } else { path };
        let wrangler = Wrangler::read_or(&config, "name a folder with a wrangler.toml")?;
        wrangler.warn(&config);
        let name = wrangler.name.clone().ok_or_else(|| {
            let error = format!("{}: name: expected the worker's name, found nothing", config.display());
            Hinted::usage(error, "say `name = \"…\"`")
        })?;
        let folder = config.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(".".as_ref());
        let folder = std::path::absolute(folder)?;
        let config = std::path::absolute(config)?;
        let (built, written) = (None, Written::default());
        Ok(Self { folder, name, wrangler, config, built, written, lost: false, state: State::Done, shown: false })
    }

    pub(super) fn name(&self) -> &WorkerName {
        &self.name
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn role(&self) -> Role {
        self.wrangler.role()
    }

    pub(super) fn wrangler(&self) -> &Wrangler {
        &self.wrangler
    }

    async fn seen(&self) -> anyhow::Result<Look> {
        let watched = Watched::project(&self.config, &self.folder, &self.wrangler);
        tokio::task::spawn_blocking(move || Look::at(&watched)).await?
    }

    /// Looks at its files, and says whether there is something to do: they are not those that were built last. What
    /// changes while it is built is a change too, but for what the build writes.
    pub(super) async fn look(&mut self) -> bool {
        let now = match self.seen().await {
            Ok(now) => now,
            // It may come back, as folders do when a branch is changed.
            Err(error) => {
                if !std::mem::replace(&mut self.lost, true) {
                    terminal::failed(&self.name, &error);
                }
                return false;
            }
        };
        self.lost = false;
        if let Some(built) = &self.built {
            let Some(file) = now.differs(built) else { return false };
            terminal::changed(&self.name, file.strip_prefix(&self.folder).unwrap_or(file));
        }
        self.built = Some(now);
        self.state = State::Changed;
        true
    }

    /// Whether there is something to deploy.
    pub(super) fn waits(&self) -> bool {
        !matches!(self.state, State::Done)
    }

    /// Builds it, if it is not built, and deploys it where the stage says.
    pub(super) async fn deploy(&mut self, host: &Host<'_>) -> anyhow::Result<()> {
        let (component, took) = match &self.state {
            State::Built { component, took } => (component.clone(), *took),
            State::Changed | State::Done => {
                // What cannot be built waits for its next change.
                self.state = State::Done;
                let (component, took) = self.build(host.kits).await?;
                self.state = State::Built { component: component.clone(), took };
                (component, took)
            }
        };
        let since = Instant::now();
        host.stage.create_namespaces(self, host.client).await?;
        let mut version = serde_json::Value::Null;
        for namespace in host.stage.homes(self.role()) {
            version =
                upload(host.client, &self.wrangler, &self.name, namespace, &component, &OnlyIf::default()).await?;
        }
        self.state = State::Done;
        terminal::deployed(&self.name, &version, took, took + since.elapsed());
        if !self.shown
            && let Some(url) = host.stage.url(self, host.listen)
        {
            self.shown = true;
            terminal::try_it(&self.name, &url);
        }
        Ok(())
    }

    async fn build(&mut self, kits: &Kits) -> anyhow::Result<(PathBuf, Duration)> {
        let wrangler = Wrangler::read(&self.config)?;
        if wrangler.name.as_ref() != Some(&self.name) || wrangler.role() != self.role() {
            let error = format!("{}: the worker's name or role changed", self.config.display());
            return Err(Hinted::usage(error, "stop `tollgate dev`, and start it again"));
        }
        self.wrangler = wrangler;
        let since = Instant::now();
        let project = author::project(&self.config, &self.wrangler, None)?;
        let kits = kits.clone();
        let component = tokio::task::spawn_blocking(move || project.build(&kits)).await?;
        let took = since.elapsed();
        if let Ok(after) = self.seen().await {
            self.built = self.built.take().map(|before| self.written.settle(before, after));
        }
        Ok((component.map_err(author::refused)?, took))
    }
}
