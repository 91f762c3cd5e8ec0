//! Grants.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>

use crate::api::*;
use crate::grants::{self, Constraints, GrantToken, MOST_OF_KEY};
use crate::key::Key;
use crate::names::{self, Forms};
use crate::spec::Spec;
use crate::state::{GRANTEES, GRANTS, GrantRow, RETIRERS};
use crate::using::end_dry_run;
use crate::{errors, key_policy, paging};
use service::{ArnParts, Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html>
pub fn create_grant(cx: &mut Cx, input: CreateGrantRequest) -> Result<CreateGrantResponse> {
    let CreateGrantRequest {
        key_id,
        grantee_principal,
        retiring_principal,
        operations,
        constraints,
        grant_tokens,
        name,
        dry_run,
        grantee_service_principal,
        retiring_service_principal,
    } = input;
    grants::check_tokens(grant_tokens.as_ref())?;
    let key = names::key(cx, &key_id, Forms::Keys)?;
    key.check_enabled()?;
    let grantee = principal(("GranteePrincipal", grantee_principal), grantee_service_principal)?
        .ok_or_else(|| errors::validation("Either GranteePrincipal or GranteeServicePrincipal must be specified."))?;
    let retirer = principal(("RetiringPrincipal", retiring_principal), retiring_service_principal)?;
    let Constraints { equals, subset, source_arn } = grants::constraints(constraints)?;
    if !source_arn.is_empty() && grantee.starts_with("arn:") {
        return Err(errors::validation("The SourceArn grant constraint is for a GranteeServicePrincipal."));
    }
    check_operations(key.spec()?, &operations, equals.is_empty() && subset.is_empty())?;
    let row = GrantRow {
        key: key.row.id.clone(),
        id: String::new(),
        name: name.unwrap_or_default(),
        created_at: cx.now(),
        grantee,
        retirer: retirer.unwrap_or_default(),
        issuer: key_policy::root(cx.caller().account, key.scope),
        operations,
        equals,
        subset,
        source_arn,
    };
    end_dry_run(dry_run)?;
    let id = cx.in_scope(key.scope, |cx| put(cx, row))?;
    let token = GrantToken { account: key.scope.account, key: key.row.id, id: id.clone() };
    Ok(CreateGrantResponse { grant_token: Some(token.encode()), grant_id: Some(id) })
}

/// Stores a grant, or finds the one that was made with the same name and all else the same.
fn put(cx: &mut Cx, mut row: GrantRow) -> Result<String> {
    if !row.name.is_empty() {
        for known in grants_of(cx, &row.key, &row.grantee)? {
            let same = GrantRow { id: known.id.clone(), created_at: known.created_at, ..row.clone() };
            if same == known {
                return Ok(known.id);
            }
        }
    }
    // Counting stops where the quota is reached.
    if cx.rows(&GRANTS, (row.key.as_str(),)).take(MOST_OF_KEY).count() >= MOST_OF_KEY {
        return Err(errors::limit_exceeded(format!(
            "The key has the maximum number of grants already: {MOST_OF_KEY}."
        )));
    }
    row.id = format!("{:032x}{:032x}", cx.entropy().u128(), cx.entropy().u128());
    cx.put(&GRANTS, &(row.key.clone(), row.id.clone()), &row)?;
    Ok(row.id)
}

fn grants_of(view: &View, key: &str, grantee: &str) -> Result<Vec<GrantRow>> {
    let mut found = Vec::new();
    for reference in view.rows(&GRANTEES, (key, grantee)) {
        found.extend(view.get(&GRANTS, &(key.to_owned(), reference?.id))?);
    }
    Ok(found)
}

/// A principal by ARN or a service by its DNS name, of which one is given.
fn principal((member, arn): (&str, Option<String>), service: Option<String>) -> Result<Option<String>> {
    match (arn, service) {
        (Some(_), Some(_)) => {
            Err(errors::validation(format!("{member} and the service principal cannot both be specified.")))
        }
        (Some(arn), None) if is_principal(&arn) => Ok(Some(arn)),
        (Some(arn), None) => Err(errors::invalid_arn(&arn)),
        (None, service) => Ok(service),
    }
}

/// An ARN of an identity; services were named so before they had a member of their own.
fn is_principal(text: &str) -> bool {
    match ArnParts::parse(text) {
        Ok(parts) => matches!(parts.service, "iam" | "sts"),
        Err(_) => text.ends_with(".amazonaws.com"),
    }
}

/// <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations>
fn check_operations(spec: &Spec, operations: &[String], unconstrained: bool) -> Result<()> {
    if !spec.is_symmetric() && !unconstrained {
        return Err(errors::validation(
            "Grant constraints cannot be specified for a grant on an asymmetric or HMAC KMS key.",
        ));
    }
    let fits = |operation: &String| {
        let symmetric_alone = operation.starts_with("GenerateDataKey");
        let asymmetric_alone = ["Sign", "Verify", "GetPublicKey", "DeriveSharedSecret", "Encapsulate", "Decapsulate"];
        let macs = ["GenerateMac", "VerifyMac"];
        match operation.as_str() {
            _ if symmetric_alone => spec.is_symmetric(),
            operation if asymmetric_alone.contains(&operation) => spec.is_asymmetric(),
            operation if macs.contains(&operation) => !spec.is_symmetric() && !spec.is_asymmetric(),
            _ => true,
        }
    };
    match operations.iter().find(|operation| !fits(operation)) {
        Some(operation) => Err(errors::validation(format!(
            "Grant operation {operation} is not supported for KMS keys of KeySpec {}.",
            spec.name
        ))),
        None => Ok(()),
    }
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html>
pub fn list_grants(view: &View, input: ListGrantsRequest) -> Result<ListGrantsResponse> {
    let ListGrantsRequest { limit, marker, key_id, grant_id, grantee_principal, grantee_service_principal } = input;
    let page = paging::page(limit, marker.as_deref(), paging::SHORT)?;
    let key = names::key(view, &key_id, Forms::Keys)?;
    if grant_id.as_ref().is_some_and(|id| !is_grant_id(id)) {
        return Err(errors::invalid_grant_id());
    }
    let grantee = grantee_principal.or(grantee_service_principal);
    let keep = |row: &GrantRow| {
        grant_id.as_ref().is_none_or(|id| row.id == *id) && grantee.as_ref().is_none_or(|own| row.grantee == *own)
    };
    let at = view.elsewhere(key.scope)?;
    let (rows, next) = at.page(&GRANTS, (key.row.id.as_str(),), &page, keep)?;
    Ok(ListGrantsResponse {
        grants: Some(rows.iter().map(|row| grants::show(row, key.scope)).collect()),
        truncated: Some(next.is_some()),
        next_marker: next.map(|token| token.encode()),
    })
}

/// 64 hexadecimal digits.
fn is_grant_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Grants on keys of other accounts are among them.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListRetirableGrants.html>
pub fn list_retirable_grants(view: &View, input: ListRetirableGrantsRequest) -> Result<ListGrantsResponse> {
    let ListRetirableGrantsRequest { limit, marker, retiring_principal, retiring_service_principal } = input;
    let page = paging::page(limit, marker.as_deref(), paging::SHORT)?;
    let Some(retirer) = retiring_principal.or(retiring_service_principal) else {
        return Err(errors::validation("Either RetiringPrincipal or RetiringServicePrincipal must be specified."));
    };
    let (references, next) = view.page(&RETIRERS, (retirer.as_str(),), &page, |_| true)?;
    let mut shown = Vec::new();
    for reference in references {
        let Ok(account) = reference.account.parse() else { continue };
        let scope = service::Scope::new(account, view.region());
        let row = view.get_in(scope, &GRANTS, &(reference.key, reference.id))?;
        shown.extend(row.map(|row| grants::show(&row, scope)));
    }
    Ok(ListGrantsResponse {
        grants: Some(shown),
        truncated: Some(next.is_some()),
        next_marker: next.map(|token| token.encode()),
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html>
pub fn retire_grant(cx: &mut Cx, input: RetireGrantRequest) -> Result<Nothing> {
    let RetireGrantRequest { grant_token, key_id, grant_id, dry_run } = input;
    if grant_token.is_none() && (key_id.is_none() || grant_id.is_none()) {
        return Err(errors::validation("Grant token OR (grant ID AND key ID) must be specified"));
    }
    let key = key_id.as_deref().map(|id| names::key(cx, id, Forms::Keys)).transpose()?;
    let named: Option<(&Key, &str)> = key.as_ref().zip(grant_id.as_deref());
    let Some((scope, row)) = grants::find(cx, cx.region(), grant_token.as_deref(), named)? else {
        return Err(match grant_id {
            Some(id) => errors::no_such_grant(&id),
            None => errors::invalid_grant_token(),
        });
    };
    end_dry_run(dry_run)?;
    cx.in_scope(scope, |cx| cx.delete(&GRANTS, &(row.key, row.id)))?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html>
pub fn revoke_grant(cx: &mut Cx, input: RevokeGrantRequest) -> Result<Nothing> {
    let RevokeGrantRequest { key_id, grant_id, dry_run } = input;
    let key = names::key(cx, &key_id, Forms::Keys)?;
    let at = (key.row.id.clone(), grant_id);
    if cx.get_in(key.scope, &GRANTS, &at)?.is_none() {
        return Err(errors::no_such_grant(&at.1));
    }
    end_dry_run(dry_run)?;
    cx.in_scope(key.scope, |cx| cx.delete(&GRANTS, &at))?;
    Ok(Nothing {})
}
