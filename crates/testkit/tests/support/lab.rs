//! Lab: a service that no cloud has, for tests of the door. It is an authority whose users are granted by a call, and
//! it has operations that break, wait, ring later and are interrupted, as no real service may.

use super::errands::{self, Errand};
use service::shape::shape;
use service::{
    Access, AccountId, Arn, Authority, Caller, CallerKind, Check, Credential, Cx, Error, Facts, GrantingPolicies,
    LazyModel, NamedPolicy, Operation, Outcome, Partition, PreparedDelivery, Region, Result, Service, Session, Table,
    TableInfo, Timer, Timestamp, TrailFacts, ValidationFacts, ValidationMode, View, WireFacts,
};
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;
use wire::route::ServiceFacts;

/// The secret of every granted access key.
pub const SECRET: &str = "the-secret-of-the-lab";

pub static MODEL: LazyModel = LazyModel::new(include_bytes!("lab.json"));

const FACTS: Facts = Facts {
    prefix: "lab",
    iam_prefix: "lab",
    arn_service: "lab",
    event_source: "lab.amazonaws.com",
    principal: "lab.amazonaws.com",
    host_labels: &[],
    global: false,
    access_denied: "AccessDeniedException",
    validation: ValidationFacts {
        mode: ValidationMode::Model,
        before_authorization: true,
        code: "ValidationException",
        missing: "",
        except: &[],
        closed_enums: false,
    },
    read_only: &["Take"],
    url_member: "",
    throttle: &[("List", 1, 2)],
    trail: TrailFacts { data_events: &["Give", "Take"], answers: &[], hidden: &[("Thing", "Number")] },
    wire: WireFacts::USUAL,
};

pub static SERVICE: Service = Service::new(FACTS, &MODEL, OPERATIONS, tables)
    .on_timer(rang)
    .on_prepared_delivery(PreparedDelivery { prepare: errands::prepare, told: errands::told })
    .authority(Authority { credential, policies, ..Authority::SILENT })
    .fronts(super::fronts::FRONTS);

const OPERATIONS: &[Operation] = &[
    service::operation!("AskPeer", write, Errand, errands::ask_peer, errands::may),
    service::operation!("Break", write, Thing, break_writing, on_thing),
    service::operation!("BreakReading", read, Thing, break_reading, on_thing),
    service::operation!("CallPeer", write, Errand, errands::call_peer, errands::may),
    service::operation!("Give", write, Thing, give, on_thing),
    service::operation!("Grant", write, GrantRow, grant, may_grant),
    service::operation!("Interrupt", write, Thing, put_by_right, interrupted),
    service::operation!("List", read, Thing, list, on_thing),
    service::operation!("PostPeer", write, Errand, errands::post_peer, errands::may),
    service::operation!("Put", write, Thing, put, on_thing),
    service::operation!("Revoke", write, Thing, revoke, on_thing),
    service::operation!("Ring", write, Thing, ring, on_thing),
    service::operation!("Spin", write, Thing, errands::spin, on_thing),
    service::operation!("Take", wait, Thing, take, on_thing),
    service::operation!("Told", read, Thing, errands::told_so_far, on_thing),
    service::operation!("WhoAmI", read, Thing, who_am_i, anybody_signed),
    service::operation!("Work", write, Thing, errands::work, on_thing),
];

/// How requests find it.
pub const ROUTES: ServiceFacts = ServiceFacts {
    name: "lab",
    signing_names: &["lab"],
    hosts: &["lab"],
    target_prefixes: &["Lab"],
    versions: &[],
    actions: &[],
    paths: &[],
    is_default: false,
};

thread_local! {
    /// What happens between the decision on `Interrupt` and the writer's lock, once.
    pub static BETWEEN: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
}

shape! {
    pub struct Thing {
        pub name: String = "Name",
        pub number: i64 = "Number",
    }

    pub struct Answer {
        pub texts: Vec<String> = "Texts",
    }

    /// A principal, the policies that bind it, and its access key. With a token it is a role's session, a user without.
    pub struct GrantRow {
        pub access_key: String = "AccessKey",
        pub account: String = "Account",
        pub policies: Vec<String> = "Policies",
        pub service_control: Vec<String> = "ServiceControl",
        pub token: Option<String> = "Token",
        pub expires: Option<Timestamp> = "Expires",
    }
}

