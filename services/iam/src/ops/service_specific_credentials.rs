//! Credentials that users have for one service alone. They are kept; no service here asks for them.

use crate::api::{
    CreateServiceSpecificCredentialRequest, CreateServiceSpecificCredentialResponse,
    DeleteServiceSpecificCredentialRequest, ListServiceSpecificCredentialsRequest,
    ListServiceSpecificCredentialsResponse, ResetServiceSpecificCredentialRequest,
    ResetServiceSpecificCredentialResponse, ServiceSpecificCredential, ServiceSpecificCredentialMetadata,
    UpdateServiceSpecificCredentialRequest,
};
use crate::ops::access_keys::bad_status;
use crate::state::{ServiceCredentialRow, USERS, UserRow};
use crate::subject::Subject;
use crate::{entity, errors, paging};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use service::{AccountId, Cx, Duration, Error, Nothing, Result, Timestamp, View};

/// How many a user may have for each service.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html>
const MOST: usize = 2;

/// The services that have them, and whether theirs are long-term API keys, which have an alias and may end.
const SERVICES: [(&str, bool); 4] = [
    ("codecommit.amazonaws.com", false),
    ("cassandra.amazonaws.com", false),
    ("bedrock.amazonaws.com", true),
    ("logs.amazonaws.com", true),
];

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html>
pub fn create_service_specific_credential(
    cx: &mut Cx,
    input: CreateServiceSpecificCredentialRequest,
) -> Result<CreateServiceSpecificCredentialResponse> {
    let CreateServiceSpecificCredentialRequest { user_name, service_name, credential_age_days } = input;
    let mut user: UserRow = entity::find(cx, &user_name)?;
    let api_key = is_api_key(&service_name)?;
    let days = credential_age_days.and_then(|days| u64::try_from(days).ok());
    if days.is_some() && !api_key {
        return Err(not_supported(format!("CredentialAgeDays is not supported for {service_name}.")));
    }
    let own = user.service_credentials.get_or_insert_with(Vec::new);
    if own.iter().filter(|known| known.service == service_name).count() >= MOST {
        return Err(errors::quota("ServiceSpecificCredentialsPerUser", MOST));
    }
    let created = cx.now().whole_secs();
    let row = ServiceCredentialRow {
        id: entity::draw_id(cx, "ACCA"),
        name: free_name(own, &user.core.name, cx.account()),
        service: service_name,
        active: true,
        created,
        expires: days.map(|days| created.after(Duration::from_secs(days * 86_400))),
    };
    own.push(row.clone());
    entity::save(cx, &user)?;
    let service_specific_credential = Some(with_secret(cx, &user.core.name, &row, api_key));
    Ok(CreateServiceSpecificCredentialResponse { service_specific_credential })
}

/// `alice-at-111111111111`, and from the second on `alice+1-at-…`.
fn free_name(own: &[ServiceCredentialRow], user: &str, account: AccountId) -> String {
    let name = |number: usize| match number {
        0 => format!("{user}-at-{account}"),
        _ => format!("{user}+{number}-at-{account}"),
    };
    let free = (0..=own.len()).map(name).find(|name| own.iter().all(|known| known.name != *name));
    free.unwrap_or_else(|| name(own.len()))
}

fn is_api_key(service: &str) -> Result<bool> {
    let known = SERVICES.iter().find(|(name, _)| *name == service);
    known.map(|(_, api_key)| *api_key).ok_or_else(|| {
        not_supported(format!("No such service {service} is supported for Service Specific Credentials"))
    })
}

fn not_supported(message: String) -> Error {
    Error::new("ServiceNotSupportedException", message)
}

/// The credential with a new secret, which is shown this once.
fn with_secret(cx: &mut Cx, user: &str, row: &ServiceCredentialRow, api_key: bool) -> ServiceSpecificCredential {
    let mut bytes = [0; 32];
    cx.entropy().secret(&mut bytes);
    let secret = STANDARD.encode(bytes);
    // https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-how.html
    let key = |secret: &str| format!("ABSK{}", STANDARD.encode(format!("{}:{secret}", row.name)));
    ServiceSpecificCredential {
        create_date: row.created,
        expiration_date: row.expires,
        service_name: row.service.clone(),
        service_user_name: (!api_key).then(|| row.name.clone()),
        service_credential_alias: api_key.then(|| row.name.clone()),
        service_credential_secret: api_key.then(|| key(&secret)),
        service_password: (!api_key).then_some(secret),
        service_specific_credential_id: row.id.clone(),
        user_name: user.to_owned(),
        status: status(row, cx.now()),
    }
}

