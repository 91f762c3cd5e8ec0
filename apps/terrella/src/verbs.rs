//! The small verbs: each asks a running cloud and prints the answer, as text or with `--json` as it came.

use crate::client::{Client, Failure, escaped};
use crate::flags::{AccountVerb, FaultVerb, IssuerVerb, Log, Operator, RegisterVerb, Verb};
use crate::regions;
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;

/// Runs a verb against the cloud that its flags or the environment name.
pub fn run(verb: Verb) -> ExitCode {
    match answer(verb) {
        Ok(code) => code,
        Err(Failure(why)) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn answer(verb: Verb) -> Result<ExitCode, Failure> {
    match verb {
        Verb::Start(flags) => return Ok(crate::start::run(flags)),
        Verb::Version { json } => version(json),
        Verb::Env { operator, asked } => crate::env::run(&operator, asked)?,
        Verb::Services { operator, service } => services(&operator, service.as_deref())?,
        Verb::Why { operator, request } => why(&operator, &request)?,
        Verb::Log(flags) => log(&flags)?,
        Verb::Wind { operator, by, dry_run } => wind(&operator, &by, dry_run)?,
        Verb::Reset { operator, account, yes } => reset(&operator, account.map(|id| id.to_string()), yes)?,
        Verb::Snapshot { verb } => crate::snapshots::run(verb)?,
        Verb::Account { verb } => account(verb)?,
        Verb::Fault { verb } => fault(verb)?,
        Verb::Issuer { verb } => issuer(verb)?,
        Verb::Register { verb } => register(verb)?,
        Verb::Up(flags) => crate::estate::up(&flags)?,
        Verb::Down(flags) => crate::estate::down(&flags)?,
        Verb::Inventory(flags) => crate::estate::inventory(&flags)?,
        Verb::Prove(flags) => return crate::estate::prove(&flags),
        Verb::Diagram(flags) => crate::diagrams::run(&flags)?,
        Verb::Policy { verb } => return crate::policy::run(verb),
        Verb::Doctor { operator } => return Ok(crate::doctor::run(&operator)),
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the answer: itself with `--json`, its text otherwise.
pub fn print(json: bool, value: &Value, text: impl FnOnce(&Value) -> String) {
    let out = if json { value.to_string() } else { text(value) };
    // A reader that closed its end, as `head` does, is no error of ours.
    let _ = writeln!(std::io::stdout(), "{out}");
}

/// A member that is a text; empty where it is none.
pub fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

fn version(json: bool) {
    let version = env!("CARGO_PKG_VERSION");
    print(json, &json!({"version": version}), |_| format!("terrella {version}"));
}

fn services(operator: &Operator, only: Option<&str>) -> Result<(), Failure> {
    let value = operator.client()?.get("/_terrella/services")?;
    let rows = value.get("services").and_then(Value::as_array).cloned().unwrap_or_default();
    let named = |row: &&Value| only.is_none_or(|name| text(row, "service") == name);
    let rows: Vec<&Value> = rows.iter().filter(named).collect();
    if rows.is_empty() {
        return Err(Failure("there is no such service; `terrella services` lists them".to_owned()));
    }
    print(operator.json, &json!({"services": rows}), |_| match (only, rows.as_slice()) {
        (Some(_), [row]) => one_service(row),
        _ => rows.iter().map(|row| service_line(row)).collect::<Vec<_>>().join("\n"),
    });
    Ok(())
}

fn names<'v>(row: &'v Value, member: &str) -> Vec<&'v str> {
    row.get(member).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

fn service_line(row: &Value) -> String {
    let (have, all) = (names(row, "operations").len(), row.get("modelled").and_then(Value::as_u64).unwrap_or(0));
    let state = if have > 0 {
        format!("{have} of {all} operations")
    } else {
        format!("not built ({all} operations refused by name)")
    };
    format!("{:32} {state}", text(row, "service"))
}

fn one_service(row: &Value) -> String {
    let list = |title: &str, names: Vec<&str>| match names.is_empty() {
        true => String::new(),
        false => format!("\n{title}:\n  {}", names.join("\n  ")),
    };
    let built = list("built", names(row, "operations"));
    let lacks = list("refused by name", names(row, "notImplemented"));
    format!("{}{built}{lacks}", service_line(row))
}

fn why(operator: &Operator, request: &str) -> Result<(), Failure> {
    let value = operator.client()?.get(&format!("/_terrella/why/{}", escaped(request)))?;
    print(operator.json, &value, crate::why::explained);
    Ok(())
}

fn log(flags: &Log) -> Result<(), Failure> {
    let client = flags.operator.client()?;
    flags.region.iter().for_each(|region| regions::doubt(region));
    let mut query: Vec<String> = [
        ("account", flags.account.map(|id| id.to_string())),
        ("region", flags.region.clone()),
        ("service", flags.service.clone()),
        ("operation", flags.operation.clone()),
        ("principal", flags.principal.clone()),
        ("outcome", flags.outcome.clone()),
        ("since", flags.since.clone()),
        ("until", flags.until.clone()),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some(format!("{name}={}", escaped(&value?))))
    .collect();
    query.push(format!("limit={}", flags.limit));
    let mut value = client.get(&format!("/_terrella/log?{}", query.join("&")))?;
    // Newest first from the ledger, but read downwards.
    if let Some(rows) = value.get_mut("records").and_then(Value::as_array_mut) {
        rows.reverse();
    }
    print_records(flags.operator.json, &value);
    if !flags.follow {
        return Ok(());
    }
    let mut after = cursor_of(&value);
    loop {
        let path = format!("/_terrella/log?{}&order=oldest&follow=true&after={after}", query.join("&"));
        value = client.get(&path)?;
        print_records(flags.operator.json, &value);
        after = after.max(cursor_of(&value));
    }
}

fn cursor_of(value: &Value) -> u64 {
    let rows = value.get("records").and_then(Value::as_array).into_iter().flatten();
    rows.filter_map(|row| row.get("cursor")?.as_u64()).max().unwrap_or(0)
}

fn print_records(json: bool, value: &Value) {
    let rows = value.get("records").and_then(Value::as_array).cloned().unwrap_or_default();
    if json || !rows.is_empty() {
        print(json, value, |_| rows.iter().map(|row| text(row, "line")).collect::<Vec<_>>().join("\n"));
    }
}

fn wind(operator: &Operator, by: &str, dry_run: bool) -> Result<(), Failure> {
    let client = operator.client()?;
    let set = client.post("/_terrella/wind", &json!({"by": by, "dry_run": true}))?;
    if dry_run {
        print(operator.json, &set, |v| {
            format!("{} timers are set to fire until {}", v["set_to_fire"], text(v, "until"))
        });
        return Ok(());
    }
    if !operator.json {
        eprintln!("{} timers are set to fire until {}", set["set_to_fire"], text(&set, "until"));
    }
    let value = client.post("/_terrella/wind", &json!({"by": by}))?;
    print(operator.json, &value, |v| format!("it is {}; {} timers fired", text(v, "now"), v["fired"]));
    Ok(())
}

fn reset(operator: &Operator, account: Option<String>, yes: bool) -> Result<(), Failure> {
    if !yes {
        return Err(Failure("this empties the cloud for good; say --yes if that is meant".to_owned()));
    }
    let query = account.map_or_else(String::new, |id| format!("?account={id}"));
    let value = operator.client()?.post(&format!("/_terrella/reset{query}"), &json!({}))?;
    print(operator.json, &value, |v| format!("emptied: {}", text(v, "reset")));
    Ok(())
}

fn account(verb: AccountVerb) -> Result<(), Failure> {
    match verb {
        AccountVerb::Create { operator, id } => {
            let value = operator.client()?.post("/_terrella/accounts", &json!({"id": id.to_string()}))?;
            print(operator.json, &value, |v| {
                let new = if v["created"] == true { "created" } else { "was there already" };
                let id = text(v, "account");
                format!("account {id} {new}: AWS_ACCESS_KEY_ID={id} with any secret is its root, from this machine")
            });
        }
        AccountVerb::Reserve { operator, id, email } => {
            let wish = json!({"id": id.to_string(), "email": email});
            let value = operator.client()?.post("/_terrella/accounts/reserved", &wish)?;
            print(operator.json, &value, |v| {
                let whose = match v.get("email").and_then(Value::as_str) {
                    Some(email) => format!("the account that is created for {email}"),
                    None => "the next account that is created".to_owned(),
                };
                format!("{whose} will be {}", text(v, "reserved"))
            });
        }
        AccountVerb::List { operator } => {
            let value = operator.client()?.get("/_terrella/accounts")?;
            print(operator.json, &value, |v| names(v, "accounts").join("\n"));
        }
    }
    Ok(())
}

fn fault(verb: FaultVerb) -> Result<(), Failure> {
    match verb {
        FaultVerb::Add { operator, rule } => {
            let rule: Value = serde_json::from_str(&rule).map_err(|e| Failure(format!("the rule is no JSON: {e}")))?;
            rule.get("region").and_then(Value::as_str).iter().for_each(|region| regions::doubt(region));
            let value = operator.client()?.post("/_terrella/faults", &rule)?;
            print(operator.json, &value, |v| format!("fault rule {} is in force", text(v, "id")));
        }
        FaultVerb::List { operator } => {
            let value = operator.client()?.get("/_terrella/faults")?;
            print(operator.json, &value, |v| {
                let rows = v.get("faults").and_then(Value::as_array).into_iter().flatten();
                rows.map(Value::to_string).collect::<Vec<_>>().join("\n")
            });
        }
        FaultVerb::Remove { operator, id } => {
            let query = id.map_or_else(String::new, |id| format!("?id={}", escaped(&id)));
            let value = operator.client()?.delete(&format!("/_terrella/faults{query}"))?;
            print(operator.json, &value, |v| format!("{} fault rules taken away", v["removed"]));
        }
    }
    Ok(())
}

fn register(verb: RegisterVerb) -> Result<(), Failure> {
    let path = |of: &str| format!("/_terrella/registers/{}", escaped(of));
    match verb {
        RegisterVerb::Set { operator, of, name, document } => {
            let unread = |e: &dyn std::fmt::Display| Failure(format!("{}: {e}", document.display()));
            let document = std::fs::read_to_string(&document).map_err(|e| unread(&e))?;
            let document: Value = serde_json::from_str(&document).map_err(|e| unread(&e))?;
            let value = operator.client()?.post(&path(&of), &json!({"name": name, "document": document}))?;
            print(operator.json, &value, |v| format!("{} is registered", text(v, "name")));
        }
        RegisterVerb::List { operator, of } => {
            let value = operator.client()?.get(&path(&of))?;
            print(operator.json, &value, |v| {
                let entries = v.get("entries").and_then(Value::as_array).into_iter().flatten();
                entries.map(|entry| text(entry, "name").to_owned()).collect::<Vec<_>>().join("\n")
            });
        }
        RegisterVerb::Remove { operator, of, name } => {
            let value = operator.client()?.delete(&format!("{}?name={}", path(&of), escaped(&name)))?;
            print(operator.json, &value, |v| format!("{} is taken away", text(v, "removed")));
        }
    }
    Ok(())
}

fn issuer(verb: IssuerVerb) -> Result<(), Failure> {
    match verb {
        IssuerVerb::Set { operator, url, jwks } => {
            let unread = |e: &dyn std::fmt::Display| Failure(format!("{}: {e}", jwks.display()));
            let keys = std::fs::read_to_string(&jwks).map_err(|e| unread(&e))?;
            let keys: Value = serde_json::from_str(&keys).map_err(|e| unread(&e))?;
            let value = operator.client()?.post("/_terrella/issuers", &json!({"url": url, "jwks": keys}))?;
            print(operator.json, &value, |v| {
                format!("tokens of {} are verified by {} keys", text(v, "url"), v["keys"])
            });
        }
        IssuerVerb::List { operator } => {
            let value = operator.client()?.get("/_terrella/issuers")?;
            print(operator.json, &value, |v| {
                let rows = v.get("issuers").and_then(Value::as_array).into_iter().flatten();
                rows.map(issuer_line).collect::<Vec<_>>().join("\n")
            });
        }
        IssuerVerb::Remove { operator, url } => {
            let value = operator.client()?.delete(&format!("/_terrella/issuers?url={}", escaped(&url)))?;
            print(operator.json, &value, |v| format!("the keys of {} are forgotten", text(v, "removed")));
        }
    }
    Ok(())
}

fn issuer_line(row: &Value) -> String {
    let keys = row.get("jwks").and_then(|set| set.get("keys")?.as_array()).map_or(0, Vec::len);
    let whose = if row["outbound"] == true { "this cloud's own, for others to verify" } else { "verified here" };
    format!("{}  {keys} keys, {whose}", text(row, "url"))
}

impl Operator {
    /// The endpoint that was named, in the order flag, environment, usual port. A variable that is set to nothing names none.
    pub fn endpoint(&self) -> String {
        let named = self.endpoint.as_deref().map(str::trim).filter(|named| !named.is_empty());
        named.unwrap_or("http://127.0.0.1:4566").trim_end_matches('/').to_owned()
    }

    /// A client of that cloud.
    pub fn client(&self) -> Result<Client, Failure> {
        Client::of(&self.endpoint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_set_to_nothing_names_no_endpoint() {
        let endpoint = |named: Option<&str>| Operator { endpoint: named.map(str::to_owned), json: false }.endpoint();
        for named in [None, Some(""), Some(" ")] {
            assert_eq!(endpoint(named), "http://127.0.0.1:4566");
        }
        assert_eq!(endpoint(Some("http://127.0.0.1:45901/")), "http://127.0.0.1:45901");
    }
}
