//! `GET /metrics`: figures for Prometheus, in the text form of OpenMetrics 1.0.
//!
//! Nothing is counted here. Each scrape reads what `/status` reads too, so the two never differ. Names and units are those of
//! `docs/monitoring.md`; they outlive a release.

use std::fmt;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use tollgate_dispatch::Taken;
use tollgate_store::{Disk, Report, Writes};

use crate::Control;
use crate::error::ControlError;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(crate) async fn get(State(control): State<Control>) -> Result<Response, ControlError> {
    let figures = Figures {
        instances: control.chain.instances() as u64,
        moved: control.chain.moved(),
        taken: control.chain.taken(),
        lost_lines: control.log.lost_lines(),
        store: control.reader.health().report(),
    };
    let text = figures.text().map_err(|_| ControlError::Metrics)?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}

/// The figures of one scrape, all read at the same moment.
#[derive(Debug)]
struct Figures {
    instances: u64,
    moved: u64,
    taken: Vec<Taken>,
    lost_lines: u64,
    store: Report,
}

impl Figures {
    fn text(self) -> Result<String, fmt::Error> {
        let (mut registry, mut text) = (Registry::with_prefix("tollgate"), String::new());
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The release of the host", version);
        registry.register_collector(Box::new(self));
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

impl Collector for Figures {
    fn encode(&self, mut to: DescriptorEncoder<'_>) -> fmt::Result {
        let Report { writes, index_off, findings, damaged_scripts, disk, sequence } = &self.store;
        gauge(&mut to, "instances", "Instances of workers that are alive", None, self.instances)?;
        of_namespaces(&mut to, &self.taken)?;
        let help = "Invocations that went on in the queue for the CPU that is fair by namespace";
        let moved = ConstCounter::new(self.moved);
        moved.encode(to.encode_descriptor("fair_queue_invocations", help, None, moved.metric_type())?)?;
        let (name, help) = ("log_lost_lines", "Lines that the log has dropped since the start: its reader is too slow");
        let lost = ConstCounter::new(self.lost_lines);
        lost.encode(to.encode_descriptor(name, help, None, lost.metric_type())?)?;
        states(&mut to, writes)?;
        let (name, help) = ("store_sequence", "The number of the last durable change");
        gauge(&mut to, name, help, None, *sequence)?;
        let (name, help) = ("store_index_off", "1 if sled, the second copy of the records, is not in use");
        gauge(&mut to, name, help, None, u64::from(index_off.is_some()))?;
        let (name, help) = ("store_damage_found", "Findings of damage since the start, also of damage that was mended");
        gauge(&mut to, name, help, None, findings.len() as u64)?;
        let (name, help) = ("store_damaged_scripts", "Scripts that are damaged or missing now");
        gauge(&mut to, name, help, None, damaged_scripts.len() as u64)?;
        disk.iter().try_for_each(|disk| of_disk(&mut to, disk))
    }
}

/// A series for each namespace that has something to tell.
fn of_namespaces(to: &mut DescriptorEncoder<'_>, taken: &[Taken]) -> fmt::Result {
    let (name, help) = ("requests_in_progress", "Requests that workers of the namespace serve");
    by_namespace(to, name, help, taken, |one| one.requests)?;
    let (name, help) = ("subrequests_in_progress", "Outbound workers and services that run for the namespace");
    by_namespace(to, name, help, taken, |one| one.subrequests)?;
    let (name, help) = ("requests_waiting", "Requests that wait for the share of the namespace or of its worker");
    by_namespace(to, name, help, taken, |one| one.waiting)?;
    let help = "Requests that were refused because the share of the namespace or of its worker was used up";
    let mut family = to.encode_descriptor("requests_refused", help, None, MetricType::Counter)?;
    for one in taken.iter().filter(|one| one.refused > 0) {
        let labels = [("namespace", one.namespace.as_str())];
        family.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&one.refused, None)?;
    }
    let help = "Lines of the namespace's workers that the log dropped because their share was used up";
    let mut family = to.encode_descriptor("log_lines_dropped", help, None, MetricType::Counter)?;
    for one in taken.iter().filter(|one| one.lost_lines > 0) {
        let labels = [("namespace", one.namespace.as_str())];
        family.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&one.lost_lines, None)?;
    }
    Ok(())
}

fn by_namespace(
    to: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    taken: &[Taken],
    of: impl Fn(&Taken) -> u32,
) -> fmt::Result {
    let mut family = to.encode_descriptor(name, help, None, MetricType::Gauge)?;
    for one in taken.iter().filter(|one| of(one) > 0) {
        family.encode_family(&[("namespace", one.namespace.as_str())])?.encode_gauge(&u64::from(of(one)))?;
    }
    Ok(())
}

/// One series for each state: 1 for the state that the store is in.
fn states(to: &mut DescriptorEncoder<'_>, writes: &Writes) -> fmt::Result {
    let help =
        "1 for the state: changes are accepted, refused until the disk takes one, or stopped until the next start";
    let mut family = to.encode_descriptor("store_writes", help, None, MetricType::Gauge)?;
    let (accepted, stopped) = (*writes == Writes::Accepted, matches!(writes, Writes::Stopped(_)));
    let all = [("accepted", accepted), ("refused", !accepted && !stopped), ("stopped", stopped)];
    for (state, is) in all {
        let labels = [("state", state)];
        family.encode_family(&labels)?.encode_gauge(&u64::from(is))?;
    }
    Ok(())
}

