//! A value in a TOML file that knows where it stands and complains there.
//!
//! [`Table`] remembers every key it was asked for. What an author wrote and nobody asked for is unknown,
//! and what was asked for is what can be proposed instead, so the list of legal keys is written nowhere.

use crate::problem::Log;
use crate::source::Source;
use crate::suggest;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    value: &'a DeValue<'a>,
    span: Range<usize>,
    source: &'a Source,
    log: &'a Log,
    /// Whether it stands in the catalogue that comes with the kit and not in the author's own file.
    pub(crate) from_catalogue: bool,
}

impl<'a> Node<'a> {
    pub(crate) fn problem(&self, message: impl Into<String>) {
        self.log.add(self.source, &self.span, message);
    }

    pub(crate) fn problem_help(&self, message: impl Into<String>, help: impl Into<String>) {
        self.log.add_help(self.source, &self.span, message, help);
    }

    /// Complains that `wrong` is not one of `names`.
    pub(crate) fn unknown<'n>(
        &self,
        what: &str,
        wrong: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        let message = format!("there is no {what} `{wrong}`");
        match suggest::proposal(wrong, names) {
            Some(help) => self.problem_help(message, help),
            None => self.problem(message),
        }
    }

    fn wrong_kind(&self, wanted: &str) {
        self.problem(format!("this must be {wanted}, and is {}", kind_name(self.value)));
    }

    pub(crate) fn as_str(&self) -> Option<&'a str> {
        match self.value {
            DeValue::String(text) => Some(text.as_ref()),
            _ => None,
        }
    }

    pub(crate) fn str(&self) -> Option<&'a str> {
        let text = self.as_str();
        if text.is_none() {
            self.wrong_kind("a text in quotes");
        }
        text
    }

    pub(crate) fn as_number(&self) -> Option<f64> {
        match self.value {
            DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
                .ok()
                .map(|number| number as f64),
            DeValue::Float(float) => {
                float.as_str().parse().ok().filter(|number: &f64| number.is_finite())
            }
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        let number = self.as_number();
        if number.is_none() {
            self.wrong_kind("a number");
        }
        number
    }

    pub(crate) fn whole(&self) -> Option<u32> {
        let number = self
            .as_number()
            .filter(|n| n.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(n));
        if number.is_none() {
            self.problem("this must be a whole number, 0 or more");
        }
        number.map(|number| number as u32)
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(yes) => Some(*yes),
            _ => None,
        }
    }

    pub(crate) fn bool(&self) -> Option<bool> {
        let yes = self.as_bool();
        if yes.is_none() {
            self.wrong_kind("true or false");
        }
        yes
    }

    pub(crate) fn as_list(&self) -> Option<Vec<Node<'a>>> {
        match self.value {
            DeValue::Array(items) => Some(items.iter().map(|item| self.inner(item)).collect()),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Vec<Node<'a>> {
        self.as_list().unwrap_or_else(|| {
            self.wrong_kind("a list in [ ]");
            vec![]
        })
    }

    /// A list, or one thing that stands for a list of one.
    pub(crate) fn one_or_list(&self) -> Vec<Node<'a>> {
        self.as_list().unwrap_or_else(|| vec![self.clone()])
    }

    pub(crate) fn as_table(&self) -> Option<Table<'a>> {
        match self.value {
            DeValue::Table(table) => Some(Table {
                own: Some(table),
                base: None,
                node: self.clone(),
                asked: RefCell::default(),
                baseless: false,
            }),
            _ => None,
        }
    }

    pub(crate) fn table(&self) -> Option<Table<'a>> {
        let table = self.as_table();
        if table.is_none() {
            self.wrong_kind("a table of keys and values");
        }
        table
    }

    fn inner(&self, value: &'a Spanned<DeValue<'a>>) -> Node<'a> {
        Node { value: value.get_ref(), span: value.span(), ..self.clone() }
    }
}

/// A table of keys, perhaps with a base from the catalogue that fills what the author left out.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    own: Option<&'a DeTable<'a>>,
    base: Option<(&'a DeTable<'a>, Node<'a>)>,
    pub(crate) node: Node<'a>,
    asked: RefCell<BTreeSet<&'static str>>,
    /// Whether what is missing here goes unmentioned: the base that would have filled it was not found, and
    /// that was said.
    pub(crate) baseless: bool,
}

impl<'a> Table<'a> {
    /// The outermost table of a file.
    pub(crate) fn root(
        source: &'a Source,
        parsed: &'a Spanned<DeValue<'a>>,
        log: &'a Log,
    ) -> Option<Self> {
        // The file as a whole has no place of its own; its first character stands for it.
        let node = Node { value: parsed.get_ref(), span: 0..1, source, log, from_catalogue: false };
        node.as_table()
    }

    /// The same table on top of another one, which counts as the kit's own.
    pub(crate) fn on(mut self, base: &Node<'a>) -> Self {
        if let DeValue::Table(table) = base.value {
            self.base = Some((table, Node { from_catalogue: true, ..base.clone() }));
        }
        self
    }

    /// The same table, whose base was not found.
    pub(crate) fn without_base(mut self) -> Self {
        self.baseless = true;
        self
    }

    /// The value under `key`, if it is there.
    pub(crate) fn get(&self, key: &'static str) -> Option<Node<'a>> {
        self.asked.borrow_mut().insert(key);
        if let Some(value) = self.own.and_then(|table| table.get(key)) {
            return Some(self.node.inner(value));
        }
        let (table, node) = self.base.as_ref()?;
        table.get(key).map(|value| node.inner(value))
    }

    /// The value under `key`, which must be there.
    pub(crate) fn need(&self, key: &'static str) -> Option<Node<'a>> {
        let value = self.get(key);
        if value.is_none() && !self.baseless {
            self.node.problem(format!("`{key}` is missing here"));
        }
        value
    }

    /// A text that must be there; empty once it was complained about.
    pub(crate) fn need_str(&self, key: &'static str) -> String {
        self.need(key).and_then(|node| node.str()).unwrap_or_default().to_owned()
    }

    pub(crate) fn str(&self, key: &'static str) -> Option<String> {
        self.get(key).and_then(|node| node.str()).map(str::to_owned)
    }

    pub(crate) fn number(&self, key: &'static str) -> Option<f64> {
        self.get(key).and_then(|node| node.number())
    }

    pub(crate) fn bool(&self, key: &'static str) -> bool {
        self.get(key).and_then(|node| node.bool()).unwrap_or(false)
    }

    /// The members of a list that may be left out.
    pub(crate) fn list(&self, key: &'static str) -> Vec<Node<'a>> {
        self.get(key).map(|node| node.list()).unwrap_or_default()
    }

    /// The tables of a list of tables that may be left out.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        self.list(key).into_iter().filter_map(|node| node.table()).collect()
    }

    /// Every key and value that the author chose freely, the place of the key with it.
    pub(crate) fn entries(&self) -> Vec<(&'a str, Node<'a>, Node<'a>)> {
        let own = self.own.into_iter().flatten();
        own.map(|(key, value)| (key.get_ref().as_ref(), self.key_node(key), self.node.inner(value)))
            .collect()
    }

    fn key_node(&self, key: &Spanned<std::borrow::Cow<'a, str>>) -> Node<'a> {
        Node { span: key.span(), ..self.node.clone() }
    }

    /// Complains about every key that nobody asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, node, _) in self.entries() {
            if !asked.contains(key) {
                node.unknown("key", key, asked.iter().copied());
            }
        }
    }
}

fn kind_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
