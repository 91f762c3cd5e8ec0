//! The text of `Fn::Sub`.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html>

/// A piece of such a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Text as it is.
    Text(&'a str),
    /// `${Name}`, without its braces.
    Variable(&'a str),
    /// `${!Name}`, which stands for `${Name}`.
    Literal(&'a str),
}

/// The pieces of a text, in their order. A brace that is not closed is text.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else { break };
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(match name.strip_prefix('!') {
            Some(literal) => Piece::Literal(literal),
            None => Piece::Variable(name.trim()),
        });
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_variables() {
        use Piece::{Literal, Text, Variable};
        let check = |text, expect: &[Piece<'_>]| assert_eq!(pieces(text), expect, "{text}");
        check("a${B}c", &[Text("a"), Variable("B"), Text("c")]);
        check("${A.B}${!C}", &[Variable("A.B"), Literal("C")]);
        check("$A ${open", &[Text("$A ${open")]);
        check("", &[]);
    }
}
