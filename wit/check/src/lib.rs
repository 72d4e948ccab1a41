//! Whether components built against a released contract still fit the present one.
//!
//! Within 1.x, interfaces and functions are only ever added. A record, variant or function that was released
//! never changes, not even by a new field at its end: components carry its shape in their bytes. Released
//! contracts lie beside the present one in `wit/released/VERSION/` and are never edited.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
};
use thiserror::Error;
use wit_parser::{
    Function, Handle, Interface, InterfaceId, PackageId, Resolve, Type, TypeDefKind, TypeId,
    TypeOwner, WorldItem, WorldKey,
};

/// The folder cannot be compared.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// It is no contract.
    #[error("{}: {reason}", path.display())]
    Contract {
        /// Which folder.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
    /// The system does not hand it over.
    #[error("{}: {source}", path.display())]
    File {
        /// Which folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// One way in which the present contract would break components built against a released one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakage {
    /// The released contract's version.
    pub released: String,
    /// Where: `assess.finding`.
    pub item: String,
    /// What is different.
    pub what: String,
}

impl fmt::Display for Breakage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (released in {})", self.item, self.what, self.released)
    }
}

/// Compares the contract in `wit` with every one in `wit/released`.
///
/// # Errors
///
/// When one of them cannot be read.
pub fn check(wit: &Path) -> Result<Vec<Breakage>, Unreadable> {
    let present = Contract::read(wit)?;
    let mut breakages = vec![];
    for released in folders(&wit.join("released"))? {
        let released = Contract::read(&released)?;
        if released.major() == present.major() {
            compare(&released, &present, &mut breakages);
        }
    }
    Ok(breakages)
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, Unreadable> {
    let failed = |source| Unreadable::File { path: path.to_owned(), source };
    let mut folders = vec![];
    for entry in fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

struct Contract {
    resolve: Resolve,
    package: PackageId,
}

impl Contract {
    fn read(path: &Path) -> Result<Self, Unreadable> {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(path).map_err(|error| Unreadable::Contract {
            path: path.to_owned(),
            reason: format!("{error:#}"),
        })?;
        Ok(Self { resolve, package })
    }

    fn version(&self) -> String {
        let version = self
            .resolve
            .packages
            .get(self.package)
            .and_then(|package| package.name.version.clone());
        version.map_or_else(|| "no version".to_owned(), |version| version.to_string())
    }

    fn major(&self) -> Option<u64> {
        self.resolve.packages.get(self.package)?.name.version.as_ref().map(|version| version.major)
    }

    fn interfaces(&self) -> BTreeMap<&str, InterfaceId> {
        let package = self.resolve.packages.get(self.package);
        package
            .map(|package| {
                package.interfaces.iter().map(|(name, id)| (name.as_str(), *id)).collect()
            })
            .unwrap_or_default()
    }

    /// Each world and the interfaces that it exports, by name.
    fn worlds(&self) -> BTreeMap<&str, Vec<String>> {
        let Some(package) = self.resolve.packages.get(self.package) else { return BTreeMap::new() };
        package
            .worlds
            .iter()
            .filter_map(|(name, id)| {
                let world = self.resolve.worlds.get(*id)?;
                let exports = world.exports.iter().filter_map(|(key, item)| match (key, item) {
                    (WorldKey::Interface(id), WorldItem::Interface { .. }) => {
                        self.resolve.interfaces.get(*id)?.name.clone()
                    }
                    (WorldKey::Name(name), _) => Some(name.clone()),
                    _ => None,
                });
                Some((name.as_str(), exports.collect()))
            })
            .collect()
    }

    /// Everything an interface defines, by name, each written out in one fixed way.
    fn items(&self, id: InterfaceId) -> BTreeMap<String, String> {
        let Some(interface) = self.resolve.interfaces.get(id) else { return BTreeMap::new() };
        let Interface { types, functions, .. } = interface;
        let types = types.iter().map(|(name, id)| (name.clone(), self.definition(*id)));
        let functions =
            functions.iter().map(|(name, function)| (name.clone(), self.function(function)));
        types.chain(functions).collect()
    }

    fn function(&self, function: &Function) -> String {
        let params: Vec<String> = function
            .params
            .iter()
            .map(|param| format!("{}: {}", param.name, self.name(&param.ty)))
            .collect();
        let result = function.result.as_ref().map_or_else(String::new, |ty| self.name(ty));
        format!("func({}) -> {result}", params.join(", "))
    }

    /// How a type is written where it is used: named types by interface and name, others in full.
    fn name(&self, ty: &Type) -> String {
        let Type::Id(id) = ty else { return format!("{ty:?}").to_lowercase() };
        let Some(def) = self.resolve.types.get(*id) else { return "?".to_owned() };
        match (&def.name, def.owner) {
            (Some(name), TypeOwner::Interface(owner)) => {
                let owner =
                    self.resolve.interfaces.get(owner).and_then(|owner| owner.name.as_deref());
                format!("{}.{name}", owner.unwrap_or("?"))
            }
            _ => self.definition(*id),
        }
    }

    fn definition(&self, id: TypeId) -> String {
        let Some(def) = self.resolve.types.get(id) else { return "?".to_owned() };
        let optional =
            |ty: &Option<Type>| ty.as_ref().map_or_else(|| "_".to_owned(), |ty| self.name(ty));
        match &def.kind {
            TypeDefKind::Record(record) => {
                let fields = record
                    .fields
                    .iter()
                    .map(|field| format!("{}: {}", field.name, self.name(&field.ty)));
                format!("record {{ {} }}", join(fields))
            }
            TypeDefKind::Variant(variant) => {
                let cases = variant
                    .cases
                    .iter()
                    .map(|case| format!("{}({})", case.name, optional(&case.ty)));
                format!("variant {{ {} }}", join(cases))
            }
            TypeDefKind::Enum(all) => {
                format!("enum {{ {} }}", join(all.cases.iter().map(|case| case.name.clone())))
            }
            TypeDefKind::Flags(all) => {
                format!("flags {{ {} }}", join(all.flags.iter().map(|flag| flag.name.clone())))
            }
            TypeDefKind::Tuple(tuple) => {
                format!("tuple<{}>", join(tuple.types.iter().map(|ty| self.name(ty))))
            }
            TypeDefKind::Option(ty) => format!("option<{}>", self.name(ty)),
            TypeDefKind::List(ty) => format!("list<{}>", self.name(ty)),
            TypeDefKind::Result(result) => {
                format!("result<{}, {}>", optional(&result.ok), optional(&result.err))
            }
            TypeDefKind::Type(ty) => format!("= {}", self.name(ty)),
            TypeDefKind::Handle(Handle::Own(id)) => format!("own<{}>", self.name(&Type::Id(*id))),
            TypeDefKind::Handle(Handle::Borrow(id)) => {
                format!("borrow<{}>", self.name(&Type::Id(*id)))
            }
            // The contract has none of the other kinds; two of them are equal when they are written equally.
            other => format!("{other:?}"),
        }
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

fn compare(released: &Contract, present: &Contract, breakages: &mut Vec<Breakage>) {
    let version = released.version();
    let mut broken = |item: String, what: String| {
        breakages.push(Breakage { released: version.clone(), item, what });
    };
    let interfaces = present.interfaces();
    for (name, id) in released.interfaces() {
        let Some(now) = interfaces.get(name) else {
            broken(name.to_owned(), "the interface is gone".to_owned());
            continue;
        };
        let items = present.items(*now);
        for (item, then) in released.items(id) {
            match items.get(&item) {
                None => broken(format!("{name}.{item}"), "it is gone".to_owned()),
                Some(now) if *now != then => {
                    broken(format!("{name}.{item}"), format!("it was `{then}` and is `{now}`"));
                }
                Some(_) => {}
            }
        }
    }
    let worlds = present.worlds();
    for (name, exports) in released.worlds() {
        let Some(now) = worlds.get(name) else {
            broken(format!("world {name}"), "it is gone".to_owned());
            continue;
        };
        for export in exports.iter().filter(|export| !now.contains(export)) {
            broken(format!("world {name}"), format!("it no longer exports `{export}`"));
        }
        // What every component must have can never grow.
        for export in now.iter().filter(|export| name == "minimal" && !exports.contains(export)) {
            broken(
                format!("world {name}"),
                format!("it demands `{export}`, which released components lack"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn wit() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    /// The contract with one text replaced in one file, and what that breaks.
    fn changed(file: &str, from: &str, to: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let released = folder.path().join("released/1.0.0");
        fs::create_dir_all(&released).unwrap();
        for entry in fs::read_dir(wit()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "wit") {
                let name = path.file_name().unwrap();
                fs::copy(&path, released.join(name)).unwrap();
                let text = fs::read_to_string(&path).unwrap();
                let text = if name == file {
                    assert!(text.contains(from), "{file} does not say `{from}`");
                    text.replacen(from, to, 1)
                } else {
                    text
                };
                fs::write(folder.path().join(name), text).unwrap();
            }
        }
        check(folder.path()).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_present_contract_breaks_no_released_component() {
        let breakages = check(&wit()).unwrap();
        assert!(breakages.is_empty(), "{breakages:#?}");
    }

    #[test]
    fn a_new_function_and_other_words_break_nothing() {
        assert!(
            changed("limits.wit", "limits: func()", "more: func() -> u32;\n  limits: func()")
                .is_empty()
        );
        assert!(changed("assess.wit", "/// One rule's verdict.", "/// A verdict.").is_empty());
    }

    #[test]
    fn a_changed_record_variant_or_function_breaks_what_was_built() {
        let broken = changed(
            "types.wit",
            "    code: string,\n    /// The code's display",
            "    code: u32,\n    /// The code's display",
        );
        assert!(broken[0].contains("types.coding"), "{broken:?}");
        let broken = changed("types.wit", "    red,\n", "    red,\n    purple,\n");
        assert!(broken[0].contains("types.severity"), "{broken:?}");
        let broken = changed("assess.wit", "rules: list<string>, %case: case", "%case: case");
        assert!(broken[0].contains("assess.assess"), "{broken:?}");
        let broken =
            changed("limits.wit", "    unit: string,\n", "    unit: string,\n    note: string,\n");
        assert!(broken[0].contains("limits.limit"), "{broken:?}");
    }

    #[test]
    fn a_world_that_demands_more_breaks_what_was_built() {
        let broken = changed("world.wit", "world minimal {", "world minimal {\n  export rules;");
        assert!(broken[0].contains("demands `rules`"), "{broken:?}");
    }
}
