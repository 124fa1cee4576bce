import { createHash } from 'node:crypto';
import jsonld from 'jsonld';
import { loadDocument } from './contexts';

/** RDF Dataset Canonicalization (RDFC-1.0) of a JSON-LD document, as N-Quads. About 5 ms. */
export const canonize = (document: object): Promise<string> =>
  jsonld.canonize(document, {
    algorithm: 'RDFC-1.0',
    format: 'application/n-quads',
    safe: true,
    documentLoader: loadDocument,
  });

/** Letters that stand for themselves in N-Quads, in a literal as in an IRI. */
const PLAIN = /^[^\\"<>{}|^`\p{Cc}]*$/u;

/** Takes the place of value number `index`: found again in the canonical form, and nowhere else. */
const token = (index: number): string => `urn-k3las-${index}-v`;
const TOKENS = /urn-k3las-(\d+)-v/g;

/**
 * Canonical forms of documents that differ only in some values, each given as text without
 * JSON-LD being read anew.
 *
 * Sound because no quad of such a document names two blank nodes: then the canonical form is the
 * sorted set of its quads, with its blank nodes numbered by the hash of the quads that name them
 * (RDFC-1.0, 4.4.3, steps 3 to 4), and a quad says the same whichever value stands in it.
 */
export class CanonicalTemplates {
  readonly #templates = new Map<string, Promise<Template>>();

  /**
   * @param name of the template: it must change with everything that is not in `values`
   * @param build makes the document of its values; called with placeholders as well
   */
  async canonize(
    name: string,
    values: readonly string[],
    build: (values: readonly string[]) => object,
  ): Promise<string> {
    if (!values.every((value) => PLAIN.test(value))) return canonize(build(values));
    const { quads, blanks } = await this.#template(name, values.length, build);
    const filled = quads.map((quad) =>
      quad.replace(TOKENS, (_, index: string) => values[Number(index)] ?? ''),
    );
    return [...new Set(numbered(filled, blanks))].sort().join('');
  }

  #template(
    name: string,
    count: number,
    build: (values: readonly string[]) => object,
  ): Promise<Template> {
    let template = this.#templates.get(name);
    if (!template) {
      // Few courses and versions; should there be many, the oldest are made anew.
      const [oldest] = this.#templates.keys();
      if (oldest !== undefined && this.#templates.size >= 200) this.#templates.delete(oldest);
      template = templateOf(build(Array.from({ length: count }, (_, index) => token(index))));
      template.catch(() => this.#templates.delete(name));
      this.#templates.set(name, template);
    }
    return template;
  }
}

interface Template {
  readonly quads: readonly string[];
  /** The quads that name each blank node, as places in `quads`. */
  readonly blanks: readonly (readonly number[])[];
}

const BLANK = /_:c14n(\d+)(?=[ \n])/g;

async function templateOf(document: object): Promise<Template> {
  const text = await canonize(document);
  const quads = text.split(/(?<=\n)/).filter((quad) => quad !== '');
  const blanks: number[][] = [];
  for (const [place, quad] of quads.entries()) {
    const named = [...quad.replace(/"(\\.|[^"\\])*"/g, '""').matchAll(BLANK)];
    if (named.length > 1)
      throw new Error('Two nodes of a template that name each other have no id');
    const [, number] = named[0] ?? [];
    if (number === undefined) continue;
    blanks[Number(number)] = [...(blanks[Number(number)] ?? []), place];
  }
  return { quads, blanks };
}

/** Blank nodes get their numbers in the order of their hashes. */
function numbered(quads: readonly string[], blanks: Template['blanks']): string[] {
  const label = (quad: string, name: string) =>
    quad.replace(/^_:c14n\d+|_:c14n\d+(?= \.\n$)/, name);
  const hashed = blanks.map((places) => {
    const own = places.map((place) => label(quads[place] ?? '', '_:a')).sort();
    return { places, hash: createHash('sha256').update(own.join('')).digest('hex') };
  });
  hashed.sort((a, b) => (a.hash < b.hash ? -1 : 1));
  const result = [...quads];
  hashed.forEach(({ places }, number) => {
    for (const place of places) result[place] = label(result[place] ?? '', `_:c14n${number}`);
  });
  return result;
}
