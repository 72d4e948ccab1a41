//! `programme.toml`: what a programme is, in a file that people who know the clinic can read and change.
//!
//! The file says the "what": fields, questionnaires, limits, what the rules read and say, the schedule,
//! who sees what. This crate turns it into the contract's types and complains like a compiler: the place,
//! the line, what is wrong, and what to write instead. It finds all faults in one go.
//!
//! It reads files and nothing else. The macro `gtp_sdk::programme!` calls it while a programme compiles,
//! and the `gtp` tool calls it for a programme without code.

mod about;
mod catalogue;
mod code;
mod fields;
mod kind;
mod limits;
mod measure;
mod node;
mod placeholder;
mod problem;
mod questionnaires;
mod read;
mod rules;
mod schedule;
mod score;
mod source;
mod story;
mod suggest;
mod text;
mod visibility;
mod when;
mod words;

pub use placeholder::placeholders;
pub use problem::{Problem, Problems};
pub use read::{File, ProgrammeFile, parse, read, standard_ids};
pub use rules::{AdviceText, FigureText, Message, RuleEntry};
pub use source::Place;
