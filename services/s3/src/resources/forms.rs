//! Properties and operations call the same things by different names: what turns one form into the other.

use service::Value;

/// The members of a value under other names; the others are left out.
pub fn renamed(value: &Value, names: &[(&str, &'static str)]) -> Value {
    Value::map(names.iter().filter_map(|(from, to)| Some((*to, value.get(from)?.clone()))))
}

/// The same with both sides of the names changed round.
pub fn renamed_back(value: &Value, names: &[(&'static str, &str)]) -> Value {
    Value::map(names.iter().filter_map(|(to, from)| Some((*to, value.get(from)?.clone()))))
}

/// The items of a list in another form; null where there is no list.
pub fn each(list: Option<&Value>, form: impl Fn(&Value) -> Value) -> Value {
    list.and_then(Value::as_list).map(|items| Value::List(items.iter().map(form).collect())).into()
}

/// A value as the only item of a list.
pub fn alone(value: Option<Value>) -> Value {
    value.map(|value| Value::List(vec![value])).into()
}
