//! What a worker reads of its parameters, as JSON. The worker of WASI 0.3 has this file too.

use serde_json::{Value, json};

use crate::generated::suite::typed::parameters::{self, Bound, Invoice, Plan, Rights, Subscription};

/// What the function of a parameter gives; nothing where there is no such function.
pub(crate) fn said(name: &str) -> Option<Value> {
    Some(match name {
        "customer-name" => json!(parameters::customer_name()),
        "account" => subscription(&parameters::account()),
        "ceiling" => bound(&parameters::ceiling()),
        "tags" => json!(parameters::tags()),
        "corner" => json!(parameters::corner()),
        "region" => json!(parameters::region()),
        "partner" => parameters::partner().as_ref().map_or(Value::Null, subscription),
        "invoices" => parameters::invoices().iter().map(invoice).collect(),
        "quotas" => json!(parameters::quotas()),
        "digest" => json!(parameters::digest()),
        "s8" => json!(parameters::s8()),
        "s16" => json!(parameters::s16()),
        "s32" => json!(parameters::s32()),
        "s64" => json!(parameters::s64()),
        "u8" => json!(parameters::u8()),
        "u16" => json!(parameters::u16()),
        "u32" => json!(parameters::u32()),
        "u64" => json!(parameters::u64()),
        "f32" => json!(parameters::f32()),
        "f64" => json!(parameters::f64()),
        "active" => json!(parameters::active()),
        "mark" => json!(parameters::mark()),
        "tier" => json!(plan(parameters::tier())),
        "may" => json!(rights(parameters::may())),
        "json" => json!(parameters::json()),
        _ => return None,
    })
}

fn subscription(given: &Subscription) -> Value {
    json!({
        "id": given.id,
        "plan": plan(given.plan),
        "home-town": given.home_town,
        "rights": rights(given.rights),
    })
}

fn invoice(given: &Invoice) -> Value {
    json!({
        "signed": given.signed,
        "unsigned": given.unsigned,
        "paid": given.paid,
        "rate": given.rate,
        "total": given.total,
        "mark": given.mark,
        "holder": subscription(&given.holder),
        "until": bound(&given.until),
    })
}

fn bound(given: &Bound) -> Value {
    match given {
        Bound::None => json!("none"),
        Bound::AtMost(most) => json!({ "at-most": most }),
        Bound::Within(span) => json!({ "within": span }),
    }
}

fn plan(given: Plan) -> &'static str {
    match given {
        Plan::Free => "free",
        Plan::Paid => "paid",
    }
}

fn rights(given: Rights) -> Vec<&'static str> {
    let all = [(Rights::READ, "read"), (Rights::WRITE, "write"), (Rights::HAND_ON, "hand-on")];
    all.into_iter().filter(|(right, _)| given & *right == *right).map(|(_, name)| name).collect()
}
