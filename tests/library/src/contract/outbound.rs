//! What an outbound worker that forwards owes to both its sides.

use std::time::Duration;

use super::{Tried, Verdict, differs};
use crate::{Body, Composition, Expect, ExpectRequest, Mismatch, Origin, Payload, Reply, Request, Run, TestError};

const URL: &str = "http://origin.test/a/path?a=1&b=%20";
/// Each with something that a careless worker drops: TLS, a port that is not the scheme's own, a key twice and a lone `?`.
const URLS: [&str; 4] =
    [URL, "https://origin.test/a", "http://origin.test:8080/a?b", "https://origin.test:8443/%2F//a?a=1&a=2&c=%3F?"];
const PAUSE: Duration = Duration::from_secs(10);
/// More than any worker that buffers would hold in a pipe, and less than what a test's memory minds.
const LARGE_BYTES: usize = 8 << 20;

/// Tries the statements on a composition of an outbound worker alone, with the parameters that it needs.
pub fn outbound(alone: &Composition) -> Result<Vec<Verdict>, TestError> {
    Ok(vec![
        Verdict::of("A02", "method, URL (scheme, authority, path, query), headers and body arrive unchanged", || {
            URLS.iter().map(|url| unchanged(alone, url)).collect()
        })?,
        Verdict::of("A03", "status, headers, body and trailers come back unchanged", || Ok(vec![comes_back(alone)?]))?,
        Verdict::of("A26", "bodies stream both ways", || Ok(vec![up(alone)?, down(alone)?, large(alone)?]))?,
        Verdict::of("A30", "trailers cross, both ways", || Ok(vec![trailers(alone)?]))?,
        Verdict::of(
            "A31",
            "HEAD, 204 and 304 responses keep their meaning (informational responses, 1xx, are not tried)",
            || meanings(alone),
        )?,
    ])
}

fn tried(alone: &Composition, reply: Reply, request: Request, expect: &Expect) -> Tried {
    let run = alone.clone().origin(Origin::new().reply("http://origin.test/*", reply)).send(request)?;
    let differences = run.differs(expect);
    Ok((run, differences))
}

fn unchanged(alone: &Composition, url: &str) -> Tried {
    let request = Request::new("PATCH", url)?.header("x-one", "1")?.header("content-type", "text/x-test")?;
    let request = request.header("x-twice", "first")?.header("x-twice", "second")?;
    let request = request.body(Payload::of("what the customer sent"));
    let arrives = ExpectRequest::new("PATCH", url).header("x-one", "1").header("content-type", "text/x-test");
    let arrives = arrives.header_each("x-twice", &["first", "second"]).body("what the customer sent");
    // Wherever it goes, so that what arrives elsewhere is told.
    let anywhere = alone.clone().origin(Origin::new().reply("*", Reply::text("ok")));
    let run = anywhere.send(request)?;
    let mut differences = run.differs(&Expect::new().status(200).origin(arrives));
    differences.iter_mut().for_each(|one| one.at = format!("{url}: {}", one.at));
    Ok((run, differences))
}

fn comes_back(alone: &Composition) -> Tried {
    let payload = Payload::of("short and stout").trailer("x-checksum", "42")?;
    let request = Request::get(URL)?.header("te", "trailers")?;
    let reply = Reply::new(418)?.header("x-two", "2")?.header("x-three", "3")?.body(payload);
    // A cookie's attributes may have a comma: joined, two are no two any more (RFC 9110, section 5.3).
    let reply = reply.header("set-cookie", "a=1")?.header("set-cookie", "b=2")?;
    let expect = Expect::new().status(418).header("x-two", "2").header("x-three", "3").body("short and stout");
    tried(alone, reply, request, &expect.header_each("set-cookie", &["a=1", "b=2"]).trailer("x-checksum", "42"))
}

/// The first piece of the request arrives before the last is sent.
fn up(alone: &Composition) -> Tried {
    let request = Request::new("POST", URL)?.body(Payload::of("first ").then(PAUSE, "last"));
    let (run, mut differences) = tried(alone, Reply::text("ok"), request, &Expect::new().status(200))?;
    let body = run.arrived.first().map(|sent| &sent.body);
    let text = body.map(Body::text).unwrap_or_default();
    if text == "first last" {
        differences.extend(body.and_then(|body| held("request body", body)));
    } else {
        differences.push(differs("request body", "\"first last\"", format!("{text:?}")));
    }
    Ok((run, differences))
}

/// The first piece of the response arrives before the last is sent.
fn down(alone: &Composition) -> Tried {
    let reply = Reply::new(200)?.body(Payload::of("first ").then(PAUSE, "last"));
    let (run, mut differences) =
        tried(alone, reply, Request::get(URL)?, &Expect::new().status(200).body("first last"))?;
    if differences.is_empty() {
        differences.extend(held("response body", &run.response.body));
    }
    Ok((run, differences))
}

/// That a body came no sooner than its last piece was sent.
fn held(at: &str, body: &Body) -> Option<Mismatch> {
    let (came, _) = body.pieces.first().filter(|(came, _)| *came >= PAUSE)?;
    Some(differs(at, "its first piece at once", format!("its first piece after {} s", came.as_secs())))
}

fn large(alone: &Composition) -> Tried {
    let payload = Payload::of(vec![b'x'; LARGE_BYTES]);
    let request = Request::new("POST", URL)?.body(payload.clone());
    let (run, mut differences) = tried(alone, Reply::new(200)?.body(payload), request, &Expect::new().status(200))?;
    let up = run.arrived.first().map_or(0, |sent| sent.body.bytes.len());
    for (at, found) in [("request body", up), ("response body", run.response.body.bytes.len())] {
        if found != LARGE_BYTES {
            differences.push(differs(at, &format!("{LARGE_BYTES} bytes"), format!("{found} bytes")));
        }
    }
    Ok((run, differences))
}

fn trailers(alone: &Composition) -> Tried {
    let request = Request::new("POST", URL)?.header("te", "trailers")?;
    let request = request.body(Payload::of("body").trailer("x-up", "1")?);
    let reply = Reply::new(200)?.body(Payload::of("body").trailer("x-down", "2")?);
    let arrives = ExpectRequest::new("POST", URL).body("body").trailer("x-up", "1");
    tried(alone, reply, request, &Expect::new().status(200).body("body").trailer("x-down", "2").origin(arrives))
}

fn meanings(alone: &Composition) -> Result<Vec<(Run, Vec<Mismatch>)>, TestError> {
    let none = |status| Expect::new().status(status).body("");
    Ok(vec![
        tried(alone, Reply::new(204)?, Request::get(URL)?, &none(204))?,
        tried(
            alone,
            Reply::new(304)?.header("etag", "\"1\"")?,
            Request::get(URL)?,
            &none(304).header("etag", "\"1\""),
        )?,
        tried(
            alone,
            Reply::text("not sent"),
            Request::new("HEAD", URL)?,
            &none(200).origin(ExpectRequest::new("HEAD", URL)),
        )?,
    ])
}
