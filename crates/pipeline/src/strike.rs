//! The faults that somebody asked for, on the request's way.

use crate::faults::{Fault, FaultError, FaultFacts};
use crate::flow::{Flow, Origin, Progress};
use service::Error;
use std::time::Duration;

/// How a connection ends without a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// It is reset.
    Reset,
    /// No answer ever comes: the client gives up first.
    Silent,
}

/// A request that a fault holds up.
pub struct Delayed {
    pub(crate) flow: Box<Flow>,
    error: Option<FaultError>,
    wait: Duration,
}

impl Delayed {
    /// How long, on the machine's clock.
    pub fn wait(&self) -> Duration {
        self.wait
    }

    /// Lets the request go on, or fail as the fault says.
    pub fn resume(self) -> Progress {
        match self.error {
            Some(error) => self.flow.fail(error),
            None => self.flow.again(),
        }
    }
}

impl Flow {
    /// The fault that strikes this request, if one does.
    pub(crate) fn struck(&mut self) -> Option<Fault> {
        if self.cloud.faults.is_empty() {
            return None;
        }
        let resources: Vec<&str> = self.record.resources.iter().map(String::as_str).collect();
        let facts = FaultFacts {
            account: self.scope.account,
            region: self.scope.region,
            zone: None,
            service: self.info.service,
            operation: self.info.operation,
            principals: &[&self.caller.arn, self.caller.principal_arn()],
            resources: &resources,
        };
        let chance = self.cloud.entropy.stream().u64();
        let fault = self.cloud.faults.strike(&facts, chance, self.cloud.clock.now())?;
        self.record.faulted_by.clone_from(&fault.rules);
        Some(fault)
    }

    /// What becomes of a request that a fault struck.
    pub(crate) fn suffer(self: Box<Self>, fault: Fault) -> Progress {
        match fault.error {
            Some(error) if fault.latency.is_zero() => self.fail(error),
            error => Progress::Delayed(Delayed { flow: self, error, wait: fault.latency }),
        }
    }

    fn fail(mut self: Box<Self>, error: FaultError) -> Progress {
        let broken = match error {
            FaultError::ConnectionReset => Broken::Reset,
            FaultError::Timeout => Broken::Silent,
            error => return self.refuse(error.into_error()),
        };
        if let Origin::Service(_) = self.origin {
            return self.refuse(error.into_error());
        }
        let code = if broken == Broken::Reset { "ConnectionReset" } else { "Timeout" };
        self.complete_record(0, Some(&Error::new(code, "a fault rule asked for it")));
        self.cloud.ledger.append(&self.record);
        Progress::Broken(broken)
    }
}

impl FaultError {
    /// The error as an answer; between services a broken connection is one too.
    pub(crate) fn into_error(self) -> Error {
        match self {
            FaultError::Throttling => throttled(),
            FaultError::Internal => Error::internal("a fault rule asked for it"),
            FaultError::Unavailable | FaultError::ConnectionReset | FaultError::Timeout => {
                Error::new("ServiceUnavailable", "Service Unavailable").status(503)
            }
            FaultError::Answer { code, status, message } => Error::new(code, message).status(status),
        }
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>
pub(crate) fn throttled() -> Error {
    Error::new("ThrottlingException", "Rate exceeded").status(400)
}
