//! The Rust code that a file becomes.

use crate::names::{camel, constant, snake};
use gtp_contract::rules::Rule;
use gtp_programme_file::{ProgrammeFile, RuleEntry, placeholders};
use serde::Serialize;
use std::fmt::Write;
use std::path::PathBuf;

const ALLOW: &str =
    "#[allow(dead_code, missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]\n";

/// All of it, as source text.
pub fn code(file: &ProgrammeFile, read: &[PathBuf]) -> Result<String, String> {
    let mut code = String::new();
    component(&mut code, file)?;
    case(&mut code, file);
    say(&mut code, file);
    choices(&mut code, file);
    tests(&mut code, file);
    for path in read {
        // The compiler follows files that it includes, and so cargo builds again when one changes.
        let _ = writeln!(
            code,
            "const _: &[u8] = ::core::include_bytes!({:?});",
            path.display().to_string()
        );
    }
    code.push_str("::gtp_sdk::export!(Component);\n");
    Ok(code)
}

/// The programme itself: descriptions as bytes, and a function for each rule.
fn component(code: &mut String, file: &ProgrammeFile) -> Result<(), String> {
    let rules: Vec<_> = file.rules.iter().map(|entry| &entry.rule).collect();
    let blocks = [
        ("about", "about::Programme", block(&file.about)?),
        ("fields", "::std::vec::Vec<__contract::fields::Field>", block(&file.fields)?),
        ("groups", "::std::vec::Vec<__contract::fields::Group>", block(&file.groups)?),
        (
            "questionnaires",
            "::std::vec::Vec<__contract::questionnaires::Questionnaire>",
            block(&file.questionnaires)?,
        ),
        ("limits", "::std::vec::Vec<__contract::limits::Limit>", block(&file.limits)?),
        ("rules", "::std::vec::Vec<__contract::rules::Rule>", block(&rules)?),
        ("schedule", "::std::vec::Vec<__contract::schedule::Activity>", block(&file.schedule)?),
        ("visibility", "::std::vec::Vec<__contract::visibility::Grant>", block(&file.visibility)?),
        ("scenarios", "::std::vec::Vec<__contract::scenarios::Scenario>", block(&file.scenarios)?),
    ];
    code.push_str("use ::gtp_sdk::contract as __contract;\n");
    let _ = writeln!(
        code,
        "#[doc = {:?}]\n#[derive(Debug)]\npub struct Component;",
        format!("The programme `{}`.", file.about.id)
    );
    code.push_str("impl ::gtp_sdk::Programme for Component {\n");
    for (name, kind, bytes) in blocks {
        let kind = if name == "about" { "__contract::about::Programme" } else { kind };
        let _ = writeln!(
            code,
            "fn {name}() -> {kind} {{ static BLOCK: &[u8] = {bytes}; ::gtp_sdk::embedded::decode(BLOCK) }}"
        );
    }
    let inputs: Vec<Rule> =
        file.rules.iter().map(|entry| gtp_contract::without_texts(&entry.rule)).collect();
    let _ = write!(
        code,
        "fn assess(asked: ::std::vec::Vec<::std::string::String>, case: __contract::assess::Case) -> \
         __contract::assess::Assessment {{\n\
         static BLOCK: &[u8] = {};\n\
         let rules: ::std::vec::Vec<__contract::rules::Rule> = ::gtp_sdk::embedded::decode(BLOCK);\n\
         ::gtp_sdk::embedded::assess(asked, &case, &rules, |rule, view| {{\n\
         let case = &Case(view);\n\
         match rule.id.as_str() {{\n",
        block(&inputs)?
    );
    for plain in file.rules.iter().filter_map(|entry| entry.plain.as_ref()) {
        let _ = writeln!(
            code,
            "{:?} => {{ static BLOCK: &[u8] = {}; ::core::option::Option::Some(\
             ::gtp_sdk::conditions::judge(&::gtp_sdk::embedded::decode(BLOCK), view)) }}",
            plain.rule,
            block(plain)?
        );
    }
    for entry in file.rules.iter().filter(|entry| entry.plain.is_none()) {
        let id = &entry.rule.id;
        let _ = writeln!(code, "{id:?} => ::core::option::Option::Some({}(case)),", snake(id));
    }
    code.push_str("_ => { let _ = case; ::core::option::Option::None } }\n})\n}\n}\n");
    Ok(())
}

