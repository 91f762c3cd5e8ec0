//! Deploys and deletes stacks as `aws cloudformation deploy` and `delete-stack` do.

use crate::client::Failure;
use crate::estate::artifacts::{make_bucket, put_object};
use crate::estate::manifest::Stack;
use crate::estate::session::Session;
use clock::Timestamp;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::time::Duration;

/// The longest template that goes in a request.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const LONGEST_BODY: usize = 51_200;
/// How often a stack is looked at, and for how long: custom resources may take an hour.
const PAUSE: Duration = Duration::from_millis(100);
const MOST_LOOKS: u32 = 36_000;
/// How long the name of a deleted queue is not given again.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html>
const NAMES_REST: Duration = Duration::from_secs(60);

/// What became of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deployed {
    Created,
    Updated,
    Unchanged,
}

impl Deployed {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Deployed::Created => "created",
            Deployed::Updated => "updated",
            Deployed::Unchanged => "unchanged",
        }
    }
}

/// Deploys stacks of one region.
pub struct Deployer<'s> {
    pub session: &'s Session,
    /// A bucket for templates too long for a request.
    pub bucket: String,
    pub region: String,
    pub quiet: bool,
}

impl Deployer<'_> {
    /// Creates or updates a stack; also by how many seconds the clock was wound before.
    pub fn deploy(&self, stack: &Stack, template: &str) -> Result<(Deployed, u64), Failure> {
        let there = self.status(&stack.name)?;
        if there.as_deref().is_some_and(is_remains) {
            self.delete(&stack.name)?;
        }
        let there = there.filter(|status| !is_remains(status));
        let wound = match there.is_none() && template.contains("AWS::SQS::Queue") {
            true => self.let_names_rest(&stack.name)?,
            false => 0,
        };
        Ok((self.change(stack, template, there.is_some())?, wound))
    }

    /// Makes a stack what its template says, by a change set.
    fn change(&self, stack: &Stack, template: &str, there: bool) -> Result<Deployed, Failure> {
        let parameters: Vec<Value> =
            stack.parameters.iter().map(|(key, value)| json!({"ParameterKey": key, "ParameterValue": value})).collect();
        let mut input = json!({
            "StackName": stack.name,
            "ChangeSetName": "terrella-up",
            "ChangeSetType": if there { "UPDATE" } else { "CREATE" },
            "Capabilities": stack.capabilities,
            "Parameters": parameters,
        });
        self.give(&mut input, stack, template)?;
        let name = json!({"StackName": stack.name, "ChangeSetName": "terrella-up"});
        // One that an earlier run left, which never came to be executed.
        self.session.call_or(("cloudformation", "DeleteChangeSet"), &name, &["ValidationError"])?;
        self.session.call("cloudformation", "CreateChangeSet", &input)?;
        let changes = self.until(
            || self.session.call("cloudformation", "DescribeChangeSet", &name),
            |set| {
                !set["Status"]
                    .as_str()
                    .is_some_and(|status| status.ends_with("PROGRESS") || status.ends_with("PENDING"))
            },
        )?;
        if changes["Status"] == "FAILED" {
            let why = changes["StatusReason"].as_str().unwrap_or_default().to_owned();
            self.session.call("cloudformation", "DeleteChangeSet", &name)?;
            return match why.contains("didn't contain changes") || why.contains("No updates are to be performed") {
                true => Ok(Deployed::Unchanged),
                false => Err(Failure(format!("{}: {why}", stack.name))),
            };
        }
        self.session.call("cloudformation", "ExecuteChangeSet", &name)?;
        let done = if there { Deployed::Updated } else { Deployed::Created };
        let status = self.watched(&stack.name, changes["Changes"].as_array().map_or(0, Vec::len))?;
        match (done, status.as_str()) {
            (Deployed::Created, "CREATE_COMPLETE") | (Deployed::Updated, "UPDATE_COMPLETE") => Ok(done),
            _ => Err(Failure(format!("{} is {status}:\n{}", stack.name, self.failures(&stack.name)?))),
        }
    }

    /// Winds the clock on to when the names of queues may be given again that a stack of this name had: it would be rolled back
    /// before. The seconds by which it was wound.
    fn let_names_rest(&self, name: &str) -> Result<u64, Failure> {
        let Some(deleted) = self.deleted_last(name)? else { return Ok(0) };
        let clock = self.session.http().get("/_terrella/clock")?;
        let now = clock["now"].as_str().and_then(Timestamp::parse_iso8601).unwrap_or(deleted);
        let left = NAMES_REST.saturating_sub(now.since(deleted));
        if left.is_zero() {
            return Ok(0);
        }
        let left = left.as_secs() + 1;
        if !self.quiet {
            eprintln!(
                "{name} was deleted just now, and a queue's name rests for a minute: the clock is wound by {left} seconds"
            );
        }
        self.session.http().post("/_terrella/wind", &json!({"by": format!("{left}s")})).map(|_| left)
    }

    /// When a stack of this name was deleted last.
    fn deleted_last(&self, name: &str) -> Result<Option<Timestamp>, Failure> {
        let mut last = None;
        let mut input = json!({"StackStatusFilter": ["DELETE_COMPLETE"]});
        loop {
            let page = self.session.call("cloudformation", "ListStacks", &input)?;
            let rows = page["StackSummaries"].as_array().into_iter().flatten().filter(|row| row["StackName"] == name);
            last = rows.filter_map(|row| Timestamp::parse_iso8601(row["DeletionTime"].as_str()?)).max().max(last);
            match page["NextToken"].as_str() {
                Some(token) => input["NextToken"] = json!(token),
                None => return Ok(last),
            }
        }
    }

    /// Deletes a stack, if it is there; whether it was.
    pub fn delete(&self, name: &str) -> Result<bool, Failure> {
        let Some(found) = self.described(name)? else { return Ok(false) };
        // Its events are found by its id when it is gone.
        let id = found["StackId"].as_str().unwrap_or(name).to_owned();
        let listed = json!({"StackName": id});
        let resources = self.session.call("cloudformation", "DescribeStackResources", &listed)?;
        let count = resources["StackResources"].as_array().map_or(0, Vec::len);
        self.session.call("cloudformation", "DeleteStack", &listed)?;
        match self.watched(&id, count)?.as_str() {
            "DELETE_COMPLETE" => Ok(true),
            status => Err(Failure(format!("{name} is {status}:\n{}", self.failures(&id)?))),
        }
    }

    /// The outputs of a stack.
    pub fn outputs(&self, name: &str) -> Result<Vec<(String, String)>, Failure> {
        let found = self.described(name)?.unwrap_or_default();
        let text = |output: &Value, member: &str| output[member].as_str().unwrap_or_default().to_owned();
        let outputs = found["Outputs"].as_array().into_iter().flatten();
        Ok(outputs.map(|output| (text(output, "OutputKey"), text(output, "OutputValue"))).collect())
    }

    /// The physical ids of a stack's resources of a type.
    pub fn resources(&self, name: &str, kind: &str) -> Result<Vec<String>, Failure> {
        let mut found = Vec::new();
        let mut input = json!({"StackName": name});
        loop {
            let page = self.session.call_or(("cloudformation", "ListStackResources"), &input, &["ValidationError"])?;
            let page = page.unwrap_or_default();
            let rows = page["StackResourceSummaries"].as_array().into_iter().flatten();
            let rows = rows.filter(|row| row["ResourceType"] == kind && row["ResourceStatus"] != "DELETE_COMPLETE");
            found.extend(rows.filter_map(|row| Some(row["PhysicalResourceId"].as_str()?.to_owned())));
            match page["NextToken"].as_str() {
                Some(token) => input["NextToken"] = json!(token),
                None => return Ok(found),
            }
        }
    }

    fn give(&self, input: &mut Value, stack: &Stack, template: &str) -> Result<(), Failure> {
        if template.len() <= LONGEST_BODY {
            input["TemplateBody"] = json!(template);
            return Ok(());
        }
        make_bucket(self.session, &self.bucket, &self.region)?;
        let key = template_key(stack);
        put_object(self.session, (&self.bucket, &key), template.as_bytes())?;
        let (bucket, region) = (&self.bucket, &self.region);
        input["TemplateURL"] = json!(format!("https://s3.{region}.amazonaws.com/{bucket}/{key}"));
        Ok(())
    }

    fn described(&self, name: &str) -> Result<Option<Value>, Failure> {
        let input = json!({"StackName": name});
        let found = self.session.call_or(("cloudformation", "DescribeStacks"), &input, &["ValidationError"])?;
        Ok(found.map(|mut found| found["Stacks"][0].take()))
    }

    fn status(&self, name: &str) -> Result<Option<String>, Failure> {
        let found = self.described(name)?;
        Ok(found.and_then(|stack| Some(stack["StackStatus"].as_str()?.to_owned())))
    }

    /// Shows how far a stack is, until it stands still; its status then.
    fn watched(&self, name: &str, resources: usize) -> Result<String, Failure> {
        let bar = if self.quiet { ProgressBar::hidden() } else { ProgressBar::new(resources as u64) };
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {wide_msg}") {
            bar.set_style(style);
        }
        let status = self.until(
            || {
                let found = self.described(name)?.unwrap_or_else(|| json!({"StackStatus": "DELETE_COMPLETE"}));
                self.show(&bar, name)?;
                Ok(found)
            },
            |stack| !stack["StackStatus"].as_str().is_some_and(|status| status.ends_with("IN_PROGRESS")),
        );
        bar.finish_and_clear();
        Ok(status?["StackStatus"].as_str().unwrap_or_default().to_owned())
    }

    fn show(&self, bar: &ProgressBar, name: &str) -> Result<(), Failure> {
        if bar.is_hidden() {
            return Ok(());
        }
        let listed = self.session.call_or(
            ("cloudformation", "DescribeStackResources"),
            &json!({"StackName": name}),
            &["ValidationError"],
        );
        let listed = listed?.unwrap_or_default();
        let rows: Vec<&Value> = listed["StackResources"].as_array().into_iter().flatten().collect();
        let is = |row: &Value, end: &str| row["ResourceStatus"].as_str().is_some_and(|status| status.ends_with(end));
        bar.set_length(bar.length().unwrap_or(0).max(rows.len() as u64));
        bar.set_position(rows.iter().filter(|row| is(row, "COMPLETE")).count() as u64);
        let busy: Vec<&str> = rows
            .iter()
            .filter(|row| is(row, "IN_PROGRESS"))
            .filter_map(|row| row["LogicalResourceId"].as_str())
            .collect();
        bar.set_message(busy.join(" "));
        Ok(())
    }

    fn until(
        &self,
        look: impl Fn() -> Result<Value, Failure>,
        done: impl Fn(&Value) -> bool,
    ) -> Result<Value, Failure> {
        for _ in 0..MOST_LOOKS {
            let found = look()?;
            if done(&found) {
                return Ok(found);
            }
            std::thread::sleep(PAUSE);
        }
        Err(Failure("it has not ended within an hour: `aws cloudformation describe-stack-events` tells why".to_owned()))
    }

    /// What failed of a stack's last operation, the first first.
    fn failures(&self, name: &str) -> Result<String, Failure> {
        let events = self.session.call("cloudformation", "DescribeStackEvents", &json!({"StackName": name}))?;
        let rows = events["StackEvents"].as_array().into_iter().flatten();
        let failed = rows.filter(|row| row["ResourceStatus"].as_str().is_some_and(|status| status.ends_with("FAILED")));
        let mut lines: Vec<String> = failed
            .map(|row| {
                let text = |member: &str| row[member].as_str().unwrap_or_default().to_owned();
                format!("  {} {}: {}", text("LogicalResourceId"), text("ResourceType"), text("ResourceStatusReason"))
            })
            .collect();
        lines.reverse();
        Ok(lines.join("\n"))
    }
}

/// Where the template of a stack lies that is too long for a request.
pub fn template_key(stack: &Stack) -> String {
    format!("templates/{}/{}", stack.name, stack.template)
}

/// Whether a stack is only what is left of one: nothing can be done with it but delete it.
fn is_remains(status: &str) -> bool {
    matches!(status, "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" | "REVIEW_IN_PROGRESS")
}
