import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { distrustOf, readPublicKeys, signatureBeside } from '../../../src/runtime/shared/signed-fleet.ts';
import type { Problem } from '../../../src/text/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'nixfleet-signed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519').publicKey;
const canonical = '{"a":1,"b":[true,"ü"]}';
const signature = sign(null, Buffer.from(canonical), privateKey).toString('base64');

describe('a fleet file', () => {
  test('is trusted with a signature over its canonical JSON, whatever its layout', () => {
    expect(distrustOf(canonical, signature, [publicKey])).toBeNull();
    expect(distrustOf('{ "b": [true, "\\u00fc"],\n "a": 1.0 }', `${signature}\n`, [other, publicKey])).toBeNull();
  });

  test.each([
    ['no signature', canonical, null, /not signed/],
    ['a signature of something else', '{"a":2,"b":[true,"ü"]}', signature, /none of the configured keys/],
    ['a cut signature', canonical, signature.slice(0, 40), /64 bytes/],
    ['text that is no JSON', '{', signature, /not JSON/],
    ['a name that occurs twice', '{"a":0,"a":1,"b":[true,"ü"]}', signature, /not JSON/],
  ])('is not trusted with %s', (_, text, signed, reason) => {
    expect(distrustOf(text, signed, [publicKey])).toMatch(reason);
  });

  test('is not trusted without a key, or with a foreign key', () => {
    expect(distrustOf(canonical, signature, [])).toMatch(/none of the configured keys/);
    expect(distrustOf(canonical, signature, [other])).toMatch(/none of the configured keys/);
  });

  test('has its signature beside it', () => {
    writeFileSync(join(folder, 'fleet.json.sig'), signature);
    expect(signatureBeside(join(folder, 'fleet.json'))).toBe(signature);
    expect(signatureBeside(join(folder, 'unsigned.json'))).toBeNull();
  });
});

test('all unusable keys are reported', () => {
  const path = (name: string) => join(folder, name);
  writeFileSync(path('good.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(path('text.pem'), 'hello');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  writeFileSync(path('rsa.pem'), rsa.export({ type: 'spki', format: 'pem' }));
  const problems: Problem[] = [];
  const keys = readPublicKeys(['good.pem', 'text.pem', 'rsa.pem', 'missing.pem'].map(path), problems);
  expect(keys).toHaveLength(1);
  expect(problems.map(({ path: place }) => place)).toEqual(['text.pem', 'rsa.pem', 'missing.pem'].map(path));
});
