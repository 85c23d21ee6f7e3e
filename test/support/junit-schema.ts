import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateXML } from 'xmllint-wasm';
import { repositoryRoot } from './repository.ts';

const schema = readFileSync(join(repositoryRoot, 'test/support/junit.xsd'), 'utf8');

/** Everything in which a report breaks the schema of JUnit files, or XML itself, as xmllint says it. */
export async function junitProblems(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({ xml: [{ fileName: 'report.xml', contents: xml }], schema: [schema] });
  return errors.map(({ message }) => message);
}
