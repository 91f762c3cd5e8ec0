//! Grants: permissions on one key for one principal, without a policy.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>

use crate::api::{GrantConstraints, GrantListEntry};
use crate::context::EncryptionContext;
use crate::errors;
use crate::key::Key;
use crate::names;
use crate::peers;
use crate::state::{GRANTEES, GRANTS, GrantRef, GrantRow, RETIRERS};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use service::{
    AccountId, ArnParts, Caller, CallerKind, Change, Cx, Grant, GrantConstraint, Region, Result, Scope, View,
};

/// What the condition keys of the encryption context begin with.
pub const CONTEXT_PREFIX: &str = "kms:EncryptionContext:";
/// <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html#grants-per-key>
pub const MOST_OF_KEY: usize = 50_000;
/// Pairs and characters of a constraint: <https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html>
const MOST_PAIRS: usize = 8;
const MOST_CHARACTERS: usize = 384;

/// Operations whose requests have no encryption context, so that no constraint holds them back.
const WITHOUT_CONTEXT: [&str; 3] = ["CreateGrant", "DescribeKey", "RetireGrant"];

/// A grant's token: where the grant lies. It is good at once, as the grant is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantToken {
    /// The key's account.
    pub account: AccountId,
    /// The key's id.
    pub key: String,
    /// The grant's id.
    pub id: String,
}

impl GrantToken {
    /// The text for the client.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("1/{}/{}/{}", self.account, self.key, self.id))
    }

    /// Reads what [`GrantToken::encode`] gave.
    pub fn decode(text: &str) -> Option<GrantToken> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        match text.split('/').collect::<Vec<_>>().as_slice() {
            ["1", account, key, id] => {
                Some(GrantToken { account: account.parse().ok()?, key: (*key).to_owned(), id: (*id).to_owned() })
            }
            _ => None,
        }
    }
}

/// Fails for tokens that KMS did not give. Every grant is good at once here, so no token adds to what it permits.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/using-grant-token.html>
pub fn check_tokens(tokens: Option<&Vec<String>>) -> Result<()> {
    let all_ours = tokens.into_iter().flatten().all(|token| GrantToken::decode(token).is_some());
    if all_ours { Ok(()) } else { Err(errors::invalid_grant_token()) }
}

/// The grants on a key that are for the caller and permit an action.
pub fn for_caller(view: &View, key: &Key, action: &str) -> Result<Vec<Grant>> {
    let Some(operation) = action.strip_prefix("kms:") else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for grantee in names_of(view.caller(), key.scope) {
        for reference in view.rows_in(key.scope, &GRANTEES, (key.row.id.as_str(), grantee.as_str())) {
            let Some(row) = view.get_in(key.scope, &GRANTS, &(key.row.id.clone(), reference?.id))? else { continue };
            let source_fits = row.source_arn.is_empty() || row.source_arn == peers::source_arn(view);
            if source_fits && row.operations.iter().any(|own| own == operation) {
                found.push(as_grant(&row, operation));
            }
        }
    }
    Ok(found)
}

/// What must hold of a request that uses a grant.
pub struct Constraints {
    /// `EncryptionContextEquals`
    pub equals: EncryptionContext,
    /// `EncryptionContextSubset`
    pub subset: EncryptionContext,
    /// `SourceArn`; empty for none.
    pub source_arn: String,
}

/// What a grant may call the caller.
fn names_of(caller: &Caller, scope: Scope) -> Vec<String> {
    if caller.kind == CallerKind::Anonymous {
        return Vec::new();
    }
    let mut names = vec![caller.arn.clone()];
    if caller.principal_arn() != caller.arn {
        names.push(caller.principal_arn().to_owned());
    }
    let root = crate::key_policy::root(caller.account, scope);
    if caller.kind != CallerKind::Service && !names.contains(&root) {
        names.push(root);
    }
    names
}

/// A grant as the policies weigh it, for one operation.
fn as_grant(row: &GrantRow, operation: &str) -> Grant {
    let constraint = |pairs: &EncryptionContext, exact| {
        let pairs = pairs.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        GrantConstraint { prefix: CONTEXT_PREFIX, exact, pairs }
    };
    let constraint = match () {
        () if WITHOUT_CONTEXT.contains(&operation) => None,
        () if !row.equals.is_empty() => Some(constraint(&row.equals, true)),
        () if !row.subset.is_empty() => Some(constraint(&row.subset, false)),
        () => None,
    };
    Grant { id: row.id.clone(), grantee: row.grantee.clone(), actions: vec![format!("kms:{operation}")], constraint }
}

