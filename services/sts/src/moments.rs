//! The time of those who issue tokens and assertions: this cloud's own follow its clock, those outside the machine's.

use service::{Result, Timestamp, View};

/// The moment at which what was issued at `issued` is to be judged: the present, or else the present as its issuer has it, whose
/// clock was never wound. What `check` says of the present is told where neither holds.
pub fn judged(view: &View, issued: Option<Timestamp>, check: impl Fn(Timestamp) -> Result<()>) -> Result<Timestamp> {
    let now = view.now();
    let Err(error) = check(now) else { return Ok(now) };
    let Some(issued) = issued else { return Err(error) };
    let wound = view.meant(issued)?.since(issued);
    let theirs = now.before(wound);
    check(theirs).map(|()| theirs).map_err(|_| error)
}
