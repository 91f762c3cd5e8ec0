//! What users are told by mail or text message, with a code or a password in it. It is laid into the cloud's outbox.
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html>

use crate::api::CodeDeliveryDetailsType;
use crate::errors;
use crate::pool::Pool;
use crate::trigger::{self, Occasion};
use crate::user::User;
use serde_json::{Value as Json, json};
use service::{Cx, IndexMap, Result};

/// What stands for the code in a text.
const CODE: &str = "{####}";
const NAME: &str = "{username}";

/// Why somebody is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// He has signed up.
    SignUp,
    /// He wants his code again.
    Resend,
    /// He forgot his password.
    Forgot,
    /// An attribute was changed.
    Update,
    /// He wants to verify an attribute.
    Verify,
    /// An administrator made him.
    Invitation,
}

impl Reason {
    fn source(self) -> &'static str {
        match self {
            Reason::SignUp => "CustomMessage_SignUp",
            Reason::Resend => "CustomMessage_ResendCode",
            Reason::Forgot => "CustomMessage_ForgotPassword",
            Reason::Update => "CustomMessage_UpdateUserAttribute",
            Reason::Verify => "CustomMessage_VerifyUserAttribute",
            Reason::Invitation => "CustomMessage_AdminCreateUser",
        }
    }
}

/// A text for somebody, with places for what is secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The attribute by which it goes: `email` or `phone_number`.
    pub attribute: String,
    to: String,
    subject: String,
    text: String,
    username: String,
}

/// To whom a text goes, why, and on whose wish.
pub struct Envelope<'a> {
    /// The pool.
    pub pool: &'a Pool,
    /// Him.
    pub user: &'a User,
    /// The client's id.
    pub client: &'a str,
    /// Why.
    pub reason: Reason,
    /// `ClientMetadata`
    pub metadata: Option<&'a IndexMap<String, String>>,
}

impl Envelope<'_> {
    /// The text that goes to an address, which a function may have changed. Nothing may have been written before.
    pub fn write(&self, cx: &mut Cx, attribute: &str, to: &str) -> Result<Message> {
        let mail = attribute == "email";
        let (mut subject, mut text) = self.template(mail);
        if let Some(function) = self.pool.triggers().custom_message {
            let username = self.user.row.username.as_str();
            let (pool, client, source) = (self.pool, self.client, self.reason.source());
            let request = json!({
                "userAttributes": trigger::attributes(self.user),
                "codeParameter": CODE,
                "linkParameter": "{##Click Here##}",
                "usernameParameter": if self.reason == Reason::Invitation { json!(NAME) } else { Json::Null },
                "clientMetadata": trigger::texts(self.metadata),
            });
            let response = json!({"smsMessage": null, "emailMessage": null, "emailSubject": null});
            let said = Occasion { pool, username, client, source }.ask(cx, &function, request, response)?;
            let of = |name: &str| said.get(name).and_then(Json::as_str).map(str::to_owned);
            if let Some(own) = of(if mail { "emailMessage" } else { "smsMessage" }) {
                if !own.contains(CODE) {
                    return Err(trigger::unrecognizable());
                }
                text = own;
            }
            subject = of("emailSubject").unwrap_or(subject);
        }
        let username = match self.pool.username_attributes().is_empty() {
            true => self.user.row.username.clone(),
            false => to.to_owned(),
        };
        let subject = if mail { subject } else { String::new() };
        Ok(Message { attribute: attribute.to_owned(), to: to.to_owned(), subject, text, username })
    }

    fn template(&self, mail: bool) -> (String, String) {
        let settings = &self.pool.settings;
        let own = settings.verification_message_template.as_ref();
        if self.reason == Reason::Invitation {
            let own = settings.admin_create_user_config.as_ref().and_then(|c| c.invite_message_template.as_ref());
            let text = own.and_then(|own| if mail { own.email_message.clone() } else { own.sms_message.clone() });
            let usual = format!("Your username is {NAME} and temporary password is {CODE}.");
            let subject = own.and_then(|own| own.email_subject.clone());
            return (subject.unwrap_or_else(|| "Your temporary password".to_owned()), text.unwrap_or(usual));
        }
        let (text, usual) = match (mail, self.reason) {
            (true, _) => (
                own.and_then(|own| own.email_message.clone()).or_else(|| settings.email_verification_message.clone()),
                "verification",
            ),
            (false, _) => (
                own.and_then(|own| own.sms_message.clone()).or_else(|| settings.sms_verification_message.clone()),
                "verification",
            ),
        };
        let usual = if self.reason == Reason::Forgot { "password reset" } else { usual };
        let subject = own.and_then(|own| own.email_subject.clone());
        let subject = subject.or_else(|| settings.email_verification_subject.clone());
        (
            subject.unwrap_or_else(|| format!("Your {usual} code")),
            text.unwrap_or_else(|| format!("Your {usual} code is {CODE}.")),
        )
    }
}