/// A value as the literal of its encoded bytes.
fn block<T: Serialize>(value: &T) -> Result<String, String> {
    let bytes =
        postcard::to_allocvec(value).map_err(|error| format!("this cannot be encoded: {error}"))?;
    let mut literal = String::with_capacity(bytes.len() * 2 + 3);
    literal.push_str("b\"");
    for byte in bytes {
        let _ = write!(literal, "{}", std::ascii::escape_default(byte));
    }
    literal.push('"');
    Ok(literal)
}

/// `Case`, with a method for each field, questionnaire and limit.
fn case(code: &mut String, file: &ProgrammeFile) {
    const TAKEN: [&str; 7] = ["now", "today", "age", "sex", "series", "limit", "limits"];
    let mut taken: Vec<String> = TAKEN.iter().map(|name| (*name).to_owned()).collect();
    let mut free = |name: String, suffix: &str| {
        let name = if taken.contains(&name) { format!("{name}_{suffix}") } else { name };
        taken.push(name.clone());
        name
    };
    code.push_str(ALLOW);
    code.push_str(
        "/// One citizen's case, as a rule sees it.\n\
         pub(crate) struct Case<'c>(&'c ::gtp_sdk::View<'c>);\n\
         impl<'c> ::core::ops::Deref for Case<'c> {\n\
         type Target = ::gtp_sdk::View<'c>;\n\
         fn deref(&self) -> &Self::Target { self.0 }\n}\n",
    );
    let mut methods = String::new();
    let mut parts = String::new();
    for field in &file.fields {
        let name = free(snake(&field.id), "field");
        method(&mut methods, &name, &field.id, &first(&field.title));
    }
    for questionnaire in &file.questionnaires {
        let name = free(snake(&questionnaire.id), "answers");
        let kind = format!("{}Answers", camel(&questionnaire.id));
        let _ = writeln!(
            methods,
            "#[doc = {:?}]\npub(crate) fn {name}(&self) -> {kind}<'c> {{ {kind}(self.0) }}",
            first(&questionnaire.title)
        );
        answers(&mut parts, questionnaire, &kind);
    }
    methods.push_str(
        "/// The limits that apply to this citizen now.\n\
         pub(crate) fn limits(&self) -> Limits<'c> { Limits(self.0) }\n",
    );
    let _ = write!(code, "{ALLOW}impl<'c> Case<'c> {{\n{methods}}}\n{parts}");
    let _ = write!(
        code,
        "{ALLOW}pub(crate) struct Limits<'c>(&'c ::gtp_sdk::View<'c>);\n{ALLOW}impl Limits<'_> {{\n"
    );
    for limit in &file.limits {
        let _ = writeln!(
            code,
            "#[doc = {:?}]\npub(crate) fn {}(&self) -> ::core::result::Result<::gtp_sdk::Limit, ::gtp_sdk::NotJudged> \
             {{ self.0.limit({:?}) }}",
            format!("{} ({})", first(&limit.title), limit.unit),
            snake(&limit.id),
            limit.id
        );
    }
    code.push_str("}\n");
}

fn method(code: &mut String, name: &str, series: &str, doc: &str) {
    let _ = writeln!(
        code,
        "#[doc = {doc:?}]\npub(crate) fn {name}(&self) -> ::gtp_sdk::Series {{ self.0.series({series:?}) }}"
    );
}

