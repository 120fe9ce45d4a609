//! The address rule, row by row: both ends of every refused range, and their public neighbours.

use std::net::{IpAddr, Ipv4Addr};

use super::is_public;

#[track_caller]
fn refused(addresses: &[&str]) {
    for address in addresses {
        assert!(!is_public(address.parse().unwrap()), "{address} must be refused");
    }
}

#[track_caller]
fn public(addresses: &[&str]) {
    for address in addresses {
        assert!(is_public(address.parse().unwrap()), "{address} must be public");
    }
}

/// First and last address of each refused IPv4 range.
#[rustfmt::skip]
const REFUSED: [&str; 34] = [
    "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
    "127.255.255.255", "168.63.129.16", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0",
    "172.31.255.255", "192.0.0.0", "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.88.99.0", "192.88.99.255",
    "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0",
    "203.0.113.255", "224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.254", "255.255.255.255",
    "100.100.100.200",
];

/// The addresses just outside those ranges.
#[rustfmt::skip]
const PUBLIC: [&str; 29] = [
    "1.0.0.0", "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.0", "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
    "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.88.98.255", "192.167.255.255", "192.169.0.0", "198.17.255.255",
    "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "99.0.0.1",
];

#[test]
fn ipv4_ranges_are_refused_from_end_to_end() {
    refused(&REFUSED);
    public(&PUBLIC);
}

#[test]
fn ipv6_forms_that_carry_ipv4_are_judged_by_it() {
    for (list, expected) in [(&REFUSED[..], false), (&PUBLIC[..], true)] {
        for address in list {
            let v4: Ipv4Addr = address.parse().unwrap();
            let [a, b, c, d] = v4.octets();
            let forms = [
                format!("::ffff:{v4}"),
                format!("::{v4}"),
                format!("64:ff9b::{v4}"),
                format!("2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1"),
            ];
            for form in forms {
                assert_eq!(is_public(form.parse().unwrap()), expected, "{form}");
            }
        }
    }
}

#[test]
fn ipv6_special_ranges_are_refused() {
    refused(&["::", "::1"]);
    refused(&["fe80::1", "febf:ffff::1", "fec0::1", "feff::1"]);
    refused(&["fc00::1", "fd00:ec2::254", "fdff:ffff::1"]);
    refused(&["ff00::1", "ff02::1", "ff0e::1"]);
    refused(&["100::", "100::ffff:ffff:ffff:ffff", "100:0:0:1::1"]);
    refused(&["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::", "3fff:fff:ffff::1"]);
    refused(&["2001::1", "2001:0:4136:e378:8000:63bf:f7f7:f7f7", "2001:2::1", "2001:10::1", "2001:20::1"]);
    refused(&["64:ff9b:1::1", "64:ff9b:1::8.8.8.8", "64:ff9b:0:0:1::8.8.8.8", "::ffff:0:8.8.8.8"]);
    refused(&["5f00::1", "4000::1", "1fff:ffff::1", "1::1"]);
}

#[test]
fn ipv6_global_unicast_is_public() {
    public(&["2606:4700:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001::1", "2001:200::1", "2620:fe::fe"]);
    public(&["2001:db7:ffff::1", "2001:db9::1", "3ffe:ffff::1", "3fff:1000::1", "2003::1"]);
}

#[test]
fn rows_of_the_tables_start_where_their_range_starts() {
    for range in super::REFUSED_V4 {
        assert_eq!(range, range.trunc());
        assert!(!is_public(IpAddr::V4(range.network())) && !is_public(IpAddr::V4(range.broadcast())));
    }
    for range in super::REFUSED_V6 {
        assert_eq!(range, range.trunc());
        assert!(!is_public(IpAddr::V6(range.network())) && !is_public(IpAddr::V6(range.broadcast())));
    }
}

#[test]
fn old_spellings_of_addresses_are_read_as_c_reads_them() {
    for host in ["127.1", "2130706433", "0x7f000001", "017700000001", "127.0.0.1", "0X7F.1", "0177.0.0x0.01"] {
        assert_eq!(super::spelled_v4(host), Some("127.0.0.1".parse().unwrap()), "{host}");
    }
    for host in [
        "",
        ".",
        "1.",
        "a",
        "0x",
        "08",
        "256.1",
        "1.2.3.256",
        "1.2.3.4.5",
        "4294967296",
        "1.16777216",
        "+1",
        "1.2.65536",
    ] {
        assert_eq!(super::spelled_v4(host), None, "{host}");
    }
}
