//! What has not been used for long: roles, access keys, passwords.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html#access-analyzer-unused-access>

use super::Seen;
use crate::state::FindingRow;
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

/// Looks at all roles and users of the account.
pub fn look(view: &View, age: Duration) -> Result<Unused> {
    let mut unused = Unused { seen: Vec::new(), findings: Vec::new(), next: None };
    for role in listed(view, "ListRoles", "Roles", None)? {
        let Some(arn) = text_at(&role, &["Arn"]) else { continue };
        if arn.contains(":role/aws-service-role/") {
            continue;
        }
        unused.seen.push(Seen { arn: arn.to_owned(), kind: "AWS::IAM::Role" });
        let used = view.services_last_used(arn)?.into_iter().map(|one| one.at).max();
        unused.judge(view, age, (made(&role), used), one(view, (arn, "AWS::IAM::Role"), "UnusedIAMRole", None));
    }
    for user in listed(view, "ListUsers", "Users", None)? {
        let (Some(arn), Some(name)) = (text_at(&user, &["Arn"]), text_at(&user, &["UserName"])) else { continue };
        unused.seen.push(Seen { arn: arn.to_owned(), kind: "AWS::IAM::User" });
        let whose = (arn, "AWS::IAM::User");
        for key in listed(view, "ListAccessKeys", "AccessKeyMetadata", Some(name))? {
            let Some(id) = text_at(&key, &["AccessKeyId"]) else { continue };
            if text_at(&key, &["Status"]) != Some("Active") {
                continue;
            }
            let used = view.key_last_used(id)?.map(|one| one.at);
            let row = one(view, whose, "UnusedIAMUserAccessKey", Some(id));
            unused.judge(view, age, (made(&key), used), row);
        }
        if let Some(profile) = profile(view, name)? {
            let used = time(&user, "PasswordLastUsed");
            let row = one(view, whose, "UnusedIAMUserPassword", None);
            unused.judge(view, age, (made(&profile), used), row);
        }
    }
    Ok(unused)
}

impl Unused {
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
            self.next = Some(self.next.map_or(due, |next| next.min(due)));
        }
    }
}

fn one(view: &View, (arn, of): (&str, &str), kind: &str, key: Option<&str>) -> FindingRow {
    FindingRow {
        key: format!("{kind} {arn} {}", key.unwrap_or_default()),
        kind: kind.to_owned(),
        resource: arn.to_owned(),
        resource_type: of.to_owned(),
        owner: view.account().to_string(),
        access_key_id: key.map(str::to_owned),
        ..FindingRow::default()
    }
}

fn made(value: &Value) -> Option<Timestamp> {
    time(value, "CreateDate")
}

fn time(value: &Value, member: &str) -> Option<Timestamp> {
    match value.get(member) {
        Some(Value::Time(at)) => Some(*at),
        _ => None,
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

fn listed(view: &View, operation: &str, items: &str, user: Option<&str>) -> Result<Vec<Value>> {
    let mut all = Vec::new();
    let mut marker: Option<Value> = None;
    for _ in 0..MOST_PAGES {
        let user = user.map(|user| ("UserName", Value::from(user)));
        let input = Value::map(user.into_iter().chain(marker.take().map(|marker| ("Marker", marker))));
        let page = view.peer("iam", operation, input)?;
        all.extend(page.get(items).and_then(Value::as_list).unwrap_or_default().iter().cloned());
        match page.get("Marker") {
            Some(Value::Str(next)) if !next.is_empty() => marker = Some(Value::Str(next.clone())),
            _ => break,
        }
    }
    Ok(all)
}
