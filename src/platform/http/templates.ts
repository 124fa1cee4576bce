import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ejs from 'ejs';

type Locals = Readonly<Record<string, unknown>>;
type Include = (name: string, more?: Locals) => string;
type Filled = (
  layers: readonly Locals[],
  escapeFn: (markup?: unknown) => string,
  include: Include,
  rethrow: (error: unknown, line: number) => never,
) => string;

/** What a view is given: the locals of the page, and over them those of each include that led to it. */
interface Given {
  readonly layers: readonly Locals[];
  /** The names in each layer, in short: the same for the same page each time. */
  readonly shape: string;
}

const over = (below: Given, locals: Locals): Given => ({
  layers: [...below.layers, locals],
  shape: `${below.shape}|${Object.keys(locals).join()}`,
});
/** Most of what is put into a page has nothing to escape, and need not be gone through to replace it. */
const HARMFUL = /[&<>'"]/;
function escaped(value?: unknown): string {
  if (typeof value === 'string' && !HARMFUL.test(value)) return value;
  return ejs.escapeXML(value);
}

const NOTHING: Given = { layers: [], shape: '' };

/** Words that can be a key of an object and not the name of a variable. */
const RESERVED = new Set(
  'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof new null return super switch this throw true try typeof var void while with'.split(
    ' ',
  ),
);

/**
 * A view in EJS. What EJS makes of it reads every name through `with`, which the engine cannot make
 * fast; here the names that the view uses are variables of a function, one for each shape of what it
 * has been given, so that an include copies nothing. A name that it was not given is an error, as it
 * is with `with`.
 */
class View {
  readonly #source: string;
  readonly #words: ReadonlySet<string>;
  readonly #functions = new Map<string, Filled>();
  readonly #included = new Map<string, View>();
  readonly #file: string;
  readonly #find: (name: string, from: string) => View;

  constructor(file: string, find: (name: string, from: string) => View) {
    this.#file = file;
    this.#find = find;
    const template = new ejs.Template(readFileSync(file, 'utf8'), {
      filename: file,
      _with: false,
      // Indentation is for who reads the view; on a phone it is weight.
      rmWhitespace: true,
    });
    template.compile();
    this.#source = template.source;
    this.#words = new Set(
      [...template.source.matchAll(/[a-zA-Z_$][\w$]*/g)]
        .map(([word]) => word)
        .filter((word) => !RESERVED.has(word)),
    );
  }

  render(given: Given): string {
    let filled = this.#functions.get(given.shape);
    if (!filled) {
      filled = this.#compile(given);
      this.#functions.set(given.shape, filled);
    }
    const include: Include = (name, more) =>
      this.#include(name).render(more ? over(given, more) : given);
    return filled(given.layers, escaped, include, this.#rethrow);
  }

  #compile({ layers }: Given): Filled {
    const used = layers.map((layer) => Object.keys(layer).filter((name) => this.#words.has(name)));
    // The same name again is the same variable: what was given last holds.
    const variables = used.map((names, at) => `var {${names.join()}} = layers[${at}];`).join(' ');
    // A block of its own for the view, so that what it declares may have the name of something given.
    const body = `${variables} var __line = 1; try { {${this.#source}} } catch (error) { rethrow(error, __line); }\n//# sourceURL=${JSON.stringify(this.#file)}\n`;
    return new Function('layers', 'escapeFn', 'include', 'rethrow', body) as Filled;
  }

  #include(name: string): View {
    let view = this.#included.get(name);
    if (!view) {
      view = this.#find(name, path.dirname(this.#file));
      this.#included.set(name, view);
    }
    return view;
  }

  readonly #rethrow = (error: unknown, line: number): never => {
    if (error instanceof Error && !error.message.includes('.ejs:'))
      error.message = `${this.#file}:${line}: ${error.message}`;
    throw error;
  };
}

/** Renders the views of a folder by name, `room/page`; each is read once. `include` knows `/room/page` and names beside its view. */
export function createTemplates(root: string): (name: string, locals: object) => string {
  const views = new Map<string, View>();

  const viewOf = (file: string): View => {
    let view = views.get(file);
    if (!view) {
      view = new View(file, find);
      views.set(file, view);
    }
    return view;
  };

  function find(name: string, from: string): View {
    const inRoot = path.join(root, `${name}.ejs`);
    const beside = path.join(from, `${name}.ejs`);
    return viewOf(!name.startsWith('/') && existsSync(beside) ? beside : inRoot);
  }

  const paths = new Map<string, View>();
  return (name, locals) => {
    let view = paths.get(name);
    if (!view) {
      view = viewOf(path.join(root, `${name}.ejs`));
      paths.set(name, view);
    }
    return view.render(over(NOTHING, locals as Locals));
  };
}
