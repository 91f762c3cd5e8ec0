//! One REST API and its parts.

use crate::api::{Method, RestApi};
use crate::errors;
use crate::state::{APIS, ApiRow, METHODS, PartRow, RESOURCES, ResourceRow};
use service::shape::fill;
use service::{Arn, Bytes, Cx, Error, Node, Partition, Region, Result, Value, View};

/// Letters of ids.
pub const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// Settings as rows keep them.
pub fn packed(settings: &impl Node) -> Bytes {
    Bytes::from(Value::of(settings.peek()).encode())
}

/// Settings as rows keep them, read.
pub fn unpacked<T: Node + Default>(bytes: &[u8]) -> Result<T> {
    let mut settings = T::default();
    fill(&mut settings, &Value::decode(bytes).map_err(Error::internal)?).map_err(Error::internal)?;
    Ok(settings)
}

/// An API of this scope.
pub fn find(view: &View, id: &str) -> Result<ApiRow> {
    view.get(&APIS, id)?.ok_or_else(|| errors::no_api(view, id))
}

/// As answers show an API.
pub fn shown(row: ApiRow) -> Result<RestApi> {
    let api: RestApi = unpacked(&row.settings)?;
    Ok(RestApi { tags: (!row.tags.is_empty()).then_some(row.tags), ..api })
}

/// A resource of an API.
pub fn resource(view: &View, api: &str, id: &str) -> Result<ResourceRow> {
    find(view, api)?;
    view.get(&RESOURCES, &(api.to_owned(), id.to_owned()))?.ok_or_else(errors::no_resource)
}

/// A method of a resource.
pub fn method(view: &View, api: &str, (id, verb): (&str, &str)) -> Result<Method> {
    resource(view, api, id)?;
    let row = view.get(&METHODS, &(api.to_owned(), id.to_owned(), verb.to_owned()))?;
    unpacked(&row.ok_or_else(errors::no_method)?.settings)
}

/// Writes a method.
pub fn keep_method(cx: &mut Cx, api: &str, (id, verb): (&str, &str), method: &Method) -> Result<()> {
    let row = PartRow { name: verb.to_owned(), settings: packed(method) };
    cx.put(&METHODS, &(api.to_owned(), id.to_owned(), verb.to_owned()), &row)
}

/// An ARN of the control plane, which names no account.
pub fn arn(view: &View, path: &str) -> String {
    Arn::new(view.scope().partition(), "apigateway", view.region(), None, path).to_string()
}

/// An ARN of what clients call.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-using-iam-policies-to-invoke-api.html>
pub fn execute_arn(view: &View, api: &str, (stage, verb, path): (&str, &str, &str)) -> Arn {
    let (partition, region): (Partition, Region) = (view.scope().partition(), view.region());
    let resource = format!("{api}/{stage}/{verb}/{}", path.trim_start_matches('/'));
    Arn::new(partition, "execute-api", region, Some(view.account()), resource)
}
