use super::front::{FrontFact, fits};
use super::host::{HostMatch, HostTable};
use super::{Params, ServiceFacts};
use crate::Request;
use http::{HeaderName, Method, header};
use rustc_hash::FxHashMap;

pub(super) const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
pub(super) const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");

/// More leading segments than any API's path has before its first label.
const DEEPEST_PREFIX: usize = 8;

/// The services by everything that a request may name them with. Built once; finding allocates nothing.
#[derive(Debug)]
pub struct Routes {
    facts: Vec<ServiceFacts>,
    signing: FxHashMap<&'static str, Vec<u16>>,
    targets: FxHashMap<&'static str, Vec<u16>>,
    versions: FxHashMap<&'static str, Vec<u16>>,
    actions: FxHashMap<&'static str, Vec<u16>>,
    paths: FxHashMap<&'static str, Vec<PathOwner>>,
    hosts: HostTable,
    fronts: Vec<Fronted>,
    default: Option<usize>,
}

/// A front, and whose it is.
#[derive(Debug)]
struct Fronted {
    service: u16,
    /// Its place among the service's own.
    number: u16,
    fact: FrontFact,
}

#[derive(Debug)]
struct PathOwner {
    service: u16,
    method: Method,
    unsigned: bool,
}

/// The service that a request asks for, and what its host says beside that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceMatch<'r> {
    /// The service's place among the facts that [`Routes::new`] was given.
    pub index: usize,
    /// The region that the host names; a signature's scope counts more.
    pub region_from_host: Option<&'r str>,
    /// The label by which the host names the service, of [`ServiceFacts::hosts`].
    pub host_label: Option<&'static str>,
    /// What stands before that label: a bucket, an account, an API's id.
    pub host_rest: Option<&'r str>,
    /// The front of the service that answers it, by its place among the service's own; `None` for an operation.
    pub front: Option<u16>,
}

impl Routes {
    /// The routes to these services; at most 65,535 of them.
    pub fn new(facts: &[ServiceFacts]) -> Routes {
        let mut routes = Routes {
            facts: facts.to_vec(),
            signing: FxHashMap::default(),
            targets: FxHashMap::default(),
            versions: FxHashMap::default(),
            actions: FxHashMap::default(),
            paths: FxHashMap::default(),
            hosts: HostTable::new(),
            fronts: Vec::new(),
            default: facts.iter().position(|f| f.is_default),
        };
        for (f, i) in facts.iter().zip(0u16..) {
            routes.add(f, i);
        }
        routes
    }

