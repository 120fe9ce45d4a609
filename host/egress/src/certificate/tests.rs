//! Certificates as people have them: from openssl and from elsewhere, whole, mixed up, and broken.

use proptest::prelude::*;
use rcgen::{CertificateParams, KeyPair, PKCS_ED25519};

use super::*;

/// RSA of 2,048 bits, made by openssl. It is its own issuer, and presented to nobody.
const RSA: &str = include_str!("../../tests/network/tls/client.pem");
const RSA_KEY: &str = include_str!("../../tests/network/tls/client.key");
/// The same key in its older form.
const RSA_KEY_TRADITIONAL: &str = include_str!("../../tests/network/tls/client.rsa.key");
/// ECDSA on P-256, issued by a root of openssl's.
const ORIGIN: &str = include_str!("../../tests/network/tls/origin.pem");
const ORIGIN_KEY: &str = include_str!("../../tests/network/tls/origin.key");

fn check(certificates: &str, private_key: &str) -> Result<(), CertificateError> {
    ClientCertificate { id: "id", certificates, private_key }.check()
}

fn described(certificates: &str) -> Option<Described> {
    ClientCertificate { id: "id", certificates, private_key: "" }.described()
}

fn refused(certificates: &str, private_key: &str) -> String {
    check(certificates, private_key).unwrap_err().to_string()
}

#[test]
fn certificates_and_keys_of_every_usual_kind_are_taken() {
    for (certificates, private_key) in [(RSA, RSA_KEY), (RSA, RSA_KEY_TRADITIONAL), (ORIGIN, ORIGIN_KEY)] {
        check(certificates, private_key).unwrap();
    }
    let key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
    let certificate = CertificateParams::default().self_signed(&key).unwrap();
    check(&certificate.pem(), &key.serialize_pem()).unwrap();
    check(&format!("{}{RSA}", certificate.pem()), &key.serialize_pem()).unwrap();
}

#[test]
fn what_is_mixed_up_or_missing_is_named() {
    let mismatch = "private_key: expected the key of certificates[0], found that of another certificate";
    assert_eq!(refused(ORIGIN, RSA_KEY), mismatch);
    assert_eq!(refused(&format!("{RSA}{ORIGIN}"), ORIGIN_KEY), mismatch, "the certificate comes first");
    assert_eq!(refused("", ORIGIN_KEY), "certificates: expected PEM sections CERTIFICATE, found none");
    assert_eq!(refused(ORIGIN_KEY, ORIGIN_KEY), "certificates: expected PEM sections CERTIFICATE, found none");
    assert!(refused(ORIGIN, "").starts_with("private_key: expected a PEM section PRIVATE KEY"));
    assert!(refused(ORIGIN, ORIGIN).starts_with("private_key: expected a PEM section PRIVATE KEY"));
    assert_eq!(refused(&ORIGIN.repeat(9), ORIGIN_KEY), "certificates: expected at most 8, found 9");
}

#[test]
fn a_key_with_a_passphrase_is_named_in_both_forms() {
    let newer = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let older = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n\
                 -----END RSA PRIVATE KEY-----\n";
    for key in [newer, older] {
        assert_eq!(refused(RSA, key), "private_key: expected a key without a passphrase, found an encrypted one");
    }
}

#[test]
fn what_is_broken_is_named_by_its_place() {
    let junk = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let error = refused(&format!("{ORIGIN}{junk}"), ORIGIN_KEY);
    assert!(error.starts_with("certificates[1]: expected an X.509 certificate of version 3, found "), "{error}");
    let broken = "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n";
    assert!(refused(broken, ORIGIN_KEY).ends_with("found broken PEM"));
    let error = refused(ORIGIN, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assert!(error.starts_with("private_key: expected a key of RSA"), "{error}");
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let error = refused(&"x".repeat(CERTIFICATES_BYTES + 1), ORIGIN_KEY);
    assert_eq!(error, "certificates: expected at most 24576 bytes, found 24577");
    let error = refused(ORIGIN, &"x".repeat(PRIVATE_KEY_BYTES + 1));
    assert_eq!(error, "private_key: expected at most 8192 bytes, found 8193");
}

#[test]
fn only_the_sections_of_certificates_are_kept() {
    let kept = sections(&format!("Certificate:\n    Data: s3cret\n{ORIGIN}\r\nbetween\n{RSA}after")).unwrap();
    assert_eq!(kept, format!("{ORIGIN}{RSA}"));
    let error = sections(&format!("{RSA}{RSA_KEY}")).unwrap_err().to_string();
    assert_eq!(error, "certificates: expected PEM sections CERTIFICATE alone, found \"PRIVATE KEY\"");
}

#[test]
fn no_text_is_shown() {
    let certificate = ClientCertificate { id: "id", certificates: ORIGIN, private_key: ORIGIN_KEY };
    assert_eq!(format!("{certificate:?}"), "ClientCertificate { id: \"id\", .. }");
}

/// What openssl says of the same two (`openssl x509 -noout -issuer -serial -enddate -nameopt RFC2253`).
#[test]
fn a_certificate_is_described_as_openssl_describes_it() {
    let expected = Described {
        issuer: "CN=Example client,O=Example\\, Inc.,L=California,ST=San Francisco,C=US".to_owned(),
        serial_number: "235217144297995885180570755458463043449861756659".to_owned(),
        signature: "SHA256WithRSA".to_owned(),
        expires_on: "2126-10-31T21:56:38Z".to_owned(),
    };
    assert_eq!(described(RSA), Some(expected));
    let expected = Described {
        issuer: "CN=Tollgate test root".to_owned(),
        serial_number: "483919969214208348117818971405925420811828213229".to_owned(),
        signature: "ECDSAWithSHA256".to_owned(),
        expires_on: "2126-10-30T13:43:38Z".to_owned(),
    };
    assert_eq!(described(ORIGIN), Some(expected));
    assert_eq!(described("nothing"), None);
}

fn der() -> Vec<u8> {
    CertificateDer::from_pem_slice(RSA.as_bytes()).unwrap().to_vec()
}

proptest! {
    #[test]
    fn whatever_a_stranger_sends_is_read_or_not(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let _ = Described::of(&bytes);
    }

    #[test]
    fn a_flipped_byte_or_a_missing_end_is_read_or_not(place in 0_usize..512, byte in any::<u8>(), length in 0_usize..900) {
        let mut der = der();
        der.splice(place..=place, [byte]);
        let _ = Described::of(&der);
        der.truncate(length);
        let _ = Described::of(&der);
    }

    #[test]
    fn any_text_is_sections_or_refused(text in "(-----BEGIN |-----END |CERTIFICATE|-----|\n|[a-z]|é){0,40}") {
        if let Ok(kept) = sections(&text) {
            prop_assert!(kept.lines().count() <= text.lines().count());
            let _ = check(&kept, RSA_KEY);
        }
    }
}
