import { CopyButton } from '../copy-button.tsx';
import type { RunFile } from '../../run-file/run-file.ts';

interface Props {
  readonly file: RunFile;
  readonly onScenario: (text: string) => void;
  readonly onSave: () => void;
  readonly onClose: () => void;
}

/** Which run it is, what came of it, and how it can be taken away. */
export const RunHead = ({ file, onScenario, onSave, onClose }: Props) => (
  <header className="run-head">
    <h2>
      <bdi>{file.title}</bdi>
    </h2>
    <span className={`outcome-tag is-${file.outcome}`} data-testid="run-outcome">
      {file.outcome}
    </span>
    <span className="hint">seed {file.seed === null ? 'unknown' : <code>{file.seed}</code>}</span>
    <div className="row end">
      {file.seed !== null && <CopyButton label="Copy seed" text={() => String(file.seed)} />}
      {file.scenario !== '' && (
        <>
          <button type="button" onClick={() => onScenario(file.scenario)}>
            Show scenario
          </button>
          <CopyButton label="Copy scenario" text={() => file.scenario} />
        </>
      )}
      <button type="button" onClick={onSave}>
        Save run file
      </button>
      <button type="button" className="quiet" onClick={onClose} aria-label={`Close ${file.title}`}>
        ✕
      </button>
    </div>
  </header>
);
