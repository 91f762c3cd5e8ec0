//! The zone of trust of an analyzer: its account, or the organisation that its account manages or administers for Access Analyzer.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-create-external.html>

use crate::errors;
use crate::state::AnalyzerRow;
use service::resource::text_at;
use service::{AccountId, Error, Result, Scope, Value, View};

/// Who Access Analyzer is for Organizations.
const PRINCIPAL: &str = "access-analyzer.amazonaws.com";
/// Pages of one listing that are read.
const MOST_PAGES: usize = 500;

/// Whom an analyzer trusts, and where it looks.
pub struct Zone {
    /// The accounts whose resources it looks at, and who are not outside.
    pub accounts: Vec<AccountId>,
    /// The organisation's id, if it is one.
    pub organization: Option<String>,
}

impl Zone {
    /// That of an analyzer of the view's account; `None` where it is disabled.
    pub fn of(view: &View, analyzer: &AnalyzerRow) -> Result<Option<Zone>> {
        if !is_organizational(&analyzer.kind) {
            return Ok(Some(Zone { accounts: vec![view.account()], organization: None }));
        }
        let Standing::Administrator { organization, management } = standing(view)? else { return Ok(None) };
        let mut accounts = Vec::new();
        for account in listed(view, management, ("ListAccounts", "Accounts"), &[])? {
            let id: Option<AccountId> = text_at(&account, &["Id"]).and_then(|id| id.parse().ok());
            accounts.extend(id.filter(|_| text_at(&account, &["Status"]) == Some("ACTIVE")));
        }
        Ok(Some(Zone { accounts, organization: Some(organization) }))
    }

    /// Whether an account is in it.
    pub fn has(&self, account: &str) -> bool {
        account.parse().is_ok_and(|account: AccountId| self.accounts.contains(&account))
    }

    /// Whether the value of a condition key is of it: an account, an ARN, the organisation or a path of it.
    pub fn owns(&self, value: &str) -> bool {
        let own = |id: &str| self.organization.as_deref() == Some(id);
        match value.strip_prefix("arn:") {
            Some(rest) => rest.split(':').nth(3).is_some_and(|account| self.has(account)),
            None => self.has(value) || value.split('/').next().is_some_and(own),
        }
    }
}

/// Whether analyzers of a type look at an organisation.
pub fn is_organizational(kind: &str) -> bool {
    kind.starts_with("ORGANIZATION")
}

/// What an account is to Access Analyzer in its organisation.
pub enum Standing {
    /// It manages the organisation, or administers Access Analyzer for it.
    Administrator {
        /// The organisation's id.
        organization: String,
        /// Its management account.
        management: AccountId,
    },
    /// It is neither; the reason in AWS's codes.
    /// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_StatusReason.html>
    Disabled(&'static str),
}

/// What the view's account is.
pub fn standing(view: &View) -> Result<Standing> {
    let Some(member) = view.membership(view.account())? else { return Ok(Standing::Disabled("ORGANIZATION_DELETED")) };
    let nothing: [(&str, Value); 0] = [];
    let answer = view.peer("organizations", "DescribeOrganization", Value::map(nothing))?;
    let management = text_at(&answer, &["Organization", "MasterAccountId"]).and_then(|id| id.parse().ok());
    let management: AccountId = management.ok_or_else(|| Error::internal("an organisation is managed by nobody"))?;
    let listing = ("ListAWSServiceAccessForOrganization", "EnabledServicePrincipals");
    let enabled = listed(view, management, listing, &[])?;
    if !enabled.iter().any(|one| text_at(one, &["ServicePrincipal"]) == Some(PRINCIPAL)) {
        return Ok(Standing::Disabled("AWS_SERVICE_ACCESS_DISABLED"));
    }
    if !member.management {
        let asked = [("ServicePrincipal", PRINCIPAL.into())];
        let listing = ("ListDelegatedAdministrators", "DelegatedAdministrators");
        let administrators = listed(view, management, listing, &asked)?;
        let own = view.account().to_string();
        if !administrators.iter().any(|one| text_at(one, &["Id"]) == Some(own.as_str())) {
            return Ok(Standing::Disabled("DELEGATED_ADMINISTRATOR_DEREGISTERED"));
        }
    }
    Ok(Standing::Administrator { organization: member.organization, management })
}

/// Makes sure that the account may have an analyzer of its organisation.
///
/// # Errors
/// `ValidationException`
pub fn check(view: &View) -> Result<String> {
    let text = match standing(view)? {
        Standing::Administrator { organization, .. } => return Ok(organization),
        Standing::Disabled("ORGANIZATION_DELETED") => "The account is not a member of an organization.",
        Standing::Disabled("AWS_SERVICE_ACCESS_DISABLED") => {
            "Trusted access for IAM Access Analyzer is not enabled in the organization."
        }
        Standing::Disabled(_) => {
            "Only the management account or a delegated administrator can create an analyzer with the organization as the \
             zone of trust."
        }
    };
    Err(errors::validation(text))
}

/// All pages of what an operation of Organizations lists.
fn listed(view: &View, at: AccountId, (operation, list): (&str, &str), asked: &[(&str, Value)]) -> Result<Vec<Value>> {
    let mut all = Vec::new();
    let mut token: Option<Value> = None;
    for _ in 0..MOST_PAGES {
        let input = Value::map(asked.iter().cloned().chain(token.take().map(|token| ("NextToken", token))));
        let page = view.peer_in(Scope::new(at, view.region()), "organizations", operation, input)?;
        all.extend(page.get(list).and_then(Value::as_list).unwrap_or_default().iter().cloned());
        token = text_at(&page, &["NextToken"]).filter(|next| !next.is_empty()).map(Value::from);
        if token.is_none() {
            break;
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_zone() {
        let zone = Zone { accounts: vec!["111122223333".parse().unwrap()], organization: Some("o-a1b2c3d4e5".into()) };
        for (value, expect) in [
            ("111122223333", true),
            ("444455556666", false),
            ("arn:aws:sns:us-east-1:111122223333:*", true),
            ("arn:aws:s3:::bucket", false),
            ("o-a1b2c3d4e5", true),
            ("o-a1b2c3d4e5/r-ab12/*", true),
            ("o-a1b2c3d4e6", false),
            ("", false),
        ] {
            assert_eq!(zone.owns(value), expect, "{value}");
        }
        let account = Zone { organization: None, ..zone };
        assert!(!account.owns("o-a1b2c3d4e5") && !account.owns(""));
    }
}
