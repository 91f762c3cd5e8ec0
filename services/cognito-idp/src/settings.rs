//! A pool's settings: what stands in them where nothing was said, and what is not in this cloud.

use crate::api::*;
use crate::{errors, password};
use service::{Result, View};

/// Settings with their defaults, as DescribeUserPool shows them.
pub fn completed(view: &View, mut settings: UserPoolType) -> Result<UserPoolType> {
    check_built(view, &settings)?;
    if let Some(config) = &settings.lambda_config {
        check_triggers(view, config)?;
    }
    let policies = settings.policies.get_or_insert_default();
    policies.password_policy = Some(match policies.password_policy.take() {
        Some(given) => PasswordPolicyType {
            minimum_length: given.minimum_length.or(Some(password::USUAL_LENGTH)),
            require_uppercase: given.require_uppercase.or(Some(false)),
            require_lowercase: given.require_lowercase.or(Some(false)),
            require_numbers: given.require_numbers.or(Some(false)),
            require_symbols: given.require_symbols.or(Some(false)),
            temporary_password_validity_days: given.temporary_password_validity_days.or(Some(password::USUAL_DAYS)),
            password_history_size: None,
        },
        None => PasswordPolicyType {
            minimum_length: Some(password::USUAL_LENGTH),
            require_uppercase: Some(true),
            require_lowercase: Some(true),
            require_numbers: Some(true),
            require_symbols: Some(true),
            temporary_password_validity_days: Some(password::USUAL_DAYS),
            password_history_size: None,
        },
    });
    policies
        .sign_in_policy
        .get_or_insert_with(|| SignInPolicyType { allowed_first_auth_factors: Some(vec!["PASSWORD".to_owned()]) });
    let config = settings.admin_create_user_config.get_or_insert_default();
    config.allow_admin_create_user_only.get_or_insert(false);
    config.unused_account_validity_days.get_or_insert(password::USUAL_DAYS);
    let email = settings.email_configuration.get_or_insert_default();
    email.email_sending_account.get_or_insert_with(|| "COGNITO_DEFAULT".to_owned());
    let template = settings.verification_message_template.get_or_insert_default();
    template.default_email_option.get_or_insert_with(|| "CONFIRM_WITH_CODE".to_owned());
    settings.lambda_config.get_or_insert_default();
    settings.mfa_configuration.get_or_insert_with(|| "OFF".to_owned());
    settings.deletion_protection.get_or_insert_with(|| "INACTIVE".to_owned());
    settings.user_pool_tier.get_or_insert_with(|| "ESSENTIALS".to_owned());
    Ok(settings)
}

/// What changes how users sign in and is not there is refused, whatever its value would do.
fn check_built(view: &View, settings: &UserPoolType) -> Result<()> {
    let policies = settings.policies.as_ref();
    let password = policies.and_then(|policies| policies.password_policy.as_ref());
    let factors = policies.and_then(|policies| policies.sign_in_policy.as_ref());
    let factors = factors.and_then(|policy| policy.allowed_first_auth_factors.as_deref()).unwrap_or_default();
    let template = settings.verification_message_template.as_ref();
    let link = template.is_some_and(|t| t.default_email_option.as_deref() == Some("CONFIRM_WITH_LINK"));
    let key = settings.key_configuration.as_ref().and_then(|key| key.key_type.as_deref());
    let issuer = settings.issuer_configuration.as_ref().and_then(|issuer| issuer.type_.as_deref());
    let guard = settings.user_pool_add_ons.as_ref().map(|add_ons| add_ons.advanced_security_mode.as_str());
    for (missing, name) in [
        (password.is_some_and(|p| p.password_history_size.is_some_and(|size| size > 0)), "PasswordHistorySize"),
        (factors.iter().any(|factor| factor != "PASSWORD"), "AllowedFirstAuthFactors other than PASSWORD"),
        (link, "DefaultEmailOption CONFIRM_WITH_LINK"),
        (settings.device_configuration.is_some(), "DeviceConfiguration"),
        (guard.is_some_and(|mode| mode != "OFF"), "AdvancedSecurityMode other than OFF"),
        (settings.dcr_configuration.is_some(), "DcrConfiguration"),
        (key.is_some_and(|key| key != "AWS_OWNED_KEY"), "KeyConfiguration with a customer managed key"),
        (issuer.is_some_and(|issuer| issuer != "ORIGINAL"), "IssuerConfiguration other than ORIGINAL"),
        (settings.acr_configuration.is_some(), "AcrConfiguration"),
    ] {
        if missing {
            return Err(errors::refuse(&format!("member {name}"), view));
        }
    }
    Ok(())
}

fn check_triggers(view: &View, config: &LambdaConfigType) -> Result<()> {
    let LambdaConfigType {
        pre_sign_up: _,
        custom_message: _,
        post_confirmation: _,
        pre_authentication: _,
        post_authentication: _,
        define_auth_challenge,
        create_auth_challenge,
        verify_auth_challenge_response,
        pre_token_generation,
        user_migration,
        pre_token_generation_config,
        custom_sms_sender,
        custom_email_sender,
        kms_key_id,
        inbound_federation,
    } = config;
    let version = pre_token_generation_config.as_ref();
    for (missing, name) in [
        (define_auth_challenge.is_some(), "DefineAuthChallenge"),
        (create_auth_challenge.is_some(), "CreateAuthChallenge"),
        (verify_auth_challenge_response.is_some(), "VerifyAuthChallengeResponse"),
        (user_migration.is_some(), "UserMigration"),
        (version.is_some_and(|v| v.lambda_version != "V1_0"), "PreTokenGenerationConfig other than V1_0"),
        (custom_sms_sender.is_some(), "CustomSMSSender"),
        (custom_email_sender.is_some(), "CustomEmailSender"),
        (kms_key_id.is_some(), "KMSKeyID"),
        (inbound_federation.is_some(), "InboundFederation"),
    ] {
        if missing {
            return Err(errors::refuse(&format!("trigger {name}"), view));
        }
    }
    match (version, pre_token_generation) {
        (Some(version), Some(function)) if version.lambda_arn != *function => Err(errors::invalid(
            "PreTokenGeneration and PreTokenGenerationConfig.LambdaArn must be the same if both are given.",
        )),
        _ => Ok(()),
    }
}
