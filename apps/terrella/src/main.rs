//! terrella
fn main() {}
