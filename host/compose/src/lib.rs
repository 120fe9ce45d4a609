//! One component of two: a customer's worker, and the outbound worker that receives its requests. Any host of WASI 0.3 runs it,
//! without Tollgate.
//!
//! ```text
//!            ┌────────────────────────── composed ─────────────────────────┐
//! handler ◀──┤ user ──client.send──▶ adapter ──handler.handle──▶ outbound  ├──▶ client
//!            │  ▲ answers: props, variables        ▲ answers: parameters   │
//!            └─────────────────────────────────────────────────────────────┘
//! ```
//!
//! What a running host would answer is fixed here, in a generated component for each of the two: parameters,
//! props, variables. Neither sees the other's. The customer's worker has no way to the network but the outbound worker:
//! sockets are answered with `access-denied`, as by a running host.
//!
//! `bindings` knows the variables of the worker, each as `text`, and no other binding: `fetch` gives the error of an unknown
//! name, as a running host does. `dispatcher` is refused: it is for who picks workers, and here they are picked.
//!
//! What stays the host's is shared by both: clocks, randomness, files, and the standard streams. Give the composed component
//! no files that a customer may not see. `invocation.fail` ends the instance, and its reason is lost: a component alone has
//! no log. Limits are the host's.
//!
//! The graph is `wac-graph`'s: release 0.12 knows `async func`, `stream` and `future`, and takes versions of one track
//! (0.3.0 and 0.3.1) for one interface.

mod adapter;
mod answers;
mod bindings;
mod code;
mod constant;
mod error;
mod generated;
mod graph;
mod image;
mod imports;
mod memory;
mod module;
mod parameters;
mod sockets;
mod worker;

use std::collections::BTreeMap;

use serde_json::Value;
use tollgate_types::{BindingName, Declaration};

pub use error::{ComposeError, Part};

use answers::Answers;
use worker::Worker;

/// What is fixed in a composed component.
#[derive(Debug, Clone, Default)]
pub struct Composition {
    /// The outbound worker's parameters, by either spelling of their names.
    pub parameters: BTreeMap<String, Value>,
    /// The customer's worker's props; none is `null`.
    pub props: Option<Value>,
    /// The variables of the customer's worker: `wasi:config/store` and the environment.
    pub user_variables: BTreeMap<String, String>,
    /// The variables of the outbound worker.
    pub outbound_variables: BTreeMap<String, String>,
}

/// The parameters that an outbound worker of WASI 0.3 reads by type.
pub fn reads(outbound: &[u8]) -> Result<Vec<Declaration>, ComposeError> {
    parameters::reads(&Worker::read(Part::Outbound, outbound)?)
}

/// Composes two components of WASI 0.3. The same inputs give the same bytes.
///
/// The result exports the user's `wasi:http/handler`. Where the user sends no requests, the outbound worker is checked and
/// left out.
pub fn compose(user: &[u8], outbound: &[u8], options: &Composition) -> Result<Vec<u8>, ComposeError> {
    let user = Worker::read(Part::User, user)?;
    let outbound = Worker::read(Part::Outbound, outbound)?;
    named(Part::User, &options.user_variables)?;
    named(Part::Outbound, &options.outbound_variables)?;
    let parameters = parameters::check(&outbound, &options.parameters, &options.outbound_variables)?;
    let props = options.props.clone().unwrap_or_default().to_string();
    let users = Answers { props, variables: &options.user_variables, parameters: Default::default() };
    let outbounds = Answers { props: Value::Null.to_string(), variables: &options.outbound_variables, parameters };
    let bytes = graph::compose(&user, &users, &outbound, &outbounds)?;
    worker::validate(&bytes)?;
    Ok(bytes)
}

/// That each variable has a name that a deploy would take.
fn named(part: Part, variables: &BTreeMap<String, String>) -> Result<(), ComposeError> {
    let wrong = |name: &String| name.parse::<BindingName>().err();
    match variables.keys().find_map(wrong) {
        None => Ok(()),
        Some(source) => Err(ComposeError::Variable { part, source }),
    }
}
