//! Match expressions: `{"prefix": "a"}` and the like. The texts of their faults are those of AWS's event ruler.
//! <https://github.com/aws/event-ruler>

use crate::Error;
use crate::address::Block;
use crate::compile::Compiler;
use crate::number::{Number, Range};
use crate::reader::{Reader, Token};
use crate::test::Test;
use crate::text::Wildcard;

const ONE_KEY: &str = "Only one key allowed in match expression";
const TOO_MANY: &str = "Too many elements in numeric expression";
const OUT_OF_BOUNDS: &str = "Value must be between -5.0E9 and 5.0E9, inclusive";

/// The test for which an expression stands whose brace was read.
pub(crate) fn read(compiler: &mut Compiler<'_>) -> Result<Test, Error> {
    let reader = &mut compiler.reader;
    let Token::Name(kind) = reader.next()? else {
        return reader.refuse("Match expression name not found");
    };
    let (test, too_many) = match &*kind {
        "prefix" => (affix(reader, "prefix", Test::Prefix, Test::PrefixIgnoreCase)?, ONE_KEY),
        "suffix" => (affix(reader, "suffix", Test::Suffix, Test::SuffixIgnoreCase)?, ONE_KEY),
        "exact" => (Test::Text(text(reader, "exact")?), ONE_KEY),
        "equals-ignore-case" => (Test::IgnoreCase(text(reader, "equals-ignore-case")?), ONE_KEY),
        "wildcard" => (wildcard(reader)?, ONE_KEY),
        "cidr" => (block(reader)?, ONE_KEY),
        "numeric" => (numeric(reader)?, TOO_MANY),
        "anything-but" => (anything_but(reader)?, TOO_MANY),
        "exists" => match reader.next()? {
            Token::Bool(true) => (Test::Exists, ONE_KEY),
            Token::Bool(false) => (compiler.absence(), ONE_KEY),
            _ => return reader.refuse("exists match pattern must be either true or false."),
        },
        kind => return reader.refuse(format!("Unrecognized match type {kind}")),
    };
    close(&mut compiler.reader, too_many)?;
    Ok(test)
}

fn close(reader: &mut Reader<'_>, otherwise: &str) -> Result<(), Error> {
    if reader.next()? == Token::EndObject { Ok(()) } else { reader.refuse(otherwise) }
}

fn text(reader: &mut Reader<'_>, kind: &str) -> Result<Box<str>, Error> {
    match reader.next()? {
        Token::Text(text) => Ok(text.into()),
        _ => reader.refuse(format!("{kind} match pattern must be a string")),
    }
}

type Make = fn(Box<str>) -> Test;

/// A prefix or suffix, plain or within `equals-ignore-case`.
fn affix(reader: &mut Reader<'_>, kind: &str, plain: Make, ignoring_case: Make) -> Result<Test, Error> {
    match reader.next()? {
        Token::Text(text) => Ok(plain(text.into())),
        Token::BeginObject => {
            let Token::Name(inner) = reader.next()? else {
                return reader.refuse(format!("{kind} expression name not found"));
            };
            if inner != "equals-ignore-case" {
                return reader.refuse(format!("Unsupported {kind} pattern: {inner}"));
            }
            let text = text(reader, "equals-ignore-case")?;
            close(reader, ONE_KEY)?;
            Ok(ignoring_case(text))
        }
        _ => reader.refuse(format!("{kind} match pattern must be a string")),
    }
}

fn wildcard(reader: &mut Reader<'_>) -> Result<Test, Error> {
    let text = text(reader, "wildcard")?;
    Wildcard::read(&text).map(Test::Wildcard).or_else(|reason| reader.refuse(reason))
}

fn block(reader: &mut Reader<'_>) -> Result<Test, Error> {
    // AWS calls it a prefix here too.
    let text = text(reader, "prefix")?;
    Block::read(&text).map(Test::Block).or_else(|reason| reader.refuse(reason))
}

fn number(reader: &mut Reader<'_>, token: &Token<'_>, otherwise: &str) -> Result<Number, Error> {
    let Token::Number(digits) = token else { return reader.refuse(otherwise) };
    match Number::read(digits) {
        Some(number) => Ok(number),
        None => reader.refuse(OUT_OF_BOUNDS),
    }
}

fn numeric(reader: &mut Reader<'_>) -> Result<Test, Error> {
    if reader.next()? != Token::BeginArray {
        return reader.refuse("Value of numeric must be an array.");
    }
    let operator = match reader.next()? {
        Token::Text(operator) => operator,
        token => return reader.refuse(format!("Invalid member in numeric match: {}", shown(&token))),
    };
    if !["=", ">", ">=", "<", "<="].contains(&&*operator) {
        return reader.refuse(format!("Unrecognized numeric range operator: {operator}"));
    }
    let token = reader.next()?;
    let called = if operator == "=" { "equals" } else { &operator };
    let first = number(reader, &token, &format!("Value of {called} must be numeric"))?;
    let next = reader.next()?;
    let open = Range { bottom: None, top: None };
    match (&*operator, next) {
        ("=", Token::EndArray) => Ok(Test::Number(first)),
        (below @ ("<" | "<="), Token::EndArray) => Ok(Test::Range(Range { top: Some((first, below == "<=")), ..open })),
        ("=" | "<" | "<=", _) => reader.refuse(TOO_MANY),
        (above, Token::EndArray) => Ok(Test::Range(Range { bottom: Some((first, above == ">=")), ..open })),
        (above, next) => between(reader, (first, above == ">="), &next),
    }
}

