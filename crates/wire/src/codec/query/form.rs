use crate::codec::bindings::uri;
use crate::codec::fault::Bad;
use std::borrow::Cow;

/// How many parameters a request may have.
const MOST_PARAMETERS: usize = 10_000;

type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// A form's parameters, sorted by name, so that those below one prefix stand side by side.
pub(super) struct Form<'a>(Vec<Pair<'a>>);

/// The parameters below one prefix.
#[derive(Clone, Copy)]
pub(super) struct Branch<'f> {
    pairs: &'f [Pair<'f>],
    prefix: usize,
}

impl<'a> Form<'a> {
    /// Reads the parameters of a query string and a body.
    pub(super) fn parse(query: &'a str, body: &'a [u8]) -> Result<Form<'a>, Bad> {
        let body = std::str::from_utf8(body).map_err(|_| Bad::new("The request body is not valid UTF-8"))?;
        let mut pairs = Vec::new();
        for pair in query.split('&').chain(body.split('&')).filter(|pair| !pair.is_empty()) {
            if pairs.len() == MOST_PARAMETERS {
                return Err(Bad::new("The request has too many parameters"));
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            pairs.push((uri::form_decode(name)?, uri::form_decode(value)?));
        }
        pairs.sort_by(|a: &Pair<'_>, b| a.0.cmp(&b.0));
        Ok(Form(pairs))
    }

    pub(super) fn root(&self) -> Branch<'_> {
        Branch { pairs: &self.0, prefix: 0 }
    }
}

impl<'f> Branch<'f> {
    pub(super) fn is_empty(self) -> bool {
        self.pairs.is_empty()
    }

    /// A name without the prefix.
    fn rest<'p>(self, pair: &'p Pair<'_>) -> &'p str {
        pair.0.get(self.prefix..).unwrap_or("")
    }

    /// The parameter that is just `name`; the first, if it was sent more than once.
    pub(super) fn value(self, name: &str) -> Option<&'f str> {
        let at = self.pairs.partition_point(|pair| self.rest(pair) < name);
        self.pairs.get(at).filter(|pair| self.rest(pair) == name).map(|pair| &*pair.1)
    }

    /// The parameters whose names start with `name.`.
    pub(super) fn below(self, name: &str) -> Branch<'f> {
        // Within those that start with `name`, the ones with a dot next stand together too.
        let from = self.pairs.partition_point(|pair| split(self.rest(pair), name) < (name, "."));
        let to = self.pairs.partition_point(|pair| split(self.rest(pair), name) < (name, "/"));
        Branch { pairs: self.pairs.get(from..to).unwrap_or_default(), prefix: self.prefix + name.len() + 1 }
    }

    /// The members of a list in the order of their numbers: each number's own value and what is below it. Gaps are
    /// closed; what is no number is passed over.
    pub(super) fn numbered(self) -> Vec<(Option<&'f str>, Branch<'f>)> {
        let mut found: Vec<(u64, &'f str)> = Vec::new();
        for pair in self.pairs {
            let rest = self.rest(pair);
            let digits = rest.split_once('.').map_or(rest, |(head, _)| head);
            if let Ok(number) = digits.parse()
                && found.last().is_none_or(|last| last.1 != digits)
            {
                found.push((number, digits));
            }
        }
        found.sort();
        found.dedup();
        found.into_iter().map(|(_, digits)| (self.value(digits), self.below(digits))).collect()
    }
}

/// Text cut where `name` would end in it. Pairs of such parts sort as the whole texts do.
fn split<'t>(text: &'t str, name: &str) -> (&'t str, &'t str) {
    text.split_at_checked(text.len().min(name.len())).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches() {
        let body = b"L.member.10=c&L.member.2.x=b&L-a=0&L.member.2=B&L.member.1=a&La.member.1=z&L.member.2-q=w&L=top&L.member.x=no&L.member.4294967299999=d";
        let form = Form::parse("Action=Do", body).unwrap();
        let root = form.root();
        assert_eq!(root.value("Action"), Some("Do"));
        assert_eq!(root.value("L"), Some("top"));
        let list = root.below("L").below("member");
        let members: Vec<_> = list.numbered().into_iter().map(|(value, below)| (value, below.value("x"))).collect();
        assert_eq!(members, [(Some("a"), None), (Some("B"), Some("b")), (Some("c"), None), (Some("d"), None)]);
        assert!(root.below("M").is_empty());
    }

    #[test]
    fn too_many_parameters_are_refused() {
        let body = "a=1&".repeat(MOST_PARAMETERS + 1);
        assert!(Form::parse("", body.as_bytes()).is_err());
        assert!(Form::parse("", b"a=%ff").is_err());
    }
}
