use crate::resource::ResourceType;
use crate::{
    Access, Authority, Body, BodyPlan, CrossOrigin, Cx, Delivery, Error, Front, Measured, Next, Outcome,
    PreparedDelivery, PreparedTimer, Register, Result, TableInfo, Timer, View,
};
use model::LazyModel;
use shape::{Struct, Value};
use std::any::Any;

/// A service: what `pub static SERVICE` of each service folder is, made by [`Service::new`].
pub struct Service {
    /// What is fixed about it: names, hosts, ways of checking. From `service.toml`.
    pub facts: Facts,
    /// Its API model.
    pub model: &'static LazyModel,
    /// The operations that exist here, by name. From the functions in `ops/`.
    pub operations: &'static [Operation],
    /// Its tables.
    pub tables: fn() -> Vec<TableInfo>,
    /// Fires what fell due.
    pub on_timer: fn(&mut Cx, &Timer) -> Result<()>,
    /// Fires what fell due, where that takes preparation; [`Service::on_timer`] is not asked then.
    pub on_prepared_timer: Option<PreparedTimer>,
    /// Which timers to set when principals of the view's account have called something, of whatever service: asked at most once
    /// a second, and between the stops of a wind. So what follows calls stands still where nobody calls.
    pub on_activity: Option<OnActivity>,
    /// Is told how a delivery ended that it handed over by [`Cx::after`], in a transaction of its own in the sender's scope.
    pub on_delivery: fn(&mut Cx, &Delivery, &Result<Value>) -> Result<Next>,
    /// The same, where hearing it takes preparation; [`Service::on_delivery`] is not asked then.
    pub on_prepared_delivery: Option<PreparedDelivery>,
    /// What it knows of identities, if it is an authority on them.
    pub authority: Option<Authority>,
    /// CloudWatch's namespace of what it measures; `None` for that of its name in the model, such as `AWS/SQS`.
    pub namespace: Option<&'static str>,
    /// What its gauges show now, if it has some.
    pub gauge: Option<Gauge>,
    /// Keeps what all services measured, in a transaction of its own in the scope that it is of, if it is the one that does.
    pub keeps_measured: Option<KeepMeasured>,
    /// The resource types that it declares.
    pub resources: &'static [ResourceType],
    /// What operators register with it.
    pub registers: &'static [Register],
    /// Where it answers plain HTTP.
    pub fronts: &'static [Front],
    /// How it answers browsers that ask for pages of other origins, if its own settings say how.
    pub cross_origin: Option<&'static CrossOrigin>,
    /// What CloudTrail calls its calls and their callers, where that is not the usual.
    pub events: EventFacts,
    /// Services that it calls for itself under another principal than its own, by prefix.
    pub principals: &'static [(&'static str, &'static str)],
}

/// The present value of a metric of some dimensions, with its unit; `None` where it is no gauge, or of nothing.
pub type Gauge = fn(&View, &str, &[(String, String)]) -> Result<Option<(f64, &'static str)>>;

/// The timers that a service wants set after calls in an account.
pub type OnActivity = fn(&View) -> Result<Vec<Timer>>;

/// Keeps what services measured in one scope.
pub type KeepMeasured = fn(&mut Cx, &[Measured]) -> Result<()>;

/// What is fixed about a service. Generated from `service.toml`.
pub struct Facts {
    /// The folder's name, which is the endpoint prefix.
    pub prefix: &'static str,
    /// The namespace of its IAM actions, such as `sqs` in `sqs:SendMessage`.
    pub iam_prefix: &'static str,
    /// The service's part of its ARNs.
    pub arn_service: &'static str,
    /// The service part of CloudTrail's `eventSource`, such as `sqs.amazonaws.com`.
    pub event_source: &'static str,
    /// Its principal where it calls others, such as `sqs.amazonaws.com`.
    pub principal: &'static str,
    /// Further host labels by which it is reached, such as `queue`.
    pub host_labels: &'static [&'static str],
    /// Whether it has no region.
    pub global: bool,
    /// The error code of a denial, such as `AccessDenied` or `AccessDeniedException`.
    pub access_denied: &'static str,
    /// How modelled constraints are checked.
    pub validation: ValidationFacts,
    /// Operations that only read, though their handlers write (they consume): CloudTrail's `readOnly`.
    pub read_only: &'static [&'static str],
    /// The member that a Query request may give as its own URL, such as SQS's `QueueUrl`; empty where there is none.
    pub url_member: &'static str,
    /// The API's own rate buckets behind `--throttle`: operation or `*`, requests a second, burst.
    pub throttle: &'static [(&'static str, u32, u32)],
    /// What CloudTrail shows of its calls.
    pub trail: TrailFacts,
    /// What it does on the wire otherwise than its protocol says.
    pub wire: WireFacts,
}

