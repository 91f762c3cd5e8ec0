//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html>

use super::GONE;
use crate::errors;
use service::resource::{Hand, Made, Resource, ResourceType, TagChange, found, pick, tag_list, tags, text_at};
use service::template::json;
use service::{Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::SecretsManager::Secret",
    schemas: &super::SCHEMAS,
    refused: &["ReplicaRegions", "Type"],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>
const LONGEST_NAME: usize = 512;

/// How a password is to be made, and what `GetRandomPassword` calls that.
const RANDOM: [&str; 8] = [
    "ExcludeCharacters",
    "ExcludeLowercase",
    "ExcludeNumbers",
    "ExcludePunctuation",
    "ExcludeUppercase",
    "IncludeSpace",
    "PasswordLength",
    "RequireEachIncludedType",
];

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let name = match text_at(wanted, &["Name"]) {
        Some(name) => name.to_owned(),
        None => without_stack(&hand.generated(LONGEST_NAME)).to_owned(),
    };
    let content = content(hand, wanted)?;
    let mut input = pick(wanted, &["Description", "KmsKeyId"]);
    input.push(("Name".to_owned(), name.into()));
    input.push(("ClientRequestToken".to_owned(), hand.token().into()));
    input.push(("SecretString".to_owned(), content.into()));
    input.push(("Tags".to_owned(), tag_list(&tags(wanted.get("Tags")))));
    let made = hand.call("CreateSecret", Value::map(input))?;
    Ok(Made::of(text_at(&made, &["ARN"]).unwrap_or_default()))
}

/// The names that CloudFormation makes for secrets are of the logical id and the suffix alone, neither of which has a hyphen.
fn without_stack(generated: &str) -> &str {
    let mut hyphens = generated.rmatch_indices('-').map(|(at, _)| at);
    hyphens.nth(1).and_then(|at| generated.get(at + 1..)).unwrap_or(generated)
}

/// The value that a template gives, or has made.
fn content(hand: &mut Hand, wanted: &Value) -> Result<Option<String>> {
    let given = text_at(wanted, &["SecretString"]).map(str::to_owned);
    let Some(generate) = wanted.get("GenerateSecretString") else { return Ok(given) };
    if given.is_some() {
        return Err(errors::refused("You can't specify both SecretString and GenerateSecretString."));
    }
    let (template, key) = (text_at(generate, &["SecretStringTemplate"]), text_at(generate, &["GenerateStringKey"]));
    if template.is_some() != key.is_some() {
        return Err(errors::refused("You must specify both SecretStringTemplate and GenerateStringKey, or neither."));
    }
    let parsed = template.map(|text| match json::read(text) {
        Some(Value::Map(members)) => Ok(members),
        _ => Err(errors::refused("SecretStringTemplate must be a JSON object.")),
    });
    let members = parsed.transpose()?;
    let answer = hand.call("GetRandomPassword", Value::map(pick(generate, &RANDOM)))?;
    let password = text_at(&answer, &["RandomPassword"]).unwrap_or_default().to_owned();
    Ok(Some(match (members, key) {
        (Some(mut members), Some(key)) => {
            members.insert(key.to_owned(), password.into());
            json::write(&Value::Map(members))
        }
        _ => password,
    }))
}

fn read(hand: &mut Hand, secret: &Resource<'_>) -> Result<Option<Value>> {
    let answer = hand.look("DescribeSecret", Value::map([("SecretId", secret.id.into())]));
    // One that waits for its end is gone for its stack.
    let Some(seen) = found(answer, GONE)?.filter(|seen| seen.get("DeletedDate").is_none()) else { return Ok(None) };
    let mut out = pick(&seen, &["Name", "Description", "KmsKeyId"]);
    out.push(("Id".to_owned(), text_at(&seen, &["ARN"]).into()));
    out.push(("Tags".to_owned(), tag_list(&tags(seen.get("Tags")))));
    Ok(Some(Value::map(out)))
}

/// A value is made anew whenever what is said of its making changes, and only then.
fn update(hand: &mut Hand, secret: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = secret.properties;
    let differs = |name: &str| old.get(name) != wanted.get(name);
    let mut input = Vec::new();
    for name in ["Description", "KmsKeyId"] {
        if differs(name) {
            // An empty key is the account's own one for secrets.
            input.push((name, wanted.get(name).cloned().unwrap_or_else(|| "".into())));
        }
    }
    if differs("SecretString") || differs("GenerateSecretString") {
        input.push(("SecretString", content(hand, wanted)?.into()));
        input.push(("ClientRequestToken", hand.token().into()));
    }
    if !input.is_empty() {
        input.push(("SecretId", secret.id.into()));
        hand.call("UpdateSecret", Value::map(input))?;
    }
    let change = TagChange::between(old.get("Tags"), wanted.get("Tags"));
    change.write(hand, ("TagResource", "UntagResource"), ("SecretId", secret.id))
}

/// Without a window in which it could be recovered, so that a stack can be made again under the same names.
fn delete(hand: &mut Hand, secret: &Resource<'_>) -> Result<()> {
    let input = Value::map([("SecretId", secret.id.into()), ("ForceDeleteWithoutRecovery", true.into())]);
    found(hand.call("DeleteSecret", input), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let input = Value::map([("MaxResults", Value::Int(100))]);
    let all = hand.pages("ListSecrets", input, ["NextToken", "NextToken", "SecretList"])?;
    Ok(all.iter().filter_map(|secret| text_at(secret, &["ARN"]).map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use super::without_stack;

    #[test]
    fn names_leave_the_stack_out() {
        assert_eq!(without_stack("my-stack-Secret-ABC123"), "Secret-ABC123");
        assert_eq!(without_stack("Secret-ABC123"), "Secret-ABC123");
    }
}
