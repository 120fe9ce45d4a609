//! A call of `wasi:http/incoming-handler` 0.2.

use wasmtime::Store;
use wasmtime_wasi_http::p2::bindings::Proxy;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;

use super::{Request, head::Head};
use crate::Guest;

pub(super) async fn run<T: Guest>(
    store: &mut Store<T>,
    proxy: &Proxy,
    request: Request,
    head: Head,
) -> wasmtime::Result<()> {
    let scheme = match request.uri().scheme() {
        Some(scheme) if *scheme == http::uri::Scheme::HTTPS => Scheme::Https,
        _ => Scheme::Http,
    };
    let request = store.data_mut().http().new_incoming_request(scheme, request)?;
    let answer = move |answered: Result<_, _>| head.set(answered.map_err(Into::into));
    let out = store.data_mut().http().new_response_outparam_from_callback(answer)?;
    proxy.wasi_http_incoming_handler().call_handle(store, request, out).await
}
