//! The SAML assertion by which an instance vouches for a user at STS.
//!
//! It is written in canonical form at once (<https://www.w3.org/TR/xml-exc-c14n/>): attributes in their order, no empty tags, each
//! name space where it is first used. So its digest is that of its text.

use crate::signing;
use crate::state::KeyRow;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::{Duration, Result, View};
use std::fmt::Write;

const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";
const ENDPOINT: &str = "https://signin.aws.amazon.com/saml";
/// For how long it can be redeemed.
const LIFE: Duration = Duration::from_secs(240);

/// What is vouched for.
pub struct Claim<'a> {
    /// The assertion's id, without what makes it one of XML.
    pub id: &'a str,
    /// The user's name.
    pub user: &'a str,
    /// The role's ARN.
    pub role: &'a str,
    /// The provider's ARN.
    pub provider: &'a str,
    /// For how long the session lasts, in seconds.
    pub seconds: i64,
    /// Session tags.
    pub tags: &'a [(String, String)],
}

/// A response with a signed assertion, in base64, as `AssumeRoleWithSAML` takes it.
pub fn response(view: &View, key: &KeyRow, claim: &Claim<'_>) -> Result<String> {
    let issuer = signing::entity(view, key);
    let now = view.now().whole_secs();
    let (issued, ends) = (now.iso8601(), now.after(LIFE).iso8601());
    let head = format!(
        "<a:Assertion xmlns:a=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_{}\" IssueInstant=\"{issued}\" \
         Version=\"2.0\"><a:Issuer>{}</a:Issuer>",
        claim.id,
        text(&issuer)
    );
    let subject = format!(
        "<a:Subject><a:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">{}</a:NameID>\
         <a:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><a:SubjectConfirmationData \
         NotOnOrAfter=\"{ends}\" Recipient=\"{ENDPOINT}\"></a:SubjectConfirmationData></a:SubjectConfirmation>\
         </a:Subject><a:Conditions NotBefore=\"{issued}\" NotOnOrAfter=\"{ends}\"><a:AudienceRestriction><a:Audience>\
         {ENDPOINT}</a:Audience></a:AudienceRestriction></a:Conditions><a:AuthnStatement AuthnInstant=\"{issued}\" \
         SessionIndex=\"_{}\"></a:AuthnStatement>",
        text(claim.user),
        claim.id
    );
    let rest = format!("{subject}<a:AttributeStatement>{}</a:AttributeStatement></a:Assertion>", attributes(claim));
    let covered = digest(&SHA256, format!("{head}{rest}").as_bytes());
    let signature = signature(key, claim.id, &STANDARD.encode(covered))?;
    let whole = format!(
        "<p:Response xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_r{}\" IssueInstant=\"{issued}\" \
         Version=\"2.0\"><p:Status><p:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"></p:StatusCode>\
         </p:Status>{head}{signature}{rest}</p:Response>",
        claim.id
    );
    Ok(STANDARD.encode(whole))
}

fn signature(key: &KeyRow, id: &str, hash: &str) -> Result<String> {
    let inner = format!(
        "<CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></CanonicalizationMethod>\
         <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></SignatureMethod>\
         <Reference URI=\"#_{id}\"><Transforms><Transform \
         Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></Transform><Transform \
         Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></Transform></Transforms><DigestMethod \
         Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></DigestMethod><DigestValue>{hash}</DigestValue>\
         </Reference></SignedInfo>"
    );
    let signed = format!("<SignedInfo xmlns=\"http://www.w3.org/2000/09/xmldsig#\">{inner}");
    let value = key.signature(&signed)?;
    Ok(format!(
        "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo>{inner}<SignatureValue>{value}\
         </SignatureValue></Signature>"
    ))
}

fn attributes(claim: &Claim<'_>) -> String {
    let role = format!("{},{}", claim.role, claim.provider);
    let mut all = attribute("Role", &role);
    all += &attribute("RoleSessionName", &session_name(claim.user));
    all += &attribute("SessionDuration", &claim.seconds.to_string());
    for (name, value) in claim.tags {
        all += &attribute(&format!("PrincipalTag:{name}"), value);
    }
    all
}

fn attribute(name: &str, value: &str) -> String {
    let mut out = String::new();
    let (name, value) = (text(name), text(value));
    let _ = write!(
        out,
        "<a:Attribute Name=\"{ATTRIBUTES}{name}\"><a:AttributeValue>{value}</a:AttributeValue></a:Attribute>"
    );
    out
}

/// The user's name as a session may be called: 2 to 64 letters of IAM's.
pub fn session_name(user: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) { c } else { '-' };
    let name: String = user.chars().map(letter).take(64).collect();
    if name.len() < 2 { format!("{name:_<2}") } else { name }
}

/// A text as canonical XML writes it, in content and in attributes alike.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sessions() {
        for (user, expect) in
            [("ann", "ann"), ("ann@example.com", "ann@example.com"), ("a", "a_"), ("Ann Ö", "Ann--"), ("", "__")]
        {
            assert_eq!(session_name(user), expect, "{user}");
        }
        assert_eq!(session_name(&"a".repeat(100)).len(), 64);
    }

    #[test]
    fn what_a_user_is_called_breaks_no_document() {
        assert_eq!(text("<&>\r\u{1}"), "&lt;&amp;&gt;&#xD; ");
    }
}
