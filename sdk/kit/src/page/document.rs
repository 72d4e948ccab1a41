//! What a page is made of, before it is text or HTML.

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// A heading, of level 2 or 3.
    Heading(u8, String),
    Paragraph(String),
    /// Something that must not be overlooked.
    Note(String),
    /// Names and values.
    Facts(Vec<(String, String)>),
    List(Vec<String>),
    Table {
        head: Vec<String>,
        rows: Vec<Vec<String>>,
    },
    /// Lines to be filled in with a pen.
    Lines(Vec<String>),
}

impl Block {
    pub(crate) fn table<const N: usize>(head: [&str; N], rows: Vec<[String; N]>) -> Self {
        Self::Table {
            head: head.map(str::to_owned).to_vec(),
            rows: rows.into_iter().map(|row| row.to_vec()).collect(),
        }
    }
}
