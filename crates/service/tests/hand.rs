//! What a resource type's functions can rely on.
#![expect(clippy::panic, reason = "a test that cannot go on fails")]

use service::resource::{Answer, Errands, Hand, Made, TagChange, Turn, found};
use service::{AccountId, Duration, Error, Region, Result, Scope, Value};

fn hand(answers: Vec<Answer>) -> Hand {
    let errands = Errands {
        service: "thing",
        scope: Scope::new(AccountId::DEFAULT, Region::GLOBAL),
        name: "stack-Logical".to_owned(),
        suffix: "ABCDEFGHIJKL".to_owned(),
        token: "token".to_owned(),
        owner: Value::Null,
    };
    Hand::new(errands, answers)
}

fn input(name: &str) -> Value {
    Value::map([("Name", name.into())])
}

/// Makes a thing, and waits until it stands.
fn create(hand: &mut Hand) -> Result<Made> {
    hand.call("Make", input("a"))?;
    hand.born("a");
    let seen = hand.look("Look", input("a"))?;
    match seen.as_bool() {
        Some(true) => Ok(Made::of("a")),
        _ => Err(hand.again(Duration::from_secs(3))),
    }
}

fn asked<T: std::fmt::Debug>(turn: Turn<T>, look: bool) -> service::Call {
    match turn {
        Turn::Ask(call, is_look) if is_look == look => call,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_step_goes_on_with_each_answer() {
    let mut first = hand(Vec::new());
    let made = asked(first.run(create), false);
    assert_eq!((made.service.as_str(), made.operation.as_str(), first.take_born()), ("thing", "Make", None));
    let made = Answer { call: made, look: false, answer: Ok(Value::Null) };
    let mut second = hand(vec![made.clone()]);
    let look = asked(second.run(create), true);
    assert_eq!((look.operation.as_str(), second.take_born()), ("Look", Some("a".to_owned())));
    let answer = |truth: bool| vec![made.clone(), Answer { call: look.clone(), look: true, answer: Ok(truth.into()) }];
    assert_eq!(hand(answer(false)).run(create), Turn::Again(Duration::from_secs(3)));
    assert_eq!(hand(answer(true)).run(create), Turn::Done(Made::of("a")));
    let failed = Answer { answer: Err(Error::new("Broken", "no")), ..made };
    assert_eq!(hand(vec![failed]).run(create), Turn::Failed(Error::new("Broken", "no")));
}

#[test]
fn an_answer_counts_only_for_its_own_question() {
    let call = service::Call { service: "thing".into(), operation: "Make".into(), input: input("b") };
    let other = Answer { call, look: false, answer: Ok(Value::Null) };
    assert_eq!(asked(hand(vec![other]).run(create), false).input, input("a"));
    // A question that a function swallows is asked all the same.
    let swallow = |hand: &mut Hand| -> Result<Made> {
        let _ = hand.call("Make", input("a"));
        Ok(Made::of("never"))
    };
    asked(hand(Vec::new()).run(swallow), false);
    // Nobody waits for what he wrote.
    let wait = |hand: &mut Hand| -> Result<Made> {
        found(hand.call("Make", input("a")), &[])?;
        Err(hand.again(Duration::from_secs(1)))
    };
    let call = asked(hand(Vec::new()).run(wait), false);
    let answer = Answer { call, look: false, answer: Ok(Value::Null) };
    assert!(matches!(hand(vec![answer]).run(wait), Turn::Failed(_)));
}

#[test]
fn names_fit_and_tags_differ() {
    let hand = hand(Vec::new());
    assert_eq!(hand.generated(64), "stack-Logical-ABCDEFGHIJKL");
    assert_eq!(hand.generated(20), "stack-L-ABCDEFGHIJKL");
    assert_eq!(hand.generated(19), "stack-ABCDEFGHIJKL");
    assert_eq!(hand.name(&input("own"), "Name", 10), "own");
    let tags = |pairs: &[(&str, &str)]| Value::map(pairs.iter().map(|(key, value)| (*key, (*value).into())));
    let change = TagChange::between(Some(&tags(&[("a", "1"), ("b", "2")])), Some(&tags(&[("b", "3"), ("c", "4")])));
    assert_eq!(change.set.iter().map(|(k, v)| format!("{k}{v}")).collect::<Vec<_>>(), ["b3", "c4"]);
    assert_eq!(change.unset, ["a"]);
}

#[test]
fn a_step_hears_what_comes_from_outside() {
    let listen = |hand: &mut Hand| {
        let told = hand.hear("response/x", Duration::from_secs(9))?;
        hand.call_at("other", "Do", input("a"))?;
        Ok(told)
    };
    let heard = |told: Value| {
        let call = service::Call { service: String::new(), operation: "response/x".to_owned(), input: Value::Null };
        Answer { call, look: false, answer: Ok(told) }
    };
    let done = |told: &Value| {
        let call = asked(hand(vec![heard(told.clone())]).run(listen), false);
        assert_eq!((call.service.as_str(), call.operation.as_str()), ("other", "Do"));
        hand(vec![heard(told.clone()), Answer { call, look: false, answer: Ok(Value::Null) }]).run(listen)
    };
    assert_eq!(hand(Vec::new()).run(listen), Turn::Hear("response/x".to_owned(), Duration::from_secs(9)));
    assert_eq!(done(&input("b")), Turn::Done(Some(input("b"))));
    // It did not come in time.
    assert_eq!(done(&Value::Null), Turn::Done(None));
}
