//! The macro behind `gtp_sdk::programme!`.
//!
//! It reads `programme.toml` while the programme compiles. A fault in the file becomes a compile error that
//! shows the line. What the file describes becomes blocks of bytes; what the rules refer to becomes Rust
//! names, so that the compiler checks every one of them.

mod generate;
mod names;

use proc_macro::{TokenStream, TokenTree};
use std::path::Path;

/// Makes a programme of a `programme.toml`, given by its path from the crate's own folder.
#[proc_macro]
pub fn programme(input: TokenStream) -> TokenStream {
    let code = match path(input).and_then(|path| expand(&path)) {
        Ok(code) => code,
        Err(message) => format!("::core::compile_error!({message:?});"),
    };
    code.parse().unwrap_or_else(|error| {
        format!(
            "::core::compile_error!({:?});",
            format!("the code made of the file is no Rust: {error}")
        )
        .parse()
        .unwrap_or_default()
    })
}

/// The one string literal that the macro is called with.
fn path(input: TokenStream) -> Result<String, String> {
    let tokens: Vec<TokenTree> = input.into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Literal(literal)] => {
            let text = literal.to_string();
            let path = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            path.map(str::to_owned).ok_or_else(usage)
        }
        _ => Err(usage()),
    }
}

fn usage() -> String {
    "write the file's path in quotes: gtp_sdk::programme!(\"programme.toml\")".to_owned()
}

fn expand(path: &str) -> Result<String, String> {
    let folder =
        std::env::var("CARGO_MANIFEST_DIR").map_err(|_| "cargo did not say where the crate is")?;
    let (file, read) = gtp_programme_file::read(&Path::new(&folder).join(path))
        .map_err(|problems| problems.to_string())?;
    generate::code(&file, &read)
}
