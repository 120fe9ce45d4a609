//! Workers for these tests, made from WebAssembly text as the tests run: no toolchain of a guest language is needed.

use std::fmt::Write as _;
use std::path::Path;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// What all workers have in common.
const PRELUDE: &str = include_str!("guest.wat");

/// Where texts begin in a worker's memory.
const TEXTS: usize = 4096;

/// A kind of hop out of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// To the network, by the worker's one way out.
    Network,
    /// To the outbound worker, by the worker's one way out.
    Outbound,
    /// To a worker that the dispatch worker got.
    Dispatch,
    /// Through a service binding.
    Service,
    /// Through an mTLS-certificate binding.
    Mtls,
    /// To the outbound worker, by ticket.
    OutboundTicket,
    /// Through a service binding, by ticket.
    ServiceTicket,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Network,
        Self::Outbound,
        Self::Dispatch,
        Self::Service,
        Self::Mtls,
        Self::OutboundTicket,
        Self::ServiceTicket,
    ];

    /// Whether a worker receives the request.
    pub(crate) fn leads_to_a_worker(self) -> bool {
        !matches!(self, Self::Network | Self::Mtls)
    }

    /// Whether the outbound worker receives the request.
    pub(crate) fn leads_outbound(self) -> bool {
        matches!(self, Self::Outbound | Self::OutboundTicket)
    }

    /// Whether the request carries a ticket.
    pub(crate) fn by_ticket(self) -> bool {
        matches!(self, Self::OutboundTicket | Self::ServiceTicket)
    }
}

/// The text of a worker, as it grows.
#[derive(Default)]
struct Text {
    imports: String,
    code: String,
    data: String,
    next: usize,
}

impl Text {
    /// A text in the worker's memory: its address and length.
    fn text(&mut self, text: &str) -> String {
        let at = TEXTS + self.next;
        self.next += text.len();
        let _ = writeln!(self.data, "(data (i32.const {at}) \"{text}\")");
        format!("(i32.const {at}) (i32.const {})", text.len())
    }
}

/// A worker that sends requests over one kind of hop. `steps` are its code: `$in` and `$out` are what it was handed,
/// `(call $hop REQUEST OPTIONS)` sends a request and gives the response or -1, and `(call $make METHOD)` makes a request. With a
/// ticket, `(call $ask)` asks why the last request failed, and gives the number of the error code or -1.
pub(crate) fn sender(kind: Kind, host: &str, steps: &str) -> Vec<u8> {
    let mut text = Text::default();
    let (host, path) = (text.text(host), text.text("/"));
    let scheme = if kind == Kind::Mtls { 1 } else { 0 };
    let _ = writeln!(
        text.code,
        "(func $make (param i32) (result i32) (call $request (i32.const {scheme}) (local.get 0) {host} {path}))"
    );
    headers(&mut text, kind);
    hop(&mut text, kind);
    let world = if kind == Kind::Dispatch { "dispatch-worker" } else { "user-worker" };
    component(world, text, steps)
}

/// A worker that receives requests. It can report a word to the origin: `(call $report_whole)`, `(call $report_cut)`.
pub(crate) fn receiver(steps: &str) -> Vec<u8> {
    let mut text = Text::default();
    text.code.push_str(NO_HEADERS);
    let host = text.text("origin.test");
    for word in ["whole", "cut"] {
        let path = text.text(&format!("/{word}"));
        let request = format!("(call $request (i32.const 0) (i32.const 0) {host} {path})");
        let _ = writeln!(text.code, "(func $report_{word} (drop (call $send {request})))");
    }
    component("user-worker", text, steps)
}

/// The headers of a request: none.
const NO_HEADERS: &str = "(func $headers (result i32) (call $fields))";

