use crate::cloud::Cloud;
use crate::membership::{Member, Members, Place};
use ids::{Arn, Partition, Region};
use parking_lot::RwLock;
use policy::Document;
use rustc_hash::FxHashMap;
use service::{
    Caller, CallerKind, Credential, DoorRef, GrantingPolicies, NamedPolicy, RequestInfo, Result, Scope, View,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many identities are remembered at most; beyond it all are forgotten and read again.
const MOST: usize = 4096;

/// Credentials and policies that were read, good for as long as no row changes that decides what callers may do.
#[derive(Default)]
pub(crate) struct Identities {
    /// Counts such changes as they begin, under the writer's lock.
    begun: AtomicU64,
    /// Counts them again once they can be seen.
    done: AtomicU64,
    /// By partition: who is known in one is a stranger in the others.
    shelves: [Shelf; Partition::ALL.len()],
}

/// What is remembered of the callers of one partition.
#[derive(Default)]
pub(crate) struct Shelf {
    known: Book,
    /// The sessions of roles that services assumed, by service, role, session and resource.
    assumed: Book,
    /// The door's own keys, apart from those that anybody may present: who may not use a bootstrap identity must not
    /// find one by its name.
    roots: Book,
    /// The organisations of accounts.
    pub(crate) members: Members,
}

type Book = RwLock<FxHashMap<Box<str>, Known>>;

#[derive(Clone)]
struct Known {
    epoch: Epoch,
    token: Option<Box<str>>,
    identity: Arc<Identity>,
}

/// Who signs with an access key, and what binds him.
pub(crate) struct Identity {
    pub(crate) secret: String,
    pub(crate) caller: Arc<Caller>,
    pub(crate) policies: Arc<Compiled>,
}

/// The policies that bind a caller, compiled.
#[derive(Default)]
pub(crate) struct Compiled {
    pub(crate) identity: Vec<Named>,
    pub(crate) boundary: Option<Named>,
    pub(crate) session: Vec<Named>,
    pub(crate) service_control: Vec<(String, Vec<Named>)>,
    pub(crate) tags: Vec<(String, String)>,
    /// The place of the caller's account in an organisation.
    pub(crate) member: Option<Arc<Member>>,
    /// Whether the caller's account was closed.
    pub(crate) closed: bool,
}

/// A compiled policy with its name.
pub(crate) struct Named {
    pub(crate) name: Arc<str>,
    pub(crate) document: Arc<Document>,
}

/// Which changes a decision has seen. One that was taken while a change was under way has seen none for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Epoch(Option<u64>);

/// Rows are changing that decide what callers may do, until this is dropped.
pub(crate) struct Change<'a>(&'a Identities);

impl Drop for Change<'_> {
    fn drop(&mut self) {
        self.0.done.fetch_add(1, Ordering::AcqRel);
    }
}

impl Identities {
    /// The epoch of what is read from now on.
    pub(crate) fn epoch(&self) -> Epoch {
        let done = self.done.load(Ordering::Acquire);
        let begun = self.begun.load(Ordering::Acquire);
        Epoch((begun == done).then_some(begun))
    }

    /// Whether what was read in that epoch still holds.
    pub(crate) fn holds(&self, epoch: Epoch) -> bool {
        epoch.0 == Some(self.begun.load(Ordering::Acquire))
    }

    /// Rows are about to change that decide what callers may do. Called while the writer's lock is held, so that no other
    /// writer begins without knowing.
    pub(crate) fn change(&self) -> Change<'_> {
        self.begun.fetch_add(1, Ordering::AcqRel);
        Change(self)
    }

    /// What is remembered of a partition's callers.
    pub(crate) fn of(&self, partition: Partition) -> &Shelf {
        let [first, ..] = &self.shelves;
        self.shelves.get(partition.index()).unwrap_or(first)
    }

    fn get(&self, book: &Book, key: &str, token: Option<&str>) -> Option<Arc<Identity>> {
        let known = book.read();
        let found = known.get(key)?;
        (self.holds(found.epoch) && found.token.as_deref() == token).then(|| Arc::clone(&found.identity))
    }

    fn put(book: &Book, key: &str, known: Known) {
        let mut book = book.write();
        if book.len() >= MOST {
            book.clear();
        }
        book.insert(key.into(), known);
    }
}

impl Cloud {
    /// The identity behind an access key and session token in the partition of `region`; `None` when no service knows it there.
    pub(crate) fn identity(&self, region: Region, key: &str, token: Option<&str>) -> Result<Option<Arc<Identity>>> {
        let shelf = self.identities.of(region.partition());
        if let Some(identity) = self.identities.get(&shelf.known, key, token) {
            return Ok(Some(identity));
        }
        let epoch = self.identities.epoch();
        let view = self.backstage_view(Scope::new(self.settings.account, region.globally()));
        for authority in self.directory.authorities() {
            let Some(Credential { secret, caller }) = (authority.credential)(&view, key, token)? else { continue };
            let policies = Arc::new(self.policies_of(&view, &caller)?);
            let identity = Arc::new(Identity { secret, caller: Arc::new(caller), policies });
            let known = Known { epoch, token: token.map(Into::into), identity: Arc::clone(&identity) };
            Identities::put(&shelf.known, key, known);
            return Ok(Some(identity));
        }
        Ok(None)
    }

