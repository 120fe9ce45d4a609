//! Fills bodies of requests that it never sends, `?n=` of them: the host holds the bytes until a receiver reads them.

wit_bindgen::generate!({
    path: "../../../wit/0.2",
    inline: "
        package tollgate:hostile-bodies;
        world worker {
            import wasi:http/types@0.2.12;
            export wasi:http/incoming-handler@0.2.12;
        }
    ",
    world: "tollgate:hostile-bodies/worker",
    generate_all,
});

use exports::wasi::http::incoming_handler::Guest;
use wasi::http::types::{Fields, IncomingRequest, OutgoingRequest, OutgoingResponse, ResponseOutparam};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let wanted: usize = path.rsplit_once("n=").and_then(|(_, n)| n.parse().ok()).unwrap_or_default();
        let held: Vec<_> = (0..wanted).map(|_| unsent()).collect();
        let response = OutgoingResponse::new(Fields::new());
        let _ = response.set_status_code(if held.len() == wanted { 200 } else { 500 });
        ResponseOutparam::set(out, Ok(response));
    }
}

/// A request whose body is as full as the host lets it be.
fn unsent() -> impl Sized {
    let request = OutgoingRequest::new(Fields::new());
    let Ok(body) = request.body() else { return None };
    let Ok(stream) = body.write() else { return None };
    while let Ok(room @ 1..) = stream.check_write() {
        let _ = stream.write(&vec![b'x'; room as usize]);
    }
    Some((stream, body, request))
}

export!(Worker);
