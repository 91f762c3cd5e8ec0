//! What an account has once: its alias, its rules for passwords, its counts.

use crate::api::{
    CreateAccountAliasRequest, DeleteAccountAliasRequest, GetAccountPasswordPolicyResponse, GetAccountSummaryResponse,
    ListAccountAliasesRequest, ListAccountAliasesResponse, PasswordPolicy, SetSecurityTokenServicePreferencesRequest,
    UpdateAccountPasswordPolicyRequest,
};
use crate::entity::{self, Kind};
use crate::hooks::{DEVICE_QUOTA, OIDC_QUOTA, SAML_QUOTA};
use crate::state::{ACCOUNT_KEY, ACCOUNTS, ALIASES, AccountRow, AliasRow, POLICIES, PasswordPolicyRow, USERS};
use crate::subject::account;
use crate::{errors, names, paging, root_login};
use service::{Cx, IndexMap, Nothing, Result, View};

/// An account has one alias: a new one takes the old one's place.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html>
pub fn create_account_alias(cx: &mut Cx, input: CreateAccountAliasRequest) -> Result<Nothing> {
    let CreateAccountAliasRequest { account_alias } = input;
    names::check_alias(&account_alias)?;
    let mut row = account(cx)?;
    let own = cx.account().to_string();
    let old = row.alias.replace(account_alias.clone());
    let holder = cx.get(&ALIASES, account_alias.as_str())?.filter(|holder| holder.account != own);
    if let Some(holder) = holder
        && goes_by(cx, &holder.account, &account_alias)?
    {
        return Err(errors::already(format!("The account alias {account_alias} already exists.")));
    }
    if let Some(old) = old {
        cx.delete(&ALIASES, old.as_str())?;
    }
    cx.put(&ALIASES, account_alias.as_str(), &AliasRow { account: own })?;
    save(cx, &row)
}

