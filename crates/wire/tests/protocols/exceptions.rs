use toml::{Table, Value};

/// The cases that are known not to pass: section, id, reason.
pub struct Exceptions(Table);

impl Exceptions {
    pub fn read() -> Exceptions {
        let table: Table = include_str!("../protocols.exceptions.toml").parse().unwrap();
        Exceptions(table)
    }

    pub fn reason(&self, section: &str, id: &str) -> Option<&str> {
        self.0.get(section)?.get(id)?.as_str()
    }

    /// All entries of those sections.
    pub fn entries<'a>(&'a self, sections: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let tables = self.0.iter().filter(|(section, _)| sections.contains(&section.as_str()));
        tables.flat_map(|(section, table)| {
            let ids = table.as_table().into_iter().flatten();
            ids.map(move |(id, reason): (&String, &Value)| {
                assert!(reason.as_str().is_some_and(|r| r.len() > 10), "{id} needs a reason");
                (section.as_str(), id.as_str())
            })
        })
    }
}