/// An access key alone must find its grant, wherever its principal is.
static GRANTS: Table<str, GrantRow> = Table::<str, GrantRow>::worldwide("lab.grants").governing();
pub static THINGS: Table<str, Thing> = Table::new("lab.things");
static STOCK: Table<str, Thing> = Table::new("lab.stock");
static RUNG: Table<i64, Thing> = Table::new("lab.rung");

fn tables() -> Vec<TableInfo> {
    vec![GRANTS.info(), THINGS.info(), STOCK.info(), RUNG.info(), errands::TOLD.info()]
}

/// The caller that signs with a granted key.
pub fn caller(row: &GrantRow) -> Result<Caller> {
    let account: AccountId = row.account.parse().map_err(Error::internal)?;
    let arn = |service: &str, resource: String| {
        Arn::new(Partition::Standard, service, Region::GLOBAL, Some(account), resource).to_string()
    };
    let name = &row.access_key;
    let user = Caller {
        kind: CallerKind::User,
        account,
        arn: arn("iam", format!("user/{name}")),
        user_id: format!("AIDA{name}"),
        name: name.clone(),
        access_key: name.clone(),
        session: None,
        bootstrap: false,
    };
    Ok(match row.expires {
        None => user,
        Some(expires) => Caller {
            kind: CallerKind::AssumedRole,
            arn: arn("sts", format!("assumed-role/{name}/session")),
            user_id: format!("AROA{name}:session"),
            session: Some(Arc::new(Session {
                name: "session".to_owned(),
                role_arn: arn("iam", format!("role/{name}")),
                expires,
                ..Session::default()
            })),
            ..user
        },
    })
}

fn credential(view: &View, access_key: &str, token: Option<&str>) -> Result<Option<Credential>> {
    let row = view.get(&GRANTS, access_key)?.filter(|row| row.token.as_deref() == token);
    row.map(|row| Ok(Credential { secret: SECRET.to_owned(), caller: caller(&row)? })).transpose()
}

fn policies(view: &View, caller: &Caller) -> Result<Option<GrantingPolicies>> {
    let Some(row) = view.get(&GRANTS, caller.access_key.as_str())? else { return Ok(None) };
    let named = |text: String| NamedPolicy { name: "granted".into(), text: text.into() };
    Ok(Some(GrantingPolicies {
        identity: row.policies.into_iter().map(named).collect(),
        service_control: row.service_control.into_iter().map(|text| vec![named(text)]).collect(),
        ..GrantingPolicies::default()
    }))
}

fn on_thing(view: &View, input: &Thing) -> Result<Access> {
    let action = format!("lab:{}", view.request().operation);
    Ok(Access::to(Check::new(action, view.arn("lab", format!("thing/{}", input.name)).to_string())))
}

fn may_grant(_view: &View, _input: &GrantRow) -> Result<Access> {
    Ok(Access::to(Check::new("lab:Grant", "*")))
}

fn anybody_signed(_view: &View, _input: &Thing) -> Result<Access> {
    Ok(Access::Signed)
}

fn interrupted(view: &View, input: &Thing) -> Result<Access> {
    let access = on_thing(view, input)?;
    if let Some(between) = BETWEEN.take() {
        between();
    }
    Ok(access)
}

fn grant(cx: &mut Cx, input: GrantRow) -> Result<Answer> {
    cx.put(&GRANTS, &input.access_key, &input)?;
    Ok(Answer::default())
}

fn revoke(cx: &mut Cx, input: Thing) -> Result<Answer> {
    cx.delete(&GRANTS, input.name.as_str())?;
    Ok(Answer::default())
}

fn put(cx: &mut Cx, input: Thing) -> Result<Answer> {
    cx.put(&THINGS, &input.name, &input)?;
    Ok(Answer::default())
}

