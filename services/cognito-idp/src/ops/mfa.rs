//! Second factors: what a pool asks for, and what a user prefers.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html>

use crate::access_token::{self, Holder};
use crate::api::*;
use crate::errors;
use crate::pool::Pool;
use crate::user::User;
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolMfaConfig.html>
pub fn get_user_pool_mfa_config(
    view: &View,
    input: GetUserPoolMfaConfigRequest,
) -> Result<GetUserPoolMfaConfigResponse> {
    let GetUserPoolMfaConfigRequest { user_pool_id } = input;
    let pool = Pool::find(view, &user_pool_id)?;
    Ok(GetUserPoolMfaConfigResponse {
        sms_mfa_configuration: sms(&pool),
        software_token_mfa_configuration: software_token(&pool),
        email_mfa_configuration: None,
        mfa_configuration: Some(pool.mfa().to_owned()),
        web_authn_configuration: None,
    })
}

fn sms(pool: &Pool) -> Option<SmsMfaConfigType> {
    let sms_authentication_message = pool.settings.sms_authentication_message.clone();
    let sms_configuration = pool.settings.sms_configuration.clone();
    (sms_authentication_message.is_some() || sms_configuration.is_some())
        .then_some(SmsMfaConfigType { sms_authentication_message, sms_configuration })
}

fn software_token(pool: &Pool) -> Option<SoftwareTokenMfaConfigType> {
    pool.row.software_tokens.then_some(SoftwareTokenMfaConfigType { enabled: Some(true) })
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html>
pub fn set_user_pool_mfa_config(
    cx: &mut Cx,
    input: SetUserPoolMfaConfigRequest,
) -> Result<SetUserPoolMfaConfigResponse> {
    let SetUserPoolMfaConfigRequest {
        user_pool_id,
        sms_mfa_configuration,
        software_token_mfa_configuration,
        email_mfa_configuration,
        mfa_configuration,
        web_authn_configuration,
    } = input;
    if email_mfa_configuration.is_some() {
        return Err(errors::refuse("member EmailMfaConfiguration", cx));
    }
    if web_authn_configuration.is_some() {
        return Err(errors::refuse("member WebAuthnConfiguration", cx));
    }
    let mut pool = Pool::find(cx, &user_pool_id)?;
    let tokens = software_token_mfa_configuration.and_then(|config| config.enabled).unwrap_or_default();
    let mfa = mfa_configuration.unwrap_or_else(|| "OFF".to_owned());
    if mfa != "OFF" && !tokens && sms_mfa_configuration.is_none() {
        let text = "Invalid MFA configuration given, can't turn on MFA without at least one MFA method enabled.";
        return Err(errors::invalid(text));
    }
    if mfa == "OFF" && tokens {
        let text = "Invalid MFA configuration given, can't disable MFA and configure an MFA together.";
        return Err(errors::invalid(text));
    }
    pool.row.software_tokens = tokens;
    pool.settings.mfa_configuration = Some(mfa);
    if let Some(SmsMfaConfigType { sms_authentication_message, sms_configuration }) = sms_mfa_configuration {
        pool.settings.sms_authentication_message = sms_authentication_message;
        pool.settings.sms_configuration = sms_configuration;
    }
    pool.save(cx)?;
    Ok(SetUserPoolMfaConfigResponse {
        sms_mfa_configuration: sms(&pool),
        software_token_mfa_configuration: software_token(&pool),
        email_mfa_configuration: None,
        mfa_configuration: pool.settings.mfa_configuration,
        web_authn_configuration: None,
    })
}

/// What somebody wishes of one factor: whether it is enabled, and preferred.
type Wish = (Option<bool>, Option<bool>);

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html>
pub fn set_user_mfa_preference(
    cx: &mut Cx,
    input: SetUserMFAPreferenceRequest,
) -> Result<SetUserMFAPreferenceResponse> {
    let SetUserMFAPreferenceRequest {
        sms_mfa_settings,
        software_token_mfa_settings,
        email_mfa_settings,
        web_authn_mfa_settings,
        access_token,
    } = input;
    check_built(cx, email_mfa_settings.is_some(), web_authn_mfa_settings.is_some())?;
    let Holder { mut pool, user, client: _ } = access_token::holder(cx, &access_token)?;
    let sms = sms_mfa_settings.map(|wish| (wish.enabled, wish.preferred_mfa));
    let token = software_token_mfa_settings.map(|wish| (wish.enabled, wish.preferred_mfa));
    prefer(cx, &mut pool, user, (sms, token))?;
    Ok(SetUserMFAPreferenceResponse {})
}

/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserMFAPreference.html>
pub fn admin_set_user_mfa_preference(
    cx: &mut Cx,
    input: AdminSetUserMFAPreferenceRequest,
) -> Result<AdminSetUserMFAPreferenceResponse> {
    let AdminSetUserMFAPreferenceRequest {
        sms_mfa_settings,
        software_token_mfa_settings,
        email_mfa_settings,
        web_authn_mfa_settings,
        username,
        user_pool_id,
    } = input;
    check_built(cx, email_mfa_settings.is_some(), web_authn_mfa_settings.is_some())?;
    let mut pool = Pool::find(cx, &user_pool_id)?;
    let user = User::find(cx, &pool, &username)?;
    let sms = sms_mfa_settings.map(|wish| (wish.enabled, wish.preferred_mfa));
    let token = software_token_mfa_settings.map(|wish| (wish.enabled, wish.preferred_mfa));
    prefer(cx, &mut pool, user, (sms, token))?;
    Ok(AdminSetUserMFAPreferenceResponse {})
}

fn check_built(view: &View, email: bool, web_authn: bool) -> Result<()> {
    match (email, web_authn) {
        (true, _) => Err(errors::refuse("member EmailMfaSettings", view)),
        (_, true) => Err(errors::refuse("member WebAuthnMfaSettings", view)),
        _ => Ok(()),
    }
}

fn prefer(cx: &mut Cx, pool: &mut Pool, mut user: User, (sms, token): (Option<Wish>, Option<Wish>)) -> Result<()> {
    let preferred = |wish: Option<Wish>| wish.is_some_and(|(_, preferred)| preferred == Some(true));
    if preferred(sms) && preferred(token) {
        return Err(errors::invalid("Only one MFA method can be preferred."));
    }
    let row = &mut user.row;
    if let Some((enabled, preferred)) = sms {
        if enabled == Some(true) && !row.attributes.contains_key("phone_number") {
            return Err(errors::invalid("User does not have delivery config set to turn on SMS_MFA"));
        }
        row.sms_enabled = enabled.unwrap_or(row.sms_enabled);
        row.sms_preferred = preferred.unwrap_or(row.sms_preferred) && row.sms_enabled;
    }
    if let Some((enabled, preferred)) = token {
        if enabled == Some(true) && row.totp_secret.is_none() {
            return Err(errors::invalid("User has not verified software token mfa"));
        }
        row.totp_enabled = enabled.unwrap_or(row.totp_enabled);
        row.totp_preferred = preferred.unwrap_or(row.totp_preferred) && row.totp_enabled;
    }
    if preferred(sms) {
        row.totp_preferred = false;
    }
    if preferred(token) {
        row.sms_preferred = false;
    }
    user.save(cx, pool)
}
