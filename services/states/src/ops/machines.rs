//! State machines.

use crate::address::{self, Address};
use crate::api::*;
use crate::ops::versions;
use crate::paging::page;
use crate::state::{ALIASES, EXECUTIONS, MACHINES, Machine, REVISIONS, Revision, VERSIONS};
use crate::{definitions, errors, peers, tags, timers};
use service::{Cx, Edge, KeyBuf, Result, View};

/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const MOST: usize = 10_000;

/// The id of the revision that a machine begins with.
pub const INITIAL: &str = "INITIAL";

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html>
pub fn create_state_machine(cx: &mut Cx, input: CreateStateMachineInput) -> Result<CreateStateMachineOutput> {
    let CreateStateMachineInput {
        name,
        definition,
        role_arn,
        type_,
        logging_configuration,
        tags,
        tracing_configuration,
        publish,
        version_description,
        encryption_configuration,
    } = input;
    address::check_name(&name)?;
    definitions::check_role(&role_arn)?;
    definitions::check_encryption(encryption_configuration)?;
    let kind = type_.unwrap_or_else(|| "STANDARD".to_owned());
    if kind == "EXPRESS" {
        return Err(errors::refuse("a state machine of type EXPRESS"));
    }
    definitions::checked(cx, &definition)?;
    let mut revision = Revision {
        id: INITIAL.to_owned(),
        definition,
        role_arn,
        updated_at: cx.now(),
        log_level: "OFF".to_owned(),
        ..Revision::default()
    };
    definitions::set(&mut revision, logging_configuration, tracing_configuration)?;
    let tags = tags::checked(cx, tags)?;
    let publish = wants_version(publish, version_description)?;
    let arn = address::machine_arn(cx, &name).to_string();
    if let Some(old) = cx.get(&MACHINES, &name)? {
        return again(cx, old, (&revision, arn, publish));
    }
    peers::check_trust(cx, &revision.role_arn, &arn)?;
    let all = (&Edge::Before(KeyBuf::default()), &Edge::Behind(KeyBuf::default()));
    if cx.keys(&MACHINES, all).count() >= MOST {
        return Err(errors::too_many_machines());
    }
    let mut machine = Machine { name, kind, created_at: cx.now(), now: revision, last_version: 0, tags };
    let version = publish.map(|description| versions::publish(cx, &mut machine, description)).transpose()?;
    cx.put(&MACHINES, &machine.name.clone(), &machine)?;
    Ok(CreateStateMachineOutput {
        state_machine_arn: arn,
        creation_date: machine.created_at,
        state_machine_version_arn: version,
    })
}

/// "CreateStateMachine is an idempotent API. ... The idempotency check is based on the state machine name, definition, type,
/// LoggingConfiguration, TracingConfiguration, and EncryptionConfiguration."
fn again(
    cx: &mut Cx,
    mut old: Machine,
    (revision, arn, publish): (&Revision, String, Option<Option<String>>),
) -> Result<CreateStateMachineOutput> {
    let now = Revision {
        id: old.now.id.clone(),
        role_arn: old.now.role_arn.clone(),
        updated_at: old.now.updated_at,
        ..revision.clone()
    };
    if old.now != now {
        return Err(errors::machine_exists(&arn));
    }
    let version = publish.map(|description| versions::publish(cx, &mut old, description)).transpose()?;
    if version.is_some() {
        cx.put(&MACHINES, &old.name.clone(), &old)?;
    }
    Ok(CreateStateMachineOutput {
        state_machine_arn: arn,
        creation_date: old.created_at,
        state_machine_version_arn: version,
    })
}

