//! From one call to the next. Each step is a timer's, so that the calls of a long generation are no endless chain of
//! deliveries.

use super::answers::Tag;
use super::{Activity, end, go_on, open};
use crate::peers::{
    GenerateServiceLastAccessedDetails, GetObject, GetServiceLastAccessedDetails, GetTrail, ListObjectsV2,
};
use crate::state::{GenerationRow, ReadingRow};
use service::{ArnParts, As, Cx, Error, Peer, Region, Result, Scope, Tell};

/// Log files that are asked for at once.
const AT_ONCE: usize = 16;
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-quotas.html>
const MOST_FILES: i64 = 100_000;

/// What a generation does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Looks where a trail keeps its log files.
    Trail,
    /// Lists them.
    List,
    /// Reads them.
    Read,
    /// Has IAM make its report.
    Report,
    /// Reads the report.
    Details,
    /// Writes down what was found.
    Finish,
}

impl Step {
    const ALL: [Step; 6] = [Step::Trail, Step::List, Step::Read, Step::Report, Step::Details, Step::Finish];

    /// How a row calls it.
    pub fn word(self) -> &'static str {
        match self {
            Step::Trail => "trail",
            Step::List => "list",
            Step::Read => "read",
            Step::Report => "report",
            Step::Details => "details",
            Step::Finish => "finish",
        }
    }

    /// The step that a row is at.
    pub fn of(reading: &ReadingRow) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.word() == reading.step)
    }
}

/// Takes the next step of a generation, if it is not over. `found` is what was prepared for the last one.
pub fn advance(cx: &mut Cx, id: &str, found: Option<Activity>) -> Result<()> {
    let Some((row, reading)) = open(cx, id)? else { return Ok(()) };
    let job = Job { row, reading };
    match Step::of(&job.reading) {
        Some(Step::Trail) => job.look_at_trail(cx),
        Some(Step::List) => job.list(cx),
        Some(Step::Read) => job.read(cx),
        Some(Step::Report) => job.ask_for_report(cx),
        Some(Step::Details) => job.read_report(cx),
        Some(Step::Finish) => {
            let Activity { actions, services } = found.unwrap_or_default();
            end(cx, GenerationRow { actions, services, ..job.row }, "SUCCEEDED")
        }
        None => Err(Error::internal("a generation is at no step")),
    }
}

struct Job {
    row: GenerationRow,
    reading: ReadingRow,
}

impl Job {
    /// As the role that the request gave, for whom it generates.
    fn by(&self, cx: &Cx, region: &str) -> As {
        let source = cx.arn("access-analyzer", format_args!("policy-generation/{}", self.row.id));
        let by = As::role(&self.row.access_role, "AccessAnalyzerMonitorServiceRole", &source);
        match Region::new(region).map(|region| Scope::new(cx.account(), region)).filter(|own| *own != cx.scope()) {
            Some(scope) => by.within(scope),
            None => by,
        }
    }

    fn send(&self, cx: &mut Cx, region: &str, peer: &impl Peer) -> Result<()> {
        let tag = Tag { id: self.row.id.clone(), step: self.reading.step.clone() };
        cx.after(&self.by(cx, region), peer, Tell::outcome(&tag)?)
    }

    fn look_at_trail(self, cx: &mut Cx) -> Result<()> {
        let at = usize::try_from(self.reading.trail).unwrap_or(usize::MAX);
        let Some(trail) = self.row.trails.get(at) else {
            let reading = ReadingRow { step: Step::Report.word().to_owned(), ..self.reading };
            return go_on(cx, &self.row.id, &reading);
        };
        let region = ArnParts::parse(&trail.arn).map(|parts| parts.region.to_owned()).unwrap_or_default();
        self.send(cx, &region, &GetTrail { name: trail.arn.clone() })
    }

    fn list(self, cx: &mut Cx) -> Result<()> {
        let ReadingRow { bucket, prefix, listed_to, bucket_region, .. } = self.reading.clone();
        self.send(cx, &bucket_region, &ListObjectsV2 { bucket, prefix, start_after: listed_to })
    }

    fn read(mut self, cx: &mut Cx) -> Result<()> {
        if self.reading.waiting > 0 {
            return Ok(());
        }
        if self.reading.files.is_empty() {
            let ReadingRow { more, trail, .. } = self.reading;
            let (step, trail) = if more { (Step::List, trail) } else { (Step::Trail, trail + 1) };
            let listed_to = self.reading.listed_to.take().filter(|_| more);
            let reading = ReadingRow { step: step.word().to_owned(), trail, listed_to, ..self.reading };
            return go_on(cx, &self.row.id, &reading);
        }
        let count = self.reading.files.len().min(AT_ONCE);
        let keys: Vec<String> = self.reading.files.drain(..count).collect();
        self.reading.waiting = i64::try_from(keys.len()).unwrap_or_default();
        self.reading.read += self.reading.waiting;
        if self.reading.read > MOST_FILES {
            let text = format!("More than {MOST_FILES} CloudTrail log files would have to be processed.");
            return super::fail(cx, self.row, ("SERVICE_QUOTA_EXCEEDED_ERROR", text));
        }
        for key in keys {
            let wish = GetObject { bucket: self.reading.bucket.clone(), key };
            self.send(cx, &self.reading.bucket_region, &wish)?;
        }
        cx.put(&crate::state::READINGS, self.row.id.as_str(), &self.reading)
    }

    fn ask_for_report(self, cx: &mut Cx) -> Result<()> {
        let wish = GenerateServiceLastAccessedDetails { arn: self.row.principal.clone() };
        let here = cx.region();
        self.send(cx, here.as_str(), &wish)
    }

    fn read_report(self, cx: &mut Cx) -> Result<()> {
        // IAM knows fewer services than it lists at once.
        let wish = GetServiceLastAccessedDetails { job_id: self.reading.report.clone(), max_items: 1_000 };
        let here = cx.region();
        self.send(cx, here.as_str(), &wish)
    }
}
