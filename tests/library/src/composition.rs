//! A composition: which workers play which part, what the dispatch attaches, what the origin replies, and what goes wrong.
//!
//! Everything beneath is the host's own: the chain, the seam that a worker's requests take, the egress, the checks of a deploy.
//! A test holds what lies around it: the store is memory, connections are pipes to the scripted origin, time and randomness
//! are its own.

mod run;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tollgate_dispatch::{Attached, GetOptions, Hop};
use tollgate_types::{
    Binding, BindingName, Declarations, DispatchNamespace, Limits, NamespaceName, OutboundBinding, UnknownParameters,
    WorkerName,
};

use crate::fault::{Fault, Planned};
use crate::{Lab, Origin, Recorder, TestError, Worker};

/// The namespace of customers' workers.
pub(crate) fn namespace() -> Result<NamespaceName, TestError> {
    "test".parse().map_err(|error| TestError::name("namespace", error))
}

/// The time on the wall when a run begins, unless a test says another: 2001-09-09T01:46:40Z.
const UNIX: Duration = Duration::from_secs(1_000_000_000);

/// A composition. Each [`send`](Composition::send) is a run of its own, from nothing.
///
/// ```
/// # use tollgate_test::*;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let guests = "../../target/guests/wasm32-wasip2/release";
/// # let lab = Lab::in_folder("../../target/compiled-for-tests")?;
/// # let user = lab.user(std::fs::read(format!("{guests}/test_user.wasm"))?)?;
/// let shop = user.clone().service("NEIGHBOUR", "bob")?;
/// let both = lab.compose().user("alice", &shop)?.user("bob", &user)?;
/// let request = Request::get("http://alice.example/fetch")?.header("x-service", "NEIGHBOUR")?;
/// let run = both.send(request.header("x-target-url", "http://bob.example/hello")?)?;
/// run.assert(&Expect::new().body("hello").service(ExpectRequest::any().to("bob")).no_origin());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Composition {
    lab: Lab,
    /// Customers' workers. The first receives requests, where nobody dispatches.
    users: Vec<(WorkerName, Worker)>,
    outbound: Option<Worker>,
    dispatch: Option<Dispatch>,
    parameters: BTreeMap<String, Value>,
    /// What is declared; if not said, what is given.
    declared: Option<Declarations>,
    props: Option<Value>,
    limits: Limits,
    origin: Origin,
    faults: Vec<Planned>,
    recorder: Option<Recorder>,
    seed: u64,
    unix: Option<Duration>,
}

#[derive(Clone)]
struct Dispatch {
    worker: Worker,
    binding: BindingName,
    namespace: DispatchNamespace,
    /// Whether it names the composition's own outbound worker: the one that there is when a request is sent.
    ours: bool,
}

impl Composition {
    pub(crate) fn new(lab: Lab) -> Self {
        Self {
            lab,
            users: Vec::new(),
            outbound: None,
            dispatch: None,
            parameters: BTreeMap::new(),
            declared: None,
            props: None,
            limits: Limits::default(),
            origin: Origin::new(),
            faults: Vec::new(),
            recorder: None,
            seed: 0,
            unix: None,
        }
    }

    /// With a customer's worker under a name. The first receives requests, where nobody dispatches.
    pub fn user(mut self, name: &str, worker: &Worker) -> Result<Self, TestError> {
        let name = name.parse().map_err(|error| TestError::name("worker", error))?;
        if self.users.iter().any(|(own, _)| *own == name) {
            return Err(TestError::Refused(format!("two customers' workers are named {name}: give each its name")));
        }
        self.users.push((name, worker.clone()));
        Ok(self)
    }

    /// With an outbound worker, which receives what customers' workers send. Where there is no customer's worker it
    /// receives the test's own requests, as if a customer's worker had sent them.
    pub fn outbound(self, worker: &Worker) -> Self {
        Self { outbound: Some(worker.clone()), ..self }
    }

    /// With a dispatch worker, which receives requests, and finds the customers' workers behind this binding. `parameters`
    /// is what the binding declares, as in `wrangler.toml`: a list of names, or a table of names and types.
    pub fn dispatch(mut self, worker: &Worker, binding: &str, parameters: &Value) -> Result<Self, TestError> {
        let outbound = json!({ "service": OUTBOUND, "parameters": parameters });
        let table = json!({ "binding": binding, "namespace": namespace()?.as_str(), "outbound": outbound });
        let read = DispatchNamespace::from_toml("dispatch", &table);
        let (binding, namespace) = read.map_err(|error| TestError::Refused(error.to_string()))?;
        self.dispatch = Some(Dispatch { worker: worker.clone(), binding, namespace, ours: true });
        Ok(self)
    }

    /// With a dispatch worker whose binding is written already, whatever its outbound worker is.
    pub fn bound(mut self, worker: &Worker, binding: BindingName, namespace: DispatchNamespace) -> Self {
        self.dispatch = Some(Dispatch { worker: worker.clone(), binding, namespace, ours: false });
        self
    }

    /// With a parameter for the outbound worker, where no dispatch worker gives any.
    pub fn parameter(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }

    /// With what the binding declares through which workers are dispatched, where no dispatch worker has one: what is given is
    /// checked against it. If not said, what is given is declared by being given.
    pub fn declares(self, declared: Declarations) -> Self {
        Self { declared: Some(declared), ..self }
    }

    /// With props for the customer's worker, where no dispatch worker gives any.
    pub fn props(self, props: Value) -> Self {
        Self { props: Some(props), ..self }
    }

    /// With limits for the dispatch, where no dispatch worker gives any.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// With an origin: the whole network, as far as these workers see it.
    pub fn origin(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// With a fault for whatever crosses a hop.
    pub fn fault(self, hop: Hop, fault: Fault) -> Result<Self, TestError> {
        self.planned(hop, None, fault)
    }

    /// With a fault for the `nth` request over a hop, counted from 1.
    pub fn fault_at(self, hop: Hop, nth: usize, fault: Fault) -> Result<Self, TestError> {
        self.planned(hop, Some(nth), fault)
    }

    fn planned(mut self, hop: Hop, nth: Option<usize>, fault: Fault) -> Result<Self, TestError> {
        if hop == Hop::Network && matches!(fault, Fault::Trap | Fault::OverLimit) {
            return Err(TestError::shape(
                "fault",
                "a fault of a connection: an origin is no worker",
                format!("{fault:?}"),
            ));
        }
        self.faults.push(Planned { hop, nth, fault });
        // One that is for a single request goes before one for all, which would hide it.
        self.faults.sort_by_key(|one| one.nth.is_none());
        Ok(self)
    }

    /// With the real network behind the scripted origin: what no rule answers is asked there, and recorded. Such a run has the
    /// system's clock, and begins now where no other time is said; randomness comes from the seed all the same.
    pub fn record(self, recorder: &Recorder) -> Self {
        Self { recorder: Some(recorder.clone()), ..self }
    }

    /// With other random numbers.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// With another time on the wall when a run begins, since 1970-01-01T00:00Z.
    pub fn begins_at(self, unix: Duration) -> Self {
        Self { unix: Some(unix), ..self }
    }

    /// The time on the wall when a run begins. A real origin may look at it: whoever records begins now.
    fn unix(&self) -> Duration {
        let now = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        self.unix.unwrap_or_else(|| if self.recorder.is_some() { now() } else { UNIX })
    }

    /// What is attached where no dispatch worker attaches it, checked as a deploy and a dispatch check it.
    fn attached(&self) -> Result<Attached, TestError> {
        let refused = |error: &dyn std::fmt::Display| TestError::Refused(error.to_string());
        let reads = self.outbound.as_ref().map_or(&[][..], |outbound| &outbound.reads);
        let declared = self.declared()?;
        let outbound = self.outbound.as_ref().map(|worker| {
            let outbound = OutboundBinding { service: operators(OUTBOUND)?, parameters: declared.clone() };
            worker.receives(&outbound).map(|()| outbound)
        });
        let binding = DispatchNamespace { namespace: namespace()?, outbound: outbound.transpose()? };
        let outbound = self.parameters.iter().map(|(name, value)| (name.clone(), value.to_string())).collect();
        let mut given = GetOptions { limits: self.limits, ..GetOptions::default() };
        given.set_parameters(outbound);
        if let Some(props) = &self.props {
            given.set_props(props.to_string());
        }
        Attached::check(&binding, reads, given).map_err(|error| refused(&error))
    }

    /// What is declared, or else the parameters that are given, each of any type.
    fn declared(&self) -> Result<Declarations, TestError> {
        if let Some(declared) = &self.declared {
            return Ok(declared.clone());
        }
        let list: Value = self.parameters.keys().cloned().collect::<Vec<_>>().into();
        let table = json!({ "binding": "test", "outbound": { "service": OUTBOUND, "parameters": list } });
        let read =
            DispatchNamespace::from_toml("test", &table).map_err(|error| TestError::Refused(error.to_string()))?;
        Ok(read.1.outbound.map_or_else(
            || Declarations::new(Vec::new(), UnknownParameters::Refuse).unwrap_or_default(),
            |outbound| outbound.parameters,
        ))
    }
}

/// The operator's workers go by their parts.
pub(crate) const OUTBOUND: &str = "outbound";
const DISPATCH: &str = "dispatch";

fn operators(name: &str) -> Result<WorkerName, TestError> {
    name.parse().map_err(|error| TestError::name("worker", error))
}

impl Dispatch {
    /// The dispatch worker with its binding. A binding that does not agree with what the outbound worker reads is refused.
    fn bound(&self, outbound: Option<&Worker>) -> Result<Worker, TestError> {
        let mut namespace = self.namespace.clone();
        match (&namespace.outbound, outbound) {
            (Some(bound), Some(outbound)) => outbound.receives(bound)?,
            (Some(bound), None) if self.ours => {
                if let Some(declared) = bound.parameters.iter().next() {
                    return Err(TestError::Refused(format!(
                        "the dispatch binding declares {:?}, where there is no outbound worker: nobody would get it",
                        declared.name.as_str()
                    )));
                }
                namespace.outbound = None;
            }
            (Some(_), None) | (None, _) => {}
        }
        self.worker.clone().binding(self.binding.as_str(), Binding::DispatchNamespace(namespace))
    }
}
