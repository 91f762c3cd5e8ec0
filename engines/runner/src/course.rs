//! The course of one invocation: a sandbox is found or made, the event goes in, the answer comes out, and the log says
//! so in Lambda's words.
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>

use crate::api::{Answer, Delivery};
use crate::failure::failure;
use crate::lane::{Lane, Turn};
use crate::log::Log;
use crate::os_time;
use crate::place::{Ground, Happened, Sandbox};
use crate::pool::Pool;
use crate::report;
use crate::sandbox::Step;
use crate::{Failure, FunctionSpec, Invocation, InvocationEnd, Refusal, Settings, Timing};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;

/// The largest event. <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAX_PAYLOAD_BYTES: usize = 6 * 1024 * 1024;

pub(crate) struct Course<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) ground: &'a Arc<Ground>,
    pub(crate) pool: &'a Arc<Pool>,
    pub(crate) lane: &'a Lane,
    pub(crate) spec: &'a Arc<FunctionSpec>,
    pub(crate) invocation: &'a Invocation,
}

/// What is known of an invocation while it runs.
struct Run {
    log: Log,
    timing: Timing,
    log_stream: String,
    trace_documents: Vec<String>,
}

/// The right to start a sandbox: a place for it, and a turn in the lane.
struct Right {
    place: OwnedSemaphorePermit,
    turn: Turn,
}

/// How a phase ended without an answer.
struct Fault {
    failure: Failure,
    timed_out: bool,
    out_of_memory: bool,
}

