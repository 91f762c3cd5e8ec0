//! Replies to browsers.

use service::HttpReply;

/// The cookie of somebody who has signed in.
pub const SESSION: &str = "terrella_sso";
/// The cookie that goes with a form, so that no other site sends it.
pub const FORM: &str = "terrella_sso_form";

/// A page. It loads nothing, runs nothing, and is framed and kept by nobody.
pub fn page(status: i64, html: String) -> HttpReply {
    HttpReply::new(status, html)
        .with("content-type", "text/html; charset=utf-8")
        .with("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
        .with("x-content-type-options", "nosniff")
        .with("referrer-policy", "no-referrer")
        .with("cache-control", "no-store")
}

/// Sends the browser on.
pub fn to(address: &str) -> HttpReply {
    HttpReply::new(303, "").with("location", address).with("cache-control", "no-store")
}

/// With a cookie for these pages alone; an empty one is taken away.
pub fn with_cookie(reply: HttpReply, name: &str, value: &str) -> HttpReply {
    let end = if value.is_empty() { "; Max-Age=0" } else { "" };
    reply.with("set-cookie", format!("{name}={value}; Path=/_sso/; HttpOnly; SameSite=Lax{end}"))
}
