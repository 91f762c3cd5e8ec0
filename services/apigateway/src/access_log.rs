//! Access logs: a line for each request, as the stage would have it.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>

use crate::context;
use crate::logs::{self, Lines};
use crate::stage_settings::group;
use crate::visit::Visit;
use service::{Cx, HttpReply, Result};

/// Writes a request's line.
pub fn write(cx: &mut Cx, visit: &Visit<'_>, reply: &HttpReply) -> Result<()> {
    let Some(settings) = &visit.deployed.stage.access_log_settings else { return Ok(()) };
    let (Some(group), Some(format)) = (group(settings), &settings.format) else { return Ok(()) };
    let text = context::filled(format, |name| {
        let value = name.strip_prefix("context.").and_then(|name| context::value(cx, visit, name, Some(reply)));
        // AWS's logs have a hyphen where there is nothing to say.
        value.unwrap_or_else(|| "-".to_owned())
    });
    let text = text.trim_end_matches('\n').to_owned();
    logs::write(cx, (visit.named.api, visit.named.stage), Lines { group, texts: vec![text] })
}
