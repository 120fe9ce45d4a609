//! Egress against real sockets: which requests leave, over which connections, and how each failure is named.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod address;
mod certificate;
mod failure;
mod message;
mod names;
mod origin;
mod policy;
mod pool;
mod time;
mod tls;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use tollgate_egress::{EgressConfig, Network};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

/// A network that may dial this machine and knows `origin.test` to be there.
fn loopback() -> Network {
    Network::new(loopback_config()).unwrap()
}

fn loopback_config() -> EgressConfig {
    EgressConfig {
        allow: vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()],
        hosts: [("Origin.test".to_owned(), "127.0.0.1".parse().unwrap())].into(),
        ..EgressConfig::default()
    }
}

fn get(url: &str) -> Request<WasiBody> {
    Request::get(url).body(empty()).unwrap()
}

fn empty() -> WasiBody {
    Empty::new().map_err(Error::from).boxed_unsync()
}

async fn send(network: &Network, url: &str) -> Result<Response<WasiBody>, Error> {
    network.send("identity", get(url), None).await
}

async fn send_with(network: &Network, url: &str, options: RequestOptions) -> Result<Response<WasiBody>, Error> {
    network.send("identity", get(url), Some(options)).await
}

async fn read(response: Response<WasiBody>) -> Result<Bytes, Error> {
    Ok(response.into_body().collect().await?.to_bytes())
}
