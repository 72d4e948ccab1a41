// What makes pages nicer. None of it is needed: every page works without.
'use strict';

// A question with a condition is shown once its condition holds. Without this script all questions are
// shown, each with its condition in words.
for (const form of document.querySelectorAll('form[data-form]')) {
    const questions = [...form.querySelectorAll('[data-when]')];
    const value = (name) => {
        const control = form.elements.namedItem(name);
        return control && typeof control.value === 'string' ? control.value.trim() : '';
    };
    const holds = (condition) => {
        const given = value(condition.name);
        if (given === '') return false;
        if (condition.values) return condition.values.includes(given);
        const number = Number(given.replace(',', '.'));
        return (condition.least === null || number >= condition.least)
            && (condition.most === null || number <= condition.most);
    };
    const update = () => {
        for (const question of questions) {
            const when = JSON.parse(question.dataset.when);
            const shown = when.any ? when.of.some(holds) : when.of.every(holds);
            question.hidden = !shown;
            // A hidden control is not posted, and does not count for later conditions.
            for (const control of question.querySelectorAll('input, select, textarea')) {
                control.disabled = !shown;
            }
        }
    };
    if (questions.length > 0) {
        form.addEventListener('input', update);
        update();
    }
    // Sent once, however often the button is pressed.
    form.addEventListener('submit', (event) => {
        if (form.dataset.sent) event.preventDefault();
        form.dataset.sent = 'yes';
    });
}
addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});

// The worklist by keyboard: j and k to the next and the previous alert, Enter opens it as every link.
const worklist = document.querySelector('[data-worklist]');
if (worklist) {
    document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, textarea, select')) return;
        const step = { j: 1, k: -1 }[event.key];
        if (!step) return;
        const links = [...worklist.querySelectorAll('.work-citizen a')];
        const here = links.indexOf(document.activeElement?.closest('.work')?.querySelector('.work-citizen a'));
        const next = links[here < 0 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1)];
        next?.focus();
        event.preventDefault();
    });
}

document.querySelector('[autofocus]')?.focus();
