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
    AccountPlanValue, AccountRightsValue, AccountValue, CeilingValue, InvoicesItemHolderPlanValue,
    InvoicesItemHolderRightsValue, InvoicesItemHolderValue, InvoicesItemUntilValue, InvoicesItemValue, MayValue,
    Parameters, PartnerRightsValue, TierValue,
};

/// Flags are an array of names.
macro_rules! names {
    ($($flags:ty),*) => { $(
        impl Serialize for $flags {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_seq(self.iter_names().map(|(name, _)| name))
            }
        }
    )* };
}

names!(AccountRightsValue, InvoicesItemHolderRightsValue, MayValue, PartnerRightsValue);

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
    let parameters = parameters(name);
    let mut values = serde_json::to_value(&parameters).unwrap_or_default();
    // What has no type is JSON text.
    values["free"] = serde_json::from_str::<Value>(&parameters.free).unwrap_or_default();
    let values = values.as_object().into_iter().flatten();
    let outbound = values.map(|(name, value)| (name.as_str(), value.clone())).collect();
    let worker = dispatcher("dispatcher").get(name, Options { outbound, ..Options::default() })?;
    worker.fetch(request).await
}

fn parameters(name: &str) -> Parameters {
    let account = AccountValue {
        id: u64::MAX,
        plan: AccountPlanValue::Paid,
        home_town: Some("Bern".to_owned()),
        rights: AccountRightsValue::WRITE,
    };
    Parameters {
        customer_name: name.to_owned(),
        account,
        ceiling: CeilingValue::AtMost(7),
        tags: vec!["a".to_owned(), "b".to_owned()],
        corner: (i64::MIN, 0.5, 'x'),
        region: None,
        partner: None,
        invoices: vec![invoice()],
        quotas: vec![Some(1), None],
        digest: vec![0, 255],
        s8: i8::MIN,
        s16: i16::MIN,
        s32: i32::MIN,
        s64: i64::MIN,
        u8: u8::MAX,
        u16: u16::MAX,
        u32: u32::MAX,
        u64: u64::MAX,
        f32: 0.25,
        f64: 0.1,
        active: true,
        mark: 'é',
        tier: TierValue::Paid,
        may: MayValue::READ | MayValue::HAND_ON,
        json: "[]".to_owned(),
        free: "{}".to_owned(),
    }
}

fn invoice() -> InvoicesItemValue {
    let holder = InvoicesItemHolderValue {
        id: 0,
        plan: InvoicesItemHolderPlanValue::Free,
        home_town: None,
        rights: InvoicesItemHolderRightsValue::empty(),
    };
    InvoicesItemValue {
        signed: (-1, -2, -3, -4),
        unsigned: (1, 2, 3, 4),
        paid: true,
        rate: 0.5,
        total: 1.5,
        mark: 'm',
        holder,
        until: InvoicesItemUntilValue::Within((-1, 1)),
    }
}
