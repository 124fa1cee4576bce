import { deserialize, onDemand } from 'bson';

const OBJECT = 3;
const ARRAY = 4;

/**
 * A BSON document as a Map that is written again byte for byte: an object would put names that look
 * like numbers first, and lose the types of numbers.
 */
export function inOrder(bytes: Buffer): Map<string, unknown> {
  return new Map(entriesOf(bytes));
}

function entriesOf(bytes: Buffer): [name: string, value: unknown][] {
  return [...onDemand.parseToElements(bytes)].map(
    ([type, nameOffset, nameLength, offset, length]) => {
      const name = bytes.toString('utf8', nameOffset, nameOffset + nameLength);
      const value = bytes.subarray(offset, offset + length);
      if (type === OBJECT) return [name, inOrder(value)];
      if (type === ARRAY) return [name, entriesOf(value).map(([, each]) => each)];
      return [name, readValue(type, value)];
    },
  );
}

/** The value in a document of its own: `{ '': value }`. */
function readValue(type: number, value: Buffer): unknown {
  const document = Buffer.alloc(value.length + 7);
  document.writeInt32LE(document.length, 0);
  document[4] = type;
  value.copy(document, 6);
  return deserialize(document, { promoteValues: false, bsonRegExp: true })[''];
}
