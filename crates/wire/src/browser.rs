//! Who is behind a request that shows no secret: the people of this machine, or a page that a stranger wrote.
//!
//! A browser is a program of this machine, so what it sends comes over loopback whoever wrote the page that asked for it. What
//! tells one from the other are headers that pages cannot write: `Host`, which is a stranger's own name where he has it
//! resolve to this machine (DNS rebinding); `Origin`, which browsers send with all but plain reads; `Referer`, which a page
//! can leave out and not forge; and `Sec-Fetch-Site`, which browsers send to loopback and over TLS.
//!
//! <https://fetch.spec.whatwg.org/#origin-header>, <https://www.w3.org/TR/fetch-metadata/>

use crate::Request;
use crate::route::{DOMAINS, TWINS, without_port};
use http::{HeaderName, Method, header};
use std::net::IpAddr;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// With what every browser has begun its name since Netscape's.
const BROWSERS: &str = "Mozilla/";

/// A domain that the Internet does not have: names such as `host.docker.internal` are given out where they are used.
/// <https://www.icann.org/en/board-activities-and-meetings/materials/approved-resolutions-special-meeting-of-the-icann-board-29-07-2024-en>
const PRIVATE: &str = "internal";

/// Who is taken for the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The people of this machine.
    ThisMachine,
    /// Those of its network too, who reach it by whatever name it has there.
    Network,
}

/// Why a request is not taken for the user's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stranger<'r> {
    /// It was sent to a name that anybody may own and have resolve to this machine.
    Host(&'r str),
    /// It was made for a page of this origin.
    Page(&'r str),
    /// It was made for a page that its browser does not name. From such a page the browser keeps the answer, so that it learns
    /// nothing from what it asks.
    Unnamed,
}

/// The stranger behind a request, as far as its headers show one.
pub fn stranger(request: &Request, reach: Reach) -> Option<Stranger<'_>> {
    let host = request.host.as_str();
    if reach == Reach::ThisMachine && owner(host) == Owner::Anybody {
        return Some(Stranger::Host(host));
    }
    let mut origins = request.headers.get_all(header::ORIGIN).iter().map(|value| value.to_str().unwrap_or("null"));
    if let Some(first) = origins.next() {
        let mut all = std::iter::once(first).chain(origins);
        return all.find(|origin| !is_home(origin, host, reach)).map(Stranger::Page);
    }
    let known = match (request.header(header::REFERER), request.header(SEC_FETCH_SITE)) {
        (Some(page), _) => is_home(page, host, reach),
        (None, Some(site)) => matches!(site, "same-origin" | "same-site" | "none"),
        // Browsers name the page with all that is no plain read, and say nothing of one to names without TLS.
        (None, None) => !is_plain_read(&request.method) || !is_of_browser(request),
    };
    (!known).then_some(Stranger::Unnamed)
}

/// Whether a method is one that browsers use without naming the page.
pub fn is_plain_read(method: &Method) -> bool {
    *method == Method::GET || *method == Method::HEAD
}

fn is_of_browser(request: &Request) -> bool {
    request.header(header::USER_AGENT).is_some_and(|agent| agent.starts_with(BROWSERS))
}

/// Whether a page of this origin is the user's own. What does not come from the web at all is: a browser's extension, a program
/// that shows its own pages (`vscode-webview:`, `tauri:`, `file:`).
fn is_home(origin: &str, host: &str, reach: Reach) -> bool {
    let Some((scheme, rest)) = origin.split_once("://") else { return false };
    if !["http", "https"].iter().any(|web| web.eq_ignore_ascii_case(scheme)) {
        return scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    }
    let name = rest.split('/').next().unwrap_or_default();
    let same = || !name.is_empty() && without_port(name).eq_ignore_ascii_case(without_port(host));
    match owner(name) {
        Owner::ThisMachine => true,
        Owner::Network => reach == Reach::Network || same(),
        Owner::Fixed => same(),
        Owner::Anybody => false,
    }
}

/// Who decides where a name leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// Nobody: it is this machine wherever it is asked.
    ThisMachine,
    /// Who runs the network on which it is asked: the Internet has no such name.
    Network,
    /// Nobody who would have it lead here: an address leads where it says, and AWS's names belong to AWS.
    Fixed,
    /// Whoever has registered it.
    Anybody,
}

