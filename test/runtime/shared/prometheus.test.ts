import { expect, it } from 'vitest';
import { prometheusText } from '../../../src/runtime/shared/prometheus.ts';

const helps = { a: { type: 'gauge', help: 'The first.' }, b: { type: 'counter', help: 'The second.' } } as const;

it('metrics with one name are adjacent, with their help, and unknown ones are left out', () => {
  const metrics = [
    { name: 'b', labels: {}, value: 1 },
    { name: 'a', labels: { x: 'one', y: 'two' }, value: 0.5 },
    { name: 'b', labels: { x: 'other' }, value: 2 },
    { name: 'c', labels: {}, value: 3 },
  ];
  expect(prometheusText(metrics, helps)).toBe(
    '# HELP a The first.\n# TYPE a gauge\na{x="one",y="two"} 0.5\n# HELP b The second.\n# TYPE b counter\nb 1\nb{x="other"} 2\n',
  );
});

it('labels are escaped, so that no line can be forged', () => {
  const metrics = [{ name: 'a', labels: { x: 'q"\\\n# HELP' }, value: 1 }];
  expect(prometheusText(metrics, helps)).toContain('a{x="q\\"\\\\\\n# HELP"} 1\n');
});
