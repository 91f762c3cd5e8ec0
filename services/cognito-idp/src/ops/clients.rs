//! App clients.

use crate::api::*;
use crate::client::{self, Client};
use crate::pool::Pool;
use crate::state::{CLIENTS, ClientRow};
use crate::{errors, paging, places};
use service::{Cx, Nothing, Result, View};

/// The most clients of a pool.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
const MOST: usize = 1000;

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const ID_LETTERS: usize = 26;
/// Letters of a secret that is made.
const SECRET_LETTERS: usize = 51;

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
pub fn create_user_pool_client(
    cx: &mut Cx,
    input: CreateUserPoolClientRequest,
) -> Result<CreateUserPoolClientResponse> {
    let CreateUserPoolClientRequest {
        user_pool_id,
        client_name,
        generate_secret,
        client_secret,
        refresh_token_validity,
        access_token_validity,
        id_token_validity,
        token_validity_units,
        read_attributes,
        write_attributes,
        explicit_auth_flows,
        supported_identity_providers,
        callback_urls,
        logout_urls,
        default_redirect_uri,
        allowed_o_auth_flows,
        allowed_o_auth_scopes,
        allowed_o_auth_flows_user_pool_client,
        analytics_configuration,
        prevent_user_existence_errors,
        enable_token_revocation,
        enable_propagate_additional_user_context_data,
        auth_session_validity,
        refresh_token_rotation,
    } = input;
    let pool = Pool::find(cx, &user_pool_id)?;
    if cx.rows(&CLIENTS, (pool.id(),)).count() >= MOST {
        return Err(service::Error::new("LimitExceededException", "Maximum number of user pool clients exceeded."));
    }
    let made = (generate_secret == Some(true)).then(secret);
    let settings = UserPoolClientType {
        client_name: Some(client_name),
        client_secret: client_secret.or(made),
        refresh_token_validity,
        access_token_validity,
        id_token_validity,
        token_validity_units,
        read_attributes,
        write_attributes,
        explicit_auth_flows,
        supported_identity_providers,
        callback_urls,
        logout_urls,
        default_redirect_uri,
        allowed_o_auth_flows,
        allowed_o_auth_scopes,
        allowed_o_auth_flows_user_pool_client,
        analytics_configuration,
        prevent_user_existence_errors,
        enable_token_revocation,
        enable_propagate_additional_user_context_data,
        auth_session_validity,
        refresh_token_rotation,
        ..UserPoolClientType::default()
    };
    let id = cx.entropy().text(LETTERS, ID_LETTERS);
    let row = ClientRow { id: id.clone(), created_at: cx.now(), ..ClientRow::default() };
    let mut client = Client { row, settings: completed(cx, &pool, settings)? };
    client.check_validities()?;
    client.save(cx, &pool)?;
    places::put(cx, &id, pool.id())?;
    Ok(CreateUserPoolClientResponse { user_pool_client: Some(client.described(&pool)) })
}

/// Settings with their defaults, as DescribeUserPoolClient shows them.
fn completed(view: &View, pool: &Pool, mut settings: UserPoolClientType) -> Result<UserPoolClientType> {
    let flows = settings.explicit_auth_flows.as_deref().unwrap_or_default();
    let newer = |flow: &String| flow.starts_with("ALLOW_");
    if flows.iter().any(newer) && !flows.iter().all(newer) {
        let text = "ALLOW_ prefixed ExplicitAuthFlows can not be mixed with legacy ExplicitAuthFlows.";
        return Err(errors::invalid(text));
    }
    if settings.refresh_token_rotation.as_ref().is_some_and(|rotation| rotation.feature == "ENABLED") {
        return Err(errors::refuse("member RefreshTokenRotation", view));
    }
    if settings.allowed_o_auth_flows_user_pool_client == Some(true) {
        // Where OAuth is asked for, there must be something to be asked; the pages themselves are not here.
        if settings.allowed_o_auth_flows.is_none() || settings.allowed_o_auth_scopes.is_none() {
            let text = "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use \
                        OAuth flows.";
            return Err(errors::invalid(text));
        }
    }
    let named = settings.read_attributes.iter().chain(&settings.write_attributes).flatten();
    for name in named {
        if !pool.schema().iter().any(|attribute| attribute.name.as_ref() == Some(name)) {
            return Err(errors::invalid(format!("Invalid attributes specified while creating a client: {name}")));
        }
    }
    settings.refresh_token_validity = settings.refresh_token_validity.filter(|validity| *validity > 0);
    settings.refresh_token_validity.get_or_insert(client::USUAL_REFRESH_DAYS);
    settings.token_validity_units.get_or_insert_default();
    settings.allowed_o_auth_flows_user_pool_client.get_or_insert(false);
    settings.enable_token_revocation.get_or_insert(true);
    settings.enable_propagate_additional_user_context_data.get_or_insert(false);
    settings.auth_session_validity.get_or_insert(client::USUAL_SESSION_MINUTES);
    Ok(settings)
}

