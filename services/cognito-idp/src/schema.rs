//! What attributes users of a pool may have.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>

use crate::api::{NumberAttributeConstraintsType, SchemaAttributeType, StringAttributeConstraintsType};
use crate::errors;
use service::Result;

/// The most custom attributes.
const MOST_CUSTOM: usize = 50;

/// The standard attributes with their least and greatest lengths, all but the booleans and numbers.
const TEXTS: &[(&str, &str, &str)] = &[
    ("sub", "1", "2048"),
    ("name", "0", "2048"),
    ("given_name", "0", "2048"),
    ("family_name", "0", "2048"),
    ("middle_name", "0", "2048"),
    ("nickname", "0", "2048"),
    ("preferred_username", "0", "2048"),
    ("profile", "0", "2048"),
    ("picture", "0", "2048"),
    ("website", "0", "2048"),
    ("email", "0", "2048"),
    ("gender", "0", "2048"),
    ("birthdate", "10", "10"),
    ("zoneinfo", "0", "2048"),
    ("locale", "0", "2048"),
    ("phone_number", "0", "2048"),
    ("address", "0", "2048"),
];

/// The schema of a pool to which nothing was added.
pub fn standard() -> Vec<SchemaAttributeType> {
    let attribute = |name: &str, kind: &str| SchemaAttributeType {
        name: Some(name.to_owned()),
        attribute_data_type: Some(kind.to_owned()),
        developer_only_attribute: Some(false),
        mutable: Some(name != "sub"),
        required: Some(name == "sub"),
        ..SchemaAttributeType::default()
    };
    let texts = TEXTS.iter().map(|(name, least, most)| SchemaAttributeType {
        string_attribute_constraints: Some(StringAttributeConstraintsType {
            min_length: Some((*least).to_owned()),
            max_length: Some((*most).to_owned()),
        }),
        ..attribute(name, "String")
    });
    let identities = SchemaAttributeType {
        string_attribute_constraints: Some(StringAttributeConstraintsType::default()),
        ..attribute("identities", "String")
    };
    let updated_at = SchemaAttributeType {
        number_attribute_constraints: Some(NumberAttributeConstraintsType {
            min_value: Some("0".to_owned()),
            max_value: None,
        }),
        ..attribute("updated_at", "Number")
    };
    let others = ["email_verified", "phone_number_verified"].map(|name| attribute(name, "Boolean"));
    texts.chain(others).chain([updated_at, identities]).collect()
}

/// The schema of a new pool: the standard one with what its maker says of it, and custom attributes.
pub fn of_pool(wanted: Vec<SchemaAttributeType>) -> Result<Vec<SchemaAttributeType>> {
    let mut schema = standard();
    let (known, custom): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|attribute| {
        let name = attribute.name.as_deref().unwrap_or_default();
        schema.iter().any(|standard| standard.name.as_deref() == Some(name))
    });
    for attribute in known {
        let name = attribute.name.clone().unwrap_or_default();
        let Some(place) = schema.iter_mut().find(|standard| standard.name == attribute.name) else { continue };
        if attribute.attribute_data_type.is_some() && attribute.attribute_data_type != place.attribute_data_type {
            let text = format!(
                "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}"
            );
            return Err(errors::invalid(text));
        }
        place.required = attribute.required.or(place.required);
        place.mutable = attribute.mutable.or(place.mutable);
        place.string_attribute_constraints =
            attribute.string_attribute_constraints.or(place.string_attribute_constraints.take());
        place.number_attribute_constraints =
            attribute.number_attribute_constraints.or(place.number_attribute_constraints.take());
    }
    add_custom(&mut schema, custom)?;
    Ok(schema)
}

/// Adds custom attributes, which get their prefix here.
pub fn add_custom(schema: &mut Vec<SchemaAttributeType>, custom: Vec<SchemaAttributeType>) -> Result<()> {
    for attribute in custom {
        let name = attribute.name.clone().unwrap_or_default();
        if name.is_empty() {
            return Err(errors::invalid("Attribute name is required."));
        }
        if attribute.required == Some(true) {
            return Err(errors::invalid("Required custom attributes are not supported currently."));
        }
        let developer = attribute.developer_only_attribute.unwrap_or_default();
        let full = if developer { format!("dev:custom:{name}") } else { format!("custom:{name}") };
        if schema.iter().any(|known| known.name.as_deref() == Some(full.as_str())) {
            return Err(errors::invalid(format!("{full}: Existing attribute already has name {full}.")));
        }
        let kind = attribute.attribute_data_type.clone().unwrap_or_else(|| "String".to_owned());
        schema.push(SchemaAttributeType {
            name: Some(full),
            developer_only_attribute: Some(developer),
            mutable: Some(attribute.mutable.unwrap_or(true)),
            required: Some(false),
            string_attribute_constraints: (kind == "String")
                .then(|| attribute.string_attribute_constraints.unwrap_or_default()),
            number_attribute_constraints: (kind == "Number")
                .then(|| attribute.number_attribute_constraints.unwrap_or_default()),
            attribute_data_type: Some(kind),
        });
    }
    let count = schema.iter().filter(|a| a.name.as_deref().is_some_and(|name| name.contains("custom:"))).count();
    match count > MOST_CUSTOM {
        true => Err(errors::invalid(format!("The number of custom attributes exceeds the limit {MOST_CUSTOM}."))),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_attributes_may_be_demanded_and_custom_ones_get_a_prefix() {
        let wanted = |name: &str, required, kind: Option<&str>| SchemaAttributeType {
            name: Some(name.to_owned()),
            required: Some(required),
            attribute_data_type: kind.map(str::to_owned),
            ..SchemaAttributeType::default()
        };
        let schema = of_pool(vec![wanted("email", true, None), wanted("tier", false, Some("Number"))]);
        let schema = schema.unwrap_or_default();
        let of = |name: &str| schema.iter().find(|a| a.name.as_deref() == Some(name));
        assert_eq!(schema.len(), 22);
        assert_eq!(of("email").and_then(|a| a.required), Some(true));
        assert!(of("custom:tier").is_some_and(|a| a.number_attribute_constraints.is_some()));
        assert!(of_pool(vec![wanted("tier", true, None)]).is_err());
        assert!(of_pool(vec![wanted("email", true, Some("Number"))]).is_err());
        assert!(of_pool(vec![wanted("tier", false, None), wanted("tier", false, None)]).is_err());
    }
}
