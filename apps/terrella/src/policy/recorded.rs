//! What recorded calls put to the policies, as the operator's API tells it.

use crate::client::{Failure, escaped};
use crate::flags::Operator;
use policy::{Context, Principal};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How many records are asked for at a time.
const BATCH: usize = 1_000;

/// A recorded call.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    pub request_id: String,
    pub decision: String,
    /// Whether the record was too large and lost what it put.
    pub omitted: bool,
    /// `None` where nothing was put.
    pub principal: Option<Who>,
    pub checks: Vec<Check>,
}

/// Who made a call.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, serde::Serialize)]
pub struct Who {
    pub kind: String,
    pub arn: String,
    pub account: String,
    pub id: String,
    /// The role behind a session, the user behind a federated one; else empty.
    pub issuer: String,
}

/// What a call put to the policies.
#[derive(Debug, Clone, Deserialize)]
pub struct Check {
    pub action: String,
    pub resource: String,
    /// The account that owns the resource.
    pub owner: String,
    pub context: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Page {
    records: Vec<Recorded>,
    #[serde(default)]
    next: u64,
    more: bool,
}

impl Recorded {
    /// Whether the policies let it through, or were not asked (`--iam off`), or only item by item.
    pub fn was_allowed(&self) -> bool {
        matches!(self.decision.as_str(), "allowed" | "public" | "")
    }

    /// Whether it went through though the policies deny it (`--iam audit`).
    pub fn was_audited(&self) -> bool {
        self.decision == "audit"
    }
}

impl Who {
    /// In the terms of the policy engine.
    pub fn principal(&self) -> Principal<'_> {
        match self.kind.as_str() {
            "root" => Principal::root(&self.arn),
            "user" => Principal::user(&self.arn, &self.id),
            "role" => Principal::role_session(&self.arn, &self.issuer, &self.id),
            "federated-user" => Principal::federated_user(&self.arn, &self.issuer, &self.id),
            "service" => Principal::service(&self.arn),
            _ => Principal::anonymous(),
        }
    }

    /// The identity that policies are attached to: a session's role, else the caller.
    pub fn identity(&self) -> &str {
        if self.kind == "role" { &self.issuer } else { &self.arn }
    }
}

impl Check {
    /// Its keys in the terms of the policy engine.
    pub fn keys(&self) -> Context<'_> {
        let mut context = Context::new();
        let all = self.context.iter().flat_map(|(key, values)| values.iter().map(move |value| (key, value)));
        all.for_each(|(key, value)| context.add(key.as_str(), value.as_str()));
        context
    }
}

/// Tells every record that these parameters ask for, oldest first.
pub fn each(
    operator: &Operator,
    parameters: &[(&str, Option<&String>)],
    mut tell: impl FnMut(Recorded),
) -> Result<(), Failure> {
    let client = operator.client()?;
    let given = parameters.iter().filter_map(|(name, value)| Some(format!("{name}={}", escaped((*value)?))));
    let query: Vec<String> = given.chain([format!("limit={BATCH}")]).collect();
    let mut after = String::new();
    loop {
        let value = client.get(&format!("/_terrella/asked?order=oldest&{}{after}", query.join("&")))?;
        let page = page(value)?;
        page.records.into_iter().for_each(&mut tell);
        if !page.more {
            return Ok(());
        }
        after = format!("&after={}", page.next);
    }
}

/// One record.
pub fn one(operator: &Operator, request: &str) -> Result<Recorded, Failure> {
    let value = operator.client()?.get(&format!("/_terrella/asked?request={}", escaped(request)))?;
    let found = page(value)?.records.pop();
    found.ok_or_else(|| Failure(format!("no request {request} is recorded; `terrella log` lists the newest")))
}

fn page(value: serde_json::Value) -> Result<Page, Failure> {
    serde_json::from_value(value).map_err(|e| Failure(format!("the cloud's records cannot be read: {e}")))
}
