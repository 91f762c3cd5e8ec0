//! Requests that services make of each other: who they come from, where they go, and what becomes of their answers.

use crate::cloud::Cloud;
use crate::flow::{self, Flow, Origin, Peer, Progress, Target};
use crate::identity::{Compiled, Identity, root};
use crate::send::gather;
use clock::Timestamp;
use model::Protocol;
use service::{
    Answered, Arn, As, Asked, Bytes, Call, Caller, CallerKind, Cx, DEEPEST, Door, DoorRef, Errand, Error, LetterId,
    Node, Outcome, Partition, Prepared, Question, Region, RequestId, RequestInfo, Result, Run, Scope, Value, Via, Who,
};
use shape::{Peek, Struct};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use wire::route::not_implemented;
use wire::{Reply, Request};

/// No connection: a service calls.
const INSIDE: Peer = Peer { ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED), secure: true };

/// What a service's request carries in place of bytes.
pub(crate) struct Mission {
    input: Value,
    pub(crate) towards: Towards,
}

/// Who gets the answer of a service's request.
pub(crate) enum Towards {
    /// The request within whose transaction it runs.
    Within,
    /// A request that was put aside until it is answered, or until a moment of virtual time.
    Asker(Box<Flow>, Box<Question>, Option<Timestamp>),
    /// The sender of a delivery.
    Letter(LetterId),
}

/// The request that makes another one.
pub(crate) struct Sender {
    pub(crate) info: Arc<RequestInfo>,
    pub(crate) scope: Scope,
}

/// As whom a request is made, found out.
struct Sent {
    caller: Arc<Caller>,
    policies: Arc<Compiled>,
    source: String,
    forwarded: Vec<&'static str>,
}

impl Mission {
    pub(crate) fn fill(&self, input: &mut dyn Node) -> Result<()> {
        // A target that data chose may name members that do not exist.
        shape::pour(self.input.peek(), input)
            .map_err(|misfit| Error::new("SerializationException", misfit.to_string()).status(400))
    }

    /// The body that another service gives to an operation that takes one as a stream.
    pub(crate) fn body(&self, target: Target) -> Bytes {
        let shape = target.operation.input.map(|id| target.entry.model.get().shape(id));
        let member = shape.and_then(|shape| shape.members.get(shape.payload?));
        match member.and_then(|member| self.input.get(&member.name)) {
            Some(Value::Blob(bytes)) => bytes.clone(),
            Some(Value::Str(text)) => Bytes::copy_from_slice(text.as_bytes()),
            _ => Bytes::new(),
        }
    }

    /// The input as it was given, where a member that is missing can be told from an empty one.
    pub(crate) fn input(&self) -> Peek<'_> {
        self.input.peek()
    }
}

impl Sender {
    fn depth(&self) -> u8 {
        self.info.via.as_ref().map_or(0, |via| via.depth)
    }
}

