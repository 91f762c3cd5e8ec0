//! X.509 signing certificates of users.

use crate::api::{
    DeleteSigningCertificateRequest, ListSigningCertificatesRequest, ListSigningCertificatesResponse,
    SigningCertificate, UpdateSigningCertificateRequest, UploadSigningCertificateRequest,
    UploadSigningCertificateResponse,
};
use crate::ops::access_keys::bad_status;
use crate::state::{SigningRow, UserRow};
use crate::subject::Subject;
use crate::{entity, errors, paging, x509};
use service::{Cx, Error, Nothing, Result, View};

/// How many a user may have.
const MOST: usize = 2;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html>
pub fn upload_signing_certificate(
    cx: &mut Cx,
    input: UploadSigningCertificateRequest,
) -> Result<UploadSigningCertificateResponse> {
    let UploadSigningCertificateRequest { user_name, certificate_body } = input;
    let mut user = user_of(cx, user_name.as_deref())?;
    if x509::certificate(&certificate_body).is_none() {
        return Err(Error::new(
            "MalformedCertificateException",
            format!("Certificate {certificate_body} is malformed"),
        ));
    }
    if user.certificates.iter().any(|row| row.body == certificate_body) {
        return Err(Error::new("DuplicateCertificateException", "The certificate is already associated with a user."));
    }
    if user.certificates.len() >= MOST {
        return Err(errors::quota("CertificatesPerUser", MOST));
    }
    let id = cx.entropy().text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32);
    let row = SigningRow { id, body: certificate_body, status: "Active".to_owned(), uploaded: cx.now().whole_secs() };
    let certificate = shown(&user, &row);
    user.certificates.push(row);
    entity::save(cx, &user)?;
    Ok(UploadSigningCertificateResponse { certificate })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html>
pub fn list_signing_certificates(
    view: &View,
    input: ListSigningCertificatesRequest,
) -> Result<ListSigningCertificatesResponse> {
    let ListSigningCertificatesRequest { user_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    // A root user has none here.
    let user = match Subject::of(view, user_name.as_deref())? {
        Subject::User(name) => entity::find(view, &name)?,
        Subject::Root => UserRow::default(),
    };
    let (rows, next) = paging::cut(user.certificates.clone(), &page, |row| row.id.clone());
    let (is_truncated, marker) = paging::end(next);
    let certificates = rows.iter().map(|row| shown(&user, row)).collect();
    Ok(ListSigningCertificatesResponse { certificates, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSigningCertificate.html>
pub fn update_signing_certificate(cx: &mut Cx, input: UpdateSigningCertificateRequest) -> Result<Nothing> {
    let UpdateSigningCertificateRequest { user_name, certificate_id, status } = input;
    if !matches!(status.as_str(), "Active" | "Inactive") {
        return Err(bad_status(&status));
    }
    let mut user = user_of(cx, user_name.as_deref())?;
    let row = user.certificates.iter_mut().find(|row| row.id == certificate_id);
    row.ok_or_else(|| no_such_certificate(&certificate_id))?.status = status;
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSigningCertificate.html>
pub fn delete_signing_certificate(cx: &mut Cx, input: DeleteSigningCertificateRequest) -> Result<Nothing> {
    let DeleteSigningCertificateRequest { user_name, certificate_id } = input;
    let mut user = user_of(cx, user_name.as_deref())?;
    let at = user.certificates.iter().position(|row| row.id == certificate_id);
    user.certificates.remove(at.ok_or_else(|| no_such_certificate(&certificate_id))?);
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

fn user_of(view: &View, user_name: Option<&str>) -> Result<UserRow> {
    match Subject::of(view, user_name)? {
        Subject::User(name) => entity::find(view, &name),
        Subject::Root => Err(errors::validation("Must specify userName when calling with non-User credentials")),
    }
}

fn no_such_certificate(id: &str) -> Error {
    errors::not_found(format!("The Certificate with id {id} cannot be found."))
}

fn shown(user: &UserRow, row: &SigningRow) -> SigningCertificate {
    SigningCertificate {
        user_name: user.core.name.clone(),
        certificate_id: row.id.clone(),
        certificate_body: row.body.clone(),
        status: row.status.clone(),
        upload_date: Some(row.uploaded),
    }
}
