//! Comparisons of texts, none of which builds another one.

/// Whether two texts are the same but for case.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}

/// Whether `text` begins with `prefix` but for case.
pub(crate) fn begins(text: &str, prefix: &str) -> bool {
    let mut text = text.chars().flat_map(char::to_lowercase);
    prefix.chars().flat_map(char::to_lowercase).all(|c| text.next() == Some(c))
}

/// Whether `text` ends with `suffix` but for case.
pub(crate) fn ends(text: &str, suffix: &str) -> bool {
    let mut text = text.chars().rev().flat_map(|c| c.to_lowercase().rev());
    suffix.chars().rev().flat_map(|c| c.to_lowercase().rev()).all(|c| text.next() == Some(c))
}

/// A text in which `*` stands for any number of characters: the parts between the asterisks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wildcard(Box<[Box<str>]>);

impl Wildcard {
    /// Reads a wildcard, in which `\*` and `\\` are the characters themselves, or says what is wrong with it. Positions
    /// count as AWS counts them: the quote before the text is at 0.
    pub(crate) fn read(text: &str) -> Result<Wildcard, String> {
        let (mut parts, mut part) = (Vec::new(), String::new());
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some((_, escaped @ ('*' | '\\'))) => part.push(escaped),
                    _ => return Err(format!("Invalid escape character at pos {}", at + 1)),
                },
                '*' if chars.peek().is_some_and(|(_, next)| *next == '*') => {
                    return Err(format!("Consecutive wildcard characters at pos {}", at + 1));
                }
                '*' => parts.push(std::mem::take(&mut part).into_boxed_str()),
                c => part.push(c),
            }
        }
        parts.push(part.into_boxed_str());
        Ok(Wildcard(parts.into_boxed_slice()))
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let [first, rest @ ..] = &*self.0 else { return false };
        let [middle @ .., last] = rest else { return text == &**first };
        let Some(mut left) = text.strip_prefix(&**first).and_then(|left| left.strip_suffix(&**last)) else {
            return false;
        };
        // The first place that fits leaves the most for those behind.
        for part in middle {
            match left.find(&**part) {
                Some(at) => left = left.get(at + part.len()..).unwrap_or_default(),
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_overlooked() {
        assert!(same("ÄpfEL", "äPFel") && !same("a", "ab"));
        assert!(begins("Hello", "hEL") && !begins("he", "hel") && begins("x", ""));
        assert!(ends("Hello.PNG", ".png") && !ends("png", ".png") && ends("x", ""));
    }

    #[test]
    fn wildcards_match() {
        for (wildcard, text, expect) in [
            ("*", "", true),
            ("a*", "a", true),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("*b*", "abc", true),
            ("dir/*.png", "dir/x/y.png", true),
            ("dir/*.png", "dir/x.jpg", false),
            ("a*b*c", "abbc", true),
            ("a*bc*c", "abc", false),
            (r"a\*b", "a*b", true),
            (r"a\*b", "axb", false),
            (r"a\\*", r"a\x", true),
            ("plain", "plain", true),
            ("plain", "plainer", false),
        ] {
            assert_eq!(Wildcard::read(wildcard).map(|w| w.matches(text)), Ok(expect), "{wildcard} {text}");
        }
        assert_eq!(Wildcard::read("a**"), Err("Consecutive wildcard characters at pos 2".to_owned()));
        assert_eq!(Wildcard::read(r"\x"), Err("Invalid escape character at pos 1".to_owned()));
        assert!(Wildcard::read("\\").is_err());
    }
}
