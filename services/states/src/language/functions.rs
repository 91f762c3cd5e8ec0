//! What each intrinsic function does.
//! <https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html>

use crate::language::fault::Fault;
use crate::language::intrinsic::Function;
use crate::language::scope::Chance;
use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde_json::{Map, Value};

/// The longest text that is encoded, decoded or hashed, in characters.
const LONGEST: usize = 10_000;
/// The longest list that `ArrayRange` makes.
const LONGEST_RANGE: i64 = 1000;

type Answer = Result<Value, Fault>;

/// Calls a function. The number of arguments was checked when it was read.
pub fn call(function: Function, values: Vec<Value>, chance: &mut dyn Chance) -> Answer {
    let given = Given { function, values: &values };
    match function {
        Function::Format => format(&given),
        Function::StringToJson => {
            let text = given.text(0)?;
            serde_json::from_str(text).map_err(|_| given.fault("the text is not valid JSON"))
        }
        Function::JsonToString => Ok(Value::String(given.value(0)?.to_string())),
        Function::Array => Ok(Value::Array(values)),
        Function::ArrayPartition => {
            let size = usize::try_from(given.number(1)?).ok().filter(|size| *size > 0);
            let size = size.ok_or_else(|| given.fault("the chunk size must be a positive integer"))?;
            Ok(given.list(0)?.chunks(size).map(|chunk| Value::Array(chunk.to_vec())).collect())
        }
        Function::ArrayContains => Ok(Value::Bool(given.list(0)?.contains(given.value(1)?))),
        Function::ArrayRange => range(&given),
        Function::ArrayGetItem => {
            let item = usize::try_from(given.number(1)?).ok().and_then(|index| given.list(0).ok()?.get(index));
            item.cloned().ok_or_else(|| given.fault("there is no such item"))
        }
        Function::ArrayLength => Ok(Value::from(given.list(0)?.len())),
        Function::ArrayUnique => {
            let mut unique: Vec<Value> = Vec::new();
            for item in given.list(0)? {
                if !unique.contains(item) {
                    unique.push(item.clone());
                }
            }
            Ok(Value::Array(unique))
        }
        Function::Base64Encode => Ok(Value::String(STANDARD.encode(given.short(0)?))),
        Function::Base64Decode => {
            let bytes = STANDARD.decode(given.short(0)?).ok();
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            text.map(Value::String).ok_or_else(|| given.fault("the text is not valid Base64"))
        }
        Function::Hash => hash(&given),
        Function::JsonMerge => merge(&given),
        Function::MathRandom => random(&given, chance),
        Function::MathAdd => Ok(Value::from(given.number(0)?.saturating_add(given.number(1)?))),
        Function::StringSplit => {
            let (text, signs) = (given.text(0)?, given.text(1)?);
            let parts = text.split(|c| signs.contains(c)).filter(|part| !part.is_empty());
            Ok(parts.map(Value::from).collect())
        }
        Function::Uuid => Ok(Value::String(chance.uuid())),
    }
}

struct Given<'v> {
    function: Function,
    values: &'v [Value],
}

impl<'v> Given<'v> {
    fn fault(&self, why: &str) -> Fault {
        Fault::intrinsic(format!("The function 'States.{}' had the following error: {why}", self.function.name()))
    }

    fn value(&self, index: usize) -> Result<&'v Value, Fault> {
        self.values.get(index).ok_or_else(|| self.fault("an argument is missing"))
    }

    fn text(&self, index: usize) -> Result<&'v str, Fault> {
        self.value(index)?.as_str().ok_or_else(|| self.fault("an argument must be a string"))
    }

    fn short(&self, index: usize) -> Result<&'v str, Fault> {
        let text = self.text(index)?;
        match text.chars().nth(LONGEST) {
            Some(_) => Err(self.fault("an argument must have at most 10000 characters")),
            None => Ok(text),
        }
    }

    fn list(&self, index: usize) -> Result<&'v [Value], Fault> {
        self.value(index)?.as_array().map(Vec::as_slice).ok_or_else(|| self.fault("an argument must be an array"))
    }

    /// "If you specify a non-integer value ... Step Functions will round it to the nearest integer."
    fn number(&self, index: usize) -> Result<i64, Fault> {
        let value = self.value(index)?;
        let number = value.as_i64().or_else(|| value.as_f64().map(|number| number.round() as i64));
        number.ok_or_else(|| self.fault("an argument must be an integer"))
    }
}

