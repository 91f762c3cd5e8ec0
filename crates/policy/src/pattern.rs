//! Patterns: `*`, `?` and policy variables, compiled once and matched without backtracking blow-up.

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::context::Context;

/// A byte of the pattern, or one of the two wildcards. Variables' values become plain bytes, so that a `*` inside a tag's
/// value matches only itself.
type Unit = u16;
const MANY: Unit = 0x100;
const ONE: Unit = 0x101;

/// What the characters of a value mean, which depends on where it stands in the policy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Syntax {
    /// `*` and `?` are wildcards.
    pub wildcards: bool,
    /// `${key}` is replaced from the request (only in documents of version 2012-10-17).
    pub variables: bool,
    /// The pattern is folded to lower case; the caller folds the text.
    pub fold: bool,
}

/// One value of a policy element, ready to be matched.
#[derive(Debug, Clone)]
pub struct Pattern {
    raw: Box<str>,
    form: Form,
}

#[derive(Debug, Clone)]
enum Form {
    Any,
    Exact(Box<str>),
    Prefix(Box<str>),
    Glob(Box<[Unit]>),
    Template(Box<[Part]>),
}

#[derive(Debug, Clone)]
enum Part {
    Text(Box<[Unit]>),
    Variable { key: Box<str>, default: Option<Box<str>> },
}

impl Pattern {
    pub(crate) fn compile(raw: &str, syntax: Syntax) -> Self {
        let folded = if syntax.fold { Cow::Owned(raw.to_ascii_lowercase()) } else { Cow::Borrowed(raw) };
        let parts = parts(&folded, syntax);
        let form = match parts.as_slice() {
            [] => Form::Exact("".into()),
            [Part::Text(units)] => form_of(units),
            _ => Form::Template(parts.into()),
        };
        Self { raw: raw.into(), form }
    }

    /// The value as it is written in the policy.
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// The context keys that the value's variables name, in lower case.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        let parts: &[Part] = match &self.form {
            Form::Template(parts) => parts,
            _ => &[],
        };
        parts.iter().filter_map(|part| match part {
            Part::Variable { key, .. } => Some(key.as_ref()),
            Part::Text(_) => None,
        })
    }

    /// True if the whole of `text` matches. A variable that the request cannot fill matches nothing.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
    pub fn matches(&self, text: &str, context: &Context<'_>) -> bool {
        self.matches_bytes(text.as_bytes(), context)
    }

    pub(crate) fn matches_bytes(&self, text: &[u8], context: &Context<'_>) -> bool {
        match &self.form {
            Form::Any => true,
            Form::Exact(exact) => exact.as_bytes() == text,
            Form::Prefix(prefix) => text.starts_with(prefix.as_bytes()),
            Form::Glob(units) => glob(units, text),
            Form::Template(parts) => expand(parts, context).is_some_and(|units| glob(&units, text)),
        }
    }

    /// The value with its variables filled, wildcards and all; `None` if one cannot be.
    pub(crate) fn filled(&self, context: &Context<'_>) -> Option<Cow<'_, str>> {
        match &self.form {
            Form::Exact(exact) => Some(Cow::Borrowed(exact)),
            Form::Any | Form::Prefix(_) | Form::Glob(_) => Some(Cow::Borrowed(&self.raw)),
            Form::Template(parts) => {
                let units = expand(parts, context)?;
                let plain = |unit: &Unit| u8::try_from(*unit).unwrap_or(if *unit == MANY { b'*' } else { b'?' });
                let bytes: Vec<u8> = units.iter().map(plain).collect();
                Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
            }
        }
    }
}

/// What one character of a text must be, for those who look at all texts that a pattern matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Letter {
    /// `*`
    Many,
    /// `?`
    One,
    /// Any number of characters that are no colons.
    ManyWithin,
    /// One character that is no colon.
    OneWithin,
    /// A decimal digit.
    Digit,
    /// This character.
    Exactly(char),
    /// This character in either case.
    AnyCase(char),
}

impl Pattern {
    /// The pattern letter by letter, its variables filled from `context`; without a context each of them is taken for any
    /// text, so that the letters match whatever the pattern may. `None` if a variable cannot be filled.
    pub(crate) fn letters(&self, context: Option<&Context<'_>>) -> Option<Vec<Letter>> {
        let plain = |text: &str| text.chars().map(Letter::Exactly).collect::<Vec<_>>();
        match (&self.form, context) {
            (Form::Any, _) => Some(vec![Letter::Many]),
            (Form::Exact(text), _) => Some(plain(text)),
            (Form::Prefix(text), _) => Some(plain(text).into_iter().chain([Letter::Many]).collect()),
            (Form::Glob(units), _) => Some(letters(units)),
            (Form::Template(parts), Some(context)) => Some(letters(&expand(parts, context)?)),
            (Form::Template(parts), None) => {
                let each = parts.iter().flat_map(|part| match part {
                    Part::Text(units) => letters(units),
                    Part::Variable { .. } => vec![Letter::Many],
                });
                Some(each.collect())
            }
        }
    }
}

