//! The pages on which people sign in: plain HTML, written here whole. What comes from outside is escaped without exception.

use sso::portal::Account;
use std::fmt::Write;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:3rem auto;max-width:30rem;padding:0 1rem}\
    label{display:block;margin:.8rem 0}input{display:block;font:inherit;padding:.4rem;width:100%;box-sizing:border-box}\
    button{font:inherit;padding:.4rem 1.2rem;margin:.4rem .4rem .4rem 0}.error{color:#b00020}code{font-size:1.4em}";

/// A text as HTML shows it, in content and in attributes alike.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style>\
         </head><body><h1>{title}</h1>{body}</body></html>"
    )
}

fn hidden(fields: &[(&str, &str)]) -> String {
    fields.iter().fold(String::new(), |mut out, (name, value)| {
        let _ = write!(out, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value));
        out
    })
}

fn error(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<p class=\"error\" role=\"alert\">{}</p>", escaped(text)) }
}

/// Says what is wrong.
pub fn message(title: &str, text: &str) -> String {
    page(title, &format!("<p>{}</p>", escaped(text)))
}

/// Where somebody types a user code.
pub fn user_code(wrong: &str) -> String {
    let body = format!(
        "{}<form method=\"get\" action=\"/_sso/device\"><label>Code that your device shows\
         <input name=\"user_code\" autocomplete=\"off\" maxlength=\"9\" required></label><button>Next</button></form>",
        error(wrong)
    );
    page("Authorize request", &body)
}

/// Where somebody signs in. `fields` go along unseen.
pub fn sign_in(fields: &[(&str, &str)], user: &str, wrong: &str) -> String {
    let (hidden, user) = (hidden(fields), escaped(user));
    let body = format!(
        "{}<form method=\"post\" action=\"/_sso/sign-in\">{hidden}<label>Username<input name=\"user\" value=\"{user}\" \
         autocomplete=\"username\" maxlength=\"128\" required></label><label>Password<input name=\"password\" \
         type=\"password\" autocomplete=\"current-password\" maxlength=\"64\"></label><button>Sign in</button>\
         <button formaction=\"/_sso/code\">First time here, or password forgotten</button></form>",
        error(wrong)
    );
    page("Sign in", &body)
}

/// Where somebody sets his password with the code that was mailed to him.
pub fn password(fields: &[(&str, &str)], wrong: &str) -> String {
    let body = format!(
        "{}<p>If there is such a user, a verification code has been mailed.</p><form method=\"post\" \
         action=\"/_sso/password\">{}<label>Verification code<input name=\"code\" inputmode=\"numeric\" \
         autocomplete=\"one-time-code\" maxlength=\"6\" required></label><label>New password<input name=\"password\" \
         type=\"password\" autocomplete=\"new-password\" maxlength=\"64\" required></label><button>Set password</button>\
         </form>",
        error(wrong),
        hidden(fields)
    );
    page("Set your password", &body)
}

/// Where somebody lets a device or an application in.
pub fn consent(action: &str, fields: &[(&str, &str)], (client, user): (&str, &str), code: &str) -> String {
    let code = match code {
        "" => String::new(),
        code => format!("<p>Make sure that your device shows this code: <code>{}</code></p>", escaped(code)),
    };
    let body = format!(
        "<p>You are signed in as {}.</p>{code}<p>Allow <strong>{}</strong> to access your data in your AWS accounts?</p>\
         <form method=\"post\" action=\"{action}\">{}<button name=\"answer\" value=\"allow\">Allow access</button>\
         <button name=\"answer\" value=\"deny\">Deny access</button></form>",
        escaped(user),
        escaped(client),
        hidden(fields)
    );
    page("Authorization requested", &body)
}

/// What somebody may be, and where.
pub fn accounts(user: &str, all: &[(Account, Vec<String>)], fields: &[(&str, &str)]) -> String {
    let mut list = String::new();
    for (account, roles) in all {
        let _ =
            write!(list, "<li>{} ({}) {}<ul>", escaped(&account.name), escaped(&account.id), escaped(&account.email));
        for role in roles {
            let _ = write!(list, "<li>{}</li>", escaped(role));
        }
        list.push_str("</ul></li>");
    }
    if all.is_empty() {
        list.push_str("<li>You have no AWS accounts.</li>");
    }
    let body = format!(
        "<p>You are signed in as {}.</p><ul>{list}</ul><form method=\"post\" action=\"/_sso/sign-out\">{}\
         <button>Sign out</button></form>",
        escaped(user),
        hidden(fields)
    );
    page("AWS access portal", &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_is_markup() {
        let evil = "\"><script>alert('x')</script>&";
        let pages = [
            message("x", evil),
            user_code(evil),
            sign_in(&[("next", evil)], evil, evil),
            password(&[("user", evil)], evil),
            consent("/_sso/device", &[("user_code", evil)], (evil, evil), evil),
            accounts(
                evil,
                &[(Account { id: evil.into(), name: evil.into(), email: evil.into() }, vec![evil.into()])],
                &[],
            ),
        ];
        for page in pages {
            assert!(!page.contains("<script") && page.contains("&lt;script&gt;alert(&#39;x&#39;)"), "{page}");
        }
    }
}
