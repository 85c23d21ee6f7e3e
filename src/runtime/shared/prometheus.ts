import type { EmitMetric } from '../../machine/index.ts';

/** What all metrics with one name share. */
export interface MetricHelp {
  readonly type: 'gauge' | 'counter';
  /** What it counts or measures, with its unit. */
  readonly help: string;
}

export const gauge = (help: string): MetricHelp => ({ type: 'gauge', help });
export const counter = (help: string): MetricHelp => ({ type: 'counter', help });

/**
 * Metrics in Prometheus's text format, version 0.0.4. Metrics with one name are adjacent, as the format requires.
 *
 * @param helps by name; a metric without one is left out
 */
export function prometheusText(
  metrics: Iterable<Pick<EmitMetric, 'name' | 'labels' | 'value'>>,
  helps: Readonly<Record<string, MetricHelp>>,
): string {
  const lines = new Map<string, string[]>(Object.keys(helps).map((name) => [name, []]));
  for (const { name, labels, value } of metrics) {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    lines.get(name)?.push(`${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`);
  }
  return Object.entries(helps)
    .filter(([name]) => lines.get(name)?.length !== 0)
    .map(([name, { type, help }]) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...(lines.get(name) ?? [])])
    .map((block) => `${block.join('\n')}\n`)
    .join('');
}

/** The content type of {@link prometheusText}. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
