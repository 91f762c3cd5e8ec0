//! Versions of state machines, and what an ARN of a machine, a version or an alias stands for.

use crate::address::{self, Address};
use crate::api::*;
use crate::errors;
use crate::paging::page;
use crate::state::{ALIASES, MACHINES, Machine, REVISIONS, Revision, VERSIONS, Version};
use service::{Cx, Result, Timestamp, View};

/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const MOST: usize = 1000;

/// What an ARN stands for.
pub(crate) struct Found {
    /// The machine.
    pub machine: Machine,
    /// What of it counts.
    pub revision: Revision,
    /// When that was made.
    pub created_at: Timestamp,
    /// The version's description.
    pub description: Option<String>,
    /// The version.
    pub version: Option<i64>,
    /// The alias.
    pub alias: Option<String>,
}

/// The machine, or version, or the version that an alias leads to first.
pub(crate) fn find(view: &View, arn: &str) -> Result<Found> {
    find_by(view, arn, |routes| routes.first().copied())
}

/// The same, where `choose` says which of an alias's versions is taken.
pub(crate) fn find_by(
    view: &View,
    arn: &str,
    choose: impl FnOnce(&[(i64, i64)]) -> Option<(i64, i64)>,
) -> Result<Found> {
    let missing = || errors::machine_missing(arn);
    let address = Address::of_kind(view, arn, "stateMachine")?;
    let machine = view.get(&MACHINES, &address.name)?.ok_or_else(missing)?;
    let Some(qualifier) = address.rest else {
        let (revision, created_at) = (machine.now.clone(), machine.created_at);
        return Ok(Found { machine, revision, created_at, description: None, version: None, alias: None });
    };
    let (number, alias) = match qualifier.parse::<i64>() {
        Ok(number) => (number, None),
        Err(_) => {
            let alias = view.get(&ALIASES, &(machine.name.clone(), qualifier.clone()))?.ok_or_else(missing)?;
            let routes: Vec<(i64, i64)> =
                alias.routes.chunks(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?))).collect();
            (choose(&routes).ok_or_else(missing)?.0, Some(qualifier))
        }
    };
    let version = view.get(&VERSIONS, &(machine.name.clone(), number.unsigned_abs()))?.ok_or_else(missing)?;
    let revision = address::revision(view, &machine.name, &version.revision)?.ok_or_else(missing)?;
    Ok(Found {
        machine,
        revision,
        created_at: version.created_at,
        description: version.description,
        version: Some(number),
        alias,
    })
}

/// Makes a version of what a machine is now, and gives its ARN. If that was published last, it is that version.
pub(crate) fn publish(cx: &mut Cx, machine: &mut Machine, description: Option<String>) -> Result<String> {
    let last = cx.get(&VERSIONS, &(machine.name.clone(), machine.last_version.unsigned_abs()))?;
    if let Some(last) = last.filter(|last| last.revision == machine.now.id && last.description == description) {
        return Ok(address::qualified_arn(cx, &machine.name, last.number));
    }
    if cx.rows(&VERSIONS, (machine.name.as_str(),)).count() >= MOST {
        return Err(errors::quota("The maximum number of state machine versions has been reached."));
    }
    machine.last_version += 1;
    let number = machine.last_version;
    let version = Version { number, revision: machine.now.id.clone(), description, created_at: cx.now() };
    cx.put(&VERSIONS, &(machine.name.clone(), number.unsigned_abs()), &version)?;
    let kept = Revision { kept: true, ..machine.now.clone() };
    cx.put(&REVISIONS, &(machine.name.clone(), machine.now.id.clone()), &kept)?;
    Ok(address::qualified_arn(cx, &machine.name, number))
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html>
pub fn publish_state_machine_version(
    cx: &mut Cx,
    input: PublishStateMachineVersionInput,
) -> Result<PublishStateMachineVersionOutput> {
    let PublishStateMachineVersionInput { state_machine_arn, revision_id, description } = input;
    let (name, mut machine) = Address::machine(cx, &state_machine_arn)?;
    if let Some(wanted) = revision_id.filter(|wanted| *wanted != machine.now.id) {
        return Err(errors::conflict(format!(
            "Failed to publish the State Machine version for revision {wanted}. The current State Machine revision is {}.",
            machine.now.id
        )));
    }
    let arn = publish(cx, &mut machine, description)?;
    let version = cx.get(&VERSIONS, &(name.clone(), machine.last_version.unsigned_abs()))?;
    cx.put(&MACHINES, &name, &machine)?;
    let creation_date = version.map_or(cx.now(), |version| version.created_at);
    Ok(PublishStateMachineVersionOutput { creation_date, state_machine_version_arn: arn })
}

/// The latest first.
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html>
pub fn list_state_machine_versions(
    view: &View,
    input: ListStateMachineVersionsInput,
) -> Result<ListStateMachineVersionsOutput> {
    let ListStateMachineVersionsInput { state_machine_arn, next_token, max_results } = input;
    let (name, _) = Address::machine(view, &state_machine_arn)?;
    let page = page(next_token.clone(), max_results)?;
    let invalid = || errors::invalid_token(next_token.as_deref().unwrap_or_default());
    let before = match &page.after {
        Some(token) => {
            let text = std::str::from_utf8(token.as_bytes()).ok();
            text.and_then(|text| text.parse().ok()).ok_or_else(invalid)?
        }
        None => i64::MAX,
    };
    let mut versions: Vec<Version> = view.rows(&VERSIONS, (name.as_str(),)).collect::<Result<_>>()?;
    versions.retain(|version| version.number < before);
    versions.sort_by_key(|version| std::cmp::Reverse(version.number));
    let more = versions.len() > page.limit;
    versions.truncate(page.limit);
    let last = versions.last().map(|version| version.number.to_string());
    let shown = |version: &Version| StateMachineVersionListItem {
        state_machine_version_arn: address::qualified_arn(view, &name, version.number),
        creation_date: version.created_at,
    };
    Ok(ListStateMachineVersionsOutput {
        state_machine_versions: versions.iter().map(shown).collect(),
        next_token: last.filter(|_| more).map(|last| service::Token::of(last.into_bytes()).encode()),
    })
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineVersion.html>
pub fn delete_state_machine_version(
    cx: &mut Cx,
    input: DeleteStateMachineVersionInput,
) -> Result<DeleteStateMachineVersionOutput> {
    let DeleteStateMachineVersionInput { state_machine_version_arn } = input;
    let address = Address::of_kind(cx, &state_machine_version_arn, "stateMachine")?;
    let number = address.rest.as_deref().and_then(|rest| rest.parse::<i64>().ok());
    let number = number.ok_or_else(|| errors::invalid_arn(&state_machine_version_arn))?;
    let aliases = cx.rows(&ALIASES, (address.name.as_str(),));
    let mut using = Vec::new();
    for alias in aliases {
        let alias = alias?;
        if alias.routes.chunks(2).any(|pair| pair.first() == Some(&number)) {
            using.push(alias.name);
        }
    }
    if !using.is_empty() {
        return Err(errors::conflict(format!(
            "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [{}]",
            using.join(", ")
        )));
    }
    cx.delete(&VERSIONS, &(address.name, number.unsigned_abs()))?;
    Ok(DeleteStateMachineVersionOutput {})
}
