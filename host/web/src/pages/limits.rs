//! The limits of one enrolment: which value applies and why, and setting one with a reason.
//!
//! Every layer is shown, the deciding one first, so that "why 88 %?" has its answer on the page: who set it, when,
//! why and until when. A limit is set as a value or as a distance from what is usual for the citizen.

use super::alert::layer;
use super::fields::{self, Control, Field, FieldsForm};
use super::form::Posted;
use super::frame::{Frame, Visitor, Words};
use super::mending::mended;
use super::render;
use crate::problem::{Kind as ProblemKind, Problem};
use crate::text::plain::{self, TITLE};
use crate::text::{self, number, range_in_words, unit_in_words};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{Fault, LayerWhy, LimitWhy, NewLimit, Once, Why};
use gtp_model::programme::{Kind, Limit, Programme};
use gtp_model::{Enrolment, EnrolmentId, FieldId, LimitId, LimitLayer, Relative, Role};

/// The longest reason, in characters.
const LONGEST: usize = 500;

#[derive(Template)]
#[template(path = "limits.html")]
struct LimitsPage {
    frame: Frame,
    about: About,
    limits: Vec<LimitView>,
    may_set: bool,
}

/// Whose limits these are.
struct About {
    citizen: String,
    citizen_href: String,
    programme: String,
    href: String,
}

/// A limit, with what each layer says of it.
struct LimitView {
    id: String,
    title: String,
    field: String,
    help: String,
    value: String,
    set: bool,
    deciding: LayerView,
    others: Vec<LayerView>,
    href: String,
    rules: String,
}

/// What one layer says.
struct LayerView {
    layer: String,
    value: String,
    /// Where it follows from what is usual for the citizen.
    relative: String,
    who: String,
    reason: String,
    until: String,
}

/// `GET /enrolments/{id}/limits`
pub async fn page(visitor: Visitor, Path(id): Path<EnrolmentId>) -> Result<Response, Problem> {
    let care = &visitor.state.care;
    let enrolment = care.enrolment(visitor.actor(), id)?.enrolment;
    let limits = care.limits_of(visitor.actor(), &enrolment)?;
    let about = about(&visitor, &enrolment).await?;
    let words = visitor.words();
    let loaded = care.programme(&enrolment.programme);
    let programme = loaded.as_ref().map(|own| &own.definition);
    let title = words.t_with("limits-title", &[("programme", (&about.programme).into())]);
    let page = LimitsPage {
        frame: visitor.frame(title),
        limits: limits.iter().map(|own| limit_view(own, id, programme, words)).collect(),
        may_set: visitor.actor().role == Role::Clinician,
        about,
    };
    Ok(render(&page))
}

async fn about(visitor: &Visitor, enrolment: &Enrolment) -> Result<About, Problem> {
    let (care, why) = (&visitor.state.care, Why::through("page"));
    let citizen = care.citizen(visitor.actor(), enrolment.citizen, "limits", &why).await?;
    let loaded = care.programme(&enrolment.programme);
    Ok(About {
        citizen: plain::line(&citizen.name, TITLE),
        citizen_href: format!("/citizens/{}", enrolment.citizen),
        programme: loaded.map_or_else(
            || enrolment.programme.to_string(),
            |own| visitor.words().title(&own.definition.about.title),
        ),
        href: format!("/enrolments/{}/limits", enrolment.id),
    })
}

fn limit_view(
    why: &LimitWhy,
    enrolment: EnrolmentId,
    programme: Option<&Programme>,
    words: Words<'_>,
) -> LimitView {
    let limit = &why.limit;
    let mut layers = why.layers.iter().map(|own| layer_view(own, limit, programme, words));
    let none = || LayerView {
        layer: String::new(),
        value: String::new(),
        relative: String::new(),
        who: String::new(),
        reason: String::new(),
        until: String::new(),
    };
    let field = limit.field.as_ref().and_then(|id| programme?.field(id));
    let rules = programme.into_iter().flat_map(|own| &own.rules);
    let rules = rules.filter(|rule| rule.limits.contains(&limit.id));
    LimitView {
        id: limit.id.to_string(),
        title: words.title(&limit.title),
        field: field.map_or_else(String::new, |field| words.title(&field.title)),
        help: words.paragraph(&limit.help),
        value: value_in_words(why.value, limit, words),
        set: why.value.is_some(),
        deciding: layers.next().unwrap_or_else(none),
        others: layers.collect(),
        href: format!("/enrolments/{enrolment}/limits/{}", limit.id),
        rules: rules.map(|rule| words.title(&rule.title)).collect::<Vec<_>>().join(", "),
    }
}

