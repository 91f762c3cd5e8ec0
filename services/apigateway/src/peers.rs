//! All that API Gateway calls: the functions behind its methods, the logs of its stages, and X-Ray.

use service::shape::shape;
use service::{Bytes, peer};

shape! {
    /// A line of a log.
    pub struct LogEvent {
        /// Milliseconds since 1970.
        pub timestamp: i64 = "timestamp",
        /// The line.
        pub message: String = "message",
    }
}

peer! {
    /// Invokes a function and waits for what it returns.
    "lambda".Invoke {
        function_name: String = "FunctionName",
        payload: Option<Bytes> = "Payload",
    } -> Invoked {
        function_error: Option<String> = "FunctionError",
        payload: Option<Bytes> = "Payload",
    }

    /// Makes a log group.
    "logs".CreateLogGroup {
        log_group_name: String = "logGroupName",
    } -> LogGroupMade {}

    /// Makes a stream of a log.
    "logs".CreateLogStream {
        log_group_name: String = "logGroupName",
        log_stream_name: String = "logStreamName",
    } -> LogStreamMade {}

    /// Writes lines to a log.
    "logs".PutLogEvents {
        log_group_name: String = "logGroupName",
        log_stream_name: String = "logStreamName",
        log_events: Vec<LogEvent> = "logEvents",
    } -> LogEventsPut {}
    /// Sends segments.
    "xray".PutTraceSegments {
        trace_segment_documents: Vec<String> = "TraceSegmentDocuments",
    } -> SegmentsPut {}
}
