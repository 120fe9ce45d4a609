//! An outbound worker that answers by itself, and says for whom. It reads its parameters by type: guests/example/outbound.wit.

use support::Guest;
use support::http::{IncomingRequest, ResponseOutparam};

mod generated {
    wit_bindgen::generate!({
        path: "../../example/outbound.wit",
        world: "example:outbound/reads",
        generate_all,
    });
}

use generated::example::outbound::parameters::{Plan, account, param_customer_name};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let text = match request.path_with_query().as_deref() {
            Some("/account") => described(),
            _ => format!("intercepted a request for {} by the outbound", param_customer_name()),
        };
        support::respond(out, 200, &text);
    }
}

fn described() -> String {
    let Some(account) = account() else { return "no account".to_owned() };
    let plan = match account.plan {
        Plan::Free => "free",
        Plan::Paid => "paid",
    };
    format!("account {} {plan} {}", account.id, account.region.as_deref().unwrap_or("-"))
}

support::export!(Worker with_types_in support);
