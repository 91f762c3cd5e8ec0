//! From the model's shapes to `shape!` structs.

use super::names;
use model::{Kind, Member, Model, Shape, ShapeId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The structs that some operations need, and all that these need.
pub(crate) struct Closure<'m> {
    model: &'m Model,
    structures: BTreeMap<&'m str, ShapeId>,
    optional: &'m [String],
    /// Shapes whose types the service writes itself, by name.
    own: &'m BTreeMap<String, String>,
}

impl<'m> Closure<'m> {
    pub(crate) fn of(
        model: &'m Model,
        roots: impl IntoIterator<Item = ShapeId>,
        own: &'m BTreeMap<String, String>,
    ) -> Closure<'m> {
        let mut closure = Closure { model, structures: BTreeMap::new(), optional: &[], own };
        let mut seen = BTreeSet::new();
        let mut open: Vec<ShapeId> = roots.into_iter().collect();
        while let Some(id) = open.pop() {
            let shape = model.shape(id);
            if !own.contains_key(&*shape.name) && seen.insert(id) {
                if is_structure(shape) {
                    closure.structures.insert(&shape.name, id);
                }
                open.extend(shape.members.iter().map(|member| member.shape));
            }
        }
        closure
    }

    /// The same, where these members (`Structure.Member`) may be absent although the model requires them.
    pub(crate) fn with_optional(self, optional: &'m [String]) -> Closure<'m> {
        Closure { optional, ..self }
    }

    /// One `shape!` with all structs by name; empty if there are none.
    pub(crate) fn text(&self) -> String {
        if self.structures.is_empty() {
            return String::new();
        }
        let structs: Vec<String> = self.structures.values().map(|id| self.structure(*id)).collect();
        format!("service::shape::shape! {{\n{}}}\n", structs.join("\n"))
    }

    fn structure(&self, id: ShapeId) -> String {
        let shape = self.model.shape(id);
        let name = names::structure(&shape.name);
        if shape.members.is_empty() {
            return format!("    pub struct {name} {{}}\n");
        }
        let mut out = format!("    pub struct {name} {{\n");
        let mut used = BTreeSet::new();
        for member in &shape.members {
            let mut field = names::field(&member.name);
            while !used.insert(field.clone()) {
                field.push('_');
            }
            let kind = self.member_type(id, member);
            let _ = writeln!(out, "        pub {field}: {kind} = {:?},", &*member.name);
        }
        out.push_str("    }\n");
        out
    }

    fn member_type(&self, parent: ShapeId, member: &Member) -> String {
        let blob = self.model.shape(member.shape);
        let kind = match blob.kind {
            // A body that comes or goes as a stream, of which no handler sees the bytes.
            Kind::Blob if member.streaming || blob.streaming => "service::Body".to_owned(),
            _ => self.type_of(member.shape),
        };
        let name = format!("{}.{}", self.model.shape(parent).name, member.name);
        let required = member.required && !self.optional.contains(&name);
        match (self.holds(member.shape, parent), required) {
            (true, _) => format!("Option<Box<{kind}>>"),
            (false, true) => kind,
            (false, false) => format!("Option<{kind}>"),
        }
    }

    fn type_of(&self, id: ShapeId) -> String {
        let shape = self.model.shape(id);
        if let Some(own) = self.own.get(&*shape.name) {
            return own.clone();
        }
        let part = |index: usize| {
            let inner = shape.members.get(index).map_or_else(String::new, |m| self.type_of(m.shape));
            if shape.sparse { format!("Option<{inner}>") } else { inner }
        };
        match shape.kind {
            Kind::Structure | Kind::Union => names::structure(&shape.name),
            Kind::List => format!("Vec<{}>", part(0)),
            Kind::Map => format!("IndexMap<String, {}>", part(1)),
            Kind::String => "String".to_owned(),
            Kind::Boolean => "bool".to_owned(),
            Kind::Byte | Kind::Short | Kind::Integer | Kind::Long => "i64".to_owned(),
            Kind::Float | Kind::Double => "f64".to_owned(),
            Kind::Blob => "Bytes".to_owned(),
            Kind::Timestamp => "Timestamp".to_owned(),
            Kind::Document => "Value".to_owned(),
        }
    }

    /// Whether a value of `outer` would hold one of `inner` within itself, so that it had no size.
    fn holds(&self, outer: ShapeId, inner: ShapeId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![outer];
        while let Some(id) = open.pop() {
            let shape = self.model.shape(id);
            if !is_structure(shape) || !seen.insert(id) {
                continue;
            }
            if id == inner {
                return true;
            }
            open.extend(shape.members.iter().map(|member| member.shape));
        }
        false
    }
}

fn is_structure(shape: &Shape) -> bool {
    matches!(shape.kind, Kind::Structure | Kind::Union)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_type_and_recursion_its_box() {
        let model = Model::parse(
            br#"{"shapes": {
            "In": {"type": "structure", "required": ["Name", "Parts"], "members": {
                "Name": {"shape": "S"}, "type": {"shape": "B"}, "Parts": {"shape": "L"}, "Holes": {"shape": "H"},
                "Tags": {"shape": "M"}, "Size": {"shape": "I"}, "At": {"shape": "T"}, "Weight": {"shape": "F"},
                "Free": {"shape": "D"}, "Next": {"shape": "In"}, "Loop": {"shape": "U"}, "On": {"shape": "Y"}}},
            "U": {"type": "structure", "union": true, "members": {"Back": {"shape": "In"}}},
            "Unused": {"type": "structure", "members": {}}, "Option": {"type": "structure", "members": {}},
            "S": {"type": "string"}, "B": {"type": "blob"}, "L": {"type": "list", "member": {"shape": "In"}},
            "H": {"type": "list", "sparse": true, "member": {"shape": "S"}}, "I": {"type": "integer"},
            "M": {"type": "map", "key": {"shape": "S"}, "value": {"shape": "Option"}}, "T": {"type": "timestamp"},
            "F": {"type": "float"}, "D": {"type": "structure", "document": true, "members": {}},
            "Y": {"type": "boolean"}}}"#,
        )
        .unwrap();
        let (root, _) = model.shape_named("In").unwrap();
        let want = "service::shape::shape! {
    pub struct In {
        pub name: String = \"Name\",
        pub type_: Option<Bytes> = \"type\",
        pub parts: Vec<In> = \"Parts\",
        pub holes: Option<Vec<Option<String>>> = \"Holes\",
        pub tags: Option<IndexMap<String, Option_>> = \"Tags\",
        pub size: Option<i64> = \"Size\",
        pub at: Option<Timestamp> = \"At\",
        pub weight: Option<f64> = \"Weight\",
        pub free: Option<Value> = \"Free\",
        pub next: Option<Box<In>> = \"Next\",
        pub loop_: Option<Box<U>> = \"Loop\",
        pub on: Option<bool> = \"On\",
    }

    pub struct Option_ {}

    pub struct U {
        pub back: Option<Box<In>> = \"Back\",
    }
}
";
        assert_eq!(Closure::of(&model, [root], &BTreeMap::new()).text(), want);
        let own = BTreeMap::from([("U".to_owned(), "crate::u::U".to_owned())]);
        let text = Closure::of(&model, [root], &own).text();
        assert!(text.contains("loop_: Option<Box<crate::u::U>>") && !text.contains("struct U"), "{text}");
    }
}
