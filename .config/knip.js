// Finds files, exports and packages that nobody uses.

/** What a style sheet imports or takes a font from, in the words of a script. */
const importsOfCss = (text) =>
  [...text.matchAll(/(?:@import\s+|url\()["']([^"']+)["']/g)]
    .map(([, name]) => `import '${name}';`)
    .join('\n');

module.exports = {
  entry: [
    'src/{start,web,worker,cli}.ts',
    'src/embedded/document-engine/main.ts',
    'src/embedded/redis/keeper.ts',
    'src/embedded/supervisor/lifeline.ts',
    'src/platform/pdf/renderer.ts',
    'src/boot/{start,run,test,build,bench}.mjs',
    'tests/bench/*.{mjs,ts}',
    'tests/certificates/employer.mjs',
    'src/client/app.ts',
    'src/client/behaviours/*.ts',
    'src/client/figures/*.ts',
    'src/client/styles/app.css',
    'tests/**/*.test.ts',
    'tests/support/global-{setup,teardown}.ts',
    '.config/*.{cjs,js}',
  ],
  project: ['src/**/*.{ts,mjs,css}', 'tests/**/*.{ts,mjs}', '.config/*.{cjs,js}'],
  compilers: { css: importsOfCss },
  // A door names the types of what its functions take and give, also where nobody needs the name yet.
  exclude: ['types'],
  ignoreExportsUsedInFile: { interface: true, type: true },
  ignoreDependencies: [
    // Found by require.resolve with a name put together from the script.
    '@expo-google-fonts/.+',
    // tests/certificates/api.test.ts runs its program.
    '@seriousme/openapi-schema-validator',
    // src/boot/test.mjs runs its program.
    'dependency-cruiser',
  ],
};
