//! `GET /status`: what the host is doing now.

use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};
use tollgate_store::{Disk, Report, Writes};

use crate::Control;
use crate::envelope::success;

pub(crate) async fn get(State(control): State<Control>) -> Response {
    let lost = control.lost_log_lines.load(Ordering::Relaxed);
    success(json!({
        "instances": control.chain.instances(),
        "log": { "lost_lines": lost },
        "store": store(&control.reader.health().report()),
    }))
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
