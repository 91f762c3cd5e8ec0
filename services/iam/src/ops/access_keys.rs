//! Access keys of users and of the root user.

use crate::api::{
    AccessKey, AccessKeyMetadata, CreateAccessKeyRequest, CreateAccessKeyResponse, DeleteAccessKeyRequest,
    GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse, ListAccessKeysRequest, ListAccessKeysResponse,
    UpdateAccessKeyRequest,
};
use crate::state::AccessKeyRow;
use crate::subject::KeyHolder;
use crate::{errors, last_used, paging};
use service::key_id;
use service::{Cx, Error, Nothing, Result, View};

/// How many keys a user may have.
const MOST: usize = 2;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html>
pub fn create_access_key(cx: &mut Cx, input: CreateAccessKeyRequest) -> Result<CreateAccessKeyResponse> {
    let CreateAccessKeyRequest { user_name } = input;
    let mut holder = KeyHolder::find(cx, user_name.as_deref())?;
    if holder.keys().len() >= MOST {
        return Err(errors::quota("AccessKeysPerUser", MOST));
    }
    let account = cx.account();
    let id = key_id::encode("AKIA", account, cx.entropy().u64());
    let key = AccessKeyRow { id, secret: secret(cx), active: true, created: cx.now().whole_secs() };
    holder.keys_mut().push(key.clone());
    holder.save(cx)?;
    Ok(CreateAccessKeyResponse {
        access_key: AccessKey {
            user_name: Some(holder.name().to_owned()).filter(|name| !name.is_empty()),
            access_key_id: key.id,
            status: status(true),
            secret_access_key: key.secret,
            create_date: Some(key.created),
        },
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html>
pub fn get_access_key_last_used(
    view: &View,
    input: GetAccessKeyLastUsedRequest,
) -> Result<GetAccessKeyLastUsedResponse> {
    let GetAccessKeyLastUsedRequest { access_key_id } = input;
    let unknown = || errors::unknown_key(view.caller(), &access_key_id);
    let holder = KeyHolder::of_key(view, &access_key_id)?.ok_or_else(unknown)?;
    let key = holder.keys().iter().find(|key| key.id == access_key_id).ok_or_else(unknown)?;
    Ok(GetAccessKeyLastUsedResponse {
        user_name: Some(holder.name().to_owned()).filter(|name| !name.is_empty()),
        access_key_last_used: Some(last_used::of_key(view, key)?),
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html>
pub fn list_access_keys(view: &View, input: ListAccessKeysRequest) -> Result<ListAccessKeysResponse> {
    let ListAccessKeysRequest { user_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let holder = KeyHolder::find(view, user_name.as_deref())?;
    // In the order in which they were made, which their places in the row are.
    let numbered: Vec<_> = holder.keys().iter().enumerate().collect();
    let (keys, next) = paging::cut(numbered, &page, |(i, _)| i.to_string());
    let (is_truncated, marker) = paging::end(next);
    let metadata = |(_, key): (usize, &AccessKeyRow)| AccessKeyMetadata {
        user_name: Some(holder.name().to_owned()).filter(|name| !name.is_empty()),
        access_key_id: Some(key.id.clone()),
        status: Some(status(key.active)),
        create_date: Some(key.created),
    };
    Ok(ListAccessKeysResponse { access_key_metadata: keys.into_iter().map(metadata).collect(), is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html>
pub fn update_access_key(cx: &mut Cx, input: UpdateAccessKeyRequest) -> Result<Nothing> {
    let UpdateAccessKeyRequest { user_name, access_key_id, status } = input;
    let active = match status.as_str() {
        "Active" => true,
        "Inactive" => false,
        other => return Err(bad_status(other)),
    };
    let mut holder = KeyHolder::find(cx, user_name.as_deref())?;
    let key = holder.keys_mut().iter_mut().find(|key| key.id == access_key_id);
    key.ok_or_else(|| no_such_key(&access_key_id))?.active = active;
    holder.save(cx)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccessKey.html>
pub fn delete_access_key(cx: &mut Cx, input: DeleteAccessKeyRequest) -> Result<Nothing> {
    let DeleteAccessKeyRequest { user_name, access_key_id } = input;
    let mut holder = KeyHolder::find(cx, user_name.as_deref())?;
    let keys = holder.keys_mut();
    let at = keys.iter().position(|key| key.id == access_key_id).ok_or_else(|| no_such_key(&access_key_id))?;
    keys.remove(at);
    holder.save(cx)?;
    Ok(Nothing {})
}

fn no_such_key(id: &str) -> Error {
    errors::not_found(format!("The Access Key with id {id} cannot be found."))
}

/// A status that credentials do not have.
pub(crate) fn bad_status(status: &str) -> Error {
    errors::constraint("status", status, "Member must satisfy enum value set: [Active, Inactive]")
}

fn status(active: bool) -> String {
    if active { "Active" } else { "Inactive" }.to_owned()
}

/// 40 characters, 30 bytes of the operating system's randomness in base64's alphabet.
fn secret(cx: &mut Cx) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = [0; 40];
    cx.entropy().secret(&mut bytes);
    bytes.iter().filter_map(|byte| alphabet.get(usize::from(byte & 63))).map(|letter| char::from(*letter)).collect()
}
