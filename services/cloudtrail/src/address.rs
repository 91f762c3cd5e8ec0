//! Trails as requests find them.

use crate::errors;
use crate::names::{self, Named};
use crate::state::{COURSES, Course, TRAILS, TrailRow};
use service::{Arn, Cx, Result, View};

/// The key under which a trail and what belongs to it are kept.
pub fn key(trail: &TrailRow) -> (String, String) {
    (trail.home_region.clone(), trail.name.clone())
}

/// A trail's ARN.
pub fn arn(view: &View, trail: &TrailRow) -> Arn {
    names::arn(view, &trail.home_region, &trail.name)
}

/// All trails of the account.
pub fn all(view: &View) -> Result<Vec<TrailRow>> {
    view.rows(&TRAILS, ()).collect()
}

/// Whether a trail is seen in a region: its own, or any if it is one of all regions.
pub fn is_seen(trail: &TrailRow, region: &str) -> bool {
    trail.is_multi_region_trail || trail.home_region == region
}

/// The trail that a request names, wherever it is at home. A name alone is also that of a trail of all regions.
///
/// # Errors
/// `TrailNotFoundException`, and those of [`Named::read`].
pub fn find(view: &View, text: &str) -> Result<TrailRow> {
    let named = Named::read(view, text)?;
    let unknown = || errors::trail_not_found(text, view.account());
    if let Some(trail) = view.get(&TRAILS, &(named.region.clone(), named.name.clone()))? {
        // An ARN of another account is nobody's here, nor is a trail of one region elsewhere.
        let own = !named.by_arn || arn(view, &trail).to_string() == text;
        return match own && is_seen(&trail, view.region().as_str()) {
            true => Ok(trail),
            false => Err(unknown()),
        };
    }
    if named.by_arn {
        return Err(unknown());
    }
    let shadow = all(view)?.into_iter().find(|trail| trail.is_multi_region_trail && trail.name == named.name);
    shadow.ok_or_else(unknown)
}

/// The trail that a request is to change, which happens in its home region alone.
///
/// # Errors
/// `InvalidHomeRegionException`, and those of [`find`].
pub fn open(view: &View, text: &str) -> Result<TrailRow> {
    let trail = find(view, text)?;
    match trail.home_region == view.region().as_str() {
        true => Ok(trail),
        false => Err(errors::home_region(&trail.name, &trail.home_region)),
    }
}

/// How far a trail has come.
pub fn course(view: &View, key: &(String, String)) -> Result<Course> {
    Ok(view.get(&COURSES, key)?.unwrap_or_default())
}

/// Changes how far a trail has come, if it is still there.
pub fn change_course(cx: &mut Cx, key: &(String, String), change: impl FnOnce(&mut Course)) -> Result<()> {
    if !cx.has(&TRAILS, key)? {
        return Ok(());
    }
    let mut course = course(cx, key)?;
    change(&mut course);
    cx.put(&COURSES, key, &course)
}
