//! An outbound worker that refuses the hosts in its variable `BLOCKED_HOSTS` (comma-separated), and passes the rest on. It goes
//! by what a URL names, in whatever spelling: another name for a listed host's address is another host.

use std::net::IpAddr;

use support::http::{IncomingRequest, ResponseOutparam};
use support::{Guest, Inbound};
use url::{Host, Url};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let authority = request.authority().unwrap_or_default();
        match host(&authority) {
            // What the standard takes for no host is none that the list could name.
            None => support::respond(out, 403, &format!("blocked: {authority}")),
            Some(host) if is_blocked(&host) => support::respond(out, 403, &format!("blocked: {host}")),
            Some(_) => support::pass(Inbound::of(request), out, support::bad_gateway),
        }
    }
}

fn is_blocked(asked: &Host) -> bool {
    let listed = support::variable("BLOCKED_HOSTS");
    let mut entries = listed.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    // A list that cannot be read lets nobody pass.
    entries.any(|entry| host(entry).unwrap_or_else(|| panic!("BLOCKED_HOSTS: {entry:?} is no host")) == *asked)
}

/// The host of an authority as the URL standard reads it, so that each has one spelling: names in lower case, in ASCII and
/// without the root's dot, `127.1` as 127.0.0.1, and an IPv4 address in IPv6's form as itself.
fn host(authority: &str) -> Option<Host> {
    let url = Url::parse(&format!("http://{authority}/")).ok().filter(|url| url.path() == "/")?;
    Some(match url.host()?.to_owned() {
        Host::Domain(name) => Host::Domain(name.strip_suffix('.').unwrap_or(&name).to_owned()),
        Host::Ipv6(address) => match address.to_canonical() {
            IpAddr::V4(address) => Host::Ipv4(address),
            IpAddr::V6(address) => Host::Ipv6(address),
        },
        Host::Ipv4(address) => Host::Ipv4(address),
    })
}

support::export!(Worker with_types_in support);
