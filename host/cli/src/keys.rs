//! Passwords of secret keys. They are read from standard input and are never an argument: everybody on the
//! machine sees a command's arguments.

use crate::complaint::Complaint;

/// The first line of standard input, where a password is `wanted`.
///
/// # Errors
/// Standard input cannot be read, or is empty.
pub fn password(wanted: bool) -> Result<Option<String>, Complaint> {
    if !wanted {
        return Ok(None);
    }
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| Complaint::new(format!("standard input cannot be read: {error}")))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Complaint::new("the password is missing on standard input")
            .help("leave --password-stdin out for a key without a password"));
    }
    Ok(Some(password.to_owned()))
}