    /// The root of an account by one of the door's own keys: a bootstrap identity, or the generated root key. They are good in
    /// every partition.
    pub(crate) fn root_identity(&self, home: Scope, key: &str, secret: &str) -> Result<Arc<Identity>> {
        let shelf = self.identities.of(home.partition());
        if let Some(identity) = self.identities.get(&shelf.roots, key, None) {
            return Ok(identity);
        }
        let epoch = self.identities.epoch();
        let caller = root(home, key, !self.settings.strict_root);
        let view = self.backstage_view(home);
        let policies = Arc::new(self.policies_of(&view, &caller)?);
        let identity = Arc::new(Identity { secret: secret.to_owned(), caller: Arc::new(caller), policies });
        Identities::put(&shelf.roots, key, Known { epoch, token: None, identity: Arc::clone(&identity) });
        Ok(identity)
    }

    /// The identity that a service got when it assumed a role, if that was lately and still holds.
    pub(crate) fn assumed(&self, partition: Partition, wish: &str) -> Option<Arc<Identity>> {
        let identity = self.identities.get(&self.identities.of(partition).assumed, wish, None)?;
        let expires = identity.caller.session.as_ref()?.expires;
        // Sessions are renewed before they end, so that none ends under a request.
        (self.clock.now().after(std::time::Duration::from_secs(300)) < expires).then_some(identity)
    }

    /// Remembers it, as read in `epoch`.
    pub(crate) fn remember_assumed(
        &self,
        (partition, wish): (Partition, &str),
        epoch: Epoch,
        identity: &Arc<Identity>,
    ) {
        let known = Known { epoch, token: None, identity: Arc::clone(identity) };
        Identities::put(&self.identities.of(partition).assumed, wish, known);
    }

    /// The policies that bind a caller who was known before, from memory if they still hold there.
    pub(crate) fn policies_for(&self, view: &View, caller: &Caller) -> Result<Arc<Compiled>> {
        let shelf = self.identities.of(view.scope().partition());
        let books = [&shelf.known, &shelf.roots];
        let known = books.into_iter().find_map(|book| {
            let known = book.read();
            let found = known.get(caller.access_key.as_str())?;
            let same = self.identities.holds(found.epoch) && *found.identity.caller == *caller;
            same.then(|| Arc::clone(&found.identity.policies))
        });
        known.map_or_else(|| Ok(Arc::new(self.policies_of(view, caller)?)), Ok)
    }

    /// The policies that bind a caller, asked of every authority and put together.
    pub(crate) fn policies_of(&self, view: &View, caller: &Caller) -> Result<Compiled> {
        let mut all = GrantingPolicies::default();
        for authority in self.directory.authorities() {
            let Some(more) = (authority.policies)(view, caller)? else { continue };
            all.identity.extend(more.identity);
            all.boundary = all.boundary.or(more.boundary);
            all.session.extend(more.session);
            all.service_control.extend(more.service_control);
            all.tags.extend(more.tags);
        }
        let mut compiled = self.compile(all)?;
        if has_account(caller.kind) {
            let Place { member, closed } = self.place(view.scope().home_of(caller.account))?;
            (compiled.member, compiled.closed) = (member, closed);
        }
        Ok(compiled)
    }

    fn compile(&self, policies: GrantingPolicies) -> Result<Compiled> {
        let list = |policies: Vec<NamedPolicy>| policies.into_iter().map(|p| self.named(p)).collect::<Result<Vec<_>>>();
        Ok(Compiled {
            identity: list(policies.identity)?,
            boundary: policies.boundary.map(|p| self.named(p)).transpose()?,
            session: list(policies.session)?,
            service_control: policies
                .service_control
                .into_iter()
                .enumerate()
                .map(|(level, policies)| Ok((format!("level {level}"), list(policies)?)))
                .collect::<Result<_>>()?,
            tags: policies.tags,
            member: None,
            closed: false,
        })
    }

    pub(crate) fn named(&self, policy: NamedPolicy) -> Result<Named> {
        let document = self.documents.get(&policy.text);
        let document =
            document.map_err(|e| service::Error::internal(format!("the stored policy {}: {e}", policy.name)))?;
        Ok(Named { name: policy.name, document })
    }

    /// A view for the door's own look-ups, before anybody is known.
    pub(crate) fn backstage_view(&self, scope: Scope) -> View {
        View::of(&self.store, scope, self.clock.now(), Arc::clone(&self.backstage))
    }
}

/// Whether a caller belongs to an account, and so to its organisation.
pub(crate) fn has_account(kind: CallerKind) -> bool {
    match kind {
        CallerKind::Root | CallerKind::User | CallerKind::AssumedRole | CallerKind::FederatedUser => true,
        CallerKind::Provider | CallerKind::Service | CallerKind::Anonymous => false,
    }
}

/// The door's own request: it has no caller.
pub(crate) fn backstage() -> RequestInfo {
    RequestInfo {
        id: ids::RequestId(0),
        service: "",
        operation: "",
        caller: Arc::new(Caller::anonymous()),
        arrived: clock::Timestamp::EPOCH,
        base_url: "".into(),
        source_ip: "".into(),
        user_agent: "".into(),
        secure: false,
        via: None,
        trace: None,
        door: DoorRef::default(),
    }
}

/// The root user of an account in a partition.
pub(crate) fn root(home: Scope, key: &str, bootstrap: bool) -> Caller {
    let account = home.account;
    Caller {
        kind: CallerKind::Root,
        account,
        arn: Arn::new(home.partition(), ROOT_NAMESPACE, Region::GLOBAL, Some(account), "root").to_string(),
        user_id: account.to_string(),
        name: String::new(),
        access_key: key.to_owned(),
        session: None,
        bootstrap,
    }
}

/// The namespace of principals in ARNs: part of what an ARN is, like `arn` itself.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
const ROOT_NAMESPACE: &str = "iam";