/// Whoever may retire a grant, as a grant of that right: its retiring principal, its grantee if it says so, and the
/// account that issued it.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html>
pub fn retiring(row: &GrantRow) -> Vec<Grant> {
    let own = row.operations.iter().any(|operation| operation == "RetireGrant").then_some(&row.grantee);
    let who = [Some(&row.retirer), own, Some(&row.issuer)].into_iter().flatten().filter(|name| !name.is_empty());
    who.map(|name| Grant {
        id: row.id.clone(),
        grantee: name.clone(),
        actions: vec!["kms:RetireGrant".to_owned()],
        constraint: None,
    })
    .collect()
}

/// Whether whoever holds `parent` may pass this on: no operation more, and no constraint less.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-creategrant>
pub fn covers(
    parent: &GrantRow,
    operations: &[String],
    equals: &EncryptionContext,
    subset: &EncryptionContext,
) -> bool {
    let within = |parent: &EncryptionContext, child: &EncryptionContext| {
        parent.iter().all(|(name, value)| child.get(name) == Some(value))
    };
    let strict = if !parent.equals.is_empty() {
        *equals == parent.equals
    } else {
        parent.subset.is_empty() || within(&parent.subset, equals) || within(&parent.subset, subset)
    };
    strict && operations.iter().all(|operation| parent.operations.contains(operation))
}

/// The constraints of a request, checked: at the most one on the encryption context.
pub fn constraints(given: Option<GrantConstraints>) -> Result<Constraints> {
    let GrantConstraints { encryption_context_subset, encryption_context_equals, source_arn } =
        given.unwrap_or_default();
    let (equals, subset) =
        (encryption_context_equals.unwrap_or_default(), encryption_context_subset.unwrap_or_default());
    if !equals.is_empty() && !subset.is_empty() {
        return Err(errors::validation(
            "You cannot specify both EncryptionContextEquals and EncryptionContextSubset in a grant.",
        ));
    }
    for pairs in [&equals, &subset] {
        let long = pairs.values().any(|value| value.chars().count() > MOST_CHARACTERS);
        if pairs.len() > MOST_PAIRS || long {
            let text = format!(
                "A grant constraint can have up to {MOST_PAIRS} encryption context pairs, and each value up to \
                 {MOST_CHARACTERS} characters."
            );
            return Err(errors::validation(text));
        }
    }
    Ok(Constraints { equals, subset, source_arn: source_arn.unwrap_or_default() })
}

/// A grant as listings show it.
pub fn show(row: &GrantRow, scope: Scope) -> GrantListEntry {
    let split = |name: &str| (Some(name.to_owned()).filter(|name| name.starts_with("arn:")), service(name));
    let ((grantee_principal, grantee_service_principal), (retiring_principal, retiring_service_principal)) =
        (split(&row.grantee), split(&row.retirer));
    let pairs = |pairs: &EncryptionContext| Some(pairs.clone()).filter(|pairs| !pairs.is_empty());
    let constraints = GrantConstraints {
        encryption_context_subset: pairs(&row.subset),
        encryption_context_equals: pairs(&row.equals),
        source_arn: Some(row.source_arn.clone()).filter(|arn| !arn.is_empty()),
    };
    let constrained = constraints != GrantConstraints::default();
    GrantListEntry {
        key_id: Some(names::arn(scope, &format!("key/{}", row.key))),
        grant_id: Some(row.id.clone()),
        name: Some(row.name.clone()),
        creation_date: Some(row.created_at),
        // ListGrants shows a service's name under both members.
        grantee_principal: grantee_principal.or_else(|| grantee_service_principal.clone()),
        retiring_principal: retiring_principal.or_else(|| retiring_service_principal.clone()),
        issuing_account: Some(row.issuer.clone()),
        operations: Some(row.operations.clone()),
        constraints: constrained.then_some(constraints),
        grantee_service_principal,
        retiring_service_principal,
    }
}

fn service(name: &str) -> Option<String> {
    (!name.is_empty() && !name.starts_with("arn:")).then(|| name.to_owned())
}

