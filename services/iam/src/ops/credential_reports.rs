//! The credential report: a line of CSV for the root user and each user.

use crate::api::{GenerateCredentialReportResponse, GetCredentialReportResponse};
use crate::credential_report;
use crate::state::{ACCOUNT_KEY, ACCOUNTS, ReportRow};
use crate::subject::account;
use service::{Cx, Duration, Error, Nothing, Result, View};

/// For how long a report is good enough, before a new one is made.
const FRESH: Duration = Duration::from_secs(4 * 3600);

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html>
pub fn generate_credential_report(cx: &mut Cx, _: Nothing) -> Result<GenerateCredentialReportResponse> {
    let mut row = account(cx)?;
    let now = cx.now();
    if row.report.as_ref().is_some_and(|report| now.since(report.generated) < FRESH) {
        return Ok(GenerateCredentialReportResponse { state: Some("COMPLETE".to_owned()), description: None });
    }
    let content = credential_report::write(cx)?.into();
    row.report = Some(ReportRow { content, generated: now.whole_secs() });
    cx.put(&ACCOUNTS, ACCOUNT_KEY, &row)?;
    let description = "No report exists. Starting a new report generation task";
    Ok(GenerateCredentialReportResponse {
        state: Some("STARTED".to_owned()),
        description: Some(description.to_owned()),
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html>
pub fn get_credential_report(view: &View, _: Nothing) -> Result<GetCredentialReportResponse> {
    let Some(report) = account(view)?.report else {
        return Err(Error::new("CredentialReportNotPresentException", "No report exists."));
    };
    if view.now().since(report.generated) >= FRESH {
        return Err(Error::new("CredentialReportExpiredException", "The report has expired."));
    }
    Ok(GetCredentialReportResponse {
        content: Some(report.content),
        report_format: Some("text/csv".to_owned()),
        generated_time: Some(report.generated),
    })
}
