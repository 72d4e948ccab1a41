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
    // What is typed is kept by the host as it goes, so that a reload or a closed window loses nothing.
    let waiting = 0;
    const keep = () => {
        clearTimeout(waiting);
        waiting = 0;
        if (form.dataset.sent) return;
        const body = new URLSearchParams(new FormData(form));
        fetch(`${form.getAttribute('action')}/draft`, { method: 'POST', body, keepalive: true, redirect: 'error' })
            .then((answer) => { if (answer.ok) form.dataset.kept = 'yes'; }, () => {});
    };
    form.addEventListener('input', () => {
        delete form.dataset.kept;
        clearTimeout(waiting);
        waiting = setTimeout(keep, 800);
    });
    addEventListener('pagehide', () => { if (waiting) keep(); });
}

// Sent once, however often the button is pressed.
for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener('submit', (event) => {
        if (form.dataset.sent) event.preventDefault();
        form.dataset.sent = 'yes';
    });
}
addEventListener('pageshow', () => {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});

// A list that lives: the host tells when it changed (server-sent events), and it is looked at again; without
// events, every half minute while the page is seen. What has the focus keeps it. After 20 minutes without a key or
// a move nobody is there: looking on would keep the session of an empty chair alive.
const live = document.querySelector('[data-live]');
if (live) {
    let moved = Date.now();
    let soon = 0;
    let told = null;
    const idle = () => Date.now() - moved > 20 * 60000;
    const look = async () => {
        soon = 0;
        if (idle() || document.hidden) return;
        try {
            const answer = await fetch(location.href, { headers: { accept: 'text/html' }, redirect: 'error' });
            if (!answer.ok) return;
            const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
            const fresh = page.querySelector('[data-live]');
            if (!fresh || fresh.innerHTML === live.innerHTML) return;
            const focus = live.contains(document.activeElement) ? document.activeElement : null;
            const href = focus?.closest('.work')?.querySelector('.work-citizen a')?.getAttribute('href');
            live.replaceChildren(...fresh.childNodes);
            if (focus) {
                const same = [...live.querySelectorAll('.work-citizen a')].find((link) => link.getAttribute('href') === href);
                (same ?? live.querySelector('.work-citizen a') ?? document.getElementById('main-content')).focus();
            }
        } catch { /* No connection: the list stays as it was. */ }
    };
    const listen = () => {
        if (told || !live.dataset.live.startsWith('/')) return;
        told = new EventSource(live.dataset.live);
        // Several alerts of one submission are one look.
        told.addEventListener('changed', () => { soon ||= setTimeout(look, 250); });
        told.addEventListener('open', () => { live.dataset.told = 'yes'; });
        told.addEventListener('error', () => {
            delete live.dataset.told;
            if (told.readyState === EventSource.CLOSED) told = null;
        });
    };
    const hangUp = () => {
        told?.close();
        told = null;
        delete live.dataset.told;
    };
    for (const sign of ['keydown', 'pointermove', 'pointerdown']) {
        addEventListener(sign, () => {
            moved = Date.now();
            listen();
        });
    }
    document.addEventListener('visibilitychange', () => {
        if (document.hidden) return;
        listen();
        look();
    });
    addEventListener('pagehide', hangUp);
    addEventListener('pageshow', listen);
    setInterval(() => {
        if (idle()) hangUp();
        else if (!live.dataset.told) look();
    }, 30000);
    listen();
}

// The worklist by keyboard, while the list or the page below its head has the focus: to the next and the previous
// alert, to the citizen, and taking it. Enter opens it as every link.
if (live) {
    document.addEventListener('keydown', (event) => {
        const here = document.activeElement;
        const inside = here === document.getElementById('main-content') || live.contains(here);
        if (!inside || event.ctrlKey || event.altKey || event.metaKey) return;
        const works = [...live.querySelectorAll('.work')];
        const at = works.indexOf(here.closest('.work'));
        const go = (to) => works[Math.min(Math.max(to, 0), works.length - 1)]?.querySelector('.work-citizen a').focus();
        const keys = {
            j: () => go(at + 1),
            ArrowDown: () => go(at + 1),
            k: () => go(at - 1),
            ArrowUp: () => go(at - 1),
            r: () => works[at]?.querySelector('.work-record').click(),
            t: () => works[at]?.querySelector('.work-take button')?.click(),
        };
        const press = keys[event.key];
        if (!press || works.length === 0) return;
        press();
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
