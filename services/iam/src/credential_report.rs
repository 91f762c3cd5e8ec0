//! The lines of the credential report.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>

use crate::entity::{self, Kind};
use crate::state::{AccessKeyRow, PasswordPolicyRow, USERS, UserRow};
use crate::subject::account;
use service::{Duration, Result, Timestamp, View};

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
const NONE: &str = "N/A";

/// The whole report.
pub fn write(view: &View) -> Result<String> {
    let account = account(view)?;
    let mut lines = vec![HEADER.to_owned(), root(view, &account.access_keys)?];
    for user in view.rows(&USERS, ()) {
        lines.push(line(view, &user?, account.password_policy.as_ref())?);
    }
    Ok(lines.join("\n"))
}

fn root(view: &View, keys: &[AccessKeyRow]) -> Result<String> {
    let mut cells = vec!["<root_account>".to_owned(), view.arn("iam", "root").to_string(), NONE.to_owned()];
    cells.extend(["not_supported", "no_information", "not_supported", "not_supported", "false"].map(str::to_owned));
    cells.extend(key_cells(view, keys)?);
    cells.extend(["false", NONE, "false", NONE].map(str::to_owned));
    Ok(cells.join(","))
}

fn line(view: &View, user: &UserRow, rules: Option<&PasswordPolicyRow>) -> Result<String> {
    let mut cells = vec![
        user.core.name.clone(),
        entity::arn(view, Kind::User, &user.core),
        date(user.core.created),
        user.login.is_some().to_string(),
    ];
    match &user.login {
        None => cells.extend([NONE, NONE, NONE].map(str::to_owned)),
        Some(login) => {
            let days = rules.and_then(|rules| rules.max_age).and_then(|days| u64::try_from(days).ok());
            let next = days.map(|days| date(login.changed.after(Duration::from_secs(days * 86_400))));
            let next = next.unwrap_or_else(|| NONE.to_owned());
            cells.extend(["no_information".to_owned(), date(login.changed), next]);
        }
    }
    cells.push((!user.mfa.is_empty()).to_string());
    cells.extend(key_cells(view, &user.access_keys)?);
    for place in 0..2 {
        match user.certificates.get(place) {
            Some(row) => cells.extend([(row.status == "Active").to_string(), date(row.uploaded)]),
            None => cells.extend(["false".to_owned(), NONE.to_owned()]),
        }
    }
    Ok(cells.join(","))
}

/// Whether, since when, and the three cells of the last use: its region is `N/A` where the service has none.
fn key_cells(view: &View, keys: &[AccessKeyRow]) -> Result<Vec<String>> {
    let mut cells = Vec::with_capacity(10);
    for place in 0..2 {
        let Some(key) = keys.get(place) else {
            cells.extend(["false", NONE, NONE, NONE, NONE].map(str::to_owned));
            continue;
        };
        cells.extend([key.active.to_string(), date(key.created)]);
        match view.key_last_used(&key.id)? {
            None => cells.extend([NONE, NONE, NONE].map(str::to_owned)),
            Some(last) => {
                let region = last.region.unwrap_or_else(|| NONE.to_owned());
                cells.extend([date(last.at), region, last.service]);
            }
        }
    }
    Ok(cells)
}

/// `2026-11-22T06:35:00+00:00`
fn date(time: Timestamp) -> String {
    time.whole_secs().iso8601().replace('Z', "+00:00")
}
