export { createPdfRenderer, DesignFaulty, type PdfRenderer, RendererEnded } from './pdf';
export { PNG_SIGNATURE, pngChunk } from './png';
export type { Design, DesignFault, PdfStandard } from './protocol';
export { signPdf } from './sign';
