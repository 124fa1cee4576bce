import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ejs from 'ejs';
import { icon, loadAssets } from '../../src/platform/assets';
import { formatOf, LANGUAGES, type Language, translatorOf } from '../../src/platform/i18n';
import { DIST, ROOT, VIEWS } from '../../src/platform/paths';
import { initialsOf } from '../../src/shared/text';

const components = readdirSync(path.join(VIEWS, 'components'))
  .filter((file) => file.endsWith('.ejs'))
  .map((file) => path.parse(file).name);
const source = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const all = (folder: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ejs'))
    .map((file) => path.join(folder, file));

function render(name: string, locals: object, language: Language = 'en'): string {
  const file = path.join(VIEWS, `${name}.ejs`);
  return ejs.render(
    readFileSync(file, 'utf8'),
    {
      t: translatorOf(language),
      fmt: formatOf(language, 'Asia/Singapore'),
      lang: language,
      icon,
      initials: initialsOf,
      csrfField: () => '<input type="hidden" name="_csrf" value="token">',
      ...locals,
    },
    { filename: file, root: VIEWS, views: [VIEWS] },
  );
}
const component = (name: string, props: object, language: Language = 'en') =>
  render(`components/${name}`, { props }, language);

describe('every component', () => {
  const included = new Set(
    [...all('tests/look/pages'), ...all('views/layouts'), ...all('views/components')].flatMap(
      (file) => [...source(file).matchAll(/'\/components\/([a-z-]+)'/g)].map((match) => match[1]),
    ),
  );

  test.each(components)('%s is on a page that the browser tests read', (name) => {
    expect(included.has(name)).toBe(true);
  });

  test.each(components)('%s says at its top what its props are', (name) => {
    const text = source(`views/components/${name}.ejs`);
    const head = /^<%#([\s\S]*?)%>/.exec(text)?.[1] ?? '';
    const used = new Set([...text.matchAll(/\bprops\.([a-zA-Z]+)/g)].map((match) => match[1]));
    const names = new Set([...head.matchAll(/[a-zA-Z]+/g)].map((match) => match[0]));
    expect([...used].filter((prop) => !names.has(prop ?? ''))).toEqual([]);
  });

  test('is included with props, so that nothing of the page slips in', () => {
    const frameOnly = /logo|preferences|account-menu|acting|footer|toasts/;
    const wrong = all('views')
      .concat(all('tests/look/pages'))
      .flatMap((file) =>
        [...source(file).matchAll(/include\('\/components\/([a-z-]+)'([^\n]*)/g)]
          .filter(
            ([, name = '', rest = '']) => !frameOnly.test(name) && !/^, \{ props\b/.test(rest),
          )
          .map(([text]) => `${file}: ${text}`),
      );
    expect(wrong).toEqual([]);
  });
});

test('views and the style sheet speak of the same classes', () => {
  const files = (folder: string, ending: string): string[] =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith(ending))
      .map((file) => source(path.join(folder, file)));
  const classes = (texts: string[], pattern: RegExp) =>
    new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')));
  const defined = classes(files('src/client', '.css'), /\.(k-[\w-]+)/g);
  const used = classes(
    [...files('views', '.ejs'), ...files('views', '.md'), ...files('src', '.ts')],
    /(?<![\w-])(k-[a-z][\w-]*\w)/g,
  );
  expect([...used].filter((name) => !defined.has(name) && !name.startsWith('k-align'))).toEqual([]);
  expect([...defined].filter((name) => !used.has(name))).toEqual([]);
});

test('no view has a style or a script of its own', () => {
  const wrong = all('views')
    .filter((file) => !/layouts\/email\.ejs$|\/mail\//.test(file))
    .filter((file) =>
      /\sstyle="|<style|<script(?![^>]*(src=|ld\+json))|\son[a-z]+="/.test(source(file)),
    );
  expect(wrong).toEqual([]);
});

describe('what people typed', () => {
  const evil = `"><script>alert('1')</script>`;

  test.each([
    ['button', { label: evil, name: evil, value: evil }],
    ['field', { name: 'a', label: evil, value: evil, hint: evil, error: evil }],
    ['field', { name: 'a', label: evil, type: 'textarea', value: `</textarea>${evil}` }],
    ['select', { name: 'a', label: evil, options: [{ value: evil, text: evil }] }],
    [
      'radio-group',
      { name: 'a', legend: evil, options: [{ value: evil, text: evil, note: evil }] },
    ],
    ['course-card', { title: evil, href: evil, summary: evil, cover: evil }],
    ['avatar', { name: evil }],
    ['badge', { text: evil }],
    [
      'table',
      { caption: evil, columns: [{ label: evil }], rows: [[evil], [{ text: evil, href: evil }]] },
    ],
    ['search-form', { action: '/', label: evil, value: evil, hidden: { a: evil } }],
  ])('stays text in %s', (name, props) => {
    expect(component(name, props)).not.toContain('<script');
    expect(component(name, props)).not.toContain('</textarea>"');
  });

  test('keeps its first empty line in a text of several lines', () => {
    const html = component('field', { name: 'a', label: 'A', type: 'textarea', value: '\nb' });
    // A parser drops one line break after the tag: the second is the person's own.
    expect(html).toContain('>\n\nb</textarea>');
  });

  test('never comes back in a password field', () => {
    const html = component('field', { name: 'p', label: 'P', type: 'password', value: 'secret' });
    expect(html).not.toContain('secret');
  });
});

describe('a field', () => {
  test('leads to its hint and its fault', () => {
    const html = component('field', { name: 'email', label: 'E', hint: 'h', error: 'wrong' });
    expect(html).toContain('id="field-email"');
    expect(html).toContain('aria-describedby="field-email-hint field-email-error"');
    expect(html).toContain('aria-invalid="true"');
    expect(html).toMatch(/ required/);
  });

  test('says when it may be left empty', () => {
    const html = component('field', { name: 'a', label: 'A', optional: true });
    expect(html).toContain('(optional)');
    expect(html).not.toMatch(/ required/);
  });
});

test('pages show the ends, the neighbours and the gaps between', () => {
  const html = component('pagination', {
    page: 5,
    pages: 9,
    href: (page: number) => `?page=${page}`,
  });
  const links = [...html.matchAll(/aria-label="Page (\d+)"/g)].map((match) => match[1]);
  expect(links).toEqual(['1', '4', '5', '6', '9']);
  expect(html.match(/…/g)).toHaveLength(2);
  expect(component('pagination', { page: 1, pages: 1, href: () => '' }).trim()).toBe('');
});

test.each([
  ['Muthukrishnan s/o Raman', 'MR'],
  ['Siti binte Ahmad', 'SA'],
  ['Ng', 'N'],
  ['陈美华', '陈'],
  ['லட்சுமி குமார்', 'ல'],
])('the letters of %s are %s', (name, letters) => {
  expect(component('avatar', { name })).toContain(`data-initials="${letters}"`);
});

test('progress is a bar with words for those who do not see it', () => {
  const html = component('progress', { label: 'Your progress', value: 3, max: 6 });
  expect(html).toContain(
    '<progress max="6" value="3" aria-labelledby="progress-your-progress">50%</progress>',
  );
  expect(component('progress', { label: 'Empty', value: 0, max: 0 })).toContain('>0%<');
});

describe('a mail', () => {
  const mail = {
    subject: 'Your <certificate> is ready',
    baseUrl: 'https://kelas.example',
    preheader: 'AI at work',
    button: { href: 'https://kelas.example/certificates/1', text: 'See it' },
    preferencesUrl: 'https://kelas.example/me/mails',
  };

  test.each(LANGUAGES)('in %s says all in its own language', (language) => {
    const html = render('layouts/email', { mail, body: '<p>Hello</p>' }, language);
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain('Your &lt;certificate&gt; is ready');
    expect(html.split(`href="${mail.button.href}"`)).toHaveLength(3);
    expect(html).toContain('kelas.example');
    expect(html).not.toMatch(/<(img|script|link)\b/);
  });

  test('one must get has no link to switch it off', () => {
    const { preferencesUrl: _left, ...must } = mail;
    expect(render('layouts/email', { mail: must, body: '' })).not.toContain('/me/mails');
  });
});

describe('icons', () => {
  test('are hidden from those who do not see them, unless they say something', () => {
    expect(icon('check')).toContain('aria-hidden="true"');
    expect(icon('check', { label: 'Done & "well"' })).toContain(
      'role="img" aria-label="Done &amp; &#34;well&#34;"',
    );
  });

  test('that do not exist are a fault', () => {
    expect(() => icon('no-such-icon')).toThrow();
    expect(() => icon('../package')).toThrow('Not a name of an icon');
  });
});

describe('what a browser fetches', () => {
  const { asset } = loadAssets(path.join(DIST, 'public'));
  const packed = (name: string) =>
    readFileSync(path.join(DIST, 'public', `${asset(name)}.br`)).length;
  const plain = (name: string) => readFileSync(path.join(DIST, 'public', asset(name))).length;

  test('stays small', () => {
    const sizes = {
      css: packed('app.css'),
      js: packed('app.js'),
      font: plain('atkinson-hyperlegible-next-latin-wght-normal.woff2'),
      icon: packed('icon.svg'),
      manifest: packed('app.webmanifest'),
    };
    expect(sizes.css).toBeLessThanOrEqual(26 * 1024);
    expect(sizes.js).toBeLessThanOrEqual(3 * 1024);
    const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    // Leaves 40 KB of the 100 for the page itself and its pictures.
    expect(total).toBeLessThanOrEqual(60 * 1024);
  });

  test('names only files that are there', () => {
    const sheet = readFileSync(path.join(DIST, 'public', asset('app.css')), 'utf8');
    const urls = [...sheet.matchAll(/url\("?(\/assets\/[^")]+)/g)].map((match) => match[1] ?? '');
    expect(urls.length).toBeGreaterThan(3);
    expect(urls.filter((url) => !existsSync(path.join(DIST, 'public', url)))).toEqual([]);
    expect(sheet).not.toMatch(/url\("?https?:/);
  });

  test('is a fault when it is not there', () => {
    expect(() => asset('nothing.css')).toThrow('There is no asset nothing.css');
    expect(() => loadAssets('/nowhere')).toThrow('build the client first');
  });
});
