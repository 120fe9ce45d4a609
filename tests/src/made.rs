//! Components that no toolchain makes: workers for WASI 0.2 that answer nothing, and import what a test says.

use anyhow::Context as _;

/// A worker whose interface `my:own/parameters` has these items, in WebAssembly's text.
pub fn made(parameters: &str) -> anyhow::Result<Vec<u8>> {
    importing(&format!("(import \"my:own/parameters@0.1.0\" (instance {parameters}))"))
}

/// A worker with these imports beside WASI's.
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
