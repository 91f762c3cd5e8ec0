//! The pages, by their addresses.
//!
//! | page | what for |
//! |---|---|
//! | `/_sso/start/<store>` | the access portal: what somebody may be, and where |
//! | `/_sso/device` | lets a device in |
//! | `/_sso/authorize` | lets an application in that gets a code (RFC 6749, section 4.1; RFC 7636) |
//! | `/_sso/sign-in`, `/_sso/code`, `/_sso/password`, `/_sso/sign-out` | what the forms are sent to |

use crate::clients::{self, AUTHORIZATION_CODE};
use crate::directory::{self, Instance, User};
use crate::form::{Fields, cookie, encoded};
use crate::passwords;
use crate::reply::{self, SESSION};
use crate::sign_in::{self, Reader};
use crate::state::{CODES, ClientRow, CodeRow, DEVICES, DeviceRow, PasswordRow};
use crate::{access, devices, expiry, pages};
use service::{Cx, Duration, Front, HttpReply, HttpRequest, Prepared, Result, View, operation};
use sso::session::{self, hashed, secret_text};

/// For how long an authorisation code holds.
const CODE_LIFE: Duration = Duration::from_secs(300);
const NO_SESSION: &str = "Your session has ended, or this form is not from this site. Go back and try again.";
const NO_INSTANCE: &str = "There is no access portal at this address.";

const fn front(paths: &'static [&'static str], operation: service::Operation) -> Front {
    Front { hosts: &["oidc"], host_paths: paths, paths, signing_names: &[], operation }
}

/// All of them.
pub static FRONTS: &[Front] = &[
    front(&["/_sso/start/*"], operation!("Portal", read, HttpRequest, portal, access::page)),
    front(&["/_sso/device"], operation!("Device", write, HttpRequest, device, access::page)),
    front(&["/_sso/authorize"], operation!("Authorize", write, HttpRequest, authorize, access::page)),
    front(&["/_sso/sign-in"], operation!("SignIn", prepared, HttpRequest, enter, access::page, tried_password)),
    front(&["/_sso/code"], operation!("SendCode", write, HttpRequest, send_code, access::page)),
    front(
        &["/_sso/password"],
        operation!("SetPassword", prepared, HttpRequest, set_password, access::page, new_password),
    ),
    front(&["/_sso/sign-out"], operation!("SignOut", write, HttpRequest, sign_out, access::page)),
];

fn missing() -> HttpReply {
    reply::page(404, pages::message("Not found", NO_INSTANCE))
}

fn refused() -> HttpReply {
    reply::page(403, pages::message("Not allowed", NO_SESSION))
}

fn is_post(request: &HttpRequest) -> bool {
    request.method == "POST"
}

/// Where a browser goes on after its user has signed in.
fn here(request: &HttpRequest) -> String {
    if request.query.is_empty() { request.path.clone() } else { format!("{}?{}", request.path, request.query) }
}

fn portal(view: &View, request: HttpRequest) -> Result<HttpReply> {
    let store = request.path.rsplit('/').next().unwrap_or_default();
    let Some(instance) = directory::instance(view, store)? else { return Ok(missing()) };
    let Some(reader) = Reader::of(view, &request, &instance)? else {
        return Ok(sign_in::page(&instance, ("", &here(&request)), ""));
    };
    let mut all = Vec::new();
    for account in reader.visitor.accounts()? {
        let roles = reader.visitor.roles(&account.id)?.unwrap_or_default();
        all.push((account, roles));
    }
    let form = reader.form_token();
    let fields = [("form", form.as_str()), ("instance", instance.id.as_str())];
    Ok(reply::page(200, pages::accounts(reader.visitor.name(), &all, &fields)))
}

fn device(cx: &mut Cx, request: HttpRequest) -> Result<HttpReply> {
    let fields = if is_post(&request) { Fields::of_body(&request) } else { Fields::of_query(&request) };
    let code = fields.get("user_code");
    if code.is_empty() {
        return Ok(reply::page(200, pages::user_code("")));
    }
    let Some((key, row)) = devices::waiting(cx, code)? else {
        return Ok(reply::page(400, pages::user_code("This code is not valid, or is not valid any more.")));
    };
    let Some(instance) = directory::instance(cx, &row.instance)? else { return Ok(missing()) };
    let Some(reader) = Reader::of(cx, &request, &instance)? else {
        let next = format!("/_sso/device?user_code={}", encoded(&row.user_code));
        return Ok(sign_in::page(&instance, ("", &next), ""));
    };
    if is_post(&request) {
        return answer_device(cx, (&reader, &fields), &key, row);
    }
    let client = clients::find(cx, &row.client)?.map(|client| client.name).unwrap_or_default();
    let form = reader.form_token();
    let hidden = [("form", form.as_str()), ("user_code", row.user_code.as_str())];
    let page = pages::consent("/_sso/device", &hidden, (&client, reader.visitor.name()), &row.user_code);
    Ok(reply::page(200, page))
}

