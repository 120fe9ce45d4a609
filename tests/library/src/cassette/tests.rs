//! What is kept of an answer, and what a cassette keeps.

use bytes::Bytes;
use http::HeaderMap;

use super::recorder::{Asked, no_take};
use super::*;
use crate::{EgressConfig, Secrets};

fn recorder() -> Recorder {
    let secrets = ["s3cret", "s3cret-too", "[\"alpha-1234\",\"beta-5678\"]"].map(str::to_owned).to_vec();
    Recorder::new(EgressConfig::default(), Secrets::new(secrets, Vec::new()).unwrap()).unwrap()
}

fn fields(headers: &[(&'static str, &'static str)]) -> HeaderMap {
    headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

fn take(url: &str, headers: &[(&'static str, &'static str)], body: &'static [u8]) -> Take {
    let (headers, none) = (fields(headers), HeaderMap::new());
    recorder().take("GET".to_owned(), url, 200, &headers, &Bytes::from_static(body), &none)
}

/// A recorder to which this happened.
fn asked(all: Vec<Asked>) -> Recorder {
    let recorder = recorder();
    *recorder.lock() = all;
    recorder
}

fn answered(url: &str) -> Asked {
    Asked::Answered(take(url, &[], b""))
}

#[test]
fn what_lacks_an_answer_takes_nothing_away() {
    let mut cassette = Cassette::default();
    let part = |url| asked(vec![answered(url), Asked::Unanswered]);
    assert!(cassette.keep("x", &part("http://a/1")).unwrap(), "a part is more than nothing");
    assert!(cassette.keep("x", &asked(vec![answered("http://a/2"), answered("http://a/3")])).unwrap());
    assert!(!cassette.keep("x", &part("http://a/4")).unwrap());
    assert!(!cassette.keep("x", &asked(Vec::new())).unwrap());
    let refused = asked(vec![answered("http://a/5"), Asked::Refused("why".to_owned())]);
    assert_eq!(cassette.keep("x", &refused).unwrap_err().to_string(), "why");
    let kept: Vec<_> = cassette.0.get("x").unwrap().iter().map(|take| take.url.as_str()).collect();
    assert_eq!(kept, ["http://a/2", "http://a/3"]);
    assert_eq!((part("http://a/").unanswered(), part("http://a/").takes().len()), (1, 1));
}

#[test]
fn a_cassette_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("a.json"), folder.path().join("link.json"));
    std::fs::write(&path, "before").unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let before = folder.path().join("before.json");
    std::fs::hard_link(&path, &before).unwrap();
    let mut cassette = Cassette::default();
    cassette.keep("x", &asked(vec![answered("http://a/")])).unwrap();
    cassette.write(&link).unwrap();
    // Nothing was written into the file itself: whoever had it open has all of it.
    assert_eq!(std::fs::read_to_string(&before).unwrap(), "before");
    assert_eq!(Cassette::read(&path).unwrap().0, cassette.0);
    assert_eq!(Cassette::read(&link).unwrap().0, cassette.0);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
    assert_eq!(mode(&path), mode(&before), "it may be read by whom any file may");
    // One that cannot be written leaves nothing behind.
    let taken = folder.path().join("taken");
    std::fs::create_dir(&taken).unwrap();
    let error = cassette.write(&taken).unwrap_err().to_string();
    assert!(error.contains("taken could not be set up: "), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4);
}

#[test]
fn what_no_replay_could_give_or_nobody_could_redact_is_refused() {
    let reason = |url: &str, headers: &[(&'static str, &'static str)], body: &[u8]| {
        no_take(&url.parse().unwrap(), &fields(headers), body)
    };
    for url in ["http://127.0.0.1:8080/", "http://[::1]/", "http://10.0.0.1/"] {
        let told = reason(url, &[], b"").unwrap();
        assert!(told.contains("a public address") && told.contains("say localhost"), "{url}: {told}");
    }
    for url in ["http://localhost/", "http://1.1.1.1/", "http://[2606:4700::1]/"] {
        assert_eq!(reason(url, &[("content-encoding", "identity")], b"x"), None, "{url}");
    }
    let told = reason("http://a/", &[("content-encoding", "identity, GZIP")], b"x").unwrap();
    assert!(told.starts_with("expected a body without content-encoding, as was asked for, found \"identity, GZIP\""));
    assert_eq!(reason("http://a/", &[("content-encoding", "gzip")], b""), None, "nothing is in no body");
}

#[test]
fn a_secret_that_is_json_is_not_kept() {
    let take = take("http://a/", &[], b"\xef\xbb\xbf{\"list\":[\"alpha-1234\",\"beta-5678\"],\"token\":\"t\"}");
    assert_eq!(take.body, "\u{feff}{\"list\":\"[redacted]\",\"token\":\"[redacted]\"}");
}

#[test]
fn no_secret_is_kept() {
    let headers = [("set-cookie", "id=1"), ("x-api-key", "k"), ("x-echo", "it was s3cret-too"), ("etag", "\"1\"")];
    let take = take("http://a/s3cret/x?api_key=abc&page=2", &headers, b"you sent s3cret");
    let text = serde_json::to_string(&take).unwrap();
    for secret in ["s3cret", "abc", "id=1", "\"k\"", "-too"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(take.url, "http://a/*/x?api_key=*&page=2");
    assert!(text.contains("\\\"1\\\"") && text.contains("you sent [redacted]"), "{text}");
    let location = take_of(
        "http://a/",
        &[("location", "http://b/?access_token=abc")],
        &[0xff, b's', b'3', b'c', b'r', b'e', b't'],
    );
    assert!(!location.contains("abc"), "{location}");
    assert!(!location.contains("733363726574"), "{location}");
}

#[test]
fn what_a_body_calls_a_secret_is_not_kept() {
    let json = take("http://a/", &[], b"{\"access_token\": \"abc\", \"n\": 1.0}");
    assert_eq!(json.body, "{\"access_token\": \"[redacted]\", \"n\": 1.0}");
    let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
    assert_eq!(take("http://a/", &form, b"access_token=abc&n=s3cret").body, "access_token=*&n=[redacted]");
    let text = serde_json::to_string(&take("http://a/?author=bob&x=%73%33cret&passwd=p", &[], b"")).unwrap();
    assert!(text.contains("?author=bob&x=*&passwd=*"), "{text}");
}

fn take_of(url: &str, headers: &[(&'static str, &'static str)], body: &'static [u8]) -> String {
    serde_json::to_string(&take(url, headers, body)).unwrap()
}

#[test]
fn bytes_that_are_no_text_come_back() {
    let take = take("http://a/", &[], &[0xff, 0x00, 0x10]);
    assert_eq!(take.body_hex, "ff0010");
    assert_eq!(unhex(&take.body_hex).unwrap(), [0xff, 0x00, 0x10]);
    assert!(unhex("f").is_err() && unhex("zz").is_err());
}
