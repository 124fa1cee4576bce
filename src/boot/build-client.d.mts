/** Builds dist/public (or `public/` in `outdir`) and gives back its manifest. */
export function buildClient(options?: {
  outdir?: string;
}): Promise<Record<string, { file: string; bytes: number; br?: number; gz?: number }>>;