fn secret() -> String {
    let mut bytes = [0; SECRET_LETTERS];
    service::secret(&mut bytes);
    bytes.iter().filter_map(|byte| LETTERS.chars().nth(usize::from(*byte) % LETTERS.len())).collect()
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolClient.html>
pub fn describe_user_pool_client(
    view: &View,
    input: DescribeUserPoolClientRequest,
) -> Result<DescribeUserPoolClientResponse> {
    let DescribeUserPoolClientRequest { user_pool_id, client_id } = input;
    let pool = Pool::find(view, &user_pool_id)?;
    let client = Client::find(view, &pool, &client_id)?;
    Ok(DescribeUserPoolClientResponse { user_pool_client: Some(client.described(&pool)) })
}

/// What is not given gets its default again, as on AWS.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html>
pub fn update_user_pool_client(
    cx: &mut Cx,
    input: UpdateUserPoolClientRequest,
) -> Result<UpdateUserPoolClientResponse> {
    let UpdateUserPoolClientRequest {
        user_pool_id,
        client_id,
        client_name,
        refresh_token_validity,
        access_token_validity,
        id_token_validity,
        token_validity_units,
        read_attributes,
        write_attributes,
        explicit_auth_flows,
        supported_identity_providers,
        callback_urls,
        logout_urls,
        default_redirect_uri,
        allowed_o_auth_flows,
        allowed_o_auth_scopes,
        allowed_o_auth_flows_user_pool_client,
        analytics_configuration,
        prevent_user_existence_errors,
        enable_token_revocation,
        enable_propagate_additional_user_context_data,
        auth_session_validity,
        refresh_token_rotation,
    } = input;
    let pool = Pool::find(cx, &user_pool_id)?;
    let mut client = Client::find(cx, &pool, &client_id)?;
    let settings = UserPoolClientType {
        client_name: client_name.or(client.settings.client_name),
        client_secret: client.settings.client_secret,
        refresh_token_validity,
        access_token_validity,
        id_token_validity,
        token_validity_units,
        read_attributes,
        write_attributes,
        explicit_auth_flows,
        supported_identity_providers,
        callback_urls,
        logout_urls,
        default_redirect_uri,
        allowed_o_auth_flows,
        allowed_o_auth_scopes,
        allowed_o_auth_flows_user_pool_client,
        analytics_configuration,
        prevent_user_existence_errors,
        enable_token_revocation: enable_token_revocation.or(client.settings.enable_token_revocation),
        enable_propagate_additional_user_context_data,
        auth_session_validity,
        refresh_token_rotation,
        ..UserPoolClientType::default()
    };
    client.settings = completed(cx, &pool, settings)?;
    client.check_validities()?;
    client.save(cx, &pool)?;
    Ok(UpdateUserPoolClientResponse { user_pool_client: Some(client.described(&pool)) })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolClient.html>
pub fn delete_user_pool_client(cx: &mut Cx, input: DeleteUserPoolClientRequest) -> Result<Nothing> {
    let DeleteUserPoolClientRequest { user_pool_id, client_id } = input;
    let pool = Pool::find(cx, &user_pool_id)?;
    let client = Client::find(cx, &pool, &client_id)?;
    cx.delete(&CLIENTS, &(pool.row.id.clone(), client.row.id.clone()))?;
    places::remove(cx, client.id())?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClients.html>
pub fn list_user_pool_clients(view: &View, input: ListUserPoolClientsRequest) -> Result<ListUserPoolClientsResponse> {
    let ListUserPoolClientsRequest { user_pool_id, max_results, next_token, client_type } = input;
    let pool = Pool::find(view, &user_pool_id)?;
    let page = paging::page(max_results, next_token.as_deref())?;
    // Clients that registered themselves are of another type; there are none here.
    let wanted = client_type.is_none_or(|kind| kind == "REGULAR");
    let (rows, next) = view.page(&CLIENTS, (pool.id(),), &page, |_| wanted)?;
    let described = |row: ClientRow| {
        let client = Client::of(row)?;
        Ok(UserPoolClientDescription {
            client_id: Some(client.row.id),
            user_pool_id: Some(pool.row.id.clone()),
            client_name: client.settings.client_name,
        })
    };
    let clients = rows.into_iter().map(described).collect::<Result<Vec<_>>>()?;
    Ok(ListUserPoolClientsResponse { user_pool_clients: Some(clients), next_token: next.map(|token| token.encode()) })
}
