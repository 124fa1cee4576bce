/** A Typst file: one of ours, by its name in the folder of designs, or someone's own, as text. */
export type Design = { readonly file: string } | { readonly source: string };

/** Standards of which Typst can claim one at a time. */
export type PdfStandard = 'a-3a' | 'ua-1';

export interface RenderRequest {
  design: Design;
  /** What the design reads as `json(bytes(sys.inputs.data))`. */
  data: unknown;
  /** Milliseconds since the epoch, written into the document: the same input gives the same bytes. */
  createdAt: number;
  /** `svg`, `png`: the first page as a picture; as PNG a point is a pixel, and only filled shapes and text are drawn. */
  as: PdfStandard | 'svg' | 'png';
  /** A file inside the document; only `a-3a` allows one. */
  attachment?: { name: string; mimeType: string; description: string; content: string };
}

/** A place in someone's own design; the line counts from 1, null where the compiler names none. */
export interface DesignFault {
  line: number | null;
  message: string;
}

/** What the renderer's process answers, in the order in which it was asked. */
export type RenderAnswer =
  /** First of all, once the typefaces are known. */
  { ready: true } | { bytes: Uint8Array } | { fault: string; faults: DesignFault[] };
