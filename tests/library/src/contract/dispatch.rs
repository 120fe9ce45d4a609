//! What a dispatch worker owes to its client: a worker that is not there is told from one that failed.
//!
//! A client sees answers alone. That the failure is found out by its type (C02), that the text of a trap is there to be read,
//! and that nobody else notices (C04) are a host's to keep: they are not looked at here.

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
            "getting a worker that does not exist does not fail: it is asked for by its name, as one that does, and using \
             it is answered with an error",
            || Ok(vec![found(&bare, there.clone())?, used(&bare, missing.clone())?]),
        )?);
        all.push(Verdict::of(
            "C02",
            "that failure is told from others: it is answered with 404, and a trap is not",
            || Ok(vec![not_found(&bare, missing.clone())?, other(&bare, there.clone())?]),
        )?);
        all.push(Verdict::of(
            "C04",
            "a worker that traps is an error that is caught: it is answered with 5xx (the trap's message is not looked at)",
            || Ok(vec![trapped(&bare, there)?]),
        )?);
    }
    if let Some(bound) = with(true) {
        all.push(Verdict::of("C03", "the same where an outbound worker is bound: 404", || {
            Ok(vec![not_found(&bound, missing)?])
        })?);
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

/// That the dispatch worker answers by itself.
fn answers(run: &Run, differences: &mut Vec<Mismatch>) {
    if let Some(failure) = &run.failure {
        differences.push(differs("dispatch worker", "an answer of its own", format!("it failed: {failure}")));
    }
}

fn used(composition: &Composition, request: Request) -> Tried {
    let run = composition.send(request)?;
    let mut differences = Vec::new();
    dispatched(&run, MISSING, &mut differences);
    let status = run.response.status;
    if !(status.is_client_error() || status.is_server_error()) {
        differences.push(differs("status", "4xx or 5xx", status.as_u16()));
    }
    answers(&run, &mut differences);
    Ok((run, differences))
}

fn not_found(composition: &Composition, request: Request) -> Tried {
    let run = composition.send(request)?;
    let mut differences = run.differs(&Expect::new().status(404));
    dispatched(&run, MISSING, &mut differences);
    Ok((run, differences))
}

/// Another failure than that a worker is not there.
fn other(composition: &Composition, request: Request) -> Tried {
    let run = composition.clone().fault(Hop::Dispatch, Fault::Trap)?.send(request)?;
    let status = run.response.status.as_u16();
    let same = (status == 404).then(|| differs("status of a trap", "another than 404", status));
    Ok((run, same.into_iter().collect()))
}

fn trapped(composition: &Composition, request: Request) -> Tried {
    let run = composition.clone().fault(Hop::Dispatch, Fault::Trap)?.send(request)?;
    let mut differences = Vec::new();
    dispatched(&run, THERE, &mut differences);
    let status = run.response.status;
    if !status.is_server_error() {
        differences.push(differs("status", "5xx", status.as_u16()));
    }
    answers(&run, &mut differences);
    Ok((run, differences))
}
