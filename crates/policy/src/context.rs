//! The request context: what is known of one request, as keys and values.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

/// A source of keys that are dear to compute, such as the tags of the resource: asked only when a policy names the key.
pub trait Lookup {
    /// The values of a key, given in lower case; `None` if the request has no such key.
    fn lookup(&self, key: &str) -> Option<Vec<Cow<'_, str>>>;
}

/// The keys of one request. Names are compared without regard to case; a key may have several values.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
#[derive(Clone, Default)]
pub struct Context<'a> {
    pairs: Vec<(Cow<'a, str>, Values<'a>)>,
    lazy: Option<&'a dyn Lookup>,
}

/// Most keys have one value, which then costs no allocation.
#[derive(Clone)]
enum Values<'a> {
    One(Cow<'a, str>),
    Many(Vec<Cow<'a, str>>),
}

impl<'a> Values<'a> {
    fn as_slice(&self) -> &[Cow<'a, str>] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }

    fn push(&mut self, value: Cow<'a, str>) {
        match self {
            Self::One(one) => *self = Self::Many(vec![std::mem::take(one), value]),
            Self::Many(many) => many.push(value),
        }
    }
}

impl<'a> Context<'a> {
    /// No keys at all.
    pub fn new() -> Self {
        Self { pairs: Vec::with_capacity(16), lazy: None }
    }

    /// Keys that are not found here are asked of `lazy`.
    pub fn with_lazy(mut self, lazy: &'a dyn Lookup) -> Self {
        self.lazy = Some(lazy);
        self
    }

    /// Adds one value to a key, after those it has.
    pub fn add(&mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        let (key, value) = (key.into(), value.into());
        match self.position(&key) {
            Ok(at) => {
                if let Some((_, values)) = self.pairs.get_mut(at) {
                    values.push(value);
                }
            }
            Err(at) => self.pairs.insert(at, (key, Values::One(value))),
        }
    }

    /// Replaces all values of a key by one.
    pub fn set(&mut self, key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        let (key, value) = (key.into(), value.into());
        match self.position(&key) {
            Ok(at) => {
                if let Some((_, values)) = self.pairs.get_mut(at) {
                    *values = Values::One(value);
                }
            }
            Err(at) => self.pairs.insert(at, (key, Values::One(value))),
        }
    }

    /// Takes a key away; true if it was there.
    pub fn remove(&mut self, key: &str) -> bool {
        self.position(key).map(|at| self.pairs.remove(at)).is_ok()
    }

    /// The values of a key, whatever its case; `None` if the request has no such key.
    pub fn get(&self, key: &str) -> Option<Cow<'_, [Cow<'_, str>]>> {
        match self.position(key) {
            Ok(at) => self.pairs.get(at).map(|(_, values)| Cow::Borrowed(values.as_slice())),
            Err(_) => self
                .lazy
                .and_then(|lazy| lazy.lookup(&key.to_ascii_lowercase()))
                .filter(|values| !values.is_empty())
                .map(Cow::Owned),
        }
    }

    /// All keys that were added, with their values, in a stable order. Lazy keys are not among them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Cow<'a, str>])> {
        self.pairs.iter().map(|(key, values)| (key.as_ref(), values.as_slice()))
    }

    fn position(&self, key: &str) -> Result<usize, usize> {
        self.pairs.binary_search_by(|(own, _)| order(own, key))
    }
}

/// Length first: most keys differ in it, so most steps of the search compare two integers.
fn order(a: &str, b: &str) -> Ordering {
    let folded = |s: &str| -> Ordering {
        let a = a.bytes().map(|byte| byte.to_ascii_lowercase());
        a.cmp(s.bytes().map(|byte| byte.to_ascii_lowercase()))
    };
    a.len().cmp(&b.len()).then_with(|| folded(b))
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Tags;

    impl Lookup for Tags {
        fn lookup(&self, key: &str) -> Option<Vec<Cow<'_, str>>> {
            let tag = key.strip_prefix("aws:resourcetag/")?;
            Some(if tag == "team" { vec!["red".into()] } else { vec![] })
        }
    }

    #[test]
    fn keys_have_no_case_and_many_values() {
        let mut context = Context::new().with_lazy(&Tags);
        context.add("aws:TagKeys", "a");
        context.add("AWS:tagkeys", "b");
        context.add("aws:username", "ann");
        context.set("aws:UserName", "bob");
        let get = |key: &str| context.get(key).map(|v| v.iter().map(|v| v.to_string()).collect::<Vec<_>>());
        assert_eq!(get("aws:tagKeys"), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(get("aws:username"), Some(vec!["bob".to_owned()]));
        assert_eq!(get("aws:ResourceTag/Team"), Some(vec!["red".to_owned()]));
        assert_eq!(get("aws:ResourceTag/other"), None);
        assert_eq!(get("aws:userid"), None);
        assert!(context.remove("AWS:USERNAME"));
        assert!(!context.remove("aws:username"));
    }
}
