//! Which documents are taken for what they say, and which are not.

use super::signed::{HERE, Idp, RESPONSE};
use super::{Assertion, Metadata, open};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::{Result, Timestamp};

fn opened(text: &str, metadata: &str) -> Result<Assertion> {
    open(&STANDARD.encode(text), &Metadata::read(metadata).unwrap())
}

#[track_caller]
fn refused(text: &str, metadata: &str, expect: &str) {
    let error = opened(text, metadata).expect_err(text);
    assert_eq!((error.code(), error.message()), ("InvalidIdentityTokenException", expect), "{text}");
}

const FORGED: &str = "Response signature invalid";
const NONE: &str = "Invalid SAML response";

/// Documents that another implementation of XML signatures signed: `tests/saml/make.py`.
const METADATA: &str = include_str!("../../tests/saml/metadata.xml");
const SIGNED_ASSERTION: &str = include_str!("../../tests/saml/assertion.xml");
const SIGNED_RESPONSE: &str = include_str!("../../tests/saml/response.xml");

#[test]
fn what_others_signed_is_read() {
    for text in [SIGNED_ASSERTION, SIGNED_RESPONSE] {
        let assertion = opened(text, METADATA).unwrap();
        assert_eq!(assertion.issuer, "https://idp.example.com/saml");
        assert_eq!(assertion.subject.as_deref(), Some("ann & co"));
        assert_eq!((assertion.subject_type(), assertion.session_name().unwrap()), ("persistent", "ann@example.com"));
        assert_eq!(assertion.attributes.session_duration().unwrap(), Some(1800));
        assert_eq!(assertion.attributes.tags(), [("Project".to_owned(), "Marketing".to_owned())]);
        assert_eq!(assertion.attributes.transitive_tag_keys(), ["Project"]);
        assert!(
            assertion
                .attributes
                .maps_to("arn:aws:iam::000000000000:role/Saml", "arn:aws:iam::000000000000:saml-provider/Idp")
        );
        let keys = assertion.condition_keys();
        let affiliation = keys.iter().find(|(key, _)| key == "saml:edupersonaffiliation");
        assert_eq!(affiliation.map(|(_, values)| values.join(",")).as_deref(), Some("staff,faculty"));
        assert_eq!(assertion.session_ends, Timestamp::parse_iso8601("2026-01-01T08:00:00Z"));
    }
}

#[test]
fn a_byte_changed_in_what_is_signed_breaks_it() {
    for (from, to) in [
        ("ann &amp; co", "bob &amp; co"),
        ("ann@example.com", "bob@example.com"),
        ("role/Saml,", "role/Admin,"),
        ("urn:amazon:webservices", "urn:amazon:webservice"),
        ("NotOnOrAfter=\"2026", "NotOnOrAfter=\"2027"),
        ("nameid-format:persistent", "nameid-format:transient"),
        ("<saml2:AttributeValue>staff</saml2:AttributeValue>", ""),
        ("  <saml2:AttributeStatement>", " <saml2:AttributeStatement>"),
    ] {
        for text in [SIGNED_ASSERTION, SIGNED_RESPONSE] {
            assert!(text.contains(from), "{from}");
            refused(&text.replacen(from, to, 1), METADATA, FORGED);
        }
    }
    // What canonical XML levels out is no change.
    for (from, to) in
        [("'1.0'", "\"1.0\""), ("Version=\"2.0\"><saml2:Issuer>", "Version='2.0' ><!-- x --><saml2:Issuer>")]
    {
        assert!(opened(&SIGNED_ASSERTION.replacen(from, to, 1), METADATA).is_ok(), "{to}");
    }
}

/// Whatever a byte here and there is changed to, the document is refused or says the same as before.
#[test]
fn no_byte_is_changed_so_that_it_says_something_else() {
    for (document, step) in [(SIGNED_ASSERTION, 97), (SIGNED_RESPONSE, 89)] {
        let good = opened(document, METADATA).unwrap();
        for at in (0..document.len()).step_by(step) {
            for byte in *b"x<\" " {
                let mut bytes = document.as_bytes().to_vec();
                bytes[at] = byte;
                let changed = String::from_utf8(bytes).unwrap();
                if let Ok(read) = opened(&changed, METADATA) {
                    assert_eq!(read, good, "{changed}");
                }
            }
        }
    }
}

