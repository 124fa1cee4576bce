import path from 'node:path';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { VIEWS } from '../paths';
import type { RenderAnswer, RenderRequest } from './protocol';

/** Only these: what is installed on the machine must not change a document. */
const FONTS = [
  'noto-sans/400Regular/NotoSans_400Regular.ttf',
  'noto-sans/700Bold/NotoSans_700Bold.ttf',
  'noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  'noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf',
  'noto-sans-tamil/400Regular/NotoSansTamil_400Regular.ttf',
  'noto-sans-tamil/700Bold/NotoSansTamil_700Bold.ttf',
].map((file) => path.dirname(require.resolve(`@expo-google-fonts/${file}`)));

const compiler = NodeCompiler.create({
  workspace: VIEWS,
  fontArgs: [{ fontPaths: FONTS }],
});

function render(request: RenderRequest): Buffer {
  const compiled = compiler.compile({
    mainFilePath: path.join(VIEWS, request.template),
    inputs: { data: JSON.stringify(request.data) },
  });
  const document = compiled.result;
  if (!document) {
    const fault = compiled.takeDiagnostics();
    const details = fault ? JSON.stringify(compiler.fetchDiagnostics(fault)) : 'no document';
    throw new Error(`${request.template} does not compile: ${details}`);
  }
  const pdf = compiler.pdf(document, {
    pdfStandard: 'ua-1',
    creationTimestamp: Math.floor(request.createdAt / 1000),
  });
  // Results of layouts that no later document shares; kept a little for the template itself.
  compiler.evictCache(2);
  return pdf;
}

process.on('message', (request: RenderRequest) => {
  let answer: RenderAnswer;
  try {
    answer = { id: request.id, pdf: render(request) };
  } catch (error) {
    answer = { id: request.id, fault: error instanceof Error ? error.message : String(error) };
  }
  process.send?.(answer);
});
process.on('disconnect', () => process.exit(0));
