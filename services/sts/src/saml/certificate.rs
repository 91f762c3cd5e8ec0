//! The little that is read of X.509 certificates: their keys. When one ends does not matter: "AWS Identity and Access Management
//! does not evaluate or take action on the expiration of X.509 certificates in identity provider (IdP) metadata documents."
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html>

use crate::der::{Der, INTEGER, SEQUENCE};

const VERSION: u8 = 0xa0;

/// The `SubjectPublicKeyInfo` (RFC 5280, section 4.1) of a certificate in DER.
pub fn public_key(certificate: &[u8]) -> Option<&[u8]> {
    let mut fields = Der(Der(Der(certificate).take(SEQUENCE)?.content).take(SEQUENCE)?.content);
    if fields.0.first() == Some(&VERSION) {
        fields.take(VERSION)?;
    }
    fields.take(INTEGER)?; // serial number
    fields.take(SEQUENCE)?; // signature algorithm
    fields.take(SEQUENCE)?; // issuer
    fields.take(SEQUENCE)?; // validity
    fields.take(SEQUENCE)?; // subject
    Some(fields.take(SEQUENCE)?.whole)
}
