//! Rules of egress: what they match, what they deny, and how a wrong rule is named.

use proptest::prelude::*;

use super::*;

fn rules(json: &str) -> EgressRules {
    serde_json::from_str(json).unwrap()
}

fn target<'a>(host: &'a str, address: Option<&str>) -> EgressTarget<'a> {
    EgressTarget { scheme: EgressScheme::Https, host, port: 443, address: address.map(|text| text.parse().unwrap()) }
}

fn text(rules: &EgressRules, target: &EgressTarget<'_>) -> String {
    match decide([(EgressLevel::Worker, rules)], target) {
        Ok(()) => "passes".to_owned(),
        Err(denied) => denied.to_string(),
    }
}

#[test]
fn a_suffix_means_names_below_it_whatever_their_case() {
    let pattern: HostPattern = "*.Example.COM.".parse().unwrap();
    for host in ["a.example.com", "A.b.EXAMPLE.com."] {
        assert!(pattern.matches(host), "{host}");
    }
    for host in ["example.com", ".example.com", "aexample.com", "a.example.com.evil", "", "\u{e9}.example.co\u{6d}x"] {
        assert!(!pattern.matches(host), "{host}");
    }
    assert!("one.example".parse::<HostPattern>().unwrap().matches("ONE.example."));
}

#[test]
fn deny_wins_over_only_and_an_empty_only_denies_all() {
    let both = rules(r#"{"deny":[{"host":"a.example"}],"only":[{"host":"*.example"},{"port":80}]}"#);
    assert_eq!(
        text(&both, &target("a.example", None)),
        r#"egress.deny of the worker has the rule { host = "a.example" }"#
    );
    assert_eq!(text(&both, &target("b.example", None)), "passes");
    assert_eq!(text(&both, &target("b.test", None)), "no rule of egress.only of the worker permits it");
    assert_ne!(text(&rules(r#"{"only":[]}"#), &target("b.example", None)), "passes");
}

#[test]
fn a_range_decides_when_the_address_is_known() {
    let ranges = rules(r#"{"deny":[{"range":"10.0.0.0/8"}],"only":[{"range":"0.0.0.0/0","scheme":"https"}]}"#);
    assert_eq!(text(&ranges, &target("a.example", None)), "passes");
    assert_eq!(text(&ranges, &target("a.example", Some("11.0.0.1"))), "passes");
    for address in ["10.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"] {
        assert_ne!(text(&ranges, &target("a.example", Some(address))), "passes", "{address}");
        assert_ne!(text(&ranges, &target(address, None)), "passes", "{address} is written as it is");
    }
    assert_ne!(text(&ranges, &target("a.example", Some("2000::1"))), "passes", "no rule of `only` has it");
}

#[test]
fn a_wrong_rule_is_named_with_what_was_expected() {
    #[rustfmt::skip]
    let wrong = [
        (r#"{}"#, "expected at least one of host, port, scheme and range"),
        (r#"{"port":0}"#, "port: expected 1 to 65535, found 0"),
        (r#"{"host":"10.0.0.1"}"#, "expected a name (write an address as `range`), found \"10.0.0.1\""),
        (r#"{"host":"*"}"#, "or \"*.example\" for all names below it, found \"*\""),
        (r#"{"host":"a..b"}"#, "found \"a..b\""),
        (r#"{"host":"a.*.b"}"#, "found \"a.*.b\""),
        (r#"{"scheme":"ftp"}"#, "unknown variant `ftp`, expected `http` or `https`"),
        (r#"{"range":"10.0.0.0/33"}"#, "invalid IP address syntax"),
        (r#"{"range":"::ffff:10.0.0.0/104"}"#, "expected an IPv4 range as such (\"10.0.0.0/8\"), found the IPv4-mapped"),
        (r#"{"hosts":"a"}"#, "unknown field `hosts`"),
    ];
    for (rule, part) in wrong {
        let error = serde_json::from_str::<EgressRules>(&format!(r#"{{"deny":[{rule}]}}"#)).unwrap_err().to_string();
        assert!(error.contains(part), "{rule}: {error}");
    }
    let many = format!(r#"{{"only":[{}]}}"#, vec![r#"{"port":1}"#; MOST_RULES + 1].join(","));
    let error = serde_json::from_str::<EgressRules>(&many).unwrap_err().to_string();
    assert!(error.contains("expected at most 100 rules, found 101"), "{error}");
}

#[test]
fn rules_are_written_as_they_were_read() {
    for text in
        [r#"{}"#, r#"{"only":[]}"#, r#"{"deny":[{"host":"*.a","port":25,"scheme":"http","range":"10.0.0.0/8"}]}"#]
    {
        assert_eq!(serde_json::to_string(&rules(text)).unwrap(), text);
    }
}

proptest! {
    /// No host makes a pattern panic. A request is denied if a level denies it, and the error names the first such level.
    #[test]
    fn a_narrower_level_only_tightens(host in "\\PC{0,40}", name in "[a-z*.]{1,12}", port in 0u16.., more in "[a-z]{1,3}") {
        let target = EgressTarget { scheme: EgressScheme::Http, host: &host, port, address: None };
        let wide = EgressRules { deny: name.parse().ok().map(|host| rule(Some(host))).into_iter().collect(), only: None };
        let narrow = EgressRules { deny: vec![], only: Some(vec![rule(more.parse().ok())]) };
        let one = decide([(EgressLevel::Host, &wide)], &target);
        let other = decide([(EgressLevel::Worker, &narrow)], &target);
        let two = decide([(EgressLevel::Host, &wide), (EgressLevel::Worker, &narrow)], &target);
        prop_assert_eq!(two, one.and(other));
    }
}

fn rule(host: Option<HostPattern>) -> EgressRule {
    serde_json::from_value(serde_json::json!({ "host": host })).unwrap()
}
