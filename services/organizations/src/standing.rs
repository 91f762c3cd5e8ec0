//! Who may call what: the management account all, delegated administrators and members some.
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html>

use crate::errors;
use crate::state::{ACCOUNTS, MEMBERS, MemberRow, ORGANIZATION, ORGANIZATIONS, OrganizationRow};
use service::{AccountId, Arn, Check, Cx, Error, Partition, PolicyRole, Region, Result, Scope, View};

/// Whom an operation is open to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every member.
    Members,
    /// The management account, delegated administrators, and whomever the resource policy lets.
    Administrators,
    /// The management account, and whomever the resource policy lets.
    Delegates,
    /// The management account alone.
    Management,
}

/// An organisation as a request finds it.
#[derive(Debug, Clone)]
pub struct Organization {
    /// Its row.
    pub row: OrganizationRow,
    /// Its management account.
    pub management: AccountId,
    /// In which partition it is.
    pub partition: Partition,
}

impl Organization {
    /// Where its rows lie.
    pub fn scope(&self) -> Scope {
        Scope::new(self.management, Region::global(self.partition))
    }

    /// Whether an account is the management account.
    pub fn is_managed_by(&self, account: &str) -> bool {
        self.management.to_string() == account
    }

    /// The ARN of something in it: `account`, its id behind the organisation's.
    pub fn arn(&self, view: &View, kind: &str, id: &str) -> String {
        let resource = format!("{kind}/{}/{id}", self.row.id);
        arn(view, &self.management.to_string(), &resource)
    }

    /// Its own ARN.
    pub fn own_arn(&self, view: &View) -> String {
        arn(view, &self.management.to_string(), &format!("organization/{}", self.row.id))
    }

    /// Its own ARN, for calls to others.
    pub fn source(&self, view: &View) -> Arn {
        let resource = format!("organization/{}", self.row.id);
        Arn::new(view.scope().partition(), "organizations", Region::GLOBAL, Some(self.management), resource)
    }

    /// The number for the next thing made in it; the row is to be written.
    pub fn number(&mut self) -> i64 {
        self.row.next += 1;
        self.row.next
    }

    /// Writes its row.
    pub fn save(&self, cx: &mut Cx) -> Result<()> {
        cx.in_scope(self.scope(), |cx| cx.put(&ORGANIZATIONS, ORGANIZATION, &self.row))
    }

    /// Whether all features are enabled.
    pub fn has_all_features(&self) -> bool {
        self.row.feature_set == "ALL"
    }

    /// Fails where all features are not enabled.
    pub fn needs_all_features(&self) -> Result<()> {
        if self.has_all_features() { Ok(()) } else { Err(errors::constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")) }
    }
}

/// An ARN of the service, which names the management account or `aws`.
pub fn arn(view: &View, owner: &str, resource: &str) -> String {
    format!("arn:{}:organizations::{owner}:{resource}", view.scope().partition())
}

/// The organisation of an account; `None` where it is in none.
pub fn of(view: &View, account: AccountId) -> Result<Option<Organization>> {
    let Some(member) = view.get(&MEMBERS, account.to_string().as_str())? else { return Ok(None) };
    led_by(view, &member)
}

/// The organisation that a member's row names; `None` where its management account was emptied since.
pub fn led_by(view: &View, member: &MemberRow) -> Result<Option<Organization>> {
    let damaged = |_| Error::internal("a member's row is damaged");
    let management: AccountId = member.management.parse().map_err(damaged)?;
    let home = view.scope().home_of(management);
    let row = view.get_in(home, &ORGANIZATIONS, ORGANIZATION)?.filter(|row| row.id == member.organization);
    Ok(row.map(|row| Organization { row, management, partition: home.partition() }))
}

/// The organisation of the request's account, for an operation of this reach.
pub fn open(view: &View, reach: Reach) -> Result<Organization> {
    let organization = of(view, view.account())?.ok_or_else(errors::not_in_use)?;
    if reaches(view, &organization, reach)? || (delegable(reach) && organization.row.delegation.is_some()) {
        return Ok(organization);
    }
    Err(errors::access_denied())
}

fn delegable(reach: Reach) -> bool {
    matches!(reach, Reach::Administrators | Reach::Delegates)
}

/// Whether the request's account has this reach of itself, without the resource policy.
fn reaches(view: &View, organization: &Organization, reach: Reach) -> Result<bool> {
    if organization.management == view.account() || reach == Reach::Members {
        return Ok(true);
    }
    if reach != Reach::Administrators {
        return Ok(false);
    }
    let account = view.get_in(organization.scope(), &ACCOUNTS, view.account().to_string().as_str())?;
    Ok(account.is_some_and(|account| !account.administers.is_empty()))
}

/// The check as it is put to the policies: where a member has no such reach of itself, the resource policy must give it.
pub fn checked(view: &View, organization: &Organization, reach: Reach, check: Check) -> Result<Check> {
    if reaches(view, organization, reach)? || !delegable(reach) {
        return Ok(check);
    }
    Ok(match &organization.row.delegation {
        None => check,
        Some(policy) => check.owned_by(organization.management).with_policy(
            organization.arn(view, "resourcepolicy", &policy.id),
            policy.content.as_str(),
            PolicyRole::Optional,
        ),
    })
}
