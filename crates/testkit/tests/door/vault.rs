//! Vault: a service whose things are bodies, for tests of what comes and goes as a stream.

use crate::support::lab;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use pipeline::{Directory, Entry};
use service::shape::shape;
use service::{
    Access, Body, BodyPlan, Bytes, Check, Checksum, Cx, Error, Facts, LazyModel, Operation, Outcome, Result, Service,
    StoredBody, Table, Timer, TrailFacts, ValidationFacts, ValidationMode, View, WireFacts,
};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;
use wire::route::ServiceFacts;

/// The longest thing, in bytes.
pub const LONGEST: u64 = 2 << 20;

static MODEL: LazyModel = LazyModel::new(include_bytes!("vault.json"));

static SERVICE: Service = Service::new(FACTS, &MODEL, OPERATIONS, || vec![THINGS.info(), NOTES.info()]).on_timer(hold);

/// What the next timer waits for, and where it tells whether that came.
pub static HELD: Mutex<Option<(Receiver<()>, Sender<bool>)>> = Mutex::new(None);

/// A timer that takes long.
fn hold(_cx: &mut Cx, _timer: &Timer) -> Result<()> {
    if let Some((wait, told)) = HELD.lock().unwrap().take() {
        told.send(wait.recv_timeout(Duration::from_secs(10)).is_ok()).unwrap();
    }
    Ok(())
}

const FACTS: Facts = Facts {
    prefix: "vault",
    iam_prefix: "vault",
    arn_service: "vault",
    event_source: "vault.amazonaws.com",
    principal: "vault.amazonaws.com",
    host_labels: &[],
    global: false,
    access_denied: "AccessDenied",
    validation: ValidationFacts {
        mode: ValidationMode::Model,
        before_authorization: true,
        code: "ValidationException",
        missing: "",
        except: &[],
        closed_enums: false,
    },
    read_only: &[],
    url_member: "",
    throttle: &[],
    trail: TrailFacts { data_events: &[], answers: &[], hidden: &[] },
    wire: WireFacts::USUAL,
};

static OPERATIONS: &[Operation] = &[
    service::operation!("CopyThing", write, CopyThingRequest, copy, on_copy),
    service::operation!("DeleteThing", write, Named, delete, on_named),
    service::operation!("GetThing", read, GetThingRequest, get, on_get, gives(Content, body)),
    service::operation!("NoteThing", write, Note, note, on_note),
    service::operation!("PutThing", wait, PutThingRequest, put, on_put, takes(begin_put, body)),
];

const ROUTES: ServiceFacts = ServiceFacts {
    name: "vault",
    signing_names: &["vault"],
    hosts: &["vault"],
    target_prefixes: &[],
    versions: &[],
    actions: &[],
    paths: &[],
    is_default: false,
};

/// The vault, and the lab for its identities.
pub fn directory() -> &'static Directory {
    static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| {
        let lab = Entry::new(lab::ROUTES, &lab::MODEL, Some(&lab::SERVICE));
        Directory::new(vec![lab, Entry::new(ROUTES, &MODEL, Some(&SERVICE))])
    });
    &DIRECTORY
}

shape! {
    pub struct PutThingRequest {
        pub name: String = "Name",
        pub md5: Option<String> = "Md5",
        pub body: Option<Body> = "Body",
    }

    pub struct GetThingRequest {
        pub name: String = "Name",
        pub from: Option<i64> = "From",
        pub to: Option<i64> = "To",
    }

    pub struct CopyThingRequest {
        pub name: String = "Name",
        pub to: String = "To",
    }

    pub struct Named {
        pub name: String = "Name",
    }

    pub struct Note {
        pub text: String = "Text",
    }

    pub struct Content {
        pub body: Body = "Body",
        pub hash: String = "Hash",
    }

    pub struct Done {
        pub hash: String = "Hash",
    }

    pub struct Thing {
        pub parts: Vec<StoredBody> = "Parts",
        pub hash: String = "Hash",
    }
}

