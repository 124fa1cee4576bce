import fc from 'fast-check';
import type { RenderEnvironment } from '../../src/modules/catalogue/render/environment';
import { hasMarkup, renderBlock, renderLine } from '../../src/modules/catalogue/render/markdown';

const IMAGE = '/courses/plain/assets/0123456789abcdef0123456789abcdef.svg';

/** Renders as a lesson would, and collects the faults. */
function render(text: string, change: Partial<RenderEnvironment> = {}) {
  const faults: string[] = [];
  const env: RenderEnvironment = {
    language: 'en',
    place: 'lesson',
    figures: new Set(['train-a-model']),
    fault: (line, [code]) => faults.push(`${line}: ${code}`),
    image: () => ({ url: IMAGE, width: 640, height: 360 }),
    lesson: () => 'other-lesson',
    ...change,
  };
  return { html: renderBlock(text, env), faults };
}

const htmlOf = (text: string, change?: Partial<RenderEnvironment>) => {
  const { html, faults } = render(text, change);
  expect(faults).toEqual([]);
  return html;
};

describe('lessons', () => {
  test('headings have anchors of their own, also in other scripts', () => {
    const html = htmlOf('## A model\n\n## A model\n\n## 模型 是什么？\n\n[up](#a-model-2)');
    expect(html).toContain('<h2 id="s-a-model">A model</h2>');
    expect(html).toContain('<h2 id="s-a-model-2">A model</h2>');
    expect(html).toContain('<h2 id="s-模型-是什么">');
    expect(html).toContain('href="#s-a-model-2"');
  });

  test('a picture alone is a figure with its caption, size and late loading', () => {
    const html = htmlOf('![A "map"](x.svg "The map")');
    expect(html).toBe(
      `<figure><img src="${IMAGE}" alt="A &quot;map&quot;" width="640" height="360" loading="lazy" decoding="async" /><figcaption>The map</figcaption></figure>`,
    );
  });

  test('a picture in a sentence stays in it', () => {
    expect(htmlOf('Look: ![A map](x.svg) here.')).toMatch(/^<p>Look: <img [^>]+> here\.<\/p>$/);
  });

  test('a table scrolls in a frame, names its columns and aligns by class', () => {
    const html = htmlOf('| a | b | c |\n| --- | --: | :-: |\n| 1 | 2 | 3 |');
    expect(html).toContain(
      '<div class="k-scroll" tabindex="0" role="group" aria-label="Table"><table>',
    );
    expect(html).toContain('<th scope="col" class="k-align-end">b</th>');
    expect(html).toContain('<td class="k-align-center">3</td>');
    expect(html).not.toContain('style');
  });

  test('code is coloured by classes', () => {
    const html = htmlOf('```python\nprint("x < y")\n```');
    expect(html).toContain('<code class="language-python">');
    expect(html).toContain('class="hljs-');
    expect(html).toContain('x &lt; y');
  });

  test('links elsewhere give nothing away; links to lessons are siblings', () => {
    expect(htmlOf('[a](https://example.org)')).toContain(
      '<a href="https://example.org" rel="noopener noreferrer">a</a>',
    );
    expect(htmlOf('[a](02-b.md)')).toContain('<a href="other-lesson">a</a>');
    expect(htmlOf('https://example.org and file.md')).toBe(
      '<p><a href="https://example.org" rel="noopener noreferrer">https://example.org</a> and file.md</p>',
    );
  });
});

describe('containers', () => {
  test('a box has an icon, a title in the language of the text, and a body', () => {
    const html = htmlOf('::: tip\nWords.\n:::', { language: 'zh' });
    expect(html).toMatch(
      /^<div class="k-callout" data-kind="tip"><p class="k-callout__title"><svg class="k-icon"[\s\S]*<\/svg>小提示<\/p><div class="k-callout__body">\s*<p>Words\.<\/p>\s*<\/div><\/div>$/,
    );
  });

  test('a title of its own may have marks', () => {
    expect(htmlOf('::: keypoints What *matters*\n- One\n:::')).toContain(
      '</svg>What <em>matters</em></p>',
    );
  });

  test('reveal is a details element', () => {
    expect(htmlOf('::: reveal Why & how?\nSo.\n:::')).toBe(
      '<details class="ds-details"><summary>Why &amp; how?</summary><div>\n<p>So.</p>\n</div></details>',
    );
  });

  test('a figure asks for its script and shows what stands inside', () => {
    expect(htmlOf('::: interactive train-a-model\nFallback.\n:::')).toBe(
      '<div class="k-interactive" data-behaviour="figure-train-a-model">\n<p>Fallback.</p>\n</div>',
    );
  });

  test('they stand in each other and around code, with colons in either', () => {
    const html = htmlOf(
      '::: example\n::: reveal Open\n```text\n:::\n```\n:::\nAfter.\n:::\n\nBelow ::: here.',
    );
    expect(html.match(/<details/g)).toHaveLength(1);
    expect(html).toContain(':::\n</code>');
    expect(html).toMatch(
      /<\/details>\s*<p>After\.<\/p>\s*<\/div><\/div>\s*<p>Below ::: here\.<\/p>$/,
    );
  });
});

