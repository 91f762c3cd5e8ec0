//! What a script does, step by step.

use std::time::Duration;

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A call, plain HTTP, or a look at what was sent to people.
    Send(String),
    /// What the last call must be answered.
    Reply {
        /// A status and what came with it.
        text: String,
        /// The lines of the fences around it.
        lines: (usize, usize),
        /// For how long the call may be made again until it is answered so.
        within: Option<Duration>,
    },
    /// A call that is made at the end, whatever happened on the way.
    Undo(String),
    /// The last call must wait.
    Waits,
    /// What stands in backquotes at the beginning of a line.
    Directive(String),
}

/// The steps between two lines, each with the number of its own, counted from 0.
pub fn steps(lines: &[&str], start: usize, end: usize) -> Vec<(usize, Step)> {
    let mut steps = Vec::new();
    let mut at = start;
    let end = end.min(lines.len());
    while let Some(line) = lines.get(at).filter(|_| at < end).map(|line| line.trim()) {
        if let Some(fence) = line.strip_prefix("```") {
            let close = (at + 1..end).find(|i| lines.get(*i).is_some_and(|line| line.trim() == "```")).unwrap_or(end);
            let text = lines.get(at + 1..close).unwrap_or_default().join("\n");
            if let Some(step) = fenced(fence, text, (at + 1, close)) {
                steps.push((at, step));
            }
            at = close + 1;
            continue;
        }
        if let Some(directive) = line.strip_prefix('`').and_then(|rest| rest.split_once('`')).map(|(inner, _)| inner) {
            match directive {
                "waits" => steps.push((at, Step::Waits)),
                text => steps.push((at, Step::Directive(text.to_owned()))),
            }
        }
        at += 1;
    }
    steps
}

fn fenced(fence: &str, text: String, lines: (usize, usize)) -> Option<Step> {
    let words: Vec<&str> = fence.split_whitespace().collect();
    match words.as_slice() {
        ["send"] => Some(Step::Send(text)),
        ["undo"] => Some(Step::Undo(text)),
        ["reply"] => Some(Step::Reply { text, lines, within: None }),
        ["reply", "within", span] => Some(Step::Reply { text, lines, within: Some(span_of(span)?) }),
        _ => None,
    }
}

/// A span of time such as `90d`, `1.5s` or `200ms`.
pub fn span_of(text: &str) -> Option<Duration> {
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(at);
    let number: f64 = number.parse().ok()?;
    let unit = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number * unit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_and_directives_are_steps() {
        let text = "prose `x`\n```send\nsqs ListQueues\n```\n```reply within 2s\n200 {}\n```\n`as nobody`\n```undo\na\nb\n```\n`waits`\n";
        let lines: Vec<&str> = text.lines().collect();
        let found = steps(&lines, 0, lines.len());
        assert_eq!(
            found,
            [
                (1, Step::Send("sqs ListQueues".into())),
                (4, Step::Reply { text: "200 {}".into(), lines: (5, 6), within: Some(Duration::from_secs(2)) }),
                (7, Step::Directive("as nobody".into())),
                (8, Step::Undo("a\nb".into())),
                (12, Step::Waits),
            ]
        );
        assert_eq!(steps(&lines, 1, 99).len(), 5);
    }

    #[test]
    fn spans() {
        for (text, millis) in
            [("200ms", Some(200)), ("1.5s", Some(1500)), ("2m", Some(120_000)), ("3", None), ("x", None)]
        {
            assert_eq!(span_of(text), millis.map(Duration::from_millis), "{text}");
        }
    }
}
