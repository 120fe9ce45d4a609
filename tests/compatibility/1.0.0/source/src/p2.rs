//! For WASI 0.2.

use alloc::format;

use wasi::http::types::{Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam};

wit_bindgen::generate!({
    path: "../wit/0.2",
    inline: "
        package tollgate:stored;
        world worker {
            include tollgate:platform/dispatch-worker@1.0.0;
        }
    ",
    world: "tollgate:stored/worker",
    generate_all,
});

use exports::wasi::http::incoming_handler::Guest;

struct Worker;

impl Guest for Worker {
    #[cfg(feature = "dispatch")]
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        use tollgate::platform::dispatcher::{self, Options};

        let options = Options::new();
        options.set_props("{\"plan\":\"paid\"}");
        options.set_cpu_ms(5_000);
        options.set_subrequests(7);
        let failed = match dispatcher::get("dispatcher", &crate::label(request.authority()), Some(options)) {
            Ok(worker) => {
                let future = worker.forward(request);
                future.subscribe().block();
                match future.get() {
                    Some(Ok(Ok(response))) => return dispatcher::reply(out, response),
                    Some(Ok(Err(error))) => error,
                    _ => return,
                }
            }
            Err(error) => error,
        };
        let code = failed.code();
        respond(out, crate::status(&code), &format!("{code}: {}", failed.message()));
    }

    #[cfg(not(feature = "dispatch"))]
    fn handle(_: IncomingRequest, out: ResponseOutparam) {
        use tollgate::platform::{bindings, invocation};

        let kind = bindings::kind("greeting").unwrap_or_default();
        let props = invocation::props();
        respond(out, 200, &format!("{}greeting is {kind}\nprops {props}\n", crate::described(bindings::all())));
    }
}

fn respond(out: ResponseOutparam, status: u16, text: &str) {
    let response = OutgoingResponse::new(Fields::new());
    let _ = response.set_status_code(status);
    let Ok(body) = response.body() else { return };
    ResponseOutparam::set(out, Ok(response));
    let Ok(stream) = body.write() else { return };
    let _ = stream.blocking_write_and_flush(text.as_bytes());
    drop(stream);
    let _ = OutgoingBody::finish(body, None);
}

export!(Worker);
