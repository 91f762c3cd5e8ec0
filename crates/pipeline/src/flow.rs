use crate::cloud::Cloud;
use crate::directory::Entry;
use crate::errand::Mission;
use crate::identity::{Compiled, Epoch};
use crate::receive::{Intake, Receiving};
use crate::send::Download;
use crate::strike::{Broken, Delayed};
use crate::waiters::Parked;
use clock::{Entropy, Timestamp};
use ids::RequestId;
use ledger::Record;
use model::{Operation, Protocol};
use service::{Body, Bytes, Caller, Error, RequestInfo, Result, Scope, Upload, View};
use shape::Struct;
use std::net::IpAddr;
use std::sync::Arc;
use wire::sigv4::ChunkChain;
use wire::{Reply, Request};

/// The other end of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub ip: IpAddr,
    /// Whether the connection is TLS.
    pub secure: bool,
}

/// How far a request has come.
pub enum Progress {
    /// It is answered.
    Done(Reply),
    /// It is answered, and this is the body.
    Sending(Reply, Download),
    /// It may go on when its body has come.
    Receiving(Receiving),
    /// It waits for something.
    Waiting(Parked),
    /// A fault holds it up.
    Delayed(Delayed),
    /// A fault ends its connection without a reply.
    Broken(Broken),
}

/// Where a request comes from.
pub(crate) enum Origin {
    /// A client's connection.
    Client,
    /// Another service.
    Service(Box<Mission>),
}

/// One request on its way. What the stages find out stands here.
pub struct Flow {
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) origin: Origin,
    /// What a client sent; empty where a service calls.
    pub(crate) request: Request,
    pub(crate) peer: Peer,
    pub(crate) id: RequestId,
    pub(crate) entropy: Entropy,
    pub(crate) place: u64,
    pub(crate) record: Record,
    pub(crate) clockwork: Stopwatch,
    pub(crate) started: Timestamp,
    /// What was asked for as far as it was found, built or not.
    pub(crate) asked: Option<Asked>,
    pub(crate) target: Option<Target>,
    pub(crate) caller: Arc<Caller>,
    pub(crate) policies: Arc<Compiled>,
    pub(crate) scope: Scope,
    /// What stands before the front's label in the host, where a front is met.
    pub(crate) host_rest: String,
    /// The door's own, until it is known who asks for what.
    pub(crate) info: Arc<RequestInfo>,
    /// In virtual time.
    pub(crate) arrived: Timestamp,
    /// When the caller's policies were read.
    pub(crate) epoch: Epoch,
    /// What it asked of peers in earlier runs, with the answers.
    pub(crate) asked_before: Vec<service::Asked>,
    /// When it asked last, in virtual time.
    pub(crate) asked_at: Timestamp,
    /// The path as it came and was signed, where the host named its first segment.
    pub(crate) signed_path: Option<String>,
    /// Whether only the head of the request has come.
    pub(crate) head_only: bool,
    /// The body as it came, where it was compressed: what the signature covers.
    pub(crate) compressed: Option<Bytes>,
    /// The whole body of an operation that takes a stream.
    pub(crate) body: Bytes,
    /// Where the signatures of an `aws-chunked` body begin.
    pub(crate) chain: Option<ChunkChain>,
    pub(crate) received: Option<Body>,
    pub(crate) upload: Option<Upload>,
    /// How often a reader may still look at a newer state.
    pub(crate) retries: u8,
    /// How often it has asked, what it forgot since included.
    pub(crate) asks: u16,
}

/// A request that may run: its input, and the state on which that was decided.
pub(crate) struct Ready {
    pub(crate) input: Box<dyn Struct>,
    pub(crate) view: View,
}

/// What a request asks for, whether it is built or not.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) entry: &'static Entry,
    /// `None` when the service has no such operation.
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) protocol: Protocol,
}

/// What a request asks for, and the handler that does it.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) entry: &'static Entry,
    pub(crate) operation: &'static Operation,
    pub(crate) protocol: Protocol,
    pub(crate) handler: &'static service::Operation,
    /// Where it is plain HTTP.
    pub(crate) front: Option<&'static service::Front>,
}