describe('nothing harmful gets through', () => {
  const attacks = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:alert(1))',
    '![x](javascript:alert(1))',
    '<a href="javascript:alert(1)">x</a>',
    '[x]: javascript:alert(1)\n\n[x]',
    '<https://example.org/" onmouseover="alert(1)>',
    '::: interactive x" onload="alert(1)\nx\n:::',
    '::: tip <svg onload=alert(1)>\nx\n:::',
    '```html" onclick="alert(1)\n<script>alert(1)</script>\n```',
    '![x" onerror="alert(1)](x.svg "y\\" onerror=\\"alert(1)")',
    '<style>*{}</style>',
    '<iframe src="https://example.org"></iframe>',
    '| a |\n| - |\n| <b onclick=alert(1)>x</b> |',
  ];
  const TAG = /<\/?([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*\/?>/g;
  const ATTRIBUTE = /([a-zA-Z-]+)(?:="([^"]*)")?/g;
  const ATTRIBUTES =
    /^(id|class|href|rel|src|alt|width|height|loading|decoding|scope|start|role|tabindex|aria-[a-z]+|data-kind|data-behaviour|viewBox|focusable|d|cx|cy|r|x|y|rx|ry|x1|x2|y1|y2|points|fill)$/;
  const TAGS =
    /^(h[2-4]|p|ul|ol|li|blockquote|hr|br|pre|code|strong|em|s|a|span|div|details|summary|img|figure|figcaption|table|thead|tbody|tr|th|td|svg|path|circle|line|rect|polyline|polygon)$/;

  /** What is in the HTML that must not be there. */
  function harmIn(html: string): string[] {
    const harm: string[] = [];
    const rest = html.replaceAll(TAG, (_, tag: string, attributes: string) => {
      if (!TAGS.test(tag)) harm.push(tag);
      for (const [, name = '', value = ''] of attributes.matchAll(ATTRIBUTE)) {
        const isAddress = name === 'href' || name === 'src';
        const own = /^(https?:|mailto:|tel:|#|\/courses\/|other-lesson$)/.test(value);
        if (!ATTRIBUTES.test(name) || (isAddress && !own)) harm.push(`${name}=${value}`);
      }
      return '';
    });
    if (rest.includes('<')) harm.push(rest);
    return harm;
  }

  test.each(attacks)('%s', (text) => {
    expect(harmIn(render(text).html)).toEqual([]);
    expect(harmIn(renderLine(text, envOf()))).toEqual([]);
  });

  test('whatever is written', () => {
    const piece = fc.oneof(
      fc.constantFrom(...attacks, ':::', '\n', '`', '**', '"', '>', '![', ']('),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        expect(harmIn(render(pieces.join('')).html)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  const envOf = (): RenderEnvironment => ({
    language: 'en',
    place: 'quiz',
    figures: new Set(),
    fault: () => undefined,
    image: () => null,
    lesson: () => null,
  });
});

test('a line has no paragraph around it', () => {
  const env = {
    language: 'en',
    place: 'quiz',
    figures: new Set<string>(),
    fault: () => undefined,
    image: () => null,
    lesson: () => null,
  } as const;
  expect(renderLine('It *is*\n  `x < y`', env)).toBe('It <em>is</em> <code>x &lt; y</code>');
});

test.each([
  ['Lim & Sons "Ltd" <3', false],
  ['2 * 3 * 4', false],
  ['a **bold** word', true],
  ['some `code`', true],
  ['[a](https://example.org)', true],
])('%s holds Markdown: %s', (text, expected) => {
  expect(hasMarkup(text)).toBe(expected);
});
