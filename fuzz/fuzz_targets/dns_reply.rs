//! Answers of name servers, from anybody: the reader ends, and believes only addresses of the kind that was asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../host/egress/src/lookup/message.rs"]
#[allow(dead_code, reason = "the file is tested as it stands")]
mod message;

use message::{Kind, Reply, question, reply};

fuzz_target!(|bytes: &[u8]| {
    for (kind, v4) in [(Kind::V4, true), (Kind::V6, false)] {
        // As it is, and behind the start of a true answer.
        let mut answer = question(7, "a.test", kind).unwrap_or_default();
        let end = answer.len();
        answer.extend_from_slice(bytes);
        if let (Some(flags), [first, second, ..]) = (answer.get_mut(2..8), bytes) {
            flags.copy_from_slice(&[0x80, first & 0x0f, 0, 1, 0, second & 0x1f]);
        }
        answer.drain(end..(end + 2).min(answer.len()));
        for bytes in [bytes, &answer] {
            if let Some(Reply::Found(found)) = reply(bytes, 7, "a.test", kind) {
                assert!(found.addresses.len() <= 16);
                assert!(found.addresses.iter().all(|address| address.is_ipv4() == v4));
            }
            assert!(reply(bytes, 8, "a.test", kind).is_none() || bytes.starts_with(&[0, 8]), "an answer to another question");
        }
    }
});
