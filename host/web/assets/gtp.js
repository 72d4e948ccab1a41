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

// A list that lives: looked at again every half minute while the page is seen, and changed only where something
// changed and nobody is in the middle of it. After 20 minutes without a key or a move nobody is there: looking on
// would keep the session of an empty chair alive.
const live = document.querySelector('[data-live]');
if (live) {
    let moved = Date.now();
    for (const sign of ['keydown', 'pointermove', 'pointerdown']) addEventListener(sign, () => { moved = Date.now(); });
    setInterval(async () => {
        if (Date.now() - moved > 20 * 60000) return;
        if (document.hidden || live.contains(document.activeElement)) return;
        try {
            const answer = await fetch(location.href, { headers: { accept: 'text/html' }, redirect: 'error' });
            if (!answer.ok) return;
            const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
            const fresh = page.querySelector('[data-live]');
            if (fresh && fresh.innerHTML !== live.innerHTML && !live.contains(document.activeElement)) {
                live.replaceChildren(...fresh.childNodes);
            }
        } catch { /* No connection: the list stays as it was. */ }
    }, 30000);
}

// The worklist by keyboard: j and k to the next and the previous alert, Enter opens it as every link.
if (live) {
    document.addEventListener('keydown', (event) => {
        if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, textarea, select')) return;
        const step = { j: 1, k: -1 }[event.key];
        if (!step) return;
        const links = [...live.querySelectorAll('.work-citizen a')];
        const here = links.indexOf(document.activeElement?.closest('.work')?.querySelector('.work-citizen a'));
        const next = links[here < 0 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1)];
        next?.focus();
        event.preventDefault();
    });
}

// An installed app works without a connection. A browser's tab keeps nothing on the machine.
if ('serviceWorker' in navigator && matchMedia('(display-mode: standalone)').matches) {
    const worker = navigator.serviceWorker;
    worker.register('/sw.js');
    const deliver = () => worker.ready.then((ready) => ready.active.postMessage('deliver'));
    addEventListener('online', deliver);
    addEventListener('load', deliver);
    worker.addEventListener('message', ({ data }) => {
        if (data.delivered) {
            const note = document.getElementById('delivered');
            note.querySelector('a').href = data.delivered;
            note.hidden = false;
        }
        if (data.mend) {
            const form = document.getElementById('mend');
            for (const own of form.querySelectorAll('input')) own.remove();
            for (const [name, value] of new URLSearchParams(data.mend)) {
                form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
            }
            form.hidden = false;
        }
    });
    // A form that was kept for a while is about now, not about when it was made.
    const form = document.querySelector('form[data-form]');
    const opened = form?.elements.namedItem('opened-at');
    if (opened && Date.now() - Date.parse(opened.value) > 120000 && !document.getElementById('errors')) {
        const now = new Date();
        const two = (number) => String(number).padStart(2, '0');
        const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
        const time = `${two(now.getHours())}:${two(now.getMinutes())}`;
        form.elements.namedItem('date').value = date;
        form.elements.namedItem('time').value = time;
        form.elements.namedItem('opened').value = `${date}T${time}`;
        opened.value = now.toISOString();
    }
}
