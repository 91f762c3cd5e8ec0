//! One operation in a cloud of its own: what was set up, its input, and who calls it.

use crate::inputs::{self, SERVICES};
use crate::{generate, support};
use ledger::Record;
use model::{Model, Protocol};
use serde_json::{Value as Json, json};
use service::{Access, Caller, Check, Operation, Region, Service};
use std::collections::BTreeMap;
use testkit::{Answer, Keys, World, filled, remember};

/// Where everything is set up.
pub const ACCOUNT: &str = "111111111111";
/// Who must see nothing of it.
pub const OTHER_ACCOUNT: &str = "222222222222";
/// Where it is not.
pub const OTHER_REGION: &str = "eu-west-1";

pub struct Case {
    pub world: World,
    pub service: &'static Service,
    pub operation: &'static Operation,
    /// A valid input.
    pub input: Json,
    names: BTreeMap<String, String>,
}

impl Case {
    /// The operation, ready to succeed when the account's root calls it.
    pub fn new(service: &'static Service, operation: &'static Operation) -> Result<Case, String> {
        let world = support::world(pipeline::Settings::default());
        for (register, name, document) in inputs::REGISTERED {
            world.cloud().register(register, name, document).map_err(|e| e.to_string())?;
        }
        let texts = [("Account", ACCOUNT), ("n", "0")].into_iter().chain(inputs::TEXTS.iter().copied());
        let names = texts.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let mut case = Case { world, service, operation, input: Json::Null, names };
        let prefix = service.facts.prefix;
        let module = prefix.replace('-', "_");
        let common = SERVICES.iter().find(|(name, _)| *name == module).map_or(&[][..], |(_, steps)| steps);
        let line = inputs::line(prefix, operation.name);
        case.set_up(common)?;
        case.set_up(line.map_or(&[][..], |line| line.1))?;
        case.input = case.complete(line.map_or("{}", |line| line.2))?;
        Ok(case)
    }

    /// Makes calls as the account's root, each of which must succeed.
    pub fn set_up(&mut self, steps: &[&str]) -> Result<(), String> {
        steps.iter().try_for_each(|step| self.step(step))
    }

    fn step(&mut self, step: &str) -> Result<(), String> {
        let (operation, input) = step.split_once(' ').unwrap_or((step, "{}"));
        let (service, operation) = operation.split_once('.').unwrap_or((self.service.facts.prefix, operation));
        let input = self.read(input)?;
        let answer = self.world.call(&support::root(ACCOUNT), service, operation, &input);
        remember(&mut self.names, &input);
        remember(&mut self.names, &answer.output);
        // Answers give documents in another form.
        self.names.extend(inputs::TEXTS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
        if let Json::Object(members) = &answer.output {
            for (name, member) in members {
                if let Some(arn) = member.get("Arn").and_then(Json::as_str) {
                    self.names.insert(format!("{name}Arn"), arn.to_owned());
                }
                if let Some(id) = member.get("Id").and_then(Json::as_str) {
                    self.names.insert(format!("{name}Id"), id.to_owned());
                }
            }
        }
        if answer.ok() { Ok(()) } else { Err(format!("set-up {step}: {} {}", answer.code, answer.message)) }
    }

    /// The same steps several times over, `{n}` counting from 1.
    pub fn repeat(&mut self, steps: &[&str], times: usize) -> Result<(), String> {
        (1..=times).try_for_each(|n| {
            self.names.insert("n".to_owned(), n.to_string());
            self.set_up(steps)
        })
    }

    /// An input of the operation: what the text says, and what else the model demands.
    pub fn complete(&self, text: &str) -> Result<Json, String> {
        let Some(shape) = self.modelled()?.input else { return Ok(json!({})) };
        let mut input = generate::required(self.model(), shape, &self.names);
        if let (Json::Object(all), Json::Object(said)) = (&mut input, self.read(text)?) {
            all.extend(said);
        }
        Ok(input)
    }

    fn read(&self, text: &str) -> Result<Json, String> {
        let text = filled(&self.names, text, true);
        serde_json::from_str(&text).map_err(|e| format!("{text}: {e}"))
    }

    pub fn model(&self) -> &'static Model {
        self.service.model.get()
    }

    pub fn modelled(&self) -> Result<&'static model::Operation, String> {
        self.model().operation(self.operation.name).ok_or_else(|| "it is not in the model".to_owned())
    }

    /// The account's one user, whom from now on these policies bind and no others.
    pub fn user(&mut self, identity: &[String], service_control: &[String]) -> (Keys, Caller) {
        let grant = json!({
            "AccessKey": "AKIALISTTEST0001",
            "Account": ACCOUNT,
            "Policies": identity,
            "ServiceControl": service_control,
        });
        support::grant(&mut self.world, &grant)
    }

    /// The records of clients' calls, the newest first. What a call leads to has records of its own, which name it.
    pub fn records(&self) -> Vec<Record> {
        let mut records = self.world.records(usize::MAX);
        records.retain(|record| record.parent_id().is_none());
        records
    }

    pub fn call(&mut self, keys: &Keys) -> Answer {
        let input = self.input.clone();
        self.call_with(keys, &input)
    }

    pub fn call_with(&mut self, keys: &Keys, input: &Json) -> Answer {
        let called = (self.service.facts.prefix, self.operation.name);
        let metadata = &self.model().metadata;
        let rest = metadata.protocols.iter().any(|own| matches!(own, Protocol::RestJson | Protocol::RestXml));
        // Where nobody signs, a path alone is a bucket's: others are called by their own hosts, as their clients do.
        if keys.id.is_empty() && rest && !self.service.facts.wire.plain_signing {
            let host = format!("{}.us-east-1.amazonaws.com", metadata.endpoint_prefix);
            return self.world.call_at(&host, keys, called, input);
        }
        self.world.call(keys, called.0, called.1, input)
    }

    /// What the policies are asked when a user of the account calls.
    pub fn access(&mut self) -> Result<Access, String> {
        let (_, caller) = self.user(&[], &[]);
        let region = Region::new("us-east-1").unwrap_or(Region::GLOBAL);
        let (service, operation) = (self.service.facts.prefix, self.operation.name);
        let access = self.world.access((&caller, region), service, operation, &self.input);
        access.map_err(|e| format!("the input does not reach the policies: {e}"))
    }

    /// The checks, none twice; `None` where the policies are not asked.
    pub fn checks(&mut self) -> Result<Option<Vec<Check>>, String> {
        let Access::Checks(all) = self.access()? else { return Ok(None) };
        let mut checks: Vec<Check> = Vec::new();
        for check in all {
            if !checks.iter().any(|c| (&c.action, &c.resource) == (&check.action, &check.resource)) {
                checks.push(check);
            }
        }
        if checks.is_empty() { Err("it asks the policies nothing".to_owned()) } else { Ok(Some(checks)) }
    }
}
