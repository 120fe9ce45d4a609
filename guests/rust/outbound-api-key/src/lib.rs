//! An outbound worker that adds its `API_KEY` to requests for `API_HOST`: customers' code never holds the key. It goes out over
//! TLS alone, to the port that `API_HOST` names (443 where it names none); `API_PLAINTEXT = "1"` lets it go without TLS.

use support::http::{IncomingRequest, ResponseOutparam, Scheme};
use support::{Guest, Inbound};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let secure = matches!(request.scheme(), Some(Scheme::Https));
        let authority = request.authority().unwrap_or_default();
        let inbound = Inbound::of(request);
        let trusted = secure || support::variable("API_PLAINTEXT") == "1";
        if trusted && place(&authority, secure) == place(&support::variable("API_HOST"), secure) {
            let key = format!("Bearer {}", support::variable("API_KEY"));
            let _ = inbound.headers.set("authorization", &[key.into_bytes()]);
        }
        support::pass(inbound, out, support::bad_gateway);
    }
}

/// Host and port of an authority.
fn place(authority: &str, secure: bool) -> (String, u16) {
    let port = authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    (support::host(authority), port.unwrap_or(if secure { 443 } else { 80 }))
}

support::export!(Worker with_types_in support);