fn format(given: &Given<'_>) -> Answer {
    let mut values = given.values.iter().skip(1);
    let mut out = String::new();
    let mut chars = given.text(0)?.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(|next| "{}\\".contains(*next)) => out.extend(chars.next()),
            '{' if chars.peek() == Some(&'}') => {
                chars.next();
                match values.next() {
                    Some(Value::String(text)) => out.push_str(text),
                    Some(value) => out.push_str(&value.to_string()),
                    None => return Err(given.fault("there are fewer arguments than occurrences of {}")),
                }
            }
            c => out.push(c),
        }
    }
    match values.next() {
        Some(_) => Err(given.fault("there are more arguments than occurrences of {}")),
        None => Ok(Value::String(out)),
    }
}

fn range(given: &Given<'_>) -> Answer {
    let (first, last, step) = (given.number(0)?, given.number(1)?, given.number(2)?);
    if step == 0 {
        return Err(given.fault("the step must not be zero"));
    }
    let mut list = Vec::new();
    let mut at = first;
    while (step > 0 && at <= last) || (step < 0 && at >= last) {
        if list.len() as i64 >= LONGEST_RANGE {
            return Err(given.fault("the array would have more than 1000 items"));
        }
        list.push(Value::from(at));
        at = at.checked_add(step).ok_or_else(|| given.fault("a number is too large"))?;
    }
    Ok(Value::Array(list))
}

fn hash(given: &Given<'_>) -> Answer {
    let data = match given.value(0)? {
        Value::String(_) => given.short(0)?.to_owned(),
        other => other.to_string(),
    };
    let digest = match given.text(1)? {
        "MD5" => hex(Md5::digest(&data).as_slice()),
        "SHA-1" => digested(&digest::SHA1_FOR_LEGACY_USE_ONLY, &data),
        "SHA-256" => digested(&digest::SHA256, &data),
        "SHA-384" => digested(&digest::SHA384, &data),
        "SHA-512" => digested(&digest::SHA512, &data),
        _ => return Err(given.fault("the algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512")),
    };
    Ok(Value::String(digest))
}

