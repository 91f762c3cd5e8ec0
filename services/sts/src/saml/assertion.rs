//! What a SAML assertion claims, and whether it may be used here and now.

use super::attributes::{Attributes, NAME};
use super::document::{SAML, children, only, text};
use crate::errors;
use roxmltree::Node;
use service::{Duration, Error, Result, Timestamp};

/// Audiences that are AWS.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html>
const AUDIENCES: [&str; 2] = ["https://signin.aws.amazon.com/saml", "urn:amazon:webservices"];
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const FORMATS: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:";
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
/// "Token must be redeemed within 5 minutes of issuance"
const REDEEMED_WITHIN: Duration = Duration::from_secs(300);
/// By how much a provider's clock may be ahead.
const SKEW: Duration = Duration::from_secs(300);

/// An assertion whose signature has been verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Assertion {
    /// `Issuer`
    pub issuer: String,
    /// `Subject/NameID`; `None` where there is none.
    pub subject: Option<String>,
    /// `Format` of the `NameID`.
    pub format: String,
    /// `Recipient` of the `SubjectConfirmationData`: the audience, in STS's words.
    pub recipient: String,
    /// `SessionNotOnOrAfter`, where it is set.
    pub session_ends: Option<Timestamp>,
    /// The attributes.
    pub attributes: Attributes,
    /// `IssueInstant`
    pub issued: Timestamp,
    not_before: Option<Timestamp>,
    /// Each end that is set, of the conditions and of the subject's confirmation.
    ends: Vec<Timestamp>,
    /// An `AudienceRestriction` each.
    audiences: Vec<Vec<String>>,
}

impl Assertion {
    /// Reads what has been found to be signed.
    ///
    /// # Errors
    /// `InvalidIdentityToken` if a part is missing that every assertion has.
    pub fn read(node: Node<'_, '_>) -> Result<Assertion> {
        let missing = |what: &str| errors::invalid_identity_token(format!("{what} is required in AuthnResponse"));
        let issuer = only(node, (SAML, "Issuer")).map(text).ok_or_else(|| missing("Issuer"))?;
        let subject = only(node, (SAML, "Subject"));
        let name = subject.and_then(|subject| only(subject, (SAML, "NameID")));
        let confirmation = subject.and_then(|subject| only(subject, (SAML, "SubjectConfirmation")));
        let confirmation = confirmation.filter(|found| found.attribute("Method") == Some(BEARER));
        let data = confirmation.and_then(|found| only(found, (SAML, "SubjectConfirmationData")));
        let data = data.ok_or_else(|| missing("SubjectConfirmationData"))?;
        let redeemable = moment(data, "NotOnOrAfter")?.ok_or_else(|| missing("NotOnOrAfter"))?;
        let conditions = only(node, (SAML, "Conditions"));
        let bound = |name: &str| conditions.map_or(Ok(None), |conditions| moment(conditions, name));
        let statement = only(node, (SAML, "AuthnStatement"));
        Ok(Assertion {
            issuer,
            subject: name.map(text).filter(|name| !name.is_empty()),
            format: name.and_then(|name| name.attribute("Format")).unwrap_or(UNSPECIFIED).to_owned(),
            recipient: data.attribute("Recipient").ok_or_else(|| missing("Recipient"))?.to_owned(),
            session_ends: statement.map_or(Ok(None), |found| moment(found, "SessionNotOnOrAfter"))?,
            attributes: Attributes::read(node),
            issued: moment(node, "IssueInstant")?.ok_or_else(|| missing("IssueInstant"))?,
            not_before: bound("NotBefore")?,
            ends: bound("NotOnOrAfter")?.into_iter().chain([redeemable]).collect(),
            audiences: conditions.map(audiences).unwrap_or_default(),
        })
    }

    /// Whether it was made by this issuer for AWS, and is in force.
    ///
    /// # Errors
    /// `InvalidIdentityToken`, `ExpiredToken`
    pub fn check(&self, issuer: &str, now: Timestamp) -> Result<()> {
        if self.issuer != issuer {
            return Err(errors::invalid_identity_token("Issuer not present in specified provider"));
        }
        let is_aws = |restriction: &Vec<String>| restriction.iter().any(|name| AUDIENCES.contains(&name.as_str()));
        if self.audiences.is_empty() || !self.audiences.iter().all(is_aws) {
            return Err(errors::invalid_identity_token("Response does not contain the required audience."));
        }
        if !is_sign_in(&self.recipient) {
            return Err(errors::invalid_identity_token("Response does not contain the required recipient."));
        }
        if self.not_before.into_iter().chain([self.issued]).any(|from| from > now.after(SKEW)) {
            return Err(errors::invalid_identity_token("The SAML response is not yet valid"));
        }
        if now >= self.issued.after(REDEEMED_WITHIN) {
            return Err(errors::unredeemed_token());
        }
        match self.ends.iter().find(|end| now >= **end) {
            Some(end) => Err(errors::expired_token(now.secs(), end.secs())),
            None => Ok(()),
        }
    }

