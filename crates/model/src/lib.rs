//! The AWS API models as data: operations, shapes, traits, constraints, errors and paging of one service.
//!
//! The source is botocore's form with all prose taken out (`models/README.md`). A model is parsed once, on the first
//! request that needs it, and never changes.
//!
//! Invariant: an index ([`ShapeId`], a member's position) that a model gives out is valid in that model.

mod lazy;
mod paging;
mod parse;
mod shapes;

pub use lazy::LazyModel;
pub use paging::Paginator;
pub use parse::ModelError;
pub use shapes::{
    ErrorTrait, Http, Kind, Location, Member, Metadata, Operation, Protocol, Shape, ShapeId, TimestampFormat,
    XmlNamespace,
};

use rustc_hash::FxHashMap;

/// One service's API.
#[derive(Debug, Default)]
pub struct Model {
    /// What holds for the service as a whole.
    pub metadata: Metadata,
    operations: Vec<Operation>,
    by_operation: FxHashMap<Box<str>, usize>,
    shapes: Vec<Shape>,
    by_shape: FxHashMap<Box<str>, ShapeId>,
    paginators: FxHashMap<Box<str>, Paginator>,
}

impl Model {
    /// Reads a model in botocore's form, with or without prose.
    pub fn parse(json: &[u8]) -> Result<Model, ModelError> {
        parse::parse(json)
    }

    /// All operations, by name.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation called `name`.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(*self.by_operation.get(name)?)
    }

    /// The shape that `id`, an id of this model, stands for.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        static NOTHING: std::sync::LazyLock<Shape> = std::sync::LazyLock::new(Shape::default);
        self.shapes.get(id.0 as usize).unwrap_or(&NOTHING)
    }

    /// The shape called `name`.
    pub fn shape_named(&self, name: &str) -> Option<(ShapeId, &Shape)> {
        let id = *self.by_shape.get(name)?;
        Some((id, self.shape(id)))
    }

    /// All shapes with their ids.
    pub fn shapes(&self) -> impl Iterator<Item = (ShapeId, &Shape)> {
        self.shapes.iter().enumerate().map(|(i, shape)| (ShapeId(i as u32), shape))
    }

    /// How an operation's results are paged; `None` where they are not.
    pub fn paginator(&self, operation: &str) -> Option<&Paginator> {
        self.paginators.get(operation)
    }

    /// The error shape that goes by `code`: its name, or the code that its error trait gives it.
    pub fn error(&self, code: &str) -> Option<(ShapeId, &Shape)> {
        if let Some((id, shape)) = self.shape_named(code)
            && shape.error.is_some()
        {
            return Some((id, shape));
        }
        self.shapes().find(|(_, shape)| shape.error.as_ref().is_some_and(|e| e.code.as_deref() == Some(code)))
    }
}
