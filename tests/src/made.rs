//! Components that no toolchain makes: workers that answer nothing, and import what a test says.

use anyhow::Context as _;

/// A worker whose interface `my:own/parameters` has these items, in WebAssembly's text.
pub fn made(parameters: &str) -> anyhow::Result<Vec<u8>> {
    importing(&format!("(import \"my:own/parameters@0.1.0\" (instance {parameters}))"))
}

/// A worker for WASI 0.2 with these imports beside WASI's.
pub fn importing(imports: &str) -> anyhow::Result<Vec<u8>> {
    let text = format!(
        r#"(component
            (import "wasi:http/types@0.2.0" (instance $types
                (export "incoming-request" (type (sub resource)))
                (export "response-outparam" (type (sub resource)))))
            (alias export $types "incoming-request" (type $request))
            (alias export $types "response-outparam" (type $response))
            {imports}
            (core module $code (memory (export "memory") 1) (func (export "handle") (param i32 i32)))
            (core instance $made (instantiate $code))
            (func $handle (param "request" (own $request)) (param "response-out" (own $response))
                (canon lift (core func $made "handle")))
            (instance $handler (export "handle" (func $handle)))
            (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))"#
    );
    wat::parse_str(&text).with_context(|| text)
}

/// A worker for WASI 0.3 with these items. It can be deployed; an instance cannot be made, because its handler takes nothing.
pub fn importing_3(items: &str) -> anyhow::Result<Vec<u8>> {
    let text = format!(
        r#"(component
            {items}
            (core module $code (func (export "handle")))
            (core instance $made (instantiate $code))
            (func $handle (canon lift (core func $made "handle")))
            (instance $handler (export "handle" (func $handle)))
            (export "wasi:http/handler@0.3.0" (instance $handler)))"#
    );
    wat::parse_str(&text).with_context(|| text)
}

/// A worker that ends with this reason.
pub fn failing(reason: &str) -> anyhow::Result<Vec<u8>> {
    let (length, pages, reason) = (reason.len(), reason.len() / 65_536 + 1, data(reason.as_bytes()));
    let text = format!(
        r#"(component
            (import "wasi:http/types@0.2.0" (instance $types
                (export "incoming-request" (type (sub resource)))
                (export "response-outparam" (type (sub resource)))))
            (alias export $types "incoming-request" (type $request))
            (alias export $types "response-outparam" (type $response))
            (import "tollgate:platform/invocation@1.0.0" (instance $invocation
                (export "fail" (func (param "reason" string)))))
            (core module $memory (memory (export "memory") {pages}) (data (i32.const 0) "{reason}"))
            (core instance $held (instantiate $memory))
            (core func $fail (canon lower (func $invocation "fail") (memory (core memory $held "memory"))))
            (core module $code
                (import "host" "fail" (func $fail (param i32 i32)))
                (func (export "handle") (param i32 i32) (call $fail (i32.const 0) (i32.const {length}))))
            (core instance $host (export "fail" (func $fail)))
            (core instance $made (instantiate $code (with "host" (instance $host))))
            (func $handle (param "request" (own $request)) (param "response-out" (own $response))
                (canon lift (core func $made "handle")))
            (instance $handler (export "handle" (func $handle)))
            (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))"#
    );
    wat::parse_str(&text).with_context(|| text)
}

/// Bytes, as WebAssembly's text has them.
fn data(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:02x}")).collect()
}

/// A worker that prints a line so often, its end with it, and answers nothing.
pub fn printing(times: u32, line: &[u8]) -> anyhow::Result<Vec<u8>> {
    let (length, line) = (line.len(), data(line));
    let text = format!(
        r#"(component
            (import "wasi:http/types@0.2.0" (instance $types
                (export "incoming-request" (type (sub resource)))
                (export "response-outparam" (type (sub resource)))))
            (alias export $types "incoming-request" (type $request))
            (alias export $types "response-outparam" (type $response))
            (import "wasi:io/error@0.2.0" (instance $errors (export "error" (type (sub resource)))))
            (alias export $errors "error" (type $error))
            (import "wasi:io/streams@0.2.0" (instance $streams
                (export "output-stream" (type $stream (sub resource)))
                (alias outer 1 $error (type $outer))
                (export "error" (type $error (eq $outer)))
                (type $variant (variant (case "last-operation-failed" (own $error)) (case "closed")))
                (export "stream-error" (type $failure (eq $variant)))
                (export "[method]output-stream.blocking-write-and-flush"
                    (func (param "self" (borrow $stream)) (param "contents" (list u8)) (result (result (error $failure)))))))
            (alias export $streams "output-stream" (type $stream))
            (import "wasi:cli/stdout@0.2.0" (instance $stdout
                (alias outer 1 $stream (type $outer))
                (export "output-stream" (type $stream (eq $outer)))
                (export "get-stdout" (func (result (own $stream))))))
            (core module $memory (memory (export "memory") 1) (data (i32.const 0) "{line}"))
            (core instance $held (instantiate $memory))
            (core func $get (canon lower (func $stdout "get-stdout")))
            (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush")
                (memory (core memory $held "memory"))))
            (core module $code
                (import "held" "memory" (memory 1))
                (import "host" "get" (func $get (result i32)))
                (import "host" "write" (func $write (param i32 i32 i32 i32)))
                (func (export "handle") (param i32 i32) (local $stream i32) (local $left i32)
                    (local.set $stream (call $get))
                    (local.set $left (i32.const {times}))
                    (loop $more
                        (call $write (local.get $stream) (i32.const 0) (i32.const {length}) (i32.const 8192))
                        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
                        (br_if $more (local.get $left)))))
            (core instance $host (export "get" (func $get)) (export "write" (func $write)))
            (core instance $made (instantiate $code (with "held" (instance $held)) (with "host" (instance $host))))
            (func $handle (param "request" (own $request)) (param "response-out" (own $response))
                (canon lift (core func $made "handle")))
            (instance $handler (export "handle" (func $handle)))
            (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))"#
    );
    wat::parse_str(&text).with_context(|| text)
}
