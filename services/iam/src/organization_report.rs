//! What the accounts of an organisation last accessed: the report of `GenerateOrganizationsAccessReport`.
//!
//! Only service control policies decide which services it lists, and of them only what they say of a service as a whole.
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateOrganizationsAccessReport.html>

use crate::granting::Granted;
use crate::peers::{self, ControlPolicy, Organization};
use crate::state::{AccountAccessRow, AccountsAccessRow, FailureRow, OrganizationReportRow};
use crate::{errors, last_used, services_known};
use service::{AccountId, Check, Result, View};

/// More ids in a path are none of an organisation, whose OUs lie five deep at most.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const DEEPEST: usize = 8;

/// The root, OU or account that a report is about.
pub struct Entity {
    organization: Organization,
    /// The ids from the root down to it.
    ids: Vec<String>,
}

impl Entity {
    /// What a path such as `o-a1b2c3d4e5/r-f6g7/ou-f6g7-awsabcde/123456789012` leads to in the organisation that the view's account
    /// manages.
    ///
    /// # Errors
    /// `InvalidInput` where it leads nowhere.
    pub fn find(view: &View, organization: Organization, path: &str) -> Result<Entity> {
        let nowhere = || errors::invalid_input(format!("The entity path {path} is not valid for the organization."));
        let mut ids = path.trim_end_matches('/').split('/').map(str::to_owned);
        let own = ids.next().is_some_and(|id| id == organization.id);
        let ids: Vec<String> = ids.take(DEEPEST).collect();
        let root = peers::root(view, &organization)?.ok_or_else(nowhere)?;
        if !own || ids.first() != Some(&root.id) {
            return Err(nowhere());
        }
        for pair in ids.windows(2) {
            let [parent, child] = pair else { continue };
            if peers::parent_of(view, &organization, child)?.as_ref() != Some(parent) {
                return Err(nowhere());
            }
        }
        if !root.has_control_policies {
            let text = "Service control policies are not enabled for the root of your organization.";
            return Err(errors::invalid_input(text));
        }
        Ok(Entity { organization, ids })
    }

    fn id(&self) -> &str {
        self.ids.last().map_or("", String::as_str)
    }

    fn is_account(&self) -> bool {
        self.id().parse::<AccountId>().is_ok()
    }

    fn is_management(&self) -> bool {
        self.id() == self.organization.management.to_string()
    }

    fn path(&self) -> String {
        format!("{}/{}", self.organization.id, self.ids.join("/"))
    }

    /// What the caller must be allowed in Organizations: whatever is looked up there for the report.
    pub fn checks(&self, view: &View, policy: Option<&str>) -> Result<Vec<Check>> {
        let on = |action: &str, resource: String| Check::new(format!("organizations:{action}"), resource);
        let mut checks = vec![on("ListRoots", "*".to_owned())];
        checks.extend(self.ids.iter().skip(1).map(|id| on("ListParents", self.arn(view, id))));
        if !self.is_account() {
            checks.push(on("ListChildren", self.arn(view, self.id())));
        }
        checks.extend(self.ids.iter().map(|id| on("ListPoliciesForTarget", self.arn(view, id))));
        let mut described: Vec<String> = Vec::new();
        match policy {
            Some(id) => {
                let found = peers::control_policy(view, &self.organization, id)?;
                let arn = found.map_or_else(|| "*".to_owned(), |policy| policy.arn);
                checks.push(on("ListTargetsForPolicy", arn.clone()));
                described.push(arn);
            }
            None => {
                for id in &self.ids {
                    described
                        .extend(peers::control_policies_on(view, &self.organization, id)?.into_iter().map(|p| p.arn));
                }
            }
        }
        described.sort();
        described.dedup();
        checks.extend(described.into_iter().map(|arn| on("DescribePolicy", arn)));
        Ok(checks)
    }

    fn arn(&self, view: &View, id: &str) -> String {
        let kind = match id {
            id if id.starts_with("r-") => "root",
            id if id.starts_with("ou-") => "ou",
            _ => "account",
        };
        view.arn("organizations", format!("{kind}/{}/{id}", self.organization.id)).to_string()
    }

