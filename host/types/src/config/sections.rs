//! Every key of the configuration. An entry here is all that a new key needs; its crate then reads the field.
//!
//! A limit is a key if the right value depends on an operator's load, machine or policy. Limits that a worker's author relies on
//! (sizes of names, props and parameters, bindings of a worker) are the same on every host, so they stay constants.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::key::{bytes, count, mebibytes, milliseconds, seconds};
use super::section::section;
use super::{Key, Kind, Reload, Section};
use crate::egress::EgressRule;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
const HOUR_SECONDS: u64 = 60 * 60;
const DAY_SECONDS: u64 = 24 * HOUR_SECONDS;
const DAY_MS: u64 = DAY_SECONDS * 1_000;

/// The keys above all sections.
pub(super) const TOP: Section = Section {
    name: "",
    doc: " Keys above all sections.",
    keys: &[
        Key {
            section: "",
            name: "local_names",
            kind: Kind::Flag,
            reload: Reload::Restart,
            doc: &[
                "Whether the operator's workers answer to `<worker>.localhost`. If unset, they do under `tollgate dev` alone.",
            ],
        },
        Key {
            section: "",
            name: "dispatch",
            kind: Kind::Tables,
            reload: Reload::Restart,
            doc: &["Built-in dispatches, one `[[dispatch]]` table each, with `domain`, `namespace` and `outbound`."],
        },
    ],
};

section! {
    /// Limits of one invocation. A worker's own limits and those of its dispatch can only lower them.
    #[derive(Copy)]
    PlatformLimits in "limits" {
        /// CPU time of one invocation, counted only while the worker runs.
        cpu_ms: u64 = 30_000, milliseconds(1, DAY_MS), Applied;
        /// Wall-clock time of one invocation, from the request to the end of the worker's work for it.
        wall_ms: u64 = 300_000, milliseconds(1, DAY_MS), Applied;
        /// Memory of one instance: its linear memories and tables, and what the host holds for it (headers, bodies that are sent or received).
        memory_bytes: u64 = 128 * MIB, bytes(MIB, 4 * GIB), Applied;
        /// Requests that one invocation may send.
        subrequests: u64 = 1_000, count(0, 1_000_000, "requests"), Applied;
        /// Subrequests of one invocation that may wait for the head of their response at once. More of them wait for their turn.
        concurrent_subrequests: u32 = 6, count(1, 10_000, "requests"), Applied;
        /// Wall-clock time that a worker may go on after its response has been read.
        background_ms: u64 = 30_000, milliseconds(1, DAY_MS), Applied;
        /// Workers in one chain of dispatches and outbound workers. A dispatch that loops ends here.
        dispatch_depth: u32 = 8, count(1, 16, "workers"), Applied;
        /// Output of one invocation that reaches the log. The rest is left out, and the log says so.
        log_bytes: u64 = 256 * KIB, bytes(KIB, GIB), Applied;
        /// Host resources that one instance may hold at once: headers, bodies, streams, requests.
        resources: u32 = 10_000, count(100, 1_000_000, "resources"), Applied;
        /// Tickets of one invocation that wait for their request or its answer.
        tickets: u32 = 10_000, count(1, 1_000_000, "tickets"), Applied;
    }
}

section! {
    /// Instances of workers, and the pool of memory that they start in.
    #[derive(Copy)]
    EngineConfig in "instances" {
        /// Instances that may live at once; in a pool, so many for each version of WASI. One more request is answered with 503.
        count: u32 = 1_000, count(1, 100_000, "instances"), Restart;
        /// Memory that all instances may hold together: linear memories, tables, and what the host holds for them. Beyond that, idle
        /// instances are dropped, new ones are refused with 503, and one that grows is stopped. A quarter of it is kept for namespaces
        /// that hold less than an eighth. If unset, 80 % of what the memory cgroup allows, or of the machine's memory.
        memory_mib: Option<NonZeroU32> = None, mebibytes(1, u32::MAX as u64), Restart;
        /// Whether address space for all instances is reserved at the start, so that an instance starts faster.
        pooled: bool = true, Kind::Flag, Restart;
        /// The largest linear memory that fits the pool. `limits.memory_bytes` cannot be more.
        slot_bytes: u64 = GIB, bytes(MIB, 4 * GIB), Restart;
        /// Memory of each slot that the pool keeps for its next instance: resetting pages is cheaper than mapping new ones.
        resident_bytes: u64 = MIB, bytes(0, GIB), Restart;
        /// Age at which a reused instance serves no more requests.
        reuse_age_seconds: u32 = 300, seconds(1, DAY_SECONDS), Restart;
        /// Time after which a reused instance without requests is dropped.
        reuse_idle_seconds: u32 = 10, seconds(1, DAY_SECONDS), Restart;
        /// Growth of an instance's memory since its start beyond which it is not reused.
        reuse_growth_bytes: u64 = 32 * MIB, bytes(0, 4 * GIB), Restart;
        /// CPU time that the workers of a namespace may use in a second. Beyond that, its new requests start in the queue for the
        /// CPU that is fair by namespace, as long as other namespaces have requests too. If unset, half of what the machine's cores have.
        namespace_cpu_ms_per_second: Option<NonZeroU32> = None, count(1, 10_000_000, "milliseconds"), Restart;
        /// Idle instances that are kept for each worker with `reuse`.
        reuse_idle_instances: u32 = 64, count(0, 10_000, "instances"), Restart;
    }
}