/// Whether an account has an alias: one that was reset since has none.
fn goes_by(view: &View, account: &str, alias: &str) -> Result<bool> {
    let Ok(account) = account.parse() else { return Ok(false) };
    let row = view.get_in(view.scope().home_of(account), &ACCOUNTS, ACCOUNT_KEY)?;
    Ok(row.is_some_and(|row| row.alias.as_deref() == Some(alias)))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html>
pub fn delete_account_alias(cx: &mut Cx, input: DeleteAccountAliasRequest) -> Result<Nothing> {
    let DeleteAccountAliasRequest { account_alias } = input;
    let mut row = account(cx)?;
    if row.alias.as_ref() != Some(&account_alias) {
        return Err(errors::not_found(format!("The account alias {account_alias} cannot be found.")));
    }
    row.alias = None;
    cx.delete(&ALIASES, account_alias.as_str())?;
    save(cx, &row)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html>
pub fn list_account_aliases(view: &View, input: ListAccountAliasesRequest) -> Result<ListAccountAliasesResponse> {
    let ListAccountAliasesRequest { marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let (account_aliases, next) = paging::cut(account(view)?.alias.into_iter().collect(), &page, String::clone);
    let (is_truncated, marker) = paging::end(next);
    Ok(ListAccountAliasesResponse { account_aliases, is_truncated, marker })
}

/// What is not given goes back to its default.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html>
pub fn update_account_password_policy(cx: &mut Cx, input: UpdateAccountPasswordPolicyRequest) -> Result<Nothing> {
    let UpdateAccountPasswordPolicyRequest {
        minimum_password_length,
        require_symbols,
        require_numbers,
        require_uppercase_characters,
        require_lowercase_characters,
        allow_users_to_change_password,
        max_password_age,
        password_reuse_prevention,
        hard_expiry,
    } = input;
    let mut row = account(cx)?;
    row.password_policy = Some(PasswordPolicyRow {
        minimum_length: minimum_password_length.unwrap_or(6),
        symbols: require_symbols.unwrap_or(false),
        numbers: require_numbers.unwrap_or(false),
        uppercase: require_uppercase_characters.unwrap_or(false),
        lowercase: require_lowercase_characters.unwrap_or(false),
        users_may_change: allow_users_to_change_password.unwrap_or(false),
        max_age: max_password_age.filter(|days| *days > 0),
        reuse_prevention: password_reuse_prevention.filter(|count| *count > 0),
        hard_expiry: hard_expiry.unwrap_or(false), // stored only
    });
    save(cx, &row)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html>
pub fn get_account_password_policy(view: &View, _: Nothing) -> Result<GetAccountPasswordPolicyResponse> {
    let Some(rules) = account(view)?.password_policy else {
        let account = view.account();
        return Err(errors::not_found(format!("The Password Policy with domain name {account} cannot be found.")));
    };
    Ok(GetAccountPasswordPolicyResponse {
        password_policy: PasswordPolicy {
            minimum_password_length: Some(rules.minimum_length),
            require_symbols: Some(rules.symbols),
            require_numbers: Some(rules.numbers),
            require_uppercase_characters: Some(rules.uppercase),
            require_lowercase_characters: Some(rules.lowercase),
            allow_users_to_change_password: Some(rules.users_may_change),
            expire_passwords: Some(rules.max_age.is_some()),
            max_password_age: rules.max_age,
            password_reuse_prevention: rules.reuse_prevention,
            hard_expiry: Some(rules.hard_expiry),
        },
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountPasswordPolicy.html>
pub fn delete_account_password_policy(cx: &mut Cx, _: Nothing) -> Result<Nothing> {
    let mut row = account(cx)?;
    if row.password_policy.take().is_none() {
        return Err(errors::not_found("The account policy with name PasswordPolicy cannot be found."));
    }
    save(cx, &row)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html>
pub fn set_security_token_service_preferences(
    cx: &mut Cx,
    input: SetSecurityTokenServicePreferencesRequest,
) -> Result<Nothing> {
    let SetSecurityTokenServicePreferencesRequest { global_endpoint_token_version } = input;
    let version = match global_endpoint_token_version.as_str() {
        "v1Token" => 1,
        "v2Token" => 2,
        other => {
            let set = "Member must satisfy enum value set: [v1Token, v2Token]";
            return Err(errors::constraint("globalEndpointTokenVersion", other, set));
        }
    };
    let mut row = account(cx)?;
    row.token_version = Some(version);
    save(cx, &row)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
pub fn get_account_summary(view: &View, _: Nothing) -> Result<GetAccountSummaryResponse> {
    let row = account(view)?;
    let users = view.rows(&USERS, ()).map(|user| user.map(|user| user.mfa.len()));
    let devices_in_use: usize = users.sum::<Result<usize>>()?;
    let versions: usize =
        view.rows(&POLICIES, ()).map(|row| row.map(|row| row.versions.len())).sum::<Result<usize>>()?;
    let count = |quota: &str| entity::count(view, quota);
    let of = |kind: Kind| count(kind.quota().0);
    let most = |kind: Kind| kind.quota().1;
    let summary = [
        ("Users", of(Kind::User)?),
        ("UsersQuota", most(Kind::User)),
        ("Groups", of(Kind::Group)?),
        ("GroupsQuota", most(Kind::Group)),
        ("Roles", of(Kind::Role)?),
        ("RolesQuota", most(Kind::Role)),
        ("Policies", of(Kind::Policy)?),
        ("PoliciesQuota", most(Kind::Policy)),
        ("InstanceProfiles", of(Kind::InstanceProfile)?),
        ("InstanceProfilesQuota", most(Kind::InstanceProfile)),
        ("ServerCertificates", of(Kind::ServerCertificate)?),
        ("ServerCertificatesQuota", most(Kind::ServerCertificate)),
        ("Providers", count(OIDC_QUOTA)? + count(SAML_QUOTA)?),
        ("MFADevices", count(DEVICE_QUOTA)?),
        ("MFADevicesInUse", devices_in_use),
        ("PolicyVersionsInUse", versions),
        ("AccountAccessKeysPresent", usize::from(!row.access_keys.is_empty())),
        ("GlobalEndpointTokenVersion", usize::try_from(row.token_version.unwrap_or(1)).unwrap_or(1)),
        ("AccountMFAEnabled", 0),
        ("AccountPasswordPresent", usize::from(root_login::find(view)?.is_some())),
        ("AccountSigningCertificatesPresent", 0),
        ("AccessKeysPerUserQuota", 2),
        ("AssumeRolePolicySizeQuota", 2048),
        ("AttachedPoliciesPerGroupQuota", 10),
        ("AttachedPoliciesPerRoleQuota", 10),
        ("AttachedPoliciesPerUserQuota", 10),
        ("GroupPolicySizeQuota", 5120),
        ("GroupsPerUserQuota", 10),
        ("PolicySizeQuota", 6144),
        ("PolicyVersionsInUseQuota", 10_000),
        ("RolePolicySizeQuota", 10_240),
        ("SigningCertificatesPerUserQuota", 2),
        ("UserPolicySizeQuota", 2048),
        ("VersionsPerPolicyQuota", 5),
    ];
    let map: IndexMap<String, i64> =
        summary.into_iter().map(|(name, value)| (name.to_owned(), i64::try_from(value).unwrap_or(i64::MAX))).collect();
    Ok(GetAccountSummaryResponse { summary_map: Some(map) })
}

fn save(cx: &mut Cx, row: &AccountRow) -> Result<Nothing> {
    cx.put(&ACCOUNTS, ACCOUNT_KEY, row)?;
    Ok(Nothing {})
}
