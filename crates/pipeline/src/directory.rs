use http::HeaderName;
use model::Http;
use model::{LazyModel, Operation, Protocol};
use rustc_hash::FxHashMap;
use service::resource::ResourceType;
use service::{Authority, Service, WireFacts};
use std::sync::OnceLock;
use wire::Request;
use wire::codec::Switches;
use wire::route::{
    FrontFact, RestTable, RouteError, Routes, ServiceFacts, ServiceMatch, UnknownPath, path_with_host_label,
};
use wire::validate::{Exception, Rules, Scope, Style};

/// All services that are modelled, and which of them are built.
pub struct Directory {
    entries: Vec<Entry>,
    routes: Routes,
    by_prefix: FxHashMap<&'static str, usize>,
    takes_streams: bool,
    resource_types: FxHashMap<&'static str, (&'static str, &'static ResourceType)>,
}

/// One service: what the world knows of it, and what we built.
pub struct Entry {
    /// How requests find it.
    pub facts: ServiceFacts,
    /// Its API model, for all its operations.
    pub model: &'static LazyModel,
    /// The service, if it is built.
    pub service: Option<&'static Service>,
    /// What it does otherwise than its protocol says.
    pub switches: Switches,
    operations: OnceLock<FxHashMap<&'static str, &'static service::Operation>>,
    rest: OnceLock<RestTable>,
    rules: OnceLock<Rules>,
    fronts: Vec<Fronted>,
    preflight: Option<Fronted>,
}

/// A front as the door treats it: an operation whose input and output no model describes.
pub(crate) struct Fronted {
    pub(crate) front: &'static service::Front,
    pub(crate) operation: Operation,
}

impl Entry {
    /// An entry over data that stands in the binary.
    pub fn new(facts: ServiceFacts, model: &'static LazyModel, service: Option<&'static Service>) -> Entry {
        let switches = service.map_or_else(Switches::default, |s| switches(&s.facts.wire));
        let fronts = service.iter().flat_map(|service| service.fronts).map(Fronted::new).collect();
        Entry {
            facts,
            model,
            service,
            switches,
            operations: OnceLock::new(),
            rest: OnceLock::new(),
            rules: OnceLock::new(),
            fronts,
            preflight: service.and_then(|s| s.cross_origin).map(|cross_origin| Fronted::new(&cross_origin.preflight)),
        }
    }

    /// The front at a place among the service's own.
    pub(crate) fn front(&self, number: u16) -> Option<&Fronted> {
        self.fronts.get(usize::from(number))
    }

    /// What answers preflights, if the service has an answer of its own.
    pub(crate) fn preflight(&self) -> Option<&Fronted> {
        self.preflight.as_ref()
    }

    /// The prefix by which the service is called in records and on the command line.
    pub fn prefix(&self) -> &'static str {
        self.service.map_or(self.facts.name, |s| s.facts.prefix)
    }

    /// The handler of an operation, if it is built.
    pub fn operation(&self, name: &str) -> Option<&'static service::Operation> {
        let service = self.service?;
        let table = self.operations.get_or_init(|| service.operations.iter().map(|op| (op.name, op)).collect());
        table.get(name).copied()
    }

    /// How modelled constraints are checked: the service's exceptions, with the patterns compiled so far.
    pub fn rules(&self) -> &Rules {
        self.rules.get_or_init(|| {
            let except = self.service.map_or(&[][..], |s| s.facts.validation.except);
            let rules = Rules::new(Style::Coral, Scope::Model);
            let closed = self.service.is_some_and(|s| s.facts.validation.closed_enums);
            except.iter().filter_map(|path| path.split_once('.')).fold(
                if closed { rules.closed() } else { rules },
                |rules, (operation, member)| {
                    self.inputs(operation).fold(rules, |rules, shape| rules.with(exempt(shape, member)))
                },
            )
        })
    }

    /// The names of the input shapes of an operation, or of all with `*`.
    fn inputs(&self, operation: &str) -> impl Iterator<Item = &str> {
        let model = self.model.get();
        let named = model.operations().iter().filter(move |op| operation == "*" || *op.name == *operation);
        named.filter_map(|op| op.input).map(|id| &*model.shape(id).name)
    }

    /// Where it is otherwise on the wire than its protocol says.
    pub fn wire(&self) -> &'static WireFacts {
        self.service.map_or(&WireFacts::USUAL, |s| &s.facts.wire)
    }

    /// The path of a request whose host names its first segment; `None` where it stands as it came.
    pub fn path_with_host(&self, request: &Request, host_rest: Option<&str>) -> Option<String> {
        let label = host_rest.filter(|_| self.wire().host_label)?;
        Some(path_with_host_label(label, &request.path))
    }

    /// The operation and protocol that a request asks for. What its host names stands in its path already.
    pub fn find(&'static self, request: &Request) -> Result<(&'static Operation, Protocol), RouteError> {
        let model = self.model.get();
        let protocols = &model.metadata.protocols;
        let is_rest = protocols.iter().any(|p| matches!(p, Protocol::RestJson | Protocol::RestXml));
        let facts = self.wire();
        let unknown =
            if facts.method_not_allowed { UnknownPath::MethodNotAllowed } else { UnknownPath::UnknownOperation };
        let rest = is_rest.then(|| self.rest.get_or_init(|| RestTable::new(model, facts.shadowed, unknown)));
        let found = wire::route::operation(model, protocols, rest, request)?;
        if facts.one_version {
            found.check_version(model, request)?;
        }
        Ok((found.operation, found.protocol))
    }
}

