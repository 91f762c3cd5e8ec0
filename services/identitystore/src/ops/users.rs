//! Users.

use crate::api::{
    AlternateIdentifier, CreateUserRequest, CreateUserResponse, DeleteUserRequest, DeleteUserResponse,
    DescribeUserRequest, DescribeUserResponse, GetUserIdRequest, GetUserIdResponse, ListUsersRequest,
    ListUsersResponse, UpdateUserRequest, UpdateUserResponse, User,
};
use crate::state::USERS;
use crate::{attributes, errors, paging, store, users};
use service::{Cx, Result, Value, View};

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html>
pub fn create_user(cx: &mut Cx, input: CreateUserRequest) -> Result<CreateUserResponse> {
    let CreateUserRequest {
        identity_store_id,
        user_name,
        name,
        display_name,
        nick_name,
        profile_url,
        emails,
        addresses,
        phone_numbers,
        user_type,
        title,
        preferred_language,
        locale,
        timezone,
        photos,
        website,
        birthdate,
        roles,
        extensions,
    } = input;
    refuse_extensions("CreateUser", extensions.is_some())?;
    let store = store::written(cx, &identity_store_id)?;
    let (id, now, by) = (cx.entropy().uuid(), cx.now().whole_secs(), cx.caller().arn.clone());
    let user = User {
        identity_store_id: store.clone(),
        user_arn: users::arn(cx, &id),
        user_id: id,
        revision: "1".to_owned(),
        user_name,
        name,
        display_name,
        nick_name,
        profile_url,
        emails,
        addresses,
        phone_numbers,
        user_type,
        title,
        preferred_language,
        locale,
        timezone,
        user_status: Some("ENABLED".to_owned()),
        photos,
        website,
        birthdate,
        roles,
        created_at: Some(now),
        created_by: Some(by.clone()),
        updated_at: Some(now),
        updated_by: Some(by),
        ..User::default()
    };
    users::check(&user)?;
    users::save(cx, &store, &user, None)?;
    let User { user_id, user_arn, revision, .. } = user;
    Ok(CreateUserResponse { identity_store_id: store, user_id, user_arn, revision })
}

fn refuse_extensions(operation: &str, asked: bool) -> Result<()> {
    if asked { Err(errors::not_implemented(operation, "Extensions")) } else { Ok(()) }
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeUser.html>
pub fn describe_user(view: &View, input: DescribeUserRequest) -> Result<DescribeUserResponse> {
    let DescribeUserRequest { identity_store_id, user_id, extensions } = input;
    refuse_extensions("DescribeUser", extensions.is_some())?;
    let store = store::known(view, &identity_store_id)?;
    let user = users::find(view, &store, &user_id)?;
    Ok(DescribeUserResponse {
        identity_store_id: user.identity_store_id,
        user_id: user.user_id,
        user_arn: user.user_arn,
        revision: user.revision,
        user_name: user.user_name,
        external_ids: user.external_ids,
        name: user.name,
        display_name: user.display_name,
        nick_name: user.nick_name,
        profile_url: user.profile_url,
        emails: user.emails,
        addresses: user.addresses,
        phone_numbers: user.phone_numbers,
        user_type: user.user_type,
        title: user.title,
        preferred_language: user.preferred_language,
        locale: user.locale,
        timezone: user.timezone,
        user_status: user.user_status,
        photos: user.photos,
        website: user.website,
        birthdate: user.birthdate,
        roles: user.roles,
        created_at: user.created_at,
        created_by: user.created_by,
        updated_at: user.updated_at,
        updated_by: user.updated_by,
        extensions: None,
    })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_UpdateUser.html>
pub fn update_user(cx: &mut Cx, input: UpdateUserRequest) -> Result<UpdateUserResponse> {
    let UpdateUserRequest { identity_store_id, user_id, operations, revision } = input;
    let store = store::written(cx, &identity_store_id)?;
    let before = users::find(cx, &store, &user_id)?;
    attributes::check_revision(revision.as_deref(), &before.revision)?;
    let mut user: User = attributes::change(&before, operations, attributes::OF_USERS)?;
    users::check(&user)?;
    user.revision = attributes::next_revision(&before.revision);
    user.updated_at = Some(cx.now().whole_secs());
    user.updated_by = Some(cx.caller().arn.clone());
    users::save(cx, &store, &user, Some(&before))?;
    let User { user_id, user_arn, revision, .. } = user;
    Ok(UpdateUserResponse { identity_store_id: store, user_id, user_arn, revision })
}

/// One who is not there is deleted already.
/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteUser.html>
pub fn delete_user(cx: &mut Cx, input: DeleteUserRequest) -> Result<DeleteUserResponse> {
    let DeleteUserRequest { identity_store_id, user_id, revision } = input;
    let store = store::written(cx, &identity_store_id)?;
    if let Some(user) = cx.get(&USERS, &(store.clone(), users::id(&user_id).to_owned()))? {
        attributes::check_revision(revision.as_deref(), &user.revision)?;
        users::remove(cx, &store, &user)?;
    }
    Ok(DeleteUserResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListUsers.html>
pub fn list_users(view: &View, input: ListUsersRequest) -> Result<ListUsersResponse> {
    let ListUsersRequest { identity_store_id, extensions, max_results, next_token, filters } = input;
    refuse_extensions("ListUsers", extensions.is_some())?;
    let store = store::known(view, &identity_store_id)?;
    let page = paging::page(max_results, next_token.as_deref())?;
    let filter = filters.unwrap_or_default().into_iter().next();
    if let Some(filter) = &filter {
        attributes::check_filter(&filter.attribute_path, &["UserName"])?;
    }
    let wanted = filter.map(|filter| filter.attribute_value.to_lowercase());
    let keep = |user: &User| {
        let name = user.user_name.as_deref().unwrap_or_default().to_lowercase();
        wanted.as_ref().is_none_or(|wanted| *wanted == name)
    };
    let (users, next) = view.page(&USERS, (store,), &page, keep)?;
    Ok(ListUsersResponse { users, next_token: next.map(|token| token.encode()) })
}

/// <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetUserId.html>
pub fn get_user_id(view: &View, input: GetUserIdRequest) -> Result<GetUserIdResponse> {
    let GetUserIdRequest { identity_store_id, alternate_identifier } = input;
    let store = store::known(view, &identity_store_id)?;
    let (path, value) = unique_attribute(alternate_identifier, "USER")?;
    if !["username", "emails.value"].contains(&path.to_ascii_lowercase().as_str()) {
        return Err(errors::validation(format!("The attribute {path} is not a unique attribute")));
    }
    let id = users::by_unique(view, &store, &path, &value)?.ok_or_else(|| errors::not_found("USER", &value))?;
    Ok(GetUserIdResponse { identity_store_id: store, user_arn: users::arn(view, &id), user_id: id })
}

/// The path and the value of a unique attribute. Nothing here has an external id: those come with another directory, and none is
/// connected.
pub(super) fn unique_attribute(identifier: AlternateIdentifier, kind: &'static str) -> Result<(String, String)> {
    let AlternateIdentifier { external_id, unique_attribute } = identifier;
    if let Some(external) = external_id {
        return Err(errors::not_found(kind, &external.id));
    }
    let attribute = unique_attribute
        .ok_or_else(|| errors::validation("AlternateIdentifier must have one of ExternalId and UniqueAttribute"))?;
    match attribute.attribute_value {
        Value::Str(text) if !text.is_empty() => Ok((attribute.attribute_path, text)),
        _ => Err(errors::validation("attribute value cannot be empty or null for attribute path")),
    }
}