/// What a service does on the wire otherwise than its protocol says: `[wire]` in `service.toml`.
pub struct WireFacts {
    /// Whether it signs as S3 does: paths as they came, unsigned payloads allowed, faults in S3's words.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>
    pub plain_signing: bool,
    /// Whether what stands in the host before the service's label is the first segment of the path.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>
    pub host_label: bool,
    /// Whether a body must be what `Content-MD5` and `x-amz-checksum-…` say of it.
    pub body_checksums: bool,
    /// Whether it answers a method that a path does not take with 405.
    pub method_not_allowed: bool,
    /// The header that carries a request's id, where it is not `x-amzn-RequestId`; empty otherwise.
    pub request_id_header: &'static str,
    /// Whether replies carry a second id.
    pub second_id: bool,
    /// The namespace of XML replies where the model has none; empty otherwise.
    pub xml_namespace: &'static str,
    /// Operations and the root elements of their XML replies, where that is not the output's name.
    pub output_roots: &'static [(&'static str, &'static str)],
    /// Operations whose XML reply is the only member's element.
    pub unwrapped_outputs: &'static [&'static str],
    /// Errors and their codes in Query's words, where the model has none.
    pub error_codes: &'static [(&'static str, &'static str)],
    /// Whether `Error` is the root of XML errors.
    pub unwrapped_errors: bool,
    /// Operations that never win against another of the same form: deprecated ones, or those told apart by host.
    pub shadowed: &'static [&'static str],
    /// Whether a Query request may ask for the model's version of the API alone. Other services take their older ones, too.
    pub one_version: bool,
}

impl WireFacts {
    /// Nothing but what the protocol says.
    pub const USUAL: WireFacts = WireFacts {
        plain_signing: false,
        host_label: false,
        body_checksums: false,
        method_not_allowed: false,
        request_id_header: "",
        second_id: false,
        xml_namespace: "",
        output_roots: &[],
        unwrapped_outputs: &[],
        error_codes: &[],
        unwrapped_errors: false,
        shadowed: &[],
        one_version: false,
    };
}

/// What CloudTrail shows of a service's calls.
pub struct TrailFacts {
    /// Operations that are data events: their records are kept in memory alone where they went well.
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html>
    pub data_events: &'static [&'static str],
    /// Operations that count as reading and whose answer is recorded all the same, as STS's credentials are.
    pub answers: &'static [&'static str],
    /// Members that are hidden though no model calls their shapes sensitive: structure and name.
    pub hidden: &'static [(&'static str, &'static str)],
}

/// What CloudTrail calls a service's calls and their callers, where that is not the usual. Generated from `[trail]` of
/// `service.toml`.
#[derive(Clone, Copy)]
pub struct EventFacts {
    /// Operations whose `eventName` is another, as `CreateFunction20150331`.
    pub names: &'static [(&'static str, &'static str)],
    /// Operations that take an identity provider's token for a signature, with the type of `userIdentity` and the members of the
    /// answer that say who it is: the provider first, the user last.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html>
    pub identities: &'static [(&'static str, &'static str, &'static [&'static str])],
}

impl EventFacts {
    /// The operations' own names, and callers who sign.
    pub const USUAL: EventFacts = EventFacts { names: &[], identities: &[] };