section! {
    /// What customers' workers may take of the host at once. A request beyond a share waits for a moment; then it gets 429. The
    /// operator's own workers have no share. Instances that a customer's worker causes count as its namespace's.
    #[derive(Copy)]
    SharesConfig in "shares" {
        /// Requests from outside its namespace that one worker may serve at once. A worker's own `concurrent_requests` can only lower it.
        worker_requests: u32 = 250, count(1, 100_000, "requests"), Applied;
        /// Requests from outside the namespace that all its workers may serve at once.
        namespace_requests: u32 = 250, count(1, 100_000, "requests"), Applied;
        /// Outbound workers and services that may run at once because workers of one namespace sent requests to them.
        namespace_subrequests: u32 = 250, count(1, 100_000, "workers"), Applied;
        /// Lines that all workers of the namespace may print in a second. The rest is dropped and counted, and the log says so.
        namespace_log_lines: u32 = 1_000, count(1, 1_000_000, "lines a second"), Applied;
        /// Requests that may wait for the shares of one namespace and of its workers, together. One more gets 429 at once.
        queue: u32 = 100, count(0, 100_000, "requests"), Applied;
        /// Time that a request waits for its share before it gets 429.
        queue_ms: u64 = 1_000, milliseconds(1, DAY_MS), Applied;
        /// Time for requests in flight to finish when their worker is deleted. Then its instances are ended.
        delete_grace_seconds: u32 = 5, seconds(0, HOUR_SECONDS), Applied;
    }
}

section! {
    /// The front door: the listener for requests to workers.
    #[derive(Copy)]
    FrontDoorConfig in "front_door" {
        /// Connections of clients that may be open at once. For one more, the connection that has waited longest for its first request is
        /// closed; if none waits, the new one is. At most 3/8 of the files that the process may open; the host lowers a larger value.
        connections: u32 = 16_384, count(1, 1_000_000, "connections"), Applied;
        /// Time for a client's first request to begin, and for the head of each request to arrive. A reload applies it to new connections.
        header_seconds: u32 = 30, seconds(1, HOUR_SECONDS), Applied;
        /// Interval at which a silent HTTP/2 client is pinged, and its time to answer. A reload applies it to new connections.
        ping_seconds: u32 = 30, seconds(1, HOUR_SECONDS), Applied;
        /// Time that a worker waits for the next bytes of a request's body. Then the body ends with an error, and the client gets 408.
        /// A reload applies it to new connections.
        body_idle_seconds: u32 = 30, seconds(1, HOUR_SECONDS), Applied;
        /// Rate below which a body may keep its worker waiting for no more than `body_idle_seconds` in all; at 0, only the time between
        /// two parts counts. Time in which the worker does not read does not count. A reload applies it to new connections.
        body_bytes_per_second: u32 = 240, count(0, 1_000_000_000, "bytes a second"), Applied;
        /// Time for a client to take the next bytes of a response. Then the response is dropped, with its worker; over HTTP/1.1 the
        /// connection is closed. A reload applies it to new connections.
        response_idle_seconds: u32 = 60, seconds(1, HOUR_SECONDS), Applied;
        /// Requests that one HTTP/2 connection may have in flight. A reload applies it to new connections.
        streams: u32 = 32, count(1, 10_000, "requests"), Applied;
        /// Time after which an HTTP/2 connection without a request is closed, although it answers pings. A reload applies it to new
        /// connections.
        idle_seconds: u32 = 120, seconds(1, DAY_SECONDS), Applied;
        /// Time for requests in flight to finish when the host stops.
        drain_seconds: u32 = 30, seconds(0, HOUR_SECONDS), Applied;
    }
}

