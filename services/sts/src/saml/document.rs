//! XML documents that strangers send: bounded, without a document type, and looked at by whole names.

use roxmltree::{Document, Node, ParsingOptions};

/// The names of SAML's assertions.
pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// The names of SAML's messages.
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// The names of SAML's metadata.
pub const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// The names of XML signatures.
pub const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Metadata has ten megabytes at most by IAM's model, a response a hundredth of it.
const LARGEST: usize = 10_000_000;
const MOST_NODES: u32 = 200_000;
/// Elements within one another.
const DEEPEST: usize = 64;

/// A whole name: name space and local name.
pub type Name = (&'static str, &'static str);

/// Reads a document; `None` for what is none, or goes beyond the bounds.
pub fn read(text: &str) -> Option<Document<'_>> {
    // A document type could define entities, and nothing here has a use for one.
    if text.len() > LARGEST || text.contains("<!DOCTYPE") {
        return None;
    }
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok()?;
    is_shallow(document.root_element()).then_some(document)
}

fn is_shallow(root: Node<'_, '_>) -> bool {
    let mut open = vec![(root, 1)];
    while let Some((node, depth)) = open.pop() {
        if depth > DEEPEST {
            return false;
        }
        open.extend(node.children().filter(Node::is_element).map(|child| (child, depth + 1)));
    }
    true
}

/// The children of that name.
pub fn children<'a, 'i>(node: Node<'a, 'i>, name: Name) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

/// The one child of that name; `None` if there is none, or more than one.
pub fn only<'a, 'i>(node: Node<'a, 'i>, name: Name) -> Option<Node<'a, 'i>> {
    let mut found = children(node, name);
    found.next().filter(|_| found.next().is_none())
}

/// The text of an element, without the white space around it. A comment within it does not end it, as it does for readers that
/// look at the first piece of text alone.
pub fn text(node: Node<'_, '_>) -> String {
    let pieces: String = node.children().filter(Node::is_text).filter_map(|piece| piece.text()).collect();
    pieces.trim().to_owned()
}

/// Base64, which documents break into lines.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    let letters: String = text.split_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(letters).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_have_bounds() {
        let nested = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        for (text, expect) in [
            (nested(DEEPEST), true),
            (nested(DEEPEST + 1), false),
            (nested(30_000), false),
            ("<a/>".to_owned(), true),
            ("<a>".to_owned(), false),
            (String::new(), false),
            ("<a><b/>".to_owned(), false),
            ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".to_owned(), false),
            ("<a>&b;</a>".to_owned(), false),
            ("<x:a/>".to_owned(), false),
            ("<a b=\"1\" b=\"2\"/>".to_owned(), false),
            (format!("<a>{}</a>", "<b/>".repeat(300_000)), false),
        ] {
            assert_eq!(read(&text).is_some(), expect, "{:.60}", text);
        }
    }

    #[test]
    fn a_text_is_whole_whatever_stands_in_it() {
        let document = read("<a> ann<!-- -->@example<![CDATA[.com]]><b>x</b> </a>").unwrap();
        assert_eq!(text(document.root_element()), "ann@example.com");
    }
}