    /// The `eventName` of an operation, where it is not its own.
    pub fn name(&self, operation: &str) -> Option<&'static str> {
        self.names.iter().find(|(own, _)| *own == operation).map(|(_, name)| *name)
    }
}

/// How modelled constraints are checked.
pub struct ValidationFacts {
    /// Which constraints are checked.
    pub mode: ValidationMode,
    /// Whether they are checked before the caller is authorised.
    pub before_authorization: bool,
    /// The error code.
    pub code: &'static str,
    /// What is said of a missing member, `{}` standing for its name; empty for AWS's common text.
    pub missing: &'static str,
    /// Whether enumerations take the model's values alone.
    pub closed_enums: bool,
    /// Members (`Operation.Member` or `*.Member`) that the handler checks itself, with the service's own words.
    pub except: &'static [&'static str],
}

/// Which modelled constraints the door checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValidationMode {
    /// All but the exceptions.
    Model,
    /// Required members alone.
    Required,
    /// None: the handlers check all.
    Off,
}

/// One operation of a service.
pub struct Operation {
    /// The model's name.
    pub name: &'static str,
    /// A default input for the codec to fill.
    pub input: fn() -> Box<dyn Struct>,
    /// What the caller must be allowed to do.
    pub access: fn(&View, &dyn Struct) -> Result<Access>,
    /// The handler.
    pub run: Run,
    /// How it takes in a body that comes as a stream; `None` where its input is read whole.
    pub takes: Option<Intake>,
    /// The member of its output that is sent as a body, where it has one.
    pub gives: Option<fn(&dyn Struct) -> Option<&Body>>,
}

/// How an operation takes in a streaming body: the head of its request first, which is its input without the body.
#[derive(Clone, Copy)]
pub struct Intake {
    /// Decides, on the state on which the caller was let in and before any of the body is read, how it is received.
    pub plan: fn(&View, &dyn Struct) -> Result<BodyPlan>,
    /// Puts the received body into the input.
    pub place: fn(AnyShape, Body) -> Result<AnyShape>,
}

/// An input or output whose type is known to its operation alone.
pub type AnyShape = Box<dyn Struct>;

/// A handler.
pub enum Run {
    /// Reads a snapshot, beside all others.
    Read(fn(&View, AnyShape) -> Result<AnyShape>),
    /// Writes in one transaction, alone.
    Write(fn(&mut Cx, AnyShape) -> Result<Outcome<AnyShape>>),
    /// Prepares beside all others what takes long and needs no lock, as the making of a key; then writes with it, alone.
    Prepared {
        /// What is done before, on the snapshot of the decision. It may find that there is nothing to write.
        prepare: fn(&View, &dyn Struct) -> Result<Prepared<AnyShape, AnyMade>>,
        /// The handler, which is given what was made.
        write: fn(&mut Cx, AnyShape, AnyMade) -> Result<Outcome<AnyShape>>,
    },
}

/// What a preparation made, whose type is known to its operation alone.
pub type AnyMade = Box<dyn Any + Send>;

/// What a preparation came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Prepared<A, M> {
    /// The answer: nothing is to be written, and no lock is taken.
    Answer(A),
    /// What the handler is given.
    Made(M),
}

impl Service {
    /// A service of these operations and tables, in which nothing falls due and that delivers nothing.
    pub const fn new(
        facts: Facts,
        model: &'static LazyModel,
        operations: &'static [Operation],
        tables: fn() -> Vec<TableInfo>,
    ) -> Service {
        let (on_timer, on_delivery) = (nothing_falls_due, nothing_is_delivered);
        Service {
            facts,
            model,
            operations,
            tables,
            on_timer,
            on_prepared_timer: None,
            on_activity: None,
            on_delivery,
            on_prepared_delivery: None,
            authority: None,
            namespace: None,
            gauge: None,
            keeps_measured: None,
            resources: &[],
            registers: &[],
            fronts: &[],
            cross_origin: None,
            events: EventFacts::USUAL,
            principals: &[],
        }
    }

