//! Requests that browsers make for pages of other origins: which rule of a bucket lets them through, and what it has the
//! browser told.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>

use crate::access;
use crate::address::Bucket;
use crate::api::{CORSConfiguration, CORSRule};
use crate::documents::{self, Kind};
use crate::errors;
use percent_encoding::percent_decode_str;
use service::{CrossOrigin, Front, HttpHeader, HttpReply, HttpRequest, Result, View, operation};

/// How S3 answers browsers.
pub static CROSS_ORIGIN: CrossOrigin = CrossOrigin {
    preflight: Front {
        hosts: &[],
        host_paths: &[],
        paths: &[],
        signing_names: &[],
        // CloudTrail's name for it.
        operation: operation!("PreflightRequest", read, HttpRequest, preflight_request, access::preflight_request),
    },
    headers: of_request,
};

/// The bucket that a path names.
pub fn bucket_in(path: &str) -> String {
    let segment = path.split('/').nth(1).unwrap_or_default();
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

fn rules(view: &View, path: &str) -> Result<Option<Vec<CORSRule>>> {
    let Some(bucket) = Bucket::find(view, &bucket_in(path))? else { return Ok(None) };
    let configuration = documents::of::<CORSConfiguration>(view, &bucket, Kind::Cors)?;
    Ok(Some(configuration.map(|configuration| configuration.cors_rules).unwrap_or_default()))
}

/// What a browser asks before it makes a request that a plain link could not make.
fn preflight_request(view: &View, request: HttpRequest) -> Result<HttpReply> {
    let Some(origin) = request.header("origin") else {
        return Err(errors::bad_preflight("Insufficient information. Origin request header needed."));
    };
    let method = request.header("access-control-request-method");
    let Some(method) = method.filter(|method| METHODS.contains(method)) else {
        let text = format!("Invalid Access-Control-Request-Method: {}", method.unwrap_or("null"));
        return Err(errors::bad_preflight(text));
    };
    let names = request.header("access-control-request-headers").unwrap_or_default().split(',').map(str::trim);
    let headers: Vec<String> = names.filter(|name| !name.is_empty()).map(str::to_ascii_lowercase).collect();
    let is_object = request.path.splitn(3, '/').nth(2).is_some_and(|key| !key.is_empty());
    let kind = if is_object { "OBJECT" } else { "BUCKET" };
    let Some(rules) = rules(view, &request.path)? else {
        return Err(errors::cors_forbidden("Bucket not found", method, kind));
    };
    if rules.is_empty() {
        return Err(errors::cors_forbidden("CORS is not enabled for this bucket.", method, kind));
    }
    let ask = Ask { origin, method, headers: &headers };
    match ask.rule(&rules) {
        Some(rule) => Ok(HttpReply { status: 200, headers: ask.told(rule), ..HttpReply::default() }),
        None => Err(errors::cors_forbidden(NOT_ALLOWED, method, kind)),
    }
}

/// In AWS's spelling.
const NOT_ALLOWED: &str = "This CORS request is not allowed. This is usually because the evalution of Origin, request method \
                           / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the \
                           resource's CORS spec.";
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html>
pub const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/// The headers with which the request itself is answered. One that no rule lets through is answered without: the browser
/// keeps the answer from its page.
fn of_request(view: &View, request: &HttpRequest) -> Result<Vec<HttpHeader>> {
    let Some(origin) = request.header("origin") else { return Ok(Vec::new()) };
    let rules = rules(view, &request.path)?.unwrap_or_default();
    let ask = Ask { origin, method: &request.method, headers: &[] };
    Ok(ask.rule(&rules).map(|rule| ask.told(rule)).unwrap_or_default())
}

/// What a browser wants to do.
struct Ask<'a> {
    origin: &'a str,
    method: &'a str,
    /// In lower case. A request that is made already needs no leave for its headers.
    headers: &'a [String],
}

