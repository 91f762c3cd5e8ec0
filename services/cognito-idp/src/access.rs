//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html>
//!
//! What clients call, who have no keys, is public; it happens where the client or the pool lies that they name.

use crate::access_token;
use crate::api::*;
use crate::pool::{self, Pool};
use crate::session::Ticket;
use crate::{fronts, places};
use service::{Access, Check, HttpRequest, Result, View};

pub fn create_user_pool(_view: &View, input: &CreateUserPoolRequest) -> Result<Access> {
    let tags = input.user_pool_tags.iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()));
    let check = Check::new("cognito-idp:CreateUserPool", "*").request_tags(tags);
    Ok(with_sender(check, input.sms_configuration.as_ref()))
}

/// The role by which text messages are sent is passed to the pool.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-sms-settings.html>
fn with_sender(check: Check, sms: Option<&SmsConfigurationType>) -> Access {
    let role = sms.and_then(|sms| sms.sns_caller_arn.as_deref()).filter(|role| role.starts_with("arn:"));
    let pass = |role: &str| Check::new("iam:PassRole", role).key("iam:PassedToService", "cognito-idp.amazonaws.com");
    Access::Checks([check].into_iter().chain(role.map(pass)).collect())
}

pub fn list_user_pools(_view: &View, _input: &ListUserPoolsRequest) -> Result<Access> {
    Ok(Access::to(Check::new("cognito-idp:ListUserPools", "*")))
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    let check = on(view, "cognito-idp:TagResource", &pool::id_of_arn(view, &input.resource_arn)?)?;
    Ok(Access::to(check.request_tags(input.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = on(view, "cognito-idp:UntagResource", &pool::id_of_arn(view, &input.resource_arn)?)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

pub fn list_tags_for_resource(view: &View, input: &ListTagsForResourceRequest) -> Result<Access> {
    on(view, "cognito-idp:ListTagsForResource", &pool::id_of_arn(view, &input.resource_arn)?).map(Access::to)
}

pub fn associate_software_token(view: &View, input: &AssociateSoftwareTokenRequest) -> Result<Access> {
    by_token_or_session(view, input.access_token.as_deref(), input.session.as_deref())
}

pub fn verify_software_token(view: &View, input: &VerifySoftwareTokenRequest) -> Result<Access> {
    by_token_or_session(view, input.access_token.as_deref(), input.session.as_deref())
}

/// What a pool publishes is for all.
pub fn published(view: &View, request: &HttpRequest) -> Result<Access> {
    named(view, fronts::pool_in(&request.path))
}

pub fn describe_user_pool(view: &View, input: &DescribeUserPoolRequest) -> Result<Access> {
    on(view, "cognito-idp:DescribeUserPool", &input.user_pool_id).map(Access::to)
}

pub fn update_user_pool(view: &View, input: &UpdateUserPoolRequest) -> Result<Access> {
    let check = on(view, "cognito-idp:UpdateUserPool", &input.user_pool_id)?;
    Ok(with_sender(check, input.sms_configuration.as_ref()))
}

pub fn delete_user_pool(view: &View, input: &DeleteUserPoolRequest) -> Result<Access> {
    on(view, "cognito-idp:DeleteUserPool", &input.user_pool_id).map(Access::to)
}

pub fn add_custom_attributes(view: &View, input: &AddCustomAttributesRequest) -> Result<Access> {
    on(view, "cognito-idp:AddCustomAttributes", &input.user_pool_id).map(Access::to)
}

pub fn get_user_pool_mfa_config(view: &View, input: &GetUserPoolMfaConfigRequest) -> Result<Access> {
    on(view, "cognito-idp:GetUserPoolMfaConfig", &input.user_pool_id).map(Access::to)
}

pub fn set_user_pool_mfa_config(view: &View, input: &SetUserPoolMfaConfigRequest) -> Result<Access> {
    let check = on(view, "cognito-idp:SetUserPoolMfaConfig", &input.user_pool_id)?;
    let sms = input.sms_mfa_configuration.as_ref().and_then(|mfa| mfa.sms_configuration.as_ref());
    Ok(with_sender(check, sms))
}

pub fn create_user_pool_client(view: &View, input: &CreateUserPoolClientRequest) -> Result<Access> {
    on(view, "cognito-idp:CreateUserPoolClient", &input.user_pool_id).map(Access::to)
}

pub fn update_user_pool_client(view: &View, input: &UpdateUserPoolClientRequest) -> Result<Access> {
    on(view, "cognito-idp:UpdateUserPoolClient", &input.user_pool_id).map(Access::to)
}

pub fn describe_user_pool_client(view: &View, input: &DescribeUserPoolClientRequest) -> Result<Access> {
    on(view, "cognito-idp:DescribeUserPoolClient", &input.user_pool_id).map(Access::to)
}

pub fn delete_user_pool_client(view: &View, input: &DeleteUserPoolClientRequest) -> Result<Access> {
    on(view, "cognito-idp:DeleteUserPoolClient", &input.user_pool_id).map(Access::to)
}

pub fn list_user_pool_clients(view: &View, input: &ListUserPoolClientsRequest) -> Result<Access> {
    on(view, "cognito-idp:ListUserPoolClients", &input.user_pool_id).map(Access::to)
}

pub fn admin_create_user(view: &View, input: &AdminCreateUserRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminCreateUser", &input.user_pool_id).map(Access::to)
}

pub fn admin_get_user(view: &View, input: &AdminGetUserRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminGetUser", &input.user_pool_id).map(Access::to)
}

pub fn admin_delete_user(view: &View, input: &AdminDeleteUserRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminDeleteUser", &input.user_pool_id).map(Access::to)
}

pub fn admin_enable_user(view: &View, input: &AdminEnableUserRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminEnableUser", &input.user_pool_id).map(Access::to)
}

pub fn admin_set_user_password(view: &View, input: &AdminSetUserPasswordRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminSetUserPassword", &input.user_pool_id).map(Access::to)
}

pub fn admin_disable_user(view: &View, input: &AdminDisableUserRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminDisableUser", &input.user_pool_id).map(Access::to)
}

pub fn admin_update_user_attributes(view: &View, input: &AdminUpdateUserAttributesRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminUpdateUserAttributes", &input.user_pool_id).map(Access::to)
}

pub fn admin_delete_user_attributes(view: &View, input: &AdminDeleteUserAttributesRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminDeleteUserAttributes", &input.user_pool_id).map(Access::to)
}

pub fn admin_reset_user_password(view: &View, input: &AdminResetUserPasswordRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminResetUserPassword", &input.user_pool_id).map(Access::to)
}

pub fn admin_confirm_sign_up(view: &View, input: &AdminConfirmSignUpRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminConfirmSignUp", &input.user_pool_id).map(Access::to)
}

pub fn admin_user_global_sign_out(view: &View, input: &AdminUserGlobalSignOutRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminUserGlobalSignOut", &input.user_pool_id).map(Access::to)
}

pub fn admin_set_user_mfa_preference(view: &View, input: &AdminSetUserMFAPreferenceRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminSetUserMFAPreference", &input.user_pool_id).map(Access::to)
}

pub fn list_users(view: &View, input: &ListUsersRequest) -> Result<Access> {
    on(view, "cognito-idp:ListUsers", &input.user_pool_id).map(Access::to)
}

pub fn create_group(view: &View, input: &CreateGroupRequest) -> Result<Access> {
    on(view, "cognito-idp:CreateGroup", &input.user_pool_id).map(Access::to)
}

pub fn get_group(view: &View, input: &GetGroupRequest) -> Result<Access> {
    on(view, "cognito-idp:GetGroup", &input.user_pool_id).map(Access::to)
}

pub fn update_group(view: &View, input: &UpdateGroupRequest) -> Result<Access> {
    on(view, "cognito-idp:UpdateGroup", &input.user_pool_id).map(Access::to)
}

pub fn delete_group(view: &View, input: &DeleteGroupRequest) -> Result<Access> {
    on(view, "cognito-idp:DeleteGroup", &input.user_pool_id).map(Access::to)
}

pub fn list_groups(view: &View, input: &ListGroupsRequest) -> Result<Access> {
    on(view, "cognito-idp:ListGroups", &input.user_pool_id).map(Access::to)
}

pub fn admin_add_user_to_group(view: &View, input: &AdminAddUserToGroupRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminAddUserToGroup", &input.user_pool_id).map(Access::to)
}

pub fn admin_remove_user_from_group(view: &View, input: &AdminRemoveUserFromGroupRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminRemoveUserFromGroup", &input.user_pool_id).map(Access::to)
}

pub fn admin_list_groups_for_user(view: &View, input: &AdminListGroupsForUserRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminListGroupsForUser", &input.user_pool_id).map(Access::to)
}

pub fn list_users_in_group(view: &View, input: &ListUsersInGroupRequest) -> Result<Access> {
    on(view, "cognito-idp:ListUsersInGroup", &input.user_pool_id).map(Access::to)
}

pub fn admin_initiate_auth(view: &View, input: &AdminInitiateAuthRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminInitiateAuth", &input.user_pool_id).map(Access::to)
}

pub fn admin_respond_to_auth_challenge(view: &View, input: &AdminRespondToAuthChallengeRequest) -> Result<Access> {
    on(view, "cognito-idp:AdminRespondToAuthChallenge", &input.user_pool_id).map(Access::to)
}

pub fn sign_up(view: &View, input: &SignUpRequest) -> Result<Access> {
    named(view, &input.client_id)
}

pub fn confirm_sign_up(view: &View, input: &ConfirmSignUpRequest) -> Result<Access> {
    named(view, &input.client_id)
}

pub fn resend_confirmation_code(view: &View, input: &ResendConfirmationCodeRequest) -> Result<Access> {
    named(view, &input.client_id)
}

pub fn initiate_auth(view: &View, input: &InitiateAuthRequest) -> Result<Access> {
    named(view, &input.client_id)
}

pub fn respond_to_auth_challenge(view: &View, input: &RespondToAuthChallengeRequest) -> Result<Access> {
    named(view, &input.client_id)
}

pub fn forgot_password(view: &View, input: &ForgotPasswordRequest) -> Result<Access> {
    named(view, &input.client_id)
}

pub fn confirm_forgot_password(view: &View, input: &ConfirmForgotPasswordRequest) -> Result<Access> {
    named(view, &input.client_id)
}

pub fn revoke_token(view: &View, input: &RevokeTokenRequest) -> Result<Access> {
    named(view, &input.client_id)
}

pub fn change_password(view: &View, input: &ChangePasswordRequest) -> Result<Access> {
    access_token::access(view, &input.access_token)
}

pub fn get_user(view: &View, input: &GetUserRequest) -> Result<Access> {
    access_token::access(view, &input.access_token)
}

pub fn update_user_attributes(view: &View, input: &UpdateUserAttributesRequest) -> Result<Access> {
    access_token::access(view, &input.access_token)
}

pub fn delete_user_attributes(view: &View, input: &DeleteUserAttributesRequest) -> Result<Access> {
    access_token::access(view, &input.access_token)
}

pub fn get_user_attribute_verification_code(
    view: &View,
    input: &GetUserAttributeVerificationCodeRequest,
) -> Result<Access> {
    access_token::access(view, &input.access_token)
}

pub fn verify_user_attribute(view: &View, input: &VerifyUserAttributeRequest) -> Result<Access> {
    access_token::access(view, &input.access_token)
}

pub fn delete_user(view: &View, input: &DeleteUserRequest) -> Result<Access> {
    access_token::access(view, &input.access_token)
}

pub fn global_sign_out(view: &View, input: &GlobalSignOutRequest) -> Result<Access> {
    access_token::access(view, &input.access_token)
}

pub fn set_user_mfa_preference(view: &View, input: &SetUserMFAPreferenceRequest) -> Result<Access> {
    access_token::access(view, &input.access_token)
}

/// An action on a pool.
fn on(view: &View, action: &'static str, id: &str) -> Result<Check> {
    let check = Check::new(action, pool::arn(view, id).to_string());
    let Some(pool) = Pool::look(view, id)? else { return Ok(check) };
    Ok(check.resource_tags(pool.row.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
}

/// Where a client or pool lies; the handler says that there is none.
fn named(view: &View, id: &str) -> Result<Access> {
    Ok(places::find(view, id)?.map_or(Access::Public, |(scope, _)| Access::PublicIn(scope)))
}

fn by_token_or_session(view: &View, token: Option<&str>, session: Option<&str>) -> Result<Access> {
    match (token, session.and_then(Ticket::parse)) {
        (Some(token), _) => access_token::access(view, token),
        (None, Some(ticket)) => named(view, ticket.pool()),
        (None, None) => Ok(Access::Public),
    }
}
