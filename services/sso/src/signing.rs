//! The key with which an instance vouches for its users, its certificate, and the metadata that IAM keeps of it.

use crate::der::{element, sequence};
use crate::state::KeyRow;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::{Duration, Error, Result, Timestamp, View, secret};

/// As AWS's: five years.
/// <https://docs.aws.amazon.com/singlesignon/latest/userguide/managesamlcerts.html>
const LIFE: Duration = Duration::from_secs(5 * 365 * 86_400);
/// sha256WithRSAEncryption (RFC 8017, appendix A.2.4)
const SHA256_WITH_RSA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11, 0x05, 0];
/// id-at-commonName (RFC 5280, appendix A.1)
const COMMON_NAME: &[u8] = &[0x06, 3, 0x55, 4, 3];

/// A new key: with the operating system's chance, never with a seed's.
pub fn generate(view: &View) -> Result<KeyRow> {
    let failed = |_| Error::internal("a key could not be made");
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
    let key: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
    let certificate = certificate(&pair, view.now())?;
    let mut bytes = [0; 8];
    secret(&mut bytes);
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(KeyRow {
        key: key.as_ref().to_vec().into(),
        certificate: certificate.into(),
        provider: format!("AWSSSO_{digits}_DO_NOT_DELETE"),
    })
}

/// A certificate of the key by itself (RFC 5280, section 4.1).
fn certificate(pair: &RsaKeyPair, now: Timestamp) -> Result<Vec<u8>> {
    let failed = |_| Error::internal("a public key could not be written");
    let key: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(failed)?;
    let algorithm = sequence(&[SHA256_WITH_RSA]);
    let attribute = sequence(&[COMMON_NAME, &element(0x0c, b"IAM Identity Center")]);
    let name = sequence(&[&element(0x31, &attribute)]);
    let validity = sequence(&[&moment(now), &moment(now.after(LIFE))]);
    let serial = element(0x02, &[1]);
    let content = sequence(&[&serial, &algorithm, &name, &validity, &name, key.as_ref()]);
    let signature = sign(pair, &content)?;
    let bits = [&[0][..], &signature].concat();
    Ok(sequence(&[&content, &algorithm, &element(0x03, &bits)]))
}

/// `UTCTime` up to 2049, `GeneralizedTime` from then on.
fn moment(at: Timestamp) -> Vec<u8> {
    let text: String = at.whole_secs().basic().chars().filter(|c| *c != 'T').collect();
    match text.strip_prefix("20").filter(|rest| rest < &"50") {
        Some(short) => element(0x17, short.as_bytes()),
        None => element(0x18, text.as_bytes()),
    }
}

/// RSA with SHA-256 over a message.
fn sign(pair: &RsaKeyPair, message: &[u8]) -> Result<Vec<u8>> {
    let mut signature = vec![0; pair.public_modulus_len()];
    let signed = pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
    signed.map_err(|_| Error::internal("a message could not be signed"))?;
    Ok(signature)
}

impl KeyRow {
    /// The signature on a message, in base64.
    pub fn signature(&self, message: &str) -> Result<String> {
        let pair = RsaKeyPair::from_pkcs8(&self.key).map_err(|_| Error::internal("a signing key is damaged"))?;
        Ok(STANDARD.encode(sign(&pair, message.as_bytes())?))
    }
}

/// Whom assertions name as their issuer.
pub fn entity(view: &View, key: &KeyRow) -> String {
    let id: String =
        digest(&SHA256, key.provider.as_bytes()).as_ref().iter().take(12).map(|b| format!("{b:02x}")).collect();
    format!("https://portal.sso.{}.amazonaws.com/saml/assertion/{id}", view.region())
}

/// The metadata of the provider that each account has.
/// <https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf>
pub fn metadata(view: &View, key: &KeyRow) -> String {
    let entity = entity(view, key);
    let certificate = STANDARD.encode(&key.certificate);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" \
         entityID=\"{entity}\"><md:IDPSSODescriptor WantAuthnRequestsSigned=\"false\" \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><md:KeyDescriptor use=\"signing\"><ds:KeyInfo \
         xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>\
         </ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService \
         Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"{entity}\"/></md:IDPSSODescriptor>\
         </md:EntityDescriptor>"
    )
}