fn letters(units: &[Unit]) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(units.len());
    for run in units.chunk_by(|a, b| (*a < MANY) == (*b < MANY)) {
        let bytes: Option<Vec<u8>> = run.iter().map(|unit| u8::try_from(*unit).ok()).collect();
        match bytes {
            Some(bytes) => letters.extend(String::from_utf8_lossy(&bytes).chars().map(Letter::Exactly)),
            None => letters.extend(run.iter().map(|unit| if *unit == MANY { Letter::Many } else { Letter::One })),
        }
    }
    letters
}

/// Cuts a value into text and variables. Without a closing brace `${` is plain text.
fn parts(text: &str, syntax: Syntax) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut units: Vec<Unit> = Vec::new();
    let mut rest = text;
    // Looked for once: a text of nothing but `${` would otherwise be searched to its end for each of them.
    let last_close = text.rfind('}').filter(|_| syntax.variables);
    while let Some(first) = rest.chars().next() {
        let may_close = last_close.is_some_and(|last| text.len() - rest.len() < last);
        if let Some((name, after)) = may_close.then(|| rest.strip_prefix("${")?.split_once('}')).flatten() {
            rest = after;
            if matches!(name, "*" | "?" | "$") {
                units.extend(name.bytes().map(Unit::from));
                continue;
            }
            if !units.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut units).into()));
            }
            parts.push(variable(name));
            continue;
        }
        match first {
            '*' if syntax.wildcards => {
                if units.last() != Some(&MANY) {
                    units.push(MANY);
                }
            }
            '?' if syntax.wildcards => units.push(ONE),
            other => units.extend(other.encode_utf8(&mut [0; 4]).bytes().map(Unit::from)),
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    if !units.is_empty() {
        parts.push(Part::Text(units.into()));
    }
    parts
}

/// `aws:username` or `aws:username, 'nobody'`.
fn variable(name: &str) -> Part {
    let (key, default) = match name.split_once(',') {
        Some((key, rest)) => {
            let quoted = rest.trim().strip_prefix('\'').and_then(|r| r.strip_suffix('\''));
            (key, quoted.map(Box::from))
        }
        None => (name, None),
    };
    Part::Variable { key: key.trim().to_ascii_lowercase().into(), default }
}

fn form_of(units: &[Unit]) -> Form {
    let text = |units: &[Unit]| -> Option<Box<str>> {
        let bytes: Option<Vec<u8>> = units.iter().map(|unit| u8::try_from(*unit).ok()).collect();
        String::from_utf8(bytes?).ok().map(String::into_boxed_str)
    };
    match units {
        [MANY] => Form::Any,
        [head @ .., MANY] => text(head).map_or_else(|| Form::Glob(units.into()), Form::Prefix),
        _ => text(units).map_or_else(|| Form::Glob(units.into()), Form::Exact),
    }
}

fn expand(parts: &[Part], context: &Context<'_>) -> Option<SmallVec<[Unit; 128]>> {
    let mut units = SmallVec::new();
    for part in parts {
        match part {
            Part::Text(text) => units.extend_from_slice(text),
            Part::Variable { key, default } => {
                let found = context.get(key);
                // A key with several values cannot be a variable.
                let value: &str = match (found.as_deref(), default) {
                    (Some([one]), _) => one,
                    (_, Some(default)) => default,
                    _ => return None,
                };
                units.extend(value.bytes().map(Unit::from));
            }
        }
    }
    Some(units)
}

/// Two pointers and one remembered star: at most `pattern * text` steps, and no recursion.
fn glob(pattern: &[Unit], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&byte) = text.get(t) {
        match pattern.get(p) {
            Some(&MANY) => {
                star = Some((p + 1, t));
                p += 1;
                continue;
            }
            // `?` is one character, not one byte; a continuation byte cannot begin one.
            Some(&ONE) if byte & 0xC0 != 0x80 => {
                p += 1;
                t += 1;
                while text.get(t).is_some_and(|next| next & 0xC0 == 0x80) {
                    t += 1;
                }
                continue;
            }
            Some(&unit) if unit == Unit::from(byte) => {
                p += 1;
                t += 1;
                continue;
            }
            _ => {}
        }
        match &mut star {
            Some((after, seen)) => {
                *seen += 1;
                (p, t) = (*after, *seen);
            }
            None => return false,
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|unit| *unit == MANY))
}

/// A value of `ArnLike` and its kin: each of the six parts between colons is matched by itself.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>
#[derive(Debug, Clone)]
pub(crate) struct ArnPattern {
    whole: Pattern,
    parts: Option<Box<[Pattern; 6]>>,
}

