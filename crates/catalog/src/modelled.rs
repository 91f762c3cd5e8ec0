use model::Model;
use service::{LazyModel, Service};

/// An API that is known, whether it is built or not.
pub struct Modelled {
    /// The model's file name, such as `stepfunctions`: what `terrella services` and errors call it.
    pub name: &'static str,
    /// The prefix of its host name, such as `states`.
    pub endpoint_prefix: &'static str,
    /// The name that requests are signed for.
    pub signing_name: &'static str,
    /// The SDKs' id of it, such as `SFN`.
    pub service_id: &'static str,
    /// `2016-11-23`: the `Version` of Query requests.
    pub api_version: &'static str,
    /// `AWSStepFunctions` in `X-Amz-Target`.
    pub target_prefix: Option<&'static str>,
    pub(crate) source: Source,
}

/// Where a model comes from. A service that is built brings its own, so that none is in the binary twice.
pub(crate) enum Source {
    Service(&'static Service),
    Json(LazyModel),
}

impl Modelled {
    /// The model, parsed on first use.
    pub fn model(&self) -> &Model {
        self.lazy().get()
    }

    /// The model's JSON as it stands in the binary.
    pub fn json(&self) -> &'static [u8] {
        self.lazy().json()
    }

    /// The service, if it is built.
    pub fn implemented(&self) -> Option<&'static Service> {
        match &self.source {
            Source::Service(service) => Some(service),
            Source::Json(_) => None,
        }
    }

    fn lazy(&self) -> &LazyModel {
        match &self.source {
            Source::Service(service) => service.model,
            Source::Json(model) => model,
        }
    }
}
