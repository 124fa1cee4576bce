import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestApp } from './app';

/** The site of a test behind an address, for browsers; `useApp` comes before it. */
export function useAddress(app: Pick<TestApp, 'app'>): { readonly origin: string } {
  let server: Server | undefined;

  beforeAll(async () => {
    const opened = createServer(app.app);
    await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
    server = opened;
  });
  afterAll(
    () =>
      new Promise<void>((resolve) => {
        server?.close(() => resolve());
        server?.closeAllConnections();
      }),
  );

  return {
    get origin() {
      const address = server?.address() as AddressInfo | undefined;
      if (!address) throw new Error('The site has an address only inside tests');
      return `http://127.0.0.1:${address.port}`;
    },
  };
}
