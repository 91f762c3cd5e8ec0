//! What of an item is shown: the newer and the older parameters come to the same projection.

use crate::errors;
use crate::expression::projection::Projection;
use crate::expression::{Kind, Parameters, legacy};
use service::{IndexMap, Result};

/// What a read was given of what to show.
#[derive(Debug, Default)]
pub struct Shown {
    /// `ProjectionExpression`
    pub expression: Option<String>,
    /// `AttributesToGet`
    pub attributes: Option<Vec<String>>,
    /// `ExpressionAttributeNames`
    pub names: Option<IndexMap<String, String>>,
}

impl Shown {
    /// Reads it for an operation whose only expression it is. `None` shows all.
    pub fn read(self) -> Result<Option<Projection>> {
        let Shown { expression, attributes, names } = self;
        legacy::check_mixture(
            &[("AttributesToGet", attributes.is_some())],
            &[("ProjectionExpression", expression.is_some())],
        )?;
        let parameters = Parameters::of(names, None, &[(Kind::Projection, false)], expression.is_some())?;
        let projection = projection(expression, attributes, &parameters)?;
        parameters.all_used()?;
        Ok(projection)
    }
}

/// What is shown, by whichever parameter says it.
pub fn projection(
    expression: Option<String>,
    attributes: Option<Vec<String>>,
    parameters: &Parameters,
) -> Result<Option<Projection>> {
    match (expression, attributes) {
        (Some(text), _) => Projection::parse(&text, parameters).map(Some),
        (None, Some(names)) if names.is_empty() => {
            let text = "1 validation error detected: Value '[]' at 'attributesToGet' failed to satisfy constraint: \
                        Member must have length greater than or equal to 1";
            Err(errors::validation(text))
        }
        (None, Some(names)) => Ok(Some(Projection::of(legacy::attributes_to_get(names)?))),
        (None, None) => Ok(None),
    }
}
