import {
  CONTROL_PLANE_RULES,
  type ControlPlaneCore,
  type ControlPlaneSnapshot,
} from '../../../src/control-plane/index.ts';
import type { Cores } from '../../../src/simulator/index.ts';
import { controlPlane, controlPlaneEffect } from './broken-control-plane.ts';
import { rule, type RuleBug } from './rule-bug.ts';

/** What a control plane reads back when it starts again, changed. */
const restored = (change: (saved: ControlPlaneSnapshot) => ControlPlaneSnapshot): Cores => ({
  wrapControlPlane: (core): ControlPlaneCore => ({ ...core, restore: (saved) => core.restore(change(saved)) }),
});

type RolloutSaved = ControlPlaneSnapshot['rollouts'][number];
type HostSaved = RolloutSaved['hosts'][number];

const rollouts = (change: (rollout: RolloutSaved) => RolloutSaved): Cores =>
  restored((saved) => ({ ...saved, rollouts: saved.rollouts.map(change) }));

const slots = (change: (slot: HostSaved) => HostSaved): Cores =>
  rollouts((rollout) => ({ ...rollout, hosts: rollout.hosts.map(change) }));

/** What a control plane must still know after a restart, and what it concludes from a heartbeat. */
export const CONTROL_PLANE_RESTART_BUGS: readonly RuleBug[] = [
  ...rule('control-plane, snapshot and restore', [
    ['never', 'a restart forgets the quarantine', restored((saved) => ({ ...saved, quarantine: [] }))],
    [
      'wrong one',
      'a restart puts a quarantine on every channel',
      restored((saved) => ({
        ...saved,
        quarantine: saved.manifests.map(({ channel }) => ({
          channel,
          closures: saved.quarantine.flatMap(({ closures }) => closures),
        })),
      })),
    ],
    ['never', 'a restart forgets outstanding dispatches', slots((slot) => ({ ...slot, dispatch: 'none' }))],
    ['never', 'a restart forgets failing checks', slots((slot) => ({ ...slot, failures: [] }))],
    [
      'never',
      'a restart forgets the numbers of early events',
      slots((slot) => ({ ...slot, numbers: { ...slot.numbers, ahead: [] } })),
    ],
    [
      'wrong one',
      'a restart begins with the first wave again',
      rollouts((rollout) => ({ ...rollout, record: { ...rollout.record, currentWave: 0 } })),
    ],
    [
      'too early or too often',
      'a control plane without its database dispatches to each host that it has heard',
      {
        wrapControlPlane: (core): ControlPlaneCore => ({
          ...core,
          start: (config) =>
            core.start({ ...config, dispatchFrom: typeof config?.dispatchFrom === 'number' ? 0 : null }),
        }),
      },
    ],
    [
      'never',
      'a restart forgets who is unreachable',
      restored((saved) => ({ ...saved, hosts: saved.hosts.map((host) => ({ ...host, isUnreachable: false })) })),
    ],
    [
      'wrong one',
      'a restart takes the soaks of dispatches as over',
      slots((slot) => (slot.record.state === 'Pending' ? { ...slot, record: { ...slot.record, soakDueAt: 0 } } : slot)),
    ],
  ]),
  ...rule('control-plane, heartbeats: numbers of synthesized events', [
    [
      'wrong one',
      'a made-up event has the number after the record, whatever the agent has used',
      controlPlane({
        synthesize: (record, evidence, now) =>
          CONTROL_PLANE_RULES.synthesize(record, evidence, now).map((event, at) => ({
            ...event,
            seq: record.lastEventSeq + 1 + at,
          })),
      }),
    ],
    [
      'too early or too often',
      'a made-up event skips a number',
      controlPlane({
        synthesize: (...args) =>
          CONTROL_PLANE_RULES.synthesize(...args).map((event) => ({ ...event, seq: event.seq + 1 })),
      }),
    ],
    ['never', 'a made-up event is reported nowhere', controlPlaneEffect('SynthesizeEvent', () => [])],
  ]),
];
