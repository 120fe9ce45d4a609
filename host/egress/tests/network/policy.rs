//! Rules: what the URL says is denied before a name is resolved, and what the address says before it is dialled.

use tollgate_egress::{EgressConfig, Identity, Network};
use tollgate_types::egress::{EgressLevel, EgressRules};
use wasmtime_wasi_http::Error;

use crate::origin::Origin;
use crate::{get, loopback_config, send};

fn rules(json: &str) -> EgressRules {
    serde_json::from_str(json).unwrap()
}

fn ruled(json: &str) -> Network {
    let EgressRules { deny, only } = rules(json);
    Network::new(EgressConfig { deny, only, ..loopback_config() }).unwrap()
}

#[tokio::test]
async fn a_rule_of_the_host_denies_by_name_port_scheme_and_address() {
    let origin = Origin::ok().await;
    let url = format!("http://origin.test:{}/", origin.address.port());
    let port = format!(r#"{{"deny":[{{"port":{}}}]}}"#, origin.address.port());
    #[rustfmt::skip]
    let denied = [
        r#"{"deny":[{"host":"ORIGIN.test"}]}"#, r#"{"deny":[{"host":"*.test","scheme":"http"}]}"#, r#"{"deny":[{"range":"127.0.0.0/8"}]}"#,
        r#"{"only":[{"host":"other.test"}]}"#, r#"{"only":[{"range":"10.0.0.0/8"}]}"#, r#"{"only":[]}"#, &port,
    ];
    for json in denied {
        let outcome = send(&ruled(json), &url).await;
        assert!(matches!(outcome, Err(Error::HttpRequestDenied)), "{json}: {outcome:?}");
    }
    assert!(origin.requests().is_empty());
    for json in
        [r#"{"deny":[{"scheme":"https"}],"only":[{"range":"127.0.0.0/8"}]}"#, r#"{"only":[{"host":"origin.test"}]}"#]
    {
        assert_eq!(send(&ruled(json), &url).await.unwrap().status(), 200, "{json}");
    }
}

#[tokio::test]
async fn a_narrower_level_denies_what_the_host_permits_and_never_the_other_way_round() {
    let origin = Origin::ok().await;
    let url = format!("http://origin.test:{}/", origin.address.port());
    let send_as = async |network: &Network, level, json: &str| {
        let identity = Identity { levels: [(level, rules(json))].into(), ..Identity::from("one") };
        network.send(identity, get(&url), None).await
    };
    let open = Network::new(loopback_config()).unwrap();
    for level in [EgressLevel::Namespace, EgressLevel::Worker] {
        let outcome = send_as(&open, level, r#"{"deny":[{"range":"127.0.0.1/32"}]}"#).await;
        assert!(matches!(outcome, Err(Error::HttpRequestDenied)), "{outcome:?}");
        let outcome = send_as(&ruled(r#"{"only":[]}"#), level, r#"{"only":[{"host":"origin.test"}]}"#).await;
        assert!(matches!(outcome, Err(Error::HttpRequestDenied)), "{outcome:?}");
    }
    assert!(origin.requests().is_empty());
    assert_eq!(send(&open, &url).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_denial_names_the_level_and_the_rule() {
    let levels = [(EgressLevel::Namespace, rules(r#"{"deny":[{"host":"*.test"}]}"#))].into();
    let url = "https://origin.test/".parse().unwrap();
    let denied = ruled("{}").permits(&url, &levels).unwrap_err();
    assert_eq!(denied.to_string(), r#"egress.deny of the namespace has the rule { host = "*.test" }"#);
}

#[test]
fn an_address_is_denied_before_an_outbound_worker_is_asked_however_it_is_spelled() {
    let network = ruled(r#"{"deny":[{"range":"127.0.0.0/8"}]}"#);
    for host in ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1.", "[::ffff:127.0.0.1]", "ORIGIN.test."] {
        let url = format!("http://{host}/").parse().unwrap();
        assert!(network.permits(&url, &Default::default()).is_err(), "{host}");
    }
    assert!(network.permits(&"http://unknown.test/".parse().unwrap(), &Default::default()).is_ok());
}