/// The function `$headers` of a kind: a ticket, or nothing. A ticket's function has its result at 192.
fn headers(text: &mut Text, kind: Kind) {
    if !kind.by_ticket() {
        return text.code.push_str(NO_HEADERS);
    }
    let binding = text.text("B");
    let (import, ticket) = match kind {
        Kind::ServiceTicket => (
            "bindings@1.0.0\" \"ticket\" (func $ticket (param i32 i32 i32))",
            format!("(call $ticket {binding} (i32.const 192))"),
        ),
        _ => ("passing@1.0.0\" \"ticket\" (func $ticket (param i32))", "(call $ticket (i32.const 192))".to_owned()),
    };
    let name = text.text("tollgate-ticket");
    let _ = writeln!(text.imports, "(import \"tollgate:platform/{import})");
    text.imports.push_str(FAILURE);
    let _ = writeln!(
        text.code,
        "(func $headers (result i32) (local $headers i32) (local.set $headers (call $fields)) {ticket}
           (call $append (local.get $headers) {name} (i32.load (i32.const 200)) (i32.load (i32.const 204)) (i32.const 248))
           (local.get $headers))
         (func $ask (result i32)
           (call $failure (i32.load (i32.const 200)) (i32.load (i32.const 204)) (i32.const 384))
           (if (result i32) (i32.load8_u (i32.const 384)) (then (i32.load8_u (i32.const 392))) (else (i32.const -1))))"
    );
}

/// What a worker with tickets imports beside them.
const FAILURE: &str = r#"(import "tollgate:platform/passing@1.0.0" "failure" (func $failure (param i32 i32 i32)))"#;

/// The function `$hop` of a kind.
fn hop(text: &mut Text, kind: Kind) {
    let some = "(i32.ne (local.get $options) (i32.const -1)) (local.get $options)";
    let body = match kind {
        Kind::Network | Kind::Outbound | Kind::OutboundTicket | Kind::ServiceTicket => {
            format!(
                "(call $handle_request (local.get $request) {some} (i32.const 128)) (call $wait_http (i32.const 128))"
            )
        }
        Kind::Service | Kind::Mtls => {
            text.imports.push_str(
                "(import \"tollgate:platform/bindings@1.0.0\" \"fetch\" (func $bound (param i32 i32 i32 i32 i32 i32)))",
            );
            let binding = text.text("B");
            format!(
                "(call $bound {binding} (local.get $request) {some} (i32.const 128)) (call $wait_http (i32.const 128))"
            )
        }
        Kind::Dispatch => {
            text.imports.push_str(DISPATCHER);
            let (binding, name) = (text.text("B"), text.text("receiver"));
            format!(
                "(local $future i32) (call $get {binding} {name} (i32.const 0) (i32.const 0) (i32.const 128))
                 (if (i32.load8_u (i32.const 128)) (then (unreachable)))
                 (local.set $future (call $fetch (i32.load (i32.const 132)) (local.get $request) {some}))
                 (call $block (call $subscribe (local.get $future)))
                 (call $take (local.get $future) (i32.const 256))
                 (if (result i32) (i32.load8_u (i32.const 264)) (then (i32.const -1)) (else (i32.load (i32.const 268))))"
            )
        }
    };
    let _ = writeln!(text.code, "(func $hop (param $request i32) (param $options i32) (result i32) {body})");
}

/// What a dispatch worker imports. It gives `get` no options.
const DISPATCHER: &str = r#"
(import "tollgate:platform/dispatcher@1.0.0" "get" (func $get (param i32 i32 i32 i32 i32 i32 i32)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]worker.fetch" (func $fetch (param i32 i32 i32 i32) (result i32)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]future-response.subscribe" (func $subscribe (param i32) (result i32)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]future-response.get" (func $take (param i32 i32)))
"#;

/// A component of the prelude, a worker's own functions, and its steps.
fn component(world: &str, text: Text, steps: &str) -> Vec<u8> {
    let Text { imports, code, data, .. } = text;
    let handle = r#"(func (export "wasi:http/incoming-handler@0.2.12#handle") (param $in i32) (param $out i32)"#;
    let module =
        format!("(module {imports} {PRELUDE} {data} {code} {handle} (local $request i32) (local $open i32) {steps}))");
    let mut module = wat::parse_str(&module).unwrap_or_else(|error| panic!("{error}"));
    let mut resolve = Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/0.2");
    let (package, _) = resolve.push_dir(wit).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}
