//! The register of policy templates. On AWS a product provider has them registered when he is taken on, outside of any API; here the
//! operator does it (`terrella register set`).
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-temporary-delegation-partner-guide.html#temporary-delegation-partner-onboarding>

use super::template;
use crate::errors;
use crate::state::{DELEGATION_TEMPLATES, TemplateRow};
use serde::Deserialize;
use serde_json::Value;
use service::{AccountId, ArnParts, Cx, Error, Register, Registered, Result, View};

/// The register.
pub const REGISTER: Register = Register { name: "delegation-templates", set, remove, list };

/// Bytes of an entry.
const LARGEST: usize = 65_536;
/// AWS's bound on `RequestorName`, in characters.
const LONGEST_NAME: usize = 30;
const MOST_ACCOUNTS: usize = 50;

/// A template with whose it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// The provider's name, as his requests show it.
    pub requestor_name: String,
    /// The provider's accounts: they may make requests, and their topics hear of them.
    pub accounts: Vec<String>,
    /// The template.
    pub policy: Value,
}

impl Template {
    /// Whether an account is the provider's.
    pub fn is_of(&self, account: &str) -> bool {
        self.accounts.iter().any(|one| one == account)
    }
}

fn set(cx: &mut Cx, arn: &str, document: &str) -> Result<()> {
    let bad = |why: &str| errors::validation(why.to_owned());
    let named = ArnParts::parse(arn).ok().filter(|parts| parts.service == "iam" && parts.account.is_empty());
    let name = named.and_then(|parts| parts.resource.strip_prefix("delegation-template/"));
    if name.is_none_or(str::is_empty) || arn.len() > 2048 {
        return Err(bad("A template goes by an ARN such as arn:aws:iam:::delegation-template/setup."));
    }
    let form = "A template is {\"requestorName\": \"…\", \"accounts\": [\"123456789012\"], \"policy\": {…}}.";
    let template: Template =
        serde_json::from_str(document).ok().filter(|_| document.len() <= LARGEST).ok_or_else(|| bad(form))?;
    if template.requestor_name.is_empty() || template.requestor_name.chars().count() > LONGEST_NAME {
        return Err(bad("A requestor's name has 1 to 30 characters."));
    }
    let accounts = &template.accounts;
    if accounts.is_empty()
        || accounts.len() > MOST_ACCOUNTS
        || accounts.iter().any(|id| id.parse::<AccountId>().is_err())
    {
        return Err(bad("A provider has 1 to 50 accounts, each of 12 digits."));
    }
    let statements = template.policy.get("Statement");
    if !statements.is_some_and(|statements| statements.is_array() || statements.is_object()) {
        return Err(bad("The template's policy has no Statement."));
    }
    cx.put(&DELEGATION_TEMPLATES, arn, &TemplateRow { arn: arn.to_owned(), document: document.to_owned() })
}

fn remove(cx: &mut Cx, arn: &str) -> Result<bool> {
    cx.delete(&DELEGATION_TEMPLATES, arn)
}

fn list(view: &View) -> Result<Vec<Registered>> {
    let rows = view.rows(&DELEGATION_TEMPLATES, ());
    rows.map(|row| row.map(|TemplateRow { arn, document }| Registered { name: arn, document })).collect()
}

/// A template by its ARN.
pub fn find(view: &View, arn: &str) -> Result<Option<Template>> {
    let Some(row) = view.get(&DELEGATION_TEMPLATES, arn)? else { return Ok(None) };
    serde_json::from_str(&row.document).map(Some).map_err(Error::internal)
}

/// Whether any template is of an account's.
pub fn is_provider(view: &View, account: &str) -> Result<bool> {
    for registered in list(view)? {
        let template: Template = serde_json::from_str(&registered.document).map_err(Error::internal)?;
        if template.is_of(account) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a policy that came of a template demands of roles.
///
/// # Errors
/// `InvalidInput` where it lets roles be made without a boundary.
pub fn demanded(policy: &str) -> Result<Vec<String>> {
    template::boundaries(policy).ok_or_else(|| {
        errors::invalid_input("Roles created through temporary delegation must have a permissions boundary.")
    })
}
