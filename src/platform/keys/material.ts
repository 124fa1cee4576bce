import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { DAY } from '../../shared/clock';
import { KeysError } from './errors';
import type { KeyKind } from './model';

/** A private key and, for PDF, the certificates that go with it. */
export interface KeyMaterial {
  readonly privateKey: KeyObject;
  /** X.509, DER; the key's own first. */
  readonly certificates: readonly Buffer[];
}

const generate = promisify(generateKeyPair);
/** 3072 bits: good beyond 2030 (NIST SP 800-57, part 1, table 2). */
const RSA = { modulusLength: 3072 };
const VALID_DAYS = 3_652;

const toDer = (node: forge.asn1.Asn1): Buffer =>
  Buffer.from(forge.asn1.toDer(node).getBytes(), 'binary');

/** X.509 of a key by itself, for signing documents. */
function selfSigned(privateKey: KeyObject, host: string, at: Date): Buffer {
  const signer = forge.pki.privateKeyFromPem(
    privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  );
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.setRsaPublicKey(signer.n, signer.e);
  // Positive and never 0 at its beginning, as RFC 5280, 4.1.2.2 asks.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = at;
  certificate.validity.notAfter = new Date(at.getTime() + VALID_DAYS * DAY);
  const name = [
    { name: 'commonName', value: `${host} certificates`.slice(0, 64) },
    { name: 'organizationName', value: host.slice(0, 64) },
  ];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, nonRepudiation: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(signer, forge.md.sha256.create());
  return toDer(forge.pki.certificateToAsn1(certificate));
}

/** A new key of a kind. @param host the site's name, for its X.509 certificate */
export async function makeMaterial(kind: KeyKind, host: string, at: Date): Promise<KeyMaterial> {
  if (kind === 'credential') {
    const { privateKey } = await generate('ed25519');
    return { privateKey, certificates: [] };
  }
  const { privateKey } = await generate('rsa', RSA);
  return { privateKey, certificates: [selfSigned(privateKey, host, at)] };
}

function fromPem(text: string, password: string | undefined): KeyMaterial {
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return {
    privateKey: createPrivateKey({
      key: text,
      ...(password === undefined ? {} : { passphrase: password }),
    }),
    certificates: (certificates ?? []).map((pem) => new X509Certificate(pem).raw),
  };
}

function fromP12(bytes: Buffer, password: string | undefined): KeyMaterial {
  const asn1 = forge.asn1.fromDer(forge.util.createBuffer(bytes.toString('binary')));
  const p12 = forge.pkcs12.pkcs12FromAsn1(asn1, password ?? '');
  const bagsOf = (type: string) => p12.getBags({ bagType: type })[type] ?? [];
  const { pkcs8ShroudedKeyBag = '', keyBag = '', certBag = '' } = forge.pki.oids;
  const [bag] = [...bagsOf(pkcs8ShroudedKeyBag), ...bagsOf(keyBag)];
  if (!bag?.key) throw new Error('it holds no RSA key');
  return {
    privateKey: createPrivateKey(forge.pki.privateKeyToPem(bag.key)),
    certificates: bagsOf(certBag).flatMap(({ cert }) =>
      cert ? [toDer(forge.pki.certificateToAsn1(cert))] : [],
    ),
  };
}

/** The certificate of the key first, the others behind it in their order. */
function inOrder({ privateKey, certificates }: KeyMaterial): KeyMaterial {
  const own = certificates.find((der) => new X509Certificate(der).checkPrivateKey(privateKey));
  if (!own) throw new Error('no certificate in it belongs to its key');
  return { privateKey, certificates: [own, ...certificates.filter((der) => der !== own)] };
}

/**
 * The key and certificates of a P12 or PEM file.
 * @throws KeysError that names the file and what is wrong with it
 */
export async function readMaterial(
  file: string,
  password: string | undefined,
): Promise<KeyMaterial> {
  try {
    const bytes = await readFile(file);
    const isPem = bytes.includes('-----BEGIN ');
    const material = inOrder(
      isPem ? fromPem(bytes.toString('utf8'), password) : fromP12(bytes, password),
    );
    if (material.privateKey.asymmetricKeyType !== 'rsa') throw new Error('its key is not RSA');
    return material;
  } catch (error) {
    throw new KeysError(`PDF_CERTIFICATE: ${file} cannot be used: ${(error as Error).message}`);
  }
}

/** SPKI, DER, base64: the same for the same key, whoever asks. */
export const publicPart = (privateKey: KeyObject): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
