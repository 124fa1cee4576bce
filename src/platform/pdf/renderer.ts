import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NodeCompiler, type NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler';
import { VIEWS } from '../paths';
import type { Design, DesignFault, RenderAnswer, RenderRequest } from './protocol';
import { rasterize } from './raster';

/** Only these: what is installed on the machine must not change a document. */
const FONTS = [
  'noto-sans/400Regular/NotoSans_400Regular.ttf',
  'noto-sans/700Bold/NotoSans_700Bold.ttf',
  'noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  'noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf',
  'noto-sans-tamil/400Regular/NotoSansTamil_400Regular.ttf',
  'noto-sans-tamil/700Bold/NotoSansTamil_700Bold.ttf',
].map((file) => path.dirname(require.resolve(`@expo-google-fonts/${file}`)));

/** The root of everything that a design can read. */
const ROOT = path.join(VIEWS, 'certificates/designs');
/** Comes after the design's own text, so that the numbers of its lines stay. */
const ATTACH = `
#if "attachment" in sys.inputs {
  let file = json(bytes(sys.inputs.attachment))
  pdf.attach(file.name, bytes(file.content), relationship: "supplement", mime-type: file.mimeType, description: file.description)
}
`;

class DesignError extends Error {
  readonly faults: DesignFault[];

  constructor(faults: DesignFault[]) {
    super(faults.map(({ line, message }) => (line ? `${line}: ${message}` : message)).join('\n'));
    this.faults = faults;
  }
}

const compiler = NodeCompiler.create({ workspace: ROOT, fontArgs: [{ fontPaths: FONTS }] });
const known = new Map<string, string>();

/** Gives the compiler the text of a design once. @returns the path under which it has it */
function pathOf(design: Design): string {
  const key = 'file' in design ? design.file : design.source;
  const before = known.get(key);
  if (before) return before;
  const text = 'file' in design ? readFileSync(path.join(ROOT, design.file), 'utf8') : key;
  const name = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const target = path.join(ROOT, `with-attachment-${name}.typ`);
  compiler.addSource(target, `${text}${ATTACH}`);
  known.set(key, target);
  return target;
}

interface Diagnostic {
  message: string;
  severity: number;
  range: { start: { line: number } } | null;
}

function compile(request: RenderRequest): NodeTypstDocument {
  const compiled = compiler.compile({
    mainFilePath: pathOf(request.design),
    inputs: {
      data: JSON.stringify(request.data),
      ...(request.attachment ? { attachment: JSON.stringify(request.attachment) } : {}),
    },
  });
  if (compiled.result) return compiled.result;
  const fault = compiled.takeDiagnostics();
  const found = (fault ? compiler.fetchDiagnostics(fault) : []) as Diagnostic[];
  throw new DesignError(
    found.map(({ message, range }) => ({ message, line: range ? range.start.line + 1 : null })),
  );
}

/** What the compiler says when the document itself is right and the standard forbids something in it. */
const exportFault = (error: unknown): DesignError =>
  new DesignError([
    { line: null, message: /message: "([^"]*)"/.exec(String(error))?.[1] ?? String(error) },
  ]);

function render(request: RenderRequest): Buffer {
  const document = compile(request);
  try {
    if (request.as === 'svg') return Buffer.from(compiler.plainSvg(document));
    if (request.as === 'png') return rasterize(compiler.plainSvg(document));
    return compiler.pdf(document, {
      pdfStandard: request.as,
      creationTimestamp: Math.floor(request.createdAt / 1000),
    });
  } catch (error) {
    throw exportFault(error);
  } finally {
    // Results of layouts that no later document shares; kept a little for the design itself.
    compiler.evictCache(2);
  }
}

process.on('message', (request: RenderRequest) => {
  let answer: RenderAnswer;
  try {
    answer = { bytes: render(request) };
  } catch (error) {
    const faults = error instanceof DesignError ? error.faults : [];
    answer = { fault: error instanceof Error ? error.message : String(error), faults };
  }
  process.send?.(answer);
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true } satisfies RenderAnswer);
