import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { errorCode, type Problem } from '../../text/index.ts';
import { parseJson } from '../../wire/index.ts';
import { diskProblem, RuntimeProblem } from './runtime-problem.ts';

/** Beside a fleet file `NAME.json`, its detached signature is `NAME.json.sig`, in base64. */
export const SIGNATURE_SUFFIX = '.sig';

const SIGNATURE_BYTES = 64;

/**
 * Why a fleet file cannot be trusted; `null` if it can. The signature is Ed25519, over the canonical form of the file's
 * JSON (RFC 8785), so that white space and the order of fields do not matter.
 *
 * @param signature in base64; `null` if there is none
 */
export function distrustOf(text: string, signature: string | null, keys: readonly KeyObject[]): string | null {
  if (signature === null) return `it is not signed: there is no ${SIGNATURE_SUFFIX} file beside it`;
  const bytes = Buffer.from(signature.trim(), 'base64');
  if (bytes.length !== SIGNATURE_BYTES) return 'its signature cannot be read: expected 64 bytes in base64';
  const json = parseJson(text);
  if (!json.ok) return 'it is not JSON';
  const signed = canonicalize(json.value);
  if (signed === undefined) return 'it is not JSON';
  const isSigned = keys.some((key) => verify(null, Buffer.from(signed), key, bytes));
  return isSigned ? null : 'none of the configured keys has signed it';
}

/** The text of the signature beside a fleet file; `null` if there is none. */
export function signatureBeside(path: string): string | null {
  try {
    return readFileSync(`${path}${SIGNATURE_SUFFIX}`, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw diskProblem(`${path}${SIGNATURE_SUFFIX}`, error);
  }
}

/** Reads public keys from PEM files. Adds a problem for each unusable file. */
export function readPublicKeys(paths: readonly string[], problems: Problem[]): readonly KeyObject[] {
  return paths.flatMap((path) => {
    const key = readPublicKey(path);
    if (!(key instanceof RuntimeProblem)) return [key];
    problems.push(key.problem);
    return [];
  });
}

function readPublicKey(path: string): KeyObject | RuntimeProblem {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    return diskProblem(path, error);
  }
  const remedy = 'Make one with `openssl pkey -in PRIVATE -pubout`.';
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
    const message = `expected an Ed25519 key, found ${key.asymmetricKeyType ?? 'another'}`;
    return new RuntimeProblem({ path, message, remedy });
  } catch {
    return new RuntimeProblem({ path, message: 'expected a public key in PEM', remedy });
  }
}