fn answer_device(
    cx: &mut Cx,
    (reader, fields): (&Reader, &Fields),
    key: &str,
    mut row: DeviceRow,
) -> Result<HttpReply> {
    if !reader.sent(fields) {
        return Ok(refused());
    }
    let allowed = fields.get("answer") == "allow";
    if allowed {
        row.user.clone_from(&reader.session.user);
    } else {
        row.refused = true;
    }
    cx.put(&DEVICES, key, &row)?;
    let text = if allowed { "Request approved. You can close this window." } else { "Request denied." };
    Ok(reply::page(200, pages::message("Authorization", text)))
}

/// What an application asks for, once that is found to be in order.
struct Asked {
    client: ClientRow,
    instance: Instance,
    redirect_uri: String,
    challenge: String,
    state: String,
}

impl Asked {
    /// `None` where nobody may be sent anywhere.
    fn read(view: &View, fields: &Fields) -> Result<Option<Asked>> {
        let Some(client) = clients::find(view, fields.get("client_id"))? else { return Ok(None) };
        let redirect_uri = fields.get("redirect_uri").to_owned();
        let challenge = fields.get("code_challenge").to_owned();
        let in_order = fields.get("response_type") == "code"
            && fields.get("code_challenge_method") == "S256"
            && (43..=128).contains(&challenge.len())
            && fields.get("state").len() <= 1024
            && clients::check_grant(&client, AUTHORIZATION_CODE).is_ok()
            && clients::registered(&client, &redirect_uri);
        let instance = directory::instance(view, &client.instance)?.filter(|_| in_order);
        let state = fields.get("state").to_owned();
        Ok(instance.map(|instance| Asked { client, instance, redirect_uri, challenge, state }))
    }

    /// The browser goes back to the application with an answer.
    fn back(&self, name: &str, value: &str) -> HttpReply {
        let sign = if self.redirect_uri.contains('?') { '&' } else { '?' };
        let (value, state) = (encoded(value), encoded(&self.state));
        reply::to(&format!("{}{sign}{name}={value}&state={state}", self.redirect_uri))
    }
}

fn authorize(cx: &mut Cx, request: HttpRequest) -> Result<HttpReply> {
    let fields = if is_post(&request) { Fields::of_body(&request) } else { Fields::of_query(&request) };
    let Some(asked) = Asked::read(cx, &fields)? else {
        let text = "The application that sent you here asks for something that it may not have.";
        return Ok(reply::page(400, pages::message("Invalid request", text)));
    };
    let Some(reader) = Reader::of(cx, &request, &asked.instance)? else {
        return Ok(sign_in::page(&asked.instance, ("", &here(&request)), ""));
    };
    if !is_post(&request) {
        let form = reader.form_token();
        let names = ["client_id", "redirect_uri", "code_challenge", "code_challenge_method", "response_type", "state"];
        let own = [("form", form.as_str())];
        let hidden: Vec<(&str, &str)> = own.into_iter().chain(names.map(|name| (name, fields.get(name)))).collect();
        let who = (asked.client.name.as_str(), reader.visitor.name());
        return Ok(reply::page(200, pages::consent("/_sso/authorize", &hidden, who, "")));
    }
    if !reader.sent(&fields) {
        return Ok(refused());
    }
    if fields.get("answer") != "allow" {
        return Ok(asked.back("error", "access_denied"));
    }
    let code = secret_text();
    let row = CodeRow {
        client: asked.client.id.clone(),
        instance: asked.instance.id.clone(),
        user: reader.session.user.clone(),
        redirect_uri: asked.redirect_uri.clone(),
        challenge: asked.challenge.clone(),
        until: cx.now().after(CODE_LIFE),
    };
    let key = hashed(&code);
    cx.put(&CODES, key.as_str(), &row)?;
    expiry::at(cx, ("code", &key), row.until)?;
    Ok(asked.back("code", &code))
}

