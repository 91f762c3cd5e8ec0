//! Runs every transcript: `services/*/tests/*.md`. With `UPDATE=1` the replies that differ are written into the files, for
//! review; the test fails all the same. With `ONLY=sqs` it runs those of one service alone.
#![expect(clippy::disallowed_methods, reason = "a test reads the files that it runs")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::PathBuf;

fn transcripts() -> Vec<PathBuf> {
    let services = concat!(env!("CARGO_MANIFEST_DIR"), "/../../services");
    let mut files = Vec::new();
    for service in fs::read_dir(services).unwrap().filter_map(Result::ok) {
        let Ok(tests) = fs::read_dir(service.path().join("tests")) else { continue };
        files.extend(
            tests
                .filter_map(|entry| Some(entry.ok()?.path()))
                .filter(|path| path.extension().is_some_and(|e| e == "md")),
        );
    }
    files.sort();
    files
}

#[test]
fn every_transcript_holds() {
    let update = std::env::var("UPDATE").is_ok();
    let (mut passed, mut failures) = (0, Vec::new());
    let only = std::env::var("ONLY").ok();
    for file in transcripts() {
        let service = file.parent().and_then(|tests| tests.parent()?.file_name()?.to_str());
        if only.is_some() && only.as_deref() != service {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let name = format!(
            "{}/{}",
            file.parent().unwrap().parent().unwrap().file_name().unwrap().display(),
            file.file_name().unwrap().display()
        );
        let outcome = testkit::transcript::run(&name, &text);
        passed += outcome.passed;
        if update && !outcome.failures.is_empty() {
            fs::write(&file, outcome.updated).unwrap();
        }
        failures.extend(outcome.failures);
    }
    println!("{passed} sections hold");
    assert!(failures.is_empty(), "{} sections do not hold:\n{}", failures.len(), failures.join("\n"));
    assert!(passed > 0, "there are no transcripts");
}