#[test]
fn signatures_that_are_none() {
    let idp = Idp::new();
    let signed = idp.sign(RESPONSE, "_a");
    assert!(opened(&signed, &idp.metadata()).is_ok());
    refused(&signed, &Idp::new().metadata(), FORGED);
    refused(&RESPONSE.replace(HERE, ""), &idp.metadata(), FORGED);
    let check = |from: &str, to: &str| {
        assert!(signed.contains(from), "{from}");
        refused(&signed.replacen(from, to, 1), &idp.metadata(), FORGED);
    };
    check("#rsa-sha256", "#hmac-sha256");
    check("xmlenc#sha256", "xmlenc#sha1");
    check("URI=\"#_a\"", "URI=\"\"");
    check("URI=\"#_a\"", "URI=\"#_r\"");
    check("<Reference ", "<Reference URI=\"#_r\"></Reference><Reference ");
    check("xmldsig#enveloped-signature", "xmldsig#base64");
    let (start, end) = (signed.find("<Signature ").unwrap(), signed.find("</Signature>").unwrap() + 12);
    let signature = &signed[start..end];
    // A second signature, and one in the place of another element's.
    check(signature, &format!("{signature}{signature}"));
    let moved = signed.replace(signature, "").replacen("<p:Status>", &format!("{signature}<p:Status>"), 1);
    refused(&moved, &idp.metadata(), FORGED);
    // A signature of a stranger on the response beside a good one on the assertion.
    let both = Idp::new().sign(&signed.replacen("<p:Status>", "<signature/><p:Status>", 1), "_r");
    refused(&both, &idp.metadata(), FORGED);
    let whole = RESPONSE.replace(HERE, "").replacen("<p:Status>", "<signature/><p:Status>", 1);
    assert!(opened(&idp.sign(&whole, "_r"), &idp.metadata()).is_ok());
}

/// <https://www.usenix.org/system/files/conference/usenixsecurity12/sec12-final91.pdf>
#[test]
fn what_is_signed_cannot_be_wrapped_in_something_else() {
    let idp = Idp::new();
    let signed = idp.sign(RESPONSE, "_a");
    let (start, end) = (signed.find("<a:Assertion").unwrap(), signed.find("</a:Assertion>").unwrap() + 14);
    let good = &signed[start..end];
    let signature = &good[good.find("<Signature ").unwrap()..good.find("</Signature>").unwrap() + 12];
    let bare = good.replace(signature, "");
    let evil = bare.replace(">ann<", ">root<").replace("ID=\"_a\"", "ID=\"_evil\"");
    let with = |assertions: String| signed.replacen(good, &assertions, 1);
    let extended = |inner: &str| format!("<p:Extensions>{inner}</p:Extensions>");
    // The evil one beside the good one, before and after it; around it; with the signature moved into it, which then refers to the
    // good one elsewhere; and the good one inside the signature's own object.
    for text in [
        with(format!("{evil}{good}")),
        with(format!("{good}{evil}")),
        with(evil.replace("</a:Assertion>", &format!("{good}</a:Assertion>"))),
        with(format!("{}{}", evil.replace("<a:Subject>", &format!("{signature}<a:Subject>")), extended(&bare))),
        with(format!("{}{evil}", extended(good))),
        with(evil.replace(
            "<a:Subject>",
            &format!(
                "{}<a:Subject>",
                signature.replace("</Signature>", &format!("<Object>{good}</Object></Signature>"))
            ),
        )),
        with(format!("{good}{}", evil.replace("a:", "b:"))),
    ] {
        refused(&text, &idp.metadata(), NONE);
    }
    // The same id twice.
    refused(&with(evil.replace("_evil", "_a") + good), &idp.metadata(), NONE);
    let twice = signed.replacen("<p:Status>", "<p:Status ID=\"_a\">", 1);
    refused(&twice, &idp.metadata(), NONE);
    // Alone, with the good one's signature and id.
    let forged = evil.replace("_evil", "_a").replace("<a:Subject>", &format!("{signature}<a:Subject>"));
    refused(&with(forged), &idp.metadata(), FORGED);
}

#[test]
fn responses_that_are_none() {
    let idp = Idp::new();
    let signed = idp.sign(RESPONSE, "_a");
    let none = |text: &str| refused(text, &idp.metadata(), NONE);
    none("");
    none("<a/>");
    let failed = opened(&signed.replace("status:Success", "status:Responder"), &idp.metadata()).unwrap_err();
    assert_eq!(failed.code(), "IDPRejectedClaimException");
    none(&signed.replacen("<p:Response", "<p:Answer", 1).replace("</p:Response>", "</p:Answer>"));
    none(&format!("<!DOCTYPE p [<!ENTITY e \"x\">]>{signed}"));
    none(&signed.replace("</p:Response>", ""));
    none(&signed.replace("a:Assertion", "a:EncryptedAssertion"));
    none(&signed.replace("urn:oasis:names:tc:SAML:2.0:assertion", "urn:other"));
    let error = open("!", &Metadata::read(&idp.metadata()).unwrap()).unwrap_err();
    assert_eq!(error.message(), "Invalid base64 SAMLResponse");
    // A comment cannot cut a name short, for readers of canonical XML never see it.
    let cut =
        idp.sign(&RESPONSE.replace(">ann<", ">ann.example.com<"), "_a").replace("ann.example", "ann<!-- -->.example");
    assert_eq!(opened(&cut, &idp.metadata()).unwrap().subject.as_deref(), Some("ann.example.com"));
}

