//! Rotation: new material for symmetric keys, all older kept, so that ciphertexts go on opening.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html>

use crate::key::{AWS_KMS, EXTERNAL, Key, State};
use crate::state::{KEYS, MaterialRow, Rotation};
use crate::{crypto, errors, material, names};
use service::{Cx, Duration, Result, Timestamp, View};

/// `RotationPeriodInDays` where none is given.
pub const DEFAULT_DAYS: i64 = 365;
/// <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html#on-demand-rotation-resource-quota>
pub const MOST_ON_DEMAND: i64 = 25;

/// Why a key has another material.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Its period ended.
    Automatic,
    /// Somebody asked for it.
    OnDemand,
}

impl Cause {
    fn name(self) -> &'static str {
        match self {
            Cause::Automatic => "AUTOMATIC",
            Cause::OnDemand => "ON_DEMAND",
        }
    }
}

/// Fails unless keys of this kind rotate by themselves.
pub fn check_automatic(key: &Key) -> Result<()> {
    if key.spec()?.is_symmetric() && key.row.origin == AWS_KMS {
        return Ok(());
    }
    Err(errors::unsupported(not_for(key)))
}

/// Fails unless keys of this kind can be rotated on demand.
pub fn check_on_demand(key: &Key) -> Result<()> {
    if key.spec()?.is_symmetric() { Ok(()) } else { Err(errors::unsupported(not_for(key))) }
}

/// Fails for a replica: what its family shares is the primary's to change.
pub fn check_primary(key: &Key) -> Result<()> {
    if !key.is_replica() {
        return Ok(());
    }
    Err(errors::unsupported(format!(
        "{} is a multi-Region replica key; the operation is for its primary key.",
        key.arn()
    )))
}

fn not_for(key: &Key) -> String {
    format!(
        "{} has key spec {} and origin {}, of which keys do not rotate so.",
        key.arn(),
        key.row.spec,
        key.row.origin
    )
}

/// The automatic rotation of a key; that of a replica is its primary's.
pub fn of(view: &View, key: &Key) -> Result<Option<Rotation>> {
    if !key.is_replica() {
        return Ok(key.row.rotation.clone());
    }
    let primary = key.family().into_iter().find(|scope| scope.region.as_str() == key.row.primary_region);
    let primary = primary.map(|scope| names::find(view, scope, &key.row.id)).transpose()?.flatten();
    Ok(primary.and_then(|primary| primary.row.rotation))
}

/// The next rotation, a period from now.
pub fn from_now(cx: &Cx, period_days: i64) -> Rotation {
    Rotation { period_days, next_at: days_after(cx.now(), period_days) }
}

/// That many days later.
pub fn days_after(at: Timestamp, days: i64) -> Timestamp {
    at.after(Duration::from_secs(days.max(0).unsigned_abs().saturating_mul(86_400)))
}

/// Rotates a key whose period has ended. One that is disabled rotates when it is enabled again.
pub fn fire(cx: &mut Cx, key_id: &str) -> Result<()> {
    let Some(mut key) = names::find(cx, cx.scope(), key_id)? else { return Ok(()) };
    let Some(rotation) = key.row.rotation.clone().filter(|_| key.state() == State::Enabled) else { return Ok(()) };
    if rotation.next_at > cx.now() {
        return Ok(());
    }
    key.row.rotation = Some(from_now(cx, rotation.period_days));
    rotate(cx, &mut key, Cause::Automatic)
}

/// Gives a key another material: a new one, or for imported keys the one that waits.
pub fn rotate(cx: &mut Cx, key: &mut Key, cause: Cause) -> Result<()> {
    let rows = material::all(cx, key)?;
    let number = rows.last().map_or(1, |row| row.number + 1);
    let mut next = if key.row.origin == EXTERNAL {
        let waiting = rows.into_iter().find(|row| row.pending && !row.secret.is_empty());
        waiting.ok_or_else(|| {
            errors::invalid_state(format!("{} has no key material that is pending rotation.", key.arn()))
        })?
    } else {
        // 32 random bytes: nothing that would have to be made before the lock.
        let made = crypto::generate(key.spec()?.kind)?;
        material::row(cx, &key.row.id, &made, number)
    };
    next.pending = false;
    next.since = cx.now();
    cause.name().clone_into(&mut next.rotation_type);
    key.row.material.clone_from(&next.id);
    key.save(cx)?;
    share(cx, key, &next)
}

/// Gives a material to a key and all related keys, and makes it theirs.
fn share(cx: &mut Cx, key: &Key, next: &MaterialRow) -> Result<()> {
    for scope in key.family() {
        cx.in_scope(scope, |cx| {
            let Some(mut row) = cx.get(&KEYS, key.row.id.as_str())? else { return Ok(()) };
            row.material.clone_from(&next.id);
            material::put(cx, scope, &key.row.id, next)?;
            cx.put(&KEYS, key.row.id.as_str(), &row)
        })?;
    }
    Ok(())
}
