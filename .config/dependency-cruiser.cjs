// Who may import whom. Type imports count as well.

/** From the ground up. Rooms that stand together never import each other. */
const FLOORS = [
  ['shared'],
  ['platform'],
  ['modules/accounts'],
  ['modules/organisations'],
  ['modules/catalogue'],
  ['modules/assessment'],
  ['modules/learning'],
  ['modules/certificates', 'modules/enrolling', 'modules/events', 'modules/cocreation'],
  ['modules/reporting'],
  ['modules/notifications', 'modules/teaching', 'modules/interop', 'modules/admin'],
  ['container', 'web', 'worker', 'cli', 'start'],
];

/** A folder, or the file of the same name. */
const inPart = (part) => `^src/${part}(/|\\.ts$)`;

const floorRules = FLOORS.slice(0, -1).flatMap((floor, index) =>
  floor.map((part) => ({
    name: `${part}-looks-only-down`,
    comment: 'Imports run downwards; upwards a room speaks by events.',
    severity: 'error',
    from: { path: inPart(part) },
    to: {
      path: [...floor.filter((other) => other !== part), ...FLOORS.slice(index + 1).flat()].map(
        inPart,
      ),
    },
  })),
);

module.exports = {
  forbidden: [
    ...floorRules,
    {
      name: 'rooms-have-a-floor',
      comment: 'A new room is given its floor in .config/dependency-cruiser.cjs.',
      severity: 'error',
      from: {},
      to: {
        path: '^src/modules/',
        pathNot: FLOORS.flat()
          .filter((part) => part.startsWith('modules/'))
          .map(inPart),
      },
    },
    {
      name: 'rooms-are-entered-by-their-door',
      comment: 'Another room is entered only by its index.ts.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: {
        path: '^src/modules/[^/]+/',
        pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'rooms-are-entered-by-their-door-from-outside',
      comment: 'A room is entered only by its index.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/modules/' },
      to: { path: '^src/modules/[^/]+/', pathNot: '^src/modules/[^/]+/index\\.ts$' },
    },
    {
      name: 'express-at-the-edge',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/modules/[^/]+/routes(\\.ts|/)', '^src/web(/|\\.ts)', '^src/platform/http/'],
      },
      to: { path: '(^|/)node_modules/(@types/)?express/' },
    },
    {
      name: 'bullmq-behind-the-queue',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/platform/queue/', '^src/worker(/|\\.ts)'] },
      to: { path: '(^|/)node_modules/bullmq/' },
    },
    {
      name: 'embedded-is-for-the-doors',
      comment: 'In production none of it is needed.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/start\\.ts$', '^src/cli(/|\\.ts$)', '^src/embedded/'],
      },
      to: { path: '^src/embedded/' },
    },
    {
      name: 'document-engine-is-a-lodger',
      comment: 'It could be lifted out as a package on any day.',
      severity: 'error',
      from: { path: '^src/embedded/document-engine/' },
      to: { path: '^src/', pathNot: '^src/embedded/document-engine/' },
    },
    {
      name: 'embedded-stands-alone',
      severity: 'error',
      from: { path: '^src/embedded/' },
      to: { path: '^src/', pathNot: '^src/embedded/' },
    },
    {
      name: 'client-stands-alone',
      comment: 'What runs in the browser shares only pure helpers with the server.',
      severity: 'error',
      from: { path: '^src/client/' },
      to: { path: '^src/', pathNot: '^src/(client|shared)/' },
    },
    {
      name: 'server-without-client',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/client/' },
      to: { path: '^src/client/' },
    },
    {
      name: 'boot-before-everything',
      comment:
        'It runs before anything is installed or built; esbuild is imported when it is there.',
      severity: 'error',
      from: { path: '^src/boot/' },
      to: { path: ['^src/', 'node_modules'], pathNot: ['^src/boot/', 'node_modules/esbuild/'] },
    },
    {
      name: 'src-without-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^tests/' },
    },
    {
      name: 'src-without-development-packages',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.d\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'only-declared-packages',
      severity: 'error',
      from: { path: '^(src|tests)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    // kelas: names modules that the build makes (src/boot/build-client.mjs).
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^kelas:' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    // typescript 7 has no programming interface that dependency-cruiser could parse with.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      conditionNames: ['node', 'require', 'import', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
