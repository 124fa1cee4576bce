/** What the parent asks of the renderer's process. */
export interface RenderRequest {
  id: number;
  /** Path of a Typst file below views/. */
  template: string;
  data: unknown;
  /** Milliseconds since the epoch, written into the document: the same input gives the same bytes. */
  createdAt: number;
}

export type RenderAnswer = { id: number; pdf: Uint8Array } | { id: number; fault: string };
