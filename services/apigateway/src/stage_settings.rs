//! What stages say of their methods, by resource and HTTP method, and of the log of who called them.
//! <https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html>

use crate::api::{AccessLogSettings, MethodSetting, Stage};
use crate::errors;
use crate::patch::{self, Patch};
use service::{Result, View};

/// Bytes of the longest format of access logs.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const LONGEST_FORMAT: usize = 3 << 10;

/// What every path of a setting of methods ends in.
/// <https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch>
const NAMES: &[&str] = &[
    "metrics/enabled",
    "logging/loglevel",
    "logging/dataTrace",
    "throttling/burstLimit",
    "throttling/rateLimit",
    "caching/enabled",
    "caching/ttlInSeconds",
    "caching/dataEncrypted",
    "caching/requireAuthorizationForCacheControl",
    "caching/unauthorizedCacheControlHeaderStrategy",
];

/// The key of a method's settings and the setting's name, in a path such as `/~1orders/GET/metrics/enabled`.
pub fn named(path: &str) -> Option<(String, &'static str)> {
    let path = path.strip_prefix('/')?;
    let name = NAMES.iter().find(|name| path.ends_with(**name))?;
    let key = path.strip_suffix(name)?.strip_suffix('/')?;
    is_key(key).then(|| (key.to_owned(), *name))
}

/// Whether a text names a resource and an HTTP method: `~1orders/GET`, `*/*`.
pub fn is_key(key: &str) -> bool {
    let known = ["*", "ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
    key.rsplit_once('/').is_some_and(|(resource, verb)| !resource.is_empty() && known.contains(&verb))
}

/// Settings where nothing was said.
fn usual() -> MethodSetting {
    MethodSetting {
        metrics_enabled: Some(false),
        logging_level: Some("OFF".to_owned()),
        data_trace_enabled: Some(false),
        throttling_burst_limit: Some(5000),
        throttling_rate_limit: Some(10_000.0),
        caching_enabled: Some(false),
        cache_ttl_in_seconds: Some(300),
        cache_data_encrypted: Some(false),
        require_authorization_for_cache_control: Some(true),
        unauthorized_cache_control_header_strategy: Some("SUCCEED_WITH_RESPONSE_HEADER".to_owned()),
    }
}

/// Makes a change of one setting.
pub fn change(view: &View, stage: &mut Stage, (key, name): (String, &str), patch: &Patch) -> Result<()> {
    let text = patch.value.clone().unwrap_or_default();
    let wrong = || errors::bad_request(format!("Invalid patch value '{text}' specified for path {}", patch.path));
    let flag = || patch::flag(&text).ok_or_else(wrong);
    let whole = || text.parse::<i64>().map_err(|_| wrong());
    let refused = |on: bool| match on {
        true => Err(errors::refuse(&format!("patch {} {}", patch.op, patch.path), view)),
        false => Ok(()),
    };
    if patch.op != "replace" {
        return Err(wrong());
    }
    let setting = stage.method_settings.get_or_insert_default().entry(key).or_insert_with(usual);
    match name {
        "metrics/enabled" => setting.metrics_enabled = Some(flag()?),
        "logging/loglevel" => {
            if !["OFF", "ERROR", "INFO"].contains(&text.as_str()) {
                return Err(wrong());
            }
            setting.logging_level = Some(text);
        }
        "logging/dataTrace" => refused(flag()?)?,
        "throttling/burstLimit" => setting.throttling_burst_limit = Some(whole()?),
        "throttling/rateLimit" => {
            let rate: f64 = text.parse().map_err(|_| wrong())?;
            setting.throttling_rate_limit = Some(rate).filter(|rate| rate.is_finite());
        }
        "caching/enabled" => refused(flag()?)?,
        // Without a cache these say nothing, as on AWS.
        "caching/ttlInSeconds" => setting.cache_ttl_in_seconds = Some(whole()?),
        "caching/dataEncrypted" => setting.cache_data_encrypted = Some(flag()?),
        "caching/requireAuthorizationForCacheControl" => {
            setting.require_authorization_for_cache_control = Some(flag()?);
        }
        _ => setting.unauthorized_cache_control_header_strategy = Some(text),
    }
    Ok(())
}

/// The settings of a method: its own, or those of all.
pub fn of<'s>(stage: &'s Stage, path: &str, verb: &str) -> Option<&'s MethodSetting> {
    let all = stage.method_settings.as_ref()?;
    let plain = |resource: &str| resource.replace("~1", "/").trim_matches('/').to_owned();
    let own = all.iter().find(|(key, _)| {
        let named = key.rsplit_once('/');
        named.is_some_and(|(resource, of)| of == verb && resource != "*" && plain(resource) == path.trim_matches('/'))
    });
    own.map(|(_, setting)| setting).or_else(|| all.get("*/*"))
}

