//! Exclusive canonical XML without comments: the one text of an element, whatever document it stands in.
//! <https://www.w3.org/TR/xml-exc-c14n/>

use roxmltree::{Attribute, Node, NodeId};
use std::collections::BTreeMap;

/// The canonical text of `node`, leaving out the element `without`. The name spaces of `inclusive` (prefixes, `#default` for the
/// one without) are written even where nothing uses them. `None` if a processing instruction stands in it: no assertion has one.
pub fn canonical(node: Node<'_, '_>, inclusive: &[&str], without: Option<NodeId>) -> Option<String> {
    let inclusive = inclusive.iter().map(|prefix| if *prefix == "#default" { "" } else { prefix }).collect();
    let mut writer = Writer { out: String::new(), inclusive, without, source: node.document().input_text() };
    writer.element(node, &BTreeMap::new())?;
    Some(writer.out)
}

/// The name spaces that stand in what was written around an element, by prefix.
type Rendered<'a> = BTreeMap<&'a str, &'a str>;

struct Writer<'a> {
    out: String,
    inclusive: Vec<&'a str>,
    without: Option<NodeId>,
    source: &'a str,
}

impl<'a> Writer<'a> {
    /// Documents are no deeper than their reader lets through, so this may call itself.
    fn element(&mut self, node: Node<'a, 'a>, around: &Rendered<'a>) -> Option<()> {
        let name = self.written_name(node)?;
        let attributes = self.attributes(node)?;
        let declared = self.declarations(node, name, &attributes, around);
        self.out.push('<');
        self.out.push_str(name);
        for (prefix, uri) in &declared {
            let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
            self.attribute(&name, uri);
        }
        for (_, name, attribute) in &attributes {
            self.attribute(name, attribute.value());
        }
        self.out.push('>');
        let mut within = around.clone();
        within.extend(declared);
        let without = self.without;
        for child in node.children().filter(|child| Some(child.id()) != without) {
            if child.is_element() {
                self.element(child, &within)?;
            } else if child.is_text() {
                self.text(child.text().unwrap_or_default());
            } else if child.is_pi() {
                return None;
            }
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        Some(())
    }

    /// The name as the document has it, with its prefix: the tree keeps name spaces alone.
    fn written_name(&self, node: Node<'_, '_>) -> Option<&'a str> {
        let rest = self.source.get(node.range().start..)?.strip_prefix('<')?;
        rest.split(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').next()
    }

    /// The attributes in their order, by name space and name, each with its name as it is written.
    fn attributes(&self, node: Node<'a, 'a>) -> Option<Vec<(&'a str, &'a str, Attribute<'a, 'a>)>> {
        let written = |attribute: Attribute<'a, 'a>| {
            let name = self.source.get(attribute.range_qname())?;
            Some((attribute.namespace().unwrap_or_default(), name, attribute))
        };
        let mut all = node.attributes().map(written).collect::<Option<Vec<_>>>()?;
        all.sort_by(|a, b| (a.0, a.2.name()).cmp(&(b.0, b.2.name())));
        Some(all)
    }

    /// What must be declared here: the name spaces that the element itself uses, unless they stand around it already.
    fn declarations(
        &self,
        node: Node<'a, 'a>,
        name: &'a str,
        attributes: &[(&'a str, &'a str, Attribute<'a, 'a>)],
        around: &Rendered<'a>,
    ) -> Rendered<'a> {
        let in_scope = |prefix: &str| {
            let found = node.namespaces().find(|ns| ns.name().unwrap_or_default() == prefix);
            found.map(|ns| ns.uri()).unwrap_or_default()
        };
        let of_attributes = attributes.iter().filter_map(|(_, name, _)| Some(name.split_once(':')?.0));
        let used = of_attributes.chain([prefix_of(name)]);
        let named = self.inclusive.iter().copied().filter(|prefix| !in_scope(prefix).is_empty());
        let needed = used.chain(named).filter(|prefix| *prefix != "xml").map(|prefix| (prefix, in_scope(prefix)));
        needed.filter(|(prefix, uri)| around.get(prefix).copied().unwrap_or_default() != *uri).collect()
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        for c in value.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '"' => self.out.push_str("&quot;"),
                '\t' => self.out.push_str("&#x9;"),
                '\n' => self.out.push_str("&#xA;"),
                '\r' => self.out.push_str("&#xD;"),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\r' => self.out.push_str("&#xD;"),
                c => self.out.push(c),
            }
        }
    }
}

