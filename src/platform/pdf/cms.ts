import { createHash, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

const { asn1 } = forge;
type Node = forge.asn1.Asn1;

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  rsaEncryption: '1.2.840.113549.1.1.1',
};

const { UNIVERSAL, CONTEXT_SPECIFIC } = asn1.Class;
const { SEQUENCE, SET, OID: OBJECT, OCTETSTRING, INTEGER, NULL } = asn1.Type;

const sequence = (...parts: Node[]) => asn1.create(UNIVERSAL, SEQUENCE, true, parts);
const set = (...parts: Node[]) => asn1.create(UNIVERSAL, SET, true, parts);
const explicit = (tag: number, ...parts: Node[]) =>
  asn1.create(CONTEXT_SPECIFIC, tag as forge.asn1.Type, true, parts);
const oid = (dotted: string) =>
  asn1.create(UNIVERSAL, OBJECT, false, asn1.oidToDer(dotted).getBytes());
const octets = (bytes: Buffer) =>
  asn1.create(UNIVERSAL, OCTETSTRING, false, bytes.toString('binary'));
const integer = (value: number) =>
  asn1.create(UNIVERSAL, INTEGER, false, asn1.integerToDer(value).getBytes());
const algorithm = (dotted: string) =>
  sequence(oid(dotted), asn1.create(UNIVERSAL, NULL, false, ''));

const toDer = (node: Node): Buffer => Buffer.from(asn1.toDer(node).getBytes(), 'binary');
const fromDer = (der: Buffer): Node =>
  asn1.fromDer(forge.util.createBuffer(der.toString('binary')));

export const sha256 = (...parts: Buffer[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Issuer and serial number, as the certificate itself has them, byte for byte. */
function identity(certificate: Node): Node[] {
  const [body] = certificate.value as Node[];
  const fields = (body?.value ?? []) as Node[];
  // The version stands first when it is not 1.
  const from = fields[0]?.tagClass === CONTEXT_SPECIFIC ? 1 : 0;
  const [serial, , issuer] = fields.slice(from);
  if (!serial || !issuer) throw new Error('The certificate has no issuer or no serial number');
  return [issuer, serial];
}

const attribute = (type: string, value: Node): Node => sequence(oid(type), set(value));

/** DER orders the members of a set by their bytes (X.690, 11.6). */
const inOrder = (nodes: Node[]): Node[] =>
  nodes
    .map((node) => ({ node, der: toDer(node) }))
    .sort((a, b) => Buffer.compare(a.der, b.der))
    .map(({ node }) => node);

export interface CmsSigner {
  readonly privateKey: KeyObject;
  /** X.509, DER; the key's own first. */
  readonly certificates: readonly Buffer[];
}

const signWith = promisify(sign);

/** What of a signer is the same in every signature. */
interface Prepared {
  readonly certificates: readonly Node[];
  readonly identity: readonly Node[];
  readonly digest: Buffer;
  readonly room: number;
}

const prepared = new WeakMap<CmsSigner, Prepared>();

function prepare(signer: CmsSigner): Prepared {
  const known = prepared.get(signer);
  if (known) return known;
  const { privateKey, certificates } = signer;
  const [own] = certificates;
  if (!own || privateKey.asymmetricKeyType !== 'rsa') {
    throw new Error('A PDF is signed with an RSA key that has an X.509 certificate');
  }
  const nodes = certificates.map(fromDer);
  const made = {
    certificates: nodes,
    identity: identity(nodes[0] as Node),
    digest: sha256(own),
    room: roomFor(certificates),
  };
  prepared.set(signer, made);
  return made;
}

/**
 * A detached CMS signature (RFC 5652) of a document, as PAdES baseline B-B asks for one (ETSI EN 319
 * 142-1, 6.3): with the signing certificate among the signed attributes (RFC 5035) and without a
 * time, which stands in the document. RSA with PKCS #1 v1.5: the same document gives the same bytes.
 */
export async function cmsSignature(parts: readonly Buffer[], key: CmsSigner): Promise<Buffer> {
  const known = prepare(key);
  const attributes = inOrder([
    attribute(OID.contentType, oid(OID.data)),
    attribute(OID.messageDigest, octets(sha256(...parts))),
    attribute(OID.signingCertificateV2, sequence(sequence(sequence(octets(known.digest))))),
  ]);
  const signature = await signWith('sha256', toDer(set(...attributes)), key.privateKey);
  const signer = sequence(
    integer(1),
    sequence(...known.identity),
    algorithm(OID.sha256),
    explicit(0, ...attributes),
    algorithm(OID.rsaEncryption),
    octets(signature),
  );
  return toDer(
    sequence(
      oid(OID.signedData),
      explicit(
        0,
        sequence(
          integer(1),
          set(algorithm(OID.sha256)),
          sequence(oid(OID.data)),
          explicit(0, ...known.certificates),
          set(signer),
        ),
      ),
    ),
  );
}

/** How many bytes a signature with these certificates takes at most. */
export const signatureRoom = (signer: CmsSigner): number => prepare(signer).room;

const roomFor = (certificates: readonly Buffer[]): number =>
  certificates.reduce((sum, der) => sum + der.length, 0) +
  certificates.reduce((most, der) => Math.max(most, keyBytes(der)), 0) +
  1_024;

const keyBytes = (der: Buffer): number =>
  (new X509Certificate(der).publicKey.asymmetricKeyDetails?.modulusLength ?? 4_096) / 8;
