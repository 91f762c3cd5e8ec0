//! What of a table's template is written by operations of its own, or has another form there.

use service::resource::{Hand, as_text, found, text_at};
use service::{Error, Result, Value};

/// A stream as operations take it. What its template says of the stream's own policy and tags is refused.
pub fn stream(wanted: &Value) -> Result<Value> {
    let Some(stream) = wanted.get("StreamSpecification") else { return Ok(Value::Null) };
    for member in ["ResourcePolicy", "Tags"] {
        if stream.get(member).is_some() {
            let text = format!("The property {member} of StreamSpecification is not implemented.");
            return Err(Error::new("ValidationException", text));
        }
    }
    let view = stream.get("StreamViewType").cloned().unwrap_or_default();
    Ok(Value::map([("StreamEnabled", true.into()), ("StreamViewType", view)]))
}

/// Encryption as operations take it.
pub fn encryption(wanted: &Value) -> Value {
    let Some(given) = wanted.get("SSESpecification") else { return Value::Null };
    let member = |name: &str| given.get(name).cloned().unwrap_or_default();
    Value::map([
        ("Enabled", member("SSEEnabled")),
        ("SSEType", member("SSEType")),
        ("KMSMasterKeyId", member("KMSMasterKeyId")),
    ])
}

/// The resource policy, as text.
pub fn policy(wanted: &Value) -> Option<String> {
    wanted.get("ResourcePolicy")?.get("PolicyDocument").map(as_text)
}

/// Writes what differs between two templates of a table that is there: expiry, recovery, and, for a table that is changed, its
/// policy.
pub fn write(hand: &mut Hand, name: &str, (old, new): (&Value, &Value)) -> Result<()> {
    let id = || ("TableName", Value::from(name));
    let expiry = "TimeToLiveSpecification";
    if old.get(expiry) != new.get(expiry) {
        let wanted = match (old.get(expiry), new.get(expiry)) {
            (_, Some(wanted)) => Some(wanted.clone()),
            (Some(before), None) => Some(Value::map([
                ("Enabled", false.into()),
                ("AttributeName", before.get("AttributeName").cloned().unwrap_or_default()),
            ])),
            (None, None) => None,
        };
        let is_on = |value: Option<&Value>| value.and_then(|v| v.get("Enabled")?.as_bool()) == Some(true);
        // What is off already cannot be switched off.
        if let Some(wanted) = wanted.filter(|wanted| is_on(Some(wanted)) || is_on(old.get(expiry))) {
            hand.call("UpdateTimeToLive", Value::map([id(), (expiry, wanted)]))?;
        }
    }
    let recovery = "PointInTimeRecoverySpecification";
    if old.get(recovery) != new.get(recovery) {
        let off = Value::map([("PointInTimeRecoveryEnabled", false.into())]);
        let wanted = new.get(recovery).cloned().unwrap_or(off);
        hand.call("UpdateContinuousBackups", Value::map([id(), (recovery, wanted)]))?;
    }
    if !old.is_null() && policy(old) != policy(new) {
        let arn = Value::from(hand.arn("dynamodb", format!("table/{name}")).as_str());
        match policy(new) {
            Some(text) => {
                hand.call("PutResourcePolicy", Value::map([("ResourceArn", arn), ("Policy", text.into())]))?;
            }
            None => {
                let deleted = hand.call("DeleteResourcePolicy", Value::map([("ResourceArn", arn)]));
                found(deleted, &["PolicyNotFoundException"])?;
            }
        }
    }
    Ok(())
}

/// The same, as it is.
pub fn seen(hand: &mut Hand, table: &Value, arn: &str) -> Result<Vec<(String, Value)>> {
    let name = text_at(table, &["TableName"]).unwrap_or_default();
    let id = || Value::map([("TableName", name.into())]);
    let mut out = vec![("StreamArn".to_owned(), text_at(table, &["LatestStreamArn"]).into())];
    if let Some(view) = text_at(table, &["StreamSpecification", "StreamViewType"]) {
        out.push(("StreamSpecification".to_owned(), Value::map([("StreamViewType", view.into())])));
    }
    if text_at(table, &["SSEDescription", "Status"]) == Some("ENABLED") {
        let member = |name: &str| text_at(table, &["SSEDescription", name]).into();
        let encryption = Value::map([
            ("SSEEnabled", true.into()),
            ("SSEType", member("SSEType")),
            ("KMSMasterKeyId", member("KMSMasterKeyArn")),
        ]);
        out.push(("SSESpecification".to_owned(), encryption));
    }
    let expiry = hand.look("DescribeTimeToLive", id())?;
    if text_at(&expiry, &["TimeToLiveDescription", "TimeToLiveStatus"]).is_some_and(|s| s.starts_with("ENABL")) {
        let attribute = text_at(&expiry, &["TimeToLiveDescription", "AttributeName"]).into();
        let on = Value::map([("Enabled", true.into()), ("AttributeName", attribute)]);
        out.push(("TimeToLiveSpecification".to_owned(), on));
    }
    let recovery = hand.look("DescribeContinuousBackups", id())?;
    let described = ["ContinuousBackupsDescription", "PointInTimeRecoveryDescription"];
    let described = described.iter().try_fold(&recovery, |value, name| value.get(name));
    if let Some(described) = described.filter(|d| text_at(d, &["PointInTimeRecoveryStatus"]) == Some("ENABLED")) {
        let days = described.get("RecoveryPeriodInDays").cloned().unwrap_or_default();
        let on = Value::map([("PointInTimeRecoveryEnabled", true.into()), ("RecoveryPeriodInDays", days)]);
        out.push(("PointInTimeRecoverySpecification".to_owned(), on));
    }
    let policy = hand.look("GetResourcePolicy", Value::map([("ResourceArn", arn.into())]));
    if let Some(policy) = found(policy, &["PolicyNotFoundException"])? {
        let document = text_at(&policy, &["Policy"]).into();
        out.push(("ResourcePolicy".to_owned(), Value::map([("PolicyDocument", document)])));
    }
    Ok(out)
}
