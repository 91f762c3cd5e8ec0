use service::{LazyModel, Service};
use wire::route::ServiceFacts;

/// An API that is known, whether it is built or not.
pub struct Modelled {
    /// The model's file name, such as `stepfunctions`: what `terrella services` and errors call it.
    pub name: &'static str,
    /// The SDKs' id of it, such as `SFN`.
    pub service_id: &'static str,
    /// How requests find it.
    pub routes: ServiceFacts,
    pub(crate) source: Source,
}

/// Where a model comes from. A service that is built brings its own, so that none is in the binary twice.
#[expect(clippy::large_enum_variant, reason = "it stands in a static, where nothing can be boxed")]
pub(crate) enum Source {
    Service(&'static Service),
    Json(LazyModel),
}

impl Modelled {
    /// The model, parsed on first use.
    pub fn model(&self) -> &LazyModel {
        match &self.source {
            Source::Service(service) => service.model,
            Source::Json(model) => model,
        }
    }

    /// The model's JSON as it stands in the binary.
    pub fn json(&self) -> &'static [u8] {
        self.model().json()
    }

    /// The service, if it is built.
    pub fn implemented(&self) -> Option<&'static Service> {
        match &self.source {
            Source::Service(service) => Some(service),
            Source::Json(_) => None,
        }
    }
}