impl Fronted {
    fn new(front: &'static service::Front) -> Fronted {
        let http = Http { code: 200, ..Http::default() };
        Fronted { front, operation: Operation { name: front.operation.name.into(), http, ..Operation::default() } }
    }
}

/// A service's facts as the codecs take them.
fn switches(facts: &WireFacts) -> Switches {
    let text = |text: &str| if text.is_empty() { None } else { Some(Box::from(text)) };
    let pairs =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| (Box::from(*name), Box::from(*value))).collect();
    Switches {
        request_id_header: HeaderName::from_bytes(facts.request_id_header.as_bytes()).ok(),
        second_id: facts.second_id,
        xml_namespace: text(facts.xml_namespace),
        output_roots: pairs(facts.output_roots),
        error_codes: pairs(facts.error_codes),
        unwrapped_outputs: facts.unwrapped_outputs.iter().map(|name| Box::from(*name)).collect(),
        unwrapped_errors: facts.unwrapped_errors,
        ..Switches::default()
    }
}

fn exempt(shape: &str, member: &str) -> Exception {
    Exception { shape: shape.into(), member: member.into(), off: true, ..Exception::default() }
}

fn fact(front: &service::Front) -> FrontFact {
    let service::Front { hosts, host_paths, paths, signing_names, operation: _ } = front;
    FrontFact { hosts, host_paths, paths, signing_names }
}

impl Directory {
    /// A directory of these services.
    pub fn new(entries: Vec<Entry>) -> Directory {
        let facts: Vec<ServiceFacts> = entries.iter().map(|e| e.facts).collect();
        let by_prefix = entries.iter().enumerate().map(|(i, e)| (e.prefix(), i)).collect();
        let mut operations = entries.iter().filter_map(|e| e.service).flat_map(|s| s.operations);
        let takes_streams = operations.any(|operation| operation.takes.is_some());
        let built = entries.iter().filter_map(|e| e.service);
        let resource_types = built.flat_map(|s| s.resources.iter().map(|kind| (kind.name, (s.facts.prefix, kind))));
        let resource_types = resource_types.collect();
        let fronts = entries.iter().enumerate().flat_map(|(place, entry)| {
            entry.fronts.iter().enumerate().map(move |(number, fronted)| (place, number, fact(fronted.front)))
        });
        let routes =
            fronts.fold(Routes::new(&facts), |routes, (place, number, fact)| routes.with_front(place, number, fact));
        Directory { routes, entries, by_prefix, takes_streams, resource_types }
    }

    /// Whether any operation takes its body as a stream.
    pub fn takes_streams(&self) -> bool {
        self.takes_streams
    }

    /// All entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry that goes by `prefix`.
    pub fn entry(&self, prefix: &str) -> Option<&Entry> {
        self.entries.get(*self.by_prefix.get(prefix)?)
    }

    /// The services that are built.
    pub fn services(&self) -> impl Iterator<Item = &'static Service> {
        self.entries.iter().filter_map(|e| e.service)
    }

    /// A resource type, and the prefix of the service that declares it.
    pub fn resource_type(&self, name: &str) -> Option<(&'static str, &'static ResourceType)> {
        self.resource_types.get(name).copied()
    }

    /// What services know of identities, of those that are authorities on them.
    pub(crate) fn authorities(&self) -> impl Iterator<Item = Authority> {
        self.services().filter_map(|service| service.authority)
    }

    /// The entry that a request is for.
    pub fn route<'r>(
        &'static self,
        request: &'r Request,
        scope: Option<&str>,
    ) -> Option<(&'static Entry, ServiceMatch<'r>)> {
        let found = self.routes.service(request, scope)?;
        Some((self.entries.get(found.index)?, found))
    }
}
