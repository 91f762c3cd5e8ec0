//! The tables of IAM Access Analyzer: the whole state on one screen.

use service::shape::shape;
use service::{Bytes, IndexMap, Table, TableInfo, Timestamp};

/// Analyzers by (region, name). They hold tags and archive rules.
pub static ANALYZERS: Table<(String, String), AnalyzerRow> =
    Table::<(String, String), AnalyzerRow>::account_wide("access-analyzer.analyzers").governing();
/// Findings by (analyzer, id).
pub static FINDINGS: Table<(String, String), FindingRow> = Table::new("access-analyzer.findings");
/// What is recommended, by (analyzer, id of a finding).
pub static RECOMMENDATIONS: Table<(String, String), RecommendationRow> = Table::new("access-analyzer.recommendations");
/// Resources that were looked at, by (analyzer, ARN).
pub static RESOURCES: Table<(String, String), ResourceRow> = Table::new("access-analyzer.resources");
/// How far the region's analyzers have come: one row, under the empty text.
pub static COURSES: Table<str, Course> = Table::new("access-analyzer.courses");
/// Where there are analyzers of an organisation, by (organisation, account, region).
pub static WATCHES: Table<(String, String, String), WatchRow> = Table::worldwide("access-analyzer.watches");
/// Access previews by (analyzer, id).
pub static PREVIEWS: Table<(String, String), PreviewRow> = Table::new("access-analyzer.previews");
/// Generations of policies by id.
pub static GENERATIONS: Table<str, GenerationRow> = Table::new("access-analyzer.generations");
/// How far those have come that are not over, by id.
pub static READINGS: Table<str, ReadingRow> = Table::new("access-analyzer.readings");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        ANALYZERS.info(),
        FINDINGS.info(),
        RECOMMENDATIONS.info(),
        RESOURCES.info(),
        COURSES.info(),
        WATCHES.info(),
        PREVIEWS.info(),
        GENERATIONS.info(),
        READINGS.info(),
    ]
}

