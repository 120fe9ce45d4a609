//! What the machine says of names: `/etc/hosts` and `/etc/resolv.conf`, read again when they are a few seconds old.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::time::Instant;

const HOSTS: &str = "/etc/hosts";
const RESOLV_CONF: &str = "/etc/resolv.conf";
/// The port of DNS.
const PORT: u16 = 53;
/// How long the files are believed.
const FRESH: Duration = Duration::from_secs(5);
/// Name servers that are asked, as glibc does.
const SERVERS: usize = 3;

/// The machine's names.
pub(super) struct System {
    /// Asked in the place of the machine's own.
    servers: Vec<SocketAddr>,
    known: RwLock<Option<(Instant, Arc<Known>)>>,
}

/// What the two files say.
#[derive(Debug, Default)]
pub(super) struct Known {
    hosts: HashMap<String, Arc<[IpAddr]>>,
    servers: Vec<SocketAddr>,
}

impl System {
    pub(super) fn new(servers: Vec<SocketAddr>) -> Self {
        Self { servers, known: RwLock::default() }
    }

    pub(super) async fn known(&self) -> Arc<Known> {
        if let Some((since, known)) = &*self.known.read().unwrap_or_else(PoisonError::into_inner)
            && since.elapsed() < FRESH
        {
            return known.clone();
        }
        let read = || Ok((text(HOSTS)?, text(RESOLV_CONF)?));
        // A task makes the thread, which inherits the priority of its maker. The one that asks may have a low one.
        let reading = tokio::spawn(async move { tokio::task::spawn_blocking(read).await });
        let read: io::Result<_> = reading.await.flatten().map_err(io::Error::other).flatten();
        let before = self.known.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(_, known)| known.clone());
        let known = match (read, before) {
            (Ok((hosts, conf)), _) => self.of(&hosts, &conf),
            // The files are no longer readable, for the lack of descriptors for example. What they said holds.
            (Err(error), before) => {
                tracing::warn!(%error, "{HOSTS} and {RESOLV_CONF} cannot be read: names are looked up as before");
                before.unwrap_or_else(|| self.of("", ""))
            }
        };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), known.clone()));
        known
    }

    fn of(&self, hosts: &str, conf: &str) -> Arc<Known> {
        let mut known = Known::read(hosts, conf);
        if !self.servers.is_empty() {
            known.servers.clone_from(&self.servers);
        }
        Arc::new(known)
    }
}

/// The text of a file, or none if there is no such file.
fn text(path: &str) -> io::Result<String> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(error),
    }
}

impl Known {
    fn read(hosts: &str, conf: &str) -> Self {
        let mut known = Self { hosts: read_hosts(hosts), ..Self::default() };
        for line in conf.lines() {
            let mut words = line.split_whitespace();
            if words.next() == Some("nameserver") {
                known.servers.extend(words.next().and_then(server));
            }
        }
        known.servers.truncate(SERVERS);
        if known.servers.is_empty() {
            known.servers.push((Ipv4Addr::LOCALHOST, PORT).into());
        }
        known
    }

    pub(super) fn servers(&self) -> &[SocketAddr] {
        &self.servers
    }

    /// The addresses that the file of hosts gives a name, which is in lower case and without its last dot. `localhost` is this machine (RFC 6761, 6.3).
    pub(super) fn host(&self, name: &str) -> Option<Arc<[IpAddr]>> {
        let local = || (name == "localhost" || name.ends_with(".localhost")).then(localhost);
        self.hosts.get(name).cloned().or_else(local)
    }
}

fn localhost() -> Arc<[IpAddr]> {
    Arc::new([Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()])
}

fn server(text: &str) -> Option<SocketAddr> {
    // A zone (`fe80::1%eth0`) needs the number of an interface; no such server is asked.
    text.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, PORT))
}

fn read_hosts(text: &str) -> HashMap<String, Arc<[IpAddr]>> {
    let mut found: HashMap<String, Vec<IpAddr>> = HashMap::new();
    for line in text.lines().filter_map(|line| line.split('#').next()) {
        let mut words = line.split_whitespace();
        let Some(address) = words.next().and_then(|word| word.parse::<IpAddr>().ok()) else { continue };
        for name in words {
            found.entry(name.trim_end_matches('.').to_ascii_lowercase()).or_default().push(address);
        }
    }
    let v4_first = |mut all: Vec<IpAddr>| {
        all.sort_by_key(IpAddr::is_ipv6);
        all.into()
    };
    found.into_iter().map(|(name, all)| (name, v4_first(all))).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_read_as_they_are_written() {
        let hosts = "::1 db.test # a comment\n127.0.0.1 localhost DB.test\n# 1.1.1.1 no.test\nbroken line";
        let conf = "; a comment\nnameserver 10.0.0.53\nnameserver fe80::1%eth0\nnameserver ::1\nsearch a.test. b.test\noptions ndots:2 rotate";
        let known = Known::read(hosts, conf);
        assert_eq!(known.servers, ["10.0.0.53:53".parse().unwrap(), "[::1]:53".parse::<SocketAddr>().unwrap()]);
        let expected: [IpAddr; 2] = ["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()];
        assert_eq!(*known.host("db.test").unwrap(), expected);
        assert!(known.host("no.test").is_none());
        assert!(known.host("any.localhost").is_some());
        assert_eq!(Known::read("", "").servers, ["127.0.0.1:53".parse().unwrap()]);
    }
}
