//! How secrets are called: by name, by ARN, and by an ARN without the six characters at its end.
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen>

use crate::errors;
use crate::state::{SECRETS, Secret};
use service::{AccountId, Arn, ArnParts, Region, Result, Scope, View};

/// How many characters stand behind a secret's name in its ARN, with the hyphen.
const SUFFIX: usize = 7;

/// Whose a secret is, and what it is called; it may not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// Whose and where.
    pub scope: Scope,
    /// What was asked for: a name, or what stands behind `secret:` in an ARN.
    pub asked: String,
}

impl Address {
    /// What a request's `SecretId` names.
    pub fn of(view: &View, id: &str) -> Address {
        let parts = ArnParts::parse(id).ok().filter(|parts| parts.service == "secretsmanager");
        let address = parts.and_then(|parts| {
            let (account, region): (AccountId, _) = (parts.account.parse().ok()?, Region::new(parts.region)?);
            let asked = parts.resource.strip_prefix("secret:")?.to_owned();
            Some(Address { scope: Scope::new(account, region), asked })
        });
        address.unwrap_or_else(|| Address { scope: view.scope(), asked: id.to_owned() })
    }

    /// The secret, if there is one.
    pub fn find(&self, view: &View) -> Result<Option<Secret>> {
        if let Some(secret) = view.get_in(self.scope, &SECRETS, &self.asked)? {
            return Ok(Some(secret));
        }
        let cut = self.asked.len().checked_sub(SUFFIX);
        let Some((name, suffix)) = cut.and_then(|cut| self.asked.split_at_checked(cut)) else { return Ok(None) };
        let found = view.get_in(self.scope, &SECRETS, name)?;
        Ok(found.filter(|secret| suffix.strip_prefix('-') == Some(secret.suffix.as_str())))
    }

    /// Whether it is one of the view's own scope.
    pub fn is_own(&self, view: &View) -> bool {
        self.scope == view.scope()
    }

    /// What policies see of it: its ARN; that of its name where there is none.
    pub fn arn(&self, secret: Option<&Secret>) -> String {
        match secret {
            Some(secret) => arn(self.scope, secret),
            None => made(self.scope, &self.asked).to_string(),
        }
    }
}

/// A secret's ARN.
pub fn arn(scope: Scope, secret: &Secret) -> String {
    made(scope, &format!("{}-{}", secret.name, secret.suffix)).to_string()
}

fn made(scope: Scope, resource: &str) -> Arn {
    Arn::new(scope.partition(), "secretsmanager", scope.region, Some(scope.account), format!("secret:{resource}"))
}

/// A secret that may be read, of one's own or of another account.
///
/// # Errors
/// `ResourceNotFoundException`
pub fn readable(view: &View, id: &str) -> Result<(Address, Secret)> {
    let address = Address::of(view, id);
    let secret = address.find(view)?.ok_or_else(errors::not_found)?;
    Ok((address, secret))
}

/// A secret of one's own, deleted or not.
///
/// # Errors
/// `ResourceNotFoundException`; `NotImplemented` for a secret of another account or region.
pub fn own(view: &View, id: &str) -> Result<Secret> {
    let (address, secret) = readable(view, id)?;
    if address.is_own(view) {
        Ok(secret)
    } else {
        Err(errors::refuse("changing a secret of another account or region"))
    }
}

/// A secret of one's own that is not to be deleted.
///
/// # Errors
/// Also `InvalidRequestException` where it is.
pub fn live(view: &View, id: &str) -> Result<Secret> {
    let secret = own(view, id)?;
    if secret.deleted_on.is_some() { Err(errors::marked_for_deletion()) } else { Ok(secret) }
}

/// A name for a new secret.
pub fn check_name(name: &str) -> Result<()> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-/_+=.@!".contains(c);
    if name.chars().all(allowed) {
        return Ok(());
    }
    let text =
        "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!";
    Err(service::Error::new("ValidationException", text).status(400))
}
