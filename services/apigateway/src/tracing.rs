//! Traces: which requests of a stage are recorded, and the segment of those that are.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html>

use crate::api::Stage;
use crate::fronts::Named;
use crate::peers::PutTraceSegments;
use serde_json::{Value as Json, json};
use service::{Answered, Arn, Cx, Error, HttpReply, HttpRequest, Question, Result, Sampling, Tell, TraceHeader, Value};

/// A stage that is asked.
pub struct Asked<'a> {
    /// What the client sent.
    pub request: &'a HttpRequest,
    /// What that names.
    pub named: &'a Named<'a>,
    /// The API's name.
    pub api: &'a str,
    /// The stage.
    pub stage: &'a Stage,
}

/// The trace of a request.
pub struct Traced {
    /// As it came, or was begun here.
    header: TraceHeader,
    /// The segment, if it is recorded.
    segment: Option<String>,
    /// What is told to what stands behind the stage, and to the client.
    pub told: String,
}

impl Traced {
    /// The trace in which the request is recorded, if it is.
    pub fn root(&self) -> Option<&str> {
        self.segment.as_ref().map(|_| self.header.root.as_str())
    }
}

impl Asked<'_> {
    /// The ARN of the stage, which names no account.
    fn arn(&self, cx: &Cx) -> Arn {
        let resource = format!("/restapis/{}/stages/{}", self.named.api, self.named.stage);
        Arn::new(cx.scope().partition(), "apigateway", cx.region(), None, resource)
    }

    fn service(&self) -> String {
        format!("{}/{}", self.api, self.named.stage)
    }
}

/// The trace that a request belongs to: its client's, or a new one. A stage that traces decides whether it is recorded, if the client has
/// not; others hand it on as it is.
pub fn begin(cx: &mut Cx, request: &HttpRequest, asked: Option<&Asked<'_>>) -> Traced {
    let given = request.header("x-amzn-trace-id").and_then(TraceHeader::parse);
    let header = match given {
        Some(header) => header,
        None => cx.new_trace(),
    };
    let Some(asked) = asked.filter(|asked| asked.stage.tracing_enabled == Some(true)) else {
        return Traced { told: header.to_string(), header, segment: None };
    };
    let header = cx.sampled(header, |cx| sampling(cx, asked));
    let (segment, call) = (cx.new_segment(), cx.new_segment());
    let segment = header.is_sampled().then_some(segment);
    // What is behind the stage is called by a subsegment.
    let told = if segment.is_some() { header.below(&call) } else { header.clone() };
    Traced { told: told.to_string(), header, segment }
}

/// Sends the segment of a request that is answered.
pub fn finish(cx: &mut Cx, traced: &Traced, asked: &Asked<'_>, reply: &HttpReply) -> Result<()> {
    let Some(id) = &traced.segment else { return Ok(()) };
    if !cx.offers("xray", "PutTraceSegments") {
        return Ok(());
    }
    let arn = asked.arn(cx);
    let mut segment = segment(cx, traced, asked, reply);
    segment["id"] = json!(id);
    segment["resource_arn"] = json!(arn.as_str());
    segment["subsegments"] = calls(cx, traced).into();
    let wish = PutTraceSegments { trace_segment_documents: vec![segment.to_string()] };
    cx.after(&service::As::service(&arn), &wish, Tell::Failures(String::new()))
}

fn segment(cx: &Cx, traced: &Traced, asked: &Asked<'_>, reply: &HttpReply) -> Json {
    let (info, request) = (cx.request(), asked.request);
    let id = info.id.to_string();
    let base = info.base_url.split("://").next().unwrap_or("https");
    let mut segment = json!({
        "trace_id": traced.header.root,
        "name": asked.service(),
        "origin": "AWS::ApiGateway::Stage",
        "start_time": info.arrived.secs_f64(),
        "end_time": cx.now().secs_f64(),
        "http": {
            "request": {
                "url": format!("{base}://{}{}", request.host, request.path),
                "method": request.method,
                "client_ip": &*info.source_ip,
                "user_agent": &*info.user_agent,
            },
            "response": {"status": reply.status, "content_length": reply.body.len()},
        },
        "aws": {"api_gateway": {
            "account_id": cx.account().to_string(),
            "rest_api_id": asked.named.api,
            "stage": asked.named.stage,
            "request_id": id,
        }},
        "annotations": {"aws:api_id": asked.named.api, "aws:api_stage": asked.named.stage},
        "metadata": {"default": {"extended_request_id": id, "request_id": id}},
    });
    if let Some(parent) = &traced.header.parent {
        segment["parent_id"] = json!(parent);
    }
    mark(&mut segment, reply.status);
    segment
}

/// Says what a status means.
fn mark(entity: &mut Json, status: i64) {
    match status {
        500.. => entity["fault"] = json!(true),
        429 => {
            entity["throttle"] = json!(true);
            entity["error"] = json!(true);
        }
        400..=499 => entity["error"] = json!(true),
        _ => {}
    }
}