    /// Whether a service is allowed to it: at each level above it, or by the one policy.
    fn allowance(&self, view: &View, policy: Option<&str>) -> Result<Allowance> {
        if self.is_management() {
            return Ok(Allowance(Vec::new()));
        }
        let read = |policies: Vec<ControlPolicy>| policies.iter().map(|one| Granted::by(&one.content)).collect();
        if let Some(id) = policy {
            let found = peers::control_policy(view, &self.organization, id)?;
            let found = found.ok_or_else(|| errors::not_found(format!("The policy {id} cannot be found.")))?;
            return Ok(Allowance(vec![read(vec![found])]));
        }
        let level = |id: &String| peers::control_policies_on(view, &self.organization, id).map(read);
        Ok(Allowance(self.ids.iter().map(level).collect::<Result<_>>()?))
    }

    /// The accounts that are told of, each with its path. Of a policy's report only those at or above which it is attached, within the
    /// entity; the management account stands alone, for no policy binds it.
    fn accounts(&self, view: &View, policy: Option<&str>) -> Result<Vec<(AccountId, String)>> {
        let path = self.path();
        let mut all = Vec::new();
        for account in peers::accounts(view, &self.organization)? {
            let Some(member) = view.membership(account)? else { continue };
            let own = format!("{}{account}", member.path);
            let within = own == path || own.strip_prefix(&path).is_some_and(|rest| rest.starts_with('/'));
            if !within || member.management != self.is_management() {
                continue;
            }
            let mut levels = member.service_control.iter().skip_while(|level| level.target != self.id());
            let attached = |id: &str| {
                let end = format!("/{id}");
                levels.any(|level| level.policies.iter().any(|policy| policy.name.ends_with(&end)))
            };
            if member.management || policy.is_none_or(attached) {
                all.push((account, own));
            }
        }
        Ok(all)
    }
}

/// The policies of each level.
struct Allowance(Vec<Vec<Granted>>);

impl Allowance {
    fn covers(&self, namespace: &str) -> bool {
        self.0.iter().all(|level| {
            level.iter().any(|policy| policy.covers(namespace)) && !level.iter().any(|policy| policy.denies(namespace))
        })
    }
}

/// The organisation, for its management account alone.
///
/// # Errors
/// `AccessDenied` for any other.
pub fn managed(view: &View) -> Result<Organization> {
    let organization = peers::organization(view)?.filter(|found| found.management == view.account());
    organization.ok_or_else(|| {
        let text = "This operation can be called from the management account of an organization alone.";
        errors::denied(text)
    })
}

/// Makes the report. What stands against it is told in the report, for on AWS it is found out after the answer.
pub fn make(view: &View, path: &str, policy: Option<&str>) -> Result<OrganizationReportRow> {
    let created = view.now().whole_secs();
    let organization = managed(view)?;
    match services(view, organization, path, policy) {
        Ok(services) => Ok(OrganizationReportRow { created, failure: None, services }),
        Err(error) if error.is_receiver_fault() => Err(error),
        Err(error) => {
            let code = error.code().trim_end_matches("Exception").to_owned();
            let failure = FailureRow { code, message: error.message().to_owned() };
            Ok(OrganizationReportRow { created, failure: Some(failure), services: Vec::new() })
        }
    }
}

fn services(
    view: &View,
    organization: Organization,
    path: &str,
    policy: Option<&str>,
) -> Result<Vec<AccountsAccessRow>> {
    let entity = Entity::find(view, organization, path)?;
    let allowance = entity.allowance(view, policy)?;
    let known = services_known::all().iter().map(|(namespace, _)| *namespace);
    let listed = known.filter(|namespace| allowance.covers(namespace));
    let row = |namespace: &str| AccountsAccessRow { namespace: namespace.to_owned(), ..AccountsAccessRow::default() };
    let mut services: Vec<AccountsAccessRow> = listed.map(row).collect();
    for (account, path) in entity.accounts(view, policy)? {
        for used in view.elsewhere(view.scope().home_of(account))?.account_last_used()? {
            let found = services.binary_search_by(|service| service.namespace.as_str().cmp(&used.service));
            let service = found.ok().and_then(|at| services.get_mut(at));
            let Some(service) = service.filter(|_| last_used::is_recent(view, used.at)) else { continue };
            let at = used.at.whole_secs();
            service.accounts += 1;
            if service.last.as_ref().is_none_or(|last| last.at < at) {
                service.last = Some(AccountAccessRow { path: path.clone(), at, region: used.region });
            }
        }
    }
    Ok(services)
}