fn prefix_of(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saml::document::read;

    #[track_caller]
    fn check(text: &str, inclusive: &[&str], expect: &str) {
        let document = read(text).unwrap();
        let root = document.root_element();
        let node = root.descendants().find(|node| node.attribute("pick").is_some()).unwrap_or(root);
        assert_eq!(canonical(node, inclusive, None).as_deref(), Some(expect), "{text}");
    }

    #[test]
    fn one_text_for_all_spellings() {
        check("<?xml version=\"1.0\"?>\n<a  b='1'\n a=\"2\" />", &[], "<a a=\"2\" b=\"1\"></a>");
        check("<a>x<!-- no -->y<![CDATA[<&]]>&gt;&#13;\r\n</a>", &[], "<a>xy&lt;&amp;&gt;&#xD;\n</a>");
        check("<a b=\"&quot;&lt;&#9;&#xA;&#xD;\t'>\"/>", &[], "<a b=\"&quot;&lt;&#x9;&#xA;&#xD; '>\"></a>");
        check("<a é=\"ü\">𝄞</a>", &[], "<a é=\"ü\">𝄞</a>");
        let attributes = "<a xmlns:z=\"u:1\" xmlns:y=\"u:2\" y:b=\"1\" z:c=\"2\" d=\"3\" xml:lang=\"en\"/>";
        let expect = "<a xmlns:y=\"u:2\" xmlns:z=\"u:1\" d=\"3\" xml:lang=\"en\" z:c=\"2\" y:b=\"1\"></a>";
        check(attributes, &[], expect);
    }

    #[test]
    fn only_what_is_used_is_declared_and_only_once() {
        let within = "<r xmlns=\"u:d\" xmlns:p=\"u:p\" xmlns:q=\"u:q\"><p:a pick=\"\"><p:b q:c=\"\"/><d/></p:a></r>";
        let expect = "<p:a xmlns:p=\"u:p\" pick=\"\"><p:b xmlns:q=\"u:q\" q:c=\"\"></p:b><d xmlns=\"u:d\"></d></p:a>";
        check(within, &[], expect);
        let named = "<p:a xmlns:p=\"u:p\" xmlns:q=\"u:q\" pick=\"\"><p:b q:c=\"\"></p:b><d xmlns=\"u:d\"></d></p:a>";
        check(within, &["q", "nowhere"], named);
        let all = "<p:a xmlns=\"u:d\" xmlns:p=\"u:p\" pick=\"\"><p:b xmlns:q=\"u:q\" q:c=\"\"></p:b><d></d></p:a>";
        check(within, &["#default"], all);
        // A name space that is taken back, and a prefix that means something else further in.
        let taken = "<a xmlns=\"u:1\"><b xmlns=\"\"><c xmlns:p=\"u:2\" p:x=\"\"><p:d xmlns:p=\"u:3\"/></c></b></a>";
        let expect =
            "<a xmlns=\"u:1\"><b xmlns=\"\"><c xmlns:p=\"u:2\" p:x=\"\"><p:d xmlns:p=\"u:3\"></p:d></c></b></a>";
        check(taken, &[], expect);
    }

    #[test]
    fn instructions_have_no_text() {
        let document = read("<a><?do it?></a>").unwrap();
        assert_eq!(canonical(document.root_element(), &[], None), None);
        let document = read("<a><b/><c/></a>").unwrap();
        let first = document.root_element().first_child().map(|node| node.id());
        assert_eq!(canonical(document.root_element(), &[], first).as_deref(), Some("<a><c></c></a>"));
    }
}
