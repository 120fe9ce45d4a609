//! `GET /status`: what the host is doing now.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};
use tollgate_dispatch::Taken;
use tollgate_store::{Disk, Report, Writes};

use crate::Control;
use crate::envelope::success;

/// Namespaces that are listed. `/metrics` has all of them.
const NAMESPACES: usize = 100;

pub(crate) async fn get(State(control): State<Control>) -> Response {
    success(json!({
        "instances": control.chain.instances(),
        "instances_memory_bytes": control.chain.memory_bytes(),
        "fair_queue_invocations": control.chain.moved(),
        "namespaces": namespaces(&control.chain.taken()),
        "log": { "lost_lines": control.log.lost_lines(), "waiting_bytes": control.log.waiting_bytes() },
        "store": store(&control.reader.health().report()),
    }))
}

/// The namespaces that have taken most of the host, the first of them first.
fn namespaces(taken: &[Taken]) -> Vec<Value> {
    taken.iter().filter(|one| one.has_any()).take(NAMESPACES).map(namespace).collect()
}

fn namespace(Taken { namespace, requests, subrequests, waiting, refused }: &Taken) -> Value {
    json!({
        "name": namespace,
        "requests": requests,
        "subrequests": subrequests,
        "waiting": waiting,
        "refused": refused,
    })
}

/// `writes` is `accepted`, `refused` (the next write tries again) or `stopped` (until the host is started again).
fn store(report: &Report) -> Value {
    let (writes, reason) = match &report.writes {
        Writes::Accepted => ("accepted", None),
        Writes::Refused(reason) => ("refused", Some(reason)),
        Writes::Stopped(reason) => ("stopped", Some(reason)),
    };
    json!({
        "writes": writes,
        "reason": reason,
        "sequence": report.sequence,
        "index_off": report.index_off,
        "findings": report.findings,
        "damaged_scripts": report.damaged_scripts,
        "disk": report.disk.map(|disk| json!({ "free_bytes": disk.free_bytes, "total_bytes": disk.total_bytes })),
        "disk_nearly_full": report.disk.as_ref().is_some_and(Disk::is_nearly_full),
    })
}
