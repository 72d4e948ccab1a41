//! The few changes to a WebAssembly binary that joining needs.
//!
//! Both a component and a module are a header of eight bytes and then sections: an id, a length, a body. The
//! component holds the module as one of its sections.

use crate::Error;

/// What stands before the two numbers that tell where the descriptions lie.
pub const MARK: &[u8; 24] = b"gtp-general-programme-v1";
const HEADER: usize = 8;
const PAGE: u64 = 65_536;

/// Ids of sections.
const CORE_MODULE: u8 = 1;
const MEMORY: u8 = 5;
const DATA: u8 = 11;
const DATA_COUNT: u8 = 12;

/// The component with the descriptions in its module's memory.
pub fn put_in(component: &[u8], descriptions: &[u8]) -> Result<Vec<u8>, Error> {
    let mut joined = false;
    let component = rewrite(component, |id, body| {
        let is_ours = id == CORE_MODULE && !joined && contains(body, MARK);
        if !is_ours {
            return Ok(None);
        }
        joined = true;
        put_in_module(body, descriptions).map(Some)
    })?;
    if joined { Ok(component) } else { Err(Error::NotGeneral("it has no module with the mark")) }
}

fn put_in_module(module: &[u8], descriptions: &[u8]) -> Result<Vec<u8>, Error> {
    let offset = initial_memory(module)? * PAGE;
    let more = (descriptions.len() as u64).div_ceil(PAGE);
    let (Ok(at), Ok(length)) = (u32::try_from(offset), u32::try_from(descriptions.len())) else {
        return Err(Error::NotGeneral("its memory is too large"));
    };
    rewrite(module, |id, body| match id {
        MEMORY => grow(body, more).map(Some),
        DATA_COUNT => {
            let (count, _) = number(body)?;
            let mut section = vec![];
            put_number(&mut section, count + 1);
            Ok(Some(section))
        }
        DATA => add_segment(body, at, length, descriptions).map(Some),
        _ => Ok(None),
    })
}

/// How many pages of memory the module begins with.
fn initial_memory(module: &[u8]) -> Result<u64, Error> {
    let mut pages = None;
    rewrite(module, |id, body| {
        if id == MEMORY {
            pages = Some(memory(body)?.1);
        }
        Ok(None)
    })?;
    pages.ok_or(Error::NotGeneral("its module has no memory"))
}

/// The flags and the initial pages of the only memory, and what follows them.
fn memory(body: &[u8]) -> Result<(u64, u64, &[u8]), Error> {
    let (count, rest) = number(body)?;
    if count != 1 {
        return Err(Error::NotGeneral("its module has not exactly one memory"));
    }
    let (flags, rest) = number(rest)?;
    let (pages, rest) = number(rest)?;
    Ok((flags, pages, rest))
}

fn grow(body: &[u8], more: u64) -> Result<Vec<u8>, Error> {
    let (flags, pages, rest) = memory(body)?;
    let mut section = vec![];
    put_number(&mut section, 1);
    put_number(&mut section, flags);
    put_number(&mut section, pages + more);
    // A largest size, where one is given, moves up with the initial one.
    if flags & 1 == 1 {
        let (most, rest) = number(rest)?;
        put_number(&mut section, most + more);
        section.extend_from_slice(rest);
    } else {
        section.extend_from_slice(rest);
    }
    Ok(section)
}

/// One more data segment, and the two numbers behind the mark.
fn add_segment(body: &[u8], at: u32, length: u32, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    const I32_CONST: u8 = 0x41;
    const END: u8 = 0x0b;
    let (count, segments) = number(body)?;
    let mut section = vec![];
    put_number(&mut section, count + 1);
    let begin = section.len();
    section.extend_from_slice(segments);
    let mark = segments.windows(MARK.len()).position(|window| window == MARK);
    let place = mark
        .map(|mark| begin + mark + MARK.len())
        .ok_or(Error::NotGeneral("the mark is not data"))?;
    let numbers = [at.to_le_bytes(), length.to_le_bytes()].concat();
    match section.get_mut(place..place + numbers.len()) {
        Some(room) => room.copy_from_slice(&numbers),
        None => return Err(Error::NotGeneral("nothing stands behind the mark")),
    }
    section.push(0);
    section.push(I32_CONST);
    put_signed(&mut section, i64::from(at));
    section.push(END);
    put_number(&mut section, u64::from(length));
    section.extend_from_slice(bytes);
    Ok(section)
}