impl Message {
    /// Sends it with what is secret put in.
    pub fn send(&self, cx: &mut Cx, code: &str) -> Result<()> {
        let filled = |text: &str| text.replace(NAME, &self.username).replace(CODE, code);
        let medium = medium(&self.attribute);
        cx.dispatch(medium, &self.to, (&filled(&self.subject), &filled(&self.text)))
    }

    /// What an answer tells of it.
    pub fn details(&self) -> CodeDeliveryDetailsType {
        details(&self.attribute, &self.to)
    }
}

/// What an answer tells of a message that went to an address.
pub fn details(attribute: &str, to: &str) -> CodeDeliveryDetailsType {
    CodeDeliveryDetailsType {
        destination: Some(masked(attribute, to)),
        delivery_medium: Some(medium(attribute).to_owned()),
        attribute_name: Some(attribute.to_owned()),
    }
}

fn medium(attribute: &str) -> &'static str {
    if attribute == "email" { "EMAIL" } else { "SMS" }
}

/// An address of which little can be seen.
fn masked(attribute: &str, to: &str) -> String {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    match to.split_once('@').filter(|_| attribute == "email") {
        Some((local, domain)) => format!("{}***@{}***", first(local), first(domain)),
        None => {
            let length = to.chars().count();
            let tail: String = to.chars().skip(length.saturating_sub(4)).collect();
            format!("+{}{tail}", "*".repeat(length.saturating_sub(5)))
        }
    }
}

/// The address to which a new user's code goes: a number before a mail.
pub fn sign_up_address(pool: &Pool, user: &User) -> Option<(String, String)> {
    let verified = pool.auto_verified();
    let wanted = ["phone_number", "email"].into_iter().filter(|kind| verified.iter().any(|known| known == kind));
    wanted.filter_map(|kind| Some((kind.to_owned(), user.row.attributes.get(kind)?.clone()))).next()
}

/// The address by which somebody gets a new password.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html#user-pool-password-reset-and-recovery>
pub fn recovery_address(pool: &Pool, user: &User) -> Result<(String, String)> {
    let own = pool.settings.account_recovery_setting.as_ref().and_then(|s| s.recovery_mechanisms.as_ref());
    let kinds: Vec<&str> = match own {
        Some(own) => {
            let mut own: Vec<_> = own.iter().collect();
            own.sort_by_key(|option| option.priority);
            if own.iter().any(|option| option.name == "admin_only") {
                return Err(errors::not_authorized("Contact administrator to reset password."));
            }
            own.iter().filter_map(|option| option.name.strip_prefix("verified_")).collect()
        }
        None => vec!["phone_number", "email"],
    };
    let verified = kinds.into_iter().filter(|kind| user.verified(kind));
    let found = verified.filter_map(|kind| Some((kind.to_owned(), user.row.attributes.get(kind)?.clone()))).next();
    found.ok_or_else(|| {
        errors::invalid("Cannot reset password for the user as there is no registered/verified email or phone_number")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_seen_of_an_address() {
        for (attribute, to, expect) in [
            ("email", "ann@example.com", "a***@e***"),
            ("phone_number", "+15555550100", "+*******0100"),
            ("phone_number", "+1", "++1"),
        ] {
            assert_eq!(masked(attribute, to), expect);
        }
    }
}