impl Flow {
    /// A request that `sender` makes. `view` is what its rights are read from.
    fn sent(cloud: &Arc<Cloud>, sender: &Sender, errand: &Errand<'_>, view: Views<'_>) -> Result<Box<Flow>> {
        let target = cloud.target_of(errand)?;
        if sender.depth() >= DEEPEST {
            let text =
                format!("{} services called each other in a chain: it is taken for a loop and stopped.", DEEPEST);
            return Err(Error::new("RecursiveInvocationException", text).status(400));
        }
        let service = target.entry.service.map(|s| &s.facts);
        let region = match errand.by.scope {
            scope if service.is_some_and(|s| s.global) => scope.unwrap_or(sender.scope).region.globally(),
            Some(scope) => scope.region,
            None if sender.scope.region.is_global() => cloud.region_in(sender.scope.partition()),
            None => sender.scope.region,
        };
        let sent = cloud.sent_as(sender, (errand.by, errand.service), view)?;
        let account = match (&errand.by.who, errand.by.scope) {
            (Who::Service(_), Some(scope)) => scope.account,
            _ => sent.caller.account,
        };
        let principal = match &errand.by.who {
            Who::Service(_) => cloud.principal_towards(&sender.info, errand.service),
            Who::Caller | Who::Owner(_) | Who::Role { .. } => cloud.principal_of(&sender.info),
        };
        let mission = Mission { input: Value::of(errand.input), towards: Towards::Within };
        let mut flow = Flow::new(Arc::clone(cloud), Origin::Service(Box::new(mission)), Request::default(), INSIDE);
        flow.scope = Scope::new(account, region);
        flow.asked =
            Some(flow::Asked { entry: target.entry, operation: Some(target.operation), protocol: target.protocol });
        flow.target = Some(target);
        flow.caller = sent.caller;
        flow.policies = sent.policies;
        flow.record.source.clone_from(&sent.source);
        flow.info = Arc::new(RequestInfo {
            id: flow.id,
            service: target.entry.prefix(),
            operation: &target.operation.name,
            caller: Arc::clone(&flow.caller),
            arrived: cloud.clock.now(),
            base_url: Arc::clone(&sender.info.base_url),
            // What AWS shows for a call that one of its services makes.
            // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
            source_ip: principal.into(),
            user_agent: principal.into(),
            secure: true,
            via: Some(Arc::new(Via {
                principal,
                source: sent.source,
                account: sender.scope.account,
                forwarded: sent.forwarded,
                parent: sender.info.id,
                depth: sender.depth() + 1,
                as_owner: matches!(errand.by.who, Who::Owner(_)),
            })),
            trace: errand.by.trace.as_deref().map(Arc::from).or_else(|| sender.info.trace.clone()),
            door: DoorRef(Some(Arc::clone(cloud) as Arc<dyn Door>)),
        });
        flow.record.parent = sender.info.id.0.to_be_bytes().to_vec().into();
        Ok(flow)
    }

    /// Asks for this request what it needs to know, and goes on when it knows.
    pub(crate) fn ask(mut self: Box<Self>, question: Question, before: Vec<Asked>) -> Progress {
        self.asked_before = before;
        self.asked_at = self.cloud.clock.now();
        self.asks += 1;
        if self.asks > MOST_ASKS {
            return self.refuse(Error::internal("a request asks something else each time it runs"));
        }
        let sender = Sender { info: Arc::clone(&self.info), scope: self.scope };
        let errand = match &question {
            Question::Peer { by, call, .. } => errand(by, call),
            Question::Decision(name) => {
                return self.refuse(Error::internal(format!("nobody can be asked to decide {name}")));
            }
            Question::Work(task) => {
                let task = task.clone();
                return self.employ(task);
            }
        };
        let patience = match &question {
            Question::Peer { patience, .. } => *patience,
            Question::Decision(_) | Question::Work(_) => None,
        };
        let until = patience.map(|patience| self.asked_at.after(patience));
        match Flow::sent(&Arc::clone(&self.cloud), &sender, &errand, Views::Apart) {
            Ok(flow) => {
                let flow = flow.towards(Towards::Asker(self, Box::new(question), until));
                flow.travel()
            }
            Err(error) => self.told(question, Err(error)),
        }
    }

    /// Runs a request again that was put aside until it was answered.
    pub(crate) fn told(mut self: Box<Self>, question: Question, answer: Result<Answered>) -> Progress {
        let took = self.cloud.clock.now().since(self.asked_at);
        self.asked_before.push(Asked { question, answer, took });
        self.again()
    }

    /// Until when somebody waits for its answer, of all that wait in a chain the least patient.
    pub(crate) fn awaited_until(&self) -> Option<Timestamp> {
        let Origin::Service(mission) = &self.origin else { return None };
        let Towards::Asker(asker, _, until) = &mission.towards else { return None };
        until.iter().copied().chain(asker.awaited_until()).min()
    }

    /// The request that waits for this one, or for what waits for it, and has no more patience at `now`: it is let go with its
    /// question, and the answer goes to nobody.
    pub(crate) fn let_go(&mut self, now: Timestamp) -> Option<(Box<Flow>, Question)> {
        let Origin::Service(mission) = &mut self.origin else { return None };
        let Towards::Asker(asker, _, until) = &mut mission.towards else { return None };
        if let Some(outer) = asker.let_go(now) {
            return Some(outer);
        }
        if until.is_none_or(|until| until > now) {
            return None;
        }
        match std::mem::replace(&mut mission.towards, Towards::Within) {
            Towards::Asker(asker, question, _) => Some((asker, *question)),
            _ => None,
        }
    }

