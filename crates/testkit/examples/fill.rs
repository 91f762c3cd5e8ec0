//! Temporary.
fn main() {
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file).unwrap();
        let outcome = testkit::transcript::run(&file, &text);
        std::fs::write(&file, outcome.updated).unwrap();
        println!("{file}: {} pass", outcome.passed);
        for f in outcome.failures {
            println!("  {}", f.chars().take(300).collect::<String>().replace('\n', " "));
        }
    }
}