#[test]
fn assertions_are_for_aws_and_for_their_time() {
    let idp = Idp::new();
    let check = |from: &str, to: &str, seconds: i64, expect: &str| {
        assert!(RESPONSE.contains(from), "{from}");
        let signed = idp.sign(&RESPONSE.replacen(from, to, 1), "_a");
        let now = Timestamp::from_secs(1_700_000_000 + seconds);
        let told = opened(&signed, &idp.metadata()).and_then(|read| read.check("https://idp.example.com", now));
        let told = told.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(told.ends_with(expect) && expect.is_empty() == told.is_empty(), "{to}: {told}");
    };
    check("ann", "ann", 0, "");
    check("ann", "ann", 279, "");
    check("ann", "ann", 280, "current date/time 1700000280 must be before the expiration date/time 1700000280");
    let later = |text| {
        check(
            "NotOnOrAfter=\"2023-11-14T22:18:00Z\" Recipient",
            "NotOnOrAfter=\"2023-11-14T23:00:00Z\" Recipient",
            280,
            text,
        )
    };
    later("must be before the expiration date/time 1700000280");
    check(
        "IssueInstant=\"2023-11-14T22:13:20Z\"",
        "IssueInstant=\"2023-11-14T22:08:20Z\"",
        0,
        "ExpiredTokenException: Token must be redeemed within 5 minutes of issuance",
    );
    check("NotBefore=\"2023-11-14T22:10:00Z\"", "NotBefore=\"2023-11-14T22:18:20Z\"", 0, "");
    check("NotBefore=\"2023-11-14T22:10:00Z\"", "NotBefore=\"2023-11-14T22:18:21Z\"", 0, "not yet valid");
    check(
        "<a:Issuer>https://idp.example.com<",
        "<a:Issuer>https://other.example.com<",
        0,
        "Issuer not present in specified provider",
    );
    check(
        "<a:Audience>https://signin.aws.amazon.com/saml<",
        "<a:Audience>https://other.example.com<",
        0,
        "Response does not contain the required audience.",
    );
    check("<a:AudienceRestriction>", "<a:AudienceRestriction><a:Audience>https://b.example.com</a:Audience>", 0, "");
    check(
        "<a:AudienceRestriction>",
        "<a:AudienceRestriction/><a:AudienceRestriction>",
        0,
        "Response does not contain the required audience.",
    );
    check(
        "Recipient=\"https://signin.aws.amazon.com/saml\"",
        "Recipient=\"https://b.example.com\"",
        0,
        "Response does not contain the required recipient.",
    );
    check("cm:bearer", "cm:sender-vouches", 0, "SubjectConfirmationData is required in AuthnResponse");
    check(
        "<a:Subject>",
        "<a:Subject><a:SubjectConfirmation/>",
        0,
        "SubjectConfirmationData is required in AuthnResponse",
    );
    check(
        "NotOnOrAfter=\"2023-11-14T22:18:00Z\" Recipient",
        "NotOnOrAfter=\"soon\" Recipient",
        0,
        "NotOnOrAfter is no date and time",
    );
}

#[test]
fn metadata_that_is_none() {
    let idp = Idp::new().metadata();
    assert_eq!(Metadata::read(&idp).unwrap().keys.len(), 1);
    assert_eq!(Metadata::read(METADATA).unwrap().entity, "https://idp.example.com/saml");
    let keys = |from: &str, to: &str| Metadata::read(&idp.replace(from, to)).map(|read| read.keys.len());
    assert_eq!(keys("<m:KeyDescriptor>", "<m:KeyDescriptor use=\"signing\">"), Some(1));
    assert_eq!(keys("<m:KeyDescriptor>", "<m:KeyDescriptor use=\"encryption\">"), Some(0));
    assert_eq!(keys("<X509Certificate>", "<X509Certificate>AAAA"), Some(0));
    assert_eq!(keys("entityID", "entity"), None);
    assert_eq!(keys("SAML:2.0:metadata", "SAML:1.0:metadata"), None);
}