fn of_disk(to: &mut DescriptorEncoder<'_>, disk: &Disk) -> fmt::Result {
    let (name, help) = ("disk_free", "Room on the disk of the data folder that the host may use");
    gauge(to, name, help, Some(Unit::Bytes), disk.free_bytes)?;
    gauge(to, "disk_total", "Size of the disk of the data folder", Some(Unit::Bytes), disk.total_bytes)?;
    let (name, help) = ("store_disk_nearly_full", "1 if less than 5 % or 256 MiB of that disk is free");
    gauge(to, name, help, None, u64::from(disk.is_nearly_full()))
}

fn gauge(to: &mut DescriptorEncoder<'_>, name: &str, help: &str, unit: Option<Unit>, value: u64) -> fmt::Result {
    let gauge = ConstGauge::new(value);
    gauge.encode(to.encode_descriptor(name, help, unit.as_ref(), gauge.metric_type())?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_what_the_report_has() {
        let store = Report {
            writes: Writes::Refused("the disk is full".to_owned()),
            index_off: Some("the disk is full".to_owned()),
            findings: vec!["one".to_owned(), "two".to_owned()],
            damaged_scripts: vec!["e3b0".to_owned()],
            disk: Some(Disk { free_bytes: 1_000, total_bytes: 1 << 40 }),
            sequence: 17,
        };
        let expected = "\
# HELP tollgate_build The release of the host.
# TYPE tollgate_build info
tollgate_build_info{version=\"0.1.0\"} 1
# HELP tollgate_instances Instances of workers that are alive
# TYPE tollgate_instances gauge
tollgate_instances 3
# HELP tollgate_requests_in_progress Requests that workers of the namespace serve
# TYPE tollgate_requests_in_progress gauge
tollgate_requests_in_progress{namespace=\"evil\"} 250
# HELP tollgate_subrequests_in_progress Outbound workers and services that run for the namespace
# TYPE tollgate_subrequests_in_progress gauge
# HELP tollgate_requests_waiting Requests that wait for the share of the namespace or of its worker
# TYPE tollgate_requests_waiting gauge
tollgate_requests_waiting{namespace=\"evil\"} 100
# HELP tollgate_requests_refused Requests that were refused because the share of the namespace or of its worker was used up
# TYPE tollgate_requests_refused counter
tollgate_requests_refused_total{namespace=\"evil\"} 4000
# HELP tollgate_log_lines_dropped Lines of the namespace's workers that the log dropped because their share was used up
# TYPE tollgate_log_lines_dropped counter
tollgate_log_lines_dropped_total{namespace=\"evil\"} 7
# HELP tollgate_fair_queue_invocations Invocations that went on in the queue for the CPU that is fair by namespace
# TYPE tollgate_fair_queue_invocations counter
tollgate_fair_queue_invocations_total 5
# HELP tollgate_log_lost_lines Lines that the log has dropped since the start: its reader is too slow
# TYPE tollgate_log_lost_lines counter
tollgate_log_lost_lines_total 4
# HELP tollgate_store_writes 1 for the state: changes are accepted, refused until the disk takes one, or stopped until the next start
# TYPE tollgate_store_writes gauge
tollgate_store_writes{state=\"accepted\"} 0
tollgate_store_writes{state=\"refused\"} 1
tollgate_store_writes{state=\"stopped\"} 0
# HELP tollgate_store_sequence The number of the last durable change
# TYPE tollgate_store_sequence gauge
tollgate_store_sequence 17
# HELP tollgate_store_index_off 1 if sled, the second copy of the records, is not in use
# TYPE tollgate_store_index_off gauge
tollgate_store_index_off 1
# HELP tollgate_store_damage_found Findings of damage since the start, also of damage that was mended
# TYPE tollgate_store_damage_found gauge
tollgate_store_damage_found 2
# HELP tollgate_store_damaged_scripts Scripts that are damaged or missing now
# TYPE tollgate_store_damaged_scripts gauge
tollgate_store_damaged_scripts 1
# HELP tollgate_disk_free_bytes Room on the disk of the data folder that the host may use
# TYPE tollgate_disk_free_bytes gauge
# UNIT tollgate_disk_free_bytes bytes
tollgate_disk_free_bytes 1000
# HELP tollgate_disk_total_bytes Size of the disk of the data folder
# TYPE tollgate_disk_total_bytes gauge
# UNIT tollgate_disk_total_bytes bytes
tollgate_disk_total_bytes 1099511627776
# HELP tollgate_store_disk_nearly_full 1 if less than 5 % or 256 MiB of that disk is free
# TYPE tollgate_store_disk_nearly_full gauge
tollgate_store_disk_nearly_full 1
# EOF
";
        let namespace = "evil".parse().unwrap();
        let evil = Taken { namespace, requests: 250, subrequests: 0, waiting: 100, refused: 4_000, lost_lines: 7 };
        let figures = Figures { instances: 3, moved: 5, taken: vec![evil], lost_lines: 4, store };
        assert_eq!(figures.text().unwrap(), expected);
    }

    #[test]
    fn one_state_of_the_writer_is_set() {
        let figures = |writes| {
            let store = Report { writes, ..Report::default() };
            Figures { instances: 0, moved: 0, taken: Vec::new(), lost_lines: 0, store }.text().unwrap()
        };
        for (writes, state) in [
            (Writes::Accepted, "accepted"),
            (Writes::Refused(String::new()), "refused"),
            (Writes::Stopped(String::new()), "stopped"),
        ] {
            let text = figures(writes);
            let set: Vec<_> = text.lines().filter(|line| line.contains("state=") && line.ends_with(" 1")).collect();
            assert_eq!(set, [format!("tollgate_store_writes{{state=\"{state}\"}} 1")]);
            assert!(!text.contains("disk_"), "a store in memory has no disk");
        }
    }
}
