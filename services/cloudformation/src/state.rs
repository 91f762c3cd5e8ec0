//! The tables of CloudFormation: the whole state on one screen.
//!
//! A stack is a row, its resources are rows, and while something is done to it there is an [`Operation`]. A resource that is being
//! worked on has a [`Step`], which keeps what the calls made for it were answered: each call is a delivery, and the answer
//! is written in the same transaction that sends the next one. So whatever kills come between, a stack goes on where it was.

use crate::drift::Difference;
use service::shape::shape;
use service::{Bytes, IndexMap, Table, TableInfo, Timestamp};

/// Stacks by name and unique part of their ids. They hold tags, which decide.
pub static STACKS: Table<(String, String), Stack> =
    Table::<(String, String), Stack>::new("cloudformation.stacks").governing();
/// What is being done, by the stack's unique part.
pub static OPERATIONS: Table<str, Operation> = Table::new("cloudformation.operations");
/// Resources by the stack's unique part and logical id.
pub static RESOURCES: Table<(String, String), Resource> = Table::new("cloudformation.resources");
/// Events by the stack's unique part and rank; the newest has the least rank.
pub static EVENTS: Table<(String, i64), Event> = Table::new("cloudformation.events");
/// Change sets by the stack's unique part and name.
pub static CHANGE_SETS: Table<(String, String), ChangeSet> = Table::new("cloudformation.change-sets");
/// Exports by name.
pub static EXPORTS: Table<str, Export> = Table::new("cloudformation.exports");
/// Who imports what, by export and the importing stack's name.
pub static IMPORTS: Table<(String, String), Import> = Table::new("cloudformation.imports");

/// What steps wait to hear, by what it is about and the rest of its name.
pub static AWAITED: Table<(String, String), Awaited> = Table::new("cloudformation.awaited");
/// Signals that were put to a handle, by the handle's secret and their unique ids.
pub static SIGNALS: Table<(String, String), Signal> = Table::new("cloudformation.signals");

/// What was found of resources that may have drifted, by the stack's unique part and logical id.
pub static DRIFTS: Table<(String, String), DriftRow> = Table::new("cloudformation.drifts");
/// What is being found out of the drift of stacks, by its id.
pub static DETECTIONS: Table<str, Detection> = Table::new("cloudformation.detections");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        STACKS.info(),
        OPERATIONS.info(),
        RESOURCES.info(),
        EVENTS.info(),
        CHANGE_SETS.info(),
        EXPORTS.info(),
        IMPORTS.info(),
        AWAITED.info(),
        SIGNALS.info(),
        DRIFTS.info(),
        DETECTIONS.info(),
    ]
}

