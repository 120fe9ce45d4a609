//! Messages of DNS (RFC 1035): a question, and what an answer says. Pure; an answer may be anything.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE, ResourceRecord, TYPE};

/// Addresses of one kind that are used. More would not be reached within the connect time.
const ADDRESSES: usize = 16;

/// Aliases that are followed from the name to its addresses.
const ALIASES: usize = 16;

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
    // First, so that a guess in the dark costs no more than this.
    if bytes.get(..2)? != id.to_be_bytes() {
        return None;
    }
    let packet = Packet::parse(bytes).ok()?;
    let [asked] = &*packet.questions else { return None };
    let name = Name::new(name).ok()?;
    let same = asked.qname == name && asked.qtype == of(kind) && asked.qclass == QCLASS::CLASS(CLASS::IN);
    if !packet.has_flags(PacketFlag::RESPONSE) || !same {
        return None;
    }
    if packet.has_flags(PacketFlag::TRUNCATION) {
        return Some(Reply::Truncated);
    }
    match packet.rcode() {
        RCODE::NoError | RCODE::NameError => Some(Reply::Found(addresses(&packet, name, kind))),
        _ => Some(Reply::Failed),
    }
}

/// The addresses of the name, or of what its aliases lead to. What an answer says of other names is passed over.
fn addresses(packet: &Packet<'_>, mut name: Name<'_>, kind: Kind) -> Found {
    for _ in 0..ALIASES {
        let Some(alias) = packet.answers.iter().find_map(|answer| alias(answer, &name)) else { break };
        name = alias;
    }
    let age = packet.answers.iter().map(|answer| answer.ttl).min().unwrap_or_default();
    let address = |data: &RData<'_>| match (data, kind) {
        (RData::A(a), Kind::V4) => Some(IpAddr::V4(Ipv4Addr::from(a.address))),
        (RData::AAAA(a), Kind::V6) => Some(IpAddr::V6(Ipv6Addr::from(a.address))),
        _ => None,
    };
    let own = packet.answers.iter().filter(|answer| answer.name == name);
    let addresses = own.filter_map(|answer| address(&answer.rdata)).take(ADDRESSES).collect();
    Found { addresses, age: Duration::from_secs(age.into()) }
}

/// The name that `name` is an alias of, if the record says so.
fn alias(record: &ResourceRecord<'_>, name: &Name<'_>) -> Option<Name<'static>> {
    match &record.rdata {
        RData::CNAME(target) if record.name == *name => Some(target.0.clone().into_owned()),
        _ => None,
    }
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
    use simple_dns::rdata::{A, CNAME};

    use super::*;

    fn answer(id: u16, name: &str, flags: PacketFlag) -> Vec<u8> {
        let mut packet = Packet::new_reply(id);
        packet.set_flags(flags);
        let name = Name::new(name).unwrap();
        packet.questions.push(Question::new(name, of(Kind::V4), QCLASS::CLASS(CLASS::IN), false));
        packet.answers = vec![address("b.test", 8), alias("c.test", "a.test"), address("A.test", 7)];
        packet.build_bytes_vec_compressed().unwrap()
    }

    fn address(name: &'static str, last: u8) -> ResourceRecord<'static> {
        let data = RData::A(A { address: u32::from(Ipv4Addr::new(192, 0, 2, last)) });
        ResourceRecord::new(Name::new(name).unwrap(), CLASS::IN, 60, data)
    }

    fn alias(name: &'static str, of: &'static str) -> ResourceRecord<'static> {
        ResourceRecord::new(Name::new(name).unwrap(), CLASS::IN, 60, RData::CNAME(CNAME(Name::new(of).unwrap())))
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
        let aliased = answer(7, "C.test", PacketFlag::empty());
        assert_eq!(
            reply(&aliased, 7, "c.test", Kind::V4),
            reply(&bytes, 7, "a.test", Kind::V4),
            "an alias is followed"
        );
        let other = reply(&answer(7, "d.test", PacketFlag::empty()), 7, "d.test", Kind::V4);
        let none = Found { addresses: vec![], age: Duration::from_secs(60) };
        assert_eq!(other, Some(Reply::Found(none)), "the addresses of other names are passed over");
        let cut = answer(7, "a.test", PacketFlag::TRUNCATION);
        assert_eq!(reply(&cut, 7, "a.test", Kind::V4), Some(Reply::Truncated));
    }

    #[test]
    fn aliases_that_lead_in_a_circle_end() {
        let mut packet = Packet::new_reply(7);
        let question = Question::new(Name::new("a.test").unwrap(), of(Kind::V4), QCLASS::CLASS(CLASS::IN), false);
        packet.questions = vec![question.clone()];
        packet.answers = vec![alias("a.test", "b.test"), alias("b.test", "a.test")];
        let found = reply(&packet.build_bytes_vec().unwrap(), 7, "a.test", Kind::V4);
        assert!(matches!(found, Some(Reply::Found(found)) if found.addresses.is_empty()));
        packet.questions.push(question);
        assert_eq!(reply(&packet.build_bytes_vec().unwrap(), 7, "a.test", Kind::V4), None, "two questions");
    }

    proptest! {
        /// Whatever bytes arrive, the reader ends, and believes only addresses of the kind that was asked for.
        #[test]
        fn bytes_of_a_stranger_are_read_or_passed_over(
            bytes in prop::collection::vec(any::<u8>(), 0..600),
            edits in prop::collection::vec((0usize..120, any::<u8>()), 0..8),
            length in 0usize..120,
            kind in prop::sample::select(vec![Kind::V4, Kind::V6]),
        ) {
            let mut edited = answer(7, "c.test", PacketFlag::empty());
            for (at, byte) in edits {
                if let Some(place) = edited.get_mut(at) {
                    *place = byte;
                }
            }
            let cut = edited.get(..length).unwrap_or(&edited).to_vec();
            let numbered = [&[0, 7], &*bytes].concat();
            for bytes in [bytes, numbered, edited, cut] {
                if let Some(Reply::Found(found)) = reply(&bytes, 7, "c.test", kind) {
                    prop_assert!(found.addresses.len() <= ADDRESSES);
                    prop_assert!(found.addresses.iter().all(|one| one.is_ipv4() == (kind == Kind::V4)));
                }
            }
        }
    }
}
