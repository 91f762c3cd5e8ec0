//! eventstream
