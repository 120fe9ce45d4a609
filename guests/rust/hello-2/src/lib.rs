//! Says hello: the smallest worker of WASI 0.2. It has bindings of its own, of nothing but what it calls.

wit_bindgen::generate!({
    path: "../../../wit/0.2",
    inline: "
        package tollgate:hello;
        world worker {
            import wasi:http/types@0.2.12;
            export wasi:http/incoming-handler@0.2.12;
        }
    ",
    world: "tollgate:hello/worker",
    generate_all,
});

use exports::wasi::http::incoming_handler::Guest;
use wasi::http::types::{Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};

struct Worker;

impl Guest for Worker {
    fn handle(_request: IncomingRequest, out: ResponseOutparam) {
        let headers = Fields::new();
        let _ = headers.append("content-length", b"5");
        let response = OutgoingResponse::new(headers);
        let Ok(body) = response.body() else { return };
        ResponseOutparam::set(out, Ok(response));
        let Ok(stream) = body.write() else { return };
        // There is room for a first chunk: nothing has to be waited for.
        if matches!(stream.check_write(), Ok(5..)) {
            let _ = stream.write(b"hello");
        }
        drop(stream);
        let _ = OutgoingBody::finish(body, None);
    }
}

export!(Worker);
