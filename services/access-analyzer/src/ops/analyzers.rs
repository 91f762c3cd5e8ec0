//! Analyzers.

use crate::api::*;
use crate::state::{
    ANALYZERS, AnalyzerRow, COURSES, Course, ExclusionRow, FINDINGS, PREVIEWS, RECOMMENDATIONS, RESOURCES, WATCHES,
    WatchRow,
};
use crate::zone::{self, Standing};
use crate::{errors, exclusions, names, ops, tags, timers};
use service::{Cx, Nothing, Page, Result, Token, View};

/// How many analyzers of a type there may be in a region: of the account, and of the organisation.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-quotas.html>
const MOST_OF_ACCOUNT: usize = 1;
const MOST_OF_ORGANIZATION: usize = 5;
/// Days after which access counts as unused where nothing is said, and how many may be said.
const DEFAULT_AGE: i64 = 90;
const MOST_AGE: i64 = 365;
const MOST_RESULTS: i64 = 1_000;

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html>
pub fn create_analyzer(cx: &mut Cx, input: CreateAnalyzerRequest) -> Result<CreateAnalyzerResponse> {
    let CreateAnalyzerRequest {
        analyzer_name,
        type_: kind,
        archive_rules,
        tags,
        client_token: _, // stored only
        configuration,
    } = input;
    let wanted = wanted(cx, &kind, configuration)?;
    let key = names::key(cx, &analyzer_name);
    if cx.has(&ANALYZERS, &key)? {
        let text = format!("The analyzer {analyzer_name} already exists.");
        return Err(errors::conflict("Analyzer", &analyzer_name, text));
    }
    let same = names::here(cx)?.iter().filter(|own| own.kind == kind).count();
    let organizational = zone::is_organizational(&kind);
    if same >= if organizational { MOST_OF_ORGANIZATION } else { MOST_OF_ACCOUNT } {
        let text = format!("The account has {same} analyzers of the type {kind} in this region already.");
        return Err(errors::quota("Analyzer", &analyzer_name, text));
    }
    if organizational {
        watch(cx)?;
    }
    let mut row = AnalyzerRow {
        name: analyzer_name,
        region: cx.region().as_str().to_owned(),
        kind,
        created_at: cx.now(),
        unused_access_age: wanted.as_ref().map(|wanted| wanted.age.unwrap_or(DEFAULT_AGE)),
        exclusions: wanted.map(|wanted| wanted.exclusions),
        ..AnalyzerRow::default()
    };
    for InlineArchiveRule { rule_name, filter } in archive_rules.unwrap_or_default() {
        ops::archive_rules::add(&mut row, (rule_name, filter), cx.now())?;
    }
    tags::add(cx.request(), &mut row.tags, tags.unwrap_or_default())?;
    cx.put(&ANALYZERS, &key, &row)?;
    look_again(cx)?;
    Ok(CreateAnalyzerResponse { arn: Some(names::arn(cx, &row.name).to_string()) })
}

/// Has the analyzers of this place look when something happens in any account of the organisation.
fn watch(cx: &mut Cx) -> Result<()> {
    let organization = zone::check(cx)?;
    let row = WatchRow { account: cx.account().to_string(), region: cx.region().as_str().to_owned() };
    let key = (organization, row.account.clone(), row.region.clone());
    cx.put(&WATCHES, &key, &row)
}

/// What is asked of an analyzer of unused access.
struct Wanted {
    age: Option<i64>,
    exclusions: Vec<ExclusionRow>,
}

/// The configuration of unused access, of the kinds that have one.
fn wanted(view: &View, kind: &str, configuration: Option<AnalyzerConfiguration>) -> Result<Option<Wanted>> {
    let AnalyzerConfiguration { unused_access, internal_access } = configuration.unwrap_or_default();
    if internal_access.is_some() || kind.ends_with("INTERNAL_ACCESS") {
        return Err(errors::not_implemented("an analyzer of internal access"));
    }
    match kind {
        "ACCOUNT" | "ORGANIZATION" if unused_access.is_some() => {
            Err(errors::validation("An analyzer of external access has no configuration of unused access."))
        }
        "ACCOUNT" | "ORGANIZATION" => Ok(None),
        "ACCOUNT_UNUSED_ACCESS" | "ORGANIZATION_UNUSED_ACCESS" => {
            let UnusedAccessConfiguration { unused_access_age: age, analysis_rule } = unused_access.unwrap_or_default();
            if age.is_some_and(|age| !(1..=MOST_AGE).contains(&age)) {
                return Err(errors::validation(format!("unusedAccessAge must be between 1 and {MOST_AGE} days.")));
            }
            let exclusions =
                exclusions::read(analysis_rule, zone::is_organizational(kind), &view.account().to_string())?;
            Ok(Some(Wanted { age, exclusions }))
        }
        other => Err(errors::validation(format!("{other} is not a type of analyzer."))),
    }
}