    fn add(&mut self, facts: &ServiceFacts, service: u16) {
        let put = |map: &mut FxHashMap<&'static str, Vec<u16>>, key| {
            let all: &mut Vec<u16> = map.entry(key).or_default();
            if !all.contains(&service) {
                all.push(service);
            }
        };
        facts.signing_names.iter().for_each(|name| put(&mut self.signing, name));
        for prefix in facts.target_prefixes {
            put(&mut self.targets, prefix);
            // Smithy puts the bare name of a service in RPC paths where its target prefix holds a namespace.
            put(&mut self.targets, prefix.rsplit('.').next().unwrap_or(prefix));
        }
        facts.versions.iter().for_each(|version| put(&mut self.versions, version));
        facts.actions.iter().for_each(|action| put(&mut self.actions, action));
        facts.hosts.iter().for_each(|label| self.hosts.add(label, service));
        for path in facts.paths {
            if let Ok(method) = Method::from_bytes(path.method.as_bytes()) {
                let owner = PathOwner { service, method, unsigned: path.unsigned };
                self.paths.entry(path.prefix).or_default().push(owner);
            }
        }
    }

    /// Adds a front of the service at `service` among the facts: the one that stands at `number` among its own.
    pub fn with_front(mut self, service: usize, number: usize, fact: FrontFact) -> Routes {
        let places = (u16::try_from(service), u16::try_from(number), u16::try_from(self.fronts.len()));
        if let (Ok(service), Ok(number), Ok(place)) = places {
            fact.hosts.iter().for_each(|label| self.hosts.add_front(label, place));
            self.fronts.push(Fronted { service, number, fact });
        }
        self
    }

    /// Adds a domain under which hosts are named as AWS's are: `sqs.us-east-1.<domain>`.
    pub fn with_domain(mut self, domain: &str) -> Routes {
        self.hosts.add_domain(domain);
        self
    }

    /// The service that `request` asks for. `scope_service` is the service in the scope of its signature, from the
    /// `Authorization` header or from `X-Amz-Credential`.
    ///
    /// What is looked at, the first that answers: the fronts, the scope, `X-Amz-Target`, the host, a Smithy RPC path, `Action` and
    /// `Version`, the path, and at last the default service. `None` where nothing answers, and where the scope names a
    /// service that is not here.
    pub fn service<'r>(&self, request: &'r Request, scope_service: Option<&str>) -> Option<ServiceMatch<'r>> {
        let host = self.hosts.read(&request.host);
        let front = self.front(request, scope_service, host.as_ref());
        let (index, host, bare) = match front {
            Some(front) => (usize::from(front.service), host, None),
            None => {
                let index = self.index(request, scope_service, host.as_ref())?;
                let nameless = host.is_none() && self.default == Some(index);
                let bare = if nameless { self.hosts.before_twin(&request.host) } else { None };
                (index, host.filter(|h| h.services.iter().any(|&s| usize::from(s) == index)), bare)
            }
        };
        Some(ServiceMatch {
            index,
            region_from_host: host.and_then(|h| h.region),
            host_label: host.map(|h| h.label),
            host_rest: host.and_then(|h| h.rest).or(bare),
            front: front.map(|front| front.number),
        })
    }

    /// The front that a request meets: under a host of its own; or by its path, where the host names no service and no
    /// signature is made for another.
    fn front(&self, request: &Request, scope: Option<&str>, host: Option<&HostMatch<'_, '_>>) -> Option<&Fronted> {
        match host {
            Some(host) => {
                let mut fronts = host.fronts.iter().filter_map(|&place| self.fronts.get(usize::from(place)));
                fronts.find(|front| front.fact.host_paths.iter().any(|pattern| fits(pattern, &request.path)))
            }
            // What has no path of its own is an operation.
            None if request.path.len() < 2 => None,
            None => self.fronts.iter().find(|front| {
                scope.is_none_or(|scope| front.fact.signing_names.contains(&scope))
                    && front.fact.paths.iter().any(|pattern| fits(pattern, &request.path))
            }),
        }
    }

    fn index(&self, request: &Request, scope: Option<&str>, host: Option<&HostMatch<'_, '_>>) -> Option<usize> {
        if let Some(services) = scope.and_then(|name| self.signing.get(name)) {
            return self.narrow(services, request, host);
        }
        if let Some(services) = target(request).and_then(|prefix| self.targets.get(prefix)) {
            return self.narrow(services, request, host);
        }
        if let Some(host) = host {
            return self.narrow(host.services, request, None);
        }
        if let Some(services) = rpc_service(request).and_then(|name| self.targets.get(name)) {
            return self.narrow(services, request, None);
        }
        if let Some(index) = self.by_query(request) {
            return Some(index);
        }
        if scope.is_some() {
            return None;
        }
        self.by_path(request).or(self.default)
    }

    /// One of several services that share a name: by target, host, API version, path, and at last by its own name.
    fn narrow(&self, services: &[u16], request: &Request, host: Option<&HostMatch<'_, '_>>) -> Option<usize> {
        if let [one] = services {
            return Some(usize::from(*one));
        }
        let only = |test: &dyn Fn(u16) -> bool| {
            let mut passing = services.iter().copied().filter(|&s| test(s));
            passing.next().filter(|_| passing.next().is_none()).map(usize::from)
        };
        let listed = |list: Option<&Vec<u16>>| list.and_then(|list| only(&|s| list.contains(&s)));
        target(request)
            .and_then(|prefix| listed(self.targets.get(prefix)))
            .or_else(|| host.and_then(|host| only(&|s| host.services.contains(&s))))
            .or_else(|| rpc_service(request).and_then(|name| listed(self.targets.get(name))))
            .or_else(|| query_param(request, "Version").and_then(|version| listed(self.versions.get(version))))
            .or_else(|| {
                self.prefixes(&request.path).find_map(|owners| {
                    let owns = |s| owners.iter().any(|o| o.service == s && o.method == request.method);
                    only(&owns)
                })
            })
            .or_else(|| only(&|s| self.facts.get(usize::from(s)).is_some_and(|f| f.signing_names.contains(&f.name))))
            .or_else(|| services.first().map(|&s| usize::from(s)))
    }

    fn by_query(&self, request: &Request) -> Option<usize> {
        let action = query_param(request, "Action")?;
        let version = query_param(request, "Version").and_then(|version| self.versions.get(version));
        let actions = self.actions.get(action);
        match (version.map(Vec::as_slice), actions.map(Vec::as_slice)) {
            (Some([one]), _) | (None, Some([one])) => Some(usize::from(*one)),
            (Some(several), Some(actions)) => {
                several.iter().find(|s| actions.contains(s)).or(several.first()).map(|&s| usize::from(s))
            }
            (Some(several), None) => several.first().map(|&s| usize::from(s)),
            _ => None,
        }
    }

    /// By the path of a request without a signature. A bearer token cannot be meant for a bucket.
    fn by_path(&self, request: &Request) -> Option<usize> {
        let authorization = text(request, &header::AUTHORIZATION);
        let bearer = authorization.is_some_and(|a| a.get(..7).is_some_and(|a| a.eq_ignore_ascii_case("bearer ")));
        self.prefixes(&request.path).find_map(|owners| {
            let mut fitting = owners.iter().filter(|o| o.method == request.method && (o.unsigned || bearer));
            fitting.next().filter(|_| fitting.next().is_none()).map(|o| usize::from(o.service))
        })
    }

    /// Who owns the leading segments of `path`, the longest first.
    fn prefixes<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a [PathOwner]> {
        let head = path.match_indices('/').nth(DEEPEST_PREFIX).and_then(|(at, _)| path.get(..at)).unwrap_or(path);
        let parents = std::iter::successors(Some(head), |p| p.rfind('/').and_then(|at| p.get(..at)));
        parents.filter_map(|prefix| self.paths.get(prefix).map(Vec::as_slice))
    }
}