impl ArnPattern {
    pub(crate) fn compile(raw: &str, variables: bool) -> Self {
        let syntax = Syntax { wildcards: true, variables, fold: false };
        let whole = Pattern::compile(raw, syntax);
        let plain = !(variables && raw.contains("${"));
        let parts = if plain { six(raw) } else { None };
        Self { whole, parts: parts.map(|parts| Box::new(parts.map(|part| Pattern::compile(part, syntax)))) }
    }

    pub(crate) fn whole(&self) -> &Pattern {
        &self.whole
    }

    pub(crate) fn matches(&self, arn: &str, context: &Context<'_>) -> bool {
        let Some(text) = six(arn) else { return false };
        match (&self.whole.form, &self.parts) {
            (Form::Any, _) => true,
            (_, Some(parts)) => parts.iter().zip(text).all(|(part, text)| part.matches(text, context)),
            (Form::Template(parts), None) => expand(parts, context).is_some_and(|units| segments_match(&units, text)),
            (Form::Glob(units), None) => segments_match(units, text),
            _ => false,
        }
    }
}

fn segments_match(units: &[Unit], text: [&str; 6]) -> bool {
    let parts: SmallVec<[&[Unit]; 6]> = units.splitn(6, |unit| *unit == Unit::from(b':')).collect();
    parts.len() == 6 && parts.iter().zip(text).all(|(part, text)| glob(part, text.as_bytes()))
}

/// The six parts of an ARN; the sixth keeps its colons.
fn six(arn: &str) -> Option<[&str; 6]> {
    let mut parts = arn.splitn(6, ':');
    let six = [parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    Some(six)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, expect: bool) {
        let compiled = Pattern::compile(pattern, Syntax { wildcards: true, variables: true, fold: false });
        let mut context = Context::new();
        context.add("aws:username", "ann");
        context.add("aws:PrincipalTag/star", "a*b");
        context.add("aws:TagKeys", "one");
        context.add("aws:TagKeys", "two");
        assert_eq!(compiled.matches(text, &context), expect, "{pattern} against {text}");
    }

    #[test]
    fn globs() {
        for (pattern, text, expect) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "anything", true),
            ("**", "x", true),
            ("a*", "a", true),
            ("a*", "b", false),
            ("*a", "banana", true),
            ("*a", "bananas", false),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXcYb", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "aéc", true),
            ("??", "é", false),
            ("*?", "é", true),
            ("*??", "é", false),
            ("?*", "", false),
            ("?*", "日本", true),
            ("A", "a", false),
            ("$", "$", true),
            ("${", "${", true),
        ] {
            check(pattern, text, expect);
        }
    }

    #[test]
    fn a_hostile_glob_ends_soon() {
        let pattern = format!("{}b", "*a".repeat(200));
        check(&pattern, &"a".repeat(4000), false);
    }

    #[test]
    fn variables() {
        for (pattern, text, expect) in [
            ("home/${aws:username}/*", "home/ann/x", true),
            ("home/${aws:username}/*", "home/bob/x", false),
            ("${AWS:UserName}", "ann", true),
            ("${aws:userid}", "", false),
            ("${aws:userid, 'anonymous'}", "anonymous", true),
            ("${aws:username, 'anonymous'}", "ann", true),
            ("${aws:userid,'x'}", "x", true),
            ("${*}", "*", true),
            ("${*}", "a", false),
            ("a${?}b", "a?b", true),
            ("a${?}b", "axb", false),
            ("${$}{aws:username}", "${aws:username}", true),
            ("${aws:PrincipalTag/star}", "a*b", true),
            ("${aws:PrincipalTag/star}", "axb", false),
            ("*${*}", "xx*", true),
            ("${aws:TagKeys}", "one", false),
            ("${aws:TagKeys, 'd'}", "d", true),
        ] {
            check(pattern, text, expect);
        }
    }

    #[test]
    fn arns() {
        let value = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt";
        for (pattern, text, expect) in [
            ("arn:aws:someservice:*:111122223333:finance/*", value, false),
            ("arn:aws:someservice:*:*:store/*:finance/*", value, true),
            ("arn:aws:iam::123456789012:user/${aws:username}", "arn:aws:iam::123456789012:user/ann", true),
            ("arn:aws:iam::123456789012:user/${aws:username}", "arn:aws:iam::123456789012:user/bob", false),
            ("arn:aws:iam::*:user/a${*}", "arn:aws:iam::1:user/a*", true),
            ("*", "arn:aws:s3:::b", true),
            ("*", "not an arn", false),
            ("arn:*", "arn:aws:s3:::b", false),
            ("arn:aws:s3:::b", "arn:aws:s3:::B", false),
        ] {
            let mut context = Context::new();
            context.add("aws:username", "ann");
            assert_eq!(ArnPattern::compile(pattern, true).matches(text, &context), expect, "{pattern} against {text}");
        }
    }
}