    /// Whether it goes back to a delivery or a timer, and to no client.
    pub(crate) fn is_background(&self) -> bool {
        match &self.origin {
            Origin::Client => false,
            Origin::Service(mission) => match &mission.towards {
                Towards::Asker(asker, ..) => asker.is_background(),
                Towards::Letter(_) | Towards::Within => true,
            },
        }
    }

    fn towards(mut self: Box<Self>, towards: Towards) -> Box<Flow> {
        if let Origin::Service(mission) = &mut self.origin {
            mission.towards = towards;
        }
        self
    }

    /// Hands the answer of a service's request to whoever waits for it. `None` for a client's.
    pub(crate) fn resolve(mut self: Box<Self>, answer: Result<Value>) -> Result<Progress, Box<Flow>> {
        let nobody = Origin::Service(Box::new(Mission { input: Value::Null, towards: Towards::Within }));
        let mission = match std::mem::replace(&mut self.origin, nobody) {
            Origin::Service(mission) => mission,
            client => {
                self.origin = client;
                return Err(self);
            }
        };
        match mission.towards {
            Towards::Asker(asker, question, _) => Ok(asker.told(*question, answer.map(Answered::Output))),
            Towards::Letter(id) => {
                self.cloud.letter_ended(&id, self.id, answer);
                Ok(Progress::Done(Reply::default()))
            }
            Towards::Within => Ok(Progress::Done(Reply::default())),
        }
    }

    /// The delivery that this request carries out, if it does.
    pub(crate) fn letter(&self) -> Option<&LetterId> {
        match &self.origin {
            Origin::Service(mission) => match &mission.towards {
                Towards::Letter(id) => Some(id),
                _ => None,
            },
            Origin::Client => None,
        }
    }

    /// The stages of a call within another request's transaction.
    fn within(&mut self, cx: &mut Cx, outer: Scope) -> Result<Box<dyn Struct>> {
        let target = self.built()?;
        let input = self.decode(target)?;
        self.show_input(target, &*input);
        self.validate(target, &*input, true)?;
        self.judge(target, &*input, cx)?;
        self.validate(target, &*input, false)?;
        self.throttle(target)?;
        if let Some(error) = self.struck().and_then(|fault| fault.error) {
            return Err(error.into_error());
        }
        if target.handler.takes.is_some() {
            return Err(Error::internal(
                "a peer that takes a body as a stream was called: ask it, or send it a delivery",
            ));
        }
        let mut output = match target.handler.run {
            Run::Read(handler) => handler(cx, input)?,
            Run::Prepared { prepare, write } => match prepare(cx, &*input)? {
                Prepared::Answer(output) => output,
                Prepared::Made(made) => {
                    self.check_within(outer)?;
                    done(write(cx, input, made)?)?
                }
            },
            Run::Write(handler) => {
                self.check_within(outer)?;
                done(handler(cx, input)?)?
            }
        };
        gather(target, &mut *output)?;
        Ok(output)
    }
}

impl Flow {
    /// A transaction writes one account and one region.
    fn check_within(&self, outer: Scope) -> Result<()> {
        let here = if self.scope.region.is_global() { outer.region.globally() } else { outer.region };
        if self.scope.account != outer.account || self.scope.region != here {
            return Err(Error::internal("a call across accounts or regions may only read"));
        }
        Ok(())
    }
}

/// The answer of a peer that was called, which may not wait.
fn done(outcome: Outcome<Box<dyn Struct>>) -> Result<Box<dyn Struct>> {
    match outcome {
        Outcome::Done(output) => Ok(output),
        Outcome::Wait { .. } => Err(Error::internal("a peer that was called waits: ask it instead")),
    }
}

/// How often a request may ask, what it asks anew because the state has moved on included. A question that holds the time or chance
/// of its asking is never the one that was answered.
const MOST_ASKS: u16 = 80;

/// What the rights of a sender are read from.
pub(crate) enum Views<'a> {
    /// The transaction in which it calls.
    Of(&'a mut Cx),
    /// A sight of its own.
    Apart,
}

pub(crate) fn errand<'a>(by: &'a As, call: &'a Call) -> Errand<'a> {
    Errand { by, service: &call.service, operation: &call.operation, input: call.input.peek() }
}