static THINGS: Table<str, Thing> = Table::<str, Thing>::new("vault.things").naming_bodies();
static NOTES: Table<str, Note> = Table::new("vault.notes");

fn on(view: &View, name: &str) -> Result<Access> {
    let action = format!("vault:{}", view.request().operation);
    Ok(Access::to(Check::new(action, view.arn("vault", format!("thing/{name}")).to_string())))
}

fn on_put(view: &View, input: &PutThingRequest) -> Result<Access> {
    on(view, &input.name)
}

fn on_get(view: &View, input: &GetThingRequest) -> Result<Access> {
    on(view, &input.name)
}

fn on_copy(view: &View, input: &CopyThingRequest) -> Result<Access> {
    on(view, &input.name)
}

fn on_named(view: &View, input: &Named) -> Result<Access> {
    on(view, &input.name)
}

fn on_note(view: &View, _input: &Note) -> Result<Access> {
    on(view, "note")
}

fn begin_put(_view: &View, input: &PutThingRequest) -> Result<BodyPlan> {
    let invalid = |_| Error::new("InvalidDigest", "The Content-MD5 you specified is not valid.").status(400);
    let md5 = input.md5.as_ref().map(|text| BASE64_STANDARD.decode(text)).transpose().map_err(invalid)?;
    let expect = md5.map(|md5| (Checksum::Md5, Bytes::from(md5))).into_iter().collect();
    Ok(BodyPlan { compute: vec![Checksum::Md5], expect, ..BodyPlan::up_to(LONGEST) })
}

/// Adds to the thing, or makes it. `wait` waits a second first, `refused` is refused at the last moment, and `nothing`
/// is not kept.
fn put(cx: &mut Cx, input: PutThingRequest) -> Result<Outcome<Done>> {
    let PutThingRequest { name, md5: _, body } = input;
    let body = body.unwrap_or_default();
    let received = body.received()?.clone();
    let until = cx.request().arrived.after(service::Duration::from_secs(1));
    if name == "wait" && cx.now() < until {
        return Ok(Outcome::Wait { on: cx.signal("vault.wait", ()), until });
    }
    let md5 = received.checksum(Checksum::Md5).cloned().unwrap_or_default();
    let hash = md5.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut thing = cx.get(&THINGS, name.as_str())?.unwrap_or_default();
    thing.parts.push(received.stored.clone());
    thing.hash.clone_from(&hash);
    match name.as_str() {
        "nothing" => cx.put(&NOTES, "nothing", &Note::default())?,
        _ => cx.put(&THINGS, &name, &thing)?,
    }
    if name == "refused" { Err(Error::new("Refused", "no").status(409)) } else { Ok(Done { hash }.into()) }
}

fn get(view: &View, input: GetThingRequest) -> Result<Content> {
    let GetThingRequest { name, from, to } = input;
    let thing = view.get(&THINGS, name.as_str())?;
    let thing = thing.ok_or_else(|| Error::new("NoSuchThing", "The thing does not exist.").status(404))?;
    let range = from.map(|from| from.unsigned_abs()..to.map_or(u64::MAX, i64::unsigned_abs));
    Ok(Content { body: view.body(&thing.parts, range)?, hash: thing.hash })
}

fn copy(cx: &mut Cx, input: CopyThingRequest) -> Result<Done> {
    let CopyThingRequest { name, to } = input;
    let mut thing = cx.get(&THINGS, name.as_str())?.unwrap_or_default();
    thing.parts = thing.parts.iter().map(|part| cx.copy_body(part)).collect::<Result<_>>()?;
    cx.put(&THINGS, &to, &thing)?;
    Ok(Done { hash: thing.hash })
}

fn delete(cx: &mut Cx, input: Named) -> Result<Done> {
    let Named { name } = input;
    cx.delete(&THINGS, name.as_str())?;
    Ok(Done::default())
}

fn note(cx: &mut Cx, input: Note) -> Result<Done> {
    cx.put(&NOTES, "note", &input)?;
    Ok(Done { hash: input.text })
}
