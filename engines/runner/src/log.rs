//! What a sandbox writes, cut into lines and bounded.

use crate::LogLine;
use crate::os_time;
use std::time::{Duration, Instant};

/// The longest line kept whole: CloudWatch Logs takes events of 256 KB, and Lambda splits longer ones.
const MAX_LINE_BYTES: usize = 256 * 1024;

/// The log of an invocation, growing.
pub(crate) struct Log {
    since: Instant,
    lines: Vec<LogLine>,
    partial: Vec<u8>,
    room: usize,
    dropped: u64,
}

impl Log {
    /// A log that keeps at most `max_bytes` of what the sandbox writes.
    pub(crate) fn new(max_bytes: usize) -> Log {
        Log { since: os_time::now(), lines: Vec::new(), partial: Vec::new(), room: max_bytes, dropped: 0 }
    }

    /// Takes output as it comes.
    pub(crate) fn output(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            let kept = piece.get(..piece.len().min(self.room)).unwrap_or_default();
            self.dropped += (piece.len() - kept.len()) as u64;
            self.room -= kept.len();
            self.partial.extend_from_slice(kept);
            let ends = kept.last() == Some(&b'\n');
            while self.partial.len() > MAX_LINE_BYTES {
                let rest = self.partial.split_off(MAX_LINE_BYTES);
                let line = std::mem::replace(&mut self.partial, rest);
                self.push(&line);
            }
            if ends {
                self.flush();
            }
        }
    }

    /// Ends a line that the sandbox left open.
    pub(crate) fn flush(&mut self) {
        let mut line = std::mem::take(&mut self.partial);
        while line.last().is_some_and(|b| *b == b'\n' || *b == b'\r') {
            line.pop();
        }
        if !line.is_empty() {
            self.push(&line);
        }
    }

    /// A line of the platform's own.
    pub(crate) fn platform(&mut self, text: String) {
        self.flush();
        let offset = self.offset();
        self.lines.push(LogLine { offset, text });
    }

    /// Says what was dropped, if anything was.
    pub(crate) fn settle(&mut self) {
        self.flush();
        if self.dropped > 0 {
            let text = format!("[runner] {} bytes of log were dropped: an invocation may leave no more", self.dropped);
            self.dropped = 0;
            self.platform(text);
        }
    }

    /// The lines.
    pub(crate) fn into_lines(mut self) -> Vec<LogLine> {
        self.flush();
        self.lines
    }

    fn push(&mut self, line: &[u8]) {
        // Lambda's runtimes join the lines of one message by carriage returns.
        let text = String::from_utf8_lossy(line).replace('\r', "\n");
        let offset = self.offset();
        self.lines.push(LogLine { offset, text });
    }

    fn offset(&self) -> Duration {
        os_time::now().duration_since(self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(log: Log) -> Vec<String> {
        log.into_lines().into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn output_is_cut_into_lines() {
        let mut log = Log::new(1000);
        for piece in ["a", "b\nc\r", "d\n", "\n", "e"] {
            log.output(piece.as_bytes());
        }
        log.platform("END".into());
        assert_eq!(texts(log), ["ab", "c\nd", "e", "END"]);
    }

    #[test]
    fn a_flood_is_bounded_and_said() {
        let mut log = Log::new(10);
        log.output(&[b'x'; 1000]);
        log.settle();
        assert_eq!(
            texts(log),
            ["xxxxxxxxxx", "[runner] 990 bytes of log were dropped: an invocation may leave no more"]
        );
    }

    #[test]
    fn long_lines_are_split_where_cloudwatch_would_refuse_them() {
        let mut log = Log::new(1 << 20);
        log.output(&vec![b'x'; MAX_LINE_BYTES + 5]);
        assert_eq!(texts(log).iter().map(String::len).collect::<Vec<_>>(), [MAX_LINE_BYTES, 5]);
    }
}
