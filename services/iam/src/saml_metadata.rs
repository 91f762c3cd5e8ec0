//! The metadata of a SAML provider: an XML document whose root is `EntityDescriptor`.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html>

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use service::Timestamp;

/// What IAM reads of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// `validUntil` of the root.
    pub valid_until: Option<Timestamp>,
}

/// Elements within one another, at most.
const DEEPEST: usize = 64;

/// Reads the metadata; `None` for what is no metadata of an identity.
pub fn read(text: &str) -> Option<Metadata> {
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    let mut found = None;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                if depth == 0 {
                    found = Some(root(&start).filter(|_| found.is_none())?);
                }
                depth += 1;
                if depth > DEEPEST {
                    return None;
                }
            }
            Event::Empty(start) if depth == 0 => found = Some(root(&start).filter(|_| found.is_none())?),
            Event::End(_) => depth = depth.checked_sub(1)?,
            // A document type could define entities, and metadata has no use for one.
            Event::DocType(_) => return None,
            Event::Eof => return found.filter(|_| depth == 0),
            _ => {}
        }
    }
}

fn root(start: &BytesStart<'_>) -> Option<Metadata> {
    if start.local_name().as_ref() != "EntityDescriptor" {
        return None;
    }
    start.try_get_attribute("entityID").ok()??;
    let valid_until = match start.try_get_attribute("validUntil").ok()? {
        Some(attribute) => Some(Timestamp::parse_iso8601(&attribute.value)?),
        None => None,
    };
    Some(Metadata { valid_until })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_and_what_is_none() {
        let check = |text: &str, expect: Option<Option<&str>>| {
            let until = expect.map(|until| until.map(|text| Timestamp::parse_iso8601(text).unwrap()));
            assert_eq!(read(text).map(|m| m.valid_until), until, "{text}");
        };
        check(r#"<EntityDescriptor entityID="urn:x"><a/></EntityDescriptor>"#, Some(None));
        let dated = r#"<?xml version="1.0"?><md:EntityDescriptor xmlns:md="m" entityID="u" validUntil="2035-08-30T00:00:00Z"/>"#;
        check(dated, Some(Some("2035-08-30T00:00:00Z")));
        for text in [
            "",
            "aaaa",
            "<EntityDescriptor/>",
            "<Other entityID=\"u\"/>",
            "<EntityDescriptor entityID=\"u\">",
            "<EntityDescriptor entityID=\"u\" validUntil=\"soon\"/>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><EntityDescriptor entityID=\"u\"/>",
            &format!("{}{}", "<EntityDescriptor entityID=\"u\">".repeat(100), "</EntityDescriptor>".repeat(100)),
        ] {
            check(text, None);
        }
    }
}
