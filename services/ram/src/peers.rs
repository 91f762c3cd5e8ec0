//! What RAM asks the services whose resources are shared.

use service::resource::found;
use service::{ArnParts, Result, Value, View};

/// Whether this account and region have the parameter that an ARN names. A name that is no path has the ARN of the path of one level, too.
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html>
pub fn is_parameter(view: &View, arn: &str) -> Result<bool> {
    let name = ArnParts::parse(arn).ok().and_then(|parts| parts.resource.strip_prefix("parameter/"));
    let Some(name) = name.filter(|_| view.offers("ssm", "DescribeParameters")) else { return Ok(false) };
    let mut names = vec![Value::from(format!("/{name}"))];
    if !name.contains('/') {
        names.push(Value::from(name));
    }
    let filter = Value::map([("Key", "Name".into()), ("Option", "Equals".into()), ("Values", Value::List(names))]);
    let input = Value::map([("ParameterFilters", Value::List(vec![filter])), ("MaxResults", Value::Int(1))]);
    // What can be no parameter's name is nobody's.
    let answer = found(view.peer("ssm", "DescribeParameters", input), &["ValidationException"])?;
    let all = answer.as_ref().and_then(|answer| answer.get("Parameters")?.as_list());
    Ok(all.is_some_and(|all| !all.is_empty()))
}
