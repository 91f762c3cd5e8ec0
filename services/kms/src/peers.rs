//! What KMS has to do with other services: they call it, and it calls none.

use service::View;

/// The service in whose name a request comes, as `kms:ViaService` has it: `s3.eu-west-1.amazonaws.com`.
///
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>
pub fn via_service(view: &View) -> Option<String> {
    let principal = view.request().via.as_ref()?.forwarded.last()?;
    let (service, domain) = principal.split_once('.')?;
    Some(format!("{service}.{}.{domain}", view.region()))
}

/// The resource for which a service calls in its own name; empty where none does.
pub fn source_arn(view: &View) -> &str {
    view.request().via.as_ref().map_or("", |via| via.source.as_str())
}
