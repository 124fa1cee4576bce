// Builds what the browser gets: dist/public/assets/<name>-<hash>.<ext> with .br and .gz beside,
// and dist/public/manifest.json, written last, that leads from a plain name to the hashed file.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const root = path.resolve(import.meta.dirname, '../..');
const client = path.join(root, 'src/client');

/** Browsers from the end of 2022 on: cascade layers and :has() are what the style sheet needs. */
const TARGET = ['chrome105', 'safari15.4', 'firefox121'];

/** Already compressed by their own format. */
const PACKED = new Set(['.woff2', '.png']);

/**
 * A style sheet imported from a script (an interactive figure brings its own) is adopted by the
 * document: the content security policy forbids style elements, and a link would cost a request.
 */
const adoptedStyles = {
  name: 'adopted-styles',
  setup(builder) {
    builder.onResolve({ filter: /\.css$/ }, (args) =>
      args.kind === 'import-statement' || args.kind === 'dynamic-import'
        ? { path: path.resolve(args.resolveDir, args.path), namespace: 'adopted-styles' }
        : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: 'adopted-styles' }, async (args) => {
      const { code } = await builder.esbuild.transform(await readFile(args.path, 'utf8'), {
        loader: 'css',
        minify: true,
        target: TARGET,
      });
      return {
        contents: `const sheet = new CSSStyleSheet();
          sheet.replaceSync(${JSON.stringify(code.trim())});
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];`,
        loader: 'js',
        watchFiles: [args.path],
      };
    });
  },
};

/**
 * `kelas:figures`: how to fetch each interactive figure, a file of src/client/figures that exports
 * `attach`. Each becomes a file of its own, with the style sheet it imports inside.
 */
const figures = {
  name: 'figures',
  setup(builder) {
    const folder = path.join(client, 'figures');
    builder.onResolve({ filter: /^kelas:figures$/ }, () => ({
      path: 'kelas:figures',
      namespace: 'figures',
    }));
    builder.onLoad({ filter: /.*/, namespace: 'figures' }, async () => {
      const files = await readdir(folder).catch(() => []);
      const lines = [];
      for (const file of files.filter((name) => name.endsWith('.ts')).sort()) {
        const source = await readFile(path.join(folder, file), 'utf8');
        if (!/^export (function|const) attach\b/m.test(source)) continue;
        const { name } = path.parse(file);
        lines.push(`  '${name}': () => import('./${file}'),`);
      }
      return {
        contents: `export const figures = {\n${lines.join('\n')}\n};`,
        resolveDir: folder,
        watchDirs: [folder],
      };
    });
  },
};

/** Loaded by the loader where a page asks for it, and named by the pages of quizzes, which need it at once. */
const QUIZ = 'src/client/behaviours/quiz.ts';

/** The name a view asks for: that of the entry, or of the one file the output was made from. */
function plainName(output, entryNames) {
  if (output.entryPoint !== undefined) return entryNames.get(output.entryPoint);
  const inputs = Object.keys(output.inputs);
  return inputs.length === 1 && !/\.[jt]s$|\.css$/.test(inputs[0])
    ? path.basename(inputs[0])
    : undefined;
}

async function pack(file, contents) {
  if (PACKED.has(path.extname(file))) return {};
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(contents, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: contents.length,
      },
    }),
    promisify(gzip)(contents, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)]);
  return { br: br.length, gz: gz.length };
}

/**
 * @param {{ outdir?: string }} [options] where `public/` is made; dist/ by default
 * @returns the manifest: { 'app.css': { file, bytes, br?, gz? }, … }
 */
export async function buildClient({ outdir = path.join(root, 'dist') } = {}) {
  const { build } = await import('esbuild');
  const publicDir = path.join(outdir, 'public');
  const assets = path.join(publicDir, 'assets');
  await mkdir(assets, { recursive: true });

  const manifest = {};
  const add = async (name, fileName, contents) => {
    const file = path.join(assets, fileName);
    await writeFile(file, contents);
    const sizes = await pack(file, contents);
    if (name) manifest[name] = { file: fileName, bytes: contents.length, ...sizes };
  };
  const addHashed = async (name, contents) => {
    const hash = createHash('sha256').update(contents).digest('hex').slice(0, 8).toUpperCase();
    const { name: stem, ext } = path.parse(name);
    await add(name, `${stem}-${hash}${ext}`, contents);
  };

  const result = await build({
    absWorkingDir: root,
    entryPoints: [
      { in: 'src/client/app.ts', out: 'app' },
      { in: QUIZ, out: 'quiz' },
      { in: 'src/client/styles/app.css', out: 'app' },
    ],
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    outdir: assets,
    publicPath: '/assets/',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: TARGET,
    minify: true,
    legalComments: 'none',
    loader: { '.woff2': 'file', '.svg': 'file' },
    plugins: [adoptedStyles, figures],
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const entryNames = new Map([
    ['src/client/app.ts', 'app.js'],
    [QUIZ, 'quiz.js'],
    ['src/client/styles/app.css', 'app.css'],
  ]);
  const names = new Map(
    Object.entries(result.metafile.outputs).map(([file, output]) => [
      path.resolve(root, file),
      plainName(output, entryNames),
    ]),
  );
  await Promise.all(
    result.outputFiles.map((file) =>
      add(names.get(file.path), path.basename(file.path), Buffer.from(file.contents)),
    ),
  );

  const icons = path.join(client, 'icons');
  for (const name of await readdir(icons)) {
    await addHashed(name, await readFile(path.join(icons, name)));
  }
  const url = (name) => `/assets/${manifest[name].file}`;
  const webManifest = {
    name: 'Kelas',
    short_name: 'Kelas',
    start_url: '/learn',
    display: 'standalone',
    background_color: '#FBFAF7',
    theme_color: '#0F5E63',
    icons: [
      { src: url('icon.svg'), sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
      { src: url('icon-maskable.svg'), sizes: 'any', type: 'image/svg+xml', purpose: 'maskable' },
      { src: url('icon-180.png'), sizes: '180x180', type: 'image/png' },
    ],
  };
  await addHashed('app.webmanifest', Buffer.from(JSON.stringify(webManifest)));

  await writeFile(path.join(publicDir, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}