/// Follows a grant's row with its two indexes.
pub fn changed(cx: &mut Cx, change: Change<'_, GrantRow>) -> Result<()> {
    let own = cx.scope();
    let account = own.account.to_string();
    if let Some(old) = change.old {
        cx.delete(&GRANTEES, &(old.key.clone(), old.grantee.clone(), old.id.clone()))?;
        let at = (old.retirer.clone(), old.key.clone(), old.id.clone());
        cx.in_scope(home(&old.retirer, own), |cx| cx.delete(&RETIRERS, &at).map(drop))?;
    }
    if let Some(new) = change.new {
        let reference = GrantRef { account, key: new.key.clone(), id: new.id.clone() };
        cx.put(&GRANTEES, &(new.key.clone(), new.grantee.clone(), new.id.clone()), &reference)?;
        if !new.retirer.is_empty() {
            let at = (new.retirer.clone(), new.key.clone(), new.id.clone());
            cx.in_scope(home(&new.retirer, own), |cx| cx.put(&RETIRERS, &at, &reference))?;
        }
    }
    Ok(())
}

/// Where the index of a principal's retirable grants lies: with the principal.
fn home(principal: &str, own: Scope) -> Scope {
    let account = ArnParts::parse(principal).ok().and_then(|parts| parts.account.parse().ok());
    Scope::new(account.unwrap_or(own.account), own.region)
}

/// Deletes all grants on a key of the present scope.
pub fn delete_all(cx: &mut Cx, key_id: &str) -> Result<()> {
    let rows = cx.rows(&GRANTS, (key_id,)).collect::<Result<Vec<_>>>()?;
    rows.into_iter().try_for_each(|row| cx.delete(&GRANTS, &(row.key, row.id)).map(drop))
}

/// The grant that is called by a token, or by the ids of its key and its own.
pub fn find(
    view: &View,
    region: Region,
    token: Option<&str>,
    ids: Option<(&Key, &str)>,
) -> Result<Option<(Scope, GrantRow)>> {
    let (scope, at) = match (token, ids) {
        (Some(token), _) => {
            let token = GrantToken::decode(token).ok_or_else(errors::invalid_grant_token)?;
            (Scope::new(token.account, region), (token.key, token.id))
        }
        (None, Some((key, id))) => (key.scope, (key.row.id.clone(), id.to_owned())),
        (None, None) => return Ok(None),
    };
    Ok(view.get_in(scope, &GRANTS, &at)?.map(|row| (scope, row)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> EncryptionContext {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn of(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn tokens_read_back_and_made_up_ones_do_not() {
        let token =
            GrantToken { account: AccountId::from_number(7).unwrap(), key: "k".to_owned(), id: "0f".to_owned() };
        assert_eq!(GrantToken::decode(&token.encode()), Some(token));
        for text in ["", "a", "AQpAM2RhZ", "MS8xLzI", "not base64!"] {
            assert_eq!(GrantToken::decode(text), None, "{text}");
        }
    }

    #[test]
    fn a_child_grant_gives_no_more_than_its_parent() {
        let parent = |equals: &[(&str, &str)], subset: &[(&str, &str)]| GrantRow {
            operations: of(&["Encrypt", "Decrypt", "CreateGrant"]),
            equals: pairs(equals),
            subset: pairs(subset),
            ..GrantRow::default()
        };
        let check = |parent: &GrantRow, operations: &[&str], equals: &[(&str, &str)], subset: &[(&str, &str)]| {
            covers(parent, &of(operations), &pairs(equals), &pairs(subset))
        };
        let free = parent(&[], &[]);
        assert!(check(&free, &["Encrypt"], &[], &[]));
        assert!(check(&free, &["Encrypt"], &[("a", "1")], &[]));
        assert!(!check(&free, &["Sign"], &[], &[]));
        let equal = parent(&[("a", "1")], &[]);
        assert!(check(&equal, &["Decrypt"], &[("a", "1")], &[]));
        assert!(!check(&equal, &["Decrypt"], &[], &[]));
        assert!(!check(&equal, &["Decrypt"], &[], &[("a", "1")]));
        let subset = parent(&[], &[("a", "1")]);
        assert!(check(&subset, &["Decrypt"], &[], &[("a", "1"), ("b", "2")]));
        assert!(check(&subset, &["Decrypt"], &[("a", "1")], &[]));
        assert!(!check(&subset, &["Decrypt"], &[], &[("b", "2")]));
    }
}
