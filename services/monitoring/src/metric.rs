//! What a metric is called.

use crate::api;
use crate::errors;
use service::{IndexMap, Result};

/// A metric with its dimensions, which may be given in any order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metric {
    pub namespace: String,
    pub name: String,
    /// In the order of their names.
    pub dimensions: IndexMap<String, String>,
}

/// The longest text of dimensions that is a key as it is, in bytes.
const LONGEST_KEY: usize = 512;

impl Metric {
    pub fn new(namespace: &str, name: &str, dimensions: impl IntoIterator<Item = (String, String)>) -> Metric {
        let mut dimensions: IndexMap<String, String> = dimensions.into_iter().collect();
        dimensions.sort_unstable_keys();
        Metric { namespace: namespace.to_owned(), name: name.to_owned(), dimensions }
    }

    /// The metric of a request.
    ///
    /// # Errors
    /// `InvalidParameterValue` where a dimension is named twice.
    pub fn given(namespace: &str, name: &str, dimensions: Option<Vec<api::Dimension>>) -> Result<Metric> {
        let dimensions = dimensions.unwrap_or_default();
        let count = dimensions.len();
        let made = Metric::new(namespace, name, dimensions.into_iter().map(|one| (one.name, one.value)));
        match made.dimensions.len() == count {
            true => Ok(made),
            false => Err(errors::invalid("No two dimensions of a metric may have the same name.")),
        }
    }

    /// Namespace, name and dimensions, as keys have them.
    pub fn key(&self) -> (String, String, String) {
        (self.namespace.clone(), self.name.clone(), self.dimensions_key())
    }

    fn dimensions_key(&self) -> String {
        let parts: Vec<String> = self.dimensions.iter().map(|(name, value)| format!("{name}\u{1}{value}")).collect();
        let text = parts.join("\u{2}");
        if text.len() <= LONGEST_KEY {
            return text;
        }
        // 128 bits stand for the whole of it.
        let hash = hash(&text);
        let start: String = text.chars().take(LONGEST_KEY / 4).collect();
        format!("{start}\u{3}{hash:032x}")
    }

    /// A number that stands for it, the same whoever makes its series.
    pub fn number(&self) -> i64 {
        let (namespace, name, dimensions) = self.key();
        hash(&format!("{namespace}\u{4}{name}\u{4}{dimensions}")) as i64
    }

    /// The dimensions as the API has them.
    pub fn shown(&self) -> Vec<api::Dimension> {
        shown(&self.dimensions)
    }
}

/// FNV-1a of 128 bits.
fn hash(text: &str) -> u128 {
    text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash: u128, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

/// Dimensions as the API has them.
pub fn shown(dimensions: &IndexMap<String, String>) -> Vec<api::Dimension> {
    dimensions.iter().map(|(name, value)| api::Dimension { name: name.clone(), value: value.clone() }).collect()
}
