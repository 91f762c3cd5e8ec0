use super::pattern::Pattern;
use model::{Model, ShapeId};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// How a service words a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// As AWS's services do: `1 validation error detected: Value 'x' at 'name' failed to satisfy constraint: …`.
    #[default]
    Coral,
    /// The same without the value, as newer ones do: `… Value at 'name' failed to …`.
    CoralWithoutValues,
    /// As Smithy's servers do: `1 validation error detected. Value at '/name' failed to …`, with a field list.
    Smithy,
}

/// Which members are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// All that the model constrains.
    #[default]
    Model,
    /// None: the handlers do it all.
    Off,
    /// Only those that an [`Exception`] names with constraints of its own.
    List,
}

/// Where AWS departs from its model, for one member of one structure. What is `None` is as the model has it.
#[derive(Debug, Clone, Default)]
pub struct Exception {
    /// The structure's name in the model.
    pub shape: Box<str>,
    /// The member's name in the model; `member` for a list's elements, `key` and `value` for a map's.
    pub member: Box<str>,
    /// Whether the member is checked at all.
    pub off: bool,
    /// Whether it must be there.
    pub required: Option<bool>,
    /// Least length, size or value.
    pub min: Option<f64>,
    /// Greatest length, size or value.
    pub max: Option<f64>,
    /// A pattern instead of the model's; empty for none.
    pub pattern: Option<Box<str>>,
    /// Whether only the enumeration's values pass.
    pub closed: Option<bool>,
}

/// The rules of one service's checks. They keep the compiled patterns, so they live as long as the model does.
#[derive(Debug, Default)]
pub struct Rules {
    style: Style,
    scope: Scope,
    closed_enums: bool,
    exceptions: FxHashMap<Box<str>, Vec<Exception>>,
    patterns: OnceLock<FxHashMap<ShapeId, OnceLock<Option<Pattern>>>>,
    own_patterns: FxHashMap<Box<str>, Option<Pattern>>,
}

impl Rules {
    /// Rules in this style and scope, with enumerations open.
    pub fn new(style: Style, scope: Scope) -> Rules {
        Rules { style, scope, ..Rules::default() }
    }

    /// Makes enumerations take their own values alone. Services that gain values between two models are better left
    /// open, with their closed members as exceptions.
    pub fn closed(self) -> Rules {
        Rules { closed_enums: true, ..self }
    }

    /// How refusals are worded.
    pub fn style(&self) -> Style {
        self.style
    }

    pub(super) fn scope(&self) -> Scope {
        self.scope
    }

    pub(super) fn closes_enums(&self) -> bool {
        self.closed_enums
    }

    /// Adds an exception; a later one for the same member replaces an earlier one.
    pub fn with(mut self, exception: Exception) -> Rules {
        if let Some(text) = exception.pattern.as_ref().filter(|text| !text.is_empty()) {
            let pattern = Pattern::new(text, self.anchored()).ok();
            self.own_patterns.insert(text.clone(), pattern);
        }
        let of_shape = self.exceptions.entry(exception.shape.clone()).or_default();
        of_shape.retain(|known| known.member != exception.member);
        of_shape.push(exception);
        self
    }

    /// The exceptions' patterns that cannot be compiled and so are not checked; a service's test wants none.
    pub fn uncompiled(&self) -> Vec<&str> {
        self.own_patterns.iter().filter(|(_, pattern)| pattern.is_none()).map(|(text, _)| &**text).collect()
    }

    /// Whether a pattern must fit the whole text. Smithy's may fit a part; AWS's own checker is Java's `matches`.
    /// <https://smithy.io/2.0/spec/constraint-traits.html#pattern-trait>
    pub(super) fn anchored(&self) -> bool {
        self.style != Style::Smithy
    }

    pub(super) fn exception(&self, shape: &str, member: &str) -> Option<&Exception> {
        self.exceptions.get(shape)?.iter().find(|exception| *exception.member == *member)
    }

    /// The pattern of a shape, compiled on first use; `None` where it has none, or one that cannot be compiled.
    pub(super) fn pattern(&self, model: &Model, shape: ShapeId) -> Option<&Pattern> {
        let all = self.patterns.get_or_init(|| {
            let with = model.shapes().filter(|(_, shape)| shape.pattern.is_some());
            with.map(|(id, _)| (id, OnceLock::new())).collect()
        });
        let compile = || Pattern::new(model.shape(shape).pattern.as_deref()?, self.anchored()).ok();
        all.get(&shape)?.get_or_init(compile).as_ref()
    }

    pub(super) fn own_pattern(&self, text: &str) -> Option<&Pattern> {
        self.own_patterns.get(text)?.as_ref()
    }
}