impl Cloud {
    /// The region in which services without one call those that have one: the cloud's own, where it lies in their partition.
    fn region_in(&self, partition: Partition) -> Region {
        let home = Region::new(partition.home_region()).filter(|_| self.settings.region.partition() != partition);
        home.unwrap_or(self.settings.region)
    }

    fn target_of(&self, errand: &Errand<'_>) -> Result<Target> {
        let entry = self.directory.entry(errand.service).ok_or_else(|| {
            let text = format!("No service of this cloud goes by {}.", errand.service);
            Error::new("UnknownService", text).status(404)
        })?;
        let model = entry.model.get();
        let operation = model.operation(errand.operation).ok_or_else(|| {
            let text = format!("{} has no operation {}.", errand.service, errand.operation);
            Error::new("UnknownOperationException", text).status(404)
        })?;
        let handler = entry.operation(errand.operation).ok_or_else(|| {
            let refusal = not_implemented(entry.prefix(), errand.operation);
            Error::new(refusal.code, refusal.message).status(refusal.status)
        })?;
        let protocol = model.metadata.protocols.first().copied().unwrap_or(Protocol::Json);
        Ok(Target { entry, operation, protocol, handler, front: None })
    }

    /// The principal of the service that handles a request.
    fn principal_of(&self, info: &RequestInfo) -> &'static str {
        let service = self.directory.entry(info.service).and_then(|entry| entry.service);
        service.map_or("", |service| service.facts.principal)
    }

    /// The same, where it calls another service for itself.
    fn principal_towards(&self, info: &RequestInfo, service: &str) -> &'static str {
        let sender = self.directory.entry(info.service).and_then(|entry| entry.service);
        let own = sender.and_then(|sender| sender.principals.iter().find(|(to, _)| *to == service));
        own.map_or_else(|| self.principal_of(info), |(_, principal)| principal)
    }

    fn sent_as(self: &Arc<Self>, sender: &Sender, (by, to): (&As, &str), views: Views<'_>) -> Result<Sent> {
        let principal = self.principal_of(&sender.info);
        match &by.who {
            Who::Caller => {
                let caller = Arc::clone(&sender.info.caller);
                let home = sender.scope.home_of(caller.account);
                let policies = match views {
                    Views::Of(cx) => self.policies_for(&cx.elsewhere(home)?, &caller)?,
                    Views::Apart => self.policies_for(&self.backstage_view(home), &caller)?,
                };
                let before = sender.info.via.iter().flat_map(|via| via.forwarded.iter().copied());
                let forwarded = before.chain([principal]).collect();
                // A service that is forwarded acts for its resource still.
                let source = match (&sender.info.via, caller.kind) {
                    (Some(via), CallerKind::Service) => via.source.clone(),
                    _ => String::new(),
                };
                Ok(Sent { caller, policies, source, forwarded })
            }
            Who::Service(source) => {
                let caller = Arc::new(service_itself(self.principal_towards(&sender.info, to), sender.scope));
                Ok(Sent { caller, policies: Arc::default(), source: source.clone(), forwarded: Vec::new() })
            }
            Who::Owner(source) => {
                let scope = by.scope.ok_or_else(|| Error::internal("an owner acts in an account that is named"))?;
                let caller = Arc::new(root(scope, "", false));
                Ok(Sent { caller, policies: Arc::default(), source: source.clone(), forwarded: Vec::new() })
            }
            Who::Role { role, session, source } => {
                let wish = Wish { role, session, source };
                let identity = match views {
                    Views::Of(cx) => self.assume_in(cx, &wish)?,
                    Views::Apart => self.assume(sender, &wish)?,
                };
                let (caller, policies) = (Arc::clone(&identity.caller), Arc::clone(&identity.policies));
                Ok(Sent { caller, policies, source: source.clone(), forwarded: Vec::new() })
            }
        }
    }

    /// The session of a role that a service assumes, lately assumed or anew in a transaction of its own.
    fn assume(self: &Arc<Self>, sender: &Sender, wish: &Wish<'_>) -> Result<Arc<Identity>> {
        let name = format!("{}\n{}\n{}\n{}", sender.info.service, wish.role, wish.session, wish.source);
        let partition = sender.scope.partition();
        if let Some(identity) = self.assumed(partition, &name) {
            return Ok(identity);
        }
        let epoch = self.identities.epoch();
        let entropy = self.entropy.stream();
        let mut cx = Cx::begin(&self.store, sender.scope, self.clock.now(), Arc::clone(&sender.info), entropy);
        let assumed = self.assume_in(&mut cx, wish);
        if let Ok(identity) = &assumed {
            self.remember_assumed((partition, &name), epoch, identity);
        }
        if assumed.is_ok() && !cx.is_clean() {
            self.finish(cx)?;
        } else {
            self.record_rolled_back(cx.effects());
        }
        assumed
    }

    fn assume_in(self: &Arc<Self>, cx: &mut Cx, wish: &Wish<'_>) -> Result<Arc<Identity>> {
        let assuming = self.directory.services().find_map(|s| Some((s, s.authority?, s.authority?.assume?)));
        let (service, authority, assume) =
            assuming.ok_or_else(|| Error::internal("no service of this cloud lets others assume roles"))?;
        let by = As { who: Who::Service(wish.source.to_owned()), scope: None, trace: None };
        let call = Call {
            service: service.facts.prefix.to_owned(),
            operation: assume.operation.to_owned(),
            input: (assume.input)(wish.role, wish.session),
        };
        let answer = Arc::clone(self).call(cx, &errand(&by, &call))?;
        let (key, token) = (assume.credential)(&Value::of(answer.peek()))
            .ok_or_else(|| Error::internal("a role was assumed, and there are no credentials"))?;
        let home = cx.elsewhere(cx.scope().home_of(self.settings.account))?;
        let credential = (authority.credential)(&home, &key, Some(&token))?;
        let credential = credential.ok_or_else(|| Error::internal("a role was assumed, and nobody knows its key"))?;
        let view = cx.elsewhere(cx.scope().home_of(credential.caller.account))?;
        let policies = Arc::new(self.policies_of(&view, &credential.caller)?);
        Ok(Arc::new(Identity { secret: credential.secret, caller: Arc::new(credential.caller), policies }))
    }

    /// A call to a peer in a request's own transaction.
    pub(crate) fn call_within(self: &Arc<Self>, cx: &mut Cx, errand: &Errand<'_>) -> Result<Box<dyn Struct>> {
        let sender = Sender { info: Arc::new(cx.request().clone()), scope: cx.scope() };
        let mut flow = Flow::sent(self, &sender, errand, Views::Of(cx))?;
        flow.entropy = cx.entropy().fork();
        flow.id = RequestId(flow.entropy.u128());
        let done = cx.nest((flow.scope, Arc::clone(&flow.info)), |cx| flow.within(cx, sender.scope));
        flow.record.stages.handle = flow.clockwork.lap(self.clock.real());
        if let (Ok(output), Some(target)) = (&done, flow.target) {
            flow.show_output(target, &**output);
        }
        let status = flow.status(done.as_ref().err());
        flow.complete_record(status, done.as_ref().err());
        cx.add_record(ledger::encode(&flow.record), flow.record.is_passing());
        done
    }

    /// A delivery as a request of its own.
    pub(crate) fn dispatch(self: &Arc<Self>, id: &LetterId, sender: &Sender, by: &As, call: &Call) -> Progress {
        match Flow::sent(self, sender, &errand(by, call), Views::Apart) {
            Ok(flow) => flow.towards(Towards::Letter(id.clone())).travel(),
            Err(error) => {
                self.letter_ended(id, RequestId(0), Err(error));
                Progress::Done(Reply::default())
            }
        }
    }
}

/// The role that a service wants to assume.
struct Wish<'a> {
    role: &'a str,
    session: &'a str,
    source: &'a str,
}

/// A service that calls for itself.
fn service_itself(principal: &'static str, scope: Scope) -> Caller {
    Caller {
        kind: CallerKind::Service,
        account: scope.account,
        arn: principal.to_owned(),
        user_id: String::new(),
        name: String::new(),
        access_key: String::new(),
        session: None,
        bootstrap: false,
    }
}

/// The account in an ARN: `aws:SourceAccount`.
pub(crate) fn source_account(arn: &str) -> Option<String> {
    Some(arn.parse::<Arn>().ok()?.account()?.to_string())
}
