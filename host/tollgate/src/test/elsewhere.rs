//! Bindings that lead to what a test does not have: another project's workers, a namespace, a client certificate.

use serde_json::Value;
use tollgate_types::listed;

/// A line for each that a worker has, but for the one that is here.
pub(super) fn lines(whose: &str, metadata: &Value, here: Option<&str>) -> Vec<String> {
    let text = |binding: &Value, key: &str| binding.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let away = |kind: &str| matches!(kind, "service" | "mtls_certificate" | "dispatch_namespace");
    let bindings = listed(metadata).filter(|one| away(&text(one, "type")) && Some(text(one, "name").as_str()) != here);
    bindings.map(|one| format!("{whose} binding {:?} leads to what is not here: it fails", text(one, "name"))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_binding_that_leads_elsewhere_has_a_line() {
        let metadata = json!({ "bindings": [
            { "type": "plain_text", "name": "REGION", "text": "eu" },
            { "type": "dispatch_namespace", "name": "dispatcher", "namespace": "prod" },
            { "type": "service", "name": "PRICES", "service": "prices" },
            { "type": "mtls_certificate", "name": "BANK", "certificate_id": "1" },
        ] });
        let told = |here| lines("guard: its", &metadata, here);
        let away = |name: &str| format!("guard: its binding {name:?} leads to what is not here: it fails");
        assert_eq!(told(Some("dispatcher")), [away("PRICES"), away("BANK")]);
        assert_eq!(told(None), [away("dispatcher"), away("PRICES"), away("BANK")]);
        assert_eq!(lines("guard: its", &serde_json::Value::Null, None), Vec::<String>::new());
    }
}