/// Whether a host, with its port or without, is this machine wherever it is asked.
pub fn is_this_machine(host: &str) -> bool {
    owner(host) == Owner::ThisMachine
}

fn owner(host: &str) -> Owner {
    let name = without_port(host);
    if name.is_empty() {
        return Owner::Fixed;
    }
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    if let Ok(address) = bare.parse::<IpAddr>() {
        return owner_of_address(address.to_canonical());
    }
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_')) {
        return Owner::Anybody;
    }
    if TWINS.iter().any(|twin| name.eq_ignore_ascii_case(twin) || is_below(name, twin)) {
        Owner::ThisMachine
    } else if !name.contains('.') || is_below(name, PRIVATE) {
        Owner::Network
    } else if DOMAINS.iter().any(|domain| is_below(name, domain)) {
        Owner::Fixed
    } else {
        Owner::Anybody
    }
}

fn owner_of_address(address: IpAddr) -> Owner {
    let private = match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    match address {
        // The address of no machine in particular leads to one's own.
        _ if address.is_loopback() || address.is_unspecified() => Owner::ThisMachine,
        _ if private => Owner::Network,
        _ => Owner::Fixed,
    }
}

fn is_below(name: &str, domain: &str) -> bool {
    let at = name.len().checked_sub(domain.len());
    let parts = at.and_then(|at| Some((name.get(..at)?, name.get(at..)?)));
    parts.is_some_and(|(head, tail)| head.ends_with('.') && tail.eq_ignore_ascii_case(domain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn request(host: &str, method: Method, headers: &[(HeaderName, &str)]) -> Request {
        let mut request = Request { host: host.to_owned(), method, ..Request::default() };
        for (name, value) in headers {
            request.headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        request
    }

    /// Names of this machine, of its network, of nobody who would have them lead here, and of anybody.
    const NAMES: [(Owner, &[&str]); 4] = [
        (
            Owner::ThisMachine,
            &[
                "localhost",
                "LocalHost:4566",
                "localhost.:4566",
                "app.localhost:3000",
                "127.0.0.1:4566",
                "127.8.9.1",
                "[::1]:4566",
                "[::1]",
                "[::ffff:127.0.0.1]:80",
                "0.0.0.0:4566",
                "localhost.localstack.cloud:4566",
                "bucket.s3.localhost.localstack.cloud:4566",
            ],
        ),
        (
            Owner::Network,
            &[
                "terrella:4566",
                "host.docker.internal:4566",
                "10.0.0.9:4566",
                "192.168.1.5",
                "[fd00::1]:4566",
                "[fe80::1]",
            ],
        ),
        (
            Owner::Fixed,
            &[
                "",
                "6.6.6.6:4566",
                "[2001:db8::1]:4566",
                "sqs.eu-west-1.amazonaws.com",
                "b.s3.cn-north-1.amazonaws.com.cn",
            ],
        ),
        (
            Owner::Anybody,
            &[
                "evil.example:4566",
                "localhost.evil.example",
                "127.0.0.1.evil.example:4566",
                "evillocalhost.com",
                "localstack.cloud",
                "evil-localhost.localstack.cloud",
                "amazonaws.com",
                "xamazonaws.com",
                "localhost@evil.example",
                "evil.example@localhost",
                "evil.example#.localhost",
                "evil.example\\.localhost",
                "1.2.3.4.5",
                "[::1",
            ],
        ),
    ];

    #[test]
    fn whose_a_name_is() {
        for (expect, names) in NAMES {
            for name in names {
                assert_eq!(owner(name), expect, "{name}");
            }
        }
    }

    #[test]
    fn a_host_must_not_be_a_strangers_unless_the_network_is_trusted() {
        for (owner, names) in NAMES {
            for host in names {
                let request = request(host, Method::POST, &[]);
                let stranger = |reach| super::stranger(&request, reach);
                let expect = (owner == Owner::Anybody).then_some(Stranger::Host(host));
                assert_eq!(stranger(Reach::ThisMachine), expect, "{host}");
                assert_eq!(stranger(Reach::Network), None, "{host}");
            }
        }
    }

    /// Origins, and whether they are home to a cloud at a host: for this machine alone, for its network.
    const ORIGINS: [(&str, &str, bool, bool); 21] = [
        ("http://localhost:3000", "localhost:4566", true, true),
        ("https://localhost", "sqs.us-east-1.amazonaws.com", true, true),
        ("http://127.0.0.1:8080", "localhost:4566", true, true),
        ("http://[::1]:8080", "localhost:4566", true, true),
        ("http://0.0.0.0:3000", "localhost:4566", true, true),
        ("http://app.localhost:4200", "127.0.0.1:4566", true, true),
        ("http://site.s3-website.localhost.localstack.cloud:4566", "s3.localhost.localstack.cloud:4566", true, true),
        ("https://b.s3.us-east-1.amazonaws.com", "b.s3.us-east-1.amazonaws.com:443", true, true),
        ("http://192.168.1.5:4566", "192.168.1.5:4566", true, true),
        ("http://192.168.1.5:3000", "localhost:4566", false, true),
        ("http://web:3000", "terrella:4566", false, true),
        ("http://6.6.6.6", "localhost:4566", false, false),
        ("https://b.s3.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com", false, false),
        ("http://evil.example", "localhost:4566", false, false),
        ("http://localhost.evil.example", "localhost:4566", false, false),
        ("null", "localhost:4566", false, false),
        ("", "localhost:4566", false, false),
        ("http://", "", false, false),
        ("://localhost", "localhost", false, false),
        ("vscode-webview://1k2j", "localhost:4566", true, true),
        ("chrome-extension://abc", "localhost:4566", true, true),
    ];

    #[test]
    fn a_page_must_be_of_this_machine_or_of_the_cloud_itself() {
        for (origin, host, here, near) in ORIGINS {
            for (reach, home) in [(Reach::ThisMachine, here), (Reach::Network, near)] {
                for method in [Method::GET, Method::POST] {
                    let request = request(host, method, &[(header::ORIGIN, origin)]);
                    let expect = (!home).then_some(Stranger::Page(origin));
                    assert_eq!(stranger(&request, reach), expect, "{origin} at {host}, {reach:?}");
                }
            }
        }
        // A rebound page is of the host's own origin.
        let rebound = request("evil.example:4566", Method::POST, &[(header::ORIGIN, "http://evil.example:4566")]);
        assert_eq!(stranger(&rebound, Reach::ThisMachine), Some(Stranger::Host("evil.example:4566")));
        assert_eq!(stranger(&rebound, Reach::Network), Some(Stranger::Page("http://evil.example:4566")));
        let both = [(header::ORIGIN, "http://localhost"), (header::ORIGIN, "http://evil.example")];
        let both = request("localhost", Method::POST, &both);
        assert_eq!(stranger(&both, Reach::ThisMachine), Some(Stranger::Page("http://evil.example")));
    }

    #[test]
    fn without_an_origin_browsers_tell_less() {
        const BROWSER: (HeaderName, &str) = (header::USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
        let site = |site: &'static str| (SEC_FETCH_SITE, site);
        let page = |page: &'static str| (header::REFERER, page);
        let check = |headers: &[(HeaderName, &str)], method: Method, home: bool| {
            let expect = (!home).then_some(Stranger::Unnamed);
            let request = request("localhost:4566", method.clone(), headers);
            assert_eq!(stranger(&request, Reach::ThisMachine), expect, "{method} {headers:?}");
        };
        for method in [Method::GET, Method::POST] {
            check(&[], method.clone(), true);
            check(&[(header::USER_AGENT, "aws-cli/2.27")], method.clone(), true);
            for (name, home) in [("none", true), ("same-origin", true), ("same-site", true), ("cross-site", false)] {
                check(&[BROWSER, site(name)], method.clone(), home);
            }
            check(&[BROWSER, site("cross-site"), page("http://127.0.0.1:3000/a?b")], method.clone(), true);
            check(&[BROWSER, site("cross-site"), page("http://evil.example/localhost")], method.clone(), false);
            check(&[BROWSER, page("http://evil.example/")], method.clone(), false);
            check(&[BROWSER, page("http://localhost:3000/")], method.clone(), true);
            // To a name without TLS that is not loopback's own a browser may send nothing that tells.
            check(&[BROWSER], method.clone(), method == Method::POST);
        }
    }
}