fn value_in_words(value: Option<f64>, limit: &Limit, words: Words<'_>) -> String {
    let unit = unit_in_words(words.language, &limit.unit);
    value.map_or_else(
        || words.t("limit-not-set"),
        |value| format!("{} {unit}", words.number(value, limit.decimals)).trim_end().to_owned(),
    )
}

fn layer_view(
    own: &LayerWhy,
    limit: &Limit,
    programme: Option<&Programme>,
    words: Words<'_>,
) -> LayerView {
    let relative = own.relative.as_ref().map(|relative| {
        let field = programme.and_then(|programme| programme.field(&relative.field));
        let title =
            field.map_or_else(|| relative.field.to_string(), |field| words.title(&field.title));
        let offset = words.number(relative.offset, limit.decimals);
        let offset = if relative.offset > 0.0 { format!("+{offset}") } else { offset };
        let blanks = [
            ("offset", offset.into()),
            ("field", title.into()),
            ("usual", value_in_words(own.baseline, limit, words).into()),
        ];
        words.t_with("limits-relative", &blanks)
    });
    let who = own.by.as_ref().zip(own.at).map(|(by, at)| {
        let blanks = [("who", words.who(by).into()), ("when", words.brief(at).words.into())];
        words.t_with("limits-who", &blanks)
    });
    let until = own
        .until
        .map(|until| words.t_with("limits-until", &[("until", words.full(until).words.into())]));
    LayerView {
        layer: layer(Some(own.layer), words),
        value: value_in_words(own.value, limit, words),
        relative: relative.unwrap_or_default(),
        who: who.unwrap_or_default(),
        reason: plain::line(&own.reason, LONGEST),
        until: until.unwrap_or_default(),
    }
}

#[derive(Template)]
#[template(path = "limit.html")]
struct LimitPage {
    frame: Frame,
    about: About,
    limit: LimitView,
    bounds: String,
    form: FieldsForm,
    /// Says what is usual for the citizen, where a limit can follow from that.
    usual: Option<FieldsForm>,
    usual_is: String,
    /// Takes back what was set for this citizen.
    back: Option<FieldsForm>,
}

/// What is asked about one limit.
struct Asked {
    enrolment: Enrolment,
    why: LimitWhy,
}

fn asked(visitor: &Visitor, id: EnrolmentId, limit: &LimitId) -> Result<Asked, Problem> {
    let care = &visitor.state.care;
    let enrolment = care.enrolment(visitor.actor(), id)?.enrolment;
    let limits = care.limits_of(visitor.actor(), &enrolment)?;
    let why = limits.into_iter().find(|own| own.limit.id == *limit);
    Ok(Asked { enrolment, why: why.ok_or(Problem::new(ProblemKind::NotFound))? })
}

/// `GET /enrolments/{id}/limits/{limit}`
pub async fn one(
    visitor: Visitor,
    Path((id, limit)): Path<(EnrolmentId, LimitId)>,
) -> Result<Response, Problem> {
    let asked = asked(&visitor, id, &limit)?;
    let forms = Forms::of(&visitor, &asked);
    show(&visitor, &asked, forms, StatusCode::OK).await
}

