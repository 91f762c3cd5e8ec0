//! Attributes for access control: what of a user becomes a tag of his session.
//! <https://docs.aws.amazon.com/singlesignon/latest/userguide/attributesforaccesscontrol.html>

use crate::api::AccessControlAttribute;
use crate::state::InstanceRow;
use service::Value;

/// The tags of a user's sessions. A source that he does not have gives none; of several the first that he has counts.
pub fn tags(instance: &InstanceRow, user: &Value) -> Vec<(String, String)> {
    let all = instance.attributes.iter().flatten();
    all.filter_map(|attribute: &AccessControlAttribute| {
        let value = attribute.value.source.iter().find_map(|source| resolved(source, user))?;
        Some((attribute.key.clone(), value))
    })
    .collect()
}

/// `${path:name.givenName}`, or a text as it is.
fn resolved(source: &str, user: &Value) -> Option<String> {
    let Some(path) = source.strip_prefix("${path:").and_then(|rest| rest.strip_suffix('}')) else {
        return Some(source.to_owned());
    };
    let mut at = user;
    for part in path.split('.') {
        // `emails[primary eq true].value` is the one mail address that there can be.
        let name = part.split('[').next().unwrap_or_default();
        let members = at.as_map()?;
        let found = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)?;
        at = match found {
            Value::List(list) => list.first()?,
            one => one,
        };
    }
    at.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_by_their_paths() {
        let user = Value::map([
            ("UserName", "ann".into()),
            ("Name", Value::map([("GivenName", "Ann".into())])),
            ("Emails", Value::List(vec![Value::map([("Value", "ann@example.com".into())])])),
        ]);
        for (source, expect) in [
            ("${path:userName}", Some("ann")),
            ("${path:name.givenName}", Some("Ann")),
            ("${path:emails[primary eq true].value}", Some("ann@example.com")),
            ("${path:name.familyName}", None),
            ("${path:name}", None),
            ("fixed", Some("fixed")),
        ] {
            assert_eq!(resolved(source, &user).as_deref(), expect, "{source}");
        }
    }
}
