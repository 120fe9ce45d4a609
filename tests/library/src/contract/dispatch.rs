//! What a dispatch worker owes to its client: a worker that is not there is told from one that failed.

use super::{Tried, Verdict, differs};
use crate::{Composition, Expect, Fault, Hop, Mismatch, Reply, Request, Run, TestError};

/// The name of a customer's worker that is there.
const THERE: &str = "alice";

/// The name of one that is not.
const MISSING: &str = "nobody-of-that-name";

/// Tries what a client can see of the statements on a dispatch worker. `with` is the composition without its outbound worker,
/// and with it, where its binding names one; `url` is a URL that leads to the worker whose name it is given.
pub fn dispatch(
    with: &dyn Fn(bool) -> Option<Composition>,
    url: &dyn Fn(&str) -> String,
) -> Result<Vec<Verdict>, TestError> {
    let (there, missing) = (Request::get(&url(THERE))?, Request::get(&url(MISSING))?);
    let mut all = Vec::new();
    if let Some(bare) = with(false) {
        all.push(Verdict::of(
            "C01",
            "the worker that a request names is dispatched, and answers",
            vec![found(&bare, there.clone())?],
        ));
        all.push(Verdict::of(
            "C02",
            "one that does not exist is answered with 404",
            vec![not_found(&bare, missing.clone())?],
        ));
        all.push(Verdict::of("C04", "one that traps is answered with 5xx", vec![trapped(&bare, there)?]));
    }
    if let Some(bound) = with(true) {
        all.push(Verdict::of("C03", "404 too where an outbound worker is bound", vec![not_found(&bound, missing)?]));
    }
    Ok(all)
}

/// That exactly one worker was dispatched, by this name.
fn dispatched(run: &Run, name: &str, differences: &mut Vec<Mismatch>) {
    let names: Vec<_> = run.over(Hop::Dispatch).iter().map(|exchange| exchange.to.clone()).collect();
    if names != [name] {
        let found = if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
        differences.push(differs("dispatched", name, found));
    }
}

/// The customer's worker is played: what counts is that the dispatch worker gets as far as it, and hands its answer back.
fn found(composition: &Composition, request: Request) -> Tried {
    let played =
        composition.clone().fault(Hop::Dispatch, Fault::Answer(Box::new(Reply::text("from the customer's worker"))))?;
    let run = played.send(request)?;
    let mut differences = run.differs(&Expect::new().status(200).body("from the customer's worker"));
    dispatched(&run, THERE, &mut differences);
    Ok((run, differences))
}

fn not_found(composition: &Composition, request: Request) -> Tried {
    let run = composition.send(request)?;
    let mut differences = run.differs(&Expect::new().status(404));
    dispatched(&run, MISSING, &mut differences);
    if let Some(failure) = &run.failure {
        differences.push(differs("dispatch worker", "an answer of its own", format!("it failed: {failure}")));
    }
    Ok((run, differences))
}

fn trapped(composition: &Composition, request: Request) -> Tried {
    let run = composition.clone().fault(Hop::Dispatch, Fault::Trap)?.send(request)?;
    let mut differences = Vec::new();
    dispatched(&run, THERE, &mut differences);
    let status = run.response.status;
    if !status.is_server_error() {
        differences.push(differs("status", "5xx", status.as_u16()));
    }
    if let Some(failure) = &run.failure {
        differences.push(differs("dispatch worker", "an answer of its own", format!("it failed: {failure}")));
    }
    Ok((run, differences))
}
