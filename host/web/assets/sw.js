// Keeps an installed app useful without a connection: the form can be opened and filled in, and what was sent is
// kept on the phone and delivered once, later. Only an installed app registers this worker (see gtp.js), so a
// borrowed computer keeps nothing.
//
// What is kept: the files that pages load; two pages without personal data; the citizen's empty form, until they
// log out; and what could not be delivered, until it is. Each form has a key by which the host knows it
// again, so delivering twice records once.
'use strict';

const files = 'files-__VERSION__';
const assets = ['gtp.css', 'gtp.js', 'mark.svg', 'dkfds/dkfds.css', 'dkfds/icons.svg', 'dkfds/check-white.svg',
    'dkfds/chevron-down.svg', 'dkfds/chevron-up.svg', 'dkfds/IBMPlexSans-Regular-Latin1.woff2',
    'dkfds/IBMPlexSans-SemiBold-Latin1.woff2'].map((path) => `/assets/__VERSION__/${path}`);
const form = '/citizen/form';

addEventListener('install', (event) => {
    event.waitUntil(caches.open(files).then((cache) => cache.addAll([...assets, '/offline', '/offline/kept'])));
    skipWaiting();
});

addEventListener('activate', (event) => {
    const old = async () => {
        for (const name of await caches.keys()) {
            if (name.startsWith('files-') && name !== files) await caches.delete(name);
        }
        await clients.claim();
        await deliver();
    };
    event.waitUntil(old());
});

addEventListener('fetch', (event) => {
    const { method, mode, url } = event.request;
    const { origin, pathname } = new URL(url);
    if (origin !== location.origin) return;
    if (method === 'GET' && pathname.startsWith('/assets/')) event.respondWith(file(event.request));
    else if (method === 'GET' && mode === 'navigate') event.respondWith(page(event, pathname));
    else if (method === 'POST' && pathname === form) event.respondWith(send(event));
    else if (method === 'POST' && pathname === '/logout') event.waitUntil(caches.delete('form'));
});

addEventListener('message', (event) => {
    if (event.data === 'deliver') event.waitUntil(deliver());
});
addEventListener('sync', (event) => event.waitUntil(deliver()));

async function file(request) {
    return (await caches.match(request)) ?? fetch(request);
}

async function page(event, pathname) {
    try {
        const answer = await fetch(event.request);
        if (pathname === form && answer.ok && !answer.redirected) event.waitUntil(keepEmpty());
        const receipt = pathname.match(/^\/citizen\/receipt\/(.+)$/);
        if (receipt && answer.ok) await (await caches.open('waiting')).delete(`/waiting/${receipt[1]}`);
        event.waitUntil(deliver());
        return answer;
    } catch {
        const kept = pathname === form ? await caches.match(form, { cacheName: 'form' }) : undefined;
        if (!kept) return caches.match('/offline');
        // The same page twice would be the same form twice: each gets a key of its own.
        const text = (await kept.text()).replace(/(name="key" value=")[^"]*/, `$1${crypto.randomUUID()}`);
        return new Response(text, { headers: kept.headers });
    }
}

// The form as it is before anything is typed.
async function keepEmpty() {
    const empty = await fetch(`${form}?empty=yes`, { headers: { accept: 'text/html' } });
    if (empty.ok && !empty.redirected) await (await caches.open('form')).put(form, empty);
}

// Delivers a form. It is kept until its receipt was seen: the answer to a posted form is a redirect that a worker
// cannot look into, and may lead to the login page.
async function send(event) {
    const body = await event.request.clone().text();
    const place = `/waiting/${new URLSearchParams(body).get('key')}`;
    const waiting = await caches.open('waiting');
    await waiting.put(place, new Response(body));
    try {
        const answer = await fetch(event.request);
        // The page that comes back holds all that was typed.
        if (answer.status === 422) await waiting.delete(place);
        return answer;
    } catch {
        try { await registration.sync?.register('deliver'); } catch { /* Then on the next visit. */ }
        return caches.match('/offline/kept');
    }
}

let delivering;
function deliver() {
    delivering ??= deliverAll().catch(() => {}).finally(() => { delivering = undefined; });
    return delivering;
}

// Delivers what waits, for the citizen who is logged in and for nobody else.
async function deliverAll() {
    const waiting = await caches.open('waiting');
    const keys = await waiting.keys();
    if (keys.length === 0) return;
    const fresh = await fetch(`${form}?empty=yes`, { headers: { accept: 'text/html' } });
    if (!fresh.ok || fresh.redirected) return;
    const text = await fresh.text();
    const hidden = (name) => text.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1];
    for (const key of keys) {
        const body = new URLSearchParams(await (await waiting.match(key)).text());
        if (body.get('for') !== hidden('for')) continue;
        body.set('csrf', hidden('csrf'));
        const answer = await fetch(form, { method: 'POST', body, headers: { accept: 'text/html' } });
        if (answer.redirected && answer.url.includes('/receipt/')) {
            await waiting.delete(key);
            await tell({ delivered: answer.url });
        } else if (answer.status === 422) {
            // Something in it must be mended or confirmed: by a person, not by a worker.
            await tell({ mend: body.toString() });
        }
    }
}

async function tell(message) {
    for (const client of await clients.matchAll()) client.postMessage(message);
}