impl Flow {
    /// In a box, since it is large and each stage hands it on.
    pub(crate) fn new(cloud: Arc<Cloud>, origin: Origin, request: Request, peer: Peer) -> Box<Flow> {
        let mut entropy = cloud.entropy.stream();
        let id = RequestId(entropy.u128());
        let (started, arrived) = cloud.clock.both();
        Box::new(Flow {
            id,
            entropy,
            place: cloud.waiters.arrive(),
            record: Record::default(),
            clockwork: Stopwatch::start(started),
            started,
            asked: None,
            target: None,
            caller: Arc::clone(&cloud.backstage.caller),
            policies: Arc::default(),
            scope: Scope::new(cloud.settings.account, cloud.settings.region),
            info: Arc::clone(&cloud.backstage),
            arrived,
            host_rest: String::new(),
            epoch: Epoch::default(),
            asked_before: Vec::new(),
            asked_at: arrived,
            signed_path: None,
            head_only: false,
            compressed: None,
            body: Bytes::new(),
            chain: None,
            received: None,
            upload: None,
            retries: 3,
            asks: 0,
            cloud,
            origin,
            request,
            peer,
        })
    }

    /// THE LIST. Every request goes through these stages, in this order: a client's from the top, a service's from where it is
    /// known who asks for what.
    pub(crate) fn travel(mut self: Box<Self>) -> Progress {
        match self.approach() {
            Ok((ready, None)) => self.set_out(ready),
            Ok((ready, Some(intake))) => match self.target {
                Some(target) => {
                    let whole = matches!(self.origin, Origin::Service(_));
                    let receiving = Receiving::new(self, target, ready.input, intake);
                    if whole { receiving.whole() } else { Progress::Receiving(receiving) }
                }
                None => self.refuse(Error::internal("a body is awaited for an operation that is not known")),
            },
            Err(refusal) => self.refuse(refusal),
        }
    }

    /// The second half of the list.
    pub(crate) fn set_out(mut self: Box<Self>, ready: Ready) -> Progress {
        match self.struck() {
            None => self.run(ready), //             then: the handler, the commit with its record, the reply
            Some(fault) => self.suffer(fault), //   or the faults that somebody asked for
        }
    }

    fn approach(&mut self) -> Result<(Ready, Option<Intake>)> {
        if let Origin::Client = self.origin {
            let inflated = self.inflate(); //       a body that the SDK has compressed
            let presented = self.route()?; //       which service, which operation
            inflated?;
            self.authenticate(presented)?; //       who: the signature over every byte
        }
        let target = self.built()?; //              whether the operation exists here
        self.set_body_aside(target);
        self.check_body(target)?; //                whether it came as its headers say, where the service asks
        let input = self.decode(target)?; //        what: the bytes as the operation's input
        self.show_input(target, &*input); //        what the record shows of it
        self.validate(target, &*input, true)?; //   the model's constraints, where AWS checks them first
        let view = self.authorize(target, &*input)?; // whether they may: the whole chain of policies
        self.validate(target, &*input, false)?; //  the model's constraints, where AWS checks them second
        self.throttle(target)?; //                  the API's own rate buckets, behind --throttle
        let intake = self.intake(target, &*input, &view)?; // how a body is received that comes as a stream
        Ok((Ready { input, view }, intake))
    }

    /// Runs a request that waited again, from its decision on.
    pub(crate) fn again(mut self: Box<Self>) -> Progress {
        let again = |flow: &mut Flow| {
            let target = flow.built()?;
            let input = flow.decode(target)?;
            let view = flow.authorize(target, &*input)?;
            let input = flow.placed(target, input)?;
            Ok(Ready { input, view })
        };
        match again(&mut self) {
            Ok(ready) => self.run(ready),
            Err(refusal) => self.refuse(refusal),
        }
    }

    pub(crate) fn built(&self) -> Result<Target> {
        self.target.ok_or_else(|| Error::internal("a request came past the stage that finds its operation"))
    }
}

/// How long each stage took, in microseconds of the machine's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch {
    last: Timestamp,
}

impl Stopwatch {
    fn start(now: Timestamp) -> Stopwatch {
        Stopwatch { last: now }
    }

    /// Microseconds since the last lap.
    pub(crate) fn lap(&mut self, now: Timestamp) -> i64 {
        let lap = now.0.saturating_sub(self.last.0).max(0);
        self.last = now;
        lap
    }
}
