//! The command line: verbs, and what each may be told.

mod start;

pub use start::{Durability, Iam, Level, Start};

use crate::policy::PolicyVerb;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// A local AWS in one binary: identities, policies, keys, limits and time are enforced, and every call is recorded and
/// explained.
#[derive(Parser, Debug)]
#[command(name = "terrella", version, propagate_version = true)]
pub struct Flags {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Start the cloud and serve until told to stop.
    Start(Start),
    /// Print what a shell must be told for AWS's own tools to come here: eval "$(terrella env)".
    Env {
        #[command(flatten)]
        operator: Operator,
        #[command(flatten)]
        asked: crate::env::Asked,
    },
    /// List the services, or what is built of one and what is refused by name.
    Services {
        /// One service, by its prefix.
        service: Option<String>,
        #[command(flatten)]
        operator: Operator,
    },
    /// Explain a request: who asked what, what was decided, by which statement of which policy.
    Why {
        /// The request's id: it stands in x-amzn-RequestId, in errors, and in `terrella log`.
        request: String,
        #[command(flatten)]
        operator: Operator,
    },
    /// List the newest calls, denials and errors.
    Log(Log),
    /// Wind the clock forward: what falls due on the way happens, in order, once each.
    Wind {
        /// How far: a number with ms, s, m, h, d or w, or several of them, such as 90d, 12h30m or 250ms; a plain number
        /// is seconds.
        by: String,
        /// Only tell how much is set to fire.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        operator: Operator,
    },
    /// Empty the cloud, or one account of it, for good. Without --yes it is refused, and nothing is emptied.
    Reset {
        /// Only this account.
        #[arg(long, value_name = "ID")]
        account: Option<ids::AccountId>,
        /// Yes, it is meant: needed, for what is gone cannot be brought back.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        operator: Operator,
    },
    /// Save the state, make a new one of what was saved, or fork it.
    Snapshot {
        #[command(subcommand)]
        verb: SnapshotVerb,
    },
    /// Create accounts by their ids.
    Account {
        #[command(subcommand)]
        verb: AccountVerb,
    },
    /// Make calls slow, fail or break off, by service, operation, principal and chance.
    Fault {
        #[command(subcommand)]
        verb: FaultVerb,
    },
    /// Give the keys of those who issue OpenID Connect tokens: AWS fetches them, a cloud without a network is given them.
    Issuer {
        #[command(subcommand)]
        verb: IssuerVerb,
    },
    /// Register what AWS's people register for customers, such as the policy templates of product providers.
    Register {
        #[command(subcommand)]
        verb: RegisterVerb,
    },
    /// Hold an architecture diagram against what really flowed: which arrows are live, which are dark, what nobody drew.
    Diagram(Diagram),
    /// Start a cloud if none answers, put an estate's artifacts there, deploy its stacks, and tell where it is.
    Up(Up),
    /// Delete what an estate deployed, and stop the cloud that `up` started.
    Down(Down),
    /// List the resources that there are, of each type that can be listed.
    Inventory(Inventory),
    /// Drive an estate, and judge each row of its acceptance list: proven, failed, or dark. Exit status 1 if any failed.
    Prove(Prove),
    /// Ask the policy engine: of a request, of what was recorded, of a policy that is proposed.
    Policy {
        #[command(subcommand)]
        verb: PolicyVerb,
    },
    /// Look at the running cloud and at what this machine gives and lacks.
    Doctor {
        #[command(flatten)]
        operator: Operator,
    },
    /// Print the version.
    Version {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Where the cloud is, and how to print.
#[derive(Args, Debug, Clone)]
pub struct Operator {
    /// The running cloud; port 4566 of this machine where neither this nor the variable is set.
    #[arg(long, env = "AWS_ENDPOINT_URL", value_name = "URL", global = true)]
    pub endpoint: Option<String>,
    /// Print JSON.
    #[arg(long, global = true)]
    pub json: bool,
}

/// `terrella up`.
#[derive(Args, Debug, Clone)]
pub struct Up {
    /// An estate: the name of a folder in `estates`, or a folder with an estate.toml.
    pub estate: PathBuf,
    /// Where a cloud that is started keeps its state.
    #[arg(long, value_name = "DIR", default_value = ".terrella", conflicts_with = "memory")]
    pub data: PathBuf,
    /// A cloud that is started keeps nothing.
    #[arg(long)]
    pub memory: bool,
    #[command(flatten)]
    pub operator: Operator,
}

/// `terrella down`.
#[derive(Args, Debug, Clone)]
pub struct Down {
    /// The estate, as `up` was told it.
    pub estate: PathBuf,
    /// Where the cloud that `up` started keeps its state.
    #[arg(long, value_name = "DIR", default_value = ".terrella")]
    pub data: PathBuf,
    /// Leave the cloud running.
    #[arg(long)]
    pub keep_cloud: bool,
    #[command(flatten)]
    pub operator: Operator,
}

/// `terrella inventory`.
#[derive(Args, Debug, Clone)]
pub struct Inventory {
    /// Of this account; the cloud's own where it is left out.
    #[arg(long, value_name = "ID")]
    pub account: Option<ids::AccountId>,
    /// In this region.
    #[arg(long, default_value = "us-east-1")]
    pub region: String,
    /// Only types that begin so, such as AWS::SQS.
    #[arg(long, value_name = "PREFIX")]
    pub kind: Option<String>,
    #[command(flatten)]
    pub operator: Operator,
}

/// `terrella prove`.
#[derive(Args, Debug, Clone)]
pub struct Prove {
    /// An estate: the name of a folder in `estates`, or a folder with a proof.md.
    pub estate: PathBuf,
    /// Only these rows, such as E0.11,K0.3.
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Also list the rows that no check shows.
    #[arg(long)]
    pub all: bool,
    /// Also write the report as a page, with the diagram.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Also write it as JUnit's XML.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    #[command(flatten)]
    pub operator: Operator,
}

/// `terrella diagram`.
#[derive(Args, Debug, Clone)]
pub struct Diagram {
    /// A Mermaid flowchart.
    pub file: PathBuf,
    /// What its boxes stand for: TOML with patterns of ARNs by box under [nodes] and, for whom they ask as, under [callers].
    /// Without it, the file bindings.toml beside the diagram.
    #[arg(long, value_name = "FILE")]
    pub bindings: Option<PathBuf>,
    /// Also draw it, with its arrows marked.
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Only what happened not before this moment of the cloud's time, such as 2026-11-22T06:35:00Z.
    #[arg(long)]
    pub since: Option<String>,
    /// Where the cloud is.
    #[command(flatten)]
    pub operator: Operator,
}

/// `terrella log`.
#[derive(Args, Debug, Clone)]
pub struct Log {
    /// Only this account.
    #[arg(long, value_name = "ID")]
    pub account: Option<ids::AccountId>,
    /// Only this region.
    #[arg(long)]
    pub region: Option<String>,
    /// Only this service.
    #[arg(long)]
    pub service: Option<String>,
    /// Only this operation.
    #[arg(long)]
    pub operation: Option<String>,
    /// Only this caller: an ARN, a role's ARN or an access key.
    #[arg(long)]
    pub principal: Option<String>,
    /// Only calls that ended so: ok, error, denied or audit.
    #[arg(long)]
    pub outcome: Option<String>,
    /// Not before this moment of the cloud's time, such as 2026-11-22T06:35:00Z.
    #[arg(long)]
    pub since: Option<String>,
    /// Before this moment.
    #[arg(long)]
    pub until: Option<String>,
    /// How many.
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
    /// Go on as more happens.
    #[arg(long, short)]
    pub follow: bool,
    #[command(flatten)]
    pub operator: Operator,
}

/// `terrella snapshot …`
#[derive(Subcommand, Debug)]
pub enum SnapshotVerb {
    /// Save the running cloud's state to a file.
    Save {
        /// The file to make.
        path: PathBuf,
        #[command(flatten)]
        operator: Operator,
    },
    /// Load a saved state into the running cloud, in the place of its own; with --data, into a new data directory.
    Load {
        /// The saved file.
        path: PathBuf,
        /// Make this data directory of it instead; no cloud need run.
        #[arg(long)]
        data: Option<PathBuf>,
        #[command(flatten)]
        operator: Operator,
    },
    /// Make a second data directory of the running cloud's state, sharing what does not change.
    Fork {
        /// The state directory to make.
        path: PathBuf,
        #[command(flatten)]
        operator: Operator,
    },
}

/// `terrella account …`
#[derive(Subcommand, Debug)]
pub enum AccountVerb {
    /// Create an account.
    Create {
        /// Twelve digits.
        #[arg(long)]
        id: ids::AccountId,
        #[command(flatten)]
        operator: Operator,
    },
    /// Choose the id of an account that an organisation will create: AWS draws them, templates name them.
    Reserve {
        /// Twelve digits.
        #[arg(long)]
        id: ids::AccountId,
        /// The address with which it will be created; without one, the next account that is created has the id.
        #[arg(long)]
        email: Option<String>,
        #[command(flatten)]
        operator: Operator,
    },
    /// List the accounts that were created.
    List {
        #[command(flatten)]
        operator: Operator,
    },
}

/// `terrella fault …`
#[derive(Subcommand, Debug)]
pub enum FaultVerb {
    /// Put a rule in force: '{"service":"sqs","operation":"Send*","probability":0.1,"error":"throttling"}'.
    Add {
        /// The rule as JSON.
        rule: String,
        #[command(flatten)]
        operator: Operator,
    },
    /// List the rules in force and how often each struck.
    List {
        #[command(flatten)]
        operator: Operator,
    },
    /// Take a rule away, or all.
    Remove {
        /// The rule's id; all where it is left out.
        id: Option<String>,
        #[command(flatten)]
        operator: Operator,
    },
}

/// `terrella issuer …`
#[derive(Subcommand, Debug)]
pub enum IssuerVerb {
    /// Verify the tokens of an issuer by these keys; earlier ones are replaced.
    Set {
        /// The issuer as its tokens name it, such as https://token.actions.githubusercontent.com.
        #[arg(long)]
        url: String,
        /// Its JSON Web Key Set: what is at the `jwks_uri` of its /.well-known/openid-configuration.
        #[arg(long, value_name = "FILE")]
        jwks: PathBuf,
        #[command(flatten)]
        operator: Operator,
    },
    /// List the issuers; with --json their keys too, also those by which others verify the tokens of GetWebIdentityToken.
    List {
        #[command(flatten)]
        operator: Operator,
    },
    /// Forget the keys of an issuer.
    Remove {
        /// The issuer.
        #[arg(long)]
        url: String,
        #[command(flatten)]
        operator: Operator,
    },
}

/// `terrella register …`
#[derive(Subcommand, Debug)]
pub enum RegisterVerb {
    /// Register a document by a name; an earlier one is replaced.
    Set {
        /// The register, such as delegation-templates.
        #[arg(long)]
        of: String,
        /// The name, such as arn:aws:iam:::delegation-template/setup.
        #[arg(long)]
        name: String,
        /// The document, which is JSON.
        #[arg(long, value_name = "FILE")]
        document: PathBuf,
        #[command(flatten)]
        operator: Operator,
    },
    /// List what is registered; with --json the documents too.
    List {
        /// The register, such as delegation-templates.
        #[arg(long)]
        of: String,
        #[command(flatten)]
        operator: Operator,
    },
    /// Take something away.
    Remove {
        /// The register, such as delegation-templates.
        #[arg(long)]
        of: String,
        /// The name.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        operator: Operator,
    },
}