/// The same binary with the bodies of some sections replaced.
fn rewrite(
    binary: &[u8],
    mut change: impl FnMut(u8, &[u8]) -> Result<Option<Vec<u8>>, Error>,
) -> Result<Vec<u8>, Error> {
    let (header, mut rest) =
        binary.split_at_checked(HEADER).ok_or(Error::NotGeneral("it is cut short"))?;
    if !header.starts_with(b"\0asm") {
        return Err(Error::NotGeneral("it is no WebAssembly"));
    }
    let mut out = header.to_vec();
    while let Some((id, after)) = rest.split_first() {
        let (length, after) = number(after)?;
        let length =
            usize::try_from(length).map_err(|_| Error::NotGeneral("a section is too long"))?;
        let (body, after) =
            after.split_at_checked(length).ok_or(Error::NotGeneral("a section is cut short"))?;
        let changed = change(*id, body)?;
        let body = changed.as_deref().unwrap_or(body);
        out.push(*id);
        put_number(&mut out, body.len() as u64);
        out.extend_from_slice(body);
        rest = after;
    }
    Ok(out)
}

/// An unsigned LEB128 number and what follows it.
fn number(bytes: &[u8]) -> Result<(u64, &[u8]), Error> {
    let mut value = 0;
    let mut rest = bytes;
    for shift in (0..63).step_by(7) {
        let Some((byte, after)) = rest.split_first() else { break };
        value |= u64::from(byte & 0x7f) << shift;
        rest = after;
        if byte & 0x80 == 0 {
            return Ok((value, rest));
        }
    }
    Err(Error::NotGeneral("a number is cut short"))
}

fn put_number(out: &mut Vec<u8>, mut value: u64) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

fn put_signed(out: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        let done = (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0);
        out.push(if done { byte } else { byte | 0x80 });
        if done {
            return;
        }
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    /// A module with one page of memory and the mark in a data segment, inside a component.
    fn component() -> Vec<u8> {
        let mut data = vec![1, 0, 0x41, 0, 0x0b];
        let segment = [MARK.as_slice(), &[0; 8]].concat();
        put_number(&mut data, segment.len() as u64);
        data.extend_from_slice(&segment);
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        for (id, body) in [(MEMORY, vec![1, 0, 1]), (DATA_COUNT, vec![1]), (DATA, data)] {
            module.push(id);
            put_number(&mut module, body.len() as u64);
            module.extend_from_slice(&body);
        }
        let mut component = b"\0asm\x0d\0\x01\0".to_vec();
        component.push(CORE_MODULE);
        put_number(&mut component, module.len() as u64);
        component.extend_from_slice(&module);
        component
    }

    #[test]
    fn descriptions_lie_behind_the_initial_memory_and_the_mark_says_where() {
        let bytes = vec![7; 70_000];
        let joined = put_in(&component(), &bytes).unwrap();
        let mark =
            joined.windows(MARK.len()).position(|window| window == MARK).unwrap() + MARK.len();
        let read = |at: usize| u32::from_le_bytes(joined[at..at + 4].try_into().unwrap());
        assert_eq!((read(mark), read(mark + 4)), (65_536, 70_000));
        assert!(joined.ends_with(&bytes));
        assert!(contains(&joined, &[MEMORY, 3, 1, 0, 3]), "one page and two more");
        assert!(contains(&joined, &[DATA_COUNT, 1, 2]));
    }

    #[test]
    fn joining_twice_joins_the_second_behind_the_first() {
        let once = put_in(&component(), &[1; 10]).unwrap();
        let twice = put_in(&once, &[2; 10]).unwrap();
        let mark =
            twice.windows(MARK.len()).position(|window| window == MARK).unwrap() + MARK.len();
        assert_eq!(u32::from_le_bytes(twice[mark..mark + 4].try_into().unwrap()), 2 * 65_536);
    }

    #[test]
    fn anything_else_is_refused_and_no_cut_panics() {
        let whole = component();
        for cut in 0..whole.len() {
            assert!(put_in(&whole[..cut], &[1]).is_err(), "{cut}");
        }
        assert!(put_in(b"\0asm\x0d\0\x01\0", &[1]).is_err());
        assert!(put_in(b"not wasm at all", &[1]).is_err());
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for value in [0, 1, 63, 64, 127, 128, 16_383, 16_384, u64::from(u32::MAX)] {
            let mut out = vec![];
            put_number(&mut out, value);
            assert_eq!(number(&out).unwrap(), (value, [].as_slice()));
        }
        for (value, bytes) in
            [(0, vec![0]), (63, vec![63]), (64, vec![0xc0, 0]), (65_536, vec![0x80, 0x80, 4])]
        {
            let mut out = vec![];
            put_signed(&mut out, value);
            assert_eq!(out, bytes);
        }
    }
}
