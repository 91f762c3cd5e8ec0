//! What has not been used for long: roles, access keys, passwords, permissions.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html#access-analyzer-unused-access>

use super::Seen;
use super::identities::{self, Identity, time};
use super::permissions::{self, Uses};
use crate::exclusions;
use crate::state::{AnalyzerRow, FindingRow};
use service::resource::text_at;
use service::{Duration, Result, Timestamp, Value, View};

/// Pages of one listing that are read.
const MOST_PAGES: usize = 100;

/// What was found.
pub struct Unused {
    pub seen: Vec<Seen>,
    pub findings: Vec<FindingRow>,
    /// When something that is used now will have become unused.
    pub next: Option<Timestamp>,
}

/// Looks at all roles and users of the account but those that the analyzer leaves out.
pub fn look(view: &View, analyzer: &AnalyzerRow, age: Duration) -> Result<Unused> {
    let mut unused = Unused { seen: Vec::new(), findings: Vec::new(), next: None };
    let uses = Uses::of(view)?;
    let account = view.account().to_string();
    for identity in identities::all(view)? {
        if exclusions::exclude(analyzer, &account, &identity.tags) {
            continue;
        }
        unused.seen.push(Seen { arn: identity.arn.clone(), kind: identity.kind(), owner: account.clone() });
        let used = view.services_last_used(&identity.arn)?;
        match identity.is_user {
            true => unused.look_at_user(view, &identity, age)?,
            false => {
                let last = used.iter().map(|one| one.at).max();
                unused.judge(view, age, (identity.made, last), one(view, &identity, "UnusedIAMRole", None));
            }
        }
        let permissions = permissions::look(view, (&identity, &used), age, &uses)?;
        unused.wait_for(permissions.next);
        if !permissions.services.is_empty() {
            let row = one(view, &identity, "UnusedPermission", None);
            unused.findings.push(FindingRow { unused: Some(permissions.services), ..row });
        }
    }
    Ok(unused)
}

impl Unused {
    fn look_at_user(&mut self, view: &View, user: &Identity, age: Duration) -> Result<()> {
        for key in keys(view, &user.name)? {
            let Some(id) = text_at(&key, &["AccessKeyId"]) else { continue };
            if text_at(&key, &["Status"]) != Some("Active") {
                continue;
            }
            let used = view.key_last_used(id)?.map(|one| one.at);
            let row = one(view, user, "UnusedIAMUserAccessKey", Some(id));
            self.judge(view, age, (time(&key, "CreateDate"), used), row);
        }
        if let Some(profile) = profile(view, &user.name)? {
            let about = view.peer("iam", "GetUser", Value::map([("UserName", user.name.as_str().into())]))?;
            let used = about.get("User").and_then(|user| time(user, "PasswordLastUsed"));
            let row = one(view, user, "UnusedIAMUserPassword", None);
            self.judge(view, age, (time(&profile, "CreateDate"), used), row);
        }
        Ok(())
    }

    /// Keeps a finding of what was made and used last at these moments, if that is long ago; otherwise when it will be.
    fn judge(
        &mut self,
        view: &View,
        age: Duration,
        (made, used): (Option<Timestamp>, Option<Timestamp>),
        row: FindingRow,
    ) {
        let Some(last) = used.max(made) else { return };
        let due = last.after(age);
        if due <= view.now() {
            self.findings.push(FindingRow { last_accessed: used, ..row });
        } else {
            self.wait_for(Some(due));
        }
    }

    fn wait_for(&mut self, due: Option<Timestamp>) {
        self.next = self.next.into_iter().chain(due).min();
    }
}

fn one(view: &View, identity: &Identity, kind: &str, key: Option<&str>) -> FindingRow {
    FindingRow {
        key: format!("{kind} {} {}", identity.arn, key.unwrap_or_default()),
        kind: kind.to_owned(),
        resource: identity.arn.clone(),
        resource_type: identity.kind().to_owned(),
        owner: view.account().to_string(),
        access_key_id: key.map(str::to_owned),
        ..FindingRow::default()
    }
}

/// The password of a user, if he has one.
fn profile(view: &View, name: &str) -> Result<Option<Value>> {
    match view.peer("iam", "GetLoginProfile", Value::map([("UserName", name.into())])) {
        Ok(answer) => Ok(answer.get("LoginProfile").cloned()),
        Err(error) if error.code() == "NoSuchEntity" || error.code() == "NoSuchEntityException" => Ok(None),
        Err(error) => Err(error),
    }
}

fn keys(view: &View, user: &str) -> Result<Vec<Value>> {
    let mut all = Vec::new();
    let mut marker: Option<Value> = None;
    for _ in 0..MOST_PAGES {
        let user = ("UserName", Value::from(user));
        let input = Value::map([user].into_iter().chain(marker.take().map(|marker| ("Marker", marker))));
        let page = view.peer("iam", "ListAccessKeys", input)?;
        all.extend(page.get("AccessKeyMetadata").and_then(Value::as_list).unwrap_or_default().iter().cloned());
        match page.get("Marker") {
            Some(Value::Str(next)) if !next.is_empty() => marker = Some(Value::Str(next.clone())),
            _ => break,
        }
    }
    Ok(all)
}
