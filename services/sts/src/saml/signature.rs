//! Enveloped XML signatures: RSA over exclusive canonical XML.
//! <https://www.w3.org/TR/xmldsig-core1/>,
//! <https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf> (section 5.4)

use super::canonical::canonical;
use super::document::{DSIG, base64, children, only, text};
use aws_lc_rs::digest::{self, digest};
use aws_lc_rs::signature::{self, RsaParameters, UnparsedPublicKey};
use roxmltree::Node;

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// How an element stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has no signature of its own.
    Unsigned,
    /// It is, with all within it, what one of the keys signed.
    Signed,
    /// It has a signature that is none of these keys on it.
    Forged,
}

/// How `element` stands by its own signature, which is a child of it; `keys` are `SubjectPublicKeyInfo`s in DER.
pub fn standing(element: Node<'_, '_>, keys: &[Vec<u8>]) -> Standing {
    if children(element, (DSIG, "Signature")).next().is_none() {
        return Standing::Unsigned;
    }
    match only(element, (DSIG, "Signature")).and_then(|signature| verify(element, signature, keys)) {
        Some(()) => Standing::Signed,
        None => Standing::Forged,
    }
}

fn verify(element: Node<'_, '_>, signature: Node<'_, '_>, keys: &[Vec<u8>]) -> Option<()> {
    let info = only(signature, (DSIG, "SignedInfo"))?;
    let reference = only(info, (DSIG, "Reference"))?;
    refers(reference, element)?;
    let inclusive = transforms(reference)?;
    let covered = canonical(element, &inclusive, Some(signature.id()))?;
    let method = digest_method(algorithm(only(reference, (DSIG, "DigestMethod"))?)?)?;
    let told = base64(&text(only(reference, (DSIG, "DigestValue"))?))?;
    if digest(method, covered.as_bytes()).as_ref() != told {
        return None;
    }
    let canonicalization = only(info, (DSIG, "CanonicalizationMethod"))?;
    let inclusive = exclusive(canonicalization)?;
    let message = canonical(info, &inclusive, None)?;
    let method = signature_method(algorithm(only(info, (DSIG, "SignatureMethod"))?)?)?;
    let value = base64(&text(only(signature, (DSIG, "SignatureValue"))?))?;
    let verifies = |key: &Vec<u8>| UnparsedPublicKey::new(method, key).verify(message.as_bytes(), &value).is_ok();
    keys.iter().any(verifies).then_some(())
}

/// A reference is to the element that its signature stands in: by its id, or as the whole document.
fn refers(reference: Node<'_, '_>, element: Node<'_, '_>) -> Option<()> {
    let uri = reference.attribute("URI")?;
    let refers = match uri.strip_prefix('#') {
        Some(id) => !id.is_empty() && element.attribute("ID") == Some(id),
        None => uri.is_empty() && element.parent_element().is_none(),
    };
    refers.then_some(())
}

/// SAML lets two transforms pass: the signature itself is left out, and the rest made canonical. The prefixes that the latter
/// names.
fn transforms<'a>(reference: Node<'a, 'a>) -> Option<Vec<&'a str>> {
    let list = only(reference, (DSIG, "Transforms"))?;
    let mut steps = list.children().filter(Node::is_element);
    let (first, second) = (steps.next()?, steps.next()?);
    let enveloped = first.has_tag_name((DSIG, "Transform")) && algorithm(first)? == ENVELOPED;
    if !enveloped || !second.has_tag_name((DSIG, "Transform")) || steps.next().is_some() {
        return None;
    }
    exclusive(second)
}

/// The prefixes that an element which chooses exclusive canonical XML names; `None` if it chooses anything else.
fn exclusive<'a>(node: Node<'a, 'a>) -> Option<Vec<&'a str>> {
    if algorithm(node)? != EXCLUSIVE {
        return None;
    }
    let list = only(node, (EXCLUSIVE, "InclusiveNamespaces")).and_then(|list| list.attribute("PrefixList"));
    Some(list.unwrap_or_default().split_whitespace().collect())
}

fn algorithm<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.attribute("Algorithm")
}

/// AWS documents no algorithm that it refuses, and many providers sign with SHA-1 to this day.
fn digest_method(name: &str) -> Option<&'static digest::Algorithm> {
    Some(match name {
        "http://www.w3.org/2000/09/xmldsig#sha1" => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        "http://www.w3.org/2001/04/xmlenc#sha256" => &digest::SHA256,
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => &digest::SHA384,
        "http://www.w3.org/2001/04/xmlenc#sha512" => &digest::SHA512,
        _ => return None,
    })
}

/// Keys have 1,024 bits at least.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html>
fn signature_method(name: &str) -> Option<&'static RsaParameters> {
    Some(match name {
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1" => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => {
            &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
        }
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => &signature::RSA_PKCS1_2048_8192_SHA384,
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => {
            &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
        }
        _ => return None,
    })
}
