use crate::Model;
use std::sync::OnceLock;

/// A model that is parsed on first use.
pub struct LazyModel {
    json: &'static [u8],
    model: OnceLock<Model>,
}

impl LazyModel {
    /// A model over JSON that stands in the binary.
    pub const fn new(json: &'static [u8]) -> LazyModel {
        LazyModel { json, model: OnceLock::new() }
    }

    /// The model. A file that does not parse gives an empty model; `cargo test` reads every file, so none ships.
    pub fn get(&self) -> &Model {
        self.model.get_or_init(|| Model::parse(self.json).unwrap_or_default())
    }

    /// The JSON as it stands in the binary.
    pub const fn json(&self) -> &'static [u8] {
        self.json
    }
}
