//! By what a delivery's answer finds the step that made the call.

/// The step of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The stack's name.
    pub stack: String,
    /// The unique part of its id.
    pub uid: String,
    /// The resource.
    pub logical: String,
    /// The step.
    pub number: i64,
    /// Whether the call only looked.
    pub look: bool,
}

impl Tag {
    /// The tag as text.
    pub fn write(&self) -> String {
        let look = if self.look { "look" } else { "call" };
        format!("step {} {} {} {} {look}", self.stack, self.uid, self.logical, self.number)
    }

    /// Reads what [`Tag::write`] wrote; `None` for deliveries that belong to no step.
    pub fn read(text: &str) -> Option<Tag> {
        let mut words = text.strip_prefix("step ")?.split(' ');
        let mut next = || words.next().map(str::to_owned);
        let (stack, uid, logical) = (next()?, next()?, next()?);
        Some(Tag { stack, uid, logical, number: next()?.parse().ok()?, look: next()? == "look" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_reads_back() {
        let tag = Tag { stack: "s".into(), uid: "u".into(), logical: "L".into(), number: 3, look: true };
        assert_eq!(Tag::read(&tag.write()), Some(tag));
        assert_eq!(Tag::read("notice"), None);
    }
}
