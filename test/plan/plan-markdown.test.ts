import { expect, test } from 'vitest';
import { planMarkdown } from '../../src/plan/index.ts';
import { fleetOf, planOf } from './support/plan-fleets.ts';

const SKETCH = { channels: { stable: [['a'], ['b']] }, release: 'r2' };

test('a comment has the verdict, the course, a timeline and lints', () => {
  const text = planMarkdown(planOf(SKETCH), null, null);
  expect(text).toContain('**Done within 20m');
  expect(text).toContain('| stable/0 | 1 | 9m ');
  expect(text).toContain('```mermaid\ngantt\n  dateFormat YYYY-MM-DD HH:mm\n');
  expect(text).toMatch(/^ {2}wave 0 :1970-01-01 00:00, 10m$/m);
  expect(text).toContain('note `deferred-canary` at `$.waves.stable[0]`');
  expect(text).toContain('<sub>Seed 1, 1 run.</sub>');
});

test('a comment has the assumptions and the critical path: both were missing', () => {
  const text = planMarkdown(planOf(SKETCH, { ...SKETCH, release: 'r1' }), null, null);
  expect(text).toMatch(/^What takes the time: soaks 1\dm, .* Longest holds: wave-promotion 10m\.$/m);
  expect(text).toMatch(
    /### Assumptions\n\n- Manifests are signed in time, .*\n- No faults occur: .*\n- A switch takes /,
  );
});

test('a name cannot break out of the comment, or mention anyone', () => {
  const name = '<img src=x>|**@all**`';
  const next = { channels: { stable: [[name], ['b']] }, release: 'r2' };
  const text = planMarkdown(planOf(next, { ...next, release: 'r1' }), null, null);
  const outsideCode = text.replaceAll(/`[^`\n]*`/g, '');
  expect(outsideCode).not.toContain('<img');
  expect(outsideCode).not.toMatch(/[^\\]@all/);
  expect(fleetOf(next).hosts.has(name)).toBe(true);
});

test("the timeline shows the plan's clock, whatever the reader's zone", () => {
  const start = { startAt: Date.UTC(2026, 0, 1, 20), offsetMinutes: 120 };
  expect(planMarkdown(planOf(SKETCH), start, null)).toMatch(/^ {2}wave 0 :2026-01-01 22:00, 10m$/m);
});
