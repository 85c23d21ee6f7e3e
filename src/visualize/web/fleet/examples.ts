import harborFleet from '../../../../examples/fleets/harbor.json?raw';
import harborDay from '../../../../examples/scenarios/harbour-on-a-rough-day.yaml?raw';

/** What the page begins with: a real fleet on a rough day. */
export const welcome = { text: harborDay, files: new Map([['harbor.json', harborFleet]]) };

/** Something that simulation showed about the protocol, as a scenario that shows it. */
export interface Finding {
  readonly title: string;
  /** What to look for. */
  readonly note: string;
  readonly text: string;
}

const texts: Readonly<Record<string, string>> = import.meta.glob('../../../../examples/findings/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** In the order of their file names. */
export const findings: readonly Finding[] = Object.values(texts).map((text) => ({
  title: /^title: *(.*)$/m.exec(text)?.[1] ?? 'A finding',
  note: noteOf(text),
  text,
}));

/** The comment at the top of the file, without the line for editors. */
function noteOf(text: string): string {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith('#')) break;
    if (!line.includes('yaml-language-server')) lines.push(line.replace(/^# ?/, ''));
  }
  return lines.join(' ').trim();
}

/** What the editor begins with: small enough to be changed by whoever sees a scenario for the first time. */
export const SAMPLE_SCENARIO = `# The new release fails its http probe everywhere. Only the canary in wave 0 ever gets it.
# Try it with the policy halt, or with the probe failing on web-03 alone.
title: A bad release stops at the canary
seed: 1
fleet:
  channels:
    stable:
      hosts: { web: 12 }
      waves:
        - { hosts: web-01, soak: 10m }
        - { hosts: 25%, soak: 15m }
        - { hosts: the rest, soak: 20m }
      on-failure: rollback-and-halt
steps:
  - { at: 0s, do: fail-probe, hosts: '*', probe: http }
`;
