//! What no worker should do.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::net::{TcpStream, UdpSocket};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::time::SystemTime;

use support::http::{
    Fields, IncomingRequest, Method, OutgoingBody, OutgoingRequest, OutgoingResponse, RequestOptions, ResponseOutparam,
    Scheme,
};
use support::wasi::http::outgoing_handler::handle;
use support::{header, respond};

/// Longer than any limit.
const FOR_EVER: Duration = Duration::from_secs(3600);

/// Sends part of a body, fetches `x-target-url`, then does what `then` says: traps, spins or sleeps.
pub fn mid_body(request: &IncomingRequest, out: ResponseOutparam, then: &str) {
    let response = OutgoingResponse::new(Fields::new());
    let body = response.body().unwrap();
    ResponseOutparam::set(out, Ok(response));
    let stream = body.write().unwrap();
    stream.blocking_write_and_flush(b"half").unwrap();
    let _ = support::fetch_text(&header(request, "x-target-url"));
    match then {
        "spin" => spin(),
        "sleep" => std::thread::sleep(FOR_EVER),
        _ => panic!("trapped mid-body"),
    }
}

/// Sends part of a request body, then traps.
pub fn trap_mid_request(request: &IncomingRequest) {
    let outgoing = support::request(&Method::Post, &header(request, "x-target-url"), Fields::new()).unwrap();
    let body = outgoing.body().unwrap();
    let _future = handle(outgoing, None).unwrap();
    let stream = body.write().unwrap();
    stream.blocking_write_and_flush(b"half").unwrap();
    panic!("trapped mid-request");
}

pub fn spin() -> ! {
    loop {
        std::hint::spin_loop();
    }
}

/// Sends and lets go, over and over: where the request is refused at once, there is always something that just ended.
pub fn send_and_spin(request: &IncomingRequest) -> ! {
    let url = header(request, "x-target-url");
    loop {
        let request = support::request(&Method::Get, &url, Fields::new()).unwrap();
        drop(handle(request, None));
    }
}

/// Reads the answer to a fetch once without waiting, is busy elsewhere for longer than it said it would wait between two
/// bytes, and only then reads to the end.
pub fn read_late(request: &IncomingRequest, out: ResponseOutparam) {
    let options = RequestOptions::new();
    options.set_between_bytes_timeout(Some(1_000_000_000)).unwrap();
    let outgoing = support::request(&Method::Get, &header(request, "x-target-url"), Fields::new()).unwrap();
    let answered = support::wait(&handle(outgoing, Some(options)).unwrap()).unwrap();
    let body = answered.consume().unwrap();
    let stream = body.stream().unwrap();
    let mut bytes = stream.read(65536).unwrap();
    std::thread::sleep(Duration::from_millis(1_500));
    while let Ok(more) = stream.blocking_read(65536) {
        bytes.extend(more);
    }
    drop(stream);
    respond(out, 200, &format!("{} bytes", bytes.len()));
}

/// Answers, and takes its time over the body.
pub fn drip(out: ResponseOutparam) {
    let response = OutgoingResponse::new(Fields::new());
    let body = response.body().unwrap();
    ResponseOutparam::set(out, Ok(response));
    for _ in 0..4 {
        std::thread::sleep(Duration::from_millis(50));
    }
    body.write().unwrap().blocking_write_and_flush(b"drop").unwrap();
    OutgoingBody::finish(body, None).unwrap();
}

pub fn sleep(out: ResponseOutparam, ms: u64) {
    std::thread::sleep(Duration::from_millis(ms));
    respond(out, 200, "slept");
}

pub fn memory(out: ResponseOutparam, mib: u64) {
    let held = vec![1_u8; (mib as usize) << 20];
    let sum: u64 = held.iter().step_by(4096).map(|byte| u64::from(*byte)).sum();
    respond(out, 200, &sum.to_string());
}

/// Sends a request to the authority in `x-authority`; none where the header is absent.
pub fn authority(request: &IncomingRequest, out: ResponseOutparam) {
    let authority = header(request, "x-authority");
    let outgoing = OutgoingRequest::new(Fields::new());
    outgoing.set_scheme(Some(&Scheme::Http)).unwrap();
    outgoing.set_path_with_query(Some("/")).unwrap();
    if !authority.is_empty() && outgoing.set_authority(Some(&authority)).is_err() {
        return respond(out, 599, "refused by set-authority");
    }
    let answered = handle(outgoing, None).and_then(|future| support::wait(&future));
    match answered {
        Ok(response) => respond(out, 200, &format!("answered {}", response.status())),
        Err(error) => respond(out, 599, &format!("{error:?}")),
    }
}

pub fn sockets(out: ResponseOutparam) {
    use support::wasi::sockets::{instance_network::instance_network, ip_name_lookup::resolve_addresses};
    let kind =
        |result: std::io::Result<()>| result.map_or_else(|error| format!("{:?}", error.kind()), |()| "open".into());
    let looked_up = resolve_addresses(&instance_network(), "localhost");
    let lines: [String; 3] = [
        kind(TcpStream::connect("127.0.0.1:80").map(drop)),
        kind(UdpSocket::bind("127.0.0.1:0").map(drop)),
        looked_up.map_or_else(|error| error.name().to_owned(), |_| "looked up".to_owned()),
    ];
    respond(out, 200, &lines.join("\n"));
}

pub fn counter(out: ResponseOutparam) {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    respond(out, 200, &COUNTER.fetch_add(1, Ordering::Relaxed).to_string());
}

/// What the standard library takes from the host's randomness, and the time on the wall.
pub fn random(out: ResponseOutparam) {
    respond(out, 200, &chance());
}

fn chance() -> String {
    let hasher = RandomState::new().build_hasher();
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("{:016x} at {}", hasher.finish(), wall.as_secs())
}
