//! A dispatch worker that gives parameters of the types that `tollgate wit` printed into `wit/parameters.wit`: what it gives
//! is a struct, and the compiler knows of each field what the outbound worker reads.

use serde::{Serialize, Serializer};
use serde_json::Value;
use tollgate::{DispatchError, Options, dispatcher};
use wstd::http::{Body, Request, Response};

mod generated {
    wit_bindgen::generate!({
        path: "wit",
        world: "dispatches",
        generate_unused_types: true,
        additional_derives: [serde::Serialize],
    });
}

use generated::tollgate::parameters::dispatch::{
    AccountPlanValue, AccountRightsValue, AccountValue, CeilingValue, Parameters,
};

/// Flags are an array of names.
impl Serialize for AccountRightsValue {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter_names().map(|(name, _)| name))
    }
}

#[wstd::http_server]
async fn main(request: Request<Body>) -> wstd::http::Result<Response<Body>> {
    let host = request.uri().host().unwrap_or_default().to_owned();
    let name = host.split('.').next().unwrap_or_default();
    match dispatch(name, request).await {
        Ok(response) => Ok(response),
        Err(error) => Ok(Response::builder().status(500).body(error.to_string().into())?),
    }
}

async fn dispatch(name: &str, request: Request<Body>) -> Result<Response<Body>, DispatchError> {
    let account = AccountValue {
        id: u64::MAX,
        plan: AccountPlanValue::Paid,
        home_town: Some("Bern".to_owned()),
        rights: AccountRightsValue::WRITE,
    };
    let parameters = Parameters {
        customer_name: name.to_owned(),
        account,
        ceiling: CeilingValue::AtMost(7),
        tags: vec!["a".to_owned(), "b".to_owned()],
        corner: (i64::MIN, 0.5, 'x'),
        region: None,
        free: "{}".to_owned(),
    };
    let mut values = serde_json::to_value(&parameters).unwrap_or_default();
    // What has no type is JSON text.
    values["free"] = serde_json::from_str::<Value>(&parameters.free).unwrap_or_default();
    let values = values.as_object().into_iter().flatten();
    let outbound = values.map(|(name, value)| (name.as_str(), value.clone())).collect();
    let worker = dispatcher("dispatcher").get(name, Options { outbound, ..Options::default() })?;
    worker.fetch(request).await
}
