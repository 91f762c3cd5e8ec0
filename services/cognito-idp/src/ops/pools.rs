//! User pools as such.

use crate::api::*;
use crate::pool::Pool;
use crate::state::{
    ALIASES, CLIENTS, GROUPS, KEYS, MEMBERS, MEMBERSHIPS, POOLS, PoolRow, REFRESH_ENDS, REFRESH_TOKENS, SESSIONS, USERS,
};
use crate::{errors, paging, places, schema, settings, tags};
use service::{Cx, Error, IndexMap, Nothing, Result, View};

/// The most pools of an account's region.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html>
const MOST: usize = 1000;

/// Letters of a pool's id behind the region.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html>
pub fn create_user_pool(cx: &mut Cx, input: CreateUserPoolRequest) -> Result<CreateUserPoolResponse> {
    let CreateUserPoolRequest {
        pool_name,
        policies,
        deletion_protection,
        lambda_config,
        auto_verified_attributes,
        alias_attributes,
        username_attributes,
        sms_verification_message,
        email_verification_message,
        email_verification_subject,
        verification_message_template,
        sms_authentication_message,
        mfa_configuration,
        user_attribute_update_settings,
        device_configuration,
        email_configuration,
        sms_configuration,
        user_pool_tags,
        admin_create_user_config,
        schema,
        user_pool_add_ons,
        dcr_configuration,
        username_configuration,
        account_recovery_setting,
        user_pool_tier,
        key_configuration,
        issuer_configuration,
        acr_configuration,
    } = input;
    if alias_attributes.is_some() && username_attributes.is_some() {
        let text = "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.";
        return Err(errors::invalid(text));
    }
    let settings = UserPoolType {
        name: Some(pool_name),
        policies,
        deletion_protection,
        lambda_config,
        auto_verified_attributes,
        alias_attributes,
        username_attributes,
        sms_verification_message,
        email_verification_message,
        email_verification_subject,
        verification_message_template,
        sms_authentication_message,
        mfa_configuration,
        user_attribute_update_settings,
        device_configuration,
        email_configuration,
        sms_configuration,
        admin_create_user_config,
        schema_attributes: Some(schema::of_pool(schema.unwrap_or_default())?),
        user_pool_add_ons,
        dcr_configuration,
        username_configuration,
        account_recovery_setting,
        user_pool_tier,
        key_configuration,
        issuer_configuration,
        acr_configuration,
        ..UserPoolType::default()
    };
    let pool = found(cx, settings, user_pool_tags.unwrap_or_default())?;
    Ok(CreateUserPoolResponse { user_pool: Some(pool.described(cx)) })
}

