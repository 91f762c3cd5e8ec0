//! Parameters of other accounts, which their owners share through Resource Access Manager.
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html>

use crate::name::Wanted;
use crate::peers;
use service::{ArnParts, Check, PolicyRole, Result, Scope, View};

/// A parameter of another account, in this region.
pub struct Shared {
    /// Where it lies.
    pub scope: Scope,
    /// Its ARN.
    pub arn: String,
    /// Its name and the version that is asked for.
    pub wanted: Wanted,
}

impl Shared {
    /// Reads the ARN of one; `None` for whatever else a request names.
    pub fn read(view: &View, text: &str) -> Result<Option<Shared>> {
        let Ok(parts) = ArnParts::parse(text) else { return Ok(None) };
        let Ok(account) = parts.account.parse() else { return Ok(None) };
        let here = parts.service == "ssm" && parts.region == view.region().as_str();
        if !here || account == view.account() {
            return Ok(None);
        }
        let scope = Scope::new(account, view.region());
        let wanted = Wanted::read(&view.elsewhere(scope)?, text)?;
        let end = wanted.selector.as_ref().map_or(0, |selector| selector.len() + 1);
        let arn = text.get(..text.len().saturating_sub(end)).unwrap_or(text).to_owned();
        Ok(Some(Shared { scope, arn, wanted }))
    }

    /// May the caller do this with it? What its owner's shares allow stands beside the caller's own policies.
    pub fn check(&self, view: &View, action: &'static str) -> Result<Check> {
        let check = Check::new(action, self.arn.as_str()).owned_by(self.scope.account);
        let policy = peers::shared_by(view, self.scope, &self.arn)?;
        Ok(match policy {
            Some(text) => check.with_policy("policy of the resource shares", text, PolicyRole::Optional),
            None => check,
        })
    }
}
