/** A style sheet that a script imports is adopted by the document when the script runs. */
declare module '*.css';

/** Made by the build from the files of src/client/figures. */
declare module 'kelas:figures' {
  type Attach = (element: HTMLElement) => void;
  export const figures: Record<string, () => Promise<{ attach: Attach }>>;
}
