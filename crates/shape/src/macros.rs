/// Declares structs that codecs can walk. A member's name on the wire stands behind `=`; without one the field's name
/// is taken, as rows of tables do.
///
/// ```ignore
/// shape! {
///     /// The request of GetQueueUrl.
///     pub struct GetQueueUrlRequest {
///         /// The queue's name.
///         pub queue_name: String = "QueueName",
///         /// The account that made the queue.
///         pub queue_owner_aws_account_id: Option<String> = "QueueOwnerAWSAccountId",
///     }
/// }
/// ```
#[macro_export]
macro_rules! shape {
    ($( $(#[$meta:meta])* pub struct $name:ident { $( $(#[$fmeta:meta])* pub $field:ident : $type:ty $(= $wire:literal)? ),* $(,)? } )*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug, Default, PartialEq)]
            pub struct $name {
                $( $(#[$fmeta])* pub $field: $type, )*
            }

            impl $crate::Node for $name {
                fn peek(&self) -> $crate::Peek<'_> {
                    $crate::Peek::Struct(self)
                }
                fn slot(&mut self) -> $crate::Slot<'_> {
                    $crate::Slot::Struct(self)
                }
            }

            impl $crate::Struct for $name {
                fn name(&self) -> &'static str {
                    stringify!($name)
                }
                fn members(&self) -> &'static [&'static str] {
                    &[$( $crate::shape!(@name $field $($wire)?) ),*]
                }
                #[allow(unused_variables, unused_mut, unused_assignments, reason = "a shape may have no members")]
                fn member(&self, index: usize) -> Option<&dyn $crate::Node> {
                    let mut at = 0;
                    $( if index == at { return Some(&self.$field); } at += 1; )*
                    None
                }
                #[allow(unused_variables, unused_mut, unused_assignments, reason = "a shape may have no members")]
                fn member_mut(&mut self, index: usize) -> Option<&mut dyn $crate::Node> {
                    let mut at = 0;
                    $( if index == at { return Some(&mut self.$field); } at += 1; )*
                    None
                }
                fn into_any(self: Box<Self>) -> Box<dyn $crate::__private::Any> {
                    self
                }
                fn as_any(&self) -> &dyn $crate::__private::Any {
                    self
                }
            }
        )*
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $wire:literal) => { $wire };
}

#[cfg(test)]
mod tests {
    use crate::{Bytes, IndexMap, Node, Peek, Slot, Struct, Timestamp, Value};

    shape! {
        /// Leaves and branches.
        pub struct Tree {
            /// a
            pub name: String = "Name",
            /// b
            pub age: Option<i64> = "Age",
            /// c
            pub parts: Option<Vec<Tree>> = "Parts",
            /// d
            pub notes: IndexMap<String, String> = "Notes",
            /// e
            pub bark: Option<Bytes> = "Bark",
            /// f
            pub planted: Option<Timestamp>,
        }
        /// Nothing at all.
        pub struct Empty {}
    }

    #[test]
    fn a_shape_is_walked_and_filled() {
        let mut tree = Tree { name: "oak".into(), ..Tree::default() };
        assert_eq!(tree.members(), ["Name", "Age", "Parts", "Notes", "Bark", "planted"]);
        assert!(tree.member(1).unwrap().peek().is_absent());
        if let Some(Slot::Int(age)) = tree.member_mut(1).map(Node::slot) {
            *age = 90;
        }
        if let Some(Slot::List(list)) = tree.member_mut(2).map(Node::slot) {
            let Slot::Struct(part) = list.push().slot() else { panic!() };
            let Some(Slot::Str(name)) = part.member_mut(0).map(Node::slot) else { panic!() };
            name.push_str("twig");
        }
        assert_eq!(tree.age, Some(90));
        assert_eq!(tree.parts.as_ref().map(|p| p[0].name.as_str()), Some("twig"));
        let value = Value::of(tree.peek());
        assert_eq!(value.get("Parts").and_then(|p| p.as_list()?.first()?.get("Name")?.as_str()), Some("twig"));
        assert!(value.get("Bark").is_none());
        assert!(matches!(value.peek().member(1, "Age"), Peek::Int(90)));
        assert!(matches!(tree.peek().member(1, "Age"), Peek::Int(90)));
        assert!(Empty {}.member(0).is_none());
        let mut copy = Tree::default();
        crate::fill(&mut copy, &value).unwrap();
        assert_eq!(copy, tree);
        let wrong = Value::Map([("Age".to_owned(), Value::from("old"))].into_iter().collect());
        assert_eq!(crate::fill(&mut copy, &wrong).unwrap_err().to_string(), "a value does not fit Age.its member");
    }
}
