//! Plain HTTP that the lab answers.

use super::lab::{THINGS, Thing};
use serde_json::json;
use service::{
    Access, AccountId, As, Call, Check, Cx, Error, Front, HttpReply, HttpRequest, Region, Result, Scope, Value, View,
    operation,
};

pub static FRONTS: &[Front] = &[Front {
    hosts: &["lab-front"],
    host_paths: &["/**"],
    paths: &["/_lab/*/**"],
    signing_names: &["lab"],
    operation: operation!("Echo", write, HttpRequest, echo, may),
}];

/// Who must sign, and where it happens, the path says.
fn may(view: &View, request: &HttpRequest) -> Result<Access> {
    let there = AccountId::from_number(222_222_222_222).zip(Region::new("eu-west-1"));
    Ok(match (request.path.split('/').nth(2), there) {
        (Some("closed"), _) => Access::to(Check::new("lab:Echo", view.arn("lab", "front").to_string())),
        (Some("there"), Some((account, region))) => Access::PublicIn(Scope::new(account, region)),
        _ => Access::Public,
    })
}

/// Tells what it was given; asks the lab itself; or fails, and keeps what it wrote.
fn echo(cx: &mut Cx, request: HttpRequest) -> Result<HttpReply> {
    match request.path.split('/').nth(2) {
        Some("kept") => {
            cx.put(&THINGS, "kept", &Thing { name: "kept".to_owned(), number: 1 })?;
            return Err(Error::new("Kept", "what was written stays").keeping());
        }
        Some("lost") => {
            cx.put(&THINGS, "lost", &Thing { name: "lost".to_owned(), number: 1 })?;
            return Err(Error::new("Lost", "what was written goes"));
        }
        Some("asks") => {
            let input = Value::Map([("Name", Value::from("")), ("Number", Value::from(0))].map(named).into());
            let call = Call { service: "lab".to_owned(), operation: "WhoAmI".to_owned(), input };
            let source = cx.arn("lab", "front");
            cx.ask(&As::service(&source), &call)?;
        }
        _ => {}
    }
    let told = json!({
        "caller": cx.caller().arn,
        "account": cx.account().to_string(),
        "region": cx.region().as_str(),
        "rest": request.host_rest,
        "path": request.path,
        "query": request.query,
        "x": request.header("X-Lab"),
        "body": String::from_utf8_lossy(&request.body),
    });
    Ok(HttpReply::new(299, told.to_string()).with("x-lab", "told").with("content-length", "1"))
}

fn named((name, value): (&str, Value)) -> (String, Value) {
    (name.to_owned(), value)
}
