import { useEffect, useMemo, useState, type DragEvent } from 'react';
import { hostStates } from '../../../machine/host-states.ts';
import type { Session } from '../../play/session.ts';
import { readOpenable } from '../../read-openable.ts';
import { RunHistory } from '../../run-file/run-history.ts';
import { saveText } from '../save-text.ts';
import type { DemoChoice } from './demo-scenario.ts';
import { RunForm } from './run-form.tsx';
import { RunPane } from './run-pane.tsx';
import { useRunner } from './use-runner.ts';

interface Props {
  readonly runs: readonly RunHistory[];
  readonly onRuns: (runs: readonly RunHistory[]) => void;
  readonly onOpenHost: (session: Session) => void;
}

const MOST_RUNS = 2;

/** Runs of whole fleets: opened from a file or made here, one or two side by side. */
export function FleetView({ runs, onRuns, onOpenHost }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const colours = useStateColours();
  const add = (text: string) => {
    const read = readOpenable(text);
    const isRun = read.type === 'run';
    setProblem(
      isRun ? null : read.type === 'problem' ? read.message : 'This file belongs to the paths view: open it there.',
    );
    if (isRun) onRuns([...runs, new RunHistory(read.run)].slice(-MOST_RUNS));
  };
  const { state, start } = useRunner(add);
  const openFile = (file: File | undefined) => {
    if (file !== undefined) void file.text().then(add, () => setProblem('The file could not be read.'));
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    openFile(event.dataTransfer.files[0]);
  };
  const run = (choice: DemoChoice) => {
    setProblem(null);
    start(choice);
  };

  return (
    <div className="fleet" onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <RunForm isRunning={state.type === 'running'} onRun={run} onFile={openFile} />
      {state.type === 'running' && (
        <p className="banner" role="status">
          Running: {state.text}…
        </p>
      )}
      {(problem !== null || state.type === 'failed') && (
        <p className="banner" role="alert">
          {problem ?? (state.type === 'failed' ? state.message : '')}
        </p>
      )}
      {runs.length === 0 ? (
        <div className="drop-zone">
          <p>Drop a run file here, or run a scenario above: it runs right here, with the simulator of this package.</p>
          <p className="hint">A second run is put beside the first.</p>
        </div>
      ) : (
        <div className={`panes of-${runs.length}`}>
          {runs.map((history, index) => (
            <RunPane
              // A run is opened once; the same file opened twice is two panes.
              key={`${history.file.title} ${history.file.seed} ${index}`}
              history={history}
              colours={colours}
              onOpenHost={onOpenHost}
              onSave={() => saveText(`run-${history.file.seed}.json`, 'application/json', JSON.stringify(history.file))}
              onClose={() => onRuns(runs.filter((each) => each !== history))}
            />
          ))}
        </div>
      )}
    </div>
  );
}

/** The colours of the states in the present theme, in the order of `hostStates`. */
function useStateColours(): readonly string[] {
  const read = () =>
    hostStates.map((state) => getComputedStyle(document.documentElement).getPropertyValue(`--state-${state}`));
  const [key, setKey] = useState(() => read().join());
  useEffect(() => {
    const update = () => setKey(read().join());
    const observer = new MutationObserver(update);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', update);
    update();
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', update);
    };
  }, []);
  return useMemo(() => key.split(','), [key]);
}
