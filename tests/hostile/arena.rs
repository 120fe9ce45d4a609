//! A host with an attacker in the namespace `evil` and a well-behaved worker in the namespace `good`.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tollgate_tests::{Answer, Host, PATIENCE, Upload};

/// How long an attack may keep what it took after it has ended.
const RETURNED_WITHIN: Duration = Duration::from_secs(30);

/// Of the memory that a host had before an attack, how much more it may have afterwards: a tenth, and what one page of each of its
/// allocator's arenas comes to.
const MORE_MEMORY: (u64, u64) = (10, 8 << 20);

/// Connections of the tests' own clients that are kept open, and of the host's to an origin.
const MORE_FILES: usize = 32;

/// The host and what it had before the attack.
pub(crate) struct Arena {
    pub(crate) host: Host,
    memory: u64,
    files: usize,
}

impl Arena {
    /// A host on which `attacker`, a worker of `guests/hostile/`, is deployed as `evil/attacker`, and `hello` as `good/hello`.
    /// What both send goes through the outbound worker `pass`.
    pub(crate) async fn with(attacker: &str) -> Result<Self> {
        Self::configured(attacker, "").await
    }

    /// The same with more tables in the configuration.
    pub(crate) async fn configured(attacker: &str, more: &str) -> Result<Self> {
        let dispatch = |namespace| {
            format!(
                "[[dispatch]]\ndomain = \"{namespace}.test\"\nnamespace = \"{namespace}\"\noutbound = {{ service = \"pass\" }}\n"
            )
        };
        let host = Host::configured(&format!("{}{}{more}", dispatch("evil"), dispatch("good"))).await?;
        host.deploy("pass", Upload::of("pass-2")).await?;
        for (namespace, worker, guest) in [("evil", "attacker", attacker), ("good", "hello", "hello-2")] {
            host.namespace(namespace).await?;
            host.deploy_in(namespace, worker, Upload::of(guest)).await?;
        }
        Self { host, memory: 0, files: 0 }.measured().await
    }

    /// With what the host has now, for example after another worker was deployed.
    pub(crate) async fn measured(self) -> Result<Self> {
        self.warm().await?;
        let (memory, files) = (self.memory()?, self.files()?);
        Ok(Self { memory, files, ..self })
    }

    /// Makes each worker answer once, so that their code is loaded before anything is measured.
    async fn warm(&self) -> Result<()> {
        self.attack("/").await?;
        self.neighbour().await?;
        self.host.wait_for_instances(0, PATIENCE).await
    }

    /// One request to the attacker.
    pub(crate) async fn attack(&self, path: &str) -> Result<Answer> {
        self.host.get("attacker.evil.test", path, &[]).await
    }

    /// One request to the neighbour, which must be served.
    pub(crate) async fn neighbour(&self) -> Result<()> {
        let answer = self.host.get("hello.good.test", "/", &[]).await?;
        ensure!(answer.status == 200, "the neighbour was not served: {}", answer.text());
        Ok(())
    }

    /// Memory that the host has now, in bytes.
    pub(crate) fn memory(&self) -> Result<u64> {
        self.kibibytes("VmRSS:")
    }

    /// The most memory that the host ever had, in bytes.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        self.kibibytes("VmHWM:")
    }

    fn kibibytes(&self, field: &str) -> Result<u64> {
        let status = std::fs::read_to_string(self.process("status")?)?;
        let line = status.lines().find_map(|line| line.strip_prefix(field)).context("no such field")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? << 10)
    }

    /// Files and sockets that the host has open.
    pub(crate) fn files(&self) -> Result<usize> {
        Ok(std::fs::read_dir(self.process("fd")?)?.count())
    }

    fn process(&self, entry: &str) -> Result<String> {
        Ok(format!("/proc/{}/{entry}", self.host.pid().context("the host has died")?))
    }

    /// Waits until the host has no instance, no file and no memory more than before the attack, and serves the neighbour.
    pub(crate) async fn recovers(&self) -> Result<()> {
        let (tenth, pages) = MORE_MEMORY;
        let files_allowed = self.files + MORE_FILES;
        let allowed = self.memory + self.memory / tenth + pages;
        let clean = async {
            loop {
                let (instances, files, memory) = (self.host.instances().await?, self.files()?, self.memory()?);
                if instances == 0 && files <= files_allowed && memory <= allowed {
                    return anyhow::Ok(());
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let recovered = tokio::time::timeout(RETURNED_WITHIN, clean).await;
        let left = || {
            let (files, memory) = (self.files().unwrap_or_default(), self.memory().unwrap_or_default());
            format!("{files} files, {} before; {memory} bytes, {} before", self.files, self.memory)
        };
        recovered.with_context(left)??;
        self.neighbour().await
    }
}