/// A type with a method for each question and score.
fn answers(
    code: &mut String,
    questionnaire: &gtp_contract::questionnaires::Questionnaire,
    kind: &str,
) {
    use gtp_contract::questionnaires::ItemKind;
    let _ = write!(
        code,
        "{ALLOW}pub(crate) struct {kind}<'c>(&'c ::gtp_sdk::View<'c>);\n{ALLOW}impl {kind}<'_> {{\n"
    );
    for item in &questionnaire.items {
        if matches!(item.kind, ItemKind::Question(_)) {
            method(
                code,
                &snake(&item.id),
                &format!("{}/{}", questionnaire.id, item.id),
                &first(&item.text),
            );
        }
    }
    for score in &questionnaire.scores {
        method(
            code,
            &snake(&score.id),
            &format!("{}/{}", questionnaire.id, score.id),
            &first(&score.title),
        );
    }
    code.push_str("}\n");
}

/// A module for each rule, with what it may say.
fn say(code: &mut String, file: &ProgrammeFile) {
    let _ = write!(code, "{ALLOW}/// What the rules say.\npub(crate) mod say {{\n");
    for entry in &file.rules {
        if entry.messages.is_empty() && entry.advice.is_empty() && entry.figures.is_empty() {
            continue;
        }
        let _ = writeln!(code, "pub(crate) mod {} {{", snake(&entry.rule.id));
        rule_texts(code, entry);
        code.push_str("}\n");
    }
    code.push_str("}\n");
}

fn rule_texts(code: &mut String, entry: &RuleEntry) {
    for message in &entry.messages {
        text_type(code, &message.name, &message.text);
    }
    for advice in &entry.advice {
        let names = text_type(code, &advice.name, &advice.text);
        let (generics, arguments) = generics(&names);
        let _ = writeln!(
            code,
            "impl{generics} ::gtp_sdk::Advise for {}{arguments} {{ fn urgency(&self) -> \
             ::gtp_sdk::contract::assess::Urgency {{ ::gtp_sdk::contract::assess::{} }} }}",
            camel(&advice.name),
            urgency(&advice.urgency)
        );
    }
    for figure in &entry.figures {
        let _ = writeln!(
            code,
            "pub(crate) fn {}(value: impl ::core::convert::Into<::gtp_sdk::Number>) -> ::gtp_sdk::Figure {{\n\
             ::gtp_sdk::Figure::new(::gtp_sdk::fill(&{}, &[]), value.into(), {:?}, {}, {:?}) }}",
            snake(&figure.name),
            template(&figure.title),
            figure.unit,
            figure.decimals,
            figure.limit.as_deref()
        );
    }
}

fn urgency(urgency: &gtp_contract::assess::Urgency) -> &'static str {
    use gtp_contract::assess::Urgency;
    match urgency {
        Urgency::Emergency => "Urgency::Emergency",
        Urgency::Now | Urgency::Other(_) => "Urgency::Now",
        Urgency::Today => "Urgency::Today",
        Urgency::Note => "Urgency::Note",
    }
}

/// A type whose fields are the names in braces of a text.
fn text_type(code: &mut String, name: &str, text: &[(String, String)]) -> Vec<String> {
    let names = text.first().map(|(_, words)| placeholders(words)).unwrap_or_default();
    let kind = camel(name);
    let doc = text.first().map_or("", |(_, words)| words);
    let _ = writeln!(code, "#[doc = {doc:?}]\n#[derive(Clone, Debug)]");
    let (generics, arguments) = generics(&names);
    if names.is_empty() {
        let _ = writeln!(code, "pub(crate) struct {kind};");
    } else {
        let fields: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(n, name)| format!("pub(crate) {}: A{n}", snake(name)))
            .collect();
        let parameters: Vec<String> = (0..names.len()).map(|n| format!("A{n}")).collect();
        let _ = writeln!(
            code,
            "pub(crate) struct {kind}<{}> {{ {} }}",
            parameters.join(", "),
            fields.join(", ")
        );
    }
    let parts: Vec<String> = names
        .iter()
        .map(|name| {
            format!(
                "({name:?}, ::core::convert::Into::into(::core::clone::Clone::clone(&self.{})))",
                snake(name)
            )
        })
        .collect();
    let _ = writeln!(
        code,
        "impl{generics} ::gtp_sdk::Say for {kind}{arguments} {{ fn say(&self) -> ::gtp_sdk::Text {{ \
         ::gtp_sdk::fill(&{}, &[{}]) }} }}",
        template(text),
        parts.join(", ")
    );
    names
}