impl Course<'_> {
    /// Runs the invocation.
    pub(crate) async fn run(self) -> Result<InvocationEnd, Refusal> {
        let bytes = self.invocation.payload.len();
        if bytes > MAX_PAYLOAD_BYTES {
            return Err(Refusal::PayloadTooLarge { bytes });
        }
        let log = Log::new(self.settings.max_log_bytes);
        let mut run = Run {
            log,
            timing: Timing::default(),
            log_stream: self.invocation.log_stream.clone(),
            trace_documents: Vec::new(),
        };
        let first = match self.find().await? {
            Ok(sandbox) => Ok(sandbox),
            Err(right) => self.initialise(&mut run, right, (self.settings.init_limit, "init")).await?,
        };
        run.log.platform(report::start(self.spec, &self.invocation.request_id));
        // A sandbox that did not come up is tried once more, now within the function's own timeout: the line before it is
        // no part of that.
        let found = match first {
            Ok(sandbox) => Ok(sandbox),
            Err(_) => self.find().await?,
        };
        let begun = os_time::now();
        let until = begun + self.spec.timeout;
        let sandbox = match found {
            Ok(sandbox) => Ok(sandbox),
            Err(right) => self.initialise(&mut run, right, (self.spec.timeout, "invoke")).await?,
        };
        let ended = match sandbox {
            Ok(sandbox) => self.answer(sandbox, &mut run, begun, until).await,
            Err(fault) => {
                run.timing.duration = os_time::now().duration_since(begun);
                Err(fault)
            }
        };
        Ok(self.end(run, ended))
    }

    /// A sandbox that is free, or that becomes free before it is this one's turn; else the right to start one.
    async fn find(&self) -> Result<Result<Sandbox, Right>, Refusal> {
        loop {
            let mut sandbox = match self.pool.take(&self.spec.id) {
                Ok(sandbox) => sandbox,
                Err(wait) => {
                    let place = self.pool.place().ok_or(Refusal::Busy)?;
                    match wait.or(self.lane.enter()).await {
                        Ok(sandbox) => sandbox,
                        Err(turn) => return Ok(Err(Right { place, turn })),
                    }
                }
            };
            if sandbox.resume().await {
                return Ok(Ok(sandbox));
            }
        }
    }

    /// Starts a sandbox and waits until its runtime asks for an event.
    async fn initialise(
        &self,
        run: &mut Run,
        right: Right,
        (limit, phase): (Duration, &str),
    ) -> Result<Result<Sandbox, Fault>, Refusal> {
        let Right { place, turn: _turn } = right;
        let mut sandbox = self.ground.start(self.spec, self.invocation, place).await?;
        let begun = os_time::now();
        let desk = Arc::clone(&sandbox.api.desk);
        let happened = sandbox.watch(desk.ready(), begun + limit, &mut run.log).await;
        let took = os_time::now().duration_since(begun);
        let fault = match happened {
            Happened::Done(Ok(())) => {
                if phase == "init" {
                    run.timing.init = Some(took);
                }
                run.log_stream.clone_from(&sandbox.log_stream);
                return Ok(Ok(sandbox));
            }
            Happened::Done(Err(failure)) => Fault::plain(failure),
            Happened::NotStarted { step: Step::Sandbox, message } => return Err(Refusal::Sandbox(message)),
            Happened::NotStarted { step: Step::Exec, message } => self.no_entry(&sandbox, &message),
            // A runtime that reported why it cannot start, and then ended, is believed.
            Happened::Exited { code, signal, out_of_memory } => match desk.last_init_error() {
                Some(failure) => Fault::plain(failure),
                None => Fault { out_of_memory, ..self.exited(code, signal) },
            },
            Happened::TimedOut => self.timed_out(limit),
        };
        run.trace_documents.extend(sandbox.kill(&mut run.log).await);
        let error_type = (!fault.timed_out).then_some(fault.failure.error_type.as_str());
        run.log.platform(report::init_report(took, phase, error_type));
        Ok(Err(fault))
    }

    /// Hands the event over and waits for the answer.
    async fn answer(
        &self,
        mut sandbox: Sandbox,
        run: &mut Run,
        begun: Instant,
        until: Instant,
    ) -> Result<Answer, Fault> {
        let desk = Arc::clone(&sandbox.api.desk);
        let left = until.saturating_duration_since(os_time::now());
        run.log_stream.clone_from(&sandbox.log_stream);
        desk.deliver(self.delivery(left));
        let happened = sandbox.watch(desk.answered(), until, &mut run.log).await;
        run.timing.duration = os_time::now().duration_since(begun);
        let fault = match happened {
            Happened::Done(answer) => {
                if let Some(peak) = sandbox.freeze(&mut run.log).await {
                    run.timing.max_memory_bytes = peak;
                    run.trace_documents = sandbox.daemon.take();
                    self.pool.keep(sandbox);
                }
                return Ok(answer);
            }
            Happened::NotStarted { message, .. } => Fault::plain(failure("Runtime.Unknown", &message)),
            Happened::Exited { code, signal, out_of_memory } => {
                if out_of_memory {
                    run.timing.max_memory_bytes = u64::from(self.spec.memory_mb) << 20;
                }
                Fault { out_of_memory, ..self.exited(code, signal) }
            }
            Happened::TimedOut => {
                run.timing.duration = self.spec.timeout;
                self.timed_out(self.spec.timeout)
            }
        };
        // What was answered before was sent to the caller already.
        let answered = desk.last_answer();
        run.trace_documents.extend(sandbox.kill(&mut run.log).await);
        answered.ok_or(fault)
    }

    fn delivery(&self, left: Duration) -> Delivery {
        let given = self.invocation;
        let mut headers = vec![
            ("lambda-runtime-aws-request-id", given.request_id.clone()),
            ("lambda-runtime-deadline-ms", os_time::epoch_ms(left).to_string()),
            ("lambda-runtime-invoked-function-arn", given.invoked_function_arn.clone()),
        ];
        let optional = [
            ("lambda-runtime-trace-id", &given.trace_header),
            ("lambda-runtime-client-context", &given.client_context),
            ("lambda-runtime-cognito-identity", &given.cognito_identity),
        ];
        headers.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
        Delivery { request_id: given.request_id.clone(), headers, payload: given.payload.clone() }
    }

    /// The end, with the lines that close the log.
    fn end(&self, mut run: Run, ended: Result<Answer, Fault>) -> InvocationEnd {
        let (result, fault) = match ended {
            Ok(answer) => (answer, None),
            Err(fault) => {
                run.timing.timed_out = fault.timed_out;
                run.timing.out_of_memory = fault.out_of_memory;
                let error_type = fault.failure.error_type.clone();
                (Err(fault.failure), Some(error_type))
            }
        };
        run.log.settle();
        let id = &self.invocation.request_id;
        if run.timing.timed_out {
            run.log.platform(format!("{} {id} {}", os_time::iso_now(), timeout_text(self.spec.timeout)));
        } else if let (Some(error_type), Err(failure)) = (&fault, &result) {
            run.log.platform(platform_error(failure, error_type));
        }
        // Since August 2025 initialisation is billed for every function.
        // https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
        let billed = run.timing.duration + run.timing.init.unwrap_or_default();
        run.timing.billed_ms = billed.as_nanos().div_ceil(1_000_000) as u64;
        run.log.platform(report::end(id));
        run.log.platform(report::report(self.spec, self.invocation, &run.timing, fault.as_deref()));
        InvocationEnd {
            result,
            log: run.log.into_lines(),
            timing: run.timing,
            log_stream: run.log_stream,
            trace_documents: run.trace_documents,
        }
    }

    fn fault(&self, error_type: &str, message: &str) -> Fault {
        let text = format!("RequestId: {} Error: {message}", self.invocation.request_id);
        Fault::plain(failure(error_type, &text))
    }

    fn exited(&self, code: Option<i32>, signal: Option<String>) -> Fault {
        let how = match (code, signal) {
            (Some(0), _) => "Runtime exited without providing a reason".to_owned(),
            (Some(code), _) => format!("Runtime exited with error: exit status {code}"),
            (None, signal) => format!("Runtime exited with error: signal: {}", signal.as_deref().unwrap_or("killed")),
        };
        self.fault("Runtime.ExitError", &how)
    }

    fn no_entry(&self, sandbox: &Sandbox, why: &str) -> Fault {
        let message = if sandbox.has_program {
            format!("fork/exec /var/task/bootstrap: {}", why.to_lowercase())
        } else {
            "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]".to_owned()
        };
        self.fault("Runtime.InvalidEntrypoint", &message)
    }

    fn timed_out(&self, limit: Duration) -> Fault {
        Fault { timed_out: true, ..self.fault("Sandbox.Timedout", &timeout_text(limit)) }
    }
}

impl Fault {
    fn plain(failure: Failure) -> Fault {
        Fault { failure, timed_out: false, out_of_memory: false }
    }
}

fn timeout_text(limit: Duration) -> String {
    format!("Task timed out after {:.2} seconds", limit.as_secs_f64())
}

/// The platform's two lines about a runtime that ended: the message, and the type below it.
fn platform_error(failure: &Failure, error_type: &str) -> String {
    let document: serde_json::Value = serde_json::from_slice(&failure.payload).unwrap_or_default();
    let message = document.get("errorMessage").and_then(serde_json::Value::as_str).unwrap_or_default();
    format!("{message}\n{error_type}")
}
