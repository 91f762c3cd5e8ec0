//! SSH public keys of users, in OpenSSH's form.

use crate::api::{
    DeleteSSHPublicKeyRequest, GetSSHPublicKeyRequest, GetSSHPublicKeyResponse, ListSSHPublicKeysRequest,
    ListSSHPublicKeysResponse, SSHPublicKey, SSHPublicKeyMetadata, UpdateSSHPublicKeyRequest,
    UploadSSHPublicKeyRequest, UploadSSHPublicKeyResponse,
};
use crate::ops::access_keys::bad_status;
use crate::state::{SshKeyRow, UserRow};
use crate::subject::Subject;
use crate::{entity, errors, paging, ssh_key};
use service::{Cx, Error, Nothing, Result, View};

/// How many a user may have.
const MOST: usize = 5;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html>
pub fn upload_ssh_public_key(cx: &mut Cx, input: UploadSSHPublicKeyRequest) -> Result<UploadSSHPublicKeyResponse> {
    let UploadSSHPublicKeyRequest { user_name, ssh_public_key_body: body } = input;
    let mut user: UserRow = entity::find(cx, &user_name)?;
    let bytes = ssh_key::decode(&body).ok_or_else(|| invalid("The public key is encoded in an unknown format."))?;
    if ssh_key::bits(&bytes).is_none_or(|bits| bits < ssh_key::LEAST_BITS) {
        return Err(invalid("The public key must have at least 2048 bits."));
    }
    let fingerprint = ssh_key::fingerprint(&bytes);
    // It is kept in one form, whichever it came in; the comment behind it stays.
    let body = if body.contains("-----BEGIN ") { ssh_key::open_ssh(&bytes) } else { body };
    if user.ssh_keys.iter().any(|key| key.fingerprint == fingerprint) {
        return Err(Error::new(
            "DuplicateSSHPublicKeyException",
            "The SSH public key is already associated with the specified IAM user.",
        ));
    }
    if user.ssh_keys.len() >= MOST {
        return Err(errors::quota("SSHPublicKeysPerUser", MOST));
    }
    let id = entity::draw_id(cx, "APKA");
    let uploaded = cx.now().whole_secs();
    let key = SshKeyRow { id, body, fingerprint, status: "Active".to_owned(), uploaded };
    let ssh_public_key = Some(shown(&user, &key));
    user.ssh_keys.push(key);
    entity::save(cx, &user)?;
    Ok(UploadSSHPublicKeyResponse { ssh_public_key })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSSHPublicKey.html>
pub fn get_ssh_public_key(view: &View, input: GetSSHPublicKeyRequest) -> Result<GetSSHPublicKeyResponse> {
    let GetSSHPublicKeyRequest { user_name, ssh_public_key_id, encoding } = input;
    if !matches!(encoding.as_str(), "SSH" | "PEM") {
        return Err(Error::new(
            "UnrecognizedPublicKeyEncodingException",
            format!("The public key encoding {encoding} is unrecognized."),
        ));
    }
    let user: UserRow = entity::find(view, &user_name)?;
    let key = user.ssh_keys.iter().find(|key| key.id == ssh_public_key_id);
    let key = key.ok_or_else(|| no_such_key(&ssh_public_key_id))?;
    let mut shown = shown(&user, key);
    if encoding == "PEM" {
        let pem = ssh_key::decode(&key.body).and_then(|bytes| ssh_key::pem(&bytes));
        shown.ssh_public_key_body = pem.ok_or_else(|| Error::internal(format!("the stored key {} is none", key.id)))?;
    }
    Ok(GetSSHPublicKeyResponse { ssh_public_key: Some(shown) })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html>
pub fn list_ssh_public_keys(view: &View, input: ListSSHPublicKeysRequest) -> Result<ListSSHPublicKeysResponse> {
    let ListSSHPublicKeysRequest { user_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let user: UserRow = match Subject::of(view, user_name.as_deref())? {
        Subject::User(name) => entity::find(view, &name)?,
        Subject::Root => UserRow::default(),
    };
    let (keys, next) = paging::cut(user.ssh_keys, &page, |key| key.id.clone());
    let (is_truncated, marker) = paging::end(next);
    let metadata = |key: SshKeyRow| SSHPublicKeyMetadata {
        user_name: user.core.name.clone(),
        ssh_public_key_id: key.id,
        status: key.status,
        upload_date: key.uploaded,
    };
    Ok(ListSSHPublicKeysResponse {
        ssh_public_keys: Some(keys.into_iter().map(metadata).collect()),
        is_truncated,
        marker,
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSSHPublicKey.html>
pub fn update_ssh_public_key(cx: &mut Cx, input: UpdateSSHPublicKeyRequest) -> Result<Nothing> {
    let UpdateSSHPublicKeyRequest { user_name, ssh_public_key_id, status } = input;
    if !matches!(status.as_str(), "Active" | "Inactive") {
        return Err(bad_status(&status));
    }
    let mut user: UserRow = entity::find(cx, &user_name)?;
    let key = user.ssh_keys.iter_mut().find(|key| key.id == ssh_public_key_id);
    key.ok_or_else(|| no_such_key(&ssh_public_key_id))?.status = status;
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSSHPublicKey.html>
pub fn delete_ssh_public_key(cx: &mut Cx, input: DeleteSSHPublicKeyRequest) -> Result<Nothing> {
    let DeleteSSHPublicKeyRequest { user_name, ssh_public_key_id } = input;
    let mut user: UserRow = entity::find(cx, &user_name)?;
    let at = user.ssh_keys.iter().position(|key| key.id == ssh_public_key_id);
    user.ssh_keys.remove(at.ok_or_else(|| no_such_key(&ssh_public_key_id))?);
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

fn invalid(message: &'static str) -> Error {
    Error::new("InvalidPublicKeyException", message)
}

fn no_such_key(id: &str) -> Error {
    errors::not_found(format!("The Public Key with id {id} cannot be found."))
}

fn shown(user: &UserRow, key: &SshKeyRow) -> SSHPublicKey {
    SSHPublicKey {
        user_name: user.core.name.clone(),
        ssh_public_key_id: key.id.clone(),
        fingerprint: key.fingerprint.clone(),
        ssh_public_key_body: key.body.clone(),
        status: key.status.clone(),
        upload_date: Some(key.uploaded),
    }
}
