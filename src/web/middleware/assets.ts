import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RequestHandler } from 'express';
import { isRead } from '../../platform/http';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

interface Asset {
  type: string;
  /** Bytes by content encoding; '' is the plain file. */
  bodies: Map<string, Buffer>;
}

const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

function load(folder: string): Map<string, Asset> {
  const names = readdirSync(folder);
  const assets = new Map<string, Asset>();
  for (const name of names) {
    const type = TYPES[path.extname(name)];
    if (!type) continue;
    const bodies = new Map([['', readFileSync(path.join(folder, name))]]);
    for (const [encoding, suffix] of ENCODINGS) {
      if (names.includes(name + suffix)) {
        bodies.set(encoding, readFileSync(path.join(folder, name + suffix)));
      }
    }
    assets.set(name, { type, bodies });
  }
  return assets;
}

/**
 * Serves the built files from memory, compressed beforehand. Their names carry a hash, so a browser
 * keeps them for ever.
 */
export function assets(folder: string): RequestHandler {
  const known = load(folder);
  return (req, res, next) => {
    const asset = known.get(req.path.slice(1));
    if (!asset || !isRead(req)) {
      next();
      return;
    }
    const encoding =
      ENCODINGS.map(([name]) => name).find(
        (name) => asset.bodies.has(name) && req.acceptsEncodings(name) === name,
      ) ?? '';
    const body = asset.bodies.get(encoding);
    if (encoding) res.set('Content-Encoding', encoding);
    res
      .set('Content-Type', asset.type)
      .set('Cache-Control', 'public, max-age=31536000, immutable')
      .vary('Accept-Encoding')
      .end(req.method === 'HEAD' ? undefined : body);
  };
}
