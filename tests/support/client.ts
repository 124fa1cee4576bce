import type { Express } from 'express';
import request, { type Response, type Test } from 'supertest';

type Fields = Record<string, string | readonly string[]>;

/** A browser without scripts: keeps cookies, takes the CSRF token from the last page, sends forms. */
export class Client {
  readonly #agent: ReturnType<typeof request.agent>;
  #token: string | undefined;

  /** @param app the site in this process, or the address of one */
  constructor(app: Express | string) {
    this.#agent = request.agent(app);
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.#keep(await this.#agent.get(path).set({ Accept: 'text/html', ...headers }));
  }

  /** A file as it is sent. */
  async getBytes(path: string): Promise<Response> {
    return this.#agent.get(path).buffer(true).responseType('blob');
  }

  async getJson(path: string): Promise<Response> {
    return this.#agent.get(path).set('Accept', 'application/json');
  }

  /** Sends a form with the token of the last page (or of the course list, when none was seen). */
  async post(
    path: string,
    fields: Fields = {},
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.#keep(
      await this.#form(path, { _csrf: await this.token(), ...fields }).set({
        Accept: 'text/html',
        ...headers,
      }),
    );
  }

  /** Sends a form with a file. */
  async upload(
    path: string,
    fields: Record<string, string>,
    file: { field: string; name: string; bytes: Buffer },
  ): Promise<Response> {
    const sending = this.#agent.post(path).set('Accept', 'text/html');
    for (const [name, value] of Object.entries({ _csrf: await this.token(), ...fields })) {
      sending.field(name, value);
    }
    return this.#keep(await sending.attach(file.field, file.bytes, file.name));
  }

  /** Sends a form as it is, without a token. */
  postBare(path: string, fields: Fields = {}): Test {
    return this.#form(path, fields).set('Accept', 'text/html');
  }

  /** Follows a 303 to the page behind it. */
  async follow(response: Response): Promise<Response> {
    return this.get(String(response.headers['location']));
  }

  async token(): Promise<string> {
    if (this.#token === undefined) await this.get('/courses');
    if (this.#token === undefined) throw new Error('No page with a form was seen');
    return this.#token;
  }

  #form(path: string, fields: Fields): Test {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) {
      for (const each of typeof value === 'string' ? [value] : value) body.append(name, each);
    }
    return this.#agent.post(path).type('form').send(body.toString());
  }

  #keep(response: Response): Response {
    const token = /name="_csrf" value="([^"]+)"/.exec(response.text ?? '')?.[1];
    if (token) this.#token = token;
    return response;
  }
}
