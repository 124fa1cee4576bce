import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { NextFunction, Request, Response } from 'express';
import { Conflict } from '../errors';

/** A file that came with a form. */
export interface UploadedFile {
  /** As the person's device calls it; never a path of ours. */
  readonly name: string;
  readonly bytes: Buffer;
  /** It was larger than the route takes; `bytes` is empty. */
  readonly tooLarge: boolean;
}

/** What a route with files takes: more of it is read and thrown away. */
export interface UploadLimits {
  /** Of the one file. */
  readonly maxBytes: number;
}

const FIELDS = { fields: 20, fieldSize: 100_000, fieldNameSize: 100, headerPairs: 50 };

/**
 * Reads a form with one file into `req.body`: the fields as texts, the file as `UploadedFile`. It
 * goes before the check of the form's token, which is one of the fields.
 */
export const readUpload =
  ({ maxBytes }: UploadLimits) =>
  (req: Request, _res: Response, next: NextFunction): void => {
    if (!req.is('multipart/form-data')) {
      next();
      return;
    }
    const body: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    let over = false;
    const end = (error?: unknown) => {
      if (over) return;
      over = true;
      req.body = body;
      next(error);
    };
    const broken = () => end(new Conflict('broken-upload', 'platform.form.invalid'));
    let parser: BusboyInstance;
    try {
      parser = new Busboy({
        headers: { ...req.headers, 'content-type': req.headers['content-type'] ?? '' },
        limits: { ...FIELDS, files: 1, parts: 21, fileSize: maxBytes },
      });
    } catch {
      broken();
      return;
    }
    parser.on('field', (name, value) => {
      body[name] = value;
    });
    parser.on('file', (field, stream, name) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const tooLarge = stream.truncated;
        const bytes = tooLarge ? Buffer.alloc(0) : Buffer.concat(chunks);
        body[field] = { name: (name ?? '').slice(-200), bytes, tooLarge } satisfies UploadedFile;
      });
    });
    parser.on('error', broken);
    parser.on('finish', () => end());
    req.on('aborted', broken);
    req.pipe(parser);
  };
