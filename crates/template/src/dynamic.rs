//! Dynamic references: `{{resolve:service:reference}}` in texts, resolved when the resource is made.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>

use shape::Value;

const OPEN: &str = "{{resolve:";

/// A dynamic reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynamicReference {
    /// Who resolves it: `ssm`, `ssm-secure` or `secretsmanager`.
    pub service: String,
    /// What stands behind the service.
    pub reference: String,
}

/// Puts what `resolve` says in place of every dynamic reference of a value.
pub fn resolve_dynamic<E>(
    value: &mut Value,
    resolve: &mut dyn FnMut(&DynamicReference) -> Result<String, E>,
) -> Result<(), E> {
    match value {
        Value::Str(text) if text.contains(OPEN) => *text = resolved(text, resolve)?,
        Value::List(items) => {
            for item in items {
                resolve_dynamic(item, resolve)?;
            }
        }
        Value::Map(map) => {
            for value in map.values_mut() {
                resolve_dynamic(value, resolve)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn resolved<E>(text: &str, resolve: &mut dyn FnMut(&DynamicReference) -> Result<String, E>) -> Result<String, E> {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((inner, behind)) = after.split_once("}}") else { break };
        out.push_str(before);
        let (service, reference) = inner.split_once(':').unwrap_or((inner, ""));
        out.push_str(&resolve(&DynamicReference { service: service.to_owned(), reference: reference.to_owned() })?);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_where_they_stand() {
        let mut value =
            Value::List(vec!["a{{resolve:x:/p:1}}b{{resolve:y:q}}".into(), "{{resolve:open".into(), 1.into()]);
        let mut seen = Vec::new();
        resolve_dynamic::<()>(&mut value, &mut |reference| {
            seen.push(format!("{}={}", reference.service, reference.reference));
            Ok("!".to_owned())
        })
        .unwrap();
        assert_eq!(value, Value::List(vec!["a!b!".into(), "{{resolve:open".into(), 1.into()]));
        assert_eq!(seen, ["x=/p:1", "y=q"]);
    }
}
