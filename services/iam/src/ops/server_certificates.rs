//! Server certificates that are kept in IAM.

use crate::api::{
    DeleteServerCertificateRequest, GetServerCertificateRequest, GetServerCertificateResponse,
    ListServerCertificatesRequest, ListServerCertificatesResponse, ServerCertificate, ServerCertificateMetadata,
    UpdateServerCertificateRequest, UploadServerCertificateRequest, UploadServerCertificateResponse,
};
use crate::entity::{self, Kind};
use crate::state::{CERTIFICATES, CertificateRow};
use crate::{paging, tags, x509};
use service::{Cx, Error, Nothing, Result, View};

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadServerCertificate.html>
pub fn upload_server_certificate(
    cx: &mut Cx,
    input: UploadServerCertificateRequest,
) -> Result<UploadServerCertificateResponse> {
    let UploadServerCertificateRequest {
        path,
        server_certificate_name,
        certificate_body,
        private_key,
        certificate_chain,
        tags,
    } = input;
    let core = entity::begin(cx, Kind::ServerCertificate, server_certificate_name, path, tags)?;
    let read = x509::certificate(&certificate_body).ok_or_else(|| malformed("certificate"))?;
    let key = x509::public_key(&private_key).ok_or_else(|| malformed("key"))?;
    if key.is_some_and(|key| key != read.key) {
        let message = "The public key certificate and the private key do not match.";
        return Err(Error::new("KeyPairMismatchException", message));
    }
    if certificate_chain.as_deref().is_some_and(|chain| x509::certificate(chain).is_none()) {
        return Err(malformed("certificate chain"));
    }
    let expires = read.expires;
    let certificate = CertificateRow { core, body: certificate_body, chain: certificate_chain, private_key, expires };
    entity::create(cx, &certificate)?;
    Ok(UploadServerCertificateResponse {
        server_certificate_metadata: Some(metadata(cx, &certificate)),
        tags: tags::some(&certificate.core.tags),
    })
}

fn malformed(what: &str) -> Error {
    let message = format!("Unable to parse {what}; the body is encrypted or malformed.");
    Error::new("MalformedCertificateException", message)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServerCertificate.html>
pub fn get_server_certificate(view: &View, input: GetServerCertificateRequest) -> Result<GetServerCertificateResponse> {
    let GetServerCertificateRequest { server_certificate_name } = input;
    let row: CertificateRow = entity::find(view, &server_certificate_name)?;
    Ok(GetServerCertificateResponse {
        server_certificate: ServerCertificate {
            server_certificate_metadata: metadata(view, &row),
            tags: Some(tags::shown(&row.core.tags)),
            certificate_body: row.body,
            certificate_chain: row.chain,
        },
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html>
pub fn list_server_certificates(
    view: &View,
    input: ListServerCertificatesRequest,
) -> Result<ListServerCertificatesResponse> {
    let ListServerCertificatesRequest { path_prefix, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let prefix = path_prefix.unwrap_or_default();
    let (rows, next) = view.page(&CERTIFICATES, (), &page, |row| row.core.path.starts_with(&prefix))?;
    let (is_truncated, marker) = paging::end(next);
    let server_certificate_metadata_list = rows.iter().map(|row| metadata(view, row)).collect();
    Ok(ListServerCertificatesResponse { server_certificate_metadata_list, is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServerCertificate.html>
pub fn update_server_certificate(cx: &mut Cx, input: UpdateServerCertificateRequest) -> Result<Nothing> {
    let UpdateServerCertificateRequest { server_certificate_name, new_path, new_server_certificate_name } = input;
    let row: CertificateRow = entity::find(cx, &server_certificate_name)?;
    entity::rename(cx, row, new_server_certificate_name, new_path)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServerCertificate.html>
pub fn delete_server_certificate(cx: &mut Cx, input: DeleteServerCertificateRequest) -> Result<Nothing> {
    let DeleteServerCertificateRequest { server_certificate_name } = input;
    let row: CertificateRow = entity::find(cx, &server_certificate_name)?;
    entity::remove(cx, &row)?;
    Ok(Nothing {})
}

fn metadata(view: &View, row: &CertificateRow) -> ServerCertificateMetadata {
    ServerCertificateMetadata {
        path: row.core.path.clone(),
        server_certificate_name: row.core.name.clone(),
        server_certificate_id: row.core.id.clone(),
        arn: entity::arn(view, Kind::ServerCertificate, &row.core),
        upload_date: Some(row.core.created),
        expiration: Some(row.expires),
    }
}
