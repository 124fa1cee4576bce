export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Width and height in pixels, read from the file's head; null when it is not such a picture. */
export function sizeOfImage(bytes: Buffer, extension: string): ImageSize | null {
  const size = READERS[extension]?.(bytes) ?? null;
  return size && size.width > 0 && size.height > 0 ? size : null;
}

const READERS: Record<string, (bytes: Buffer) => ImageSize | null> = { svg, png, jpg, webp };

function svg(bytes: Buffer): ImageSize | null {
  const root = /<svg\b[^>]*>/i.exec(bytes.toString('utf8'))?.[0];
  if (!root) return null;
  const box = /\bviewBox\s*=\s*["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(root);
  if (box) return { width: Math.round(Number(box[1])), height: Math.round(Number(box[2])) };
  const length = (name: string) =>
    Math.round(
      Number(new RegExp(`\\s${name}\\s*=\\s*["']\\s*([\\d.]+)(?:px)?\\s*["']`).exec(root)?.[1]),
    );
  return { width: length('width'), height: length('height') };
}

/** Portable Network Graphics, section 11.2.2: IHDR. */
function png(bytes: Buffer): ImageSize | null {
  if (bytes.length < 24 || bytes.toString('latin1', 1, 4) !== 'PNG') return null;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** JPEG (ITU-T T.81, B.2.2): the frame header, SOF0 to SOF15 without DHT, JPG and DAC. */
function jpg(bytes: Buffer): ImageSize | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  let offset = 2;
  while (offset + 9 < bytes.length && bytes[offset] === 0xff) {
    const marker = bytes[offset + 1] ?? 0;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { height: bytes.readUInt16BE(offset + 5), width: bytes.readUInt16BE(offset + 7) };
    }
    offset += 2 + bytes.readUInt16BE(offset + 2);
  }
  return null;
}

/** WebP (RFC 9649, section 2): the lossy, lossless and extended forms. */
function webp(bytes: Buffer): ImageSize | null {
  if (bytes.length < 30 || bytes.toString('latin1', 8, 12) !== 'WEBP') return null;
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return null;
  }
}