/// The rule of what is left out can be changed, and the age not.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UpdateAnalyzer.html>
pub fn update_analyzer(cx: &mut Cx, input: UpdateAnalyzerRequest) -> Result<UpdateAnalyzerResponse> {
    let UpdateAnalyzerRequest { analyzer_name, configuration } = input;
    let mut row = names::named(cx, &analyzer_name)?;
    if configuration.is_none() {
        return Ok(UpdateAnalyzerResponse { configuration: configuration_of(&row) });
    }
    if let Some(Wanted { age, exclusions }) = wanted(cx, &row.kind, configuration)? {
        if age.is_some() && age != row.unused_access_age {
            return Err(errors::validation("The unused access age of an analyzer cannot be changed."));
        }
        row.exclusions = Some(exclusions);
        let key = names::key(cx, &analyzer_name);
        cx.put(&ANALYZERS, &key, &row)?;
        look_again(cx)?;
    }
    Ok(UpdateAnalyzerResponse { configuration: configuration_of(&row) })
}

/// Has the analyzers of the region look at all there is.
fn look_again(cx: &mut Cx) -> Result<()> {
    let course = cx.get(&COURSES, "")?.unwrap_or_default();
    cx.put(&COURSES, "", &Course { forced: true, ..course })?;
    cx.set_timer(timers::SCAN, cx.now())
}

/// Its findings go with it.
/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_DeleteAnalyzer.html>
pub fn delete_analyzer(cx: &mut Cx, input: DeleteAnalyzerRequest) -> Result<Nothing> {
    let DeleteAnalyzerRequest {
        analyzer_name,
        client_token: _, // stored only
    } = input;
    let row = names::named(cx, &analyzer_name)?;
    let key = names::key(cx, &row.name);
    cx.delete(&ANALYZERS, &key)?;
    cx.delete_all(&FINDINGS, row.name.as_str())?;
    cx.delete_all(&RECOMMENDATIONS, row.name.as_str())?;
    cx.delete_all(&PREVIEWS, row.name.as_str())?;
    cx.delete_all(&RESOURCES, row.name.as_str())?;
    if !names::here(cx)?.iter().any(|own| zone::is_organizational(&own.kind)) {
        unwatch(cx)?;
    }
    Ok(Nothing {})
}

/// Nothing of this place needs to hear of other accounts any more.
fn unwatch(cx: &mut Cx) -> Result<()> {
    let Some(member) = cx.membership(cx.account())? else { return Ok(()) };
    let key = (member.organization, cx.account().to_string(), cx.region().as_str().to_owned());
    cx.delete(&WATCHES, &key).map(drop)
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_GetAnalyzer.html>
pub fn get_analyzer(view: &View, input: GetAnalyzerRequest) -> Result<GetAnalyzerResponse> {
    let GetAnalyzerRequest { analyzer_name } = input;
    let row = names::named(view, &analyzer_name)?;
    let disabled = disabled(view, [&row])?;
    Ok(GetAnalyzerResponse { analyzer: told(view, row, disabled) })
}

/// <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListAnalyzers.html>
pub fn list_analyzers(view: &View, input: ListAnalyzersRequest) -> Result<ListAnalyzersResponse> {
    let ListAnalyzersRequest { next_token, max_results, type_: kind } = input;
    let page = page(next_token.as_deref(), max_results)?;
    let keep = |row: &AnalyzerRow| kind.as_ref().is_none_or(|kind| row.kind == *kind);
    let (rows, next) = view.page(&ANALYZERS, view.region().as_str(), &page, keep)?;
    let disabled = disabled(view, &rows)?;
    Ok(ListAnalyzersResponse {
        analyzers: rows.into_iter().map(|row| told(view, row, disabled)).collect(),
        next_token: next.map(|token| token.encode()),
    })
}

/// A page of a listing.
pub(crate) fn page(token: Option<&str>, most: Option<i64>) -> Result<Page> {
    let most = most.unwrap_or(100);
    if !(1..=MOST_RESULTS).contains(&most) {
        return Err(errors::validation(format!("maxResults must be between 1 and {MOST_RESULTS}.")));
    }
    let after = token.map(|token| Token::decode(token).ok_or_else(errors::token)).transpose()?;
    Ok(Page { after, limit: usize::try_from(most).unwrap_or_default() })
}

fn configuration_of(row: &AnalyzerRow) -> Option<AnalyzerConfiguration> {
    let unused = UnusedAccessConfiguration {
        unused_access_age: Some(row.unused_access_age?),
        analysis_rule: exclusions::told(row),
    };
    Some(AnalyzerConfiguration { unused_access: Some(unused), internal_access: None })
}

/// Why analyzers of an organisation are disabled here, if some of these are such and they are.
fn disabled<'r>(view: &View, rows: impl IntoIterator<Item = &'r AnalyzerRow>) -> Result<Option<&'static str>> {
    if !rows.into_iter().any(|row| zone::is_organizational(&row.kind)) {
        return Ok(None);
    }
    Ok(match zone::standing(view)? {
        Standing::Disabled(code) => Some(code),
        Standing::Administrator { .. } => None,
    })
}

fn told(view: &View, row: AnalyzerRow, disabled: Option<&str>) -> AnalyzerSummary {
    let disabled = disabled.filter(|_| zone::is_organizational(&row.kind));
    AnalyzerSummary {
        arn: names::arn(view, &row.name).to_string(),
        type_: row.kind.clone(),
        created_at: row.created_at,
        configuration: configuration_of(&row),
        last_resource_analyzed: row.last_resource,
        last_resource_analyzed_at: row.last_resource_at,
        tags: Some(row.tags),
        status: if disabled.is_some() { "DISABLED" } else { "ACTIVE" }.to_owned(),
        status_reason: disabled.map(|code| StatusReason { code: code.to_owned() }),
        managed_by: None,
        name: row.name,
    }
}