section! {
    /// The control listener.
    #[derive(Copy)]
    ControlConfig in "control" {
        /// The largest upload. A component of JavaScript or Python has 10 to 30 MiB.
        upload_bytes: u64 = 64 * MIB, bytes(64 * KIB, GIB), Restart;
        /// Connections that may be open at once. For one more, the connection that has waited longest for its first request is closed; if
        /// none waits, the new one is. At most 1/32 of the files that the process may open; the host lowers a larger value.
        connections: u32 = 1_024, count(1, 1_000_000, "connections"), Applied;
        /// Time for the head of each request to arrive, from the opening of the connection or the end of the request before it. A
        /// reload applies it to new connections.
        header_seconds: u32 = 30, seconds(1, HOUR_SECONDS), Applied;
        /// Time between two parts of a request's body, and for a client to take the next bytes of a response. Then the connection is
        /// closed. A reload applies it to new connections.
        idle_seconds: u32 = 30, seconds(1, HOUR_SECONDS), Applied;
        /// Time for control requests in flight to finish when the host stops.
        drain_seconds: u32 = 30, seconds(0, HOUR_SECONDS), Applied;
    }
}

section! {
    /// Traffic that leaves the host. By default workers reach public addresses only.
    EgressConfig in "egress" {
        /// Whether a customer's worker that is dispatched without an outbound worker reaches the network. If not, it reaches only
        /// what its bindings lead to.
        direct: bool = true, Kind::Flag, Applied;
        /// Ranges that may be dialled although they are not public. An IPv4 range also allows its IPv4-mapped IPv6 form.
        allow: Vec<IpNet> = Vec::new(), Kind::Ranges, Applied;
        /// Static names, looked up before DNS. Their addresses are checked like any other.
        hosts: BTreeMap<String, IpAddr> = BTreeMap::new(), Kind::Hosts, Applied;
        /// Requests that are denied: `[[egress.deny]]` tables with at least one of `host` (`"api.example"`, or `"*.example"` for all
        /// names below it), `port`, `scheme` and `range`. All that a table names must fit. `host` is the name in the URL: to deny what a
        /// name leads to, write a `range`.
        deny: Vec<EgressRule> = Vec::new(), Kind::Tables, Applied;
        /// If set, the only requests that are not denied: `[[egress.only]]` tables as those of `deny`, which wins. Unlike `allow`, this
        /// opens nothing.
        only: Option<Vec<EgressRule>> = None, Kind::Tables, Applied;
        /// Certificate authorities to trust beside Mozilla's: PEM text, any number of certificates.
        ca_pem: Option<String> = None, Kind::Text, Restart;
        /// Connections to origins that the host may have open at once. At most a quarter of the files that the process may open; the
        /// host lowers a larger value.
        connections: u32 = 16_384, count(1, 1_000_000, "connections"), Restart;
        /// Connections to origins that one chain of workers may have open at once.
        connections_per_chain: u32 = 1_024, count(1, 1_000_000, "connections"), Restart;
        /// Connections to origins that the workers of one namespace may have open at once, in percent of `connections`.
        connections_per_namespace_percent: u32 = 25, count(1, 100, "percent"), Restart;
        /// Idle connections that one chain of workers keeps to one origin.
        idle_connections_per_origin: u32 = 16, count(0, 65_536, "connections"), Restart;
        /// Time for which an unused connection is kept.
        idle_seconds: u32 = 90, seconds(1, HOUR_SECONDS), Restart;
        /// Chains of workers whose connections are kept. The one that was idle longest gives way.
        pools: u32 = 4_096, count(1, 1_000_000, "chains"), Restart;
        /// Name servers to ask instead of those in `/etc/resolv.conf`.
        name_servers: Vec<SocketAddr> = Vec::new(), Kind::Sockets, Restart;
        /// Names that are looked up at once. Each look-up uses two sockets. More wait in turn. At most a sixty-fourth of the files that the
        /// process may open; the host lowers a larger value.
        lookups: u32 = 512, count(1, 65_536, "look-ups"), Restart;
        /// Names that are looked up at once for the workers of one namespace. More wait in turn.
        lookups_per_namespace: u32 = 8, count(1, 1_024, "look-ups"), Restart;
        /// Time to look a name up, waiting in turn included.
        lookup_ms: u64 = 5_000, milliseconds(1, HOUR_SECONDS * 1_000), Restart;
        /// Names whose addresses are kept, as long as their name server says, up to five minutes.
        names: u32 = 10_000, count(0, 1_000_000, "names"), Restart;
        /// Time to connect: name, TCP and TLS together. A worker can ask for less.
        connect_ms: u64 = 30_000, milliseconds(1, DAY_MS), Restart;
        /// Time for an origin to begin its response, unless the worker asks for another.
        first_byte_ms: u64 = 60_000, milliseconds(1, DAY_MS), Restart;
        /// Time between two parts of an origin's response, unless the worker asks for another.
        between_bytes_ms: u64 = 60_000, milliseconds(1, DAY_MS), Restart;
    }
}

