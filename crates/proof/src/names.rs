//! What the names in braces of a proof stand for.

use crate::ground::Ground;
use pipeline::Directory;
use script::{Answer, Client, Keys};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// How many pages of a stack's resources are read.
const MOST_PAGES: usize = 20;

/// Calls an operation as the account's root, for what a proof itself must know.
pub(crate) fn ask(
    ground: &mut dyn Ground,
    (client, keys): (&Client, &Keys),
    (service, operation): (&str, &str),
    input: &Json,
) -> Result<Answer, String> {
    let request = client.request(keys, (service, operation), input, ground.real_now())?;
    let reply = ground.send(request)?;
    let answer = client.answer((service, operation), &reply);
    match answer.ok() {
        true => Ok(answer),
        false => Err(format!("{service} {operation}: {}", script::written(&answer))),
    }
}

/// A client of the cloud at an endpoint.
pub(crate) fn client(directory: &'static Directory, endpoint: &str) -> Client {
    let host = endpoint.split_once("://").map_or(endpoint, |(_, host)| host);
    Client::new(directory, host.trim_end_matches('/'))
}

/// Puts the outputs of a stack by their keys, and the ids of its resources as `resource.LogicalId`, among the names.
pub(crate) fn of_stack(
    ground: &mut dyn Ground,
    by: (&Client, &Keys),
    stack: &str,
    names: &mut BTreeMap<String, String>,
) -> Result<(), String> {
    let found = ask(ground, by, ("cloudformation", "DescribeStacks"), &json!({"StackName": stack}))?;
    let text = |value: &Json, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    for output in found.output["Stacks"][0]["Outputs"].as_array().into_iter().flatten() {
        names.insert(text(output, "OutputKey"), text(output, "OutputValue"));
    }
    let mut input = json!({"StackName": stack});
    for _ in 0..MOST_PAGES {
        let page = ask(ground, by, ("cloudformation", "ListStackResources"), &input)?.output;
        for resource in page["StackResourceSummaries"].as_array().into_iter().flatten() {
            let name = format!("resource.{}", text(resource, "LogicalResourceId"));
            names.insert(name, text(resource, "PhysicalResourceId"));
        }
        match page["NextToken"].as_str() {
            Some(token) => input["NextToken"] = json!(token),
            None => return Ok(()),
        }
    }
    Err(format!("the stack {stack} has more resources than are read"))
}
