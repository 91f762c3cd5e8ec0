//! How a handler takes its input apart: each member by name, so that none is forgotten.

use crate::codegen::{Handler, field_name};
use crate::source::{Function, Source, closing, split_commas, words_of};
use model::{Model, Operation};

/// The pattern that takes a handler's input apart.
pub(crate) struct Pattern {
    /// Whether it leaves members out with `..`.
    pub has_rest: bool,
    pub members: Vec<Bound>,
}

/// One member of the pattern.
pub(crate) struct Bound {
    pub field: String,
    /// Whether it is bound to nothing: `_` or a name that begins with one.
    pub unused: bool,
    /// Whether `// stored only` stands behind it.
    pub stored_only: bool,
    /// Where it stands, as a byte of the file.
    pub at: usize,
}

/// The function of a handler in its file.
pub(crate) fn function<'a>(source: &'a Source, handler: &Handler) -> Option<Function<'a>> {
    source.functions().into_iter().find(|f| f.name == handler.function && source.at(f.at) == handler.at)
}

/// The pattern by which a handler takes its input apart: in its parameters, or in its first statement.
pub(crate) fn pattern(source: &Source, function: &Function<'_>) -> Option<Pattern> {
    let code = source.code.as_str();
    let parameter = split_commas(function.params).into_iter().nth(1)?;
    if parameter.contains('{') {
        return braces(source, function.at + code.get(function.at..)?.find(parameter)?);
    }
    let name = parameter.split(':').next()?.trim();
    let body = function.body.start + 1;
    let statement = code.get(body..function.body.end)?;
    let start = body + statement.len() - statement.trim_start().len();
    let taken = code.get(start..)?.split(';').next()?.trim_end();
    let is_whole = taken.starts_with("let ") && taken.split_once('=').is_some_and(|(_, from)| from.trim() == name);
    if is_whole { braces(source, start) } else { None }
}

fn braces(source: &Source, from: usize) -> Option<Pattern> {
    let code = source.code.as_str();
    let open = from + code.get(from..)?.find('{')?;
    let inner = code.get(open + 1..closing(code, open)?)?;
    let mut pattern = Pattern { has_rest: false, members: Vec::new() };
    let mut at = open + 1;
    for part in split_commas(inner) {
        at += code.get(at..)?.find(part)?;
        let (field, bound) = part.split_once(':').map_or((part, part), |(field, bound)| (field.trim(), bound.trim()));
        if part == ".." {
            pattern.has_rest = true;
        } else {
            let stored_only = source.line_text(source.line(at)).contains("// stored only");
            let field = field.trim_start_matches("mut ").to_owned();
            pattern.members.push(Bound { field, unused: bound.starts_with('_'), stored_only, at });
        }
        at += part.len();
    }
    Some(pattern)
}

/// The members that a handler refuses by name: `refuse("Member")`.
pub(crate) fn refused(source: &Source, function: &Function<'_>) -> Vec<String> {
    let body = function.body.clone();
    let text = source.uncommented.get(body).unwrap_or_default();
    let calls = words_of(text, "refuse").filter_map(|at| text.get(at..)?.strip_prefix("refuse(\"")?.split('"').next());
    calls.map(str::to_owned).collect()
}

/// The model's name of a field of an operation's input.
pub(crate) fn member_name(model: &Model, operation: &Operation, field: &str) -> String {
    let members = operation.input.map(|input| model.shape(input).members.as_slice()).unwrap_or_default();
    let member = members.iter().find(|member| field_name(&member.name) == field);
    member.map_or_else(|| field.to_owned(), |member| member.name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Field, unused, stored only.
    type Seen = (String, bool, bool);

    fn check(text: &str) -> Option<(bool, Vec<Seen>)> {
        let source = Source::new("ops/a.rs", text);
        let functions = source.functions();
        let pattern = pattern(&source, functions.first().unwrap())?;
        Some((pattern.has_rest, pattern.members.into_iter().map(|m| (m.field, m.unused, m.stored_only)).collect()))
    }

    #[test]
    fn inputs_are_seen_taken_apart() {
        let used = |name: &str| (name.to_owned(), false, false);
        let text = "pub fn f(cx: &mut Cx, input: In) -> R {\n    // why\n    let In { a, b: other } = input;\n}";
        assert_eq!(check(text), Some((false, vec![used("a"), used("b")])));
        let text = "pub fn f(cx: &mut Cx, In { a }: In) -> R {}";
        assert_eq!(check(text), Some((false, vec![used("a")])));
        let text = "pub fn f(cx: &mut Cx, input: In) -> R {\n    let In { a, .. } = input;\n}";
        assert_eq!(check(text), Some((true, vec![used("a")])));
        let text = "pub fn f(cx: &mut Cx, input: In) -> R {\n    let In {\n        a: _, // stored only\n        b: _b,\n    } = \
            input;\n}";
        let want = vec![("a".to_owned(), true, true), ("b".to_owned(), true, false)];
        assert_eq!(check(text), Some((false, want)));
        assert_eq!(check("pub fn f(cx: &mut Cx, input: In) -> R {\n    let x = input.a;\n}"), None);
        assert_eq!(check("pub fn f(cx: &mut Cx, input: In) -> R {\n    check()?;\n    let In { a } = input;\n}"), None);
    }

    #[test]
    fn refusals_are_seen() {
        let source = Source::new("a.rs", "fn f() {\n    cx.refuse(\"A\")?; // refuse(\"B\")\n}");
        assert_eq!(refused(&source, source.functions().first().unwrap()), ["A"]);
    }
}
