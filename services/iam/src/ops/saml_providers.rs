//! SAML providers, whose assertions `sts:AssumeRoleWithSAML` takes.

use crate::api::{
    CreateSAMLProviderRequest, CreateSAMLProviderResponse, DeleteSAMLProviderRequest, GetSAMLProviderRequest,
    GetSAMLProviderResponse, ListSAMLProvidersRequest, ListSAMLProvidersResponse, SAMLProviderListEntry,
    UpdateSAMLProviderRequest, UpdateSAMLProviderResponse,
};
use crate::hooks::SAML_QUOTA;
use crate::state::{SAML_PROVIDERS, SamlRow};
use crate::{entity, errors, saml_metadata, tags};
use service::{Cx, Duration, Error, Nothing, Result, Timestamp, View};

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const PROVIDERS: usize = 100;
/// For how long a provider may be used whose metadata does not say: a hundred years, as on AWS.
const USUAL_LIFE: Duration = Duration::from_secs(100 * 365 * 86_400);

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html>
pub fn create_saml_provider(cx: &mut Cx, input: CreateSAMLProviderRequest) -> Result<CreateSAMLProviderResponse> {
    let CreateSAMLProviderRequest {
        saml_metadata_document: metadata,
        name,
        tags,
        assertion_encryption_mode,
        add_private_key,
    } = input;
    refuse_encryption("CreateSAMLProvider", assertion_encryption_mode.is_some() || add_private_key.is_some())?;
    let created = cx.now().whole_secs();
    let valid_until = valid_until(&metadata, created)?;
    if cx.has(&SAML_PROVIDERS, name.as_str())? {
        return Err(errors::already(format!("SAMLProvider with name {name} already exists.")));
    }
    if entity::count(cx, SAML_QUOTA)? >= PROVIDERS {
        return Err(errors::quota(SAML_QUOTA, PROVIDERS));
    }
    let tags = tags::given(cx.request(), tags)?;
    let uuid = entity::draw_id(cx, "SAMLSP");
    let provider = SamlRow { name, uuid, metadata, created, valid_until, tags, encryption_mode: None };
    save(cx, &provider)?;
    Ok(CreateSAMLProviderResponse { saml_provider_arn: Some(arn(cx, &provider)), tags: tags::some(&provider.tags) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html>
pub fn get_saml_provider(view: &View, input: GetSAMLProviderRequest) -> Result<GetSAMLProviderResponse> {
    let GetSAMLProviderRequest { saml_provider_arn } = input;
    let provider = find(view, &saml_provider_arn)?;
    Ok(GetSAMLProviderResponse {
        tags: Some(tags::shown(&provider.tags)),
        saml_provider_uuid: Some(provider.uuid),
        saml_metadata_document: Some(provider.metadata),
        create_date: Some(provider.created),
        valid_until: Some(provider.valid_until),
        assertion_encryption_mode: provider.encryption_mode,
        private_key_list: None,
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html>
pub fn list_saml_providers(view: &View, input: ListSAMLProvidersRequest) -> Result<ListSAMLProvidersResponse> {
    let ListSAMLProvidersRequest {} = input;
    let entry = |row: SamlRow| SAMLProviderListEntry {
        arn: Some(arn(view, &row)),
        valid_until: Some(row.valid_until),
        create_date: Some(row.created),
    };
    let list = view.rows(&SAML_PROVIDERS, ()).map(|row| row.map(entry)).collect::<Result<_>>()?;
    Ok(ListSAMLProvidersResponse { saml_provider_list: Some(list) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSAMLProvider.html>
pub fn update_saml_provider(cx: &mut Cx, input: UpdateSAMLProviderRequest) -> Result<UpdateSAMLProviderResponse> {
    let UpdateSAMLProviderRequest {
        saml_metadata_document,
        saml_provider_arn,
        assertion_encryption_mode,
        add_private_key,
        remove_private_key,
    } = input;
    let encrypts = assertion_encryption_mode.is_some() || add_private_key.is_some() || remove_private_key.is_some();
    refuse_encryption("UpdateSAMLProvider", encrypts)?;
    let mut provider = find(cx, &saml_provider_arn)?;
    if let Some(metadata) = saml_metadata_document {
        provider.valid_until = valid_until(&metadata, cx.now().whole_secs())?;
        provider.metadata = metadata;
    }
    save(cx, &provider)?;
    Ok(UpdateSAMLProviderResponse { saml_provider_arn: Some(saml_provider_arn) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSAMLProvider.html>
pub fn delete_saml_provider(cx: &mut Cx, input: DeleteSAMLProviderRequest) -> Result<Nothing> {
    let DeleteSAMLProviderRequest { saml_provider_arn } = input;
    let provider = find(cx, &saml_provider_arn)?;
    cx.delete(&SAML_PROVIDERS, provider.name.as_str())?;
    Ok(Nothing {})
}

fn valid_until(metadata: &str, created: Timestamp) -> Result<Timestamp> {
    let read = saml_metadata::read(metadata).ok_or_else(|| errors::invalid_input("Could not parse metadata"))?;
    Ok(read.valid_until.unwrap_or_else(|| created.after(USUAL_LIFE)))
}

fn refuse_encryption(operation: &str, asked: bool) -> Result<()> {
    if !asked {
        return Ok(());
    }
    let message = format!("iam:{operation} members for encrypted assertions are not implemented by Terrella");
    Err(Error::new("NotImplemented", message).status(400))
}

pub(crate) fn find(view: &View, arn: &str) -> Result<SamlRow> {
    let name = arn.split_once(":saml-provider/").map(|(_, name)| name).unwrap_or_default();
    let found = view.get(&SAML_PROVIDERS, name)?.filter(|row| self::arn(view, row) == arn);
    found.ok_or_else(|| errors::not_found(format!("Manifest not found for arn {arn}")))
}

pub(crate) fn save(cx: &mut Cx, provider: &SamlRow) -> Result<()> {
    cx.put(&SAML_PROVIDERS, provider.name.as_str(), provider)
}

fn arn(view: &View, provider: &SamlRow) -> String {
    view.arn("iam", format_args!("saml-provider/{}", provider.name)).to_string()
}
