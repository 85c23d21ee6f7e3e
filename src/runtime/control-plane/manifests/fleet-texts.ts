import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskProblem, RuntimeProblem } from '../../shared/runtime-problem.ts';
import { SIGNATURE_SUFFIX } from '../../shared/signed-fleet.ts';
import { errorCode } from '../../../text/index.ts';

/** A fleet file as found. */
export interface FleetText {
  /** Its path or address. */
  readonly name: string;
  readonly text: string;
  /** In base64; `null` if there is none. */
  readonly signature: string | null;
  /** When the file was written, if known. Decides between files without a signing time. */
  readonly writtenAt: number;
}

/** Reads all fleet files; `null` if nothing has changed since the last call. */
export type ReadFleetTexts = () => Promise<readonly FleetText[] | null>;

/** Larger than any fleet file. */
const MAX_BYTES = 64 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 30_000;

/**
 * A fleet file, or a folder of them: every `.json` file in it. The signature of each has the same name with `.sig`.
 * Rejects with a RuntimeProblem if it cannot be read.
 */
export function fleetTextsAt(path: string): ReadFleetTexts {
  let known = '';
  return async () => {
    const paths = await pathsAt(path);
    const files = paths.flatMap((file) => [file, `${file}${SIGNATURE_SUFFIX}`]);
    const stamps = await Promise.all(files.map(stampOf));
    const stamp = JSON.stringify([paths, stamps]);
    if (stamp === known) return null;
    const texts = await Promise.all(paths.map(readFleetText));
    known = stamp;
    return texts.filter((text) => text !== null);
  };
}

/** A fleet file at an address; its signature is at the same address with `.sig`. */
export function fleetTextFrom(url: URL): ReadFleetTexts {
  let known = '';
  return async () => {
    const text = await fetchText(url);
    if (text === null)
      throw new RuntimeProblem({ path: url.href, message: 'there is no such file', remedy: 'Check the address.' });
    const signatureUrl = new URL(url);
    signatureUrl.pathname += SIGNATURE_SUFFIX;
    const signature = await fetchText(signatureUrl);
    const stamp = JSON.stringify([text, signature]);
    if (stamp === known) return null;
    known = stamp;
    return [{ name: url.href, text, signature, writtenAt: 0 }];
  };
}

async function pathsAt(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => name.endsWith('.json'));
    return names.sort().map((name) => join(path, name));
  } catch (error) {
    throw diskProblem(path, error);
  }
}

async function stampOf(path: string): Promise<readonly number[] | null> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return [mtimeMs, size, ino];
  } catch {
    // Reading it reports what is wrong.
    return null;
  }
}

/** `null` if it has been removed since the folder was listed. */
async function readFleetText(path: string): Promise<FleetText | null> {
  const text = await readIfThere(path);
  if (text === null) return null;
  const signature = await readIfThere(`${path}${SIGNATURE_SUFFIX}`);
  return { name: path, text, signature, writtenAt: (await stampOf(path))?.[0] ?? 0 };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    if ((await stat(path)).size > MAX_BYTES) {
      const remedy = 'Check that it is a fleet.resolved.json.';
      throw new RuntimeProblem({ path, message: `it is larger than ${MAX_BYTES} bytes`, remedy });
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof RuntimeProblem) throw error;
    if (errorCode(error) === 'ENOENT') return null;
    throw diskProblem(path, error);
  }
}

/** `null` for 404. */
async function fetchText(url: URL): Promise<string | null> {
  const problem = (message: string, cause?: unknown): RuntimeProblem =>
    new RuntimeProblem({ path: url.href, message, remedy: 'Check the address and its server.' }, { cause });
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
    if (response.status === 404) return null;
    if (!response.ok) throw problem(`the answer was ${response.status}`);
    return await limitedText(response);
  } catch (error) {
    if (error instanceof RuntimeProblem) throw error;
    throw problem(
      `it cannot be fetched (${errorCode(error instanceof Error ? (error.cause ?? error) : error)})`,
      error,
    );
  }
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new RangeError(`it is larger than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
