//! Reads conditions. Operators stand on a stack of their own rather than on ours: a client writes how deep they nest.

use super::condition::{Comparator, Condition, Operand};
use super::lexer::{Sort, Tokens};
use super::{Kind, MOST_OPERATORS, Parameters, Path};
use crate::item::Literal;
use crate::value::AttributeValue;
use service::{Error, Result};

/// Reads a condition, filter or key condition.
///
/// # Errors
/// AWS's for what is no condition, and for operands of types that an operator or function does not take.
pub fn condition(kind: Kind, text: &str, parameters: &Parameters) -> Result<Condition> {
    let mut parser = Parser {
        tokens: Tokens::of(kind, text)?,
        parameters,
        operators: 0,
        pending: Vec::new(),
        done: Vec::new(),
        wrong: None,
    };
    let condition = parser.run()?;
    if parser.operators > MOST_OPERATORS {
        let count = parser.operators;
        return Err(kind.error(format!("The expression contains too many operators; operator count: {count}")));
    }
    parameters.resolve(kind)?;
    match parser.wrong {
        Some(wrong) => Err(wrong),
        None => Ok(condition),
    }
}

/// An operator that waits for what stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Pending {
    Bracket,
    Or,
    And,
    Not,
}

/// What was read so far, and whether it stood in brackets of its own.
struct Done {
    part: Part,
    bracketed: bool,
}

enum Part {
    Condition(Condition),
    Operand(Operand),
}