/// Who is meant by a form of somebody who has not signed in.
fn meant(view: &View, fields: &Fields) -> Result<Option<(Instance, Option<User>)>> {
    let Some(instance) = sign_in::named(view, fields)? else { return Ok(None) };
    let user = directory::user(view, &instance, fields.get("user"))?;
    Ok(Some((instance, user)))
}

/// Whether the password is right: that takes long.
fn tried_password(view: &View, request: &HttpRequest) -> Result<Prepared<HttpReply, bool>> {
    let fields = Fields::of_body(request);
    if !is_post(request) || !sign_in::is_own(request, &fields) {
        return Ok(Prepared::Answer(refused()));
    }
    let Some((instance, user)) = meant(view, &fields)? else { return Ok(Prepared::Answer(missing())) };
    let row = user.map(|user| passwords::of(view, &instance, &user)).transpose()?.flatten();
    Ok(Prepared::Made(passwords::is_right(row.as_ref(), fields.get("password"))))
}

fn enter(cx: &mut Cx, request: HttpRequest, right: bool) -> Result<HttpReply> {
    let fields = Fields::of_body(&request);
    let (name, next) = (fields.get("user"), fields.get("next"));
    let Some((instance, user)) = meant(cx, &fields)? else { return Ok(missing()) };
    let wrong = || Ok(sign_in::page(&instance, (name, next), "The username or the password is not right."));
    let Some(user) = user else { return wrong() };
    let row = passwords::of(cx, &instance, &user)?.unwrap_or_default();
    if passwords::is_locked(&row, cx.now()) {
        let text = "There were too many wrong passwords. Try again later.";
        return Ok(sign_in::page(&instance, (name, next), text));
    }
    passwords::tried(cx, (&instance, &user), right)?;
    if right { sign_in::enter(cx, &instance, &user.id, next) } else { wrong() }
}

fn send_code(cx: &mut Cx, request: HttpRequest) -> Result<HttpReply> {
    let fields = Fields::of_body(&request);
    if !is_post(&request) || !sign_in::is_own(&request, &fields) {
        return Ok(refused());
    }
    let Some((instance, user)) = meant(cx, &fields)? else { return Ok(missing()) };
    if let Some(user) = &user {
        let address = format!("{}/_sso/start/{}", cx.request().base_url, instance.store);
        passwords::invite(cx, &instance, user, &address)?;
    }
    Ok(sign_in::password_page(&instance, (fields.get("user"), fields.get("next")), ""))
}

/// What is kept of the new password: that takes long.
fn new_password(view: &View, request: &HttpRequest) -> Result<Prepared<HttpReply, PasswordRow>> {
    let fields = Fields::of_body(request);
    if !is_post(request) || !sign_in::is_own(request, &fields) {
        return Ok(Prepared::Answer(refused()));
    }
    let Some((instance, _)) = meant(view, &fields)? else { return Ok(Prepared::Answer(missing())) };
    match passwords::check(fields.get("password")) {
        Ok(()) => Ok(Prepared::Made(passwords::kept(fields.get("password")))),
        Err(wrong) => {
            let about = (fields.get("user"), fields.get("next"));
            Ok(Prepared::Answer(sign_in::password_page(&instance, about, wrong)))
        }
    }
}

fn set_password(cx: &mut Cx, request: HttpRequest, made: PasswordRow) -> Result<HttpReply> {
    let fields = Fields::of_body(&request);
    let (name, next) = (fields.get("user"), fields.get("next"));
    let Some((instance, user)) = meant(cx, &fields)? else { return Ok(missing()) };
    if let Some(user) = user
        && passwords::redeem(cx, (&instance, &user), fields.get("code"))?
    {
        passwords::set(cx, &instance, &user, &made)?;
        return sign_in::enter(cx, &instance, &user.id, next);
    }
    Ok(sign_in::password_page(&instance, (name, next), "The verification code is not right, or not valid any more."))
}

fn sign_out(cx: &mut Cx, request: HttpRequest) -> Result<HttpReply> {
    let fields = Fields::of_body(&request);
    let Some(instance) = sign_in::named(cx, &fields)? else { return Ok(missing()) };
    let reader = Reader::of(cx, &request, &instance)?;
    if !is_post(&request) || !reader.is_some_and(|reader| reader.sent(&fields)) {
        return Ok(refused());
    }
    session::end(cx, cookie(&request, SESSION))?;
    let reply = reply::page(200, pages::message("Signed out", "You have signed out."));
    Ok(reply::with_cookie(reply, SESSION, ""))
}
