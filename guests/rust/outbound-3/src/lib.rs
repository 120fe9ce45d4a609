//! An outbound worker: receives what customers' workers fetch. Here it answers by itself, and says for whom.

use tollgate::{Body, Request, Response, Result};

mod generated {
    wit_bindgen::generate!({ path: "wit", world: "reads" });
}

use generated::example::outbound::parameters::{Plan, Subscription, account, param_customer_name};

tollgate::serve!(answer);

async fn answer(request: Request<Body>) -> Result<Response<Body>> {
    let text = match request.uri().path() {
        // Typed by wit/outbound.wit; the types are checked when this worker is deployed.
        "/account" => account().map_or_else(|| "no account".to_owned(), described),
        _ => format!("intercepted a request for {} by the outbound", param_customer_name()),
    };
    Ok(Response::new(text.into()))
}

fn described(account: Subscription) -> String {
    let plan = match account.plan {
        Plan::Free => "free",
        Plan::Paid => "paid",
    };
    format!("account {} {plan} {}", account.id, account.region.as_deref().unwrap_or("-"))
}
