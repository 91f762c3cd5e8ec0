//! SAML 2.0 authentication responses, and the metadata of who issues them.
//!
//! A response is read in three steps, and no step trusts more than the one before has shown: [`document`] bounds what is read at
//! all, [`signature`] finds the element that the provider's key signed, and [`assertion`] reads that very element of the same
//! tree. Whatever else stands in the response (a second assertion, a signature elsewhere) can so change nothing: where it could
//! be mistaken for what was signed, the response is refused.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html>

pub mod assertion;
pub mod attributes;
mod canonical;
mod certificate;
mod document;
pub mod metadata;
mod response;
mod signature;

#[cfg(test)]
pub mod signed;
#[cfg(test)]
mod tests;

pub use assertion::Assertion;
pub use metadata::Metadata;
pub use response::open;
