//! The attributes of an assertion, and what they mean to AWS.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html>

use super::document::{SAML, children, text};
use crate::errors;
use roxmltree::Node;
use service::Result;

/// What begins the names of AWS's own attributes.
const AWS: &str = "https://aws.amazon.com/SAML/Attributes/";
/// `RoleSessionName`, without [`AWS`].
pub const NAME: &str = "RoleSessionName";

/// Attributes that become condition keys of trust policies, by their names.
const CONDITION_KEYS: &[(&str, &str)] = &[
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "saml:edupersonaffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.2", "saml:edupersonnickname"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.3", "saml:edupersonorgdn"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.4", "saml:edupersonorgunitdn"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.5", "saml:edupersonprimaryaffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "saml:edupersonprincipalname"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.7", "saml:edupersonentitlement"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.8", "saml:edupersonprimaryorgunitdn"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "saml:edupersonscopedaffiliation"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.10", "saml:edupersontargetedid"),
    ("urn:oid:1.3.6.1.4.1.5923.1.1.1.11", "saml:edupersonassurance"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.2", "saml:eduorghomepageuri"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.3", "saml:eduorgidentityauthnpolicyuri"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.4", "saml:eduorglegalname"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.5", "saml:eduorgsuperioruri"),
    ("urn:oid:1.3.6.1.4.1.5923.1.2.1.6", "saml:eduorgwhitepagesuri"),
    ("urn:oid:2.5.4.3", "saml:cn"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "saml:name"),
    ("http://schemas.xmlsoap.org/claims/CommonName", "saml:commonName"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "saml:givenName"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "saml:surname"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "saml:mail"),
    ("http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid", "saml:uid"),
    ("2.5.4.3", "saml:commonName"),
    ("2.5.4.4", "saml:surname"),
    ("2.4.5.42", "saml:givenName"),
    ("2.5.4.45", "saml:x500UniqueIdentifier"),
    ("0.9.2342.19200300100.1.1", "saml:uid"),
    ("0.9.2342.19200300100.1.3", "saml:mail"),
    ("0.9.2342.19200300.100.1.45", "saml:organizationStatus"),
];

/// The attributes of an assertion, in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attributes(Vec<Attribute>);

#[derive(Debug, Clone, PartialEq)]
struct Attribute {
    name: String,
    values: Vec<String>,
}

impl Attributes {
    /// Reads the attributes of an assertion.
    pub fn read(assertion: Node<'_, '_>) -> Attributes {
        let statements = children(assertion, (SAML, "AttributeStatement"));
        let all = statements.flat_map(|statement| children(statement, (SAML, "Attribute")));
        let read = |node: Node<'_, '_>| Attribute {
            name: node.attribute("Name").unwrap_or_default().to_owned(),
            values: children(node, (SAML, "AttributeValue")).map(text).collect(),
        };
        Attributes(all.map(read).collect())
    }

    /// The values of one of AWS's own attributes.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let of_name = move |attribute: &&Attribute| attribute.name.strip_prefix(AWS) == Some(name);
        self.0.iter().filter(of_name).flat_map(|attribute| attribute.values.iter().map(String::as_str))
    }

    /// The first value of one of AWS's own attributes.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Whether the provider `provider` lets the user have the role `role`: both ARNs stand together in a value of `Role`.
    pub fn maps_to(&self, role: &str, provider: &str) -> bool {
        let pairs = self.all("Role").filter_map(|value| value.split_once(','));
        pairs.map(|(a, b)| (a.trim(), b.trim())).any(|pair| pair == (role, provider) || pair == (provider, role))
    }

    /// `PrincipalTag:{TagKey}`: the session tags.
    pub fn tags(&self) -> Vec<(String, String)> {
        let key =
            |attribute: &Attribute| attribute.name.strip_prefix(AWS)?.strip_prefix("PrincipalTag:").map(str::to_owned);
        let tag =
            |attribute: &Attribute| Some((key(attribute)?, attribute.values.first().cloned().unwrap_or_default()));
        self.0.iter().filter_map(tag).collect()
    }

    /// `TransitiveTagKeys`
    pub fn transitive_tag_keys(&self) -> Vec<String> {
        self.all("TransitiveTagKeys").map(str::to_owned).collect()
    }

    /// `SessionDuration`, in seconds; `None` where it is not set.
    ///
    /// # Errors
    /// `InvalidIdentityToken` if it is none from 15 minutes to 12 hours.
    pub fn session_duration(&self) -> Result<Option<i64>> {
        let Some(text) = self.first("SessionDuration") else { return Ok(None) };
        let seconds = text.parse().ok().filter(|seconds| (900..=43_200).contains(seconds));
        let wrong =
            || errors::invalid_identity_token("SessionDuration in AuthnResponse must be from 900 to 43200 seconds");
        seconds.map(Some).ok_or_else(wrong)
    }

    /// The condition keys that trust policies can ask for. "If you include more than one [claim per key], only one claim will be
    /// mapped."
    pub fn condition_keys(&self) -> Vec<(String, Vec<String>)> {
        let mut keys: Vec<(String, Vec<String>)> = Vec::new();
        for (name, key) in CONDITION_KEYS {
            let found = self.0.iter().find(|attribute| attribute.name == *name && !attribute.values.is_empty());
            if let Some(attribute) = found.filter(|_| keys.iter().all(|(known, _)| known != key)) {
                keys.push(((*key).to_owned(), attribute.values.clone()));
            }
        }
        keys
    }
}
