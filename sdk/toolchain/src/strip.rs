//! Dropping what a component need not carry: names of functions, the tools that made it.
//!
//! Such notes stand in *custom sections*, which mean nothing to the one who runs the component. The binary
//! format makes dropping them easy: a module or component is a header and a list of sections, each an id, a
//! length and its bytes, and only modules and components stand inside a component.

/// Sections of a custom name with this beginning are ours and stay.
const OURS: &[u8] = b"gtp:";

const HEADER: usize = 8;
const CUSTOM: u8 = 0;
const MODULE_IN_COMPONENT: u8 = 1;
const COMPONENT_IN_COMPONENT: u8 = 4;
/// A component's header differs from a module's in this byte.
const LAYER: usize = 6;

/// A component, or a core module, without its custom sections, but for those whose name begins with `gtp:`.
///
/// Returns nothing if the bytes are no module or component, or end too early.
pub(crate) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    let (header, mut rest) = bytes.split_at_checked(HEADER)?;
    if !header.starts_with(b"\0asm") {
        return None;
    }
    let is_component = header.get(LAYER) == Some(&1);
    let mut kept = header.to_vec();
    while let Some((&id, after)) = rest.split_first() {
        let (length, after) = take_length(after)?;
        let (content, after) = after.split_at_checked(length)?;
        rest = after;
        match id {
            CUSTOM if !custom_name(content)?.starts_with(OURS) => {}
            MODULE_IN_COMPONENT | COMPONENT_IN_COMPONENT if is_component => {
                push(&mut kept, id, &strip(content)?)
            }
            _ => push(&mut kept, id, content),
        }
    }
    Some(kept)
}

/// Whether a core module has a custom section whose name begins with `beginning`.
pub(crate) fn has_custom_section(module: &[u8], beginning: &[u8]) -> Option<bool> {
    let (_, mut rest) = module.split_at_checked(HEADER)?;
    while let Some((&id, after)) = rest.split_first() {
        let (length, after) = take_length(after)?;
        let (content, after) = after.split_at_checked(length)?;
        rest = after;
        if id == CUSTOM && custom_name(content)?.starts_with(beginning) {
            return Some(true);
        }
    }
    Some(false)
}

fn custom_name(content: &[u8]) -> Option<&[u8]> {
    let (length, after) = take_length(content)?;
    after.get(..length)
}

fn push(kept: &mut Vec<u8>, id: u8, content: &[u8]) {
    kept.push(id);
    let mut length = content.len();
    loop {
        let low = u8::try_from(length & 0x7f).unwrap_or(0);
        length >>= 7;
        if length == 0 {
            kept.push(low);
            break;
        }
        kept.push(low | 0x80);
    }
    kept.extend_from_slice(content);
}

/// Lengths are 32-bit numbers in LEB128: seven bits a byte, the lowest first, at most five bytes.
fn take_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut length = 0_u64;
    for (at, byte) in bytes.iter().take(5).enumerate() {
        length |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(length).ok()?, bytes.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    const MODULE: &[u8] = b"\0asm\x01\0\0\0";
    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        push(&mut bytes, id, content);
        bytes
    }

    fn custom(name: &str, data: &[u8]) -> Vec<u8> {
        let mut content = vec![u8::try_from(name.len()).unwrap()];
        content.extend_from_slice(name.as_bytes());
        content.extend_from_slice(data);
        section(CUSTOM, &content)
    }

    #[test]
    fn custom_sections_go_and_code_stays() {
        let code = section(10, &[7; 300]);
        let module =
            [MODULE, &custom("name", b"main"), &code, &custom("producers", b"rustc")].concat();
        assert_eq!(strip(&module).unwrap(), [MODULE, &code].concat());
    }

    #[test]
    fn sections_inside_modules_inside_components_go_too() {
        let code = section(10, &[7; 3]);
        let module = [MODULE, &custom("name", b"main"), &code].concat();
        let inner = [COMPONENT, &section(MODULE_IN_COMPONENT, &module)].concat();
        let outer =
            [COMPONENT, &section(COMPONENT_IN_COMPONENT, &inner), &custom("component-name", b"x")]
                .concat();

        let lean = [COMPONENT, &section(MODULE_IN_COMPONENT, &[MODULE, &code].concat())].concat();
        assert_eq!(
            strip(&outer).unwrap(),
            [COMPONENT, &section(COMPONENT_IN_COMPONENT, &lean)].concat()
        );
    }

    #[test]
    fn our_own_custom_sections_stay() {
        let ours = custom("gtp:programme", b"[about]");
        let module = [MODULE, &ours, &custom("target_features", b"")].concat();
        assert_eq!(strip(&module).unwrap(), [MODULE, &ours].concat());
    }

    #[test]
    fn a_cut_file_is_refused_at_every_length() {
        let module = [MODULE, &section(10, &[7; 200])].concat();
        for length in (0..module.len()).filter(|length| *length != HEADER) {
            assert_eq!(strip(&module[..length]), None, "cut at {length}");
        }
    }

    #[test]
    fn other_files_are_refused() {
        assert_eq!(strip(b"#!/bin/sh\necho hello"), None);
    }
}