shape! {
    /// A stack.
    pub struct Stack {
        /// Its name.
        pub name: String,
        /// What tells it from any other stack that has had or will have the name: a UUID, the end of its id.
        pub uid: String,
        /// `StackStatus`
        pub status: String,
        /// `StackStatusReason`
        pub status_reason: Option<String>,
        /// `CreationTime`
        pub created_at: Timestamp,
        /// `LastUpdatedTime`
        pub updated_at: Option<Timestamp>,
        /// `DeletionTime`
        pub deleted_at: Option<Timestamp>,
        /// What it is made from.
        pub source: Source,
        /// `EnableTerminationProtection`
        pub termination_protection: bool,
        /// What becomes of it where its creation fails: `ROLLBACK`, `DELETE` or `DO_NOTHING`.
        pub on_failure: String,
        /// `RetainExceptOnCreate`
        pub retain_except_on_create: bool,
        /// `TimeoutInMinutes`
        pub timeout_minutes: Option<i64>,
        /// The stack policy, stored only.
        pub policy: Option<String>,
        /// Its outputs.
        pub outputs: Vec<StoredOutput>,
        /// The change set that was executed last.
        pub change_set: Option<String>,
        /// How many events there are.
        pub events: i64,
        /// The exports that it imports.
        pub imports: Vec<String>,
        /// `ParentId`, of a nested stack.
        pub parent: Option<String>,
        /// `RootId`, of a nested stack.
        pub root: Option<String>,
        /// `StackDriftStatus`
        pub drift: Option<String>,
        /// `LastCheckTimestamp`
        pub drift_at: Option<Timestamp>,
        /// The detection of its drift that was the last.
        pub detection: Option<String>,
    }

    /// What a stack is made from.
    pub struct Source {
        /// The template as it was given.
        pub template: String,
        /// Parameters as they were given, or their defaults.
        pub parameters: IndexMap<String, String>,
        /// The values of parameters that name a stored value.
        pub resolved: IndexMap<String, String>,
        /// The stack's tags.
        pub tags: IndexMap<String, String>,
        /// `Capabilities`
        pub capabilities: Vec<String>,
        /// `NotificationARNs`
        pub notification_arns: Vec<String>,
        /// The role as which resources are made.
        pub role_arn: Option<String>,
    }

    /// An output as it was evaluated.
    pub struct StoredOutput {
        /// `OutputKey`
        pub key: String,
        /// `OutputValue`
        pub value: String,
        /// `Description`
        pub description: Option<String>,
        /// `ExportName`
        pub export: Option<String>,
    }

    /// What is being done to a stack.
    pub struct Operation {
        /// `create`, `update` or `delete`.
        pub kind: String,
        /// How far it is; see `deploy/mod.rs`.
        pub phase: String,
        /// What the stack was made from before, for an update.
        pub before: Option<Source>,
        /// Whether a failed update leaves all as it is.
        pub disable_rollback: bool,
        /// The resources that failed, and what they failed to do: `create`, `update` or `delete`.
        pub failed: IndexMap<String, String>,
        /// Why the stack as a whole fails.
        pub reason: Option<String>,
        /// Resources that are left as they are: those to be retained, or to be skipped.
        pub skip: Vec<String>,
        /// `ClientRequestToken`
        pub token: Option<String>,
        /// How many steps were begun.
        pub steps: i64,
    }

    /// A resource of a stack.
    pub struct Resource {
        /// `LogicalResourceId`
        pub logical: String,
        /// `ResourceType`
        pub kind: String,
        /// What there is of it.
        pub body: Option<Body>,
        /// `ResourceStatus`
        pub status: String,
        /// `ResourceStatusReason`
        pub status_reason: Option<String>,
        /// `LastUpdatedTimestamp`
        pub updated_at: Timestamp,
        /// `Description`
        pub description: Option<String>,
        /// `Metadata`, as JSON.
        pub metadata: Option<String>,
        /// What the operation made of it: `created`, `updated`, `replaced`; empty for nothing so far.
        pub change: String,
        /// Whether the operation's phase is done with it.
        pub done: bool,
        /// Whether it leaves the stack.
        pub removed: bool,
        /// What it was before the operation; after a replacement this is what is to be deleted.
        pub former: Option<Body>,
        /// What is being done to it.
        pub step: Option<Step>,
    }

    /// What there is of a resource.
    pub struct Body {
        /// `PhysicalResourceId`
        pub id: String,
        /// Its properties as they were written, as `Value::encode` writes them.
        pub properties: Bytes,
        /// Its attributes by name, as `Value::encode` writes them.
        pub attributes: Bytes,
        /// The logical ids of what it needs.
        pub needs: Vec<String>,
        /// `DeletionPolicy`
        pub deletion_policy: String,
        /// `UpdateReplacePolicy`
        pub update_replace_policy: String,
    }

    /// A step of an operation.
    pub struct Step {
        /// `create`, `update` or `delete`.
        pub action: String,
        /// What tells it from the resource's other steps.
        pub number: i64,
        /// What is to be made, or what is to be deleted.
        pub body: Body,
        /// The properties that are to be written, with all dynamic references resolved, as `Value::encode` writes them.
        pub wanted: Bytes,
        /// What its calls were answered, in their order.
        pub answers: Vec<KeptAnswer>,
        /// The client token of its calls.
        pub token: String,
        /// The end of generated names.
        pub suffix: String,
        /// Whether the operation failed meanwhile, so that its end is told to nobody.
        pub cancelled: bool,
        /// Whether it deletes what was replaced, and not the resource itself.
        pub of_former: bool,
        /// What nobody knows but whom it asks to answer: the end of the URL to which he does.
        pub secret: Option<String>,
        /// What it waits to hear.
        pub hearing: Option<String>,
    }

    /// An answer as it is kept.
    pub struct KeptAnswer {
        /// The operation.
        pub operation: String,
        /// The input, as `Value::encode` writes it.
        pub input: Bytes,
        /// Whether it only looked.
        pub look: bool,
        /// The output, as `Value::encode` writes it; `None` for an error.
        pub output: Option<Bytes>,
        /// The error's code.
        pub code: String,
        /// The error's message.
        pub message: String,
        /// The error's status, where one was set.
        pub status: Option<i64>,
        /// The service, by prefix, where it is not the resource type's own.
        pub service: Option<String>,
    }

    /// An event.
    pub struct Event {
        /// `EventId`
        pub id: String,
        /// `LogicalResourceId`
        pub logical: String,
        /// `PhysicalResourceId`
        pub physical: String,
        /// `ResourceType`
        pub kind: String,
        /// `ResourceStatus`
        pub status: String,
        /// `ResourceStatusReason`
        pub reason: Option<String>,
        /// `Timestamp`
        pub at: Timestamp,
        /// `ResourceProperties`, as JSON.
        pub properties: Option<String>,
        /// `ClientRequestToken`
        pub token: Option<String>,
    }

    /// A change set.
    pub struct ChangeSet {
        /// Its name.
        pub name: String,
        /// The end of its id.
        pub uid: String,
        /// `CREATE` or `UPDATE`.
        pub kind: String,
        /// `Status`
        pub status: String,
        /// `StatusReason`
        pub status_reason: Option<String>,
        /// `ExecutionStatus`
        pub execution_status: String,
        /// `CreationTime`
        pub created_at: Timestamp,
        /// `Description`
        pub description: Option<String>,
        /// What the stack is to be made from.
        pub source: Source,
        /// The changes, as `Value::encode` writes them.
        pub changes: Bytes,
        /// `OnStackFailure`
        pub on_stack_failure: Option<String>,
    }

    /// An export.
    pub struct Export {
        /// Its name.
        pub name: String,
        /// Its value.
        pub value: String,
        /// The exporting stack's name.
        pub stack: String,
        /// The unique part of its id.
        pub uid: String,
    }

    /// What a step waits to hear.
    pub struct Awaited {
        /// By what the step is told.
        pub letter: Bytes,
        /// Its name.
        pub name: String,
    }

    /// A signal that was put to a handle.
    pub struct Signal {
        /// `UniqueId`
        pub id: String,
        /// `Status`
        pub status: String,
        /// `Reason`
        pub reason: String,
        /// `Data`
        pub data: String,
    }

    /// What was found of a resource.
    pub struct DriftRow {
        /// `LogicalResourceId`
        pub logical: String,
        /// `PhysicalResourceId`
        pub physical: String,
        /// `ResourceType`
        pub kind: String,
        /// `StackResourceDriftStatus`
        pub status: String,
        /// `ExpectedProperties`, as JSON.
        pub expected: String,
        /// `ActualProperties`, as JSON.
        pub actual: Option<String>,
        /// `PropertyDifferences`
        pub differences: Vec<Difference>,
        /// `Timestamp`
        pub at: Timestamp,
    }

    /// What is being found out of a stack's drift.
    pub struct Detection {
        /// `StackDriftDetectionId`
        pub id: String,
        /// The stack's name.
        pub name: String,
        /// The unique part of its id.
        pub uid: String,
        /// `DetectionStatus`
        pub status: String,
        /// `StackDriftStatus`
        pub drift: Option<String>,
        /// `DriftedStackResourceCount`
        pub drifted: Option<i64>,
        /// How many resources are still to be looked at.
        pub pending: i64,
        /// Those that could not be looked at, and why.
        pub failed: Vec<String>,
        /// When it began.
        pub at: Timestamp,
    }

    /// That a stack imports an export.
    pub struct Import {
        /// The importing stack's name.
        pub stack: String,
    }
}