fn between(reader: &mut Reader<'_>, bottom: (Number, bool), next: &Token<'_>) -> Result<Test, Error> {
    let Token::Text(operator) = next else {
        return reader.refuse(format!("Bad value in numeric range: {}", shown(next)));
    };
    if operator != "<" && operator != "<=" {
        return reader.refuse(format!("Bad numeric range operator: {operator}"));
    }
    let token = reader.next()?;
    let top = number(reader, &token, &format!("Value of {operator} must be numeric"))?;
    if reader.next()? != Token::EndArray {
        return reader.refuse("Too many terms in numeric range expression");
    }
    if bottom.0 >= top {
        return reader.refuse("Bottom must be less than top");
    }
    Ok(Test::Range(Range { bottom: Some(bottom), top: Some((top, operator == "<=")) }))
}

fn anything_but(reader: &mut Reader<'_>) -> Result<Test, Error> {
    let tests = match reader.next()? {
        Token::BeginObject => return anything_but_expression(reader),
        Token::BeginArray => anything_but_list(reader)?,
        Token::Text(text) => vec![Test::Text(text.into())],
        token @ Token::Number(_) => vec![Test::Number(number(reader, &token, "")?)],
        _ => return reader.refuse("Value of anything-but must be an array or single string/number value."),
    };
    Ok(Test::AnythingBut(tests.into()))
}

fn anything_but_list(reader: &mut Reader<'_>) -> Result<Vec<Test>, Error> {
    let mut tests = Vec::new();
    loop {
        match reader.next()? {
            Token::EndArray => break,
            Token::Text(text) => tests.push(Test::Text(text.into())),
            token @ Token::Number(_) => tests.push(Test::Number(number(reader, &token, "")?)),
            _ => return reader.refuse("Inside anything but list, start|null|boolean is not supported."),
        }
    }
    let numbers = tests.iter().filter(|test| matches!(test, Test::Number(_))).count();
    if tests.is_empty() || (numbers > 0 && numbers < tests.len()) {
        return reader
            .refuse("Inside anything but list, either all values are number or string, mixed type is not supported");
    }
    Ok(tests)
}

/// Anything but what has a prefix, a suffix, or is something: one text or a list of them.
fn anything_but_expression(reader: &mut Reader<'_>) -> Result<Test, Error> {
    let Token::Name(kind) = reader.next()? else {
        return reader.refuse("Anything-But expression name not found");
    };
    let make: fn(&str) -> Result<Test, String> = match &*kind {
        "prefix" => |text| Ok(Test::Prefix(text.into())),
        "suffix" => |text| Ok(Test::Suffix(text.into())),
        "equals-ignore-case" => |text| Ok(Test::IgnoreCase(text.into())),
        "wildcard" => |text| Wildcard::read(text).map(Test::Wildcard),
        kind => return reader.refuse(format!("Unsupported anything-but pattern: {kind}")),
    };
    let affix = matches!(&*kind, "prefix" | "suffix");
    let mut tests = Vec::new();
    let mut add = |reader: &Reader<'_>, text: &str| {
        if affix && text.is_empty() {
            return reader.refuse("Null prefix/suffix not allowed");
        }
        tests.push(make(text).or_else(|reason| reader.refuse(reason))?);
        Ok(())
    };
    match reader.next()? {
        Token::Text(text) => add(reader, &text)?,
        Token::BeginArray => loop {
            match reader.next()? {
                Token::EndArray => break,
                Token::Text(text) => add(reader, &text)?,
                _ => {
                    let text = format!("Inside anything-but/{kind} list, number|start|null|boolean is not supported.");
                    return reader.refuse(text);
                }
            }
        },
        _ if affix => return reader.refuse("prefix/suffix match pattern must be a string"),
        _ => return reader.refuse("Value of anything-but must be an array or single string/number value."),
    }
    if tests.is_empty() {
        return reader.refuse("Empty arrays are not allowed");
    }
    close(reader, ONE_KEY)?;
    Ok(Test::AnythingBut(tests.into()))
}

fn shown(token: &Token<'_>) -> String {
    match token {
        Token::EndArray => "]".to_owned(),
        Token::EndObject => "}".to_owned(),
        Token::BeginArray => "[".to_owned(),
        Token::BeginObject => "{".to_owned(),
        Token::Name(text) | Token::Text(text) => text.to_string(),
        Token::Number(digits) => (*digits).to_owned(),
        Token::Bool(truth) => truth.to_string(),
        Token::Null => "null".to_owned(),
        Token::End => String::new(),
    }
}
