//! The flags of `terrella policy`.

use crate::flags::Operator;
use clap::{ArgGroup, Args, Subcommand};
use std::path::PathBuf;

/// `terrella policy …`
#[derive(Subcommand, Debug)]
pub enum PolicyVerb {
    /// Decide a request that nobody makes, by the policies in force now: the statement that decides, the keys used and missing.
    Explain(Explain),
    /// Write the least policy that the recorded calls of a principal need, and prove it: each passes, and without any one
    /// statement some call fails.
    Least(Least),
    /// Put the recorded calls to a proposed SCP or RCP: which would be denied, who is exempt, which condition keys the
    /// record lacks. Exit status 1 if any call would be denied.
    Preflight(Preflight),
    /// Compare what two policies allow, with a request for each difference. Exit status 1 if they differ, or if it cannot be
    /// told.
    Diff(Diff),
}

/// `terrella policy explain`.
#[derive(Args, Debug, Clone)]
pub struct Explain {
    /// Who: a user, a role or its session by ARN, an account by its root ARN or id, a service by its name, or * for nobody.
    #[arg(long, value_name = "ARN", required_unless_present = "request")]
    pub principal: Option<String>,
    /// What: such as sqs:SendMessage.
    #[arg(long, required_unless_present = "request")]
    pub action: Option<String>,
    /// On which resource; * where the action has none.
    #[arg(long, value_name = "ARN", default_value = "*")]
    pub resource: String,
    /// A condition key of the request, such as aws:ResourceTag/team=red; once for each value.
    #[arg(long, value_name = "KEY=VALUE", num_args = 1..)]
    pub context: Vec<String>,
    /// The account that owns the resource, where its ARN does not say it; the principal's where this is left out.
    #[arg(long, value_name = "ID")]
    pub resource_account: Option<ids::AccountId>,
    /// A policy of the resource to be tried in the place of its own.
    #[arg(long, value_name = "FILE")]
    pub resource_policy: Option<PathBuf>,
    /// In which region, where the resource's ARN does not say it.
    #[arg(long, default_value = "us-east-1")]
    pub region: String,
    /// A recorded request instead: what its checks would be decided now.
    #[arg(long, value_name = "ID", conflicts_with_all = ["principal", "action", "context"])]
    pub request: Option<String>,
    #[command(flatten)]
    pub operator: Operator,
}

/// `terrella policy least`.
#[derive(Args, Debug, Clone)]
pub struct Least {
    /// Whose calls: the ARN of a user, a role (all its sessions) or a session, or an access key.
    #[arg(long, value_name = "ARN")]
    pub principal: String,
    /// Only calls not before this moment of the cloud's time, such as 2026-11-22T06:35:00Z.
    #[arg(long)]
    pub since: Option<String>,
    /// Only calls before this moment.
    #[arg(long)]
    pub until: Option<String>,
    /// Write one pattern for resources whose names differ only in random parts, such as UUIDs: wider than what was recorded.
    #[arg(long)]
    pub generalise: bool,
    /// Also allow calls that went through only because the cloud runs with --iam audit.
    #[arg(long)]
    pub audited: bool,
    #[command(flatten)]
    pub operator: Operator,
}

/// `terrella policy preflight`.
#[derive(Args, Debug, Clone)]
#[command(group(ArgGroup::new("proposed").required(true).args(["scp", "rcp"])))]
#[command(group(ArgGroup::new("where").required(true).multiple(true).args(["target", "account"])))]
pub struct Preflight {
    /// The proposed service control policy.
    #[arg(long, value_name = "FILE")]
    pub scp: Option<PathBuf>,
    /// The proposed resource control policy.
    #[arg(long, value_name = "FILE")]
    pub rcp: Option<PathBuf>,
    /// Where it would be attached: a root (r-…), an organisational unit (ou-…) or an account's id.
    #[arg(long, value_name = "ID")]
    pub target: Option<String>,
    /// The accounts that it would bind, where there is no organisation to ask: 111122223333,444455556666.
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub account: Vec<ids::AccountId>,
    /// Whose organisation: its management account; the cloud's own where it is left out.
    #[arg(long, value_name = "ID")]
    pub management: Option<ids::AccountId>,
    /// The SCP would stand there alone, in the place of FullAWSAccess: what it does not allow is denied.
    #[arg(long, conflicts_with = "rcp")]
    pub instead: bool,
    /// Only calls not before this moment of the cloud's time, such as 2026-11-22T06:35:00Z.
    #[arg(long)]
    pub since: Option<String>,
    /// Only calls before this moment.
    #[arg(long)]
    pub until: Option<String>,
    #[command(flatten)]
    pub operator: Operator,
}

/// `terrella policy diff`.
#[derive(Args, Debug, Clone)]
pub struct Diff {
    /// The policy that there was.
    pub before: PathBuf,
    /// The policy that there is.
    pub after: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