/// `POST /enrolments/{id}/limits/{limit}`
pub async fn set(
    visitor: Visitor,
    Path((id, limit)): Path<(EnrolmentId, LimitId)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let asked = asked(&visitor, id, &limit)?;
    let (care, language) = (&visitor.state.care, visitor.language);
    let mut forms = Forms::of(&visitor, &asked);
    let mut form = forms.set.filled(&posted);
    let value = typed(&posted, "value");
    let offset = typed(&posted, "offset");
    for (name, given) in [("value", &value), ("offset", &offset)] {
        if given.is_err() {
            form = form.fault(name, text::t(language, "limits-not-a-number"));
        }
    }
    // Until a day means to the end of it.
    let until = match posted.get("until") {
        "" => Ok(None),
        day => fields::moment(day, "23:59", care.calendar()),
    };
    if until.is_err() {
        form = form.fault("until", text::t(language, "enrol-no-date"));
    }
    if let (Ok(value), Ok(offset), Ok(until)) = (value, offset, until) {
        let field = asked.why.limit.field.clone();
        let relative = offset.zip(field).map(|(offset, field)| Relative { field, offset });
        if value.is_none() && relative.is_none() {
            form = form.fault("value", text::fault_text(language, &Fault::Empty));
        } else {
            let reason = posted.get("reason").to_owned();
            let (new, key) = (NewLimit { value, relative, reason, until }, fields::key(&posted));
            let once = Once::under(key.as_ref());
            match care.set_limit(visitor.actor(), id, &limit, new, once).await {
                Ok(_) => return Ok(to_list(id, &limit)),
                Err(refused) => form = mended(form, language, refused, place)?,
            }
        }
    }
    forms.set = form;
    show(&visitor, &asked, forms, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// `POST /enrolments/{id}/limits/{limit}/back`: what was set for the citizen holds no longer.
pub async fn take_back(
    visitor: Visitor,
    Path((id, limit)): Path<(EnrolmentId, LimitId)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let asked = asked(&visitor, id, &limit)?;
    let mut forms = Forms::of(&visitor, &asked);
    let new = NewLimit { reason: posted.get("reason").to_owned(), ..NewLimit::default() };
    let key = fields::key(&posted);
    let care = &visitor.state.care;
    match care.set_limit(visitor.actor(), id, &limit, new, Once::under(key.as_ref())).await {
        Ok(_) => Ok(to_list(id, &limit)),
        Err(refused) => {
            let form = back_form(&visitor, &asked).filled(&posted);
            forms.back = Some(mended(form, visitor.language, refused, place)?);
            show(&visitor, &asked, forms, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// `POST /enrolments/{id}/limits/{limit}/usual`: what is usual for the citizen.
pub async fn usual(
    visitor: Visitor,
    Path((id, limit)): Path<(EnrolmentId, LimitId)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let asked = asked(&visitor, id, &limit)?;
    let field = asked.why.limit.field.clone().ok_or(Problem::new(ProblemKind::NotFound))?;
    let mut forms = Forms::of(&visitor, &asked);
    let mut form = usual_form(&visitor, &asked).filled(&posted);
    match typed(&posted, "usual") {
        Ok(Some(value)) => {
            let (citizen, reason) = (asked.enrolment.citizen, posted.get("reason"));
            let key = fields::key(&posted);
            let once = Once::under(key.as_ref());
            let care = &visitor.state.care;
            let actor = visitor.actor();
            match care.set_baseline(actor, citizen, &field, Some(value), reason, once).await {
                Ok(_) => {
                    return Ok(
                        Redirect::to(&format!("/enrolments/{id}/limits/{limit}")).into_response()
                    );
                }
                Err(refused) => form = mended(form, visitor.language, refused, usual_place)?,
            }
        }
        Ok(None) => form = form.fault("usual", text::fault_text(visitor.language, &Fault::Empty)),
        Err(()) => {
            form = form.fault("usual", text::t(visitor.language, "limits-not-a-number"));
        }
    }
    forms.usual = Some(form);
    show(&visitor, &asked, forms, StatusCode::UNPROCESSABLE_ENTITY).await
}

fn to_list(id: EnrolmentId, limit: &LimitId) -> Response {
    Redirect::to(&format!("/enrolments/{id}/limits#{limit}")).into_response()
}

/// The number in a control; none where it is empty.
fn typed(posted: &Posted, name: &str) -> Result<Option<f64>, ()> {
    match posted.get(name) {
        "" => Ok(None),
        text => number::parse(text.trim_start_matches('+')).map(Some).ok_or(()),
    }
}

fn place(pointer: &str) -> &'static str {
    match pointer {
        "/value" => "value",
        "/relative" | "/relative/offset" | "/relative/field" => "offset",
        "/reason" => "reason",
        "/until" => "until",
        _ => "",
    }
}

fn usual_place(pointer: &str) -> &'static str {
    match pointer {
        "/value" => "usual",
        "/reason" => "reason",
        _ => "",
    }
}

/// The forms of one limit.
struct Forms {
    set: FieldsForm,
    usual: Option<FieldsForm>,
    back: Option<FieldsForm>,
}

impl Forms {
    fn of(visitor: &Visitor, asked: &Asked) -> Self {
        let relative = quantity_field(visitor, asked).is_some();
        let own = asked.why.layers.iter().any(|layer| layer.layer == LimitLayer::Citizen);
        Self {
            set: set_form(visitor, asked, relative),
            usual: relative.then(|| usual_form(visitor, asked)),
            back: own.then(|| back_form(visitor, asked)),
        }
    }
}

/// The measured quantity that the limit is on, with its title.
fn quantity_field(visitor: &Visitor, asked: &Asked) -> Option<(FieldId, String)> {
    let loaded = visitor.state.care.programme(&asked.enrolment.programme)?;
    let field = loaded.definition.field(asked.why.limit.field.as_ref()?)?;
    matches!(field.kind, Kind::Quantity(_))
        .then(|| (field.id.clone(), visitor.words().title(&field.title)))
}

fn address(asked: &Asked, more: &str) -> String {
    format!("/enrolments/{}/limits/{}{more}", asked.enrolment.id, asked.why.limit.id)
}

fn set_form(visitor: &Visitor, asked: &Asked, relative: bool) -> FieldsForm {
    let words = visitor.words();
    let unit = unit_in_words(words.language, &asked.why.limit.unit);
    let number = || Control::Number { value: String::new(), unit: unit.clone() };
    let mut form = FieldsForm::new(visitor, "set", address(asked, ""), "limits-set-send")
        .asking(Field::new("value", words.t("limits-value"), number()));
    if relative {
        form = form.asking(
            Field::new("offset", words.t("limits-offset"), number())
                .hint(words.t("limits-offset-hint"))
                .optional(),
        );
    }
    form.asking(Field::line("reason", words.t("reason-why"), LONGEST)).asking(
        Field::date("until", words.t("limits-until-label"))
            .hint(words.t("limits-until-hint"))
            .optional(),
    )
}

fn usual_form(visitor: &Visitor, asked: &Asked) -> FieldsForm {
    let words = visitor.words();
    let unit = unit_in_words(words.language, &asked.why.limit.unit);
    let number = Control::Number { value: String::new(), unit };
    FieldsForm::new(visitor, "usual", address(asked, "/usual"), "limits-usual-send")
        .secondary()
        .asking(Field::new("usual", words.t("limits-usual-value"), number))
        .asking(Field::line("reason", words.t("reason-why"), LONGEST))
}

fn back_form(visitor: &Visitor, asked: &Asked) -> FieldsForm {
    FieldsForm::new(visitor, "back", address(asked, "/back"), "limits-back-send")
        .secondary()
        .asking(Field::line("reason", visitor.words().t("reason-why"), LONGEST))
}

async fn show(
    visitor: &Visitor,
    asked: &Asked,
    forms: Forms,
    status: StatusCode,
) -> Result<Response, Problem> {
    let (care, words) = (&visitor.state.care, visitor.words());
    let Asked { enrolment, why } = asked;
    let loaded = care.programme(&enrolment.programme);
    let programme = loaded.as_ref().map(|own| &own.definition);
    let limit = limit_view(why, enrolment.id, programme, words);
    let usual = why.limit.field.as_ref().map(|field| {
        let known = care.baselines(visitor.actor(), enrolment.citizen)?;
        let known = known.into_iter().rfind(|row| row.baseline.field == *field);
        Ok::<_, Problem>(known.and_then(|row| {
            let value = value_in_words(Some(row.baseline.value?), &why.limit, words);
            let blanks = [
                ("value", value.into()),
                ("who", words.who(&row.by).into()),
                ("when", words.brief(row.at).words.into()),
                ("reason", plain::line(&row.baseline.reason, LONGEST).into()),
            ];
            Some(words.t_with("limits-usual-is", &blanks))
        }))
    });
    let usual_is = usual.transpose()?.flatten();
    let unit = unit_in_words(words.language, &why.limit.unit);
    let page = LimitPage {
        frame: visitor.frame(words.t_with("limit-title", &[("limit", (&limit.title).into())])),
        about: about(visitor, enrolment).await?,
        limit,
        bounds: range_in_words(words.language, &why.limit.bounds, why.limit.decimals, &unit),
        form: forms.set,
        usual: forms.usual,
        usual_is: usual_is.unwrap_or_else(|| words.t("limits-usual-unknown")),
        back: forms.back,
    };
    Ok((status, render(&page)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(text: &str) -> Result<Option<f64>, ()> {
        typed(&Posted::new(vec![("value".to_owned(), text.to_owned())]), "value")
    }

    #[test]
    fn a_distance_may_be_typed_with_its_sign_and_a_comma() {
        assert_eq!(given("+2,5"), Ok(Some(2.5)));
        assert_eq!(given("-2"), Ok(Some(-2.0)));
        assert_eq!(given(" "), Ok(None));
        assert_eq!(given("88 %"), Err(()));
    }
}
