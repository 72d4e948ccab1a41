//! A file's descriptions as the bytes that the general component reads.

use crate::Error;
use gtp_contract::condition::PlainRule;
use gtp_contract::rules::Rule;
use gtp_programme_file::ProgrammeFile;
use serde::Serialize;

/// The blocks in the order that `gtp_sdk::embedded::Parts` names, each after its length.
///
/// # Errors
///
/// A value cannot be encoded.
pub fn describe(file: &ProgrammeFile) -> Result<Vec<u8>, Error> {
    let ProgrammeFile {
        about,
        fields,
        groups,
        questionnaires,
        limits,
        rules,
        schedule,
        visibility,
        scenarios,
    } = file;
    let described: Vec<&Rule> = rules.iter().map(|entry| &entry.rule).collect();
    let inputs: Vec<Rule> =
        described.iter().map(|rule| gtp_contract::without_texts(rule)).collect();
    let plain: Vec<&PlainRule> = rules.iter().filter_map(|entry| entry.plain.as_ref()).collect();
    let mut bytes = vec![];
    add(&mut bytes, about)?;
    add(&mut bytes, fields)?;
    add(&mut bytes, groups)?;
    add(&mut bytes, questionnaires)?;
    add(&mut bytes, limits)?;
    add(&mut bytes, &described)?;
    add(&mut bytes, schedule)?;
    add(&mut bytes, visibility)?;
    add(&mut bytes, scenarios)?;
    add(&mut bytes, &inputs)?;
    add(&mut bytes, &plain)?;
    Ok(bytes)
}

fn add<T: Serialize + ?Sized>(bytes: &mut Vec<u8>, value: &T) -> Result<(), Error> {
    let block = postcard::to_allocvec(value)?;
    let length = u32::try_from(block.len()).map_err(|_| postcard::Error::SerializeBufferFull)?;
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&block);
    Ok(())
}
