import { useState, type FormEvent } from 'react';
import type { HealthFailurePolicy } from '../../../machine/index.ts';
import { MOST_WAVES, fleetSizes, troubles, type DemoChoice } from '../../play/run-place.ts';
import { Choice, asOptions } from '../choice.tsx';
import { FileButton } from '../file-button.tsx';

interface Props {
  readonly isRunning: boolean;
  readonly isWriting: boolean;
  readonly onRun: (choice: DemoChoice) => void;
  readonly onWrite: () => void;
  readonly onFiles: (files: readonly File[]) => void;
}

const policies: readonly HealthFailurePolicy[] = ['rollback-and-halt', 'halt'];
const waveCounts = Array.from({ length: MOST_WAVES }, (_, index) => index + 1);

/** Chooses what to run, or which file to open. */
export function RunForm({ isRunning, isWriting, onRun, onWrite, onFiles }: Props) {
  const [choice, setChoice] = useState<DemoChoice>({
    hosts: 200,
    waves: 4,
    seed: 1,
    onHealthFailure: 'rollback-and-halt',
    trouble: 'reboots needed',
  });
  const change = (part: Partial<DemoChoice>) => setChoice({ ...choice, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onRun(choice);
  };
  return (
    <form className="run-form" onSubmit={submit} aria-label="Run a scenario">
      <p className="hint">
        A fleet generated from these numbers, or a file: a <code>fleet.resolved.json</code>, a scenario, a run file or
        an event log. It runs here, in the page.
      </p>
      <Choice
        label="Hosts"
        value={choice.hosts}
        options={asOptions(fleetSizes)}
        onChange={(hosts) => change({ hosts })}
      />
      <Choice
        label="Waves"
        value={choice.waves}
        options={asOptions(waveCounts)}
        onChange={(waves) => change({ waves })}
      />
      <Choice
        label="Trouble"
        value={choice.trouble}
        options={asOptions(troubles)}
        onChange={(trouble) => change({ trouble })}
      />
      <Choice
        label="onHealthFailure"
        value={choice.onHealthFailure}
        options={asOptions(policies)}
        onChange={(onHealthFailure) => change({ onHealthFailure })}
      />
      <label className="choice">
        <span>Seed</span>
        <input
          type="number"
          min={0}
          max={2 ** 31}
          step={1}
          required
          value={choice.seed}
          onChange={(event) => change({ seed: Math.max(0, Math.trunc(Number(event.target.value))) })}
        />
      </label>
      <button type="submit" className="primary" disabled={isRunning}>
        Run this fleet
      </button>
      <div className="row end">
        <button type="button" aria-expanded={isWriting} onClick={onWrite}>
          Write a scenario
        </button>
        <FileButton label="Open a file…" accept=".json,.jsonl,.yaml,.yml" onFiles={onFiles} />
      </div>
    </form>
  );
}
