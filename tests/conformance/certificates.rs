//! A16: an mTLS-certificate binding leads past the outbound worker. E11: a private key is never read back.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;
use reqwest::Method;
use serde_json::{Value, json};
use tollgate_tests::{Answer, Authority, ClientCertificate, Host, Upload};

use crate::stage::{Stage, with_alice};

const USER: &str = "dispatch/namespaces/prod/scripts/user";
const CERTIFICATES: &str = "mtls_certificates";

/// A user that is bound to a certificate under each name.
fn bound(certificates: &[(&str, &str)]) -> Upload {
    certificates.iter().fold(Upload::of("test-user"), |upload, (name, id)| {
        upload.binding(json!({ "type": "mtls_certificate", "name": name, "certificate_id": id }))
    })
}

/// Alice's certificate, with the user bound to it as `CERT`.
async fn alices(stage: &Stage, authority: &Arc<Authority>) -> Result<String> {
    let id = stage.host.certificate(&authority.client("alice")?).await?;
    stage.host.deploy_in("prod", "user", bound(&[("CERT", &id)])).await?;
    Ok(id)
}

/// A worker, at its host name, fetches a URL through a binding: by itself, and by a ticket.
async fn through(stage: &Stage, worker: &str, binding: &str, url: &str) -> Result<[Answer; 2]> {
    let mut headers = with_alice(&[("x-target-url", url), ("x-service", binding)]);
    let by_itself = stage.host.get(worker, "/fetch", &headers).await?;
    headers.push(("x-ticket", "1"));
    Ok([by_itself, stage.host.get(worker, "/fetch", &headers).await?])
}

/// Who the origin took each request for, and whether an outbound worker had seen it.
fn seen(stage: &Stage) -> Vec<(Option<String>, bool)> {
    stage.origin.seen().into_iter().map(|seen| (seen.client, seen.headers.contains_key("x-hop"))).collect()
}

/// That a fetch failed, and why; however the user's language writes WASI's names, or the host its words for them.
#[track_caller]
fn assert_failed(answer: &Answer, why: &str) {
    assert_eq!(answer.status.as_u16(), 599, "{}", answer.text());
    let letters = |text: &str| text.to_lowercase().replace(['-', ' '], "");
    assert!(letters(&answer.text()).contains(&letters(why)), "{why}: {}", answer.text());
}

fn alice() -> Option<String> {
    Some("alice".to_owned())
}

