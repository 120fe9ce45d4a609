//! Makes the host hold bytes for it, `?n=` of one kind, and then goes on for ever: `/futures` futures that nothing writes, `/fields`
//! sets of headers. Every other path says hello.

use support_3::http::{ErrorCode, Fields, Request, Response};
use support_3::{respond, wit_future};

/// Less than the host lets one set of headers come to.
const FIELDS_BYTES: usize = 120 << 10;

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let path = request.get_path_with_query().unwrap_or_default();
        let (kind, n) = path.split_once("?n=").unwrap_or((&path, "0"));
        let times = 0..n.parse::<u32>().unwrap_or_default();
        match kind {
            "/fields" => keep(times.map(|_| fields()).collect(), |one| _ = one.has("x")),
            "/futures" => {
                let held = times.map(|_| wit_future::new::<Result<Option<Fields>, ErrorCode>>(|| Ok(None))).collect();
                keep(held, |_| {});
            }
            _ => {}
        }
        Ok(respond(200, "hello"))
    }
}

/// Keeps what it has until the host ends the worker, if it has any.
fn keep<T>(held: Vec<T>, touch: fn(&T)) {
    while !held.is_empty() {
        std::hint::black_box(&held).iter().for_each(touch);
    }
}

fn fields() -> Fields {
    let fields = Fields::new();
    let _ = fields.append("x", &vec![b'x'; FIELDS_BYTES]);
    fields
}

support_3::export!(Worker with_types_in support_3);
