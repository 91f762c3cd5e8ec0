//! Proofs: the rows of an acceptance list, each shown on the running estate, and shown to be able to fail.
//!
//! A proof is Markdown in the form of transcripts ([`script`]). A section names the rows that it shows; its twins take away
//! what carries them, see it break, put it back, and the section is run once more. The arrows of a diagram must
//! besides be live in the ledger. Rows that no section names are dark.

mod document;
mod flows;
mod ground;
mod html;
mod junit;
mod prover;
mod report;
mod rows;
mod walk;

pub use document::{Document, ProofError, Section, Twin};
pub use flows::{Drawing, flow_of};
pub use ground::Ground;
pub use html::html;
pub use junit::junit;
pub use prover::{Estate, Progress, prove};
pub use report::{Report, RowReport, State};
pub use rows::{Row, is_arrow, rows};
