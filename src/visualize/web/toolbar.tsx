import type { HealthFailurePolicy } from '../../machine/index.ts';
import type { ChartModel, ChartSide } from '../chart-model.ts';
import type { MachineName } from '../play/engine.ts';
import { newSession, restart, soakWindows, type Session, type SoakWindow } from '../play/session.ts';
import { Choice, asOptions } from './choice.tsx';
import { Segmented } from './choice.tsx';

interface Props {
  readonly model: ChartModel;
  readonly session: Session;
  readonly onChange: (change: (session: Session) => Session) => void;
}

const machines: readonly { value: MachineName; text: string }[] = [
  { value: 'host', text: 'Host' },
  { value: 'rollout', text: 'Rollout' },
];
const sides: readonly { value: ChartSide; text: string }[] = [
  { value: 'agent', text: 'Agent' },
  { value: 'control-plane', text: 'Control plane' },
  { value: 'both', text: 'Both' },
];
const policies: readonly { value: HealthFailurePolicy; text: string }[] = [
  { value: 'rollback-and-halt', text: 'rollback-and-halt' },
  { value: 'halt', text: 'halt' },
];
const soakTexts: { readonly [Window in SoakWindow]: string } = {
  'an hour': 'one hour',
  none: 'none',
  over: 'already over',
};

const soakOptions = soakWindows.map((value) => ({ value, text: soakTexts[value] }));

/** Selects the chart, and the circumstances under which it is played. */
export function Toolbar({ model, session, onChange }: Props) {
  const { start } = session;
  const [state, soak] = start.kind === 'state' ? [start.state, start.soak] : ['', 'an hour' as const];
  const begin = (next: { state?: string; soak?: SoakWindow }) =>
    onChange((old) =>
      restart(old, { start: { kind: 'state', state: state === '' ? model.start : state, soak, ...next } }),
    );
  return (
    <section className="toolbar" aria-label="View and playback">
      <Segmented
        label="Machine"
        value={session.machine}
        options={machines}
        onChange={(machine) =>
          onChange((old) =>
            restart(old, {
              machine,
              side: machine === 'rollout' ? 'control-plane' : 'agent',
              start: machine === 'rollout' ? { kind: 'state', state: 'Opening', soak: 'an hour' } : newSession.start,
            }),
          )
        }
      />
      {session.machine === 'host' && (
        <>
          <Segmented
            label="Side"
            value={session.side}
            options={sides}
            onChange={(side) => onChange((old) => ({ ...old, side }))}
          />
          <Segmented
            label="Policy onHealthFailure"
            value={session.onHealthFailure}
            options={policies}
            onChange={(onHealthFailure) => onChange((old) => ({ ...old, onHealthFailure }))}
          />
        </>
      )}
      <Choice
        label="Start in"
        testId="start-state"
        value={state}
        options={[
          ...(start.kind === 'record' ? [{ value: '', text: start.title }] : []),
          ...asOptions(model.states.map(({ name }) => name)),
        ]}
        onChange={(next) => begin({ state: next })}
      />
      {session.machine === 'host' && (
        <Choice label="Soak window" value={soak} options={soakOptions} onChange={(next) => begin({ soak: next })} />
      )}
    </section>
  );
}
