import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scenarioJsonSchema } from '../../../src/simulator/scenario-file/index.ts';

const published = readFileSync(new URL('../../../schema/scenario.schema.json', import.meta.url), 'utf8');
const folder = new URL('../../../examples/scenarios/', import.meta.url);

describe('the published JSON Schema of scenarios', () => {
  it('matches the reader; if not: node scripts/write-schemas.mjs', () => {
    expect(JSON.parse(published)).toEqual(scenarioJsonSchema());
  });

  it('takes every example, and refuses a wrong word', () => {
    const schema = z.fromJSONSchema(JSON.parse(published) as Parameters<typeof z.fromJSONSchema>[0]);
    for (const name of readdirSync(folder)) {
      if (!name.endsWith('.yaml')) continue;
      const value: unknown = parse(readFileSync(new URL(name, folder), 'utf8'));
      expect(schema.safeParse(value).error?.issues ?? [], name).toEqual([]);
    }
    expect(schema.safeParse({ fleet: { hosts: 3 }, step: [] }).success).toBe(false);
    expect(schema.safeParse({ fleet: { hosts: 3 }, steps: [{ at: '1m', do: 'crsh', hosts: 'x' }] }).success).toBe(
      false,
    );
  });
});
