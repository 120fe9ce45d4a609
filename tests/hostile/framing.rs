//! Heads that do not fit their bodies. A client, an origin and another worker get the whole body or an error, and never a shorter body
//! that looks whole.

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tollgate_tests::{Host, Origin, PATIENCE, Upload, http2};

/// The attacker, for each version of WASI.
const WORKERS: [&str; 2] = ["hostile-framing", "hostile-framing-3"];
/// The outbound workers that its requests and their answers cross.
const OUTBOUND: [&str; 2] = ["test-outbound", "test-outbound-3"];

/// A host on which the attacker answers as `attacker.evil.test`, directly and behind an outbound worker as `attacker.good.test`.
async fn host(attacker: &str, outbound: &str) -> Result<Host> {
    let dispatch = |namespace: &str, more: &str| {
        format!("[[dispatch]]\ndomain = \"{namespace}.test\"\nnamespace = \"{namespace}\"\n{more}")
    };
    let through = "outbound = { service = \"outbound\", parameters = { customer_name = \"{worker}\" } }\n";
    let host = Host::configured(&format!("{}{}", dispatch("evil", ""), dispatch("good", through))).await?;
    host.deploy("outbound", Upload::of(outbound)).await?;
    for namespace in ["evil", "good"] {
        host.namespace(namespace).await?;
        host.deploy_in(namespace, "attacker", Upload::of(attacker)).await?;
    }
    Ok(host)
}

/// Sends one request as it is, and gives all that comes back.
async fn raw(host: &Host, request: &str) -> Result<String> {
    let mut socket = TcpStream::connect(host.listen()).await?;
    socket.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut answer)).await;
    let _reset = read.context("the connection stays open")?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The head and the body of the answer to a request.
