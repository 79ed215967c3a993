import { webcrypto } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { X509Certificate } from '@peculiar/x509';
import { systemSource, type Source } from '@weir/config';
import { serverNameOf, spiffeIdOf } from './mesh.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const CLOCK_SKEW_MS = 60_000;

export interface MeshCertificateOptions {
  /** Host names and addresses under which applications reach the doors; default localhost. */
  readonly hosts?: readonly string[];
  /** Days of validity; default 365. */
  readonly days?: number;
  readonly source?: Source;
}

type Toolkit = typeof import('@peculiar/x509');

interface Authority {
  readonly certificate: X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/**
 * Writes ca.pem, and `<name>.pem` with `<name>.key` (mode 0600) for each name, into the folder: what WEIR_TLS_DIR asks
 * for. A name may join several (`billing+router`) for a process that acts as all of them. The authority's own key is
 * not kept. EC P-256, one SPIFFE URI per name.
 */
export async function createMeshCertificates(
  directory: string,
  names: readonly string[],
  options: MeshCertificateOptions = {},
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const source = options.source ?? systemSource;
  const start = source.now() - CLOCK_SKEW_MS;
  const toolkit = await loadToolkit();
  const authority = await createAuthority(toolkit, source.uuid(), [
    new Date(start),
    new Date(start + (options.days ?? 365) * DAY_MS),
  ]);
  await writeFile(join(directory, 'ca.pem'), authority.certificate.toString('pem'));
  for (const name of names) {
    const { certificate, key } = await createLeaf(
      toolkit,
      authority,
      name,
      options.hosts ?? ['localhost', '127.0.0.1'],
    );
    await writeFile(join(directory, `${name}.pem`), certificate);
    await writeFile(join(directory, `${name}.key`), key, { mode: 0o600 });
  }
}

/** Only those who make certificates load it; it needs the polyfill of decorators' metadata. */
async function loadToolkit(): Promise<Toolkit> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/** Its name is its own: OpenSSL tries to verify with an authority of the same name and breaks the connection off. */
async function createAuthority(x509: Toolkit, id: string, [notBefore, notAfter]: [Date, Date]): Promise<Authority> {
  const keys = await createKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Weir mesh authority ${id}`,
    keys,
    notBefore,
    notAfter,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return { certificate, keys, notBefore, notAfter };
}

async function createLeaf(x509: Toolkit, authority: Authority, name: string, hosts: readonly string[]) {
  const keys = await createKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.keys.privateKey,
    notBefore: authority.notBefore,
    notAfter: authority.notAfter,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      new x509.SubjectAlternativeNameExtension(alternativeNames(name.split('+'), hosts)),
    ],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { certificate: certificate.toString('pem'), key: pem('PRIVATE KEY', key) };
}

function alternativeNames(names: readonly string[], hosts: readonly string[]) {
  return [
    ...names.map((name) => ({ type: 'url' as const, value: spiffeIdOf(name) })),
    ...names.map((name) => ({ type: 'dns' as const, value: serverNameOf(name) })),
    ...hosts.map((host) => ({ type: /^[\d.]+$|:/.test(host) ? ('ip' as const) : ('dns' as const), value: host })),
  ];
}

function createKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
