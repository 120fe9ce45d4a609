//! Messages of DNS (RFC 1035): a question, and what an answer says. Pure; an answer may be anything.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, TYPE};

/// Addresses of one kind that are used. More would not be reached within the connect time.
const ADDRESSES: usize = 16;

/// Which addresses are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    V4,
    V6,
}

/// Addresses, and how long they may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Found {
    pub(super) addresses: Vec<IpAddr>,
    pub(super) age: Duration,
}

/// What an answer says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// Addresses; none if there is no such name, or none of this kind.
    Found(Found),
    /// The whole answer is to be had by TCP.
    Truncated,
    /// The server cannot tell.
    Failed,
}

impl Found {
    /// Both, with the addresses of `self` first.
    pub(super) fn and(mut self, other: Self) -> Self {
        let only = |one: &Self, two: &Self| one.addresses.is_empty() && !two.addresses.is_empty();
        self.age = match (only(&self, &other), only(&other, &self)) {
            (true, _) => other.age,
            (_, true) => self.age,
            _ => self.age.min(other.age),
        };
        self.addresses.extend(other.addresses);
        self
    }
}

/// A question as bytes. None if the name is no name of DNS.
pub(super) fn question(id: u16, name: &str, kind: Kind) -> Option<Vec<u8>> {
    let mut packet = Packet::new_query(id);
    packet.set_flags(PacketFlag::RECURSION_DESIRED);
    packet.questions.push(Question::new(Name::new(name).ok()?, of(kind), QCLASS::CLASS(CLASS::IN), false));
    packet.build_bytes_vec().ok()
}

/// What `bytes` say. None if they are no answer to this question.
pub(super) fn reply(bytes: &[u8], id: u16, name: &str, kind: Kind) -> Option<Reply> {
    let packet = Packet::parse(bytes).ok()?;
    let asked = packet.questions.first()?;
    let same = asked.qtype == of(kind) && asked.qname.to_string().eq_ignore_ascii_case(name);
    if packet.id() != id || !packet.has_flags(PacketFlag::RESPONSE) || !same {
        return None;
    }
    if packet.has_flags(PacketFlag::TRUNCATION) {
        return Some(Reply::Truncated);
    }
    match packet.rcode() {
        RCODE::NoError | RCODE::NameError => Some(Reply::Found(addresses(&packet, kind))),
        _ => Some(Reply::Failed),
    }
}

/// The addresses of an answer. A recursive server puts those of an alias beside the alias.
fn addresses(packet: &Packet<'_>, kind: Kind) -> Found {
    let age = packet.answers.iter().map(|answer| answer.ttl).min().unwrap_or_default();
    let address = |data: &RData<'_>| match (data, kind) {
        (RData::A(a), Kind::V4) => Some(IpAddr::V4(Ipv4Addr::from(a.address))),
        (RData::AAAA(a), Kind::V6) => Some(IpAddr::V6(Ipv6Addr::from(a.address))),
        _ => None,
    };
    let addresses = packet.answers.iter().filter_map(|answer| address(&answer.rdata)).take(ADDRESSES).collect();
    Found { addresses, age: Duration::from_secs(age.into()) }
}

fn of(kind: Kind) -> QTYPE {
    QTYPE::TYPE(match kind {
        Kind::V4 => TYPE::A,
        Kind::V6 => TYPE::AAAA,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;
    use simple_dns::ResourceRecord;
    use simple_dns::rdata::A;

    use super::*;

    fn answer(id: u16, name: &str, flags: PacketFlag) -> Vec<u8> {
        let mut packet = Packet::new_reply(id);
        packet.set_flags(flags);
        let name = Name::new(name).unwrap();
        packet.questions.push(Question::new(name.clone(), of(Kind::V4), QCLASS::CLASS(CLASS::IN), false));
        let data = RData::A(A { address: u32::from(Ipv4Addr::new(192, 0, 2, 7)) });
        packet.answers.push(ResourceRecord::new(name, CLASS::IN, 60, data));
        packet.build_bytes_vec().unwrap()
    }

    #[test]
    fn an_answer_counts_only_for_its_own_question() {
        let bytes = answer(7, "a.test", PacketFlag::empty());
        let found = Found { addresses: vec!["192.0.2.7".parse().unwrap()], age: Duration::from_secs(60) };
        assert_eq!(reply(&bytes, 7, "A.test", Kind::V4), Some(Reply::Found(found)));
        assert_eq!(reply(&bytes, 8, "a.test", Kind::V4), None);
        assert_eq!(reply(&bytes, 7, "b.test", Kind::V4), None);
        assert_eq!(reply(&bytes, 7, "a.test", Kind::V6), None);
        assert_eq!(
            reply(&question(7, "a.test", Kind::V4).unwrap(), 7, "a.test", Kind::V4),
            None,
            "a question is no answer"
        );
        let cut = answer(7, "a.test", PacketFlag::TRUNCATION);
        assert_eq!(reply(&cut, 7, "a.test", Kind::V4), Some(Reply::Truncated));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0usize..60, flip: u8) {
            let _ = reply(&bytes, 7, "a.test", Kind::V4);
            bytes = answer(7, "a.test", PacketFlag::empty());
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= flip;
            }
            let _ = reply(&bytes, 7, "a.test", Kind::V4);
        }
    }
}
