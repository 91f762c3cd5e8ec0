//! Exports and imports.

use crate::api::{Export as Shown, *};
use crate::state::{EXPORTS, Export, IMPORTS};
use crate::{errors, ids, paging};
use service::{Result, View};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListExports.html>
pub fn list_exports(view: &View, input: ListExportsInput) -> Result<ListExportsOutput> {
    let ListExportsInput { next_token } = input;
    let (rows, next) = view.page(&EXPORTS, (), &paging::page(next_token)?, |_| true)?;
    let shown = |export: Export| Shown {
        exporting_stack_id: Some(ids::stack_arn(view, &export.stack, &export.uid).to_string()),
        name: Some(export.name),
        value: Some(export.value),
    };
    let exports = Some(rows.into_iter().map(shown).collect());
    Ok(ListExportsOutput { exports, next_token: next.map(|token| token.encode()) })
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListImports.html>
pub fn list_imports(view: &View, input: ListImportsInput) -> Result<ListImportsOutput> {
    let ListImportsInput { export_name, next_token } = input;
    let (rows, next) = view.page(&IMPORTS, (export_name.clone(),), &paging::page(next_token)?, |_| true)?;
    if rows.is_empty() {
        return Err(errors::validation(format!("Export '{export_name}' is not imported by any stack.")));
    }
    let imports = Some(rows.into_iter().map(|import| import.stack).collect());
    Ok(ListImportsOutput { imports, next_token: next.map(|token| token.encode()) })
}
