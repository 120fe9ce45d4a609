//! Which components cannot serve a second request on one instance, whatever their worker asks for.
//!
//! A worker made by componentize-js answers requests through the `fetch` event of its engine, StarlingMonkey. The engine takes
//! every later request of an instance for the first one, and answers it with an error: "FetchEvent#respondWith can't be called
//! twice". componentize-js writes its name into the component's producers section, and into no other component.

use wasmparser::{KnownCustom, Parser, Payload, ProducersSectionReader};

/// The tool's name in the field `processed-by`.
const TOOL: &str = "ComponentizeJS";

/// Whether an instance of this component can serve one request only. Also of a component that has such a component in it.
/// A component without its producers section is not recognised: its worker answers with errors, and nothing else is lost.
pub fn serves_once(component: &[u8]) -> bool {
    let payloads = Parser::new(0).parse_all(component).map_while(Result::ok);
    payloads.into_iter().any(|payload| match payload {
        Payload::CustomSection(section) => match section.as_known() {
            KnownCustom::Producers(producers) => names_tool(producers),
            _ => false,
        },
        _ => false,
    })
}

fn names_tool(producers: ProducersSectionReader<'_>) -> bool {
    let fields = producers.into_iter().flatten().filter(|field| field.name == "processed-by");
    fields.flat_map(|field| field.values).flatten().any(|value| value.name == TOOL)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn component(producers: &str) -> Vec<u8> {
        wat::parse_str(format!("(component {producers} (core module (func)))")).unwrap()
    }

    #[test]
    fn a_component_of_componentize_js_serves_once() {
        let section = |field: &str, tool: &str| {
            let text = |text: &str| format!("\\{:02x}{text}", text.len());
            format!(r#"(@custom "producers" "\01{}\01{}{}")"#, text(field), text(tool), text("0.23.0"))
        };
        assert!(serves_once(&component(&section("processed-by", "ComponentizeJS"))));
        assert!(serves_once(&component(&format!("(component {})", section("processed-by", "ComponentizeJS")))));
        assert!(!serves_once(&component(&section("processed-by", "wit-bindgen-rust"))));
        assert!(!serves_once(&component(&section("language", "ComponentizeJS"))));
        assert!(!serves_once(&component("")));
        assert!(!serves_once(b"not a component"));
    }
}
