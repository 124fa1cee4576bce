export { createPdfRenderer, type PdfRenderer } from './pdf';
