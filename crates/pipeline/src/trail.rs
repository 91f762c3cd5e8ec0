//! What the record shows of input and output.

use crate::flow::{Flow, Target};
use ledger::Elements;
use service::{Service, Value};
use shape::Struct;

impl Flow {
    /// Notes the request's parameters, whatever becomes of it: handlers take their input with them.
    pub(crate) fn show_input(&mut self, target: Target, input: &dyn Struct) {
        if let Some(shape) = target.operation.input {
            elements(target).request(shape, input.peek(), &mut self.record.input);
        }
    }

    /// Notes the answer of a call that changed something. CloudTrail shows none of what was only read.
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
    pub(crate) fn show_output(&mut self, target: Target, output: &dyn Struct) {
        let Some(service) = target.entry.service else { return };
        let told = !self.reads(service) || service.facts.trail.answers.contains(&&*target.operation.name);
        if let Some(shape) = target.operation.output.filter(|_| told) {
            self.record.response = elements(target).response(shape, output.peek());
        }
        self.show_bearer(service, output);
    }

    /// Notes whom an identity provider's token named.
    fn show_bearer(&mut self, service: &Service, output: &dyn Struct) {
        let mut all = service.events.identities.iter();
        let Some((_, kind, members)) = all.find(|(operation, ..)| *operation == self.info.operation) else { return };
        let answer = Value::of(output.peek());
        let said = members.iter().filter_map(|member| answer.get(member)?.as_str());
        self.record.bearer = std::iter::once(*kind).chain(said).map(str::to_owned).collect();
    }

    /// Whether what is asked is one of the service's data events. What fronts answer is none of the management of anything.
    pub(crate) fn is_data_event(&self, service: &Service) -> bool {
        self.target.is_some_and(|target| target.front.is_some())
            || service.facts.trail.data_events.contains(&self.info.operation)
    }
}

fn elements(target: Target) -> Elements<'static> {
    let hidden = target.entry.service.map_or(&[][..], |s| s.facts.trail.hidden);
    Elements { model: target.entry.model.get(), hidden }
}