fn digested(algorithm: &'static digest::Algorithm, data: &str) -> String {
    hex(digest::digest(algorithm, data.as_bytes()).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// "Currently, Step Functions only supports the shallow merging mode; therefore, you must specify the boolean value as false."
fn merge(given: &Given<'_>) -> Answer {
    if given.value(2)? != &Value::Bool(false) {
        return Err(given.fault("deep merging is not supported"));
    }
    let object = |index| given.value(index)?.as_object().ok_or_else(|| given.fault("an argument must be an object"));
    let mut merged: Map<String, Value> = object(0)?.clone();
    merged.extend(object(1)?.clone());
    Ok(Value::Object(merged))
}

/// The end is not included.
fn random(given: &Given<'_>, chance: &mut dyn Chance) -> Answer {
    let (first, end) = (given.number(0)?, given.number(1)?);
    let span = end.checked_sub(first).and_then(|span| u64::try_from(span).ok()).filter(|span| *span > 0);
    let span = span.ok_or_else(|| given.fault("the start must be less than the end"))?;
    let drawn = match given.values.get(2) {
        // The same seed gives the same number.
        Some(_) => {
            let digest = digest::digest(&digest::SHA256, &given.number(2)?.to_be_bytes());
            digest.as_ref().first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes)) % span
        }
        None => chance.below(span),
    };
    Ok(Value::from(first + i64::try_from(drawn).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use crate::language::intrinsic::Expression;
    use crate::language::scope::{Chance, Scope};
    use serde_json::{Value, json};

    struct Seven;
    impl Chance for Seven {
        fn below(&mut self, bound: u64) -> u64 {
            7 % bound
        }
        fn uuid(&mut self) -> String {
            "a-uuid".to_owned()
        }
    }

    fn value(text: &str) -> Option<Result<Value, String>> {
        let input = json!({"name": "Ann", "list": [1, 2, 2, 3], "o": {"a": 1}, "t": "{\"x\":[1]}", "n": 3});
        let context = json!({"Execution": {"Name": "e"}});
        let mut scope = Scope { input: &input, context: &context, chance: &mut Seven };
        let expression = Expression::read(text)?;
        Some(expression.value(&mut scope, "f.$").map_err(|fault| fault.name().to_owned()))
    }

    fn check(text: &str, expect: Value) {
        assert_eq!(value(text), Some(Ok(expect)), "{text}");
    }

    #[test]
    fn functions_answer() {
        check("States.Format('Hi {}, {} of {}', $.name, 1, $$.Execution.Name)", json!("Hi Ann, 1 of e"));
        check(r"States.Format('\{{}\} it\'s', $.n)", json!("{3} it's"));
        check("States.StringToJson($.t)", json!({"x": [1]}));
        check("States.JsonToString($.o)", json!("{\"a\":1}"));
        check("States.Array('a', 1, null, true, $.o)", json!(["a", 1, null, true, {"a": 1}]));
        check("States.Array()", json!([]));
        check("States.ArrayPartition($.list, 3)", json!([[1, 2, 2], [3]]));
        check("States.ArrayContains($.list, 3)", json!(true));
        check("States.ArrayRange(1, 9, 2)", json!([1, 3, 5, 7, 9]));
        check("States.ArrayRange(3, 1, -1)", json!([3, 2, 1]));
        check("States.ArrayGetItem($.list, 3)", json!(3));
        check("States.ArrayLength($.list)", json!(4));
        check("States.ArrayUnique($.list)", json!([1, 2, 3]));
        check("States.Base64Encode('Data to encode')", json!("RGF0YSB0byBlbmNvZGU="));
        check("States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", json!("Data to encode"));
        check("States.Hash('input data', 'SHA-1')", json!("aaff4a450a104cd177d28d18d74485e8cae074b7"));
        check("States.JsonMerge($.o, States.StringToJson('\\{\"b\":2\\}'), false)", json!({"a": 1, "b": 2}));
        check("States.MathRandom(1, 5)", json!(4));
        check("States.MathAdd($.n, -1)", json!(2));
        check("States.StringSplit('This.is+a,test=string', '.+,=')", json!(["This", "is", "a", "test", "string"]));
        check("States.UUID()", json!("a-uuid"));
        check("States.ArrayLength($.list[0:2])", json!(2));
    }

    #[test]
    fn wrong_arguments_fail() {
        for text in [
            "States.Format('{}')",
            "States.Format('{}', 1, 2)",
            "States.StringToJson('no')",
            "States.ArrayPartition($.list, 0)",
            "States.ArrayRange(1, 5000, 1)",
            "States.ArrayRange(1, 5, 0)",
            "States.ArrayGetItem($.list, 9)",
            "States.ArrayLength($.o)",
            "States.Base64Decode('*')",
            "States.Hash('a', 'CRC')",
            "States.JsonMerge($.o, $.o, true)",
            "States.MathRandom(5, 5)",
            "States.MathAdd('a', 1)",
        ] {
            assert_eq!(value(text), Some(Err("States.IntrinsicFailure".to_owned())), "{text}");
        }
        assert_eq!(value("States.Array($.no)"), Some(Err("States.Runtime".to_owned())));
    }

    #[test]
    fn what_is_no_call_is_told() {
        let nested = "States.Array(".repeat(12) + &")".repeat(12);
        for text in
            ["States.No()", "States.UUID", "States.UUID(1)", "States.Array(1", "Array(1)", "States.Array({})", &nested]
        {
            assert_eq!(Expression::read(text), None, "{text}");
        }
    }
}
