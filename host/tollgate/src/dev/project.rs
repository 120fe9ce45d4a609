//! One of the projects: what it is, when it changed, and how it gets to the host.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tollgate_build::{Kits, Role};
use tollgate_types::WorkerName;

use super::stage::Stage;
use super::terminal;
use super::watch::{Look, Watched};
use crate::author;
use crate::client::Client;
use crate::deploy::upload;
use crate::report::Hinted;
use crate::wrangler::Wrangler;

pub(super) struct Project {
    config: PathBuf,
    folder: PathBuf,
    name: WorkerName,
    wrangler: Wrangler,
    /// As the files were when they were built last.
    built: Look,
    /// Builds that went well.
    builds: usize,
}

impl Project {
    /// The project of a folder, or of a configuration.
    pub(super) fn read(path: PathBuf) -> anyhow::Result<Self> {
        let config = if path.is_dir() { path.join("wrangler.toml") } else { path };
        let wrangler = Wrangler::read(&config)?;
        let name = wrangler.name.clone().ok_or_else(|| {
            let error = format!("{}: name: expected the worker's name, found nothing", config.display());
            Hinted::usage(error, "say `name = \"…\"`")
        })?;
        let folder = config.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(".".as_ref());
        let folder = std::path::absolute(folder)?;
        let config = std::path::absolute(config)?;
        Ok(Self { folder, name, wrangler, config, built: Look::default(), builds: 0 })
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

    /// Whether its files are not those that were built last. Asked once a change: what changes while it is built is a
    /// change too.
    pub(super) fn changed(&mut self) -> anyhow::Result<bool> {
        let now = Look::at(&self.watched())?;
        let Some(file) = now.differs(&self.built) else { return Ok(false) };
        if self.built != Look::default() {
            terminal::changed(&self.name, file.strip_prefix(&self.folder).unwrap_or(file));
        }
        self.built = now;
        Ok(true)
    }

    /// What a build reads. A project that builds itself may write anything anywhere: of such a one only the folder that its
    /// configuration says counts, or `src`, as for wrangler.
    fn watched(&self) -> Watched {
        let main = self.wrangler.main.as_ref().map(|main| self.folder.join(main));
        let itself = self.wrangler.command.is_some();
        let sources = self.folder.join(self.wrangler.watch_dir.as_deref().unwrap_or("src"));
        let folder = if itself && sources.is_dir() { sources } else { self.folder.clone() };
        let (built, read) = if itself { (main, None) } else { (None, main) };
        Watched { folder, built, files: [self.config.clone()].into_iter().chain(read).collect() }
    }

    /// Builds it, and deploys it where the stage says.
    pub(super) async fn deploy(
        &mut self,
        stage: &Stage,
        client: &Client,
        kits: &Kits,
        listen: SocketAddr,
    ) -> anyhow::Result<()> {
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
        let component = component.map_err(author::refused)?;
        let built = since.elapsed();
        let mut version = serde_json::Value::Null;
        for namespace in stage.homes(self.role()) {
            version = upload(client, &self.wrangler, &self.name, namespace, &component).await?;
        }
        self.builds += 1;
        terminal::deployed(&self.name, &version, built, since.elapsed());
        if self.builds == 1
            && let Some(url) = stage.url(self, listen)
        {
            terminal::try_it(&self.name, &url);
        }
        Ok(())
    }
}
