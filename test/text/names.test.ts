import { describe, expect, it } from 'vitest';
import { nearestName } from '../../src/text/index.ts';

describe('nearest names', () => {
  it('are slips of the pen, and no more', () => {
    const known = ['hosts', 'steps', 'agent-crashes-per-hour'];
    expect(['host', 'hsots', 'setps', 'agent-crash', 'zebra', ''].map((name) => nearestName(name, known))).toEqual([
      'hosts',
      'hosts',
      'steps',
      'agent-crashes-per-hour',
      null,
      null,
    ]);
  });
});
