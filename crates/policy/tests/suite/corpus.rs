//! The written cases together: each a request, what AWS's documentation says of it, and the page that says it.
//!
//! Tables note each of their rows here. One test runs all tables and counts the rows that differ.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

thread_local! {
    /// The rows by page, of the tables that this thread has run.
    static CASES: RefCell<BTreeMap<String, BTreeSet<String>>> = RefCell::default();
}

/// A row is tried. Two of the same text are one case.
pub fn case(page: &str, row: String) {
    CASES.with_borrow_mut(|cases| cases.entry(page.to_owned()).or_default().insert(row));
}

/// How many cases there are, and the pages that they are taken from.
fn counted(tables: &[fn()]) -> (usize, BTreeSet<String>) {
    CASES.take();
    tables.iter().for_each(|table| table());
    let cases = CASES.take();
    (cases.values().map(BTreeSet::len).sum(), cases.into_keys().collect())
}

const WRITTEN: [fn(); 30] = [
    crate::chain::resource_policies_and_implicit_denies,
    crate::chain::within_one_account,
    crate::chain::organisation_and_endpoint_policies,
    crate::chain::across_accounts,
    crate::chain::role_trust,
    crate::chain::key_policies_and_grants,
    crate::conditions::strings,
    crate::conditions::numbers,
    crate::conditions::dates,
    crate::conditions::booleans_bytes_and_null,
    crate::conditions::addresses,
    crate::conditions::arns,
    crate::conditions::if_exists,
    crate::conditions::set_operators,
    crate::conditions::operators_keys_and_lines_together,
    crate::conditions::variables_in_conditions,
    crate::statements::actions,
    crate::statements::resources,
    crate::statements::not_principal,
    crate::trust::external_ids,
    crate::trust::one_time_passwords,
    crate::trust::session_tags,
    crate::trust::source_identities,
    crate::trust::identity_providers,
    crate::trust::role_chaining,
    crate::trust::confused_deputies,
    crate::trust::the_root_of_another_account,
    crate::trust::everyone_under_conditions,
    crate::trust::sessions,
    crate::tags::attributes,
];

#[test]
fn at_least_400_written_cases_stand_here() {
    let (count, pages) = counted(&WRITTEN);
    assert!(count >= 400, "only {count}");
    assert!(pages.iter().all(|page| page.starts_with("https://docs.aws.amazon.com/")), "{pages:?}");
    println!("{count} written cases of {} pages", pages.len());
}

#[test]
fn every_operator_has_each_of_its_forms_on_each_kind_of_key() {
    let (count, _) = counted(&[crate::operators::every_form_of_every_operator]);
    assert_eq!(count, crate::operators::CASES);
}