shape! {
    /// An analyzer.
    pub struct AnalyzerRow {
        /// Its name.
        pub name: String,
        /// Its region.
        pub region: String,
        /// `ACCOUNT`, `ACCOUNT_UNUSED_ACCESS`, say.
        pub kind: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// The resource that was looked at last.
        pub last_resource: Option<String>,
        /// When.
        pub last_resource_at: Option<Timestamp>,
        /// Days without use after which access counts as unused.
        pub unused_access_age: Option<i64>,
        /// What archives findings as they are made, in the order of making.
        pub rules: Vec<RuleRow>,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// Whom it leaves out.
        pub exclusions: Option<Vec<ExclusionRow>>,
    }

    /// Whom an analyzer of unused access leaves out: all that is named must hold.
    pub struct ExclusionRow {
        /// One of these accounts.
        pub accounts: Vec<String>,
        /// One of these sets of tags.
        pub tags: Vec<TagsRow>,
    }

    /// Tags that must all be there; an empty value stands for any.
    pub struct TagsRow {
        /// Keys and values.
        pub tags: IndexMap<String, String>,
    }

    /// An archive rule.
    pub struct RuleRow {
        /// Its name.
        pub name: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was changed.
        pub updated_at: Timestamp,
        /// All of these must hold.
        pub filter: Vec<CriterionRow>,
    }

    /// What a property of a finding must be.
    pub struct CriterionRow {
        /// `resourceType`, say.
        pub property: String,
        /// One of these.
        pub eq: Vec<String>,
        /// None of these.
        pub neq: Vec<String>,
        /// A text with one of these in it.
        pub contains: Vec<String>,
        /// There, or not there.
        pub exists: Option<bool>,
    }

    /// A finding.
    pub struct FindingRow {
        /// Its id.
        pub id: String,
        /// By what it is known again.
        pub key: String,
        /// `ExternalAccess`, `UnusedIAMRole`, say.
        pub kind: String,
        /// The resource's ARN.
        pub resource: String,
        /// `AWS::S3::Bucket`, say.
        pub resource_type: String,
        /// The account that owns it.
        pub owner: String,
        /// `ACTIVE`, `ARCHIVED` or `RESOLVED`.
        pub status: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// When the resource was looked at last.
        pub analyzed_at: Timestamp,
        /// When it was changed.
        pub updated_at: Timestamp,
        /// Who has access, by the kind of principal.
        pub principal: IndexMap<String, String>,
        /// To what.
        pub action: Vec<String>,
        /// Under which conditions.
        pub condition: IndexMap<String, String>,
        /// Whether anybody has.
        pub is_public: bool,
        /// By what: `POLICY`, `BUCKET_ACL`.
        pub sources: Vec<String>,
        /// When it was last used, of unused access.
        pub last_accessed: Option<Timestamp>,
        /// The unused key.
        pub access_key_id: Option<String>,
        /// The unused permissions, by service.
        pub unused: Option<Vec<UnusedServiceRow>>,
    }

    /// A service that is unused, or of which actions are.
    pub struct UnusedServiceRow {
        /// The prefix of its actions.
        pub namespace: String,
        /// When it was last used.
        pub last_accessed: Option<Timestamp>,
        /// Its unused actions; none where the service is unused as a whole.
        pub actions: Vec<UnusedActionRow>,
    }

    /// An unused action.
    pub struct UnusedActionRow {
        /// With its prefix.
        pub action: String,
        /// When it was last used.
        pub last_accessed: Option<Timestamp>,
    }

    /// What is recommended of a finding.
    pub struct RecommendationRow {
        /// When it was asked for, and made.
        pub made_at: Timestamp,
        /// The resource's ARN.
        pub resource: String,
        /// What is to be done.
        pub steps: Vec<StepRow>,
    }

    /// A step of a recommendation.
    pub struct StepRow {
        /// `CREATE_POLICY` or `DETACH_POLICY`.
        pub action: String,
        /// The policy in place of the one that is there.
        pub policy: Option<String>,
        /// That one: an ARN or, of an inline policy, its name.
        pub existing: String,
        /// When it was changed.
        pub updated: Option<Timestamp>,
    }

    /// A resource that was looked at.
    pub struct ResourceRow {
        /// Its ARN.
        pub arn: String,
        /// `AWS::S3::Bucket`, say.
        pub kind: String,
        /// The account that owns it.
        pub owner: String,
        /// When it was looked at first.
        pub created_at: Timestamp,
        /// When last.
        pub analyzed_at: Timestamp,
        /// Whether anybody has access.
        pub is_public: bool,
        /// The actions that somebody outside may do.
        pub actions: Vec<String>,
    }

    /// How far the analyzers of a region have come.
    pub struct Course {
        /// The place in the ledger up to which they know what happened.
        pub place: i64,
        /// Whether they look whatever happened.
        pub forced: bool,
    }

    /// An access preview.
    pub struct PreviewRow {
        /// Its id.
        pub id: String,
        /// When it was asked for, and made.
        pub created_at: Timestamp,
        /// The resource's ARN.
        pub resource: String,
        /// What was proposed, in the form of values.
        pub configuration: Bytes,
        /// Why it failed, in AWS's codes.
        pub reason: Option<String>,
        /// What there would be to find.
        pub findings: Vec<PreviewedRow>,
        /// The token of the request that asked for it.
        pub client_token: Option<String>,
    }

    /// A finding that there would be.
    pub struct PreviewedRow {
        /// As it would be.
        pub finding: FindingRow,
        /// The one that there is.
        pub existing_id: Option<String>,
        /// The status of that one.
        pub existing_status: Option<String>,
        /// `NEW`, `CHANGED` or `UNCHANGED`.
        pub change: String,
    }

    /// A place with analyzers of an organisation.
    pub struct WatchRow {
        /// The account.
        pub account: String,
        /// The region.
        pub region: String,
    }

    /// The generation of a policy from what somebody did.
    pub struct GenerationRow {
        /// Its id.
        pub id: String,
        /// Of whom.
        pub principal: String,
        /// The role that reads for it.
        pub access_role: String,
        /// What it reads.
        pub trails: Vec<TrailRow>,
        /// From when.
        pub start: Timestamp,
        /// Until when.
        pub end: Timestamp,
        /// The token of the request that asked for it.
        pub client_token: Option<String>,
        /// `IN_PROGRESS`, `SUCCEEDED`, `FAILED` or `CANCELED`.
        pub status: String,
        /// When it was asked for.
        pub started_on: Timestamp,
        /// When it was over.
        pub completed_on: Option<Timestamp>,
        /// Why it failed: `AUTHORIZATION_ERROR`, say.
        pub error_code: Option<String>,
        /// The same in words.
        pub error_message: Option<String>,
        /// The actions that were found, sorted.
        pub actions: Vec<String>,
        /// Services that were used by actions that nobody logged, sorted.
        pub services: Vec<String>,
    }

    /// A trail whose log files are read.
    pub struct TrailRow {
        /// Its ARN.
        pub arn: String,
        /// Of which regions.
        pub regions: Vec<String>,
        /// Or of all.
        pub all_regions: Option<bool>,
    }

    /// How far a generation has come.
    pub struct ReadingRow {
        /// What is done next; see `generation::Step`.
        pub step: String,
        /// Which of its trails it is at.
        pub trail: i64,
        /// The bucket of this trail.
        pub bucket: String,
        /// Where that is.
        pub bucket_region: String,
        /// What the keys of its log files begin with.
        pub prefix: String,
        /// The last key that was listed.
        pub listed_to: Option<String>,
        /// Whether there are more behind it.
        pub more: bool,
        /// Keys that are to be read.
        pub files: Vec<String>,
        /// Files that were asked for and have not come.
        pub waiting: i64,
        /// Files that were asked for, of all trails.
        pub read: i64,
        /// What was found in them: the source and the name of each kind of event, such as `s3.amazonaws.com CreateBucket`.
        pub events: Vec<String>,
        /// IAM's report of the services that were used.
        pub report: String,
        /// The services that it names.
        pub services: Vec<String>,
    }
}