    /// `SubjectType`: the format without SAML 2.0's prefix.
    pub fn subject_type(&self) -> &str {
        self.format.strip_prefix(FORMATS).unwrap_or(&self.format)
    }

    /// `saml:sub_type`: `persistent`, `transient`, or the format as it is.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml>
    pub fn condition_type(&self) -> &str {
        match self.subject_type() {
            short @ ("persistent" | "transient") => short,
            _ => &self.format,
        }
    }

    /// The condition keys of trust policies that stand in the assertion.
    pub fn condition_keys(&self) -> Vec<(String, Vec<String>)> {
        let one = |key: &str, value: &str| (key.to_owned(), vec![value.to_owned()]);
        let mut keys = vec![
            one("saml:aud", &self.recipient),
            one("saml:iss", &self.issuer),
            one("saml:sub", self.subject.as_deref().unwrap_or_default()),
            one("saml:sub_type", self.condition_type()),
        ];
        keys.extend(self.attributes.condition_keys());
        keys
    }

    /// `RoleSessionName`
    ///
    /// # Errors
    /// `InvalidIdentityToken`
    pub fn session_name(&self) -> Result<&str> {
        let name = self.attributes.first(NAME);
        let name =
            name.ok_or_else(|| errors::invalid_identity_token("RoleSessionName is required in AuthnResponse"))?;
        if !is_name(name) {
            let text = "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}";
            return Err(errors::invalid_identity_token(text));
        }
        Ok(name)
    }

    /// `SourceIdentity`; empty for none.
    ///
    /// # Errors
    /// `InvalidIdentityToken`
    pub fn source_identity(&self) -> Result<&str> {
        let Some(identity) = self.attributes.first("SourceIdentity") else { return Ok("") };
        if !is_name(identity) || identity.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            let text = "Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"";
            return Err(errors::invalid_identity_token(text));
        }
        Ok(identity)
    }
}

/// A moment that an attribute sets.
fn moment(node: Node<'_, '_>, name: &str) -> Result<Option<Timestamp>> {
    let Some(text) = node.attribute(name) else { return Ok(None) };
    let read = Timestamp::parse_iso8601(text);
    read.map(Some).ok_or_else(|| -> Error { errors::invalid_identity_token(format!("{name} is no date and time")) })
}

fn audiences(conditions: Node<'_, '_>) -> Vec<Vec<String>> {
    let restrictions = children(conditions, (SAML, "AudienceRestriction"));
    restrictions.map(|restriction| children(restriction, (SAML, "Audience")).map(text).collect()).collect()
}

/// The sign-in addresses of AWS, of one region or of all, with the id of a provider or without.
/// <https://docs.aws.amazon.com/general/latest/gr/signin-service.html>
fn is_sign_in(recipient: &str) -> bool {
    let Some(rest) = recipient.strip_prefix("https://") else { return false };
    let Some((host, path)) = rest.split_once('/') else { return false };
    let region = host.strip_suffix("signin.aws.amazon.com").map(|region| region.trim_end_matches('.'));
    let known = region.is_some_and(|region| region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    known && (path == "saml" || path.starts_with("saml/acs/"))
}

fn is_name(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
    (2..=64).contains(&text.len()) && text.bytes().all(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_at_which_aws_signs_in() {
        for (recipient, expect) in [
            ("https://signin.aws.amazon.com/saml", true),
            ("https://eu-central-1.signin.aws.amazon.com/saml", true),
            ("https://eu-central-1.signin.aws.amazon.com/saml/acs/SAMLSP1", true),
            ("http://signin.aws.amazon.com/saml", false),
            ("https://evil.example/signin.aws.amazon.com/saml", false),
            ("https://signin.aws.amazon.com.evil.example/saml", false),
            ("https://signin.aws.amazon.com/", false),
            ("", false),
        ] {
            assert_eq!(is_sign_in(recipient), expect, "{recipient}");
        }
    }
}
