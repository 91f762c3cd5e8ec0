use crate::codec::fault::Bad;
use crate::codec::{DEEPEST, MOST_NODES};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{XmlVersion, escape};
use std::borrow::Cow;

/// A pull reader over XML, which counts depth and elements, and refuses document types (and so entity bombs).
pub(in crate::codec) struct Reader<'a> {
    inner: quick_xml::Reader<&'a [u8]>,
    depth: usize,
    nodes_left: usize,
}

/// The beginning of an element.
pub(in crate::codec) struct Start<'a>(BytesStart<'a>);

/// What stands in an element.
pub(super) enum Item<'a> {
    Open(Start<'a>),
    Close,
    Text(Cow<'a, str>),
}

impl<'a> Start<'a> {
    /// The element's name without its prefix.
    pub(in crate::codec) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// An attribute by its full name, prefix included.
    pub(super) fn attribute(&self, name: &str) -> Result<Option<String>, Bad> {
        for attribute in self.0.attributes() {
            let attribute = attribute.map_err(|_| malformed())?;
            if attribute.key.into_inner() == name {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| malformed())?;
                return Ok(Some(value.into_owned()));
            }
        }
        Ok(None)
    }
}

fn local(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, local)| local)
}

fn malformed() -> Bad {
    Bad::new("The XML is not well-formed")
}

impl<'a> Reader<'a> {
    pub(in crate::codec) fn new(bytes: &'a [u8]) -> Result<Reader<'a>, Bad> {
        let text = std::str::from_utf8(bytes).map_err(|_| Bad::new("The request body is not valid UTF-8"))?;
        let mut inner = quick_xml::Reader::from_str(text);
        inner.config_mut().expand_empty_elements = true;
        inner.config_mut().check_comments = true;
        Ok(Reader { inner, depth: 0, nodes_left: MOST_NODES })
    }

    pub(super) fn next(&mut self) -> Result<Item<'a>, Bad> {
        loop {
            match self.inner.read_event().map_err(|_| malformed())? {
                Event::Start(start) => {
                    self.depth += 1;
                    self.nodes_left = self.nodes_left.checked_sub(1).ok_or_else(malformed)?;
                    if self.depth > DEEPEST {
                        return Err(Bad::new("The XML is nested too deeply"));
                    }
                    return Ok(Item::Open(Start(start)));
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Item::Close);
                }
                Event::Text(text) => return Ok(Item::Text(text.xml10_content())),
                Event::CData(data) => return Ok(Item::Text(data.xml10_content())),
                Event::GeneralRef(name) => {
                    if let Some(c) = name.resolve_char_ref().map_err(|_| malformed())? {
                        return Ok(Item::Text(Cow::Owned(c.to_string())));
                    }
                    let text = escape::resolve_xml_entity(&name.xml10_content()).ok_or_else(malformed)?;
                    return Ok(Item::Text(Cow::Borrowed(text)));
                }
                Event::DocType(_) | Event::Eof | Event::Empty(_) => return Err(malformed()),
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            }
        }
    }

    /// The root element.
    pub(in crate::codec) fn root(&mut self) -> Result<Start<'a>, Bad> {
        loop {
            match self.next()? {
                Item::Open(start) => return Ok(start),
                Item::Text(text) if text.trim().is_empty() => {}
                _ => return Err(malformed()),
            }
        }
    }

    /// The next element inside the current one; `None` at its end. Text between elements means nothing.
    pub(in crate::codec) fn child(&mut self) -> Result<Option<Start<'a>>, Bad> {
        loop {
            match self.next()? {
                Item::Open(start) => return Ok(Some(start)),
                Item::Close => return Ok(None),
                Item::Text(_) => {}
            }
        }
    }

    /// Passes over the rest of the current element.
    pub(in crate::codec) fn skip(&mut self) -> Result<(), Bad> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }

    /// The text of the current element, to its end.
    pub(super) fn text(&mut self) -> Result<Cow<'a, str>, Bad> {
        let mut whole = Cow::Borrowed("");
        loop {
            match self.next()? {
                Item::Text(piece) if whole.is_empty() => whole = piece,
                Item::Text(piece) => whole.to_mut().push_str(&piece),
                Item::Close => return Ok(whole),
                Item::Open(_) => return Err(Bad::new("An element is found where text is expected")),
            }
        }
    }

    /// Nothing but white space may follow the root.
    pub(in crate::codec) fn end(&mut self) -> Result<(), Bad> {
        loop {
            match self.inner.read_event().map_err(|_| malformed())? {
                Event::Eof => return Ok(()),
                Event::Text(text) if text.xml10_content().trim().is_empty() => {}
                Event::PI(_) | Event::Comment(_) => {}
                _ => return Err(malformed()),
            }
        }
    }
}
