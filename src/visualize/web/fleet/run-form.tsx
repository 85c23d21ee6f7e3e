import { useState, type FormEvent } from 'react';
import type { HealthFailurePolicy } from '../../../machine/events.ts';
import { troubles, type DemoChoice } from './demo-scenario.ts';

interface Props {
  readonly isRunning: boolean;
  readonly onRun: (choice: DemoChoice) => void;
  readonly onFile: (file: File | undefined) => void;
}

const sizes = [50, 200, 1_000, 10_000] as const;
const policies: readonly HealthFailurePolicy[] = ['rollback-and-halt', 'halt'];

/** What to run, or which file to open. */
export function RunForm({ isRunning, onRun, onFile }: Props) {
  const [choice, setChoice] = useState<DemoChoice>({
    hosts: 200,
    waves: 4,
    seed: 1,
    onHealthFailure: 'rollback-and-halt',
    trouble: 'reboots needed',
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onRun(choice);
  };
  return (
    <form className="toolbar" onSubmit={submit} aria-label="Run a scenario">
      <label className="choice">
        <span>Hosts</span>
        <select value={choice.hosts} onChange={(event) => setChoice({ ...choice, hosts: Number(event.target.value) })}>
          {sizes.map((size) => (
            <option key={size}>{size}</option>
          ))}
        </select>
      </label>
      <label className="choice">
        <span>Waves</span>
        <select value={choice.waves} onChange={(event) => setChoice({ ...choice, waves: Number(event.target.value) })}>
          {[1, 2, 3, 4, 5, 6].map((waves) => (
            <option key={waves}>{waves}</option>
          ))}
        </select>
      </label>
      <label className="choice">
        <span>Trouble</span>
        <select
          value={choice.trouble}
          onChange={(event) =>
            setChoice({ ...choice, trouble: troubles.find((each) => each === event.target.value) ?? 'none' })
          }
        >
          {troubles.map((trouble) => (
            <option key={trouble}>{trouble}</option>
          ))}
        </select>
      </label>
      <label className="choice">
        <span>onHealthFailure</span>
        <select
          value={choice.onHealthFailure}
          onChange={(event) =>
            setChoice({ ...choice, onHealthFailure: policies.find((each) => each === event.target.value) ?? 'halt' })
          }
        >
          {policies.map((policy) => (
            <option key={policy}>{policy}</option>
          ))}
        </select>
      </label>
      <label className="choice">
        <span>Seed</span>
        <input
          type="number"
          min={0}
          max={2 ** 31}
          step={1}
          required
          value={choice.seed}
          onChange={(event) => setChoice({ ...choice, seed: Math.max(0, Math.trunc(Number(event.target.value))) })}
        />
      </label>
      <button type="submit" className="primary" disabled={isRunning}>
        Run
      </button>
      <label className="file-button">
        Open a run file…
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => {
            onFile(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
      </label>
    </form>
  );
}
