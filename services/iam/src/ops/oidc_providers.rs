//! OpenID Connect providers, whose tokens `sts:AssumeRoleWithWebIdentity` takes.

use crate::api::{
    AddClientIDToOpenIDConnectProviderRequest, CreateOpenIDConnectProviderRequest, CreateOpenIDConnectProviderResponse,
    DeleteOpenIDConnectProviderRequest, GetOpenIDConnectProviderRequest, GetOpenIDConnectProviderResponse,
    ListOpenIDConnectProvidersRequest, ListOpenIDConnectProvidersResponse, OpenIDConnectProviderListEntry,
    RemoveClientIDFromOpenIDConnectProviderRequest, UpdateOpenIDConnectProviderThumbprintRequest,
};
use crate::hooks::OIDC_QUOTA;
use crate::state::{OIDC_PROVIDERS, OidcRow};
use crate::{entity, errors, tags};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const PROVIDERS: usize = 100;
const CLIENT_IDS: usize = 100;
const THUMBPRINTS: usize = 5;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html>
pub fn create_open_id_connect_provider(
    cx: &mut Cx,
    input: CreateOpenIDConnectProviderRequest,
) -> Result<CreateOpenIDConnectProviderResponse> {
    let CreateOpenIDConnectProviderRequest { url, client_id_list, thumbprint_list, tags } = input;
    let client_ids = client_id_list.unwrap_or_default();
    let thumbprints = thumbprint_list.unwrap_or_default();
    check_thumbprints(&thumbprints)?;
    if client_ids.len() > CLIENT_IDS {
        return Err(errors::quota("ClientIdsPerOpenIdConnectProvider", CLIENT_IDS));
    }
    // AWS keeps the URL without its scheme and query.
    let host_and_path = url.strip_prefix("https://").and_then(|rest| rest.split(['?', '#']).next());
    let Some(name) = host_and_path.map(|rest| rest.trim_end_matches('/')).filter(|rest| is_host(rest)) else {
        return Err(errors::validation("Invalid Open ID Connect Provider URL"));
    };
    if cx.has(&OIDC_PROVIDERS, name)? {
        return Err(errors::already(format!("Provider with url https://{name} already exists.")));
    }
    if entity::count(cx, OIDC_QUOTA)? >= PROVIDERS {
        return Err(errors::quota(OIDC_QUOTA, PROVIDERS));
    }
    let (url, created, given) = (name.to_owned(), cx.now().whole_secs(), tags::given(cx.request(), tags)?);
    let provider = OidcRow { url, client_ids, thumbprints, created, tags: given };
    save(cx, &provider)?;
    Ok(CreateOpenIDConnectProviderResponse {
        open_id_connect_provider_arn: Some(arn(cx, &provider)),
        tags: tags::some(&provider.tags),
    })
}

fn is_host(rest: &str) -> bool {
    let host = rest.split('/').next().unwrap_or_default();
    !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b))
}

fn check_thumbprints(thumbprints: &[String]) -> Result<()> {
    if thumbprints.len() > THUMBPRINTS {
        return Err(errors::invalid_input("Thumbprint list must contain fewer than 5 entries."));
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html>
pub fn get_open_id_connect_provider(
    view: &View,
    input: GetOpenIDConnectProviderRequest,
) -> Result<GetOpenIDConnectProviderResponse> {
    let GetOpenIDConnectProviderRequest { open_id_connect_provider_arn } = input;
    let provider = find(view, &open_id_connect_provider_arn)?;
    Ok(GetOpenIDConnectProviderResponse {
        tags: Some(tags::shown(&provider.tags)),
        url: Some(provider.url),
        client_id_list: Some(provider.client_ids),
        thumbprint_list: Some(provider.thumbprints),
        create_date: Some(provider.created),
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOpenIDConnectProviders.html>
pub fn list_open_id_connect_providers(
    view: &View,
    input: ListOpenIDConnectProvidersRequest,
) -> Result<ListOpenIDConnectProvidersResponse> {
    let ListOpenIDConnectProvidersRequest {} = input;
    let providers = view.rows(&OIDC_PROVIDERS, ());
    let list = providers.map(|row| Ok(OpenIDConnectProviderListEntry { arn: Some(arn(view, &row?)) }));
    Ok(ListOpenIDConnectProvidersResponse { open_id_connect_provider_list: Some(list.collect::<Result<_>>()?) })
}

/// A provider that is not there is none to delete.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html>
pub fn delete_open_id_connect_provider(cx: &mut Cx, input: DeleteOpenIDConnectProviderRequest) -> Result<Nothing> {
    let DeleteOpenIDConnectProviderRequest { open_id_connect_provider_arn } = input;
    if let Some(url) = url_of(&open_id_connect_provider_arn) {
        cx.delete(&OIDC_PROVIDERS, url)?;
    }
    Ok(Nothing {})
}

/// A client id that is there already stays.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html>
pub fn add_client_id_to_open_id_connect_provider(
    cx: &mut Cx,
    input: AddClientIDToOpenIDConnectProviderRequest,
) -> Result<Nothing> {
    let AddClientIDToOpenIDConnectProviderRequest { open_id_connect_provider_arn, client_id } = input;
    let mut provider = find(cx, &open_id_connect_provider_arn)?;
    if !provider.client_ids.contains(&client_id) {
        if provider.client_ids.len() >= CLIENT_IDS {
            return Err(errors::quota("ClientIdsPerOpenIdConnectProvider", CLIENT_IDS));
        }
        provider.client_ids.push(client_id);
        save(cx, &provider)?;
    }
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html>
pub fn remove_client_id_from_open_id_connect_provider(
    cx: &mut Cx,
    input: RemoveClientIDFromOpenIDConnectProviderRequest,
) -> Result<Nothing> {
    let RemoveClientIDFromOpenIDConnectProviderRequest { open_id_connect_provider_arn, client_id } = input;
    let mut provider = find(cx, &open_id_connect_provider_arn)?;
    provider.client_ids.retain(|known| *known != client_id);
    save(cx, &provider)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateOpenIDConnectProviderThumbprint.html>
pub fn update_open_id_connect_provider_thumbprint(
    cx: &mut Cx,
    input: UpdateOpenIDConnectProviderThumbprintRequest,
) -> Result<Nothing> {
    let UpdateOpenIDConnectProviderThumbprintRequest { open_id_connect_provider_arn, thumbprint_list } = input;
    let mut provider = find(cx, &open_id_connect_provider_arn)?;
    check_thumbprints(&thumbprint_list)?;
    provider.thumbprints = thumbprint_list;
    save(cx, &provider)?;
    Ok(Nothing {})
}

pub(crate) fn find(view: &View, arn: &str) -> Result<OidcRow> {
    let found = match url_of(arn) {
        Some(url) => view.get(&OIDC_PROVIDERS, url)?.filter(|row| self::arn(view, row) == arn),
        None => None,
    };
    found.ok_or_else(|| errors::not_found(format!("OpenIDConnect Provider not found for arn {arn}")))
}

pub(crate) fn save(cx: &mut Cx, provider: &OidcRow) -> Result<()> {
    cx.put(&OIDC_PROVIDERS, provider.url.as_str(), provider)
}

fn arn(view: &View, provider: &OidcRow) -> String {
    view.arn("iam", format_args!("oidc-provider/{}", provider.url)).to_string()
}

fn url_of(arn: &str) -> Option<&str> {
    Some(arn.split_once(":oidc-provider/")?.1)
}
