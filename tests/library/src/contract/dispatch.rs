//! What a dispatch worker owes to its client: a worker that is not there is told from one that failed.

use super::{Tried, Verdict, differs};
use crate::{Composition, Expect, Fault, Hop, Reply, Request, TestError};

/// The name of a customer's worker that is there.
const THERE: &str = "alice";

/// Tries the statements on a dispatch worker. `with` is the composition without its outbound worker, and with it; `url` is a
/// URL that leads to the worker whose name it is given.
pub fn dispatch(
    with: &dyn Fn(bool) -> Result<Composition, TestError>,
    url: &dyn Fn(&str) -> String,
) -> Result<Vec<Verdict>, TestError> {
    let there = Request::get(&url(THERE))?;
    let missing = Request::get(&url("nobody-of-that-name"))?;
    Ok(vec![
        Verdict::of("C01", "a worker that is there is dispatched", vec![found(&with(false)?, there.clone())?]),
        Verdict::of(
            "C02",
            "a worker that is not there is answered with 404",
            vec![not_found(&with(false)?, missing.clone())?],
        ),
        Verdict::of("C03", "the same where an outbound worker is bound", vec![not_found(&with(true)?, missing)?]),
        Verdict::of("C04", "a worker that traps is answered with 5xx", vec![trapped(&with(true)?, there)?]),
    ])
}

/// The customer's worker is played: what counts is that the dispatch worker gets as far as it, and hands its answer back.
fn found(composition: &Composition, request: Request) -> Tried {
    let played =
        composition.clone().fault(Hop::Dispatch, Fault::Answer(Box::new(Reply::text("from the customer's worker"))))?;
    let run = played.send(request)?;
    let differences = run.differs(&Expect::new().status(200).body("from the customer's worker"));
    Ok((run, differences))
}

fn not_found(composition: &Composition, request: Request) -> Tried {
    let run = composition.send(request)?;
    let mut differences = run.differs(&Expect::new().status(404));
    if let Some(failure) = &run.failure {
        differences.push(differs("dispatch worker", "an answer of its own", format!("it failed: {failure}")));
    }
    Ok((run, differences))
}

fn trapped(composition: &Composition, request: Request) -> Tried {
    let run = composition.clone().fault(Hop::Dispatch, Fault::Trap)?.send(request)?;
    let mut differences = Vec::new();
    let status = run.response.status;
    if !status.is_server_error() {
        differences.push(differs("status", "5xx", status.as_u16()));
    }
    if let Some(failure) = &run.failure {
        differences.push(differs("dispatch worker", "an answer of its own", format!("it failed: {failure}")));
    }
    Ok((run, differences))
}
