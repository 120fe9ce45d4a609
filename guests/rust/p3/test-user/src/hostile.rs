//! What no worker should do.

use std::future::{Future as _, poll_fn};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::net::{TcpStream, UdpSocket};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::SystemTime;

use support_3::http::{Fields, Method, Request, RequestOptions, Response, Scheme};
use support_3::wasi::clocks::monotonic_clock::wait_for;
use support_3::wasi::sockets::ip_name_lookup::{ErrorCode, resolve_addresses};
use support_3::{header, respond, send, spawn_local, wit_stream};

/// Longer than any limit.
const FOR_EVER_NS: u64 = 3_600_000_000_000;

/// Sends part of a body, fetches `x-target-url`, then does what `then` says: traps, spins or sleeps.
pub fn mid_body(request: &Request, then: &str) -> Response {
    let (url, then) = (header(request, "x-target-url"), then.to_owned());
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move {
        writer.write_all(b"half".to_vec()).await;
        let _ = support_3::fetch_text(&url).await;
        match then.as_str() {
            "spin" => spin(),
            "sleep" => wait_for(FOR_EVER_NS).await,
            _ => panic!("trapped mid-body"),
        }
    });
    Response::new(Fields::new(), Some(reader), support_3::finished()).0
}

/// Sends part of a request body, then traps.
pub async fn trap_mid_request(request: &Request) -> Response {
    let (mut writer, reader) = wit_stream::new();
    let (outgoing, _sent) = Request::new(Fields::new(), Some(reader), support_3::finished(), None);
    let _ = outgoing.set_method(&Method::Post);
    support_3::aim(&outgoing, &header(request, "x-target-url"));
    spawn_local(async move {
        let _ = send(outgoing).await;
    });
    writer.write_all(b"half".to_vec()).await;
    panic!("trapped mid-request");
}

pub fn spin() -> ! {
    loop {
        std::hint::spin_loop();
    }
}

/// Sends, over and over: where the request is refused at once, there is always something that just ended.
pub async fn send_and_spin(request: &Request) -> ! {
    let url = header(request, "x-target-url");
    loop {
        let _ = send(support_3::request(&Method::Get, &url, Fields::new())).await;
    }
}

/// Begins to read the answer to a fetch, is busy elsewhere for longer than it said it would wait between two bytes, and
/// only then reads to the end.
pub async fn read_late(request: &Request) -> Response {
    let options = RequestOptions::new();
    options.set_between_bytes_timeout(Some(1_000_000_000)).unwrap();
    let (outgoing, _sent) = Request::new(Fields::new(), None, support_3::finished(), Some(options));
    support_3::aim(&outgoing, &header(request, "x-target-url"));
    let (mut body, _trailers) = Response::consume_body(send(outgoing).await.unwrap(), support_3::empty());
    let (_result, chunk) = {
        let mut reading = pin!(body.read(Vec::with_capacity(1024)));
        poll_fn(|cx| {
            assert!(reading.as_mut().poll(cx).is_pending(), "the answer was to take its time");
            Poll::Ready(())
        })
        .await;
        wait_for(1_500_000_000).await;
        reading.await
    };
    respond(200, &format!("{} bytes", chunk.len()))
}

/// Answers, and takes its time over the body.
pub fn drip() -> Response {
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move {
        for _ in 0..4 {
            wait_for(50_000_000).await;
        }
        writer.write_all(b"drop".to_vec()).await;
    });
    Response::new(Fields::new(), Some(reader), support_3::finished()).0
}

pub async fn sleep(ms: u64) -> Response {
    wait_for(ms * 1_000_000).await;
    respond(200, "slept")
}

pub fn memory(mib: u64) -> Response {
    let held = vec![1_u8; (mib as usize) << 20];
    let sum: u64 = held.iter().step_by(4096).map(|byte| u64::from(*byte)).sum();
    respond(200, &sum.to_string())
}

/// Sends a request to the authority in `x-authority`; none where the header is absent.
pub async fn authority(request: &Request) -> Response {
    let authority = header(request, "x-authority");
    let (outgoing, _sent) = Request::new(Fields::new(), None, support_3::finished(), None);
    outgoing.set_scheme(Some(&Scheme::Http)).unwrap();
    outgoing.set_path_with_query(Some("/")).unwrap();
    if !authority.is_empty() && outgoing.set_authority(Some(&authority)).is_err() {
        return respond(599, "refused by set-authority");
    }
    match send(outgoing).await {
        Ok(response) => respond(200, &format!("answered {}", response.get_status_code())),
        Err(error) => respond(599, &format!("{error:?}")),
    }
}

pub async fn sockets() -> Response {
    let kind =
        |result: std::io::Result<()>| result.map_or_else(|error| format!("{:?}", error.kind()), |()| "open".into());
    let looked_up = match resolve_addresses("localhost".to_owned()).await {
        Ok(_) => "looked up".to_owned(),
        Err(ErrorCode::AccessDenied) => "access-denied".to_owned(),
        Err(error) => format!("{error:?}"),
    };
    let lines =
        [kind(TcpStream::connect("127.0.0.1:80").map(drop)), kind(UdpSocket::bind("127.0.0.1:0").map(drop)), looked_up];
    respond(200, &lines.join("\n"))
}

pub fn counter() -> Response {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    respond(200, &COUNTER.fetch_add(1, Ordering::Relaxed).to_string())
}

/// What the standard library takes from the host's randomness, and the time on the wall.
pub fn random() -> Response {
    respond(200, &chance())
}

fn chance() -> String {
    let hasher = RandomState::new().build_hasher();
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("{:016x} at {}", hasher.finish(), wall.as_secs())
}