/// Puts a thing, and breaks if a user was let through on another state than the one that it changes.
fn put_by_right(cx: &mut Cx, input: Thing) -> Result<Answer> {
    let caller = cx.caller();
    let granted = cx.get(&GRANTS, caller.access_key.as_str())?;
    if caller.kind == CallerKind::User && granted.is_none_or(|row| row.policies.is_empty()) {
        return Err(Error::internal("a handler runs for somebody who is granted nothing"));
    }
    put(cx, input)
}

/// All things, all that is in stock and all that has rung, each in order.
fn list(view: &View, _input: Thing) -> Result<Answer> {
    let things = view.rows(&THINGS, ()).map(|row| Ok(row?.name)).collect::<Result<Vec<String>>>()?;
    let stock = view.rows(&STOCK, ()).map(|row| row.map(|row| format!("{} x{}", row.name, row.number)));
    let stock = stock.collect::<Result<Vec<String>>>()?;
    let rung = view.rows(&RUNG, ()).map(|row| row.map(|row| format!("{} at {}", row.name, row.number)));
    let rung = rung.collect::<Result<Vec<String>>>()?;
    Ok(Answer { texts: [things, stock, rung].concat() })
}

#[expect(clippy::panic, reason = "this is what it is for")]
fn break_writing(cx: &mut Cx, input: Thing) -> Result<Answer> {
    put(cx, input)?;
    panic!("the lab is on fire");
}

#[expect(clippy::panic, reason = "this is what it is for")]
fn break_reading(_view: &View, _input: Thing) -> Result<Answer> {
    panic!("the book is on fire");
}

/// Puts a number of a thing in stock.
fn give(cx: &mut Cx, input: Thing) -> Result<Answer> {
    let before = cx.get(&STOCK, input.name.as_str())?.map_or(0, |row| row.number);
    cx.put(&STOCK, &input.name, &Thing { number: before + input.number, ..input.clone() })?;
    let signal = cx.signal("lab.stock", input.name.as_str());
    cx.wake(signal, usize::try_from(input.number).unwrap_or_default());
    Ok(Answer::default())
}

/// Takes one from the stock, or waits for one as many seconds as `Number` says.
fn take(cx: &mut Cx, input: Thing) -> Result<Outcome<Answer>> {
    let left = cx.get(&STOCK, input.name.as_str())?.filter(|row| row.number > 0);
    if let Some(left) = left {
        cx.put(&STOCK, &input.name, &Thing { number: left.number - 1, ..left })?;
        return Ok(Outcome::Done(Answer { texts: vec![input.name] }));
    }
    let until = cx.request().arrived.after(Duration::from_secs(input.number.unsigned_abs()));
    if cx.now() >= until {
        return Ok(Outcome::Done(Answer::default()));
    }
    // What is written before a wait must not remain.
    cx.put(&THINGS, "waited", &input)?;
    Ok(Outcome::Wait { on: cx.signal("lab.stock", input.name.as_str()), until })
}

/// Rings `Number` seconds from now.
fn ring(cx: &mut Cx, input: Thing) -> Result<Answer> {
    let due = cx.now().after(Duration::from_secs(input.number.unsigned_abs()));
    cx.set_timer(&input.name, due)?;
    Ok(Answer::default())
}

fn rang(cx: &mut Cx, timer: &Timer) -> Result<()> {
    let number = cx.rows(&RUNG, ()).count() as i64;
    let row = Thing { name: timer.name.clone(), number: cx.now().secs() };
    cx.put(&RUNG, &number, &row)?;
    // A chain of two: it rings again after a second, within the same wind.
    if timer.name == "twice" { cx.set_timer("again", cx.now().after(Duration::from_secs(1))) } else { Ok(()) }
}

fn who_am_i(view: &View, _input: Thing) -> Result<Answer> {
    let caller = view.caller();
    let bootstrap = if caller.bootstrap { "bootstrap" } else { "ordinary" };
    Ok(Answer { texts: vec![caller.arn.clone(), bootstrap.to_owned(), view.region().to_string()] })
}

/// A grant's row from the JSON of a call.
pub fn row(grant: &serde_json::Value) -> GrantRow {
    let text = |name: &str| grant.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let expires = Timestamp::parse_iso8601(&text("Expires"));
    GrantRow { access_key: text("AccessKey"), account: text("Account"), expires, ..GrantRow::default() }
}