/// Whether any method is to be logged.
pub fn logs(stage: &Stage) -> bool {
    let level = |setting: &MethodSetting| setting.logging_level.clone().unwrap_or_default();
    stage.method_settings.iter().flatten().any(|(_, setting)| !["", "OFF"].contains(&level(setting).as_str()))
}

/// The name of the log group that access logs go to.
pub fn group(settings: &AccessLogSettings) -> Option<&str> {
    let (_, name) = settings.destination_arn.as_deref()?.split_once(":log-group:")?;
    Some(name)
}

/// Checks where access logs go and what they say.
pub fn check_access_logs(view: &View, settings: &mut AccessLogSettings) -> Result<()> {
    let arn = settings.destination_arn.as_deref().unwrap_or_default();
    if arn.contains(":firehose:") {
        return Err(errors::refuse("with access logs that go to Firehose", view));
    }
    // CloudFormation gives a group's ARN with the streams' asterisk.
    let arn = arn.trim_end_matches(":*").to_owned();
    let own = view.arn("logs", "log-group:").to_string();
    if !arn.starts_with("arn:") {
        return Err(errors::bad_request(format!(
            "Invalid ARN specified in the request. ARNs must start with 'arn:': {arn}"
        )));
    }
    if arn.strip_prefix(own.as_str()).is_none_or(str::is_empty) {
        return Err(errors::bad_request(format!("Invalid ARN specified in the request: {arn}")));
    }
    settings.destination_arn = Some(arn);
    let format = settings.format.as_deref().unwrap_or_default();
    if format.trim_end_matches('\n').contains('\n') {
        return Err(errors::bad_request(format!(
            "Access Log format must be single line, new line character is allowed only at end of the format: {format}"
        )));
    }
    if format.len() > LONGEST_FORMAT {
        return Err(errors::bad_request("Access Log format is too long"));
    }
    if !format.is_empty() && !format.contains("$context.requestId") && !format.contains("$context.extendedRequestId") {
        return Err(errors::bad_request(
            "Access Log format must contain at least $context.requestId or $context.extendedRequestId",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_methods_own_settings_go_before_those_of_all() {
        let setting = |rate: f64| MethodSetting { throttling_rate_limit: Some(rate), ..MethodSetting::default() };
        let all = [("*/*", 1.0), ("~1orders~1{id}/GET", 2.0), ("a/b/PUT", 3.0), ("~1/GET", 4.0)];
        let settings = all.map(|(key, rate)| (key.to_owned(), setting(rate))).into_iter().collect();
        let stage = Stage { method_settings: Some(settings), ..Stage::default() };
        for (path, verb, expect) in [
            ("/orders/{id}", "GET", 2.0),
            ("/orders/{id}", "PUT", 1.0),
            ("/a/b", "PUT", 3.0),
            ("/", "GET", 4.0),
            ("/none", "GET", 1.0),
        ] {
            let found = of(&stage, path, verb).and_then(|setting| setting.throttling_rate_limit);
            assert_eq!(found, Some(expect), "{path} {verb}");
        }
        let named = |path: &str| named(path).map(|(key, name)| format!("{key} {name}"));
        assert_eq!(named("/*/*/metrics/enabled").as_deref(), Some("*/* metrics/enabled"));
        assert_eq!(named("/~1a~1b/GET/logging/loglevel").as_deref(), Some("~1a~1b/GET logging/loglevel"));
        assert_eq!((named("/description"), named("/x/metrics/enabled")), (None, None));
    }
}
