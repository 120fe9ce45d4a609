//! Which destinations are dialled.

use tollgate_egress::{EgressConfig, Network};
use wasmtime_wasi_http::Error;

use crate::origin::Origin;
use crate::{get, loopback, loopback_config, read, send};

#[tokio::test]
async fn a_get_comes_back_from_an_allowed_range() {
    let origin = Origin::ok().await;
    let response = send(&loopback(), &format!("{}path?query", origin.url())).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(read(response).await.unwrap(), "hello");
    let [seen] = origin.requests().try_into().unwrap();
    let own = |line: &&str| !line.starts_with("tollgate-hop: ");
    let expected = format!("GET /path?query HTTP/1.1|host: {}||", origin.address);
    assert_eq!(seen.split("\r\n").filter(own).collect::<Vec<_>>().join("|"), expected);
}

#[tokio::test]
async fn every_spelling_of_loopback_is_refused_without_the_range() {
    let origin = Origin::ok().await;
    let port = origin.address.port();
    #[rustfmt::skip]
    let hosts = [
        "127.0.0.1", "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "127.1", "2130706433", "0x7f000001", "017700000001", "0.0.0.0", "[::]",
    ];
    let network = Network::new(EgressConfig::default()).unwrap();
    for host in hosts {
        let outcome = send(&network, &format!("http://{host}:{port}/")).await;
        assert!(matches!(outcome, Err(Error::DestinationIpProhibited)), "{host}: {outcome:?}");
    }
    assert!(origin.requests().is_empty());
}

#[tokio::test]
async fn the_metadata_address_is_refused_also_beside_an_allowed_range() {
    let outcome = send(&loopback(), "http://169.254.169.254/latest/meta-data/").await;
    assert!(matches!(outcome, Err(Error::DestinationIpProhibited)));
}

#[tokio::test]
async fn an_allowed_ipv4_range_allows_its_mapped_form_and_names() {
    let origin = Origin::ok().await;
    let port = origin.address.port();
    for host in ["[::ffff:127.0.0.1]", "localhost", "127.1"] {
        assert_eq!(send(&loopback(), &format!("http://{host}:{port}/")).await.unwrap().status(), 200, "{host}");
    }
}

#[tokio::test]
async fn a_static_name_is_found_before_dns_whatever_its_case() {
    let origin = Origin::ok().await;
    let url = format!("http://ORIGIN.test.:{}/", origin.address.port());
    assert_eq!(send(&loopback(), &url).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_static_name_is_no_way_around_the_check() {
    let hosts = [("origin.test".to_owned(), "127.0.0.1".parse().unwrap())].into();
    let network = Network::new(EgressConfig { hosts, ..EgressConfig::default() }).unwrap();
    let outcome = send(&network, "http://origin.test:1/").await;
    assert!(matches!(outcome, Err(Error::DestinationIpProhibited)));
}

#[tokio::test]
async fn a_policy_that_is_replaced_holds_for_idle_connections_too() {
    let origin = Origin::ok().await;
    let network = loopback();
    assert_eq!(read(send(&network, &origin.url()).await.unwrap()).await.unwrap(), "hello");
    let clone = network.clone();
    network.reconfigure(&EgressConfig::default());
    for network in [&network, &clone] {
        let outcome = send(network, &origin.url()).await;
        assert!(matches!(outcome, Err(Error::DestinationIpProhibited)), "{outcome:?}");
    }
    network.reconfigure(&loopback_config());
    assert_eq!(send(&clone, &origin.url()).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_url_that_names_no_origin_is_refused_first() {
    let network = loopback();
    for url in ["/path", "http://user@origin.test/", "http://origin.test:0/"] {
        assert!(matches!(send(&network, url).await, Err(Error::HttpRequestUriInvalid)), "{url}");
    }
    assert!(matches!(send(&network, "ftp://origin.test/").await, Err(Error::HttpProtocolError)));
    let mut tunnel = get("http://origin.test/");
    *tunnel.method_mut() = http::Method::CONNECT;
    assert!(matches!(network.send("identity", tunnel, None).await, Err(Error::HttpRequestMethodInvalid)));
}
