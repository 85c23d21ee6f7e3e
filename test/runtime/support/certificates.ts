import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** A value in DER: its tag, its length, its content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const long = body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...(body.length < 128 ? [body.length] : long)]), body]);
}

const [BOOLEAN, INTEGER, BITS, OCTETS, OID, TEXT, TIME, SEQUENCE, SET] = [1, 2, 3, 4, 6, 12, 0x18, 0x30, 0x31] as const;
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(SEQUENCE, ...parts);
const oid = (...bytes: readonly number[]): Buffer => der(OID, Buffer.from(bytes));
const bits = (content: Uint8Array): Buffer => der(BITS, Buffer.from([0]), content);
const name = (...commonNames: readonly string[]): Buffer =>
  sequence(...commonNames.map((text) => der(SET, sequence(oid(0x55, 4, 3), der(TEXT, Buffer.from(text))))));
const time = (at: number): Buffer =>
  der(TIME, Buffer.from(`${new Date(at).toISOString().replaceAll(/[-:T]|\.\d+Z/g, '')}Z`));
const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));

function pem(label: string, bytes: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')}\n-----END ${label}-----\n`;
}

const DAY_MS = 86_400_000;

/** A certificate authority, and certificates signed by it. */
export class Authority {
  /** Its own certificate. */
  readonly ca: string;
  readonly #key: KeyObject;
  #serial = 0;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    const isAuthority = sequence(
      oid(0x55, 0x1d, 0x13),
      der(BOOLEAN, Buffer.from([255])),
      der(OCTETS, sequence(der(BOOLEAN, Buffer.from([255])))),
    );
    this.ca = this.#certificate(name('authority'), publicKey, isAuthority, Date.now() + DAY_MS);
  }

  /** A certificate for 127.0.0.1 and a host; an expired one if `expired`. */
  issue(commonNames: readonly string[], expired = false): Identity {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const address = sequence(oid(0x55, 0x1d, 0x11), der(OCTETS, sequence(der(0x87, Buffer.from([127, 0, 0, 1])))));
    const endsAt = Date.now() + (expired ? -DAY_MS : DAY_MS);
    return {
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      cert: this.#certificate(name(...commonNames), publicKey, address, endsAt),
    };
  }

  #certificate(subject: Buffer, publicKey: KeyObject, extension: Buffer, endsAt: number): string {
    this.#serial += 1;
    const content = sequence(
      der(0xa0, der(INTEGER, Buffer.from([2]))),
      der(INTEGER, Buffer.from([this.#serial])),
      ecdsaWithSha256,
      name('authority'),
      sequence(time(endsAt - 30 * DAY_MS), time(endsAt)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      der(0xa3, sequence(extension)),
    );
    return pem('CERTIFICATE', sequence(content, ecdsaWithSha256, bits(sign('sha256', content, this.#key))));
  }
}
