//! What must be there before what.

use crate::references::{self, Reference};
use crate::template::unresolved;
use crate::{Error, Result, Template};
use shape::IndexMap;

/// The resources of a template that its conditions let in, with what each needs before it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Graph {
    needs: IndexMap<String, Vec<String>>,
}

impl Graph {
    /// The graph of a template, its conditions being as `condition` says; where it says nothing, what hangs on the condition
    /// counts either way.
    ///
    /// # Errors
    /// Resources that need each other in a circle, and references to resources that a condition leaves out.
    pub fn of(template: &Template, condition: &mut dyn FnMut(&str) -> Option<bool>) -> Result<Graph> {
        let mut is_in = |name: &str| match template.resources.get(name).and_then(|r| r.condition.as_deref()) {
            Some(name) => condition(name) != Some(false),
            None => true,
        };
        let names: Vec<&String> = template.resources.keys().filter(|name| is_in(name)).collect();
        let (mut needs, mut strangers) = (IndexMap::new(), Vec::new());
        for name in names {
            let Some(resource) = template.resources.get(name) else { continue };
            let mut own: Vec<String> = Vec::new();
            for reference in references::of(&resource.properties, condition) {
                let (Reference::Name(other) | Reference::Attribute(other, _)) = reference else { continue };
                if !template.resources.contains_key(&other) {
                    continue;
                }
                let condition_of_other = template.resources.get(&other).and_then(|r| r.condition.as_deref());
                if condition_of_other.is_some_and(|name| condition(name) == Some(false)) {
                    strangers.push(other);
                } else if !own.contains(&other) {
                    own.push(other);
                }
            }
            // What a condition leaves out need not be waited for.
            let wanted = resource.depends_on.iter().filter(|other| {
                let of_other = template.resources.get(*other).and_then(|r| r.condition.as_deref());
                template.resources.contains_key(*other) && of_other.is_none_or(|name| condition(name) != Some(false))
            });
            for other in wanted {
                if !own.contains(other) {
                    own.push(other.clone());
                }
            }
            needs.insert(name.clone(), own);
        }
        unresolved(strangers, "Resources")?;
        let graph = Graph { needs };
        graph.check_circles()?;
        Ok(graph)
    }

    /// The resources, in the template's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.needs.keys().map(String::as_str)
    }

    /// Whether a resource is in it.
    pub fn contains(&self, name: &str) -> bool {
        self.needs.contains_key(name)
    }

    /// What a resource needs before it.
    pub fn needs(&self, name: &str) -> &[String] {
        self.needs.get(name).map_or(&[], Vec::as_slice)
    }

    fn check_circles(&self) -> Result<()> {
        // What needs nothing that is left falls away; what remains stands in circles, or hangs on them.
        let mut left: IndexMap<&str, Vec<&str>> = self
            .needs
            .iter()
            .map(|(name, needs)| (name.as_str(), needs.iter().map(String::as_str).collect()))
            .collect();
        loop {
            let free: Vec<&str> = left.iter().filter(|(_, needs)| needs.is_empty()).map(|(name, _)| *name).collect();
            let unneeded: Vec<&str> =
                left.keys().filter(|name| !left.values().any(|needs| needs.contains(*name))).copied().collect();
            if free.is_empty() && unneeded.is_empty() {
                break;
            }
            left.retain(|name, _| !free.contains(name) && !unneeded.contains(name));
            left.values_mut().for_each(|needs| needs.retain(|need| !free.contains(need)));
        }
        if left.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = left.keys().copied().collect();
        Err(Error::new(format!("Circular dependency between resources: [{}]", names.join(", "))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_decide_what_is_needed() {
        let text = "Conditions: {C: !Equals [a, b]}\nResources: {A: {Type: T, Condition: C}, B: {Type: T, Properties: {x: \
                    !If [C, !Ref A, y]}, DependsOn: A}}";
        let template = Template::parse(text).unwrap();
        let with = Graph::of(&template, &mut |_| Some(true)).unwrap();
        assert_eq!((with.names().count(), with.needs("B")), (2, &["A".to_owned()][..]));
        let without = Graph::of(&template, &mut |_| Some(false)).unwrap();
        assert_eq!((without.contains("A"), without.needs("B")), (false, &[][..]));
        let text = text.replace("!If [C, !Ref A, y]", "!Ref A");
        let error = Graph::of(&Template::parse(&text).unwrap(), &mut |_| Some(false)).unwrap_err();
        assert!(error.message().contains("Unresolved resource dependencies [A]"), "{error}");
    }
}
