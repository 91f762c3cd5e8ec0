//! Who looks at a page: nobody yet, or somebody who has signed in.

use crate::directory::{self, Instance};
use crate::form::{Fields, cookie};
use crate::reply::{FORM, SESSION};
use crate::{expiry, pages, reply};
use service::{Cx, Duration, HttpReply, HttpRequest, Result, View};
use sso::portal::Visitor;
use sso::session::{self, Session, hashed, secret_text};

/// For how long a browser stays signed in.
const LIFE: Duration = Duration::from_secs(8 * 3600);

/// Somebody who has signed in with this browser.
pub struct Reader {
    /// His session.
    pub session: Session,
    /// What he may be.
    pub visitor: Visitor,
    token: String,
}

impl Reader {
    /// Who has signed in to an instance; `None` for nobody.
    pub fn of(view: &View, request: &HttpRequest, instance: &Instance) -> Result<Option<Reader>> {
        let token = cookie(request, SESSION);
        let session = session::find(view, token)?.filter(|session| session.instance == instance.id);
        let Some(session) = session else { return Ok(None) };
        let visitor = Visitor::of(view, &session)?;
        Ok(visitor.map(|visitor| Reader { session, visitor, token: token.to_owned() }))
    }

    /// What his forms carry, so that no other site sends them.
    pub fn form_token(&self) -> String {
        hashed(&format!("form {}", self.token))
    }

    /// Whether a form is one of his.
    pub fn sent(&self, fields: &Fields) -> bool {
        fields.get("form") == self.form_token()
    }
}

/// The instance that a form names.
pub fn named(view: &View, fields: &Fields) -> Result<Option<Instance>> {
    directory::instance(view, fields.get("instance"))
}

/// The page on which somebody signs in, and then goes on to `next`.
pub fn page(instance: &Instance, (user, next): (&str, &str), wrong: &str) -> HttpReply {
    let form = secret_text();
    let fields = [("form", form.as_str()), ("instance", instance.id.as_str()), ("next", next)];
    let status = if wrong.is_empty() { 200 } else { 401 };
    reply::with_cookie(reply::page(status, pages::sign_in(&fields, user, wrong)), FORM, &form)
}

/// The page on which somebody sets his password.
pub fn password_page(instance: &Instance, (user, next): (&str, &str), wrong: &str) -> HttpReply {
    let form = secret_text();
    let fields = [("form", form.as_str()), ("instance", instance.id.as_str()), ("user", user), ("next", next)];
    let status = if wrong.is_empty() { 200 } else { 400 };
    reply::with_cookie(reply::page(status, pages::password(&fields, wrong)), FORM, &form)
}

/// Whether a form of somebody who has not signed in comes from our own page.
pub fn is_own(request: &HttpRequest, fields: &Fields) -> bool {
    let form = cookie(request, FORM);
    !form.is_empty() && fields.get("form") == form
}

/// Signs somebody in and sends him on.
pub fn enter(cx: &mut Cx, instance: &Instance, user: &str, next: &str) -> Result<HttpReply> {
    let until = cx.now().after(LIFE);
    let token = session::begin(cx, &instance.id, user, until)?;
    expiry::at(cx, ("session", &hashed(&token)), until)?;
    // Only our own pages: nobody is sent elsewhere by a link that somebody else wrote.
    let own = next.starts_with("/_sso/") && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    let home = format!("/_sso/start/{}", instance.store);
    let next = if own { next } else { home.as_str() };
    let reply = reply::with_cookie(reply::to(next), SESSION, &token);
    Ok(reply::with_cookie(reply, FORM, ""))
}
