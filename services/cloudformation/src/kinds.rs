//! Resource types as templates name them: those that services declare, and those of a user's own.

use service::resource::ResourceType;
use service::template::Schema;
use service::{Value, View};

/// A stack within another.
pub const STACK: &str = "AWS::CloudFormation::Stack";
/// A resource that a function or topic of the user's makes. It goes by a name of his own, too.
pub const CUSTOM: &str = "AWS::CloudFormation::CustomResource";
/// The place to which signals are put.
pub const HANDLE: &str = "AWS::CloudFormation::WaitConditionHandle";
/// How the names begin that users give to theirs.
const OWN: &str = "Custom::";
/// The longest of these names.
const LONGEST: usize = 60;

/// The type that goes by a name, and the prefix of the service that declares it.
pub fn find(view: &View, kind: &str) -> Option<(&'static str, &'static ResourceType)> {
    match kind.strip_prefix(OWN) {
        Some(name) => is_name(kind, name).then(|| view.resource_type(CUSTOM)).flatten(),
        None => view.resource_type(kind),
    }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html>
fn is_name(kind: &str, name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"_@-".contains(&b);
    kind.len() <= LONGEST && !name.is_empty() && name.bytes().all(fits)
}

/// Whether a resource of this type is made by a function or topic of the user's.
pub fn is_custom(kind: &str) -> bool {
    kind == CUSTOM || kind.starts_with(OWN)
}

/// Whether `Fn::GetAtt` may ask for an attribute. What a user's own function answers, and what a nested stack puts out, nobody
/// knows before.
pub fn has_attribute(kind: &str, schema: &Schema, attribute: &str) -> bool {
    is_custom(kind)
        || (kind == STACK && attribute.starts_with("Outputs."))
        || schema.attributes().any(|known| known == attribute)
}

/// What is wrong with the properties of a user's own resource, of which only the service token is known.
pub fn check_custom(properties: &Value) -> Result<(), String> {
    match properties.get("ServiceToken").and_then(Value::as_str) {
        Some(_) => Ok(()),
        None => Err("#: required key [ServiceToken] not found".to_owned()),
    }
}