struct Parser<'e> {
    tokens: Tokens<'e>,
    parameters: &'e Parameters,
    operators: usize,
    pending: Vec<Pending>,
    done: Vec<Done>,
    /// The first fault that is not one of form.
    wrong: Option<Error>,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<Condition> {
        loop {
            self.unit()?;
            loop {
                if self.tokens.symbol(")") {
                    self.close()?;
                } else if let Some(comparison) = self.comparison()? {
                    self.done.push(Done { part: Part::Condition(comparison), bracketed: false });
                } else {
                    break;
                }
            }
            if self.tokens.word("AND") {
                self.operator(Pending::And)?;
            } else if self.tokens.word("OR") {
                self.operator(Pending::Or)?;
            } else {
                break;
            }
        }
        if self.tokens.peek().sort != Sort::End {
            return Err(self.tokens.unexpected());
        }
        self.reduce(Pending::Or)?;
        match (self.done.pop().map(|done| done.part), self.pending.is_empty()) {
            (Some(Part::Condition(condition)), true) => Ok(condition),
            _ => Err(self.tokens.unexpected()),
        }
    }

    /// Reads what can stand behind an operator: brackets and negations, and then a condition or an operand.
    fn unit(&mut self) -> Result<()> {
        loop {
            if self.tokens.symbol("(") {
                self.pending.push(Pending::Bracket);
            } else if self.tokens.word("NOT") {
                self.operators += 1;
                self.pending.push(Pending::Not);
            } else {
                break;
            }
        }
        let part = self.atom()?;
        self.done.push(Done { part, bracketed: false });
        Ok(())
    }

    /// A bracket ends.
    fn close(&mut self) -> Result<()> {
        self.reduce(Pending::Or)?;
        if self.pending.pop() != Some(Pending::Bracket) {
            return Err(self.misplaced_bracket());
        }
        let twice = self.done.last_mut().is_some_and(|done| std::mem::replace(&mut done.bracketed, true));
        if twice {
            self.blame("The expression has redundant parentheses;".to_owned());
        }
        Ok(())
    }

    /// A closing bracket without an opening one. It was taken already, so it is put back to be shown.
    fn misplaced_bracket(&mut self) -> Error {
        self.tokens.back();
        self.tokens.unexpected()
    }

    fn operator(&mut self, operator: Pending) -> Result<()> {
        self.operators += 1;
        self.reduce(operator)?;
        self.pending.push(operator);
        Ok(())
    }

    /// Puts together what binds as strongly as `least`, or stronger.
    fn reduce(&mut self, least: Pending) -> Result<()> {
        while let Some(operator) = self.pending.pop_if(|pending| *pending >= least) {
            let last = self.condition()?;
            let condition = match operator {
                Pending::Not => Condition::Not(Box::new(last)),
                Pending::And => Condition::And(Box::new(self.condition()?), Box::new(last)),
                Pending::Or => Condition::Or(Box::new(self.condition()?), Box::new(last)),
                Pending::Bracket => return Err(self.tokens.unexpected()),
            };
            self.done.push(Done { part: Part::Condition(condition), bracketed: false });
        }
        Ok(())
    }

    fn condition(&mut self) -> Result<Condition> {
        match self.done.pop().map(|done| done.part) {
            Some(Part::Condition(condition)) => Ok(condition),
            _ => Err(self.tokens.unexpected()),
        }
    }

    /// Reads what follows an operand, if one was read and it is compared.
    fn comparison(&mut self) -> Result<Option<Condition>> {
        let Some(Done { part: Part::Operand(_), .. }) = self.done.last() else { return Ok(None) };
        let token = self.tokens.peek();
        let comparator = match (token.sort, token.text) {
            (Sort::Symbol, "=") => Some(Comparator::Equal),
            (Sort::Symbol, "<>") => Some(Comparator::Unequal),
            (Sort::Symbol, "<") => Some(Comparator::Less),
            (Sort::Symbol, "<=") => Some(Comparator::AtMost),
            (Sort::Symbol, ">") => Some(Comparator::Greater),
            (Sort::Symbol, ">=") => Some(Comparator::AtLeast),
            _ if self.tokens.is_word("BETWEEN") || self.tokens.is_word("IN") => None,
            _ => return Ok(None),
        };
        let Some(Done { part: Part::Operand(left), .. }) = self.done.pop() else { return Ok(None) };
        self.tokens.take();
        self.operators += 1;
        let condition = match comparator {
            Some(how) => {
                let right = self.operand()?;
                self.check_comparison(&left, how, &right);
                Condition::Compare(left, how, right)
            }
            None if token.text.eq_ignore_ascii_case("BETWEEN") => {
                let low = self.operand()?;
                if !self.tokens.word("AND") {
                    return Err(self.tokens.unexpected());
                }
                let high = self.operand()?;
                self.check_between(&left, &low, &high);
                Condition::Between(left, low, high)
            }
            None => {
                self.tokens.expect("(")?;
                let list = self.list()?;
                if list.len() > 100 {
                    let text = "The IN operator is provided with too many operands; number of operands: ";
                    self.blame(format!("{text}{}", list.len()));
                }
                Condition::In(left, list)
            }
        };
        Ok(Some(condition))
    }

    /// Reads operands to the closing bracket.
    fn list(&mut self) -> Result<Vec<Operand>> {
        let mut list = vec![self.operand()?];
        while self.tokens.symbol(",") {
            list.push(self.operand()?);
        }
        self.tokens.expect(")")?;
        Ok(list)
    }

    fn operand(&mut self) -> Result<Operand> {
        let bracketed = self.tokens.symbol("(");
        let part = self.atom()?;
        let Part::Operand(operand) = part else { return Err(self.tokens.unexpected()) };
        if bracketed {
            self.tokens.expect(")")?;
        }
        Ok(operand)
    }

    /// A value, a path or a function.
    fn atom(&mut self) -> Result<Part> {
        let token = self.tokens.peek();
        match token.sort {
            Sort::Value => {
                self.tokens.take();
                let value = self.parameters.value(token.text);
                Ok(Part::Operand(Operand::Value(Literal::of(&value))))
            }
            Sort::Word if self.tokens.second().text == "(" => self.function(),
            Sort::Word | Sort::Name => {
                Ok(Part::Operand(Operand::Path(Path::parse(&mut self.tokens, self.parameters)?)))
            }
            _ => Err(self.tokens.unexpected()),
        }
    }

    fn function(&mut self) -> Result<Part> {
        let name = self.tokens.take().text;
        self.tokens.expect("(")?;
        self.operators += 1;
        let mut arguments = Vec::new();
        let known = ["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size"];
        let updates = ["if_not_exists", "list_append"];
        if updates.contains(&name) {
            self.blame(format!("The function is not allowed in a condition expression; function: {name}"));
        } else if !known.contains(&name) {
            self.blame(format!("Invalid function name; function: {name}"));
        }
        if !self.tokens.symbol(")") {
            loop {
                arguments.push(self.argument(name)?);
                if !self.tokens.symbol(",") {
                    break;
                }
            }
            self.tokens.expect(")")?;
        }
        Ok(self.call(name, arguments))
    }

    /// An argument: `size` is the only function that can be one, and only where it stands by itself.
    fn argument(&mut self, function: &str) -> Result<Operand> {
        let nested = self.tokens.peek();
        if nested.sort == Sort::Word
            && self.tokens.second().text == "("
            && (function == "size" || nested.text != "size")
        {
            let name = nested.text;
            let text = "The function is not allowed to be used this way in an expression; function: ";
            return Err(self.tokens.kind().error(format!("{text}{name}")));
        }
        self.operand()
    }

    fn call(&mut self, name: &str, arguments: Vec<Operand>) -> Part {
        let wanted = if ["attribute_type", "begins_with", "contains"].contains(&name) { 2 } else { 1 };
        if arguments.len() != wanted {
            let count = arguments.len();
            self.blame(format!(
                "Incorrect number of operands for operator or function; operator or function: {name}, \
                 number of operands: {count}"
            ));
        }
        let mut arguments = arguments.into_iter();
        let nothing = || Operand::Path(Path::top(""));
        let first = arguments.next().unwrap_or_else(nothing);
        let second = arguments.next().unwrap_or_else(nothing);
        match name {
            "size" => {
                self.check_kind(name, &first, &["S", "B", "SS", "NS", "BS", "M", "L"]);
                Part::Operand(Operand::Size(Box::new(first)))
            }
            "attribute_exists" => Part::Condition(Condition::Exists(self.path(name, first))),
            "attribute_not_exists" => Part::Condition(Condition::Missing(self.path(name, first))),
            "attribute_type" => {
                let path = self.path(name, first);
                let kind = self.type_name(&second);
                Part::Condition(Condition::Type(path, kind))
            }
            "begins_with" => {
                self.check_kind(name, &first, &["S", "B"]);
                self.check_kind(name, &second, &["S", "B"]);
                self.check_distinct(name, &first, &second);
                Part::Condition(Condition::BeginsWith(first, second))
            }
            _ => {
                self.check_distinct(name, &first, &second);
                Part::Condition(Condition::Contains(first, second))
            }
        }
    }

    fn path(&mut self, function: &str, operand: Operand) -> Path {
        match operand {
            Operand::Path(path) => path,
            _ => {
                let text = "Operator or function requires a document path; operator or function: ";
                self.blame(format!("{text}{function}"));
                Path::top("")
            }
        }
    }

    fn type_name(&mut self, operand: &Operand) -> String {
        let kind = match literal(operand) {
            Some(AttributeValue::S(kind)) => kind,
            other => {
                let found = other.map_or("PATH", |value| value.kind());
                self.blame(wrong_type("attribute_type", found));
                return String::new();
            }
        };
        if !["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"].contains(&kind.as_str()) {
            let text = "Invalid attribute type name found; type: ";
            self.blame(format!("{text}{kind}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"));
        }
        kind
    }

    fn check_comparison(&mut self, left: &Operand, how: Comparator, right: &Operand) {
        if !matches!(how, Comparator::Equal | Comparator::Unequal) {
            self.check_kind(how.sign(), left, &["S", "N", "B"]);
            self.check_kind(how.sign(), right, &["S", "N", "B"]);
        }
        self.check_distinct(how.sign(), left, right);
    }

    fn check_between(&mut self, left: &Operand, low: &Operand, high: &Operand) {
        for operand in [left, low, high] {
            self.check_kind("BETWEEN", operand, &["S", "N", "B"]);
        }
        let (Some(a), Some(b)) = (literal(low), literal(high)) else { return };
        let wrong = if a.kind() != b.kind() {
            "The BETWEEN operator requires same data type for lower and upper bounds"
        } else if super::condition::order(Literal::of(&a).coded(), Literal::of(&b).coded()).is_some_and(|o| o.is_gt()) {
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound"
        } else {
            return;
        };
        self.blame(format!(
            "{wrong}; lower bound operand: AttributeValue: {a}, upper bound operand: AttributeValue: {b}"
        ));
    }

    fn check_kind(&mut self, operator: &str, operand: &Operand, allowed: &[&str]) {
        if let Some(value) = literal(operand)
            && !allowed.contains(&value.kind())
        {
            self.blame(wrong_type(operator, value.kind()));
        }
    }

    fn check_distinct(&mut self, operator: &str, first: &Operand, second: &Operand) {
        if let (Operand::Path(a), Operand::Path(b)) = (first, second)
            && a == b
        {
            self.blame(format!(
                "The first operand must be distinct from the remaining operands for this operator or function; \
                 operator: {operator}, first operand: {a}"
            ));
        }
    }

    fn blame(&mut self, text: String) {
        let kind = self.tokens.kind();
        self.wrong.get_or_insert_with(|| kind.error(text));
    }
}

fn literal(operand: &Operand) -> Option<AttributeValue> {
    match operand {
        Operand::Value(literal) => Some(literal.coded().tree()),
        _ => None,
    }
}

fn wrong_type(operator: &str, kind: &str) -> String {
    format!("Incorrect operand type for operator or function; operator or function: {operator}, operand type: {kind}")
}
