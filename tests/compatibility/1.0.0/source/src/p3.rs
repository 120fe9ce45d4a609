//! For WASI 0.3.

use alloc::format;
use alloc::string::ToString as _;

use wasi::http::types::{ErrorCode, Fields, Request, Response};

wit_bindgen::generate!({
    path: "../wit/0.3",
    inline: "
        package tollgate:stored;
        world worker {
            include tollgate:platform/dispatch-worker@1.0.0;
        }
    ",
    world: "tollgate:stored/worker",
    generate_all,
});

use exports::wasi::http::handler::Guest;

struct Worker;

impl Guest for Worker {
    #[cfg(feature = "dispatch")]
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        use tollgate::platform::dispatcher::{self, Options};

        let options = Options::new();
        options.set_props("{\"plan\":\"paid\"}");
        options.set_cpu_ms(5_000);
        options.set_subrequests(7);
        let failed = match dispatcher::get("dispatcher", &crate::label(request.get_authority()), Some(options)) {
            Ok(worker) => match worker.fetch(request).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            },
            Err(error) => error,
        };
        let code = failed.code();
        Ok(respond(crate::status(&code), &format!("{code}: {}", failed.message())))
    }

    #[cfg(not(feature = "dispatch"))]
    async fn handle(_: Request) -> Result<Response, ErrorCode> {
        use tollgate::platform::{bindings, invocation};

        let kind = bindings::kind("greeting").unwrap_or_default();
        let props = invocation::props();
        let text = format!("{}greeting is {kind}\nprops {props}\n", crate::described(bindings::all()));
        Ok(respond(200, &text))
    }
}

fn respond(status: u16, text: &str) -> Response {
    let headers = Fields::new();
    let _ = headers.append("content-length", text.len().to_string().as_bytes());
    let (mut writer, reader) = wit_stream::new();
    let bytes = text.as_bytes().to_vec();
    wit_bindgen::spawn_local(async move {
        writer.write_all(bytes).await;
    });
    let (response, _) = Response::new(headers, Some(reader), wit_future::new(|| Ok(None)).1);
    let _ = response.set_status_code(status);
    response
}

export!(Worker);
