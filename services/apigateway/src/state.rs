//! The tables of API Gateway: the whole state on one screen.
//!
//! What an API's makers say of it is kept as the API names it (`Value::encode`), so that what is read is what was written.

use service::shape::shape;
use service::{Bytes, IndexMap, Place, Table, TableInfo, Timestamp};

/// Where APIs lie, by their ids. A place whose API has gone is none.
pub static PLACES: Table<str, Place> = Table::worldwide("apigateway.places");
/// REST APIs by id. They hold policies and tags.
pub static APIS: Table<str, ApiRow> = Table::<str, ApiRow>::new("apigateway.apis").governing();
/// Resources by (API id, resource id).
pub static RESOURCES: Table<(String, String), ResourceRow> = Table::new("apigateway.resources");
/// Methods by (API id, resource id, HTTP method).
pub static METHODS: Table<(String, String, String), PartRow> = Table::new("apigateway.methods");
/// Authorizers by (API id, authorizer id).
pub static AUTHORIZERS: Table<(String, String), PartRow> = Table::new("apigateway.authorizers");
/// Gateway responses that were changed, by (API id, response type).
pub static RESPONSES: Table<(String, String), PartRow> = Table::new("apigateway.responses");
/// Models by (API id, name).
pub static MODELS: Table<(String, String), PartRow> = Table::new("apigateway.models");
/// Request validators by (API id, validator id).
pub static VALIDATORS: Table<(String, String), PartRow> = Table::new("apigateway.validators");
/// What holds for all APIs of a region: one row, `account`.
pub static ACCOUNT: Table<str, PartRow> = Table::new("apigateway.account");
/// What functions said of clients not long ago, by (API id, stage, deployment, authorizer and a digest of who it is).
pub static ADMISSIONS: Table<(String, String, String), AdmissionRow> = Table::new("apigateway.admissions");
/// API keys by id.
pub static API_KEYS: Table<str, TaggedRow> = Table::<str, TaggedRow>::new("apigateway.api_keys").governing();
/// The ids of API keys by their values.
pub static API_KEY_VALUES: Table<str, PartRow> = Table::new("apigateway.api_key_values");
/// Usage plans by id.
pub static USAGE_PLANS: Table<str, TaggedRow> = Table::<str, TaggedRow>::new("apigateway.usage_plans").governing();
/// The keys of usage plans by (plan id, key id).
pub static PLAN_KEYS: Table<(String, String), PartRow> = Table::new("apigateway.plan_keys");
/// How often keys were used, by (plan id, key id, day).
pub static USAGE: Table<(String, String, String), UsageRow> = Table::new("apigateway.usage");
/// Deployments by (API id, deployment id).
pub static DEPLOYMENTS: Table<(String, String), DeploymentRow> = Table::new("apigateway.deployments");
/// Stages by (API id, name).
pub static STAGES: Table<(String, String), StageRow> = Table::new("apigateway.stages");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        PLACES.info(),
        APIS.info(),
        RESOURCES.info(),
        METHODS.info(),
        AUTHORIZERS.info(),
        RESPONSES.info(),
        MODELS.info(),
        VALIDATORS.info(),
        ACCOUNT.info(),
        ADMISSIONS.info(),
        API_KEYS.info(),
        API_KEY_VALUES.info(),
        USAGE_PLANS.info(),
        PLAN_KEYS.info(),
        USAGE.info(),
        DEPLOYMENTS.info(),
        STAGES.info(),
    ]
}

shape! {
    /// A REST API.
    pub struct ApiRow {
        /// `id`
        pub id: String,
        /// A `RestApi`.
        pub settings: Bytes,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A resource.
    pub struct ResourceRow {
        /// `id`
        pub id: String,
        /// `parentId`; empty for the root.
        pub parent: String,
        /// `pathPart`; empty for the root.
        pub part: String,
        /// `path`
        pub path: String,
    }

    /// A part of an API: a method, an authorizer, a gateway response, a model.
    pub struct PartRow {
        /// Its name among its like.
        pub name: String,
        /// What was said of it.
        pub settings: Bytes,
    }

    /// What has tags and is no part of an API: a key, a usage plan.
    pub struct TaggedRow {
        /// `id`
        pub id: String,
        /// An `ApiKey` or a `UsagePlan`.
        pub settings: Bytes,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// What an authorizer's function said.
    pub struct AdmissionRow {
        /// The last part of its key.
        pub name: String,
        /// Until when it holds.
        pub until: Timestamp,
        /// The function's answer.
        pub answer: String,
    }

    /// How often a key was used on a day.
    pub struct UsageRow {
        /// The day.
        pub date: String,
        /// So often.
        pub used: i64,
    }

    /// A deployment.
    pub struct DeploymentRow {
        /// `id`
        pub id: String,
        /// `description`
        pub description: Option<String>,
        /// `createdDate`
        pub created_at: Timestamp,
        /// What the API was.
        pub snapshot: Snapshot,
    }

    /// An API as it was when it was deployed.
    pub struct Snapshot {
        /// Media types that are bytes.
        pub binary: Vec<String>,
        /// The resource policy.
        pub policy: Option<String>,
        /// Its resources.
        pub resources: Vec<DeployedResource>,
        /// Its authorizers.
        pub authorizers: Vec<PartRow>,
        /// Its gateway responses.
        pub responses: Vec<PartRow>,
        /// Its models.
        pub models: Option<Vec<PartRow>>,
        /// Its request validators.
        pub validators: Option<Vec<PartRow>>,
    }

    /// A resource as it was when it was deployed.
    pub struct DeployedResource {
        /// `id`
        pub id: String,
        /// `path`
        pub path: String,
        /// Its methods.
        pub methods: Vec<PartRow>,
    }

    /// A stage.
    pub struct StageRow {
        /// `stageName`
        pub name: String,
        /// A `Stage`.
        pub settings: Bytes,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }
}
