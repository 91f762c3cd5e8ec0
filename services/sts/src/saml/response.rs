//! From the text of a request to the assertion that a provider signed.

use super::assertion::Assertion;
use super::document::{self, PROTOCOL, SAML, base64, children, only};
use super::metadata::Metadata;
use super::signature::{Standing, standing};
use crate::errors;
use roxmltree::{Document, Node};
use service::Result;
use std::collections::BTreeSet;

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// Opens a SAML response, base64, and reads the one assertion that a key of the provider signed, by itself or with the whole
/// response.
///
/// # Errors
/// `InvalidIdentityToken` for what is no response, or is not signed so; `IDPRejectedClaim` for one that tells of a failure.
pub fn open(response: &str, provider: &Metadata) -> Result<Assertion> {
    let bytes = base64(response).ok_or_else(|| errors::invalid_identity_token("Invalid base64 SAMLResponse"))?;
    let text = String::from_utf8(bytes).map_err(|_| invalid())?;
    let document = document::read(&text).ok_or_else(invalid)?;
    let root = document.root_element();
    if !root.has_tag_name((PROTOCOL, "Response")) {
        return Err(invalid());
    }
    if !succeeded(root) {
        return Err(errors::rejected_claim());
    }
    if !is_unambiguous(&document) {
        return Err(invalid());
    }
    let assertion = only(root, (SAML, "Assertion")).ok_or_else(invalid)?;
    match (standing(root, &provider.keys), standing(assertion, &provider.keys)) {
        (Standing::Signed, Standing::Signed | Standing::Unsigned) | (Standing::Unsigned, Standing::Signed) => {
            Assertion::read(assertion)
        }
        _ => Err(errors::invalid_identity_token("Response signature invalid")),
    }
}

fn invalid() -> service::Error {
    errors::invalid_identity_token("Invalid SAML response")
}

fn succeeded(root: Node<'_, '_>) -> bool {
    let code = only(root, (PROTOCOL, "Status")).and_then(|status| only(status, (PROTOCOL, "StatusCode")));
    code.and_then(|code| code.attribute("Value")) == Some(SUCCESS)
}

/// Whether there is one assertion in all the document, and no id twice: who wraps a signed assertion in another must break one
/// of the two.
fn is_unambiguous(document: &Document<'_>) -> bool {
    let mut ids = BTreeSet::new();
    let elements = document.descendants().filter(Node::is_element);
    let mut all = elements.flat_map(|node| node.attributes().filter(|a| a.name().eq_ignore_ascii_case("id")));
    let unique = all.all(|id| ids.insert(id.value()));
    let assertions = document.descendants().filter(|node| node.tag_name().name() == "Assertion").count();
    unique && assertions == 1 && children(document.root_element(), (SAML, "Assertion")).count() == 1
}