impl Ask<'_> {
    /// The first rule that lets it through.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html#cors-overview>
    fn rule<'r>(&self, rules: &'r [CORSRule]) -> Option<&'r CORSRule> {
        rules.iter().find(|rule| {
            let allowed = rule.allowed_headers.as_deref().unwrap_or_default();
            let fits = |name: &String| allowed.iter().any(|pattern| matches(&pattern.to_ascii_lowercase(), name));
            self.pattern(rule).is_some()
                && rule.allowed_methods.iter().any(|method| method == self.method)
                && self.headers.iter().all(fits)
        })
    }

    /// What of a rule names the origin.
    fn pattern<'r>(&self, rule: &'r CORSRule) -> Option<&'r str> {
        rule.allowed_origins.iter().map(String::as_str).find(|pattern| matches(pattern, self.origin))
    }

    /// What a rule has the browser told. A page may send what it knows of its user, unless any page may ask.
    fn told(&self, rule: &CORSRule) -> Vec<HttpHeader> {
        let any = self.pattern(rule) == Some("*");
        let age = rule.max_age_seconds.map(|seconds| seconds.to_string());
        let exposed = rule.expose_headers.as_deref().unwrap_or_default().join(", ");
        let all = [
            ("Access-Control-Allow-Origin", Some(if any { "*".to_owned() } else { self.origin.to_owned() })),
            ("Access-Control-Allow-Methods", Some(rule.allowed_methods.join(", "))),
            ("Access-Control-Allow-Headers", Some(self.headers.join(", ")).filter(|names| !names.is_empty())),
            ("Access-Control-Expose-Headers", Some(exposed).filter(|names| !names.is_empty())),
            ("Access-Control-Max-Age", age),
            ("Access-Control-Allow-Credentials", (!any).then(|| "true".to_owned())),
            ("Vary", Some("Origin, Access-Control-Request-Headers, Access-Control-Request-Method".to_owned())),
        ];
        let header = |(name, value): (&str, Option<String>)| Some(HttpHeader { name: name.to_owned(), value: value? });
        all.into_iter().filter_map(header).collect()
    }
}

/// Whether a text fits a pattern in which one `*` may stand for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, tail)) => text.len() >= head.len() + tail.len() && text.starts_with(head) && text.ends_with(tail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(origins: &[&str], methods: &[&str], headers: &[&str]) -> CORSRule {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        CORSRule {
            allowed_origins: owned(origins),
            allowed_methods: owned(methods),
            allowed_headers: Some(owned(headers)),
            ..CORSRule::default()
        }
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        let rules = [
            rule(&["https://a.example"], &["PUT"], &["x-amz-*"]),
            rule(&["https://*.example"], &["PUT", "GET"], &["*"]),
            rule(&["*"], &["GET"], &[]),
        ];
        let check = |origin: &str, method: &str, headers: &[&str], expect: Option<usize>| {
            let headers: Vec<String> = headers.iter().map(|name| (*name).to_owned()).collect();
            let found = Ask { origin, method, headers: &headers }.rule(&rules);
            assert_eq!(found.cloned(), expect.map(|at| rules[at].clone()), "{origin} {method}");
        };
        check("https://a.example", "PUT", &["x-amz-acl"], Some(0));
        check("https://a.example", "PUT", &["x-amz-acl", "content-type"], Some(1));
        check("https://b.example", "GET", &["anything"], Some(1));
        check("http://b.example", "GET", &[], Some(2));
        check("http://b.example", "GET", &["content-type"], None);
        check("http://b.example", "DELETE", &[], None);
        check("https://A.example", "PUT", &[], Some(1));
    }

    #[test]
    fn one_star_stands_for_any_characters() {
        for (pattern, text, expect) in [
            ("*", "", true),
            ("https://*.example", "https://.example", true),
            ("https://*.example", "https://a.b.example", true),
            ("https://*.example", "https://example", false),
            ("a*a", "a", false),
            ("a", "A", false),
        ] {
            assert_eq!(matches(pattern, text), expect, "{pattern} {text}");
        }
    }
}