/// The path of a request whose host names a bucket, as the path style has it: the form in which operations are found
/// and decoded. (A signature covers the path as it came.)
pub fn path_with_host_label(label: &str, path: &str) -> String {
    let mut whole = String::with_capacity(label.len() + path.len() + 1);
    whole.push('/');
    whole.push_str(label);
    whole.push_str(path);
    whole
}

/// A header's text. A name that is compiled in is found without being read first.
pub(super) fn text<'r>(request: &'r Request, name: &HeaderName) -> Option<&'r str> {
    request.headers.get(name)?.to_str().ok()
}

/// What stands before the operation in `X-Amz-Target`.
fn target(request: &Request) -> Option<&str> {
    text(request, &TARGET)?.rsplit_once('.').map(|(prefix, _)| prefix)
}

/// The service that a path of Smithy's RPC protocols names.
/// <https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>
fn rpc_service(request: &Request) -> Option<&str> {
    request.headers.get(&SMITHY_PROTOCOL)?;
    super::operation::rpc_path(&request.path).map(|(service, _)| service)
}

/// A parameter of a Query request, from the query string or from a form.
pub(super) fn query_param<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let of_query = if request.query.is_empty() { None } else { Params(&request.query).raw(name) };
    of_query.or_else(|| if is_form(request) { Params::of_body(&request.body).raw(name) } else { None })
}

/// Whether the body is a form.
pub(super) fn is_form(request: &Request) -> bool {
    const FORM: &str = "application/x-www-form-urlencoded";
    let kind = text(request, &header::CONTENT_TYPE);
    kind.and_then(|kind| kind.get(..FORM.len())).is_some_and(|kind| kind.eq_ignore_ascii_case(FORM))
}