    /// With what it does when something falls due.
    pub const fn on_timer(mut self, fire: fn(&mut Cx, &Timer) -> Result<()>) -> Service {
        self.on_timer = fire;
        self
    }

    /// With what it does when something falls due that takes long.
    pub const fn on_prepared_timer(mut self, timer: PreparedTimer) -> Service {
        self.on_prepared_timer = Some(timer);
        self
    }

    /// With the timers that it sets when somebody has called something.
    pub const fn on_activity(mut self, timers: OnActivity) -> Service {
        self.on_activity = Some(timers);
        self
    }

    /// With the principals under which it calls other services for itself, by their prefixes, where that is not its own.
    pub const fn calling_as(mut self, principals: &'static [(&'static str, &'static str)]) -> Service {
        self.principals = principals;
        self
    }

    /// With what CloudTrail calls its calls and their callers.
    pub const fn events(mut self, events: EventFacts) -> Service {
        self.events = events;
        self
    }

    /// With what operators register with it.
    pub const fn registering(mut self, registers: &'static [Register]) -> Service {
        self.registers = registers;
        self
    }

    /// With what it does when a delivery has ended.
    pub const fn on_delivery(mut self, told: fn(&mut Cx, &Delivery, &Result<Value>) -> Result<Next>) -> Service {
        self.on_delivery = told;
        self
    }

    /// With what it does when a delivery has ended of which hearing takes long.
    pub const fn on_prepared_delivery(mut self, delivery: PreparedDelivery) -> Service {
        self.on_prepared_delivery = Some(delivery);
        self
    }

    /// With the resource types that it declares.
    pub const fn resources(mut self, resources: &'static [ResourceType]) -> Service {
        self.resources = resources;
        self
    }

    /// With where it answers plain HTTP.
    pub const fn fronts(mut self, fronts: &'static [Front]) -> Service {
        self.fronts = fronts;
        self
    }

    /// With how it answers browsers that ask for pages of other origins.
    pub const fn cross_origin(mut self, cross_origin: &'static CrossOrigin) -> Service {
        self.cross_origin = Some(cross_origin);
        self
    }

    /// With what it knows of identities.
    pub const fn authority(mut self, authority: Authority) -> Service {
        self.authority = Some(authority);
        self
    }

    /// With the namespace in which it measures, where that is not its name in the model behind `AWS/`.
    pub const fn measuring_in(mut self, namespace: &'static str) -> Service {
        self.namespace = Some(namespace);
        self
    }

    /// With gauges: metrics of which it knows the present value and counts no samples.
    pub const fn showing(mut self, gauge: Gauge) -> Service {
        self.gauge = Some(gauge);
        self
    }

    /// With how it keeps what all services measured.
    pub const fn keeping_measured(mut self, keep: KeepMeasured) -> Service {
        self.keeps_measured = Some(keep);
        self
    }
}

fn nothing_falls_due(_: &mut Cx, _: &Timer) -> Result<()> {
    Ok(())
}

fn nothing_is_delivered(_: &mut Cx, _: &Delivery, _: &Result<Value>) -> Result<Next> {
    Ok(Next::Done)
}

shape::shape! {
    /// The input or output of an operation that has none.
    pub struct Nothing {}
}

/// The input as its own type. A mismatch is a fault of the generated table.
#[doc(hidden)]
pub fn take_input<T: Struct>(input: Box<dyn Struct>) -> Result<T> {
    match input.into_any().downcast() {
        Ok(input) => Ok(*input),
        Err(_) => Err(Error::internal("an operation was given another's input")),
    }
}

/// The input as its own type, borrowed.
#[doc(hidden)]
pub fn borrow_input<T: Struct>(input: &dyn Struct) -> Result<&T> {
    input.as_any().downcast_ref().ok_or_else(|| Error::internal("an operation was given another's input"))
}

