import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Problem } from '../../text/index.ts';
import { diskProblem } from './runtime-problem.ts';

/** Reads the files that a configuration names. Adds a problem for each that cannot be used. */
export class NamedFiles {
  readonly #folder: string;
  readonly #problems: Problem[];

  /** @param folder the base of relative paths */
  constructor(folder: string, problems: Problem[]) {
    this.#folder = folder;
    this.#problems = problems;
  }

  /** The text of a file; `null` if it cannot be read, or if `check` throws for it. */
  read(file: string, expected: string, check: (text: string) => unknown): string | null {
    const path = resolve(this.#folder, file);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      this.#problems.push(diskProblem(path, error).problem);
      return null;
    }
    try {
      check(text);
      return text;
    } catch {
      const remedy = 'Name the right file in the configuration.';
      this.#problems.push({ path, message: `expected ${expected}`, remedy });
      return null;
    }
  }

  /** A certificate in PEM, or several. */
  certificate(file: string): string | null {
    return this.read(file, 'a certificate in PEM', (text) => new X509Certificate(text));
  }

  /** A certificate and its private key, both in PEM. */
  identity(certFile: string, keyFile: string): { readonly cert: string; readonly key: string } | null {
    const cert = this.certificate(certFile);
    const key = this.read(keyFile, 'a private key in PEM', createPrivateKey);
    if (cert === null || key === null) return null;
    if (new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return { cert, key };
    const message = `expected the private key of the certificate in ${certFile}, found another`;
    this.#problems.push({ path: resolve(this.#folder, keyFile), message, remedy: 'Name the files of one pair.' });
    return null;
  }
}
