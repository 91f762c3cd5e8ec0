//! Activities and their workers.

use crate::address::{self, Address};
use crate::api::*;
use crate::paging::page;
use crate::run::Run;
use crate::state::{ACTIVITIES, Activity, OFFERS, Offer};
use crate::token::TaskToken;
use crate::{definitions, errors, tags};
use service::{Cx, Duration, Edge, KeyBuf, Outcome, Result, View};

/// <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
const MOST: usize = 10_000;
/// "The maximum time the service holds on to the request before responding is 60 seconds."
const LONGEST_POLL: Duration = Duration::from_secs(60);

/// "CreateActivity is an idempotent API."
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateActivity.html>
pub fn create_activity(cx: &mut Cx, input: CreateActivityInput) -> Result<CreateActivityOutput> {
    let CreateActivityInput { name, tags, encryption_configuration } = input;
    address::check_name(&name)?;
    definitions::check_encryption(encryption_configuration)?;
    let tags = tags::checked(cx, tags)?;
    let activity_arn = address::activity_arn(cx, &name);
    if let Some(old) = cx.get(&ACTIVITIES, &name)? {
        return Ok(CreateActivityOutput { activity_arn, creation_date: old.created_at });
    }
    let all = (&Edge::Before(KeyBuf::default()), &Edge::Behind(KeyBuf::default()));
    if cx.keys(&ACTIVITIES, all).count() >= MOST {
        return Err(errors::too_many_activities());
    }
    let created_at = cx.now();
    cx.put(&ACTIVITIES, &name.clone(), &Activity { name, created_at, tags })?;
    Ok(CreateActivityOutput { activity_arn, creation_date: created_at })
}

/// One that is not there is deleted already.
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteActivity.html>
pub fn delete_activity(cx: &mut Cx, input: DeleteActivityInput) -> Result<DeleteActivityOutput> {
    let DeleteActivityInput { activity_arn } = input;
    let name = Address::of_kind(cx, &activity_arn, "activity")?.name;
    cx.delete(&ACTIVITIES, &name)?;
    let offers: Vec<Offer> = cx.rows(&OFFERS, (name.as_str(),)).collect::<Result<_>>()?;
    for offer in offers {
        cx.delete(&OFFERS, &(name.clone(), offer.at, offer.token))?;
    }
    Ok(DeleteActivityOutput {})
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeActivity.html>
pub fn describe_activity(view: &View, input: DescribeActivityInput) -> Result<DescribeActivityOutput> {
    let DescribeActivityInput { activity_arn } = input;
    let activity = Address::activity(view, &activity_arn)?;
    Ok(DescribeActivityOutput {
        activity_arn,
        name: activity.name,
        creation_date: activity.created_at,
        encryption_configuration: Some(super::machines::owned_key()),
    })
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListActivities.html>
pub fn list_activities(view: &View, input: ListActivitiesInput) -> Result<ListActivitiesOutput> {
    let ListActivitiesInput { max_results, next_token } = input;
    let (rows, next) = view.page(&ACTIVITIES, (), &page(next_token, max_results)?, |_| true)?;
    let shown = |row: Activity| ActivityListItem {
        activity_arn: address::activity_arn(view, &row.name),
        name: row.name,
        creation_date: row.created_at,
    };
    Ok(ListActivitiesOutput {
        activities: rows.into_iter().map(shown).collect(),
        next_token: next.map(|token| token.encode()),
    })
}

/// Waits for a task for up to a minute; then answers without one.
/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html>
pub fn get_activity_task(cx: &mut Cx, input: GetActivityTaskInput) -> Result<Outcome<GetActivityTaskOutput>> {
    let GetActivityTaskInput { activity_arn, worker_name } = input;
    let name = Address::activity(cx, &activity_arn)?.name;
    loop {
        let Some(offer) = cx.rows(&OFFERS, (name.as_str(),)).next().transpose()? else { break };
        cx.delete(&OFFERS, &(name.clone(), offer.at, offer.token.clone()))?;
        if taken(cx, &offer, worker_name.as_deref())? {
            let (task_token, input) = (Some(offer.token), Some(offer.input));
            return Ok(Outcome::Done(GetActivityTaskOutput { task_token, input }));
        }
    }
    let until = cx.request().arrived.after(LONGEST_POLL);
    if cx.now() >= until {
        return Ok(Outcome::Done(GetActivityTaskOutput::default()));
    }
    Ok(Outcome::Wait { on: cx.signal("activity", name.as_str()), until })
}

/// Whether the task of an offer still waits; if so it is noted as begun.
fn taken(cx: &mut Cx, offer: &Offer, worker: Option<&str>) -> Result<bool> {
    let Some(token) = TaskToken::decode(&offer.token) else { return Ok(false) };
    let Some(mut run) = Run::resume(cx, &token.machine, &token.execution)? else { return Ok(false) };
    let Some((thread, _)) = run.waiting(token.thread, token.attempt)? else { return Ok(false) };
    run.taken(thread, worker)?;
    run.go()?;
    Ok(true)
}
