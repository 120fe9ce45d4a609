//! Asks for `?n=` random bytes in one call, in which the host's thread serves nothing else.

wit_bindgen::generate!({
    path: "../../../wit/0.2",
    inline: "
        package tollgate:hostile-random;
        world worker {
            import wasi:http/types@0.2.12;
            import wasi:random/random@0.2.12;
            export wasi:http/incoming-handler@0.2.12;
        }
    ",
    world: "tollgate:hostile-random/worker",
    generate_all,
});

use exports::wasi::http::incoming_handler::Guest;
use wasi::http::types::{Fields, IncomingRequest, OutgoingResponse, ResponseOutparam};
use wasi::random::random::get_random_bytes;

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let wanted: u64 = path.rsplit_once("n=").and_then(|(_, n)| n.parse().ok()).unwrap_or_default();
        let given = get_random_bytes(wanted).len() as u64;
        let response = OutgoingResponse::new(Fields::new());
        let _ = response.set_status_code(if given == wanted { 200 } else { 500 });
        ResponseOutparam::set(out, Ok(response));
    }
}

export!(Worker);
