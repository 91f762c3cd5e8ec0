use crate::{Error, RequestInfo, Result};

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its value, which may be empty.
    pub value: String,
}

/// A service's rules for tags, and what it answers when they are broken.
/// <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>
pub struct TagRules {
    /// How many tags a resource may have; 50 nearly everywhere.
    pub most: usize,
    /// The error for a tag that is not allowed.
    pub invalid: fn(String) -> Error,
    /// The error for too many tags.
    pub too_many: fn(usize) -> Error,
}

impl TagRules {
    /// Checks lengths, characters and the reserved prefix of the tags in a request.
    pub fn check<'a>(&self, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<()> {
        for (key, value) in tags {
            let allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
            if key.is_empty() || key.chars().count() > 128 {
                return Err((self.invalid)(format!("The tag key '{key}' must be between 1 and 128 characters long.")));
            }
            if value.chars().count() > 256 {
                return Err((self.invalid)(format!(
                    "The value of the tag '{key}' must be at most 256 characters long."
                )));
            }
            if key.to_ascii_lowercase().starts_with("aws:") {
                return Err((self.invalid)(format!("The tag key '{key}' is reserved: keys may not begin with aws:.")));
            }
            if let Some(bad) = key.chars().chain(value.chars()).find(|c| !allowed(*c)) {
                return Err((self.invalid)(format!("The tag '{key}' has a character that is not allowed: '{bad}'.")));
            }
        }
        Ok(())
    }

    /// As [`TagRules::check`], for a request that another service may have made: that one sets the keys that are its own.
    pub fn check_from<'a>(
        &self,
        request: &RequestInfo,
        tags: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<()> {
        self.check(tags.into_iter().filter(|(key, _)| !request.owns_tag(key)))
    }

    /// Checks how many tags a resource would have.
    pub fn check_count(&self, count: usize) -> Result<()> {
        if count > self.most { Err((self.too_many)(count)) } else { Ok(()) }
    }
}
