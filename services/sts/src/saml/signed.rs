//! An identity provider for the tests, which signs whatever it is given.

use super::canonical::canonical;
use super::document::read;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Where the signature goes.
pub const HERE: &str = "<signature/>";

/// A response at 2023-11-14T22:13:20Z for the role that the tests have, with [`HERE`] in its assertion.
pub const RESPONSE: &str = r#"<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r"><p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status><a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" IssueInstant="2023-11-14T22:13:20Z"><a:Issuer>https://idp.example.com</a:Issuer><signature/><a:Subject><a:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">ann</a:NameID><a:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><a:SubjectConfirmationData NotOnOrAfter="2023-11-14T22:18:00Z" Recipient="https://signin.aws.amazon.com/saml"/></a:SubjectConfirmation></a:Subject><a:Conditions NotBefore="2023-11-14T22:10:00Z" NotOnOrAfter="2023-11-14T22:18:00Z"><a:AudienceRestriction><a:Audience>https://signin.aws.amazon.com/saml</a:Audience></a:AudienceRestriction></a:Conditions><a:AuthnStatement SessionNotOnOrAfter="2023-11-15T22:13:20Z"/><a:AttributeStatement><a:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role"><a:AttributeValue>arn:aws:iam::123456789012:saml-provider/Idp, arn:aws:iam::123456789012:role/ops/Reader</a:AttributeValue></a:Attribute><a:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName"><a:AttributeValue>ann</a:AttributeValue></a:Attribute></a:AttributeStatement></a:Assertion></p:Response>"#;

/// A provider with a key of its own.
pub struct Idp(RsaKeyPair);

impl Idp {
    /// A provider with a new key.
    pub fn new() -> Idp {
        Idp(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// Its metadata, with a certificate that has a key and little else.
    pub fn metadata(&self) -> String {
        let spki: PublicKeyX509Der<'_> = self.0.public_key().as_der().unwrap();
        let empty = der(0x30, &[]);
        let fields = [&der(0x02, &[1]), &empty, &empty, &empty, &empty, spki.as_ref()];
        let certificate = STANDARD.encode(der(0x30, &der(0x30, &fields.concat())));
        format!(
            r#"<m:EntityDescriptor xmlns:m="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com"><m:IDPSSODescriptor><m:KeyDescriptor use="encryption"/><m:KeyDescriptor><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo></m:KeyDescriptor></m:IDPSSODescriptor></m:EntityDescriptor>"#
        )
    }

    /// The document with a signature on the element `id` in place of [`HERE`], which stands in that element.
    pub fn sign(&self, text: &str, id: &str) -> String {
        let bare = text.replace(HERE, "");
        let document = read(&bare).unwrap();
        let element = document.descendants().find(|node| node.attribute("ID") == Some(id)).unwrap();
        let hash = STANDARD.encode(digest(&SHA256, canonical(element, &[], None).unwrap().as_bytes()));
        let info = format!(
            r##"<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></CanonicalizationMethod><SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></SignatureMethod><Reference URI="#{id}"><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform><Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></Transform></Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod><DigestValue>{hash}</DigestValue></Reference></SignedInfo>"##
        );
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), info.as_bytes(), &mut signature).unwrap();
        let value = STANDARD.encode(signature);
        let info = info.replacen(" xmlns=\"http://www.w3.org/2000/09/xmldsig#\"", "", 1);
        let whole = format!(
            r#"<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">{info}<SignatureValue>{value}</SignatureValue></Signature>"#
        );
        text.replace(HERE, &whole)
    }
}

fn der(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[kind, 0x82, length[0], length[1]], content].concat()
}
