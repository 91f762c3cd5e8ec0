//! The metadata of a SAML provider, as IAM keeps it: who it is, and the keys that it signs with.
//! <https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf>

use super::certificate::public_key;
use super::document::{DSIG, METADATA, base64, children, only, read, text};
use roxmltree::Node;

/// What STS reads of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    /// `entityID`: whom its assertions name as their issuer.
    pub entity: String,
    /// The keys of its signing certificates: `SubjectPublicKeyInfo`s in DER.
    pub keys: Vec<Vec<u8>>,
}

impl Metadata {
    /// Reads metadata; `None` for what is none.
    pub fn read(metadata: &str) -> Option<Metadata> {
        let document = read(metadata)?;
        let root = document.root_element();
        if !root.has_tag_name((METADATA, "EntityDescriptor")) {
            return None;
        }
        let roles = children(root, (METADATA, "IDPSSODescriptor"));
        let descriptors = roles.flat_map(|role| children(role, (METADATA, "KeyDescriptor")));
        // A descriptor without a use is for both signing and encryption.
        let signing = descriptors.filter(|key| key.attribute("use").is_none_or(|purpose| purpose == "signing"));
        Some(Metadata { entity: root.attribute("entityID")?.to_owned(), keys: signing.flat_map(keys).collect() })
    }
}

fn keys(descriptor: Node<'_, '_>) -> Vec<Vec<u8>> {
    let data = only(descriptor, (DSIG, "KeyInfo")).into_iter().flat_map(|info| children(info, (DSIG, "X509Data")));
    let certificates = data.flat_map(|data| children(data, (DSIG, "X509Certificate")));
    certificates.filter_map(|node| Some(public_key(&base64(&text(node))?)?.to_vec())).collect()
}