section! {
    /// The log on standard error.
    LogConfig in "log" {
        /// What is logged: levels, by target if need be, such as `info,request=debug`. `TOLLGATE_LOG` in the environment wins.
        filter: String = "info".to_owned(), Kind::Text, Applied;
        /// How a line looks.
        format: LogFormat = LogFormat::Text, Kind::OneOf(&["text", "json"]), Restart;
    }
}

section! {
    /// Namespaces, workers and certificates in the data folder.
    #[derive(Copy)]
    StoreConfig in "store" {
        /// Cache of sled, which has the records on disk.
        cache_bytes: u64 = 4 * MIB, bytes(MIB, 64 * GIB), Restart;
        /// Records of customers' workers in memory, as many bytes as they have on disk; in memory a record takes about three times as
        /// much. Beyond that, the records that were read lately stay, and the others are read from disk.
        records_bytes: u64 = 16 * MIB, bytes(0, 64 * GIB), Restart;
        /// Client certificates that the host keeps. All are in memory, and 1,000 of the largest size take 32 MiB.
        certificates: u32 = 1_000, count(1, 100_000, "certificates"), Restart;
        /// Versions of a worker that the host keeps, the deployed one among them. Older ones are deleted.
        versions: u32 = 100, count(1, 10_000, "versions"), Restart;
        /// Time after which a script that no version names is deleted, and its compiled code.
        grace_seconds: u32 = 3_600, seconds(0, 30 * DAY_SECONDS), Restart;
    }
}

section! {
    /// Compiled code in memory. Beyond any of the three measures, the worker that was asked least recently is unloaded, and is
    /// loaded again from disk when it is asked.
    #[derive(Copy)]
    CodeConfig in "code" {
        /// Workers that are kept. Each holds an open file too. If unset, a quarter of the files that the process may open.
        workers: Option<NonZeroU32> = None, count(1, u32::MAX as u64, "workers"), Restart;
        /// Code that is kept, with the data that belongs to it.
        memory_mib: NonZeroU32 = const { NonZeroU32::new(1_024).unwrap() }, mebibytes(1, u32::MAX as u64), Restart;
        /// Memory maps that are kept. If unset, half of those that the system lets a process have (`vm.max_map_count`).
        maps: Option<NonZeroU32> = None, count(1, u32::MAX as u64, "memory maps"), Restart;
        /// Time for which a worker without requests is kept.
        idle_seconds: u32 = 600, seconds(1, DAY_SECONDS), Restart;
        /// Size of the file in which compiled functions are kept for components that have them in common, so that a second worker in
        /// JavaScript or Python compiles sooner. A host that compiles takes as much memory. Every customer's deploy uses and fills the
        /// same file: see `SECURITY.md`. At 0 there is no such file. `tollgate dev` sets 201326592, unless its file sets another.
        shared_functions_bytes: u64 = 0, bytes(0, GIB), Restart;
    }
}

section! {
    /// Compiling a script, when it is deployed, in a process of its own. A namespace compiles one script at a time.
    #[derive(Copy)]
    CompileConfig in "compile" {
        /// Memory that compiling one script may take, in its process.
        memory_mib: NonZeroU32 = const { NonZeroU32::new(2_048).unwrap() }, mebibytes(128, u32::MAX as u64), Restart;
        /// CPU time that compiling one script may take.
        cpu_seconds: u32 = 300, seconds(1, HOUR_SECONDS), Restart;
        /// Time that compiling one script may take. On a host that is busy with requests, it is more than the CPU time.
        seconds: u32 = 1_800, seconds(1, DAY_SECONDS), Restart;
        /// Size of one script's compiled code. The host holds it in memory while it stores it.
        code_mib: NonZeroU32 = const { NonZeroU32::new(512).unwrap() }, mebibytes(1, 4_095), Restart;
        /// Scripts that are compiled at once. If unset, as many as the machine has cores, and at least 2.
        processes: Option<NonZeroU32> = None, count(1, 1_024, "scripts"), Restart;
        /// Scripts of one namespace that may wait for their turn to be compiled. One more gets 429.
        queue: u32 = 32, count(0, 10_000, "scripts"), Restart;
        /// By how much requests go before compiling when both need the CPU: the process's nice value.
        nice: u32 = 10, count(0, 19, "steps"), Restart;
    }
}

/// `code.shared_functions_bytes` of a host whose workers have one author: room for the runtimes of JavaScript and Python.
pub const DEVELOPMENT_SHARED_FUNCTIONS_BYTES: u64 = 192 * MIB;

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
