// Makes ../dkfds from the npm package dkfds: a style sheet of the parts named in dkfds.scss, the icons named
// below as one sprite, the pictures that the style sheet refers to, and two fonts.
//
//   cd host/web/assets/build && npm ci && npm run build
//
// What it writes is committed, so that building the host needs no node.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { compile } from 'sass';

const source = 'node_modules/dkfds';
const target = '../dkfds';

const icons = [
    'arrow-back', 'assignment', 'calendar-month', 'check', 'chevron-right', 'close', 'edit', 'error', 'flag',
    'help', 'home', 'hourglass', 'info', 'language', 'lock', 'notifications', 'open-in-new', 'person', 'persons',
    'plus', 'print', 'science', 'success', 'summary', 'time', 'warning',
];
const fonts = ['Regular', 'SemiBold'];

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });

const { css } = compile('dkfds.scss', {
    style: 'compressed',
    loadPaths: [`${source}/src/stylesheets`],
    quietDeps: true,
    silenceDeprecations: ['import', 'global-builtin'],
});
// Old browsers' formats are left out: one picture, one format.
writeFileSync(`${target}/dkfds.css`, css);

const pictures = new Set([...css.matchAll(/url\("?([^)"]+)"?\)/g)].map(([, file]) => file));
for (const file of pictures) {
    if (file.startsWith('data:')) continue;
    cpSync(`${source}/src/img/svg-icons/${file}`, `${target}/${file}`);
}

const symbols = icons.map((name) => {
    const svg = readFileSync(`${source}/src/img/svg-icons/${name}.svg`, 'utf8');
    const box = svg.match(/viewBox="([^"]+)"/)[1];
    const drawing = svg.replace(/<\?xml[^>]*>/, '').replace(/<svg[^>]*>/, '').replace(/<\/svg>/, '').trim();
    return `<symbol id="${name}" viewBox="${box}">${drawing}</symbol>`;
});
writeFileSync(`${target}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`);

for (const weight of fonts) {
    const file = `IBMPlexSans-${weight}-Latin1.woff2`;
    cpSync(`${source}/src/fonts/IBMPlexSans/split/woff2/${file}`, `${target}/${file}`);
}
cpSync(`${source}/src/fonts/IBMPlexSans/split/woff2/license.txt`, `${target}/FONT-LICENSE.txt`);
cpSync(`${source}/LICENSE.md`, `${target}/LICENSE.md`);

const { version } = JSON.parse(readFileSync(`${source}/package.json`, 'utf8'));
writeFileSync(
    `${target}/README.md`,
    `# Det Fælles Designsystem ${version}

From the npm package \`dkfds\` ${version}, by \`../build\`; do not edit by hand. Terms: LICENSE.md (MIT; icons
Apache-2.0) and FONT-LICENSE.txt (IBM Plex Sans, SIL Open Font License 1.1; the files are the package's own
Latin-1 cuts, unchanged).
`,
);
console.log([...pictures].join(' '));