/// The description of the version that is to be published, if one is.
fn wants_version(publish: Option<bool>, description: Option<String>) -> Result<Option<Option<String>>> {
    match (publish.unwrap_or(false), description) {
        (true, description) => Ok(Some(description)),
        (false, None) => Ok(None),
        (false, Some(_)) => Err(errors::validation(
            "Version description can only be set when publish is true",
            "MISSING_REQUIRED_PARAMETER",
        )),
    }
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html>
pub fn update_state_machine(cx: &mut Cx, input: UpdateStateMachineInput) -> Result<UpdateStateMachineOutput> {
    let UpdateStateMachineInput {
        state_machine_arn,
        definition,
        role_arn,
        logging_configuration,
        tracing_configuration,
        publish,
        version_description,
        encryption_configuration,
    } = input;
    let (name, mut machine) = Address::machine(cx, &state_machine_arn)?;
    let publish = wants_version(publish, version_description)?;
    definitions::check_encryption(encryption_configuration)?;
    let settings = logging_configuration.is_some() || tracing_configuration.is_some();
    if definition.is_none() && role_arn.is_none() && !settings && publish.is_none() {
        return Err(errors::nothing_to_update());
    }
    let old = machine.now.clone();
    if let Some(definition) = definition {
        definitions::checked(cx, &definition)?;
        machine.now.definition = definition;
    }
    if let Some(role) = role_arn {
        definitions::check_role(&role)?;
        peers::check_trust(cx, &role, &state_machine_arn)?;
        machine.now.role_arn = role;
    }
    definitions::set(&mut machine.now, logging_configuration, tracing_configuration)?;
    if machine.now != old {
        machine.now.id = cx.entropy().uuid();
        machine.now.updated_at = cx.now();
    }
    let version = publish.map(|description| versions::publish(cx, &mut machine, description)).transpose()?;
    cx.put(&MACHINES, &name, &machine)?;
    Ok(UpdateStateMachineOutput {
        update_date: cx.now(),
        revision_id: Some(machine.now.id),
        state_machine_version_arn: version,
    })
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html>
pub fn describe_state_machine(view: &View, input: DescribeStateMachineInput) -> Result<DescribeStateMachineOutput> {
    let DescribeStateMachineInput {
        state_machine_arn,
        // Nothing is encrypted with a key that the caller may lack.
        included_data: _, // stored only
    } = input;
    let found = versions::find(view, &state_machine_arn)?;
    let Revision { id, definition, role_arn, .. } = found.revision.clone();
    Ok(DescribeStateMachineOutput {
        state_machine_arn,
        name: found.machine.name,
        status: Some("ACTIVE".to_owned()),
        definition,
        role_arn,
        type_: found.machine.kind,
        creation_date: found.created_at,
        logging_configuration: Some(definitions::shown_logging(&found.revision)),
        tracing_configuration: Some(TracingConfiguration { enabled: Some(found.revision.tracing) }),
        label: None,
        revision_id: Some(id).filter(|id| id != INITIAL),
        description: found.description,
        encryption_configuration: Some(owned_key()),
        variable_references: None,
    })
}

/// Everything is encrypted with a key of AWS's own.
pub(crate) fn owned_key() -> EncryptionConfiguration {
    EncryptionConfiguration { type_: "AWS_OWNED_KEY".to_owned(), ..EncryptionConfiguration::default() }
}

/// Deletes a machine with its executions. One that is not there is deleted already.
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html>
pub fn delete_state_machine(cx: &mut Cx, input: DeleteStateMachineInput) -> Result<DeleteStateMachineOutput> {
    let DeleteStateMachineInput { state_machine_arn } = input;
    let address = Address::of_kind(cx, &state_machine_arn, "stateMachine")?;
    if address.rest.is_some() {
        return Err(errors::invalid_arn(&state_machine_arn));
    }
    let name = address.name;
    if !cx.delete(&MACHINES, &name)? {
        return Ok(DeleteStateMachineOutput {});
    }
    let prefix = (name.as_str(),);
    let aliases: Vec<_> = cx.rows(&ALIASES, prefix).collect::<Result<_>>()?;
    for alias in aliases {
        cx.delete(&ALIASES, &(name.clone(), alias.name))?;
    }
    let numbers: Vec<_> = cx.rows(&VERSIONS, prefix).collect::<Result<_>>()?;
    for version in numbers {
        cx.delete(&VERSIONS, &(name.clone(), version.number.unsigned_abs()))?;
    }
    let executions: Vec<_> = cx.rows(&EXECUTIONS, prefix).collect::<Result<_>>()?;
    for execution in executions {
        cx.cancel_timer(&timers::expiry(&execution))?;
        cx.cancel_timer(&timers::forgetting(&execution))?;
        timers::forget(cx, (&name, &execution.name), &timers::forgetting(&execution))?;
    }
    let revisions: Vec<_> = cx.rows(&REVISIONS, prefix).collect::<Result<_>>()?;
    for revision in revisions {
        cx.delete(&REVISIONS, &(name.clone(), revision.id))?;
    }
    Ok(DeleteStateMachineOutput {})
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachines.html>
pub fn list_state_machines(view: &View, input: ListStateMachinesInput) -> Result<ListStateMachinesOutput> {
    let ListStateMachinesInput { max_results, next_token } = input;
    let (machines, next) = view.page(&MACHINES, (), &page(next_token, max_results)?, |_| true)?;
    let shown = |machine: Machine| StateMachineListItem {
        state_machine_arn: address::machine_arn(view, &machine.name).to_string(),
        name: machine.name,
        type_: machine.kind,
        creation_date: machine.created_at,
    };
    Ok(ListStateMachinesOutput {
        state_machines: machines.into_iter().map(shown).collect(),
        next_token: next.map(|token| token.encode()),
    })
}
