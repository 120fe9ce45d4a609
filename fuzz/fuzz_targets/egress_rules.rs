//! Rules of the egress: a level more never permits, and no spelling of a host or an address gets past a rule that denies it.
#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use tollgate_types::egress::{EgressLevel, EgressRules, EgressScheme, EgressTarget, decide};

const HOSTS: [&str; 8] =
    ["a.test", "*.a.test", "b.a.test", "*.test", "xn--bcher-kva.test", "a.test.evil", "10.0.0.1", "*.b"];

fn rules(u: &mut Unstructured<'_>) -> Result<EgressRules> {
    if u.ratio(1, 4)? {
        // Any text: it is refused, or it is rules.
        return Ok(serde_json::from_slice(u.bytes(u.len().min(60))?).unwrap_or_default());
    }
    let only = match u.arbitrary()? {
        true => Value::from(list(u)?),
        false => Value::Null,
    };
    let mut all = json!({ "deny": list(u)? });
    if !only.is_null() {
        all["only"] = only;
    }
    Ok(serde_json::from_value(all).unwrap_or_default())
}

fn list(u: &mut Unstructured<'_>) -> Result<Vec<Value>> {
    (0..u.int_in_range(0..=3)?).map(|_| rule(u)).collect()
}

fn rule(u: &mut Unstructured<'_>) -> Result<Value> {
    let mut rule = json!({});
    if u.arbitrary()? {
        rule["host"] = Value::from(*u.choose(&HOSTS)?);
    }
    if u.arbitrary()? {
        rule["port"] = Value::from(u.int_in_range(0..=2u16)? * 40);
    }
    if u.arbitrary()? {
        rule["scheme"] = Value::from(*u.choose(&["http", "https"])?);
    }
    if u.arbitrary()? {
        let wide = *u.choose(&["10.0.0.0/8", "0.0.0.0/0", "::/0", "64:ff9b::/96", "2002:a00::/24", "::ffff:a00:0/104"])?;
        rule["range"] = Value::from(match u.arbitrary()? {
            true => wide.to_owned(),
            false => format!("{}/{}", Ipv4Addr::from(u.arbitrary::<u32>()?), u.int_in_range(0..=32)?),
        });
    }
    Ok(rule)
}

/// The IPv6 addresses that lead to an IPv4 address.
fn carriers(address: Ipv4Addr) -> [IpAddr; 3] {
    let [a, b, c, d] = address.octets().map(u16::from);
    let (high, low) = (a << 8 | b, c << 8 | d);
    [[0, 0, 0, 0, 0, 0xffff, high, low], [0x64, 0xff9b, 0, 0, 0, 0, high, low], [0x2002, high, low, 0, 0, 0, 0, 1]].map(IpAddr::from)
}

fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let (host_rules, worker_rules) = (rules(u)?, rules(u)?);
    let (host_text, port) = (u.choose(&HOSTS)?.replace('*', "c"), u.int_in_range(1..=2u16)? * 40);
    let scheme = *u.choose(&[EgressScheme::Http, EgressScheme::Https])?;
    let address = Ipv4Addr::from(if u.arbitrary()? { 0x0a00_0001 } else { u.arbitrary::<u32>()? });
    let of = |host: &str, address: Option<IpAddr>, all: &[&EgressRules]| {
        let target = EgressTarget { scheme, host, port, address };
        decide(all.iter().map(|rules| (EgressLevel::Host, *rules)), &target)
    };
    for rules in [&host_rules, &worker_rules] {
        let text = serde_json::to_string(rules).expect("rules are text");
        assert_eq!(&serde_json::from_str::<EgressRules>(&text).expect("what was written is read"), rules);
        let denies = EgressRules { only: None, ..rules.clone() };
        let denied = of(&host_text, Some(address.into()), &[&denies]).is_err();
        for carrier in carriers(address) {
            assert!(!denied || of(&host_text, Some(carrier), &[&denies]).is_err(), "{carrier} gets past {rules:?}");
        }
    }
    for address in [None, Some(address.into())] {
        let both = of(&host_text, address, &[&host_rules, &worker_rules]);
        for rules in [&host_rules, &worker_rules] {
            assert!(both.is_err() || of(&host_text, address, &[rules]).is_ok(), "a level more permits");
        }
        let literal = host_text.parse::<IpAddr>().is_ok();
        let shouted = host_text.to_ascii_uppercase() + if literal { "" } else { "." };
        assert_eq!(of(&shouted, address, &[&host_rules, &worker_rules]), both);
    }
    let early = of(&host_text, None, &[&host_rules, &worker_rules]).is_err();
    let late = of(&host_text, Some(address.into()), &[&host_rules, &worker_rules]).is_err();
    assert!(!early || late || host_text.parse::<IpAddr>().is_ok(), "what is denied by name is denied with an address");
    Ok(())
}

fuzz_target!(|bytes: &[u8]| {
    let _short = check(&mut Unstructured::new(bytes));
});
