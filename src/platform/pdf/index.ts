export { createPdfRenderer, DesignFaulty, type PdfRenderer } from './pdf';
export type { Design, DesignFault, PdfStandard } from './protocol';
export { signPdf } from './sign';
