import { ZipFile } from 'yazl';

export type ZippedFiles = Record<string, string | Buffer>;

/** A .zip of these files; `mode` of each of them. */
export function zipOf(files: ZippedFiles, mode?: number): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content), name, mode === undefined ? {} : { mode });
  }
  zip.end();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    zip.outputStream.on('data', (chunk: Buffer) => chunks.push(chunk));
    zip.outputStream.on('end', () => resolve(Buffer.concat(chunks)));
  });
}

/** The same files in a folder. */
export const under = (top: string, files: ZippedFiles): ZippedFiles =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`${top}/${name}`, content]));
