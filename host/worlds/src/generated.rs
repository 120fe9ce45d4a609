//! bindgen's output for our own interfaces, once for each version of WASI; WASI's own come from wasmtime's crates.
#![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated code")]

pub(crate) mod p2 {
    wasmtime::component::bindgen!({
        path: "../../wit/0.2",
        inline: "
            package tollgate:host;
            world host {
                import tollgate:platform/invocation@0.2.0;
                import tollgate:platform/passing@0.2.0;
                import tollgate:platform/parameters@0.2.0;
                import tollgate:platform/dispatcher@0.2.0;
            }
        ",
        world: "tollgate:host/host",
        imports: { default: trappable },
        require_store_data_send: true,
        with: {
            "wasi:io": wasmtime_wasi::p2::bindings::io,
            "wasi:clocks": wasmtime_wasi::p2::bindings::clocks,
            "wasi:http": wasmtime_wasi_http::p2::bindings::http,
            "tollgate:platform/dispatcher.worker": crate::dispatcher::Worker,
            "tollgate:platform/dispatcher.future-response": crate::dispatcher::FutureResponse,
        },
    });
}

pub(crate) mod p3 {
    wasmtime::component::bindgen!({
        path: "../../wit/0.3",
        inline: "
            package tollgate:host;
            world host {
                import tollgate:platform/invocation@0.3.0;
                import tollgate:platform/parameters@0.3.0;
                import tollgate:platform/dispatcher@0.3.0;
            }
        ",
        world: "tollgate:host/host",
        imports: {
            "tollgate:platform/dispatcher.[method]worker.fetch": async | store | trappable,
            default: trappable,
        },
        require_store_data_send: true,
        with: {
            "wasi:clocks": wasmtime_wasi::p3::bindings::clocks,
            "wasi:http": wasmtime_wasi_http::p3::bindings::http,
            "tollgate:platform/dispatcher.worker": crate::dispatcher::Worker,
        },
    });
}
