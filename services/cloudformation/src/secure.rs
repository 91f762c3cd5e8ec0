//! Where secure values of the parameter store may stand: in few properties, all of which are kept secret.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html>

use service::Value;

const REFERENCE: &str = "{{resolve:ssm-secure:";

/// Types and the paths of their properties. `*` stands for any item of a list.
const PLACES: [(&str, &str); 11] = [
    ("AWS::DirectoryService::MicrosoftAD", "Password"),
    ("AWS::DirectoryService::SimpleAD", "Password"),
    ("AWS::ElastiCache::ReplicationGroup", "AuthToken"),
    ("AWS::IAM::User", "LoginProfile/Password"),
    ("AWS::KinesisFirehose::DeliveryStream", "RedshiftDestinationConfiguration/Password"),
    ("AWS::OpsWorks::App", "AppSource/Password"),
    ("AWS::OpsWorks::Stack", "CustomCookbooksSource/Password"),
    ("AWS::OpsWorks::Stack", "RdsDbInstances/*/DbPassword"),
    ("AWS::RDS::DBCluster", "MasterUserPassword"),
    ("AWS::RDS::DBInstance", "MasterUserPassword"),
    ("AWS::Redshift::Cluster", "MasterUserPassword"),
];

/// What is wrong with where secure values stand in a resource's properties.
pub fn check(kind: &str, properties: &Value) -> Result<(), String> {
    let mut found = Vec::new();
    visit(properties, "", &mut found);
    let fits = |path: &String| PLACES.iter().any(|(of, place)| *of == kind && same(place, path));
    let wrong: Vec<String> =
        found.iter().filter(|path| !fits(path)).map(|path| format!("{kind}/Properties/{path}")).collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(format!("SSM Secure reference is not supported in: [{}]", wrong.join(","))),
    }
}

fn same(place: &str, path: &str) -> bool {
    let (place, path) = (place.split('/'), path.split('/'));
    place.clone().count() == path.clone().count() && place.zip(path).all(|(want, have)| want == "*" || want == have)
}

/// The paths of the texts that refer to secure values.
fn visit(value: &Value, path: &str, found: &mut Vec<String>) {
    let within = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
    match value {
        Value::Str(text) if text.contains(REFERENCE) => found.push(path.to_owned()),
        Value::List(items) => {
            items.iter().enumerate().for_each(|(at, item)| visit(item, &within(&at.to_string()), found));
        }
        Value::Map(members) => members.iter().for_each(|(name, value)| visit(value, &within(name), found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::template::json;

    #[test]
    fn secure_values_stand_where_they_are_kept_secret() {
        let check = |kind: &str, properties: &str, expect: Result<(), &str>| {
            let properties = json::read(properties).unwrap_or_default();
            assert_eq!(check(kind, &properties), expect.map_err(str::to_owned), "{kind}");
        };
        let user = r#"{"LoginProfile":{"Password":"{{resolve:ssm-secure:p:1}}"}}"#;
        check("AWS::IAM::User", user, Ok(()));
        let stacks = r#"{"RdsDbInstances":[{"DbPassword":"{{resolve:ssm-secure:p}}"}]}"#;
        check("AWS::OpsWorks::Stack", stacks, Ok(()));
        let variables = r#"{"Environment":{"Variables":{"KEY":"a{{resolve:ssm-secure:p:1}}"}}}"#;
        let wrong =
            "SSM Secure reference is not supported in: [AWS::Lambda::Function/Properties/Environment/Variables/KEY]";
        check("AWS::Lambda::Function", variables, Err(wrong));
        check("AWS::Lambda::Function", r#"{"Description":"{{resolve:ssm:p}}"}"#, Ok(()));
    }
}