/// Founds a pool of these settings.
fn found(cx: &mut Cx, settings: UserPoolType, tags: IndexMap<String, String>) -> Result<Pool> {
    if cx.rows(&POOLS, ()).count() >= MOST {
        return Err(Error::new("LimitExceededException", "Maximum number of user pools exceeded."));
    }
    tags::check(cx, &tags)?;
    tags::check_count(&tags)?;
    let id = format!("{}_{}", cx.region(), cx.entropy().text(LETTERS, 9));
    let mut pretence = vec![0; 32];
    cx.entropy().secret(&mut pretence);
    let (created_at, pretence) = (cx.now(), pretence.into());
    let row = PoolRow { id: id.clone(), created_at, tags, pretence, ..PoolRow::default() };
    let mut pool = Pool { row, settings: settings::completed(cx, settings)? };
    pool.save(cx)?;
    places::put(cx, &id, &id)?;
    Ok(pool)
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html>
pub fn describe_user_pool(view: &View, input: DescribeUserPoolRequest) -> Result<DescribeUserPoolResponse> {
    let DescribeUserPoolRequest { user_pool_id } = input;
    Ok(DescribeUserPoolResponse { user_pool: Some(Pool::find(view, &user_pool_id)?.described(view)) })
}

/// What is not given gets its default again, as on AWS.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html>
pub fn update_user_pool(cx: &mut Cx, input: UpdateUserPoolRequest) -> Result<UpdateUserPoolResponse> {
    let UpdateUserPoolRequest {
        user_pool_id,
        policies,
        deletion_protection,
        lambda_config,
        auto_verified_attributes,
        sms_verification_message,
        email_verification_message,
        email_verification_subject,
        verification_message_template,
        sms_authentication_message,
        user_attribute_update_settings,
        mfa_configuration,
        device_configuration,
        email_configuration,
        sms_configuration,
        user_pool_tags,
        admin_create_user_config,
        user_pool_add_ons,
        dcr_configuration,
        account_recovery_setting,
        pool_name,
        user_pool_tier,
        key_configuration,
        issuer_configuration,
        acr_configuration,
    } = input;
    let mut pool = Pool::find(cx, &user_pool_id)?;
    let before = pool.settings;
    let settings = UserPoolType {
        name: pool_name.or(before.name),
        policies,
        deletion_protection,
        lambda_config,
        auto_verified_attributes,
        sms_verification_message,
        email_verification_message,
        email_verification_subject,
        verification_message_template,
        sms_authentication_message,
        user_attribute_update_settings,
        mfa_configuration,
        device_configuration,
        email_configuration,
        sms_configuration,
        admin_create_user_config,
        user_pool_add_ons,
        dcr_configuration,
        account_recovery_setting,
        user_pool_tier: user_pool_tier.or(before.user_pool_tier),
        key_configuration,
        issuer_configuration,
        acr_configuration,
        // What is given once for all.
        alias_attributes: before.alias_attributes,
        username_attributes: before.username_attributes,
        username_configuration: before.username_configuration,
        schema_attributes: before.schema_attributes,
        ..UserPoolType::default()
    };
    if let Some(tags) = user_pool_tags {
        tags::check(cx, &tags)?;
        tags::check_count(&tags)?;
        pool.row.tags = tags;
    }
    pool.settings = settings::completed(cx, settings)?;
    pool.save(cx)?;
    Ok(UpdateUserPoolResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPool.html>
pub fn delete_user_pool(cx: &mut Cx, input: DeleteUserPoolRequest) -> Result<Nothing> {
    let DeleteUserPoolRequest { user_pool_id } = input;
    let pool = Pool::find(cx, &user_pool_id)?;
    if pool.settings.deletion_protection.as_deref() == Some("ACTIVE") {
        let text = "The user pool cannot be deleted because deletion protection is activated. Deletion protection \
                    must be inactivated first.";
        return Err(errors::invalid(text));
    }
    let clients: Vec<_> = cx.rows(&CLIENTS, (pool.id(),)).collect::<Result<_>>()?;
    for client in clients {
        places::remove(cx, &client.id)?;
    }
    let id = pool.id();
    cx.delete_all(&CLIENTS, (id,))?;
    cx.delete_all(&USERS, (id,))?;
    cx.delete_all(&ALIASES, (id,))?;
    cx.delete_all(&GROUPS, (id,))?;
    cx.delete_all(&MEMBERS, (id,))?;
    cx.delete_all(&MEMBERSHIPS, (id,))?;
    cx.delete_all(&SESSIONS, (id,))?;
    cx.delete_all(&REFRESH_TOKENS, (id,))?;
    cx.delete_all(&REFRESH_ENDS, (id,))?;
    cx.remove_issuer_keys(&pool.issuer(cx))?;
    cx.delete(&KEYS, id)?;
    cx.delete(&POOLS, id)?;
    places::remove(cx, id)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPools.html>
pub fn list_user_pools(view: &View, input: ListUserPoolsRequest) -> Result<ListUserPoolsResponse> {
    let ListUserPoolsRequest { next_token, max_results } = input;
    let page = paging::page(Some(max_results), next_token.as_deref())?;
    let (rows, next) = view.page(&POOLS, (), &page, |_| true)?;
    let described = |row: PoolRow| {
        let pool = Pool::of(row)?;
        Ok(UserPoolDescriptionType {
            id: Some(pool.row.id),
            name: pool.settings.name,
            lambda_config: Some(pool.settings.lambda_config.unwrap_or_default()),
            status: None,
            last_modified_date: Some(pool.row.modified_at),
            creation_date: Some(pool.row.created_at),
            replica_regions: None,
        })
    };
    let user_pools = rows.into_iter().map(described).collect::<Result<Vec<_>>>()?;
    Ok(ListUserPoolsResponse { user_pools: Some(user_pools), next_token: next.map(|token| token.encode()) })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddCustomAttributes.html>
pub fn add_custom_attributes(cx: &mut Cx, input: AddCustomAttributesRequest) -> Result<AddCustomAttributesResponse> {
    let AddCustomAttributesRequest { user_pool_id, custom_attributes } = input;
    let mut pool = Pool::find(cx, &user_pool_id)?;
    let schema = pool.settings.schema_attributes.get_or_insert_default();
    schema::add_custom(schema, custom_attributes)?;
    pool.save(cx)?;
    Ok(AddCustomAttributesResponse {})
}