/// `<A0: Into<Part> + Clone>` and `<A0>`, or nothing.
fn generics(names: &[String]) -> (String, String) {
    if names.is_empty() {
        return (String::new(), String::new());
    }
    let bounded: Vec<String> = (0..names.len())
        .map(|n| format!("A{n}: ::core::clone::Clone + ::core::convert::Into<::gtp_sdk::Part>"))
        .collect();
    let plain: Vec<String> = (0..names.len()).map(|n| format!("A{n}")).collect();
    (format!("<{}>", bounded.join(", ")), format!("<{}>", plain.join(", ")))
}

fn template(text: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        text.iter().map(|(language, words)| format!("({language:?}, {words:?})")).collect();
    format!("[{}]", pairs.join(", "))
}

/// A constant for each choice, so that rules name `choice::urine_protein::PLUS_2` and not 2.
fn choices(code: &mut String, file: &ProgrammeFile) {
    use gtp_contract::questionnaires::ItemKind;
    use gtp_contract::types::Kind;
    let _ =
        write!(code, "{ALLOW}/// The numbers that stand for choices.\npub(crate) mod choice {{\n");
    for field in &file.fields {
        match &field.kind {
            Kind::Choice(choices) => constants(code, &field.id, choices),
            Kind::Quantity(quantity) if !quantity.coded.is_empty() => {
                constants(code, &field.id, &quantity.coded)
            }
            _ => {}
        }
    }
    for questionnaire in &file.questionnaires {
        let taken = file.fields.iter().any(|field| {
            field.id == questionnaire.id
                && matches!(field.kind, Kind::Choice(_) | Kind::Quantity(_))
        });
        let name =
            if taken { format!("{}-answers", questionnaire.id) } else { questionnaire.id.clone() };
        let _ = writeln!(code, "pub(crate) mod {} {{", snake(&name));
        for item in &questionnaire.items {
            if let ItemKind::Question(Kind::Choice(choices)) = &item.kind {
                constants(code, &item.id, choices);
            }
        }
        code.push_str("}\n");
    }
    code.push_str("}\n");
}

fn constants(code: &mut String, id: &str, choices: &[gtp_contract::types::Choice]) {
    let _ = writeln!(code, "pub(crate) mod {} {{", snake(id));
    for choice in choices {
        let _ = writeln!(
            code,
            "#[doc = {:?}]\npub(crate) const {}: ::gtp_sdk::Number = ::gtp_sdk::Number::new({:?});",
            first(&choice.title),
            constant(&choice.code),
            choice.value
        );
    }
    code.push_str("}\n");
}

/// A test for each scenario.
fn tests(code: &mut String, file: &ProgrammeFile) {
    code.push_str("#[cfg(all(test, not(target_arch = \"wasm32\")))]\nmod scenarios {\n");
    for scenario in &file.scenarios {
        let _ = writeln!(
            code,
            "#[test]\nfn {}() {{ ::gtp_sdk::testing::scenario::<super::Component>({:?}); }}",
            snake(&scenario.id),
            scenario.id
        );
    }
    code.push_str("}\n");
}

fn first(text: &[(String, String)]) -> String {
    text.first().map_or_else(String::new, |(_, words)| words.clone())
}