/// What the stage called with the trace: subsegments.
fn calls(cx: &Cx, traced: &Traced) -> Vec<Json> {
    let Some(id) = TraceHeader::parse(&traced.told).and_then(|header| header.parent) else { return Vec::new() };
    let with_trace = |asked: &&service::Asked| match &asked.question {
        Question::Peer { by, .. } => by.trace.as_deref() == Some(&traced.told),
        _ => false,
    };
    // An authorizer was asked before what stands behind the method.
    let Some(asked) = cx.asked().iter().rfind(with_trace) else { return Vec::new() };
    let Question::Peer { call, .. } = &asked.question else { return Vec::new() };
    let function = call.input.get("FunctionName").and_then(Value::as_str).unwrap_or_default();
    let (status, length) = match &asked.answer {
        Ok(Answered::Output(output)) => match output.get("Payload") {
            Some(Value::Blob(bytes)) => (200, bytes.len()),
            _ => (200, 0),
        },
        Ok(Answered::End(_)) => (200, 0),
        Err(error) => (status_of(error), 0),
    };
    let region = cx.region();
    let url = format!("https://lambda.{region}.amazonaws.com/2015-03-31/functions/{function}/invocations");
    let mut call = json!({
        "id": id,
        "name": "Lambda",
        "namespace": "aws",
        "start_time": cx.request().arrived.secs_f64(),
        "end_time": cx.now().secs_f64(),
        "http": {
            "request": {"url": url, "method": "POST"},
            "response": {"status": status, "content_length": length},
        },
        "aws": {
            "function_name": function.rsplit(':').next().unwrap_or_default(),
            "region": region.as_str(),
            "operation": "Invoke",
            "resource_names": [function],
        },
    });
    mark(&mut call, status);
    vec![call]
}

fn status_of(error: &Error) -> i64 {
    let usual = if error.is_receiver_fault() { 500 } else { 400 };
    match error.code() {
        "TooManyRequestsException" => 429,
        code if code.contains("AccessDenied") => 403,
        _ => error.own_status().map_or(usual, i64::from),
    }
}

/// The first of X-Ray's sampling rules that fits.
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html>
fn sampling(cx: &mut Cx, asked: &Asked<'_>) -> Sampling {
    let nothing = Value::Map(Default::default());
    let known = cx.peer("xray", "GetSamplingRules", nothing).unwrap_or_default();
    let records = known.get("SamplingRuleRecords").and_then(Value::as_list).unwrap_or_default();
    let mut rules: Vec<&Value> = records.iter().filter_map(|record| record.get("SamplingRule")).collect();
    let number = |rule: &Value, name: &str| match rule.get(name) {
        Some(Value::Int(number)) => *number as f64,
        Some(Value::Float(number)) => *number,
        _ => 0.0,
    };
    let name = |rule: &Value| rule.get("RuleName").and_then(Value::as_str).unwrap_or_default().to_owned();
    rules.sort_by(|a, b| number(a, "Priority").total_cmp(&number(b, "Priority")).then_with(|| name(a).cmp(&name(b))));
    let (arn, service) = (asked.arn(cx).to_string(), asked.service());
    let host = asked.request.host.split(':').next().unwrap_or_default();
    let of = [
        ("ResourceARN", arn.as_str()),
        ("ServiceName", service.as_str()),
        ("ServiceType", "AWS::ApiGateway::Stage"),
        ("Host", host),
        ("HTTPMethod", asked.request.method.as_str()),
        ("URLPath", asked.named.path),
    ];
    let fits = |rule: &&&Value| {
        // Attributes are a workload's, which a stage has none of.
        let plain = rule.get("Attributes").and_then(Value::as_map).is_none_or(|attributes| attributes.is_empty());
        plain
            && of
                .iter()
                .all(|(name, own)| rule.get(name).and_then(Value::as_str).is_some_and(|text| is_like(text, own)))
    };
    match rules.iter().find(fits) {
        Some(rule) => {
            Sampling { rule: name(rule), reservoir: number(rule, "ReservoirSize"), rate: number(rule, "FixedRate") }
        }
        None => Sampling { rule: String::new(), reservoir: 0.0, rate: 0.0 },
    }
}

/// Whether a text is as a rule wants it: `*` stands for any characters and `?` for one, and case does not count.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star, from)) = back else { return false };
                (p, t) = (star + 1, from + 1);
                back = Some((star, from + 1));
            }
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_have_wildcards() {
        for (pattern, text, expect) in [
            ("*", "", true),
            ("*", "anything", true),
            ("/orders/*", "/orders/1", true),
            ("/orders/*", "/order", false),
            ("*/a?c/*d", "/x/ABC/y/d", true),
            ("get", "GET", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("", "a", false),
        ] {
            assert_eq!(is_like(pattern, text), expect, "{pattern} {text}");
        }
    }
}