fn message(envelope: &Value) -> &str {
    envelope["errors"][0]["message"].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a16_a_certificate_passes_no_outbound() -> Result<()> {
    let authority = Authority::new()?;
    let stage = Stage::secure(&authority, false).await?;
    alices(&stage, &authority).await?;
    for answer in through(&stage, "user.test", "CERT", &stage.origin.url("/hello")).await? {
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "origin"));
    }
    assert_eq!(seen(&stage), [(alice(), false), (alice(), false)]);
    // The same without the binding goes by the outbound worker, and presents nothing.
    assert_eq!(stage.fetch_origin("/hello", &[]).await?.status.as_u16(), 200);
    assert_eq!(seen(&stage)[2..], [(None, true)]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a16_an_origin_that_insists_on_a_certificate_gets_it() -> Result<()> {
    let authority = Authority::new()?;
    let stage = Stage::secure(&authority, true).await?;
    let id = alices(&stage, &authority).await?;
    // What arrives is whole, also on its way in.
    let url = stage.origin.url("/echo");
    let headers = with_alice(&[("x-target-url", url.as_str()), ("x-service", "CERT")]);
    assert_eq!(stage.host.post("user.test", "/fetch", &headers, "a body").await?.text(), "a body");
    // The outbound worker presents nothing, and gets no further than the handshake.
    assert_ne!(stage.fetch_origin("/hello", &[]).await?.status.as_u16(), 200);
    // The operator's own workers may be bound to it too.
    stage.host.deploy("shared", bound(&[("CERT", &id)]).route("shared.localhost/*")).await?;
    for answer in through(&stage, "shared.localhost", "CERT", &stage.origin.url("/hello")).await? {
        assert_eq!(answer.text(), "origin");
    }
    assert_eq!(seen(&stage), [(alice(), false), (alice(), false), (alice(), false)]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a16_a_worker_without_the_binding_presents_nothing() -> Result<()> {
    let authority = Authority::new()?;
    let stage = Stage::secure(&authority, false).await?;
    alices(&stage, &authority).await?;
    stage.host.deploy_in("prod", "other", Upload::of("test-user")).await?;
    let url = stage.origin.url("/hello");
    through(&stage, "user.test", "CERT", &url).await?;
    for answer in through(&stage, "other.test", "CERT", &url).await? {
        assert_eq!(answer.status.as_u16(), 599);
        assert!(answer.text().contains("no service or mTLS-certificate binding named"), "{}", answer.text());
    }
    let answer = stage.host.get("other.test", "/fetch", &with_alice(&[("x-target-url", &url)])).await?;
    assert_eq!(answer.text(), "origin");
    assert_eq!(seen(&stage)[2..], [(None, true)]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn d04_a_connection_presents_one_certificate_to_its_end() -> Result<()> {
    let authority = Authority::new()?;
    let stage = Stage::secure_without_outbound(&authority, "").await?;
    let a = stage.host.certificate(&authority.client("a")?).await?;
    let b = stage.host.certificate(&authority.client("b")?).await?;
    stage.host.deploy_in("prod", "user", bound(&[("A", &a), ("B", &b)])).await?;
    // Without an outbound worker, what goes by no binding is on the same worker's own connections.
    let ways = [("A", Some("a")), ("B", Some("b")), ("", None)];
    for _ in 0..4 {
        for (binding, _) in ways {
            let through = [("x-service", binding)];
            let headers = if binding.is_empty() { &[][..] } else { &through };
            assert_eq!(stage.fetch_origin("/hello", headers).await?.text(), "origin");
        }
    }
    let mut peers: [BTreeSet<_>; 3] = Default::default();
    for (place, request) in stage.origin.seen().iter().enumerate() {
        assert_eq!(request.client.as_deref(), ways[place % 3].1, "request {place}");
        peers[place % 3].insert(request.peer);
    }
    let all: BTreeSet<_> = peers.iter().flatten().collect();
    assert_eq!(all.len(), peers.iter().map(BTreeSet::len).sum::<usize>(), "a connection was shared: {peers:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a16_a_certificate_is_not_presented_where_it_cannot_be() -> Result<()> {
    let authority = Authority::new()?;
    let stage = Stage::secure(&authority, false).await?;
    alices(&stage, &authority).await?;
    let plain = stage.origin.url("/hello").replace("https", "http");
    let wrong = [(plain.as_str(), "request denied"), ("https://169.254.169.254/", "prohibited")];
    for (url, why) in wrong {
        for answer in through(&stage, "user.test", "CERT", url).await? {
            assert_failed(&answer, why);
        }
    }
    assert!(stage.origin.seen().is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a16_a_request_with_a_certificate_is_a_subrequest() -> Result<()> {
    let authority = Authority::new()?;
    let stage = Stage::secure(&authority, false).await?;
    let id = alices(&stage, &authority).await?;
    let none = bound(&[("CERT", &id)]).limits(json!({ "subrequests": 0 }));
    stage.host.deploy_in("prod", "user", none).await?;
    for answer in through(&stage, "user.test", "CERT", &stage.origin.url("/hello")).await? {
        assert_eq!(answer.status.as_u16(), 599);
        assert!(answer.text().contains("too many subrequests"), "{}", answer.text());
    }
    assert!(stage.origin.seen().is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a16_a_certificate_leads_out_where_the_network_is_closed() -> Result<()> {
    let authority = Authority::new()?;
    let stage = Stage::secure_without_outbound(&authority, "direct = false\n").await?;
    alices(&stage, &authority).await?;
    let answer = stage.fetch_origin("/hello", &[]).await?;
    assert_failed(&answer, "request denied");
    assert_eq!(stage.fetch_origin("/hello", &[("x-service", "CERT")]).await?.text(), "origin");
    assert_eq!(seen(&stage), [(alice(), false)]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a16_a_certificate_is_there_for_as_long_as_a_worker_is_bound_to_it() -> Result<()> {
    let authority = Authority::new()?;
    let stage = Stage::secure(&authority, true).await?;
    let id = alices(&stage, &authority).await?;
    let path = format!("{CERTIFICATES}/{id}");
    let (status, envelope) = stage.host.control_of_account(Method::DELETE, &path, None).await?;
    let in_use = format!("certificate {id} is in use: prod/user is bound to it");
    assert_eq!((status, message(&envelope)), (409, in_use.as_str()));
    // Another takes its place; nobody presents the first any more, whatever connections are open.
    through(&stage, "user.test", "CERT", &stage.origin.url("/hello")).await?;
    let successor = stage.host.certificate(&authority.client("successor")?).await?;
    stage.host.deploy_in("prod", "user", bound(&[("CERT", &successor)])).await?;
    through(&stage, "user.test", "CERT", &stage.origin.url("/hello")).await?;
    let clients: Vec<_> = seen(&stage).into_iter().filter_map(|(client, _)| client).collect();
    assert_eq!(clients, ["alice", "alice", "successor", "successor"]);
    let (status, _) = stage.host.control_of_account(Method::DELETE, &path, None).await?;
    assert_eq!(status, 200);
    let (status, envelope) = stage.host.control_of_account(Method::GET, &path, None).await?;
    assert_eq!((status, message(&envelope)), (404, format!("certificate {id} does not exist").as_str()));
    let (status, envelope) = stage.host.upload(USER, bound(&[("CERT", &id)])).await?;
    let unknown = format!("binding \"CERT\": certificate_id: expected an uploaded certificate, found {id:?}");
    assert_eq!(status, 400);
    assert!(message(&envelope).contains(&unknown), "{envelope}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e11_a_private_key_is_never_read_back() -> Result<()> {
    let (authority, host) = (Authority::new()?, Host::start().await?);
    let ClientCertificate { certificates, private_key } = authority.client("alice")?;
    let body = json!({ "name": "shop", "certificates": certificates, "private_key": private_key, "ca": false });
    let (status, uploaded) = host.control_of_account(Method::POST, CERTIFICATES, Some(body)).await?;
    assert_eq!(status, 200, "{uploaded}");
    let result = &uploaded["result"];
    let id = result["id"].as_str().unwrap_or_default();
    let told = ["name", "ca", "issuer", "signature", "expires_on", "certificates"].map(|key| result[key].clone());
    let expected = [json!("shop"), json!(false), json!("CN=tests"), json!("ECDSAWithSHA256")];
    assert_eq!(told[..4], expected);
    assert_eq!(told[4..], [json!("2099-01-31T00:00:00Z"), json!(certificates)]);
    let mut paths = vec![format!("{CERTIFICATES}/{id}"), CERTIFICATES.to_owned()];
    paths.extend(
        ["?ca=false", "?ca=false&name=shop", "?name=nothing", "?ca=true"].map(|query| format!("{CERTIFICATES}{query}")),
    );
    let mut counts = Vec::new();
    for path in paths {
        let (status, envelope) = host.control_of_account(Method::GET, &path, None).await?;
        assert_eq!(status, 200, "{envelope}");
        assert!(!envelope.to_string().contains("PRIVATE"), "{envelope}");
        counts.push(envelope["result"].as_array().map(Vec::len));
    }
    assert_eq!(counts, [None, Some(1), Some(1), Some(1), Some(0), Some(0)]);
    assert!(!uploaded.to_string().contains("PRIVATE") && !host.log()?.contains("PRIVATE"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e11_a_certificate_outlives_a_restart() -> Result<()> {
    let authority = Authority::new()?;
    let stage = Stage::secure(&authority, true).await?;
    alices(&stage, &authority).await?;
    let stage = Stage { host: stage.host.restart().await?, origin: stage.origin };
    for answer in through(&stage, "user.test", "CERT", &stage.origin.url("/hello")).await? {
        assert_eq!(answer.text(), "origin");
    }
    assert_eq!(seen(&stage), [(alice(), false), (alice(), false)]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn e11_what_cannot_be_presented_is_refused() -> Result<()> {
    let (authority, host) = (Authority::new()?, Host::start().await?);
    let (alice, bob) = (authority.client("alice")?, authority.client("bob")?);
    let both = format!("{}{}", alice.certificates, alice.private_key);
    let wrong = [
        (
            json!({ "certificates": alice.certificates, "private_key": bob.private_key }),
            "expected the key of certificates[0]",
        ),
        (json!({ "certificates": both, "private_key": alice.private_key }), "expected PEM sections CERTIFICATE alone"),
        (json!({ "certificates": alice.certificates }), "private_key: expected the certificate's key as PEM"),
        (json!({ "certificates": alice.certificates, "ca": true }), "ca: expected false"),
        (json!({ "certificates": 7, "private_key": alice.private_key }), "expected {\"name\""),
    ];
    for (body, expected) in wrong {
        let (status, envelope) = host.control_of_account(Method::POST, CERTIFICATES, Some(body)).await?;
        assert_eq!(status, 400, "{envelope}");
        assert!(message(&envelope).contains(expected), "{envelope}");
        assert!(!envelope.to_string().contains("BEGIN"), "{envelope}");
    }
    Ok(())
}
