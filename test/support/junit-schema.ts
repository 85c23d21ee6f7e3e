import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateXML } from 'xmllint-wasm';
import { repositoryRoot } from './repository.ts';

const schema = readFileSync(join(repositoryRoot, 'test/support/junit.xsd'), 'utf8');

/** Violations of the schema of JUnit files, or of XML itself, as reported by xmllint. */
export async function junitProblems(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({ xml: [{ fileName: 'report.xml', contents: xml }], schema: [schema] });
  return errors.map(({ message }) => message);
}
