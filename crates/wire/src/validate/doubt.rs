use model::{Kind, Model, ShapeId};
use shape::{Node, Peek};

/// How deep a value is looked into; deeper ones are in doubt.
const DEEPEST: usize = 64;

/// Whether a generated structure may lack a required member: such a member has a plain type, and one that was never set
/// looks as one that was set to nothing. Where it does, the caller decodes the request into a tree, which can tell.
pub fn doubtful(model: &Model, shape: ShapeId, input: Peek<'_>) -> bool {
    look(model, shape, input, 0)
}

fn look(model: &Model, id: ShapeId, value: Peek<'_>, depth: usize) -> bool {
    if depth > DEEPEST {
        return true;
    }
    let shape = model.shape(id);
    let inside = |id: ShapeId, node: &dyn Node| look(model, id, node.peek(), depth + 1);
    match (shape.kind, value) {
        (Kind::Structure, Peek::Struct(fields)) => shape.members.iter().enumerate().any(|(index, member)| {
            let Some(node) = fields.member(index) else { return false };
            (member.required && is_nothing(node.peek())) || inside(member.shape, node)
        }),
        (Kind::List, Peek::List(list)) => {
            let Some(element) = shape.element() else { return false };
            (0..list.len()).filter_map(|i| list.at(i)).any(|node| inside(element.shape, node))
        }
        (Kind::Map, Peek::Map(map)) => {
            let Some((_, value)) = shape.entry() else { return false };
            (0..map.len()).filter_map(|i| map.at(i)).any(|(_, node)| inside(value.shape, node))
        }
        _ => false,
    }
}

/// Whether a value is what its type begins with.
fn is_nothing(value: Peek<'_>) -> bool {
    match value {
        Peek::Absent | Peek::Bool(false) | Peek::Int(0) => true,
        Peek::Float(number) => number == 0.0,
        Peek::Str(text) => text.is_empty(),
        Peek::Blob(bytes) => bytes.is_empty(),
        Peek::Time(time) => time.0 == 0,
        Peek::List(list) => list.is_empty(),
        Peek::Map(map) => map.is_empty(),
        Peek::Struct(fields) => {
            (0..fields.members().len()).filter_map(|i| fields.member(i)).all(|node| is_nothing(node.peek()))
        }
        Peek::Bool(true) | Peek::Int(_) | Peek::Encoded(_) => false,
    }
}
