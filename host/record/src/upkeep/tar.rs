//! Just enough of the tar format (POSIX ustar) to write and read a backup: whoever has nothing but
//! `tar` and `sha256sum` can open one and check it.

use std::io::{self, Read, Write};

const BLOCK: usize = 512;

/// Writes one file into an archive.
///
/// # Errors
/// Where `out` cannot be written, or the name is too long.
pub fn write_entry(out: &mut dyn Write, name: &str, bytes: &[u8]) -> io::Result<()> {
    out.write_all(&header(name, bytes.len() as u64)?)?;
    out.write_all(bytes)?;
    out.write_all(&vec![0; bytes.len().next_multiple_of(BLOCK) - bytes.len()])
}

/// Ends an archive.
///
/// # Errors
/// Where `out` cannot be written.
pub fn write_end(out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&[0; 2 * BLOCK])
}

/// The next file of an archive: its name and content; none at the end.
///
/// # Errors
/// Where it is no archive, or a file in it is larger than `most`.
pub fn read_entry(from: &mut dyn Read, most: u64) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut header = [0u8; BLOCK];
    from.read_exact(&mut header)?;
    if header.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let (name, rest) = header.split_at(100);
    let name = name.split(|byte| *byte == 0).next().unwrap_or(&[]);
    let name = std::str::from_utf8(name).map_err(|_| bad("a name in it is no text"))?;
    let octal = |at: usize, length: usize| -> Option<u64> {
        let digits = rest.get(at - 100..at - 100 + length)?;
        let digits = std::str::from_utf8(digits).ok()?.trim_matches(['\0', ' ']);
        u64::from_str_radix(digits, 8).ok()
    };
    let size = octal(124, 12).filter(|size| *size <= most).ok_or_else(|| bad("a size is wrong"))?;
    if octal(148, 8) != Some(checksum(&header)) {
        return Err(bad("a header's checksum is wrong"));
    }
    let mut bytes = vec![0; size.next_multiple_of(BLOCK as u64) as usize];
    from.read_exact(&mut bytes)?;
    bytes.truncate(size as usize);
    Ok(Some((name.to_owned(), bytes)))
}

fn header(name: &str, size: u64) -> io::Result<[u8; BLOCK]> {
    let mut fields = Vec::with_capacity(BLOCK);
    let mut field = |text: &str, length: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(length, 0);
        fields.extend_from_slice(&bytes);
    };
    field(name, 100);
    field("0000600", 8);
    field("0000000", 8);
    field("0000000", 8);
    field(&format!("{size:011o}"), 12);
    field("00000000000", 12);
    field("        ", 8);
    field("0", 1);
    field("", 100);
    field("ustar", 6);
    field("00", 2);
    field("", BLOCK - 265);
    let mut header: [u8; BLOCK] =
        fields.try_into().map_err(|_| io::Error::other("a name in the archive is too long"))?;
    let sum = format!("{:06o}\0 ", checksum(&header));
    for (place, byte) in header.iter_mut().skip(148).zip(sum.bytes()) {
        *place = byte;
    }
    Ok(header)
}

/// The sum of all bytes, those of the sum itself taken as spaces.
fn checksum(header: &[u8; BLOCK]) -> u64 {
    header
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) })
        .sum()
}
