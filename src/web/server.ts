import {
  createServer,
  IncomingMessage,
  type Server,
  type ServerOptions,
  ServerResponse,
} from 'node:http';
import type { Express } from 'express';

/** Puts the prototype that express made for an application, and those behind it, into `born`. */
function adopt<T extends object>(born: T, ofExpress: T): T {
  Object.setPrototypeOf(born, Object.getPrototypeOf(ofExpress));
  return Object.defineProperty(born, 'app', { value: Reflect.get(ofExpress, 'app') });
}

/**
 * The server of an application. Express turns each request and each answer of Node into its own by giving
 * it another prototype, and what has been changed like that is slow for V8 at every step from then on: a
 * bare page costs four times as much. Here they are born as what express would make of them, and it finds
 * nothing left to change.
 */
export function serverOf(app: Express, options: ServerOptions): Server {
  class Request extends IncomingMessage {}
  class Answer extends ServerResponse {}
  app.request = adopt(Request.prototype as typeof app.request, app.request);
  app.response = adopt(Answer.prototype as typeof app.response, app.response);
  return createServer({ ...options, IncomingMessage: Request, ServerResponse: Answer }, app);
}