/// What was made as its own type. A mismatch is a fault of the generated table.
#[doc(hidden)]
pub fn take_made<T: 'static>(made: AnyMade) -> Result<T> {
    match made.downcast() {
        Ok(made) => Ok(*made),
        Err(_) => Err(Error::internal("an operation was given what another prepared")),
    }
}

/// One line of a service's table of operations. Written by `cargo xtask codegen`.
///
/// `takes(begin, member)` names the function that plans a streaming body and the member of the input that it becomes,
/// `gives(Output, member)` the member of the output that is one.
#[macro_export]
macro_rules! operation {
    ($name:literal, $mode:ident, $input:ty, $handler:path, $access:path
        $(, takes($begin:path, $taken:ident))? $(, gives($output:ty, $given:ident))?) => {
        $crate::Operation {
            name: $name,
            input: || Box::new(<$input>::default()),
            access: |view, input| $access(view, $crate::__private::borrow_input::<$input>(input)?),
            run: $crate::operation!(@run $mode, $input, $handler),
            takes: $crate::operation!(@takes $input $(, $begin, $taken)?),
            gives: $crate::operation!(@gives $($output, $given)?),
        }
    };
    ($name:literal, $mode:ident, $input:ty, $handler:path, $access:path, $prepare:path
        $(, gives($output:ty, $given:ident))?) => {
        $crate::Operation {
            name: $name,
            input: || Box::new(<$input>::default()),
            access: |view, input| $access(view, $crate::__private::borrow_input::<$input>(input)?),
            run: $crate::Run::Prepared {
                prepare: |view, input| {
                    Ok(match $prepare(view, $crate::__private::borrow_input::<$input>(input)?)? {
                        $crate::Prepared::Answer(answer) => {
                            $crate::Prepared::Answer(Box::new(answer) as Box<dyn $crate::Struct>)
                        }
                        $crate::Prepared::Made(made) => $crate::Prepared::Made(Box::new(made)),
                    })
                },
                write: |cx, input, made| {
                    let input = $crate::__private::take_input::<$input>(input)?;
                    let done = $handler(cx, input, $crate::__private::take_made(made)?)?;
                    Ok($crate::operation!(@outcome $mode, done).map(|output| Box::new(output) as Box<dyn $crate::Struct>))
                },
            },
            takes: None,
            gives: $crate::operation!(@gives $($output, $given)?),
        }
    };
    (@outcome prepared, $done:ident) => {
        $crate::Outcome::Done($done)
    };
    (@outcome prepared_wait, $done:ident) => {
        $done
    };
    (@takes $input:ty) => {
        None
    };
    (@takes $input:ty, $begin:path, $member:ident) => {
        Some($crate::Intake {
            plan: |view, input| $begin(view, $crate::__private::borrow_input::<$input>(input)?),
            place: |input, body| {
                let mut input = $crate::__private::take_input::<$input>(input)?;
                input.$member = body.into();
                Ok(Box::new(input) as Box<dyn $crate::Struct>)
            },
        })
    };
    (@gives) => {
        None
    };
    (@gives $output:ty, $member:ident) => {
        Some(|output| {
            let output = $crate::__private::borrow_input::<$output>(output).ok()?;
            $crate::__private::Sent::sent(&output.$member)
        })
    };
    (@run read, $input:ty, $handler:path) => {
        $crate::Run::Read(|view, input| {
            let output = $handler(view, $crate::__private::take_input::<$input>(input)?)?;
            Ok(Box::new(output) as Box<dyn $crate::Struct>)
        })
    };
    (@run write, $input:ty, $handler:path) => {
        $crate::Run::Write(|cx, input| {
            let output = $handler(cx, $crate::__private::take_input::<$input>(input)?)?;
            Ok($crate::Outcome::Done(Box::new(output) as Box<dyn $crate::Struct>))
        })
    };
    (@run wait, $input:ty, $handler:path) => {
        $crate::Run::Write(|cx, input| {
            let outcome = $handler(cx, $crate::__private::take_input::<$input>(input)?)?;
            Ok(outcome.map(|output| Box::new(output) as Box<dyn $crate::Struct>))
        })
    };
}