fn status(row: &ServiceCredentialRow, now: Timestamp) -> String {
    match (row.expires, row.active) {
        (Some(end), _) if end <= now => "Expired",
        (_, true) => "Active",
        (_, false) => "Inactive",
    }
    .to_owned()
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html>
pub fn list_service_specific_credentials(
    view: &View,
    input: ListServiceSpecificCredentialsRequest,
) -> Result<ListServiceSpecificCredentialsResponse> {
    let ListServiceSpecificCredentialsRequest { user_name, service_name, all_users, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    if let Some(service) = &service_name {
        is_api_key(service)?;
    }
    let users = match (all_users.unwrap_or(false), user_name) {
        (true, Some(_)) => return Err(errors::validation("UserName and AllUsers exclude each other.")),
        (true, None) => view.rows(&USERS, ()).collect::<Result<Vec<UserRow>>>()?,
        (false, name) => match Subject::of(view, name.as_deref())? {
            Subject::User(name) => vec![entity::find(view, &name)?],
            Subject::Root => Vec::new(),
        },
    };
    let wanted = |row: &ServiceCredentialRow| service_name.as_ref().is_none_or(|service| *service == row.service);
    let of_user = |user: UserRow| {
        let own = user.service_credentials.into_iter().flatten();
        own.map(move |row| (user.core.name.clone(), row))
    };
    let all: Vec<(String, ServiceCredentialRow)> =
        users.into_iter().flat_map(of_user).filter(|(_, row)| wanted(row)).collect();
    let (rows, next) = paging::cut(all, &page, |(_, row)| row.id.clone());
    let (is_truncated, marker) = paging::end(next);
    let metadata = |(user_name, row): (String, ServiceCredentialRow)| {
        let api_key = SERVICES.iter().any(|(name, api_key)| *name == row.service && *api_key);
        ServiceSpecificCredentialMetadata {
            user_name,
            status: status(&row, view.now()),
            service_user_name: (!api_key).then(|| row.name.clone()),
            service_credential_alias: api_key.then(|| row.name.clone()),
            create_date: row.created,
            expiration_date: row.expires,
            service_specific_credential_id: row.id,
            service_name: row.service,
        }
    };
    let service_specific_credentials = Some(rows.into_iter().map(metadata).collect());
    Ok(ListServiceSpecificCredentialsResponse { service_specific_credentials, marker, is_truncated })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResetServiceSpecificCredential.html>
pub fn reset_service_specific_credential(
    cx: &mut Cx,
    input: ResetServiceSpecificCredentialRequest,
) -> Result<ResetServiceSpecificCredentialResponse> {
    let ResetServiceSpecificCredentialRequest { user_name, service_specific_credential_id: id } = input;
    let mut user = user_of(cx, user_name.as_deref(), &id)?;
    let row = find(&mut user, &id)?.clone();
    let api_key = is_api_key(&row.service)?;
    let service_specific_credential = Some(with_secret(cx, &user.core.name, &row, api_key));
    Ok(ResetServiceSpecificCredentialResponse { service_specific_credential })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServiceSpecificCredential.html>
pub fn update_service_specific_credential(
    cx: &mut Cx,
    input: UpdateServiceSpecificCredentialRequest,
) -> Result<Nothing> {
    let UpdateServiceSpecificCredentialRequest { user_name, service_specific_credential_id: id, status } = input;
    let active = match status.as_str() {
        "Active" => true,
        "Inactive" => false,
        other => return Err(bad_status(other)),
    };
    let mut user = user_of(cx, user_name.as_deref(), &id)?;
    find(&mut user, &id)?.active = active;
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceSpecificCredential.html>
pub fn delete_service_specific_credential(
    cx: &mut Cx,
    input: DeleteServiceSpecificCredentialRequest,
) -> Result<Nothing> {
    let DeleteServiceSpecificCredentialRequest { user_name, service_specific_credential_id: id } = input;
    let mut user = user_of(cx, user_name.as_deref(), &id)?;
    find(&mut user, &id)?;
    user.service_credentials.get_or_insert_with(Vec::new).retain(|row| row.id != id);
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

fn user_of(view: &View, user_name: Option<&str>, id: &str) -> Result<UserRow> {
    match Subject::of(view, user_name)? {
        Subject::User(name) => entity::find(view, &name),
        Subject::Root => Err(no_such(id)),
    }
}

fn find<'u>(user: &'u mut UserRow, id: &str) -> Result<&'u mut ServiceCredentialRow> {
    let found = user.service_credentials.iter_mut().flatten().find(|row| row.id == id);
    found.ok_or_else(|| no_such(id))
}

fn no_such(id: &str) -> Error {
    errors::not_found(format!("No such credential {id} exists"))
}
