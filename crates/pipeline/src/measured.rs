//! What services measure: added up in memory, read from there, and handed to its keeper once a second.

use crate::cloud::Cloud;
use crate::directory::Directory;
use clock::EntropySource;
use ledger::{Sample, SeriesName};
use service::{Cx, Door, DoorRef, Measured, Meter, RequestInfo, Result, Scope, Service, View};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::sync::Arc;

impl Cloud {
    /// Adds a sample to what was measured.
    pub(crate) fn meter(&self, meter: &Meter) {
        let namespace = match &meter.namespace {
            Some(namespace) => Cow::Borrowed(namespace.as_str()),
            None => namespace(self.directory, meter.service),
        };
        let dimensions: SmallVec<[(&str, &str); 4]> =
            meter.dimensions.iter().map(|(name, value)| (&**name, value.as_str())).collect();
        self.meters.meter(&Sample {
            series: SeriesName {
                scope: meter.scope,
                namespace: &namespace,
                metric: &meter.metric,
                dimensions: &dimensions,
                unit: &meter.unit,
            },
            value: meter.value,
            at: meter.at.unwrap_or_else(|| self.clock.now()),
        });
    }

    /// Has the keeper keep what was measured. To be called within a second of [`Cloud::on_measured`], and before the store is
    /// closed: a kill costs no more than that second.
    pub fn keep_measured(self: &Arc<Self>) -> Result<()> {
        let keeper = self.directory.services().find_map(|service| Some((service, service.keeps_measured?)));
        let Some((service, keep)) = keeper else { return Ok(()) };
        let mut rest = self.meters.take();
        while let Some(scope) = rest.first().map(|measured| measured.scope) {
            let after = rest.split_off(rest.partition_point(|measured| measured.scope == scope));
            if let Err(error) = self.keep_in(scope, service, |cx| keep(cx, &rest)) {
                rest.extend(after);
                self.meters.put_back(rest);
                return Err(error);
            }
            rest = after;
        }
        Ok(())
    }

    /// Writes for a service, in a transaction of its own.
    pub(crate) fn keep_in(
        self: &Arc<Self>,
        scope: Scope,
        service: &'static Service,
        keep: impl FnOnce(&mut Cx) -> Result<()>,
    ) -> Result<()> {
        let now = self.clock.now();
        let info = RequestInfo {
            service: service.facts.prefix,
            operation: "Measured",
            arrived: now,
            door: DoorRef(Some(Arc::clone(self) as Arc<dyn Door>)),
            ..(*self.backstage).clone()
        };
        // Chance of its own: what requests draw does not depend on when something was kept.
        let entropy = EntropySource::seeded(now.0 as u64).stream();
        let mut cx = Cx::begin(&self.store, scope, now, Arc::new(info), entropy);
        keep(&mut cx)?;
        self.finish(cx)
    }

    /// Calls `call` whenever there is something to keep after nothing. It must return at once.
    pub fn on_measured(&self, call: impl Fn() + Send + 'static) {
        self.meters.on_fresh(call);
    }

    pub(crate) fn gauge_of(
        &self,
        view: &View,
        (space, metric): (&str, &str),
        dimensions: &[(String, String)],
    ) -> Result<Option<(f64, &'static str)>> {
        let gauges = self.directory.services().filter_map(|service| Some((service, service.gauge?)));
        for (service, gauge) in gauges {
            if namespace(self.directory, service.facts.prefix) == space {
                return gauge(view, metric, dimensions);
            }
        }
        Ok(None)
    }

    pub(crate) fn measured_in(&self, scope: Scope, wants: &dyn Fn(&str, &str) -> bool) -> Vec<Measured> {
        self.meters.fresh(scope, wants)
    }
}

/// In which namespace a service measures: under its name in the model, unless it says another.
fn namespace(directory: &'static Directory, prefix: &str) -> Cow<'static, str> {
    let Some(service) = directory.entry(prefix).and_then(|entry| entry.service) else { return Cow::Borrowed("") };
    match service.namespace {
        Some(namespace) => Cow::Borrowed(namespace),
        None => Cow::Owned(format!("AWS/{}", service.model.get().metadata.service_id.replace(' ', ""))),
    }
}