async fn asked(host: &Host, method: &str, path: &str) -> Result<(String, String)> {
    let request = format!("{method} {path} HTTP/1.1\r\nHost: attacker.evil.test\r\nConnection: close\r\n\r\n");
    let answer = raw(host, &request).await?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    Ok((head.to_ascii_lowercase(), body.to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_fit_its_length_is_never_whole() -> Result<()> {
    for worker in WORKERS {
        let host = host(worker, OUTBOUND[0]).await?;
        for pieces in ["hello", "he", ""] {
            let (head, body) = asked(&host, "GET", &format!("/?length=3&pieces={pieces}")).await?;
            // hyper sends no head if the body fails at once.
            let is_broken = (head.is_empty() || head.contains("content-length: 3")) && body.len() < 3;
            assert!(is_broken, "{worker}, {pieces:?}: {head}\n{body:?}");
            let request = http::Request::get(format!("http://attacker.evil.test/?length=3&pieces={pieces}"));
            let read = http2(host.listen(), request.body(tollgate_tests::empty())?).await;
            assert!(read.is_err(), "{worker}, {pieces:?}: {read:?}");
        }
        let (head, body) = asked(&host, "GET", "/?length=3&pieces=h,el").await?;
        assert!(head.contains("content-length: 3") && body == "hel", "{worker}: {head}\n{body:?}");
        for (method, name) in [("GET", "evil"), ("POST", "evil"), ("GET", "good"), ("POST", "good")] {
            let send = |pieces: &str| {
                let path = format!("/?length=0&pieces={pieces}");
                let request = host.request(method, &format!("attacker.{name}.test"), &path, &[]);
                host.send(request.body(tollgate_tests::full("")).unwrap_or_default())
            };
            let (refused, served) = (send("hello").await?, send("").await?);
            assert_eq!((refused.status.as_u16(), served.status.as_u16()), (502, 200), "{worker}, {method} {name}");
        }
        host.wait_for_instances(0, PATIENCE).await?;
        let log = host.log()?;
        for length in [0, 3] {
            let told = format!("content-length says {length} bytes, and the body has more");
            assert!(log.contains(&told), "{worker}: {log}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_a_body_has_none_on_the_wire() -> Result<()> {
    for worker in WORKERS {
        let host = host(worker, OUTBOUND[0]).await?;
        for (method, status, length) in
            [("GET", 204, None), ("GET", 304, None), ("HEAD", 200, Some("5")), ("HEAD", 204, None)]
        {
            let (head, body) = asked(&host, method, &format!("/?status={status}&length=5&pieces=hello")).await?;
            assert!(head.starts_with(&format!("http/1.1 {status} ")) && body.is_empty(), "{worker}: {head}\n{body}");
            let found = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            // RFC 9110 lets a 304 keep the length of the response that it stands for.
            assert!(found == length || (status == 304 && found == Some("5")), "{worker}: {head}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_cannot_answer_with_an_informational_status() -> Result<()> {
    for worker in WORKERS {
        let host = host(worker, OUTBOUND[0]).await?;
        for status in [100, 101, 103] {
            let (head, _) = asked(&host, "GET", &format!("/?status={status}")).await?;
            assert!(head.starts_with("http/1.1 502 "), "{worker}, {status}: {head}");
        }
        // The log has it once the run has ended.
        host.wait_for_instances(0, PATIENCE).await?;
        assert!(host.log()?.contains("status 101: a worker answers with 200 to 599"), "{worker}: {}", host.log()?);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_does_not_fit_its_length_reaches_no_origin_as_whole() -> Result<()> {
    let origin = Origin::start().await?;
    let url = origin.url("/echo");
    for worker in WORKERS {
        for outbound in OUTBOUND {
            let host = host(worker, outbound).await?;
            for name in ["attacker.evil.test", "attacker.good.test"] {
                let send = async |query: &str| {
                    let answer = host.get(name, &format!("/send?{query}"), &[("x-target-url", &url)]).await?;
                    anyhow::Ok(answer.text())
                };
                for pieces in ["hello", "he"] {
                    let told = send(&format!("length=3&pieces={pieces}")).await?;
                    assert!(told != "200", "{worker}, {outbound}, {name}, {pieces}: {told}");
                }
                // A worker that pauses before it writes too much learns it from its write, and perhaps from the answer too.
                send("length=3&pieces=hel,lo").await?;
                assert_eq!(send("length=3&pieces=hel").await?, "200", "{worker}, {outbound}, {name}");
                let told = send("length=0&pieces=hello").await?;
                assert!(told != "200", "{worker}, {outbound}, {name}: {told}");
            }
        }
    }
    assert!(origin.seen().iter().all(|seen| seen.body == "hel"), "{:?}", origin.seen());
    Ok(())
}

/// An origin that answers every connection with the same bytes.
async fn wire(answer: &'static str) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut head = [0; 4096];
                let _ = socket.read(&mut head).await;
                let _ = socket.write_all(answer.as_bytes()).await;
                let _ = socket.shutdown().await;
                // The host closes first, so that no byte is lost with a reset.
                while socket.read(&mut head).await.is_ok_and(|read| read > 0) {}
            });
        }
    });
    Ok(port)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_with_two_lengths_is_corrected_or_refused_at_every_hop() -> Result<()> {
    let both =
        wire("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
            .await?;
    let coded = wire("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n").await?;
    for worker in ["test-user", "test-user-3"] {
        for outbound in OUTBOUND {
            let host = host(worker, outbound).await?;
            for name in ["attacker.evil.test", "attacker.good.test"] {
                let fetch = async |port: u16| {
                    let url = format!("http://origin.test:{port}/");
                    host.get(name, "/fetch", &[("x-target-url", &url)]).await
                };
                let answer = fetch(both).await?;
                assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "hello"), "{worker}, {outbound}");
                assert!(!answer.headers.contains_key("content-length"), "{worker}, {outbound}: {answer:?}");
                let answer = fetch(coded).await?;
                assert_eq!(answer.status, 599, "{worker}, {outbound}: {answer:?}");
                assert!(answer.text().contains("HttpResponseTransferCoding"), "{worker}, {outbound}: {answer:?}");
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_an_origin_handed_on_with_another_length_is_never_whole() -> Result<()> {
    let (host, origin) = (host(WORKERS[1], OUTBOUND[0]).await?, Origin::start().await?);
    let url = origin.url("/");
    for length in [3, 30] {
        let path = format!("/pass?length={length}");
        let read = host.get("attacker.evil.test", &path, &[("x-target-url", &url)]).await;
        assert!(read.is_err(), "{length}: {read:?}");
    }
    let whole = host.get("attacker.evil.test", "/pass?length=6", &[("x-target-url", &url)]).await?;
    assert_eq!(whole.text(), "origin");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_a_coding_beside_chunked_is_refused_and_its_connection_closed() -> Result<()> {
    let host = host("test-user", OUTBOUND[0]).await?;
    for coding in ["chunked, chunked", "identity, chunked", "gzip, chunked"] {
        let head = format!("POST /sink HTTP/1.1\r\nHost: attacker.evil.test\r\nTransfer-Encoding: {coding}\r\n\r\n");
        let next = "GET /hello HTTP/1.1\r\nHost: attacker.evil.test\r\n\r\n";
        let answer = raw(&host, &format!("{head}5\r\nhello\r\n0\r\n\r\n{next}")).await?;
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.matches("HTTP/1.1 ").count() == 1, "{coding}: {answer}");
    }
    Ok(())
}
