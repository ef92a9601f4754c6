//! Passwords on the command line: typed without being shown, or piped in; never an argument, which every user of the
//! machine could read.

use std::io::{self, BufRead, IsTerminal};

use anyhow::{Context, ensure};

/// Reads a new password: twice from a terminal, else one line of standard input.
pub fn read_password(prompt: &str) -> anyhow::Result<String> {
    if !io::stdin().is_terminal() {
        return first_line(io::stdin().lock());
    }
    let password = rpassword::prompt_password(format!("{prompt}: "))?;
    let again = rpassword::prompt_password(format!("{prompt}, once more: "))?;
    ensure!(password == again, "the two passwords differ");
    Ok(password)
}

/// Only the line's end is cut off: a password may begin and end with spaces.
fn first_line(mut input: impl BufRead) -> anyhow::Result<String> {
    let mut line = String::new();
    input
        .read_line(&mut line)
        .context("the password on standard input is not UTF-8 text")?;
    let password = line.strip_suffix('\n').unwrap_or(&line);
    let password = password.strip_suffix('\r').unwrap_or(password);
    ensure!(!password.is_empty(), "standard input holds no password");
    Ok(password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_the_password_with_its_spaces() {
        assert_eq!(
            first_line(&b" correct horse \r\nmore\n"[..]).unwrap(),
            " correct horse "
        );
        assert_eq!(first_line(&b"no newline"[..]).unwrap(), "no newline");
        assert!(first_line(&b"\n"[..]).is_err() && first_line(&b""[..]).is_err());
    }
}
